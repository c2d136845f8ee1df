/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/relay_rig.h"
#include "base/hash.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#define STEP_NS (5 * NS_PER_MS)
#define BEAT_NS (200 * NS_PER_MS)

uint64_t rig_random(struct rig *rig, uint64_t n)
{
	rig->seed += 0x9e3779b97f4a7c15;
	return hash_mix(rig->seed, 1) % n;
}

void rig_random_bytes(void *arg, uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)rig_random(arg, 256);
}

void rig_key(struct relay_keys *keys, const struct relay_crypto *crypto, uint8_t id, int byte)
{
	uint8_t file[RELAY_KEY_FILE_MIN];

	memset(file, byte, sizeof(file));
	ck_assert_int_eq(relay_keys_add(keys, crypto, id, file, sizeof(file)), 0);
}

void rig_restart(struct rig *rig, int end)
{
	struct rig_end *at = &rig->ends[end];

	relay_session_free(at->session);
	at->self = (struct relay_node){
	    .node = (uint32_t)rig_random(rig, UINT32_MAX), .payload_max = RELAY_PAYLOAD_MAX, .syncid = 51};
	at->session = relay_session_new(rig->crypto, &at->self, &rig->keys, rig_random_bytes, rig);
	at->epoch++;
	at->newest = 0; /* a process that has heard nothing */
}

struct rig *rig_new(uint64_t seed)
{
	struct rig *rig = mem_calloc(1, sizeof(*rig));
	struct err err = {0};

	rig->seed = seed * 0x1000193;
	rig->now = (struct mono){NS_PER_S};
	ck_assert_msg(relay_crypto_open(&rig->crypto, &err) == 0, "%s", err.text);
	rig_key(&rig->keys, rig->crypto, 1, 'k');
	rig_restart(rig, 0);
	rig_restart(rig, 1);
	return rig;
}

void rig_free(struct rig *rig)
{
	relay_session_free(rig->ends[0].session);
	relay_session_free(rig->ends[1].session);
	relay_crypto_free(rig->crypto);
	free(rig->sealed);
	free(rig);
}

/* The place of a mark in the table, or the free one for it. */
static uint64_t *sealed_find(uint64_t *table, size_t size, uint64_t mark)
{
	size_t at = mark % size;

	while (table[2 * at] && table[2 * at] != mark)
		at = (at + 1) % size;
	return &table[2 * at];
}

static void sealed_grow(struct rig *rig)
{
	size_t size = rig->sealed_size ? 2 * rig->sealed_size : 512;
	uint64_t *table = mem_calloc(2 * size, sizeof(*table));

	for (size_t i = 0; i < rig->sealed_size; i++)
		if (rig->sealed[2 * i])
			memcpy(sealed_find(table, size, rig->sealed[2 * i]), &rig->sealed[2 * i],
			       2 * sizeof(*table));
	free(rig->sealed);
	rig->sealed = table;
	rig->sealed_size = size;
}

/* A number is sealed once, but CONFIRM, which is always the same. */
static void note_sealed(struct rig *rig, const struct relay_header *header, const void *bytes, size_t len)
{
	uint64_t mark = hash_mix(hash_mix(header->from, header->key_id), header->seq) | 1, *place;

	if (2 * ++rig->n_sealed > rig->sealed_size)
		sealed_grow(rig);
	place = sealed_find(rig->sealed, rig->sealed_size, mark);
	if (place[0]) {
		ck_assert_msg(header->type == RELAY_CONFIRM, "a number was sealed twice");
		ck_assert(place[1] == hash_bytes(bytes, len));
	}
	place[0] = mark;
	place[1] = hash_bytes(bytes, len);
}

static void enqueue(struct rig *rig, int to, const void *bytes, size_t len)
{
	size_t i = 0;

	while (i < rig->n_queue && rig->queue[i].is_queued)
		i++;
	if (i == RIG_QUEUE)
		return; /* lost, like others */
	rig->n_queue = i < rig->n_queue ? rig->n_queue : i + 1;
	rig->queue[i] = (struct rig_datagram){.len = len,
					      .to = to,
					      .at = mono_add_ns(rig->now, rig->delay_ns ? (int64_t)rig_random(
						  rig, (uint64_t)rig->delay_ns) : 0),
					      .is_queued = true};
	memcpy(rig->queue[i].bytes, bytes, len);
}

void rig_carry(struct rig *rig, int to, const void *bytes, size_t len)
{
	ck_assert_uint_le(len, RELAY_FRAME_MAX);
	if (rig->loss && rig_random(rig, 100) < rig->loss)
		return;
	enqueue(rig, to, bytes, len);
	if (rig->twice && rig_random(rig, 100) < rig->twice)
		enqueue(rig, to, bytes, len);
}

static const struct rig_datagram *record_and_carry(struct rig *rig, int to, const uint8_t *bytes, size_t len)
{
	struct rig_datagram *kept = &rig->record[rig->n_record++ % RIG_RECORD];
	struct relay_header header;

	ck_assert(relay_header_decode(bytes, len, &header));
	if (header.type != RELAY_HELLO)
		note_sealed(rig, &header, bytes, len);
	*kept = (struct rig_datagram){.len = len, .to = to};
	memcpy(kept->bytes, bytes, len);
	rig_carry(rig, to, bytes, len);
	return kept;
}

static void say(struct rig *rig, int end)
{
	uint8_t frame[RELAY_FRAME_MAX];
	size_t len;

	while (mono_reached(rig->now, relay_session_due(rig->ends[end].session)) &&
	       (len = relay_session_say(rig->ends[end].session, rig->now, frame)) > 0) {
		rig->ends[end].n_bytes += len;
		record_and_carry(rig, !end, frame, len);
	}
}

const struct rig_datagram *rig_send(struct rig *rig, int end, size_t len)
{
	struct rig_end *at = &rig->ends[end];
	uint8_t payload[RELAY_PAYLOAD_MAX] = {0}, frame[RELAY_FRAME_MAX];
	struct relay_header header;
	size_t n;

	ck_assert_uint_lt(rig->n_sent, RIG_SENT);
	memcpy(payload, &rig->n_sent, sizeof(rig->n_sent));
	n = relay_session_seal(at->session, RELAY_DATA, 0, payload, len, frame);
	if (!n)
		return NULL;
	ck_assert(relay_header_decode(frame, n, &header));
	ck_assert_uint_eq(header.seq, relay_session_sent(at->session));
	rig->sent[rig->n_sent++] =
	    (struct rig_sent){.from = header.from, .seq = header.seq, .epoch = at->epoch, .by = end};
	return record_and_carry(rig, !end, frame, n);
}

static void note_delivered(struct rig *rig, int end, const struct relay_taken *taken)
{
	struct rig_end *at = &rig->ends[end];
	struct rig_sent *sent;
	uint64_t number;

	at->n_frames++;
	ck_assert_uint_eq(taken->header.type, RELAY_DATA);
	ck_assert_uint_ge(taken->header.len, sizeof(number));
	memcpy(&number, taken->payload, sizeof(number));
	ck_assert_uint_lt(number, rig->n_sent);
	sent = &rig->sent[number];
	ck_assert(sent->from == taken->header.from && sent->seq == taken->header.seq && sent->by != end);
	ck_assert_msg(!sent->is_delivered, "a frame was delivered twice");
	sent->is_delivered = true;
	ck_assert_msg(sent->epoch >= at->newest, "a frame of an older session was delivered");
	at->newest = sent->epoch;
}

struct relay_taken rig_take(struct rig *rig, int end, const void *bytes, size_t len)
{
	struct rig_end *at = &rig->ends[end];
	struct relay_taken taken = relay_session_take(at->session, bytes, len, rig->now);

	if (taken.is_new) {
		at->n_new++;
		at->epoch++;
		ck_assert(relay_session_is_up(at->session));
		ck_assert_uint_eq(relay_session_sent(at->session), 0);
	}
	if (taken.has_frame)
		note_delivered(rig, end, &taken);
	say(rig, end);
	return taken;
}

static void step(struct rig *rig)
{
	int64_t before = rig->now.ns / BEAT_NS;

	rig->now = mono_add_ns(rig->now, STEP_NS);
	for (int end = 0; end < 2; end++) {
		say(rig, end);
		if (rig->now.ns / BEAT_NS != before)
			rig_send(rig, end, 8);
	}
	for (size_t i = 0; i < rig->n_queue; i++) {
		struct rig_datagram *datagram = &rig->queue[i];

		if (!datagram->is_queued || !mono_reached(rig->now, datagram->at))
			continue;
		datagram->is_queued = false;
		rig_take(rig, datagram->to, datagram->bytes, datagram->len);
	}
}

void rig_run(struct rig *rig, int64_t ns)
{
	struct mono end = mono_add_ns(rig->now, ns);

	while (mono_before(rig->now, end))
		step(rig);
}

bool rig_is_joined(struct rig *rig)
{
	for (int end = 0; end < 2; end++) {
		const struct rig_datagram *frame = rig_send(rig, end, 8);
		struct relay_taken taken;
		struct rig_datagram copy;

		if (!frame)
			return false;
		/* It is delivered here, so the one on the wire is a replay. */
		copy = *frame;
		taken = rig_take(rig, !end, copy.bytes, copy.len);
		if (!taken.has_frame)
			return false;
	}
	return true;
}

int64_t rig_join(struct rig *rig, int64_t most_ns)
{
	struct mono begin = rig->now;

	while (!rig_is_joined(rig)) {
		ck_assert_msg(mono_sub(rig->now, begin) < most_ns, "no session after %ld ms",
			      (long)(mono_sub(rig->now, begin) / NS_PER_MS));
		step(rig);
	}
	return mono_sub(rig->now, begin);
}
