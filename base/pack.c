/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/pack.h"

#include <string.h>

void pack_put(struct pack_writer *writer, const void *bytes, size_t len)
{
	if (writer->is_full || len > writer->left) {
		writer->is_full = true;
		return;
	}
	if (len)
		memcpy(writer->at, bytes, len);
	writer->at += len;
	writer->left -= len;
}

void pack_put_u8(struct pack_writer *writer, unsigned value)
{
	uint8_t byte = (uint8_t)value;

	if (value > UINT8_MAX)
		writer->is_full = true;
	pack_put(writer, &byte, sizeof(byte));
}

void pack_put_u16(struct pack_writer *writer, size_t value)
{
	uint16_t word = (uint16_t)value;

	if (value > UINT16_MAX)
		writer->is_full = true;
	pack_put(writer, &word, sizeof(word));
}

void pack_put_u32(struct pack_writer *writer, uint32_t value)
{
	pack_put(writer, &value, sizeof(value));
}

void pack_put_u64(struct pack_writer *writer, uint64_t value)
{
	pack_put(writer, &value, sizeof(value));
}

const uint8_t *pack_take(struct pack_reader *reader, size_t len)
{
	const uint8_t *bytes = reader->at;

	if (reader->is_bad || len > reader->left) {
		reader->is_bad = true;
		return NULL;
	}
	reader->at += len;
	reader->left -= len;
	return bytes;
}

void pack_take_into(struct pack_reader *reader, void *value, size_t len)
{
	const uint8_t *bytes = pack_take(reader, len);

	if (bytes)
		memcpy(value, bytes, len);
	else
		memset(value, 0, len);
}

uint8_t pack_take_u8(struct pack_reader *reader)
{
	uint8_t value;

	pack_take_into(reader, &value, sizeof(value));
	return value;
}

uint16_t pack_take_u16(struct pack_reader *reader)
{
	uint16_t value;

	pack_take_into(reader, &value, sizeof(value));
	return value;
}

uint32_t pack_take_u32(struct pack_reader *reader)
{
	uint32_t value;

	pack_take_into(reader, &value, sizeof(value));
	return value;
}

uint64_t pack_take_u64(struct pack_reader *reader)
{
	uint64_t value;

	pack_take_into(reader, &value, sizeof(value));
	return value;
}

void pack_take_text(struct pack_reader *reader, char *ret_text, size_t size)
{
	size_t len = pack_take_u16(reader);
	const uint8_t *bytes;

	pack_require(reader, len < size);
	bytes = pack_take(reader, len);
	for (size_t i = 0; bytes && i < len; i++)
		pack_require(reader, bytes[i] >= ' ' && bytes[i] != 0x7f);
	ret_text[0] = '\0';
	if (reader->is_bad)
		return;
	memcpy(ret_text, bytes, len);
	ret_text[len] = '\0';
}

void pack_require(struct pack_reader *reader, bool is_true)
{
	if (!is_true)
		reader->is_bad = true;
}
