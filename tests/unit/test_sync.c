/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/kernel.h"
#include "sync/want.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct conf_sync_daemon wanted = {.is_on = true, .interface = "eth0", .syncid = 51};

/* A role as the kernel shows it when it was started without options. */
static struct sync_daemon running(enum sync_role role)
{
	struct sync_daemon daemon = {.role = role,
				     .interface = "eth0",
				     .syncid = 51,
				     .maxlen = 1472,
				     .port = 8848,
				     .ttl = 1};

	ck_assert_int_eq(addr_parse("224.0.0.81", &daemon.group), 0);
	return daemon;
}

static void assert_op(const struct sync_op *op, enum sync_op_kind kind, enum sync_role role)
{
	ck_assert_int_eq(op->kind, kind);
	ck_assert_int_eq(op->daemon.role, role);
}

START_TEST(both_roles_start_backup_first)
{
	struct sync_op ops[SYNC_OPS_MAX];

	ck_assert_uint_eq(sync_want(&wanted, NULL, 0, false, ops), 2);
	assert_op(&ops[0], SYNC_OP_START, SYNC_ROLE_BACKUP);
	assert_op(&ops[1], SYNC_OP_START, SYNC_ROLE_MASTER);
	ck_assert_str_eq(ops[1].daemon.interface, "eth0");
	ck_assert_uint_eq(ops[1].daemon.syncid, 51);
	ck_assert_uint_eq(ops[1].daemon.maxlen, 0);
}
END_TEST

START_TEST(what_runs_as_wanted_stays)
{
	struct sync_daemon have[] = {running(SYNC_ROLE_MASTER), running(SYNC_ROLE_BACKUP)};
	struct conf_sync_daemon conf = wanted;
	struct sync_op ops[SYNC_OPS_MAX];

	ck_assert_uint_eq(sync_want(&conf, have, 2, false, ops), 0);
	have[1].maxlen = 8972; /* the backup role on an interface with an MTU of 9000 */
	ck_assert_uint_eq(sync_want(&conf, have, 2, false, ops), 0);
	conf.maxlen = 500;
	have[0].maxlen = 500;
	have[1].maxlen = 1024;
	ck_assert_uint_eq(sync_want(&conf, have, 2, false, ops), 0);
	conf.maxlen = 65535;
	have[0].maxlen = have[1].maxlen = 65507;
	ck_assert_uint_eq(sync_want(&conf, have, 2, false, ops), 0);
	ck_assert_uint_eq(sync_want(&conf, have, 1, false, ops), 1);
	assert_op(&ops[0], SYNC_OP_START, SYNC_ROLE_BACKUP);
}
END_TEST

START_TEST(each_difference_restarts_a_role)
{
	struct sync_op ops[SYNC_OPS_MAX];
	struct sync_daemon have[6];

	for (size_t i = 0; i < 6; i++)
		have[i] = running(SYNC_ROLE_MASTER);
	strcpy(have[0].interface, "eth1");
	have[1].syncid = 0;
	have[2].maxlen = 9000;
	have[3].port = 9000;
	have[4].ttl = 3;
	ck_assert_int_eq(addr_parse("ff05::8848", &have[5].group), 0);
	for (size_t i = 0; i < 6; i++) {
		struct sync_daemon both[] = {have[i], running(SYNC_ROLE_BACKUP)};

		ck_assert_uint_eq(sync_want(&wanted, both, 2, false, ops), 2);
		assert_op(&ops[0], SYNC_OP_STOP, SYNC_ROLE_MASTER);
		assert_op(&ops[1], SYNC_OP_START, SYNC_ROLE_MASTER);
		ck_assert_uint_eq(ops[1].daemon.syncid, 51);
	}
}
END_TEST

START_TEST(roles_of_others_stay_without_a_wish)
{
	struct sync_daemon have[] = {running(SYNC_ROLE_MASTER), running(SYNC_ROLE_BACKUP)};
	struct conf_sync_daemon conf = {.interface = "", .instance = ""};
	struct sync_op ops[SYNC_OPS_MAX];

	ck_assert_uint_eq(sync_want(&conf, have, 2, false, ops), 0);
	ck_assert_uint_eq(sync_want(&conf, have, 2, true, ops), 2);
	assert_op(&ops[0], SYNC_OP_STOP, SYNC_ROLE_BACKUP);
	assert_op(&ops[1], SYNC_OP_STOP, SYNC_ROLE_MASTER);
	ck_assert_uint_eq(sync_want(&conf, have, 0, true, ops), 0);
}
END_TEST

START_TEST(a_full_change_has_four_operations)
{
	struct sync_daemon have[] = {running(SYNC_ROLE_BACKUP), running(SYNC_ROLE_MASTER)};
	struct conf_sync_daemon conf = wanted;
	struct sync_op ops[SYNC_OPS_MAX];

	conf.syncid = 52;
	ck_assert_uint_eq(sync_want(&conf, have, 2, true, ops), SYNC_OPS_MAX);
	assert_op(&ops[0], SYNC_OP_STOP, SYNC_ROLE_BACKUP);
	assert_op(&ops[1], SYNC_OP_START, SYNC_ROLE_BACKUP);
	assert_op(&ops[2], SYNC_OP_STOP, SYNC_ROLE_MASTER);
	assert_op(&ops[3], SYNC_OP_START, SYNC_ROLE_MASTER);
}
END_TEST

static void put_file(const char *dir, const char *name, const char *text)
{
	char path[200];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	fclose(file);
}

static void assert_file(const char *dir, const char *name, const char *text)
{
	char path[200], line[80] = "";
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "r");
	ck_assert_ptr_nonnull(file);
	ck_assert_ptr_nonnull(fgets(line, sizeof(line), file));
	fclose(file);
	ck_assert_str_eq(line, text);
}

static void remove_files(const char *dir)
{
	for (const struct sync_sysctl *sysctl = sync_sysctls; sysctl->name; sysctl++) {
		char path[200];

		snprintf(path, sizeof(path), "%s/%s", dir, sysctl->name);
		unlink(path);
	}
	ck_assert_int_eq(rmdir(dir), 0);
}

START_TEST(sysctls_are_written_only_where_they_differ)
{
	char dir[] = "/tmp/test_sync.XXXXXX";
	struct err err;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	put_file(dir, "sync_threshold", "3\t50\n");
	put_file(dir, "sync_refresh_period", "0\n");
	put_file(dir, "sync_retries", "1\n");
	put_file(dir, "backup_only", "0\n");
	ck_assert_int_eq(sync_kernel_apply(dir, &err), 2);
	assert_file(dir, "sync_threshold", "0 0");
	assert_file(dir, "sync_refresh_period", "10");
	assert_file(dir, "sync_retries", "1\n");
	put_file(dir, "sync_threshold", "0\t0\n");
	ck_assert_int_eq(sync_kernel_apply(dir, &err), 0);
	put_file(dir, "sync_threshold", "0\n");
	ck_assert_int_eq(sync_kernel_apply(dir, &err), 1);
	remove_files(dir);
}
END_TEST

START_TEST(a_missing_sysctl_is_named)
{
	struct err err;

	ck_assert_int_eq(sync_kernel_apply("/nonexistent/vs", &err), -ENOENT);
	ck_assert_str_eq(
	    err.text, "cannot read /nonexistent/vs/sync_refresh_period: No such file or directory: "
		      "this kernel has no IPVS, or its module ip_vs is not loaded");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sync");
	TCase *tcase = tcase_create("sync");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, both_roles_start_backup_first);
	tcase_add_test(tcase, what_runs_as_wanted_stays);
	tcase_add_test(tcase, each_difference_restarts_a_role);
	tcase_add_test(tcase, roles_of_others_stay_without_a_wish);
	tcase_add_test(tcase, a_full_change_has_four_operations);
	tcase_add_test(tcase, sysctls_are_written_only_where_they_differ);
	tcase_add_test(tcase, a_missing_sysctl_is_named);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
