/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/relay/orders.h"
#include "base/pack.h"
#include "sync/wire.h"

#include <assert.h>
#include <errno.h>

size_t relay_setup_encode(const struct relay_setup *setup, uint8_t body[static CHAN_BODY_MAX])
{
	struct pack_writer writer = {.at = body, .left = CHAN_BODY_MAX};

	pack_put_u8(&writer, setup->syncid);
	pack_put_u32(&writer, setup->coverage_min);
	pack_put_u32(&writer, setup->rate);
	pack_put_u32(&writer, setup->scope);
	pack_put_u8(&writer, (unsigned)setup->n_peers);
	for (size_t i = 0; i < setup->n_peers; i++)
		sync_endpoint_put(&writer, &setup->peers[i]);
	pack_put_u8(&writer, (unsigned)setup->n_keys);
	for (size_t i = 0; i < setup->n_keys; i++) {
		pack_put_u8(&writer, setup->keys[i].id);
		pack_put_u16(&writer, setup->keys[i].len);
		pack_put(&writer, setup->keys[i].bytes, setup->keys[i].len);
	}
	assert(!writer.is_full);
	return CHAN_BODY_MAX - writer.left;
}

static void setup_take_keys(struct pack_reader *reader, struct relay_setup *setup)
{
	setup->n_keys = pack_take_u8(reader);
	pack_require(reader, setup->n_keys >= 1 && setup->n_keys <= RELAY_KEYS_MAX);
	for (size_t i = 0; i < setup->n_keys && !reader->is_bad; i++) {
		struct relay_key_file *key = &setup->keys[i];

		key->id = pack_take_u8(reader);
		key->len = pack_take_u16(reader);
		pack_require(reader, key->len >= RELAY_KEY_FILE_MIN && key->len <= RELAY_KEY_FILE_MAX);
		if (!reader->is_bad)
			pack_take_into(reader, key->bytes, key->len);
	}
}

int relay_setup_decode(const void *body, size_t len, struct relay_setup *ret_setup)
{
	struct pack_reader reader = {.at = body, .left = len};

	ret_setup->syncid = pack_take_u8(&reader);
	ret_setup->coverage_min = pack_take_u32(&reader);
	ret_setup->rate = pack_take_u32(&reader);
	ret_setup->scope = pack_take_u32(&reader);
	ret_setup->n_peers = pack_take_u8(&reader);
	pack_require(&reader, ret_setup->n_peers <= RELAY_PEERS_MAX && ret_setup->rate > 0);
	for (size_t i = 0; i < ret_setup->n_peers && !reader.is_bad; i++) {
		ret_setup->peers[i] = sync_endpoint_take(&reader);
		pack_require(&reader, ret_setup->peers[i].port != 0);
	}
	setup_take_keys(&reader, ret_setup);
	return reader.is_bad || reader.left ? -EBADMSG : 0;
}

static void put_i64(struct pack_writer *writer, int64_t value)
{
	pack_put_u64(writer, (uint64_t)value);
}

void relay_report_encode(const struct relay_report *report, uint8_t body[static RELAY_REPORT_SIZE])
{
	struct pack_writer writer = {.at = body, .left = RELAY_REPORT_SIZE};

	pack_put_u8(&writer, report->index);
	pack_put_u8(&writer, report->state);
	pack_put_u8(&writer, report->their_state);
	pack_put_u8(&writer, (unsigned)(report->has_left | report->is_master << 1 | report->has_coverage << 2));
	pack_put_u32(&writer, report->coverage);
	pack_put_u16(&writer, (uint16_t)report->key_id);
	put_i64(&writer, report->lag_ns);
	put_i64(&writer, report->rtt_ns);
	pack_put_u32(&writer, report->n_theirs);
	pack_put_u64(&writer, report->n_injected);
	pack_put_u64(&writer, report->n_entries);
	pack_put_u64(&writer, report->n_lost);
	pack_put_u64(&writer, report->n_recovered);
	pack_put_u64(&writer, report->n_again);
	pack_put_u64(&writer, report->n_bulks);
	pack_put_u64(&writer, report->n_dropped);
	pack_put_u64(&writer, report->n_unsent);
	pack_put_u64(&writer, report->n_flooded);
	for (size_t i = 0; i < RELAY_REFUSED_N; i++)
		pack_put_u64(&writer, report->n_refused[i]);
	for (size_t i = 0; i < RELAY_REJECTED_N; i++)
		pack_put_u64(&writer, report->n_rejected[i]);
	assert(!writer.is_full && !writer.left);
}

int relay_report_decode(const void *body, size_t len, struct relay_report *ret_report)
{
	struct pack_reader reader = {.at = body, .left = len};
	struct relay_report report = {.index = pack_take_u8(&reader)};
	uint8_t bits;

	report.state = pack_take_u8(&reader);
	report.their_state = pack_take_u8(&reader);
	bits = pack_take_u8(&reader);
	report.has_left = bits & 1;
	report.is_master = bits >> 1 & 1;
	report.has_coverage = bits >> 2 & 1;
	report.coverage = pack_take_u32(&reader);
	report.key_id = (int16_t)pack_take_u16(&reader);
	report.lag_ns = (int64_t)pack_take_u64(&reader);
	report.rtt_ns = (int64_t)pack_take_u64(&reader);
	report.n_theirs = pack_take_u32(&reader);
	report.n_injected = pack_take_u64(&reader);
	report.n_entries = pack_take_u64(&reader);
	report.n_lost = pack_take_u64(&reader);
	report.n_recovered = pack_take_u64(&reader);
	report.n_again = pack_take_u64(&reader);
	report.n_bulks = pack_take_u64(&reader);
	report.n_dropped = pack_take_u64(&reader);
	report.n_unsent = pack_take_u64(&reader);
	report.n_flooded = pack_take_u64(&reader);
	for (size_t i = 0; i < RELAY_REFUSED_N; i++)
		report.n_refused[i] = pack_take_u64(&reader);
	for (size_t i = 0; i < RELAY_REJECTED_N; i++)
		report.n_rejected[i] = pack_take_u64(&reader);
	pack_require(&reader, report.index < RELAY_PEERS_MAX && report.state <= RELAY_DEGRADED &&
				  report.their_state <= RELAY_DEGRADED && bits < 8);
	if (reader.is_bad || reader.left)
		return -EBADMSG;
	*ret_report = report;
	return 0;
}
