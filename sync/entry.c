/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/entry.h"

#include <errno.h>
#include <string.h>

#define PROTO_VERSION 1
#define TYPE_IP6      1 /* STYPE_F_INET6 */
#define SIZE_MASK     0xfff
#define HEAD_SIZE     24
#define ADDRESS_IP4   4
#define ADDRESS_IP6   16
#define AT_FLAGS      4
#define AT_STATE      8
#define AT_CPORT      10
#define AT_VPORT      12
#define AT_DPORT      14
#define AT_FWMARK     16
#define AT_TIMEOUT    20
#define OPTION_PE_DATA 2 /* IPVS_OPT_PE_DATA */
#define OPTION_PE_NAME 3 /* IPVS_OPT_PE_NAME */

static unsigned entry_u16(const uint8_t *at)
{
	return (unsigned)at[0] << 8 | at[1];
}

static uint32_t entry_u32(const uint8_t *at)
{
	return (uint32_t)entry_u16(at) << 16 | entry_u16(at + 2);
}

/* The kernel aligns each entry to 4 bytes. */
static size_t padded(size_t len)
{
	return (len + 3) & ~(size_t)3;
}

static size_t address_size(const uint8_t *raw)
{
	return raw[0] & TYPE_IP6 ? ADDRESS_IP6 : ADDRESS_IP4;
}

static size_t options_at(const uint8_t *raw)
{
	return HEAD_SIZE + 3 * address_size(raw);
}

/* The address with this number, and the port at that place. */
static struct endpoint endpoint_at(const uint8_t *raw, size_t number, size_t at_port)
{
	size_t size = address_size(raw);
	struct endpoint ep = {.addr.family = size == ADDRESS_IP6 ? AF_INET6 : AF_INET,
			      .port = (uint16_t)entry_u16(raw + at_port)};

	memcpy(ep.addr.bytes, raw + HEAD_SIZE + number * size, size);
	return ep;
}

bool sync_datagram_open(struct sync_datagram *datagram, const void *data, size_t len, uint32_t syncid)
{
	const uint8_t *bytes = data;

	if (len < SYNC_HEADER_SIZE || bytes[0] != 0 || entry_u16(bytes + 2) != len ||
	    bytes[5] != PROTO_VERSION || entry_u16(bytes + 6) != 0 ||
	    (syncid && bytes[1] != (uint8_t)syncid))
		return false;
	*datagram = (struct sync_datagram){
	    .at = bytes + SYNC_HEADER_SIZE, .end = bytes + len, .n_left = bytes[4]};
	return true;
}

/* Do the options fill their place? An option of no bytes is refused, as by the kernel. */
static bool are_options(const uint8_t *at, const uint8_t *end)
{
	while (at < end) {
		if (end - at < 2 || at[1] == 0 || end - at - 2 < at[1])
			return false;
		at += 2 + at[1];
	}
	return true;
}

int sync_datagram_next(struct sync_datagram *datagram, struct sync_entry *ret_entry)
{
	const uint8_t *raw = datagram->at;
	size_t left = (size_t)(datagram->end - raw), len;

	if (!datagram->n_left)
		return 0;
	datagram->n_left--;
	if (left < SYNC_ENTRY_SIZE_MIN)
		return -EBADMSG;
	len = entry_u16(raw + 2) & SIZE_MASK;
	/* the 4 bits above are the version of the entry */
	if (entry_u16(raw + 2) != len || len > left || len < options_at(raw) ||
	    !are_options(raw + options_at(raw), raw + len))
		return -EBADMSG;
	*ret_entry = (struct sync_entry){
	    .raw = raw,
	    .len = len,
	    .protocol = raw[1],
	    .state = (uint16_t)entry_u16(raw + AT_STATE),
	    .options = raw + options_at(raw),
	    .fwmark = entry_u32(raw + AT_FWMARK),
	    .virtual_server = endpoint_at(raw, 1, AT_VPORT),
	    .dest = endpoint_at(raw, 2, AT_DPORT),
	    .flags = entry_u32(raw + AT_FLAGS),
	    .timeout_s = entry_u32(raw + AT_TIMEOUT),
	    .is_template = entry_u32(raw + AT_FLAGS) & SYNC_ENTRY_TEMPLATE,
	};
	datagram->at += padded(len) < left ? padded(len) : left;
	return 1;
}

static size_t key_options(const struct sync_entry *entry, uint8_t *key)
{
	const uint8_t *at = entry->raw + options_at(entry->raw), *end = entry->raw + entry->len;
	size_t len = 0;

	for (; at < end; at += 2 + at[1]) {
		if (at[0] != OPTION_PE_DATA && at[0] != OPTION_PE_NAME)
			continue;
		memcpy(key + len, at, 2 + (size_t)at[1]);
		len += 2 + (size_t)at[1];
	}
	return len;
}

size_t sync_entry_key(const struct sync_entry *entry, uint8_t key[static SYNC_ENTRY_SIZE_MAX])
{
	size_t addresses = 2 * address_size(entry->raw), len = 2;

	key[0] = (uint8_t)((entry->raw[0] & TYPE_IP6) | (entry->is_template ? 2 : 0));
	key[1] = entry->raw[1];
	memcpy(key + len, entry->raw + AT_CPORT, 4); /* with the virtual port */
	len += 4;
	memcpy(key + len, entry->raw + HEAD_SIZE, addresses);
	len += addresses;
	return entry->is_template ? len + key_options(entry, key + len) : len;
}

bool sync_entry_agrees(const struct sync_entry *a, const struct sync_entry *b)
{
	size_t address = address_size(a->raw), server_at = HEAD_SIZE + 2 * address;

	return address == address_size(b->raw) && !memcmp(a->raw + AT_DPORT, b->raw + AT_DPORT, 2) &&
	       !memcmp(a->raw + server_at, b->raw + server_at, address) &&
	       (a->is_template || !memcmp(a->raw + AT_STATE, b->raw + AT_STATE, 2));
}

bool sync_datagram_put(struct sync_datagram_writer *writer, const struct sync_entry *entry,
		       uint32_t timeout_s)
{
	size_t at = padded(writer->n ? writer->len : SYNC_HEADER_SIZE);
	const uint8_t timeout[] = {(uint8_t)(timeout_s >> 24), (uint8_t)(timeout_s >> 16),
				   (uint8_t)(timeout_s >> 8), (uint8_t)timeout_s};

	if (writer->n == SYNC_ENTRIES_MAX || at + entry->len > writer->size)
		return false;
	if (writer->n)
		memset(writer->data + writer->len, 0, at - writer->len);
	memcpy(writer->data + at, entry->raw, entry->len);
	memcpy(writer->data + at + AT_TIMEOUT, timeout, sizeof(timeout));
	writer->len = at + entry->len;
	writer->n++;
	return true;
}

size_t sync_datagram_end(struct sync_datagram_writer *writer, uint32_t syncid)
{
	const uint8_t header[SYNC_HEADER_SIZE] = {0,
						  (uint8_t)syncid,
						  (uint8_t)(writer->len >> 8),
						  (uint8_t)writer->len,
						  (uint8_t)writer->n,
						  PROTO_VERSION,
						  0,
						  0};

	if (!writer->n)
		return 0;
	memcpy(writer->data, header, sizeof(header));
	return writer->len;
}
