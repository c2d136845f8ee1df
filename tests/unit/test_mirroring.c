/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the director asks of the sync process, and when: bulks, and the flush before a handover. On a clock of the
 * test's own. */
#include "tests/unit/logged.h"

#include "base/virtual/world.h"
#include "daemon/director/sync/sync.h"
#include "sync/tap.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct {
	struct loop *loop, *worker_loop;
	struct conf conf;
	struct conf_vrrp vrrp;
	struct vrrp_report report;
	struct ipvs_state table;
	bool is_table_known;
	struct sync_side side;
	struct greeted *worker;
	unsigned n_bulks, n_flushes;
	uint32_t number; /* of the last FLUSH */
	struct sync_mirror_state state;
} it;

/* --- the parts around --- */

int sync_tap_open(const struct sync_daemon *daemon, unsigned index, unsigned ttl, struct sync_tap *ret_tap,
		  struct err *err)
{
	(void)daemon, (void)index, (void)ttl, (void)err;
	*ret_tap = (struct sync_tap){.said = dup(0), .heard = dup(0)};
	return 0;
}

static const struct vrrp_report *report_of(const struct conf_vrrp *conf, void *arg)
{
	(void)conf, (void)arg;
	return &it.report;
}

static void nothing(void *arg)
{
	(void)arg;
}

static void on_order(uint16_t type, const void *body, size_t len, void *arg)
{
	(void)arg;
	it.n_bulks += type == SYNC_FRAME_BULK;
	if (type != SYNC_FRAME_FLUSH)
		return;
	it.n_flushes++;
	ck_assert_uint_eq(len, sizeof(it.number));
	memcpy(&it.number, body, sizeof(it.number));
}

static void run_for_ms(int64_t ms)
{
	world_run_until(mono_add_ms(world_now(), ms));
}

static void setup(void)
{
	const struct greeted_ops worker = {.on_lost = nothing, .on_frame = on_order, .on_closed = nothing};
	int ends[2];

	memset(&it, 0, sizeof(it));
	world_begin((struct mono){1000 * NS_PER_S});
	logged_begin();
	ck_assert_int_eq(chan_pair(ends), 0);
	it.loop = loop_new();
	it.worker_loop = loop_new();
	it.is_table_known = true;
	it.report.state = VRRP_MASTER;
	it.conf.vrrps = &it.vrrp;
	it.conf.n_vrrps = 1;
	it.conf.global.sync_daemon.is_on = true;
	it.side = (struct sync_side){.loop = it.loop,
				     .conf = &it.conf,
				     .table = &it.table,
				     .is_table_known = &it.is_table_known,
				     .mirroring = {.flush = {flushing_take, flushing_end}},
				     .sink = {.report = report_of}};
	mirroring_open(&it.side, ends[0], false);
	it.worker = greeted_new_worker(it.worker_loop, ends[1], &worker);
	run_for_ms(10);
	mirroring_settle(&it.side, 3);
	run_for_ms(10);
}

static void teardown(void)
{
	flushing_close(&it.side);
	mirroring_close(&it.side);
	greeted_free(it.worker);
	loop_free(it.loop);
	loop_free(it.worker_loop);
}

static void state_tell(uint32_t n_sent)
{
	uint8_t body[SYNC_MIRROR_STATE_SIZE];

	it.state.n_sent = n_sent;
	sync_mirror_state_encode(&it.state, body);
	greeted_send(it.worker, SYNC_FRAME_STATE, body, sizeof(body));
	it.state.n_bulks++;
	run_for_ms(1);
}

static void flushed_tell(uint32_t number)
{
	uint8_t body[SYNC_FLUSHED_SIZE];

	sync_flushed_encode(&(struct sync_flushed){.number = number, .n_sent = 5}, body);
	greeted_send(it.worker, SYNC_FRAME_FLUSHED, body, sizeof(body));
	run_for_ms(1);
}

/* Anybody can forge a hello: after a large bulk the next one is a minute away, after a small one 10 s. */
static const struct {
	uint32_t n_sent;
	int64_t pause_ms;
} pauses[] = {{1, 10000}, {1000, 10000}, {1001, 60000}, {100000, 60000}};

START_TEST(a_bulk_is_some_time_away_from_the_last_one)
{
	state_tell(0);
	mirroring_bulk(&it.side);
	run_for_ms(1);
	ck_assert_uint_eq(it.n_bulks, 1);
	state_tell(pauses[_i].n_sent);
	mirroring_bulk(&it.side);
	run_for_ms(pauses[_i].pause_ms - 100);
	ck_assert_uint_eq(it.n_bulks, 1);
	run_for_ms(200);
	ck_assert_uint_eq(it.n_bulks, 2);
}
END_TEST

START_TEST(a_handover_waits_for_the_flush)
{
	flushing_begin(&it.side);
	ck_assert(flushing_is_under_way(&it.side));
	run_for_ms(5);
	ck_assert_uint_eq(it.n_flushes, 1);
	flushed_tell(it.number + 1); /* of another one */
	ck_assert(flushing_is_under_way(&it.side));
	flushed_tell(it.number);
	ck_assert(!flushing_is_under_way(&it.side));
	ck_assert_uint_eq(it.n_flushes, 1);
	run_for_ms(120); /* the addresses are still here */
	ck_assert_uint_eq(it.n_flushes, 2);
	flushed_tell(it.number);
	it.report.state = VRRP_BACKUP;
	run_for_ms(1000);
	ck_assert_uint_eq(it.n_flushes, 2);
}
END_TEST

START_TEST(a_handover_does_not_wait_for_long)
{
	flushing_begin(&it.side);
	run_for_ms(FLUSHING_MAX_MS - 1);
	ck_assert(flushing_is_under_way(&it.side));
	flushing_begin(&it.side); /* another order does not make it longer */
	run_for_ms(2);
	ck_assert(!flushing_is_under_way(&it.side));
	ck_assert_uint_eq(it.n_flushes, 1);
}
END_TEST

START_TEST(without_an_address_or_a_process_nothing_is_flushed)
{
	it.report.state = VRRP_BACKUP;
	flushing_begin(&it.side);
	ck_assert(!flushing_is_under_way(&it.side));
	it.report.state = VRRP_MASTER;
	it.side.mirroring.index = 0; /* the mode is off */
	flushing_begin(&it.side);
	ck_assert(!flushing_is_under_way(&it.side));
	run_for_ms(100);
	ck_assert_uint_eq(it.n_flushes, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("mirroring");
	TCase *tests = tcase_create("mirroring");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_loop_test(tests, a_bulk_is_some_time_away_from_the_last_one, 0,
			    (int)(sizeof(pauses) / sizeof(pauses[0])));
	tcase_add_test(tests, a_handover_waits_for_the_flush);
	tcase_add_test(tests, a_handover_does_not_wait_for_long);
	tcase_add_test(tests, without_an_address_or_a_process_nothing_is_flushed);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
