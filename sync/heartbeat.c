/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/heartbeat.h"

#include <string.h>

#define HEADER_SIZE   8
#define RECORD_SIZE   12
#define PROTO_VERSION 1
#define FORMAT        1
#define FLAG_LEAVING  1
#define TTL_NEAR      255

static void put_u16(uint8_t *at, uint16_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void wire_put_u32(uint8_t *at, uint32_t value)
{
	put_u16(at, (uint16_t)(value >> 16));
	put_u16(at + 2, (uint16_t)value);
}

static void put_u64(uint8_t *at, uint64_t value)
{
	wire_put_u32(at, (uint32_t)(value >> 32));
	wire_put_u32(at + 4, (uint32_t)value);
}

static uint16_t get_u16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static uint32_t get_u32(const uint8_t *at)
{
	return (uint32_t)get_u16(at) << 16 | get_u16(at + 2);
}

static uint64_t get_u64(const uint8_t *at)
{
	return (uint64_t)get_u32(at) << 32 | get_u32(at + 4);
}

size_t sync_heartbeat_encode(const struct sync_heartbeat *heartbeat, uint32_t syncid,
			     uint8_t data[static SYNC_HEARTBEAT_SIZE_MAX])
{
	size_t size = SYNC_HEARTBEAT_SIZE_MIN + RECORD_SIZE * heartbeat->n_records;
	uint8_t *at = data + SYNC_HEARTBEAT_SIZE_MIN;

	memset(data, 0, SYNC_HEARTBEAT_SIZE_MIN);
	data[1] = (uint8_t)syncid;
	put_u16(data + 2, (uint16_t)size);
	data[5] = PROTO_VERSION;
	wire_put_u32(data + 8, SYNC_HEARTBEAT_MAGIC);
	data[12] = FORMAT;
	data[13] = heartbeat->is_leaving ? FLAG_LEAVING : 0;
	data[14] = (uint8_t)heartbeat->n_records;
	data[15] = heartbeat->period_s;
	put_u64(data + 16, heartbeat->id);
	for (size_t i = 0; i < heartbeat->n_records; i++, at += RECORD_SIZE) {
		put_u64(at, heartbeat->records[i].id);
		put_u16(at + 8, heartbeat->records[i].heartbeat_s);
		put_u16(at + 10, heartbeat->records[i].entries_s);
	}
	return size;
}

/* Whether the datagram has a header that the kernel's backup role would accept. */
static bool has_header(const uint8_t *bytes, size_t len, uint32_t syncid)
{
	return len >= HEADER_SIZE && get_u16(bytes + 2) == len &&
	       (syncid == 0 || bytes[1] == (uint8_t)syncid);
}

static bool is_version_1(const uint8_t *bytes)
{
	return bytes[0] == 0 && bytes[5] == PROTO_VERSION && get_u16(bytes + 6) == 0;
}

bool sync_heartbeat_decode(const void *data, size_t len, uint32_t syncid,
			   struct sync_heartbeat *ret_heartbeat)
{
	const uint8_t *bytes = data;
	struct sync_heartbeat heartbeat = {0};

	if (!has_header(bytes, len, syncid) || len < SYNC_HEARTBEAT_SIZE_MIN ||
	    !is_version_1(bytes) || bytes[4] != 0 || get_u32(bytes + 8) != SYNC_HEARTBEAT_MAGIC ||
	    bytes[12] < FORMAT || len < SYNC_HEARTBEAT_SIZE_MIN + (size_t)RECORD_SIZE * bytes[14])
		return false;
	heartbeat.id = get_u64(bytes + 16);
	if (!heartbeat.id)
		return false;
	heartbeat.is_leaving = bytes[13] & FLAG_LEAVING;
	heartbeat.period_s = bytes[15];
	heartbeat.n_records = bytes[14] < SYNC_PEERS_MAX ? bytes[14] : SYNC_PEERS_MAX;
	for (size_t i = 0; i < heartbeat.n_records; i++) {
		const uint8_t *at = bytes + SYNC_HEARTBEAT_SIZE_MIN + i * RECORD_SIZE;

		heartbeat.records[i] = (struct sync_record){
		    .id = get_u64(at),
		    .heartbeat_s = get_u16(at + 8),
		    .entries_s = get_u16(at + 10),
		};
	}
	*ret_heartbeat = heartbeat;
	return true;
}

bool sync_entries_are(const void *data, size_t len, uint32_t syncid)
{
	const uint8_t *bytes = data;

	if (!has_header(bytes, len, syncid))
		return false;
	/* The first byte is the number of entries in version 0, and 0 in version 1. */
	return is_version_1(bytes) ? bytes[4] > 0 : bytes[0] > 0;
}

bool sync_ttl_is_near(unsigned ttl, unsigned file_ttl)
{
	return ttl == TTL_NEAR || (ttl > 0 && ttl <= file_ttl);
}

unsigned sync_ttl_to_send(unsigned file_ttl)
{
	return file_ttl > 1 ? file_ttl : TTL_NEAR;
}
