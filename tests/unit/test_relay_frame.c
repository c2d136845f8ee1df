/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The frames of the relay as bytes, and the window of numbers that have arrived. */
#include "base/hash.h"
#include "base/mem.h"
#include "sync/relay/frame.h"
#include "sync/relay/window.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static uint64_t seed;

static uint64_t some(uint64_t n)
{
	return hash_mix(++seed, 2) % n;
}

/* Random bytes, in values that are all decoded alike: structs without gaps are compared whole. */
static void fill(void *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		((uint8_t *)bytes)[i] = (uint8_t)some(256);
}

static const struct relay_header wire_header = {
    .type = RELAY_DATA, .flags = 1, .key_id = 2, .len = 0x0304, .from = 0x1112131415161718, .to = 0x2122232425262728,
    .seq = 0x3132333435363738};
static const uint8_t wire_bytes[RELAY_HEADER_SIZE] = {
    'L',  'R',	1,    2,    1,	  2,	3,    4,    0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18,
    0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38};

START_TEST(a_header_is_these_bytes)
{
	uint8_t bytes[RELAY_HEADER_SIZE];

	relay_header_encode(&wire_header, bytes);
	ck_assert(!memcmp(bytes, wire_bytes, sizeof(bytes)));
}
END_TEST

START_TEST(a_header_is_read_as_it_was_written)
{
	for (seed = 0; seed < 100000;) {
		struct relay_header header = {.type = (uint8_t)(1 + some(RELAY_N_TYPES - 1)),
					      .flags = (uint8_t)some(256),
					      .key_id = (uint8_t)some(256),
					      .len = (uint16_t)some(RELAY_PAYLOAD_MAX + 1),
					      .from = some(UINT64_MAX),
					      .to = some(UINT64_MAX),
					      .seq = some(UINT64_MAX)};
		uint8_t frame[RELAY_FRAME_MAX + 1] = {0};
		size_t len = RELAY_HEADER_SIZE + (size_t)header.len + RELAY_TAG_SIZE;
		struct relay_header got = {0};

		relay_header_encode(&header, frame);
		ck_assert(relay_header_decode(frame, len, &got));
		ck_assert(got.type == header.type && got.flags == header.flags && got.key_id == header.key_id &&
			  got.len == header.len && got.from == header.from && got.to == header.to &&
			  got.seq == header.seq);
		ck_assert(!relay_header_is_foreign(frame, len));
		ck_assert(!relay_header_decode(frame, len - 1, &got) && !relay_header_decode(frame, len + 1, &got));
		ck_assert(!relay_header_decode(frame, some(len), &got));
	}
}
END_TEST

static const struct spoilt_header {
	size_t at;
	uint8_t value;
	bool is_foreign;
} spoilt_headers[] = {
    {0, 'l', false}, {1, 'r', false},		 {2, 0, true},	  {2, 2, true},
    {3, 0, false},   {3, RELAY_N_TYPES, false}, {3, 255, false}, {6, 6, false}, {7, 5, false},
};

START_TEST(what_is_no_header_is_refused)
{
	const struct spoilt_header *spoilt = &spoilt_headers[_i];
	uint8_t frame[RELAY_HEADER_SIZE + 0x304 + RELAY_TAG_SIZE] = {0};
	struct relay_header header;

	memcpy(frame, wire_bytes, sizeof(wire_bytes));
	ck_assert(relay_header_decode(frame, sizeof(frame), &header));
	frame[spoilt->at] = spoilt->value;
	ck_assert(!relay_header_decode(frame, sizeof(frame), &header));
	ck_assert(relay_header_is_foreign(frame, sizeof(frame)) == spoilt->is_foreign);
	ck_assert(!relay_header_is_foreign(frame, 2));
}
END_TEST

/* A payload longer than the wire allows, with the length that it has. */
START_TEST(a_frame_above_the_bound_is_refused)
{
	uint8_t frame[65536] = {0};
	struct relay_header header;

	memcpy(frame, wire_bytes, sizeof(wire_bytes));
	for (size_t len = RELAY_PAYLOAD_MAX + 1; len < 65536 - 48; len += 97) {
		frame[6] = (uint8_t)(len >> 8);
		frame[7] = (uint8_t)len;
		ck_assert(!relay_header_decode(frame, RELAY_HEADER_SIZE + len + RELAY_TAG_SIZE, &header));
	}
}
END_TEST

/* One kind of payload: how a random one is made, written, read and compared. */
struct kind {
	const char *name;
	size_t size; /* of the struct */
	void (*make)(void *value);
	size_t (*encode)(const void *value, uint8_t *payload);
	bool (*decode)(const void *payload, size_t len, void *ret_value);
	bool (*is_same)(const void *a, const void *b);
};

#define CODEC(name)                                                                                                   \
	static size_t name##_write(const void *value, uint8_t *payload)                                              \
	{                                                                                                             \
		return relay_##name##_encode(value, payload);                                                         \
	}                                                                                                             \
	static bool name##_read(const void *payload, size_t len, void *ret_value)                                     \
	{                                                                                                             \
		return relay_##name##_decode(payload, len, ret_value);                                                \
	}
CODEC(hello)
CODEC(nack)
CODEC(beat)
CODEC(bulk_req)
CODEC(bulk_end)
CODEC(counts)

static void hello_make(void *value)
{
	struct relay_hello *hello = value;

	fill(hello->nonce, sizeof(hello->nonce));
	fill(hello->peer_nonce, sizeof(hello->peer_nonce));
	hello->capabilities = (uint32_t)some(UINT32_MAX);
	hello->node = (uint32_t)some(UINT32_MAX);
	hello->payload_max = (uint16_t)(RELAY_PAYLOAD_MIN + some(UINT16_MAX - RELAY_PAYLOAD_MIN));
	hello->syncid = (uint8_t)some(256);
}

static bool hello_same(const void *a, const void *b)
{
	const struct relay_hello *x = a, *y = b;

	return !memcmp(x->nonce, y->nonce, sizeof(x->nonce)) &&
	       !memcmp(x->peer_nonce, y->peer_nonce, sizeof(x->peer_nonce)) && x->capabilities == y->capabilities &&
	       x->node == y->node && x->payload_max == y->payload_max && x->syncid == y->syncid;
}

static void nack_make(void *value)
{
	struct relay_nack *nack = value;

	nack->n = some(RELAY_RANGES_MAX + 1);
	for (size_t i = 0; i < nack->n; i++) {
		nack->ranges[i].from = 1 + some(UINT64_MAX - 70000);
		nack->ranges[i].n = (uint16_t)(1 + some(UINT16_MAX));
	}
}

static bool nack_same(const void *a, const void *b)
{
	const struct relay_nack *x = a, *y = b;

	for (size_t i = 0; i < x->n && x->n == y->n; i++)
		if (x->ranges[i].from != y->ranges[i].from || x->ranges[i].n != y->ranges[i].n)
			return false;
	return x->n == y->n;
}

static void beat_make(void *value)
{
	struct relay_beat *beat = value;

	*beat = (struct relay_beat){.sent = some(UINT64_MAX),
				    .got = some(UINT64_MAX),
				    .now_us = some(UINT64_MAX),
				    .echo_us = some(UINT64_MAX),
				    .n_dropped = (uint32_t)some(UINT32_MAX),
				    .n_entries = (uint32_t)some(UINT32_MAX),
				    .state = (uint8_t)some(RELAY_DEGRADED + 1),
				    .flags = (uint8_t)some(256)};
}

static bool beat_same(const void *a, const void *b)
{
	const struct relay_beat *x = a, *y = b;

	return x->sent == y->sent && x->got == y->got && x->now_us == y->now_us && x->echo_us == y->echo_us &&
	       x->n_dropped == y->n_dropped && x->n_entries == y->n_entries && x->state == y->state &&
	       x->flags == y->flags;
}

static void bulk_req_make(void *value)
{
	((struct relay_bulk_req *)value)->reason = (uint8_t)some(RELAY_BULK_N_REASONS);
}

static bool bulk_req_same(const void *a, const void *b)
{
	return ((const struct relay_bulk_req *)a)->reason == ((const struct relay_bulk_req *)b)->reason;
}

static void bulk_end_make(void *value)
{
	struct relay_bulk_end *end = value;

	*end = (struct relay_bulk_end){.reason = (uint8_t)some(RELAY_BULK_N_REASONS),
				       .n_entries = (uint32_t)some(UINT32_MAX),
				       .first = some(UINT64_MAX),
				       .last = some(UINT64_MAX)};
}

static bool bulk_end_same(const void *a, const void *b)
{
	const struct relay_bulk_end *x = a, *y = b;

	return x->reason == y->reason && x->n_entries == y->n_entries && x->first == y->first && x->last == y->last;
}

static void counts_make(void *value)
{
	fill(value, sizeof(struct relay_counts));
}

static bool counts_same(const void *a, const void *b)
{
	return !memcmp(a, b, sizeof(struct relay_counts));
}

#define KIND(name)                                                                                                    \
	{                                                                                                             \
		#name, sizeof(struct relay_##name), name##_make, name##_write, name##_read, name##_same               \
	}
static const struct kind kinds[] = {KIND(hello), KIND(nack), KIND(beat), KIND(bulk_req), KIND(bulk_end), KIND(counts)};

START_TEST(a_payload_is_read_as_it_was_written_and_never_if_it_is_cut)
{
	const struct kind *kind = &kinds[_i];
	void *value = mem_calloc(1, kind->size), *got = mem_calloc(1, kind->size);

	seed = (uint64_t)_i << 32;
	for (int i = 0; i < 2000; i++) {
		uint8_t payload[RELAY_PAYLOAD_MAX] = {0}, *cut;
		size_t len;

		kind->make(value);
		len = kind->encode(value, payload);
		ck_assert_msg(len > 0 && len <= RELAY_PAYLOAD_MIN, "%s has %zu bytes", kind->name, len);
		ck_assert(kind->decode(payload, len, got));
		ck_assert_msg(kind->is_same(value, got), "%s", kind->name);
		/* A later version may append. */
		ck_assert(kind->decode(payload, len + some(RELAY_PAYLOAD_MAX - len + 1), got));
		ck_assert(kind->is_same(value, got));
		for (size_t n = i < 20 ? 0 : len - 1; n < len; n++) {
			/* of exactly so many bytes, for the sanitizer */
			cut = mem_calloc(n + 1, 1);
			memcpy(cut + 1, payload, n);
			ck_assert_msg(!kind->decode(cut + 1, n, got), "%s of %zu bytes", kind->name, n);
			free(cut);
		}
	}
	free(value);
	free(got);
}
END_TEST

static const struct spoilt_payload {
	enum relay_type type;
	size_t at;
	uint8_t value;
} spoilt_payloads[] = {
    {RELAY_HELLO, 40, 3},			    /* fewer bytes than COUNTS has */
    {RELAY_NACK, 0, RELAY_RANGES_MAX + 1},	    /* too many ranges */
    {RELAY_NACK, 8, 0},				    /* from 0 */
    {RELAY_NACK, 10, 0},			    /* of none */
    {RELAY_BEAT, 40, RELAY_DEGRADED + 1},	    /* no state */
    {RELAY_BULK_REQ, 0, RELAY_BULK_N_REASONS}, /* no reason */
    {RELAY_BULK_END, 0, 255},
};

START_TEST(a_value_that_does_not_exist_is_refused)
{
	const struct spoilt_payload *spoilt = &spoilt_payloads[_i];
	struct relay_hello hello = {.payload_max = RELAY_PAYLOAD_MIN};
	struct relay_nack nack = {.n = 1, .ranges = {{1, 1}}};
	struct relay_beat beat = {0};
	struct relay_bulk_req req = {0};
	struct relay_bulk_end end = {0};
	uint8_t payload[RELAY_PAYLOAD_MAX] = {0};
	void *values[] = {[RELAY_HELLO] = &hello, [RELAY_NACK] = &nack, [RELAY_BEAT] = &beat, [RELAY_BULK_REQ] = &req,
			  [RELAY_BULK_END] = &end};
	const struct kind *of[] = {[RELAY_HELLO] = &kinds[0], [RELAY_NACK] = &kinds[1], [RELAY_BEAT] = &kinds[2],
				   [RELAY_BULK_REQ] = &kinds[3], [RELAY_BULK_END] = &kinds[4]};
	const struct kind *kind = of[spoilt->type];

	kind->encode(values[spoilt->type], payload);
	ck_assert(kind->decode(payload, sizeof(payload), values[spoilt->type]));
	payload[spoilt->at] = spoilt->value;
	ck_assert(!kind->decode(payload, sizeof(payload), values[spoilt->type]));
}
END_TEST

START_TEST(a_range_that_overflows_is_refused)
{
	struct relay_nack nack = {.n = 1, .ranges = {{UINT64_MAX - 5, 5}}};
	uint8_t payload[RELAY_PAYLOAD_MAX];
	size_t len = relay_nack_encode(&nack, payload);

	ck_assert(relay_nack_decode(payload, len, &nack));
	nack.ranges[0].n = 6;
	ck_assert(!relay_nack_decode(payload, relay_nack_encode(&nack, payload), &nack));
}
END_TEST

/* The window beside a model that remembers everything. */
START_TEST(a_number_is_new_once_and_within_8192)
{
	enum { N = 200000 };
	bool *has = mem_calloc(N, 1);
	struct relay_window window = {0};
	uint64_t highest = 0, base = _i ? UINT64_MAX / 2 : 0;

	seed = (uint64_t)_i;
	ck_assert(!relay_window_is_new(&window, 0));
	for (int i = 0; i < 300000; i++) {
		/* mostly near the highest one; now and then far ahead or behind */
		uint64_t at = highest + some(i % 1000 ? 30 : 9000), back = some(i % 3 ? 40 : 9000);
		bool is_new;

		at = at > back ? at - back : 1;
		if (at >= N)
			break;
		is_new = at && !has[at] && (at > highest || highest - at < RELAY_WINDOW);
		ck_assert_msg(relay_window_is_new(&window, base + at) == is_new, "%lu after %lu", at, highest);
		if (!is_new)
			continue;
		relay_window_note(&window, base + at);
		ck_assert(!relay_window_is_new(&window, base + at));
		has[at] = true;
		highest = at > highest ? at : highest;
	}
	ck_assert_uint_gt(highest, N / 2);
	free(has);
}
END_TEST

START_TEST(the_window_is_exactly_as_long_as_the_ring_of_frames)
{
	for (uint64_t top = 8192; top < 8192 + 200; top++) {
		struct relay_window window = {0};
		unsigned n_new = 0;

		relay_window_note(&window, top);
		ck_assert(relay_window_is_new(&window, top - RELAY_WINDOW + 1));
		ck_assert(!relay_window_is_new(&window, top - RELAY_WINDOW));
		for (uint64_t seq = top - RELAY_WINDOW + 1; seq < top; seq++)
			relay_window_note(&window, seq);
		for (uint64_t seq = 0; seq <= top; seq++)
			n_new += relay_window_is_new(&window, seq);
		ck_assert_uint_eq(n_new, 0);
	}
}
END_TEST

START_TEST(a_jump_of_any_length_forgets_what_it_must)
{
	struct relay_window window = {0};
	uint64_t seq = 1;

	relay_window_note(&window, UINT64_MAX);
	ck_assert(!relay_window_is_new(&window, UINT64_MAX));
	window = (struct relay_window){0};
	for (uint64_t jump = 1; jump < UINT64_MAX / 4; jump = jump * 3 / 2 + 1) {
		seq += jump;
		ck_assert(relay_window_is_new(&window, seq));
		relay_window_note(&window, seq);
		for (uint64_t i = 1; i < 70 && i < jump; i++)
			ck_assert(relay_window_is_new(&window, seq - i));
	}
}
END_TEST

#define N_OF(table) ((int)(sizeof(table) / sizeof((table)[0])))

int main(void)
{
	Suite *suite = suite_create("relay_frame");
	TCase *tcase = tcase_create("frame");
	SRunner *runner;
	int failed;

	tcase_add_test(tcase, a_header_is_these_bytes);
	tcase_add_test(tcase, a_header_is_read_as_it_was_written);
	tcase_add_loop_test(tcase, what_is_no_header_is_refused, 0, N_OF(spoilt_headers));
	tcase_add_test(tcase, a_frame_above_the_bound_is_refused);
	tcase_add_loop_test(tcase, a_payload_is_read_as_it_was_written_and_never_if_it_is_cut, 0, N_OF(kinds));
	tcase_add_loop_test(tcase, a_value_that_does_not_exist_is_refused, 0, N_OF(spoilt_payloads));
	tcase_add_test(tcase, a_range_that_overflows_is_refused);
	tcase_add_loop_test(tcase, a_number_is_new_once_and_within_8192, 0, 2);
	tcase_add_test(tcase, the_window_is_exactly_as_long_as_the_ring_of_frames);
	tcase_add_test(tcase, a_jump_of_any_length_forgets_what_it_must);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
