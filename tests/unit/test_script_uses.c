/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each field of each object that is a command or a FIFO: the walk visits it once, the script process
 * is needed for it, the machine needs its program and its user, and a loader vouches for it. The
 * fields are found in the schema, so a new one is tested without a line here.
 */
#include "conf/kind.h"
#include "conf/model/needs/needs.h"
#include "conf/model/needs/script_uses.h"
#include "daemon/director/need.h"
#include "daemon/loader/vouch.h"
#include "daemon/shared/process_name.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* One object of each kind that has commands. */
struct objects {
	struct conf conf;
	struct conf_vrrp_script vrrp_script;
	struct conf_sync_group group;
	struct conf_vrrp vrrp;
	struct conf_virtual_server vs;
	struct conf_real_server rs;
	struct conf_check check;
	struct conf_script fifo;
};

static const char *const words[] = {"/bin/true", NULL};
static struct conf_script script = {.argv = words, .argc = 1, .user = "root", .group = ""};

static void objects_init(struct objects *objects)
{
	memset(objects, 0, sizeof(*objects));
	objects->conf = (struct conf){.virtual_servers = &objects->vs, .n_virtual_servers = 1};
	objects->conf.global = (struct conf_global){
	    .state_dump_file = "", .stats_dump_file = "", .json_dump_file = "",
	    .script_user = "", .script_group = "", .sync_daemon.interface = "",
	    .tls = {.ca = "", .certificate = "", .key = ""}};
	objects->vrrp = (struct conf_vrrp){.name = "V", .interface = "", .version = 3,
					   .advert_int_us = 1000000};
	objects->group.name = "G";
	objects->vs.real_servers = &objects->rs;
	objects->vs.n_real_servers = 1;
	objects->rs.checks = &objects->check;
	objects->rs.n_checks = 1;
	objects->fifo = script;
}

/* The object whose field is tried; the configuration has it from now on. NULL: no such kind. */
static void *object_take(struct objects *objects, enum conf_object object)
{
	switch (object) {
	case CONF_OBJECT_GLOBAL:
		return &objects->conf.global;
	case CONF_OBJECT_VRRP_SCRIPT:
		objects->conf.vrrp_scripts = &objects->vrrp_script;
		objects->conf.n_vrrp_scripts = 1;
		return &objects->vrrp_script;
	case CONF_OBJECT_SYNC_GROUP:
		objects->conf.sync_groups = &objects->group;
		objects->conf.n_sync_groups = 1;
		return &objects->group;
	case CONF_OBJECT_VRRP:
		objects->conf.vrrps = &objects->vrrp;
		objects->conf.n_vrrps = 1;
		return &objects->vrrp;
	case CONF_OBJECT_VIRTUAL_SERVER:
		return &objects->vs;
	case CONF_OBJECT_REAL_SERVER:
		return &objects->rs;
	case CONF_OBJECT_CHECK:
		return &objects->check;
	default:
		return NULL;
	}
}

/* The visits of what was put into a configuration. */
struct seen {
	const char *keyword;
	const void *owner;
	enum conf_script_role role;
	size_t n;
};

static void use_see(const struct conf_script_use *use, void *arg)
{
	struct seen *seen = arg;

	if (use->script != &script)
		return;
	*seen = (struct seen){use->keyword, use->owner, use->role, seen->n + 1};
}

static bool is_needed(const struct conf *conf, enum conf_need_kind kind, const char *text,
		      const char *keyword)
{
	struct conf_need *needs;
	size_t n = conf_needs(conf, &needs);
	bool is_found = false;

	for (size_t i = 0; i < n; i++)
		is_found |= needs[i].kind == kind && !strcmp(needs[i].text, text) &&
			    !strcmp(needs[i].what, keyword);
	free(needs);
	return is_found;
}

static bool is_run_vouched(struct vouched_reader *reader, enum conf_script_role role,
			   enum conf_object object)
{
	const char *const kind = object == CONF_OBJECT_SYNC_GROUP ? "GROUP" : "INSTANCE";
	const char *const name = object == CONF_OBJECT_SYNC_GROUP ? "G" : "V";
	const char *argv[] = {words[0], NULL, NULL, NULL, NULL, NULL};
	struct script_run run = {.argv = argv, .n_args = 1};

	if (role == CONF_SCRIPT_STATE) {
		const char *const state[] = {kind, name, "MASTER", "0"};

		memcpy(&argv[1], state, sizeof(state));
		run.n_args = 5;
	}
	if (role == CONF_SCRIPT_READER) {
		argv[1] = words[0]; /* the FIFO has the same path here */
		run.n_args = 2;
		run.is_lasting = true;
	}
	run.is_check = role == CONF_SCRIPT_CHECK;
	return vouched_reader_knows(reader, &run);
}

static bool is_vouched(const struct conf *conf, enum conf_script_role role, enum conf_object object)
{
	struct vouched *vouched = vouched_new();
	struct vouched_reader *reader = vouched_reader_new(vouched);
	struct vouched_list *list = vouched_list_new();
	const struct script_fifo fifo = {.path = words[0]};
	bool is_known;

	vouch_for(conf, list);
	vouched_publish(vouched, list);
	is_known = role == CONF_SCRIPT_FIFO ? vouched_reader_knows_fifo(reader, &fifo)
					    : is_run_vouched(reader, role, object);
	vouched_list_free(list);
	vouched_reader_free(reader);
	vouched_free(vouched);
	return is_known;
}

/* The member of a check belongs to the kind in whose block the keyword stands. */
static void check_become(struct objects *objects, const struct schema_keyword *row)
{
	for (size_t type = 0; type < CONF_CHECK_KINDS; type++)
		if (schema_stands_in(row, conf_kinds[type].block))
			objects->check.type = (enum conf_check_type)type;
}

/* fifo: the row before this one, if it is of a FIFO; else NULL. */
static void field_try(const struct schema_keyword *row, const struct schema_field *field,
		      const struct schema_field *fifo)
{
	struct objects objects;
	struct seen seen = {0};
	char *owner;

	objects_init(&objects);
	owner = object_take(&objects, field->object);
	ck_assert_msg(owner != NULL, "%s is a command of an object that this test does not know",
		      row->name);
	check_become(&objects, row);
	*(struct conf_script **)(owner + field->offset) = &script;
	if (fifo)
		*(struct conf_script **)(owner + fifo->offset) = &objects.fifo;
	conf_script_uses(&objects.conf, use_see, &seen);
	ck_assert_msg(seen.n == 1, "%s is visited %zu times", row->name, seen.n);
	ck_assert_str_eq(seen.keyword, row->name);
	ck_assert_ptr_eq(seen.owner, owner);
	ck_assert_int_eq(seen.role == CONF_SCRIPT_READER, fifo != NULL);
	ck_assert_msg(need_of(&objects.conf).processes & PROCESS_BIT(PROCESS_SCRIPT),
		      "no script process is needed for %s", row->name);
	ck_assert_msg(is_needed(&objects.conf, CONF_NEED_SCRIPT, words[0], row->name) ==
			  (seen.role != CONF_SCRIPT_FIFO),
		      "the program of %s", row->name);
	ck_assert_msg(is_vouched(&objects.conf, seen.role, field->object),
		      "no loader vouches for %s", row->name);
}

START_TEST(each_command_is_visited_needed_and_vouched_for)
{
	size_t n = 0;

	for (size_t i = 0; i < schema_n_tables; i++) {
		const struct schema_field *fifo = NULL;

		for (size_t k = 0; k < schema_tables[i]->n; k++) {
			const struct schema_keyword *row = &schema_tables[i]->rows[k];
			bool is_fifo = row->type == SCHEMA_TYPE_FIFO;

			for (size_t f = 0; f < FIELDS_MAX; f++) {
				if (row->fields[f].storage != FIELD_SCRIPT ||
				    row->fields[f].is_spelling)
					continue;
				field_try(row, &row->fields[f], is_fifo ? NULL : fifo);
				n++;
			}
			fifo = is_fifo ? &row->fields[0] : NULL;
		}
	}
	ck_assert_uint_ge(n, 20);
}
END_TEST

/*
 * The walk knows a reader by its place, behind the row of its FIFO; people know it by its name. Another
 * command between the two would be vouched for as a reader.
 */
START_TEST(the_row_behind_a_fifo_is_its_reader)
{
	static const char reader[] = "_script";
	size_t n = 0;

	for (size_t i = 0; i < schema_n_tables; i++)
		for (size_t k = 0; k < schema_tables[i]->n; k++) {
			const struct schema_keyword *row = &schema_tables[i]->rows[k], *next = row + 1;
			size_t len = strlen(row->name);

			if (row->type != SCHEMA_TYPE_FIFO)
				continue;
			ck_assert_uint_lt(k + 1, schema_tables[i]->n);
			ck_assert_msg(!strncmp(next->name, row->name, len) &&
					  !strcmp(next->name + len, reader),
				      "%s stands behind %s, where its reader must stand", next->name,
				      row->name);
			ck_assert_int_eq(next->fields[0].storage, FIELD_SCRIPT);
			ck_assert_int_eq(next->fields[0].object, row->fields[0].object);
			n++;
		}
	ck_assert_uint_ge(n, 3);
}
END_TEST

/* Its FIFO is not made then. */
START_TEST(a_reader_is_vouched_for_if_the_user_of_its_fifo_exists)
{
	struct objects objects;

	objects_init(&objects);
	objects.conf.global.notify_fifo = &objects.fifo;
	objects.conf.global.notify_fifo_script = &script;
	ck_assert(is_vouched(&objects.conf, CONF_SCRIPT_READER, CONF_OBJECT_GLOBAL));
	objects.fifo.user = "nobody of this name";
	ck_assert(!is_vouched(&objects.conf, CONF_SCRIPT_READER, CONF_OBJECT_GLOBAL));
}
END_TEST

/* As without the FIFO there is nothing to read. */
START_TEST(a_reader_without_its_fifo_is_not_visited)
{
	struct objects objects;
	struct seen seen = {0};

	objects_init(&objects);
	objects.conf.global.vrrp_notify_fifo_script = &script;
	objects.conf.global.notify_fifo = &objects.fifo;
	conf_script_uses(&objects.conf, use_see, &seen);
	ck_assert_uint_eq(seen.n, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("script uses");
	TCase *tcase = tcase_create("uses");
	SRunner *runner;
	int n_failed;

	tcase_add_test(tcase, each_command_is_visited_needed_and_vouched_for);
	tcase_add_test(tcase, a_reader_without_its_fifo_is_not_visited);
	tcase_add_test(tcase, the_row_behind_a_fifo_is_its_reader);
	tcase_add_test(tcase, a_reader_is_vouched_for_if_the_user_of_its_fifo_exists);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
