/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The outbox over sockets that only write down what they are given. */
#include "vrrp/machine/outbox.h"

#include <check.h>
#include <errno.h>
#include <string.h>

struct vrrp_raw {
	unsigned n_calls, n_messages;
	uint8_t put, last; /* the first byte of the newest message put and sent: they count up */
};

static struct vrrp_raw sockets[3];
static unsigned n_told, n_refused;

/* Refuses each message whose second byte is 1. */
void vrrp_raw_send(struct vrrp_raw *raw, struct vrrp_raw_message *const *messages, size_t n)
{
	ck_assert_uint_ge(n, 1);
	ck_assert_uint_le(n, VRRP_RAW_BATCH);
	raw->n_calls++;
	for (size_t i = 0; i < n; i++) {
		ck_assert_uint_eq(messages[i]->body[0], (uint8_t)(raw->last + 1));
		raw->last = messages[i]->body[0];
		raw->n_messages++;
		messages[i]->code = messages[i]->body[1] ? -ENOBUFS : 0;
	}
}

static void on_sent(const struct vrrp_sent *sent, void *arg)
{
	ck_assert_ptr_eq(arg, sockets);
	n_told++;
	n_refused += sent->code == -ENOBUFS;
	ck_assert_int_eq(sent->code, sent->priority == 1 ? -ENOBUFS : 0);
}

static void put(struct vrrp_outbox *outbox, unsigned socket, bool is_refused, size_t len)
{
	uint8_t body[VRRP_PKT_MAX] = {0};
	const struct vrrp_sent sent = {.id = socket, .priority = is_refused};
	const struct vrrp_raw_message message = {.body = body, .len = len};

	body[0] = ++sockets[socket].put;
	body[1] = is_refused;
	vrrp_outbox_put(outbox, &sockets[socket], &sent, &message);
}

static struct vrrp_outbox *begin(void)
{
	memset(sockets, 0, sizeof(sockets));
	n_told = n_refused = 0;
	return vrrp_outbox_new(on_sent, sockets);
}

START_TEST(each_socket_gets_its_messages_in_order_in_one_call)
{
	struct vrrp_outbox *outbox = begin();

	for (unsigned i = 0; i < 3 * VRRP_RAW_BATCH; i++)
		put(outbox, i % 3, i == 7, 20);
	ck_assert_uint_eq(sockets[0].n_calls, 0);
	vrrp_outbox_flush(outbox);
	for (unsigned i = 0; i < 3; i++) {
		ck_assert_uint_eq(sockets[i].n_calls, 1);
		ck_assert_uint_eq(sockets[i].n_messages, VRRP_RAW_BATCH);
	}
	ck_assert_uint_eq(n_told, 3 * VRRP_RAW_BATCH);
	ck_assert_uint_eq(n_refused, 1);
	vrrp_outbox_flush(outbox);
	ck_assert_uint_eq(n_told, 3 * VRRP_RAW_BATCH);
	vrrp_outbox_free(outbox);
}
END_TEST

/* By number or by size: nothing is lost and nothing is sent twice. */
START_TEST(an_outbox_without_room_sends_first)
{
	const size_t len = _i ? VRRP_PKT_MAX : 20;
	struct vrrp_outbox *outbox = begin();

	for (unsigned i = 0; i < 1000; i++)
		put(outbox, i % 2, false, len);
	ck_assert_uint_gt(n_told, 700);
	vrrp_outbox_flush(outbox);
	ck_assert_uint_eq(n_told, 1000);
	ck_assert_uint_eq(sockets[0].n_messages + sockets[1].n_messages, 1000);
	vrrp_outbox_free(outbox);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("outbox");
	TCase *tcase = tcase_create("outbox");
	SRunner *runner;
	int failed;

	tcase_add_test(tcase, each_socket_gets_its_messages_in_order_in_one_call);
	tcase_add_loop_test(tcase, an_outbox_without_room_sends_first, 0, 2);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
