/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When the kernel's roles of connection sync are started, stopped and left alone. */
#include "daemon/director/sync/sync.h"
#include "daemon/shared/rundir_names.h"
#include "fake_rundir.h"
#include "sync/watch.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* --- the kernel, its interface and the other parts --- */

static struct {
	struct sync_daemon roles[2];
	size_t n;
	struct sync_seen seen;
	int stop_code;
	size_t n_announced, n_announced_anew, n_watches;
	bool is_ours;
	unsigned mirrored; /* the index in the last mirroring_settle() */
	unsigned private_index; /* of the private interface of mode relay */
	unsigned relayed;	/* the index in the last relaying_settle() */
	size_t n_relayed;	/* relaying_settle() */
	size_t n_ends;		/* relaying_end() */
	size_t n_leaves;	/* mirroring_leave() */
	const char *private_fault;
	size_t n_removed; /* sync_keeper_remove() */
	char removed[CONF_IFNAME_MAX]; /* the last one */
} kernel;

int ipvs_genl_daemons(struct ipvs_genl *genl, struct sync_daemon daemons[static 2], size_t *ret_n,
		      struct err *err)
{
	(void)genl;
	(void)err;
	memcpy(daemons, kernel.roles, sizeof(kernel.roles));
	*ret_n = kernel.n;
	return 0;
}

int ipvs_genl_daemon_start(struct ipvs_genl *genl, const struct sync_daemon *daemon, struct err *err)
{
	(void)genl;
	(void)err;
	ck_assert_uint_lt(kernel.n, 2);
	kernel.roles[kernel.n++] = *daemon;
	return 0;
}

int ipvs_genl_daemon_stop(struct ipvs_genl *genl, enum sync_role role, struct err *err)
{
	size_t n = 0;

	(void)genl;
	if (kernel.stop_code)
		return err_set(err, kernel.stop_code, "told by the test");
	for (size_t i = 0; i < kernel.n; i++)
		if (kernel.roles[i].role != role)
			kernel.roles[n++] = kernel.roles[i];
	kernel.n = n;
	return 0;
}

int sync_watch_open(struct loop *loop, loop_fn *fn, void *arg, struct sync_watch **ret_watch,
		    struct err *err)
{
	(void)loop;
	(void)fn;
	(void)arg;
	(void)err;
	*ret_watch = NULL;
	kernel.n_watches++;
	return 0;
}

void sync_watch_close(struct sync_watch *watch)
{
	(void)watch;
}

void sync_watch_read(const struct sync_daemon *daemon, unsigned n_own, unsigned bound,
		     struct sync_seen *ret_seen)
{
	/* The kernel's defaults are filled in. */
	ck_assert_uint_ne(daemon->group.family, AF_UNSPEC);
	ck_assert_uint_ne(daemon->port, 0);
	(void)n_own;
	(void)bound;
	*ret_seen = kernel.seen;
}

void rejoin_settle(struct sync_side *side)
{
	(void)side;
}

void rejoin_reopen(struct sync_side *side)
{
	(void)side;
}

void rejoin_repeat(struct sync_side *side)
{
	(void)side;
}

void rejoin_announce_anew(struct sync_side *side)
{
	(void)side;
	kernel.n_announced_anew++;
}

void rejoin_announce(struct sync_side *side)
{
	(void)side;
	kernel.n_announced++;
}

void mirroring_settle(struct sync_side *side, unsigned index)
{
	(void)side;
	kernel.mirrored = index;
}

const struct sync_mirror_state *mirroring_state(const struct sync_side *side)
{
	(void)side;
	return NULL;
}

void mirroring_leave(struct sync_side *side)
{
	(void)side;
	kernel.n_leaves++;
}

int sync_keeper_remove(const char *name)
{
	kernel.n_removed++;
	snprintf(kernel.removed, sizeof(kernel.removed), "%s", name);
	return 0;
}

unsigned relaying_interface(struct sync_side *side, const char **ret_fault)
{
	(void)side;
	*ret_fault = kernel.private_fault;
	return kernel.private_index;
}

void relaying_settle(struct sync_side *side, unsigned index)
{
	(void)side;
	if (!kernel.n_relayed++)
		ck_assert_uint_eq(kernel.n, 0); /* before the master role says anything */
	kernel.relayed = index;
}

void relaying_end(struct sync_side *side)
{
	(void)side;
	kernel.n_ends++;
}

void relaying_status(const struct sync_side *side, struct sync_status *status)
{
	status->relay = &side->conf->global.relay;
}

void heartbeats_settle(struct sync_side *side)
{
	(void)side;
}

void heartbeats_status(const struct sync_side *side, struct sync_status *status)
{
	(void)side;
	status->state = "heard";
}

/* --- the tests --- */

static struct conf conf;
static struct sync_side side;

static void set_ours(bool is_ours, void *arg)
{
	(void)arg;
	kernel.is_ours = is_ours;
}

static void setup(void)
{
	memset(&kernel, 0, sizeof(kernel));
	fake_rundir_clear();
	kernel.seen.index = 7;
	conf.global.relay = (struct conf_relay){0};
	kernel.private_fault = "";
	conf.global.sync_daemon = (struct conf_sync_daemon){
	    .is_on = true, .interface = "eth1", .instance = "", .syncid = 51};
	side = (struct sync_side){
	    .loop = loop_new(), .run_dir = "", .conf = &conf, .sink.set_ours = set_ours};
}

static void teardown(void)
{
	syncing_close(&side);
	loop_free(side.loop);
	fake_rundir_clear();
}

static int settle(void)
{
	return syncing_settle(&side, NULL, kernel.is_ours);
}

START_TEST(both_roles_are_started_and_stopped)
{
	ck_assert_int_eq(settle(), 0);
	ck_assert_uint_eq(kernel.n, 2);
	ck_assert(kernel.is_ours);
	ck_assert_uint_eq(kernel.n_announced, 1); /* when the backup role runs */
	ck_assert_uint_eq(kernel.mirrored, 7);
	ck_assert_ptr_nonnull(strstr(fake_rundir_text(RUNDIR_SYNC), "\"master\": 7"));
	ck_assert_int_eq(settle(), 0);
	ck_assert_uint_eq(kernel.n_announced, 1);
	conf.global.sync_daemon.is_on = false;
	ck_assert_int_eq(settle(), 0);
	ck_assert_uint_eq(kernel.n, 0);
	ck_assert(!kernel.is_ours);
	ck_assert_ptr_null(fake_rundir_text(RUNDIR_SYNC));
}
END_TEST

START_TEST(roles_of_somebody_else_are_left_alone)
{
	kernel.roles[0] = (struct sync_daemon){.role = SYNC_ROLE_BACKUP, .interface = "eth9"};
	kernel.n = 1;
	conf.global.sync_daemon.is_on = false;
	ck_assert_int_eq(settle(), 0);
	ck_assert_uint_eq(kernel.n, 1);
	ck_assert_uint_eq(kernel.n_watches, 0);
}
END_TEST

START_TEST(without_the_interface_what_runs_stays)
{
	ck_assert_int_eq(settle(), 0);
	kernel.seen.index = 0;
	conf.global.sync_daemon.syncid = 52;
	ck_assert_int_eq(settle(), 0);
	ck_assert_uint_eq(kernel.n, 2);
	ck_assert_uint_eq(kernel.roles[0].syncid, 51);
	ck_assert_str_ne(syncing_fault(&side), "");
	kernel.seen.index = 7;
	ck_assert_int_eq(settle(), 0);
	ck_assert_uint_eq(kernel.n, 2);
	ck_assert_uint_eq(kernel.roles[0].syncid, 52);
}
END_TEST

/* A role goes on with the interface that is gone: what it told meanwhile is told again. */
START_TEST(with_an_interface_made_anew_the_roles_are_made_anew)
{
	ck_assert_int_eq(settle(), 0);
	ck_assert_uint_eq(kernel.n_announced_anew, 0);
	kernel.seen.index = 8;
	ck_assert_int_eq(settle(), 0);
	ck_assert_uint_eq(kernel.n, 2);
	ck_assert_uint_eq(kernel.n_announced, 2);
	ck_assert_uint_eq(kernel.n_announced_anew, 1);
	ck_assert_ptr_nonnull(strstr(fake_rundir_text(RUNDIR_SYNC), "\"master\": 8"));
}
END_TEST

START_TEST(roles_that_the_kernel_does_not_stop_are_still_ours)
{
	ck_assert_int_eq(settle(), 0);
	conf.global.sync_daemon.is_on = false;
	kernel.stop_code = -EBUSY;
	ck_assert_int_eq(settle(), -EBUSY);
	ck_assert(kernel.is_ours);
	ck_assert_ptr_nonnull(fake_rundir_text(RUNDIR_SYNC));
	kernel.stop_code = 0;
	ck_assert_int_eq(settle(), 0);
	ck_assert(!kernel.is_ours);
	ck_assert_uint_eq(kernel.n, 0);
}
END_TEST

/* From mode kernel to mode relay, and back. The roles are on the private interface then, and nobody says hello. */
START_TEST(mode_relay_has_its_own_interface)
{
	conf.global.sync_daemon.is_on = false;
	conf.global.relay = (struct conf_relay){.is_on = true, .private_interface = "lvsd-sync", .syncid = 52};
	kernel.private_index = kernel.seen.index = 9;
	ck_assert_int_eq(settle(), 0);
	ck_assert_uint_eq(kernel.n, 2);
	ck_assert_str_eq(kernel.roles[0].interface, "lvsd-sync");
	ck_assert_uint_eq(kernel.roles[1].syncid, 52);
	ck_assert_uint_eq(kernel.relayed, 9);
	ck_assert_uint_eq(kernel.n_announced, 0);
	ck_assert_uint_eq(kernel.n_leaves, 1);
	ck_assert_uint_eq(kernel.n_ends, 0);
	ck_assert_ptr_nonnull(syncing_status(&side).relay);
	conf.global.relay.is_on = false;
	conf.global.sync_daemon.is_on = true;
	kernel.seen.index = 7;
	ck_assert_int_eq(settle(), 0);
	ck_assert_uint_eq(kernel.n_ends, 1);
	ck_assert_str_eq(kernel.roles[0].interface, "eth1");
	ck_assert_uint_eq(kernel.mirrored, 7);
	ck_assert_uint_eq(kernel.n_announced, 1);
	ck_assert_ptr_null(syncing_status(&side).relay);
}
END_TEST

/* Another private interface: the former one stays while the roles are there. And an lvsd that was stopped in mode
 * relay, and is started without it, finds the roles that its predecessor left. */
START_TEST(a_private_interface_goes_when_no_role_needs_it)
{
	conf.global.sync_daemon.is_on = false;
	conf.global.relay = (struct conf_relay){.is_on = true, .private_interface = "lvsd-sync", .syncid = 52};
	kernel.private_index = kernel.seen.index = 9;
	ck_assert_int_eq(settle(), 0);
	conf.global.relay.private_interface = "eth0";
	kernel.private_index = 0;
	ck_assert_int_eq(settle(), 0);
	ck_assert_uint_eq(kernel.n, 2);
	ck_assert_uint_eq(kernel.n_removed, 0);
	conf.global.relay.private_interface = "lvsd-other";
	kernel.private_index = 10;
	ck_assert_int_eq(settle(), 0);
	ck_assert_str_eq(kernel.roles[0].interface, "lvsd-other");
	ck_assert_str_eq(kernel.removed, "lvsd-sync");
	ck_assert_int_eq(settle(), 0);
	ck_assert_uint_eq(kernel.n_removed, 2); /* once for each role */
	conf.global.relay.is_on = false;
	kernel.is_ours = true;
	ck_assert_int_eq(settle(), 0);
	ck_assert_uint_eq(kernel.n, 0);
	ck_assert_str_eq(kernel.removed, "lvsd-other");
}
END_TEST

/* The interface of that name is missing; or it is there, and is somebody else's, such as a network card. */
START_TEST(without_the_private_interface_no_role_is_started)
{
	conf.global.sync_daemon.is_on = false;
	conf.global.relay = (struct conf_relay){.is_on = true, .private_interface = "lvsd-sync"};
	kernel.seen.index = _i ? 9 : 0;
	kernel.private_fault = "somebody else's";
	ck_assert_int_eq(settle(), 0);
	ck_assert_uint_eq(kernel.n, 0);
	ck_assert_uint_eq(kernel.relayed, 0);
	ck_assert_uint_eq(syncing_status(&side).index, 0);
	ck_assert_str_eq(syncing_status(&side).fault, "somebody else's");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("syncing");
	TCase *tcase = tcase_create("syncing");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, both_roles_are_started_and_stopped);
	tcase_add_test(tcase, roles_of_somebody_else_are_left_alone);
	tcase_add_test(tcase, without_the_interface_what_runs_stays);
	tcase_add_test(tcase, with_an_interface_made_anew_the_roles_are_made_anew);
	tcase_add_test(tcase, roles_that_the_kernel_does_not_stop_are_still_ours);
	tcase_add_test(tcase, mode_relay_has_its_own_interface);
	tcase_add_test(tcase, a_private_interface_goes_when_no_role_needs_it);
	tcase_add_loop_test(tcase, without_the_private_interface_no_role_is_started, 0, 2);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
