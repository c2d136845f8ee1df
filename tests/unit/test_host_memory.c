/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the keeper of the host's settings remembers beyond a crash: host.json, in a run dir in memory. */
#include "daemon/director/host/host.h"
#include "daemon/shared/rundir_file.h"
#include "daemon/shared/rundir_names.h"
#include "host/sysctl.h"
#include "tests/unit/fake_rundir.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_SEEDS 300

static void random_text(char *text, size_t len)
{
	static const char bytes[] = "abcdefghij0123456789 .-_\"\\\t";

	for (size_t i = 0; i < len; i++)
		text[i] = bytes[(size_t)random() % (sizeof(bytes) - 1)];
	text[len] = '\0';
}

static struct host_side random_side(void)
{
	struct host_side side = {.run_dir = "/run",
				 .parts = (unsigned)random() % (1u << HOST_N_PARTS),
				 .flavour = (unsigned)random() % HOST_N_FLAVOURS,
				 .is_flavour_sure = random() % 2,
				 .filter.may_exist = random() % 2,
				 .filter.table = HOST_FILTER_TABLE "_a_12345678",
				 .owner.may_exist = random() % 2,
				 .owner.table = HOST_OWNER_TABLE "_a_12345678"};
	size_t n = (size_t)random() % 5;

	if (random() % 2)
		strcpy(side.filter.former_table, HOST_FILTER_TABLE);
	for (size_t i = 0; i < n; i++) {
		char name[16], value[HOST_SYSCTL_MAX];

		snprintf(name, sizeof(name), "sysctl_%zu", i);
		random_text(value, (size_t)random() % (HOST_SYSCTL_MAX - 1));
		host_state_add_sysctl(&side.formers, name, value);
	}
	host_state_sort(&side.formers);
	return side;
}

START_TEST(what_was_written_is_read_again)
{
	fake_rundir_clear();
	srandom(1);
	for (unsigned seed = 0; seed < N_SEEDS; seed++) {
		struct host_side side = random_side();
		struct host_memory memory = {0};
		bool is_anything = side.formers.sysctls.n || side.parts || side.filter.may_exist ||
				   side.filter.former_table[0] || side.owner.may_exist;
		size_t n_tables = side.filter.may_exist + !!side.filter.former_table[0];

		host_file_store(&side);
		ck_assert_int_eq(fake_rundir_text(RUNDIR_HOST) != NULL, is_anything);
		host_file_read("/run", &memory);
		ck_assert_uint_eq(memory.parts, side.parts);
		ck_assert_uint_eq(memory.filter_tables.n, n_tables);
		if (side.filter.may_exist)
			ck_assert_str_eq(memory.filter_tables.items[0], side.filter.table);
		if (side.filter.former_table[0])
			ck_assert_str_eq(memory.filter_tables.items[n_tables - 1], HOST_FILTER_TABLE);
		ck_assert_str_eq(memory.owner_table, side.owner.may_exist ? side.owner.table : "");
		host_memory_clear_tables(&memory);
		ck_assert_int_eq(memory.is_flavour_sure, side.is_flavour_sure && is_anything);
		if (memory.is_flavour_sure)
			ck_assert_uint_eq(memory.flavour, side.flavour);
		ck_assert_uint_eq(memory.formers.sysctls.n, side.formers.sysctls.n);
		for (size_t i = 0; i < side.formers.sysctls.n; i++) {
			const struct host_sysctl *a = &side.formers.sysctls.items[i];
			const struct host_sysctl *b = &memory.formers.sysctls.items[i];

			ck_assert_str_eq(b->name, a->name);
			ck_assert_str_eq(b->value, a->value);
		}
		host_state_clear(&side.formers);
		host_state_clear(&memory.formers);
	}
	fake_rundir_clear();
}
END_TEST

/* A sysctl is a name below one folder, and what does not fit is not written into the kernel. */
START_TEST(what_lvsd_did_not_write_is_not_used)
{
	static const char *const texts[] = {
	    "nonsense", "[]", "{}", "{\"schema\": 1, \"sysctls\": [], \"tables\": 5, \"flavour\": 99}",
	    ("{\"schema\": 1, \"sysctls\": {\"../x\": \"1\", \"a\": 1}, \"tables\": [\"x/y\", 1], "
	     "\"filter\": true, \"filter_tables\": [\"filter\", 1]}")};

	fake_rundir_clear();
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct host_memory memory = {0};
		struct err err;

		ck_assert_int_eq(rundir_store("/run", RUNDIR_HOST, texts[i], strlen(texts[i]), &err), 0);
		host_file_read("/run", &memory);
		ck_assert_uint_eq(memory.formers.sysctls.n, 0);
		ck_assert_uint_eq(memory.parts, 0);
		ck_assert(!memory.is_flavour_sure && !memory.filter_tables.n);
	}
	fake_rundir_clear();
}
END_TEST

/* An older version says that its table may exist, and does not name it. */
START_TEST(the_table_of_an_older_version_is_known)
{
	static const char text[] = "{\"schema\": 1, \"filter\": true}";
	struct host_memory memory = {0};
	struct err err;

	fake_rundir_clear();
	ck_assert_int_eq(rundir_store("/run", RUNDIR_HOST, text, strlen(text), &err), 0);
	host_file_read("/run", &memory);
	ck_assert_uint_eq(memory.filter_tables.n, 1);
	ck_assert_str_eq(memory.filter_tables.items[0], HOST_FILTER_TABLE);
	host_memory_clear_tables(&memory);
	fake_rundir_clear();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("host memory");
	TCase *tcase = tcase_create("memory");
	SRunner *runner = srunner_create(suite);
	int n_failed;

	tcase_add_test(tcase, what_was_written_is_read_again);
	tcase_add_test(tcase, what_lvsd_did_not_write_is_not_used);
	tcase_add_test(tcase, the_table_of_an_older_version_is_known);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
