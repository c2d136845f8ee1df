/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/relay/courier.h"
#include "base/mem.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define HEAD_SIZE 16
#define PIECE_MAX (RELAY_PAYLOAD_MAX - HEAD_SIZE)
/* So many bytes are under way without an answer. */
#define WINDOW (16 * PIECE_MAX)
/* Without progress for this time, what has no answer is sent again; then after twice the time, and so on. */
#define AGAIN_MS     200
#define AGAIN_MAX_MS 3200

enum kind {
	KIND_PIECE = 1,
	KIND_ANSWER,
};

struct head {
	uint32_t kind, number, offset, total;
};

struct parcel {
	uint8_t *bytes;
	size_t len;
};

struct courier {
	/* The first one is under way. */
	struct parcel queue[COURIER_QUEUE_MAX];
	size_t n_queue;
	uint32_t number; /* of the first one */
	size_t n_sent, n_answered;
	struct mono again;
	int64_t again_ms;
	/* From the other director. */
	uint8_t *got;
	size_t n_got, size;
	uint32_t got_number, got_total;
	bool is_getting, is_whole; /* n_got of got_number; all of it */
	bool is_first;		   /* of this session: the sender may have been replaced */
	bool owes_answer;
};

/* --- the head --- */

static void head_put(uint8_t *payload, const struct head *head)
{
	const uint32_t words[HEAD_SIZE / 4] = {htonl(head->kind << 24), htonl(head->number), htonl(head->offset),
					       htonl(head->total)};

	memcpy(payload, words, HEAD_SIZE);
}

static bool head_take(const void *payload, size_t len, struct head *ret_head)
{
	uint32_t words[HEAD_SIZE / 4];

	if (len < HEAD_SIZE)
		return false;
	memcpy(words, payload, HEAD_SIZE);
	*ret_head = (struct head){ntohl(words[0]) >> 24, ntohl(words[1]), ntohl(words[2]), ntohl(words[3])};
	return ret_head->total > 0 && ret_head->total <= COURIER_MAX && ret_head->offset <= ret_head->total;
}

/* --- what is sent --- */

static void parcel_begin(struct courier *courier)
{
	courier->n_sent = courier->n_answered = 0;
	courier->again_ms = AGAIN_MS;
	courier->again = MONO_NEVER;
}

static void parcel_end(struct courier *courier)
{
	free(courier->queue[0].bytes);
	courier->n_queue--;
	memmove(courier->queue, courier->queue + 1, courier->n_queue * sizeof(courier->queue[0]));
	courier->number++;
	parcel_begin(courier);
}

int courier_send(struct courier *courier, const void *message, size_t len)
{
	struct parcel *parcel = &courier->queue[courier->n_queue];

	if (!len || len > COURIER_MAX)
		return -EMSGSIZE;
	if (courier->n_queue == COURIER_QUEUE_MAX)
		return -ENOBUFS;
	parcel->bytes = mem_realloc(NULL, len, 1);
	parcel->len = len;
	memcpy(parcel->bytes, message, len);
	if (courier->n_queue++ == 0)
		parcel_begin(courier);
	return 0;
}

size_t courier_n_waiting(const struct courier *courier)
{
	return courier->n_queue;
}

/* The answer may be ahead of what was sent: the receiver had the message before this session. */
static void courier_answer_take(struct courier *courier, const struct head *head, struct mono now)
{
	const struct parcel *parcel = &courier->queue[0];

	if (!courier->n_sent || head->number != courier->number || head->total != parcel->len ||
	    head->offset <= courier->n_answered)
		return;
	courier->n_answered = head->offset;
	if (courier->n_sent < courier->n_answered)
		courier->n_sent = courier->n_answered;
	courier->again_ms = AGAIN_MS;
	courier->again = mono_add_ms(now, AGAIN_MS);
	if (courier->n_answered == parcel->len)
		parcel_end(courier);
}

static bool may_send(const struct courier *courier)
{
	return courier->n_queue && courier->n_sent < courier->queue[0].len &&
	       courier->n_sent < courier->n_answered + WINDOW;
}

static size_t piece_put(struct courier *courier, struct mono now, uint8_t *payload)
{
	const struct parcel *parcel = &courier->queue[0];
	const struct head head = {KIND_PIECE, courier->number, (uint32_t)courier->n_sent, (uint32_t)parcel->len};
	size_t n = parcel->len - courier->n_sent;

	if (n > PIECE_MAX)
		n = PIECE_MAX;
	head_put(payload, &head);
	memcpy(payload + HEAD_SIZE, parcel->bytes + courier->n_sent, n);
	courier->n_sent += n;
	if (mono_is_never(courier->again))
		courier->again = mono_add_ms(now, courier->again_ms);
	return HEAD_SIZE + n;
}

static void send_again(struct courier *courier, struct mono now)
{
	courier->n_sent = courier->n_answered;
	courier->again_ms = courier->again_ms < AGAIN_MAX_MS ? 2 * courier->again_ms : AGAIN_MAX_MS;
	courier->again = mono_add_ms(now, courier->again_ms);
}

/* --- what is received --- */

static void get_begin(struct courier *courier, const struct head *head)
{
	courier->got_number = head->number;
	courier->got_total = head->total;
	courier->n_got = 0;
	courier->is_getting = true;
	courier->is_whole = false;
}

/* The room grows with what has come, not with what is said to come. */
static void get_bytes(struct courier *courier, const uint8_t *bytes, size_t n)
{
	if (courier->n_got + n > courier->size) {
		courier->size = 2 * (courier->n_got + n);
		courier->got = mem_realloc(courier->got, courier->size, 1);
	}
	memcpy(courier->got + courier->n_got, bytes, n);
	courier->n_got += n;
}

/* Is it the message behind the last one? Pieces of earlier ones may come late. */
static bool is_next(const struct courier *courier, const struct head *head)
{
	return head->offset == 0 &&
	       (courier->is_first || (courier->is_whole && head->number == courier->got_number + 1));
}

/* Returns true if the message is whole now. */
static bool piece_take(struct courier *courier, const struct head *head, const uint8_t *bytes, size_t n)
{
	bool is_known = courier->is_getting && courier->got_number == head->number &&
			courier->got_total == head->total;

	if (!n || n > head->total - head->offset)
		return false;
	if (!is_known && !is_next(courier, head))
		return false;
	if (!is_known)
		get_begin(courier, head);
	courier->is_first = false;
	courier->owes_answer = true;
	if (courier->is_whole || head->offset != courier->n_got)
		return false;
	get_bytes(courier, bytes, n);
	courier->is_whole = courier->n_got == courier->got_total;
	return courier->is_whole;
}

bool courier_take(struct courier *courier, const void *payload, size_t len, struct mono now,
		  const uint8_t **ret_message, size_t *ret_len)
{
	struct head head;

	if (!head_take(payload, len, &head))
		return false;
	if (head.kind == KIND_ANSWER)
		courier_answer_take(courier, &head, now);
	if (head.kind != KIND_PIECE ||
	    !piece_take(courier, &head, (const uint8_t *)payload + HEAD_SIZE, len - HEAD_SIZE))
		return false;
	*ret_message = courier->got;
	*ret_len = courier->n_got;
	return true;
}

/* --- both --- */

size_t courier_next(struct courier *courier, struct mono now, uint8_t payload[static RELAY_PAYLOAD_MAX])
{
	if (courier->owes_answer) {
		const struct head head = {KIND_ANSWER, courier->got_number, (uint32_t)courier->n_got,
					  courier->got_total};

		courier->owes_answer = false;
		head_put(payload, &head);
		return HEAD_SIZE;
	}
	if (courier->n_queue && mono_reached(now, courier->again))
		send_again(courier, now);
	return may_send(courier) ? piece_put(courier, now, payload) : 0;
}

struct mono courier_due(const struct courier *courier, struct mono now)
{
	if (courier->owes_answer || may_send(courier))
		return now;
	return courier->n_queue ? courier->again : MONO_NEVER;
}

void courier_restart(struct courier *courier)
{
	parcel_begin(courier);
	courier->owes_answer = false;
	courier->is_first = true;
	/* A whole message is kept in mind, so that it is not taken twice. */
	if (!courier->is_whole)
		courier->is_getting = false;
}

struct courier *courier_new(uint32_t first)
{
	struct courier *courier = mem_calloc(1, sizeof(*courier));

	courier->number = first;
	courier->is_first = true;
	parcel_begin(courier);
	return courier;
}

void courier_free(struct courier *courier)
{
	if (!courier)
		return;
	for (size_t i = 0; i < courier->n_queue; i++)
		free(courier->queue[i].bytes);
	free(courier->got);
	free(courier);
}
