/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the director keeps the rules of the relay's private interface, on nf_tables in memory. */
#include "base/clock.h"
#include "daemon/director/host/owner.h"
#include "host/nft.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct host_owner wanted = {
    .is_on = true, .interface = "lvsd-sync0", .master_port = 8848, .backup_port = 8864, .uid = 998};
static const struct host_owner off;

static struct {
	struct loop *loop;
	struct owner_side side;
	struct host_filter have;
	int code; /* of each request */
	unsigned n_changes, n_stores;
	bool was_stored_first; /* that the table may exist, before it was made */
} bench;

int host_nft_read_chain(const char *table, const char *chain, struct host_filter *ret_have, struct err *err)
{
	ck_assert_str_eq(table, "lvsd_sync");
	ck_assert_str_eq(chain, HOST_OWNER_CHAIN);
	if (bench.code)
		return err_set(err, bench.code, "nf_tables: code %d", bench.code);
	ret_have->exists = bench.have.exists;
	for (size_t i = 0; i < bench.have.layout.n; i++)
		*vec_push(&ret_have->layout) = bench.have.layout.items[i];
	return 0;
}

/* The plans of this file: the table as it is wanted, or none. */
int host_nft_carry_out(const char *table, const struct host_nft_bytes *bytes, uint32_t seq, struct err *err)
{
	(void)err;
	ck_assert_str_eq(table, "lvsd_sync");
	ck_assert_uint_gt(bytes->items.n, 0);
	ck_assert_uint_gt(seq, 0);
	bench.n_changes++;
	bench.was_stored_first = bench.side.may_exist;
	host_filter_clear(&bench.have);
	host_owner_want(&bench.side.owner, &bench.have);
	return 0;
}

int host_nft_watch_open(void)
{
	return -1;
}

void host_nft_watch_drain(int fd)
{
	(void)fd;
}

static void on_store(void *arg)
{
	(void)arg;
	bench.n_stores++;
}

static void bench_open(void)
{
	memset(&bench, 0, sizeof(bench));
	bench.loop = loop_new();
	bench.side = (struct owner_side){.loop = bench.loop, .on_store = on_store};
	host_owner_table(NULL, bench.side.table);
	owner_open(&bench.side);
}

static void bench_close(void)
{
	owner_close(&bench.side);
	loop_free(bench.loop);
	host_filter_clear(&bench.have);
}

static void look(void)
{
	owner_refresh(&bench.side);
	owner_settle(&bench.side);
}

START_TEST(nothing_runs_without_the_relay)
{
	bench_open();
	look();
	ck_assert(!owner_want_changed(&bench.side, &off));
	ck_assert_uint_eq(bench.n_changes + bench.n_stores, 0);
	ck_assert(mono_is_never(bench.side.due));
	bench_close();
}
END_TEST

START_TEST(the_table_is_made_restored_and_removed)
{
	bench_open();
	ck_assert(owner_want_changed(&bench.side, &wanted));
	ck_assert(bench.have.exists && bench.was_stored_first && bench.side.may_exist);
	look();
	ck_assert_uint_eq(bench.n_changes, 1);
	ck_assert(!owner_want_changed(&bench.side, &wanted));
	host_filter_clear(&bench.have); /* somebody has removed it */
	look();
	ck_assert(bench.have.exists);
	ck_assert_uint_eq(bench.side.n_repairs, 1);
	ck_assert(owner_want_changed(&bench.side, &off));
	ck_assert(!bench.have.exists && !bench.side.may_exist);
	ck_assert_uint_eq(bench.side.n_repairs, 1);
	ck_assert_uint_eq(bench.n_stores, 2);
	bench_close();
}
END_TEST

/* A predecessor's, that host.json remembers. */
START_TEST(the_table_of_a_predecessor_goes)
{
	bench_open();
	bench.side.may_exist = true;
	host_owner_want(&wanted, &bench.have);
	ck_assert(owner_want_changed(&bench.side, &off));
	ck_assert(!bench.have.exists && !bench.side.may_exist);
	bench_close();
}
END_TEST

START_TEST(a_fault_is_said_and_tried_again)
{
	bench_open();
	bench.code = -ENOMEM;
	owner_want_changed(&bench.side, &wanted);
	ck_assert_ptr_nonnull(bench.side.fault);
	ck_assert(!bench.side.is_absent);
	ck_assert(!mono_is_never(bench.side.due));
	bench.code = 0;
	look();
	ck_assert_ptr_null(bench.side.fault);
	ck_assert(bench.have.exists);
	bench_close();
}
END_TEST

START_TEST(without_nftables_iptables_is_wanted)
{
	bench_open();
	bench.code = -EOPNOTSUPP;
	owner_want_changed(&bench.side, &wanted);
	ck_assert_ptr_null(bench.side.fault);
	ck_assert(bench.side.is_absent);
	bench.code = 0; /* the module is there now */
	look();
	ck_assert(!bench.side.is_absent && bench.have.exists);
	bench.code = -EOPNOTSUPP;
	bench.side.may_exist = false;
	owner_want_changed(&bench.side, &off);
	ck_assert(!bench.side.is_absent);
	bench_close();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("owner_side");
	TCase *tcase = tcase_create("owner_side");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, nothing_runs_without_the_relay);
	tcase_add_test(tcase, the_table_is_made_restored_and_removed);
	tcase_add_test(tcase, the_table_of_a_predecessor_goes);
	tcase_add_test(tcase, a_fault_is_said_and_tried_again);
	tcase_add_test(tcase, without_nftables_iptables_is_wanted);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
