/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What each kind of check must have, whatever its file says (conf/kind.h). */
#include "conf/kind.h"
#include "conf/model/member.h"
#include "conf/model/table.h"

#include <check.h>
#include <stddef.h>
#include <stdlib.h>

static void table_demand(const struct schema_table *table)
{
	for (size_t i = 0; i < table->n; i++) {
		const struct schema_keyword *row = &table->rows[i];
		const struct schema_field *field = member_field(row, CONF_OBJECT_CHECK);

		if (field && field->storage != FIELD_OTHER)
			ck_assert_msg(field->is_meaning == field->is_crossing, "%s", row->name);
	}
}

/* The check process gets what its probe does, and nothing else. */
START_TEST(what_a_check_means_is_what_crosses)
{
	for (size_t type = 0; type < CONF_CHECK_KINDS; type++)
		for (size_t i = 0; conf_kinds[type].rules->tables[i]; i++)
			if (conf_kinds[type].facts.runner == CONF_RUNNER_CHECK)
				table_demand(conf_kinds[type].rules->tables[i]);
}
END_TEST

static bool is_named(const struct conf_kind *kind, const struct schema_keyword *row)
{
	for (size_t i = 0; kind->rules->tables[i]; i++)
		if (kind->rules->tables[i]->rows <= row &&
		    row < kind->rules->tables[i]->rows + kind->rules->tables[i]->n)
			return true;
	return false;
}

/* A keyword that stands in the block of a kind is in one of the tables that the kind names. */
START_TEST(a_kind_names_the_tables_of_its_keywords)
{
	for (size_t type = 0; type < CONF_CHECK_KINDS; type++) {
		const struct conf_kind *kind = &conf_kinds[type];
		struct table *table = table_new();

		for (size_t i = 0; i < table->of[kind->block].n; i++) {
			const struct table_entry *entry = &table->of[kind->block].items[i];

			if (entry->field->is_meaning || entry->field->is_crossing)
				ck_assert_msg(is_named(kind, entry->row), "%s of %s",
					      entry->row->name, kind->facts.name);
		}
		table_free(table);
	}
}
END_TEST

/* What the model of health needs of each check that is probed, whatever its kind. An agent that does not
 * answer fails nothing, so that it has no retry and no alpha. */
START_TEST(each_kind_has_what_all_checks_have)
{
	static const size_t offsets[] = {
	    offsetof(struct conf_check, retry), offsetof(struct conf_check, delay_loop_us),
	    offsetof(struct conf_check, delay_before_retry_us),
	    offsetof(struct conf_check, warmup_us), offsetof(struct conf_check, is_alpha)};
	struct table *table = table_new();

	for (size_t type = 0; type < CONF_CHECK_KINDS; type++) {
		const struct conf_kind *kind = &conf_kinds[type];
		size_t n = type == CONF_CHECK_AGENT ? 2 : 0;

		if (kind->facts.runner == CONF_RUNNER_DIRECTOR ||
		    kind->facts.runner == CONF_RUNNER_MODEL)
			continue;
		for (size_t i = 0; i < table->of[kind->block].n; i++)
			for (size_t k = 0; k < sizeof(offsets) / sizeof(offsets[0]); k++)
				n += table->of[kind->block].items[i].field->offset == offsets[k] &&
				     (table->of[kind->block].items[i].row->def ||
				      kind->rules->settle);
		ck_assert_msg(n == sizeof(offsets) / sizeof(offsets[0]), "%s has %zu of them",
			      kind->facts.name, n);
		ck_assert_str_eq(schema_block_name(kind->block), kind->facts.name);
	}
	table_free(table);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("conf kinds");
	TCase *tcase = tcase_create("kinds");
	SRunner *runner;
	int n_failed;

	tcase_add_test(tcase, what_a_check_means_is_what_crosses);
	tcase_add_test(tcase, a_kind_names_the_tables_of_its_keywords);
	tcase_add_test(tcase, each_kind_has_what_all_checks_have);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
