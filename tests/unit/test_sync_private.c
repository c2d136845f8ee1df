/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the relay needs on a machine, as values: its roles, its interface, and the kernel's drops. */
#include "sync/private/drops.h"
#include "sync/private/private.h"
#include "sync/relay/frame.h"
#include "sync/want.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NAME "lvsd-sync0"

/* --- the roles --- */

static const struct sync_private relay = {.is_on = true, .syncid = 51};

START_TEST(the_roles_of_the_relay_have_ports_of_their_own)
{
	struct sync_roles roles = sync_roles_private(&relay);
	struct sync_op ops[SYNC_OPS_MAX];

	ck_assert_uint_eq(sync_want_roles(&roles, NULL, 0, false, ops), 2);
	ck_assert_int_eq(ops[0].daemon.role, SYNC_ROLE_BACKUP);
	ck_assert_uint_eq(ops[0].daemon.port, 8864);
	ck_assert_uint_eq(ops[0].daemon.maxlen, 0);
	ck_assert_int_eq(ops[1].daemon.role, SYNC_ROLE_MASTER);
	ck_assert_uint_eq(ops[1].daemon.port, 8848);
	ck_assert_uint_eq(ops[1].daemon.maxlen, RELAY_PAYLOAD_MAX);
	for (size_t i = 0; i < 2; i++) {
		ck_assert_str_eq(ops[i].daemon.interface, NAME);
		ck_assert_uint_eq(ops[i].daemon.syncid, 51);
		ck_assert_uint_eq(ops[i].daemon.ttl, 1);
		ck_assert_int_eq(ops[i].daemon.group.family, AF_INET);
	}
}
END_TEST

START_TEST(the_file_may_name_the_interface_and_the_ports)
{
	struct sync_private own = relay;
	struct sync_roles roles;

	strcpy(own.interface, "sync1");
	own.master_port = 9000;
	own.backup_port = 9001;
	roles = sync_roles_private(&own);
	ck_assert_str_eq(roles.master.interface, "sync1");
	ck_assert_str_eq(roles.backup.interface, "sync1");
	ck_assert_uint_eq(roles.master.port, 9000);
	ck_assert_uint_eq(roles.backup.port, 9001);
}
END_TEST

/* From kernel mode to the relay and back, each role is compared with its own parameters. */
START_TEST(a_role_with_the_parameters_of_the_other_is_replaced)
{
	const struct conf_sync_daemon kernel = {.is_on = true, .interface = "eth0", .syncid = 51};
	struct sync_roles roles = sync_roles_private(&relay), none = {0};
	struct sync_daemon have[] = {roles.master, roles.backup};
	struct sync_op ops[SYNC_OPS_MAX];

	have[1].maxlen = 1472; /* as the kernel lists it */
	ck_assert_uint_eq(sync_want_roles(&roles, have, 2, true, ops), 0);
	ck_assert_uint_eq(sync_want(&kernel, have, 2, true, ops), 4);
	have[0].role = SYNC_ROLE_BACKUP;
	have[1].role = SYNC_ROLE_MASTER;
	ck_assert_uint_eq(sync_want_roles(&roles, have, 2, true, ops), 4);
	ck_assert_int_eq(ops[0].kind, SYNC_OP_STOP);
	ck_assert_int_eq(ops[1].kind, SYNC_OP_START);
	have[0] = roles.master;
	have[0].maxlen = 1472; /* a datagram that no frame can carry */
	ck_assert_uint_eq(sync_want_roles(&roles, have, 1, true, ops), 3);
	ck_assert_uint_eq(sync_want_roles(&none, have, 1, false, ops), 0);
	ck_assert_uint_eq(sync_want_roles(&none, have, 1, true, ops), 1);
	ck_assert_int_eq(ops[0].kind, SYNC_OP_STOP);
}
END_TEST

/* --- the interface --- */

static const struct sync_private_seen right = {.index = 7,
					       .kind = "dummy",
					       .is_ours = true,
					       .has_alias = true,
					       .is_up = true,
					       .is_multicast = true,
					       .mtu = SYNC_PRIVATE_MTU,
					       .has_address = true};

static unsigned planned(bool is_wanted, const struct sync_private_seen *seen)
{
	unsigned ops = 0;
	struct err err;

	ck_assert_msg(sync_private_plan(NAME, is_wanted, seen, &ops, &err) == 0, "%s", err.text);
	return ops;
}

START_TEST(an_interface_that_is_right_stays)
{
	ck_assert_uint_eq(planned(true, &right), 0);
	ck_assert_uint_eq(planned(false, &(struct sync_private_seen){0}), 0);
	ck_assert_uint_eq(planned(false, &right), SYNC_PRIVATE_DELETE);
}
END_TEST

START_TEST(a_missing_interface_is_made_whole)
{
	unsigned ops = planned(true, &(struct sync_private_seen){0});

	ck_assert_uint_eq(ops, SYNC_PRIVATE_MAKE | SYNC_PRIVATE_SET_ALIAS | SYNC_PRIVATE_SET_MTU |
				   SYNC_PRIVATE_IP6_OFF | SYNC_PRIVATE_ADD_ADDRESS | SYNC_PRIVATE_SET_UP);
	ops = planned(true, &(struct sync_private_seen){.stray = 9});
	ck_assert(ops & SYNC_PRIVATE_DELETE_STRAY);
	ck_assert(ops & SYNC_PRIVATE_MAKE);
	ck_assert_uint_eq(planned(false, &(struct sync_private_seen){.stray = 9}), SYNC_PRIVATE_DELETE_STRAY);
}
END_TEST

START_TEST(each_drift_is_corrected_alone)
{
	struct sync_private_seen seen[8];

	for (size_t i = 0; i < 8; i++)
		seen[i] = right;
	seen[0].mtu = 9000;
	seen[1].is_up = false;
	seen[2].is_multicast = false;
	seen[3].has_address = false;
	seen[4].has_ip6 = true;
	seen[5].n_others = 1;
	seen[6].has_master = true;
	seen[7].is_ours = seen[7].has_alias = false;
	ck_assert_uint_eq(planned(true, &seen[0]), SYNC_PRIVATE_SET_MTU);
	ck_assert_uint_eq(planned(true, &seen[1]), SYNC_PRIVATE_SET_UP);
	ck_assert_uint_eq(planned(true, &seen[2]), SYNC_PRIVATE_SET_UP);
	ck_assert_uint_eq(planned(true, &seen[3]), SYNC_PRIVATE_ADD_ADDRESS);
	ck_assert_uint_eq(planned(true, &seen[4]), SYNC_PRIVATE_IP6_OFF);
	ck_assert_uint_eq(planned(true, &seen[5]), SYNC_PRIVATE_DEL_OTHERS);
	ck_assert_uint_eq(planned(true, &seen[6]), SYNC_PRIVATE_FREE);
	ck_assert_uint_eq(planned(true, &seen[7]), SYNC_PRIVATE_SET_ALIAS);
}
END_TEST

START_TEST(an_interface_of_somebody_else_is_refused_and_stays)
{
	struct sync_private_seen seen[4];

	for (size_t i = 0; i < 4; i++) {
		seen[i] = right;
		seen[i].is_ours = seen[i].has_alias = false;
	}
	strcpy(seen[0].kind, "veth");
	seen[1].n_others = 1;
	seen[2].has_alias = true;
	seen[3].has_master = true;
	for (size_t i = 0; i < 4; i++) {
		unsigned ops = 77;
		struct err err = {""};

		ck_assert_int_eq(sync_private_plan(NAME, true, &seen[i], &ops, &err), -EEXIST);
		ck_assert_uint_eq(ops, 77);
		ck_assert_ptr_nonnull(strstr(err.text, "interface " NAME " "));
		ck_assert_ptr_nonnull(strstr(err.text, "Rename that interface"));
		ck_assert_uint_eq(planned(false, &seen[i]), 0);
	}
	/* One that lvsd has kept until now is no such. */
	seen[2].is_known = true;
	ck_assert_uint_eq(planned(true, &seen[2]), SYNC_PRIVATE_SET_ALIAS);
	seen[0].is_known = true;
	ck_assert_int_eq(sync_private_plan(NAME, true, &seen[0], &(unsigned){0}, &(struct err){""}), -EEXIST);
	/* An alias alone makes no veth a dummy interface. */
	seen[0].is_ours = seen[0].has_alias = true;
	ck_assert_uint_eq(planned(false, &seen[0]), 0);
}
END_TEST

START_TEST(the_alias_names_the_interface)
{
	char a[SYNC_PRIVATE_ALIAS_MAX], b[SYNC_PRIVATE_ALIAS_MAX], text[SYNC_PRIVATE_OPS_TEXT];

	ck_assert_str_eq(sync_private_alias(NAME, a), "lvsd: lvsd-sync0, private interface of connection sync");
	ck_assert_str_ne(a, sync_private_alias("lvsd-sync1", b));
	ck_assert_str_eq(sync_private_ops_text(SYNC_PRIVATE_SET_UP | SYNC_PRIVATE_SET_MTU, text), "MTU, up");
	ck_assert_str_eq(sync_private_ops_text(~0u, text), "the renamed one is deleted, made");
	/* All that can come together has room. */
	ck_assert_str_eq(sync_private_ops_text(~0u & ~(unsigned)SYNC_PRIVATE_MAKE, text) + strlen(text) - 7, "deleted");
}
END_TEST

/* --- the drops --- */

#define HEAD                                                                                                  \
	"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode "   \
	"ref pointer drops\n"
#define ROW(socket, uid, inode, drops)                                                                                 \
	"  907: " socket " 00000000:0000 07 00000000:00000000 00:00000000 00000000 " uid "        0 " inode            \
	" 2 00000000fda1a5d5 " drops "         \n"

static struct endpoint backup_socket(void)
{
	struct endpoint ep = {.port = 8864};

	ck_assert_int_eq(addr_parse("224.0.0.81", &ep.addr), 0);
	return ep;
}

START_TEST(the_line_of_the_backup_role_is_found)
{
	const struct endpoint ep = backup_socket();
	struct sync_drops_row row = {0};

	ck_assert(sync_drops_read(HEAD ROW("510000E0:2290", "    0", "111", "4")
				  ROW("0100007F:22A0", "    0", "222", "5")
				  ROW("510000E0:22A0", "65534", "333", "6")
				  ROW("510000E0:22A0", "    0", "444", "7"), &ep, 998, &row));
	ck_assert_uint_eq(row.inode, 444);
	ck_assert_uint_eq(row.drops, 7);
	ck_assert(sync_drops_read(HEAD ROW("510000E0:22A0", "  998", "555", "4294967295"), &ep, 998, &row));
	ck_assert_uint_eq(row.inode, 555);
	ck_assert_uint_eq(row.drops, UINT32_MAX);
	ck_assert(!sync_drops_read(HEAD, &ep, 998, &row));
	ck_assert(!sync_drops_read("", &ep, 998, &row));
	ck_assert(!sync_drops_read(HEAD ROW("510000E0:22A0", "65534", "333", "6"), &ep, 998, &row));
}
END_TEST

START_TEST(a_line_that_ends_early_is_no_line)
{
	const struct endpoint ep = backup_socket();
	const char *whole = ROW("510000E0:22A0", "    0", "444", "7");
	struct sync_drops_row row;

	/* Behind the last number are blanks. */
	for (size_t len = 0; len < strcspn(whole, "7\n") || whole[len] != '7' || strchr(whole + len + 1, '7'); len++) {
		char *part = strndup(whole, len);

		ck_assert_msg(!sync_drops_read(part, &ep, 0, &row), "%s", part);
		free(part);
	}
}
END_TEST

START_TEST(drops_count_since_the_start_of_the_role)
{
	struct sync_drops drops = {0};

	ck_assert_uint_eq(sync_drops_take(&drops, &(struct sync_drops_row){444, 3}), 3);
	ck_assert_uint_eq(sync_drops_take(&drops, &(struct sync_drops_row){444, 5}), 2);
	ck_assert_uint_eq(sync_drops_take(&drops, &(struct sync_drops_row){444, 5}), 0);
	ck_assert_uint_eq(drops.total, 5);
	/* Restarted. */
	ck_assert_uint_eq(sync_drops_take(&drops, &(struct sync_drops_row){445, UINT32_MAX}), UINT32_MAX);
	ck_assert_uint_eq(sync_drops_take(&drops, &(struct sync_drops_row){445, 1}), 2);
	ck_assert_uint_eq(drops.total, (uint64_t)UINT32_MAX + 2);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sync_private");
	TCase *tcase = tcase_create("sync_private");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, the_roles_of_the_relay_have_ports_of_their_own);
	tcase_add_test(tcase, the_file_may_name_the_interface_and_the_ports);
	tcase_add_test(tcase, a_role_with_the_parameters_of_the_other_is_replaced);
	tcase_add_test(tcase, an_interface_that_is_right_stays);
	tcase_add_test(tcase, a_missing_interface_is_made_whole);
	tcase_add_test(tcase, each_drift_is_corrected_alone);
	tcase_add_test(tcase, an_interface_of_somebody_else_is_refused_and_stays);
	tcase_add_test(tcase, the_alias_names_the_interface);
	tcase_add_test(tcase, the_line_of_the_backup_role_is_found);
	tcase_add_test(tcase, a_line_that_ends_early_is_no_line);
	tcase_add_test(tcase, drops_count_since_the_start_of_the_role);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
