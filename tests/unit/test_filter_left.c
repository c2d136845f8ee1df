/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How long the filter of no_accept holds an address that the file has no more, on nf_tables in memory. */
#include "base/clock.h"
#include "conf/load.h"
#include "daemon/director/host/filter.h"
#include "host/nft.h"

#include <check.h>
#include <stdlib.h>

static struct {
	struct loop *loop;
	struct filter_side filter;
	struct host_filter have;
	bool has_left; /* no vrrp process has confirmed that the address is gone */
	unsigned n_changes;
} bench;

/* --- the kernel --- */

static void copy(const struct host_filter *from, struct host_filter *to)
{
	host_filter_clear(to);
	to->exists = from->exists;
	for (size_t i = 0; i < from->layout.n; i++)
		*vec_push(&to->layout) = from->layout.items[i];
	host_filter_keep(to, from);
}

int host_nft_read(const char *table, struct host_filter *ret_have, struct err *err)
{
	(void)table;
	(void)err;
	copy(&bench.have, ret_have);
	return 0;
}

/* Only the plans of this file: the table as it is wanted, or none. */
int host_nft_apply(const char *table, const struct host_filter_plan *plan,
		   const struct conf_global *global, struct err *err)
{
	(void)table;
	(void)global;
	(void)err;
	bench.n_changes++;
	if (plan->step == HOST_FILTER_REMOVE)
		host_filter_clear(&bench.have);
	else
		copy(&bench.filter.want, &bench.have);
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

/* --- the director --- */

static bool has_left(void *arg)
{
	(void)arg;
	return bench.has_left;
}

static void on_store(void *arg)
{
	(void)arg;
}

static struct conf *load(const char *text)
{
	struct diags diags = {0};
	struct conf *conf = conf_load_text("t.conf", text, strlen(text), &diags);

	ck_assert_ptr_nonnull(conf);
	diags_free(&diags);
	return conf;
}

/* A turn. is_due: the time for the next look has come. */
static void turn(bool is_due)
{
	if (is_due)
		filter_refresh(&bench.filter);
	filter_settle(&bench.filter);
}

START_TEST(an_address_stays_until_it_is_confirmed_to_be_gone)
{
	struct conf *refusing = load("vrrp_instance VI {\ninterface eth0\nvirtual_router_id 51\n"
				     "no_accept\nvirtual_ipaddress {\n10.0.0.1\n}\n}\n");
	struct conf *without = load("virtual_server 10.0.0.9 80 {\nprotocol TCP\nlvs_method DR\n}\n");

	bench.loop = loop_new();
	bench.filter = (struct filter_side){
	    .loop = bench.loop, .on_store = on_store, .has_left = has_left, .table = "t"};
	filter_open(&bench.filter);
	filter_want_changed(&bench.filter, refusing);
	ck_assert_uint_eq(bench.have.elements.n, 1);
	/* Before the vrrp process can have removed it, whatever is known. */
	filter_want_changed(&bench.filter, without);
	turn(true);
	ck_assert_uint_eq(bench.have.elements.n, 1);
	/* It hangs for longer than that. */
	bench.has_left = true;
	bench.filter.keep_until = clock_mono();
	turn(true);
	turn(false);
	ck_assert_uint_eq(bench.have.elements.n, 1);
	ck_assert_uint_eq(bench.n_changes, 1);
	bench.has_left = false;
	turn(false);
	ck_assert_uint_eq(bench.have.elements.n, 0);
	/* Once lvsd stops nothing is kept. */
	filter_want_changed(&bench.filter, refusing);
	bench.has_left = true;
	filter_stop(&bench.filter);
	ck_assert_uint_eq(bench.have.elements.n, 0);
	ck_assert_uint_eq(bench.n_changes, 4);
	filter_close(&bench.filter);
	loop_free(bench.loop);
	conf_free(refusing);
	conf_free(without);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("filter left");
	TCase *tcase = tcase_create("left");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, an_address_stays_until_it_is_confirmed_to_be_gone);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
