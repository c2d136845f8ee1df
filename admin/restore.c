/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "admin/run.h"

#include "ipvs/genl.h"
#include "ipvs/plan_run.h"
#include "admin/brief.h"
#include "admin/lines.h"
#include "admin/list.h"
#include "admin/names.h"
#include "admin/request.h"
#include "admin/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STATUS_WRONG 2

/* A request whose result is not known yet. */
struct pending {
	enum command_kind kind;
	size_t line; /* 0: it belongs to no line */
	struct svckey vs;
	struct endpoint rs;
};

struct restore {
	struct run *run;
	VEC(struct pending) pending; /* in the order of the requests */
	size_t first;                /* the number of the first request in pending */
	size_t n_answered;           /* how many of pending have their result */
	int status;
};

/* Called for each correct line. */
typedef void line_fn(void *arg, const struct command *command, size_t number);

struct briefs {
	VEC(struct brief) list;
};

struct rule_lines {
	VEC(struct rule_line) list;
};

static bool has_dest(enum command_kind kind)
{
	return kind == COMMAND_ADD_DEST || kind == COMMAND_EDIT_DEST || kind == COMMAND_DEL_DEST;
}

static void print_refusal(const struct pending *pending, int code)
{
	char vs[SVCKEY_TEXT_MAX], rs[ENDPOINT_TEXT_MAX];

	if (pending->line)
		fprintf(stderr, "line %zu: ", pending->line);
	if (pending->vs.family)
		fprintf(stderr, "vs=%s%s%s: ", svckey_format(&pending->vs, vs),
			has_dest(pending->kind) ? " rs=" : "",
			has_dest(pending->kind) ? endpoint_format(&pending->rs, rs) : "");
	fprintf(stderr, "%s\n", command_refusal(pending->kind, code));
}

/* Under the name ipvsadm the result of the last line alone decides the exit status, as it does
 * there. */
static void on_restore_result(size_t index, int code, void *arg)
{
	struct restore *r = arg;
	const struct pending *pending = &r->pending.items[index - r->first];

	r->n_answered++;
	if (code == 0 && r->run->is_plain)
		r->status = 0;
	if (code == 0)
		return;
	r->status = RUN_REFUSED;
	if (r->run->is_plain)
		fprintf(stderr, "%s\n", command_refusal(pending->kind, code));
	else
		print_refusal(pending, code);
}

/* Removes requests that have their result. Results come in batches, so pending stays as small as a
 * batch. */
static void drop_answered(struct restore *r)
{
	if (!r->n_answered)
		return;
	r->pending.n -= r->n_answered;
	memmove(r->pending.items, r->pending.items + r->n_answered,
		r->pending.n * sizeof(*r->pending.items));
	r->first += r->n_answered;
	r->n_answered = 0;
}

static void restore_settle(struct restore *r)
{
	ipvs_admin_run(r->run->admin, NULL);
	drop_answered(r);
}

static void command_carry_out(struct restore *r, const struct command *command, size_t line)
{
	int status;

	if (command_is_request(command)) {
		*vec_push(&r->pending) =
		    (struct pending){command->kind, line, command->service.key, command->dest.ep};
		request_queue(r->run->admin, command, NULL);
		drop_answered(r);
		return;
	}
	restore_settle(r);
	status = list_run(r->run->admin, command, stdout);
	if (status || r->run->is_plain)
		r->status = status;
}

static void restore_begin(struct restore *r, struct run *run)
{
	*r = (struct restore){.run = run};
	ipvs_admin_on_result(run->admin, on_restore_result, r);
}

static int restore_end(struct restore *r)
{
	restore_settle(r);
	ipvs_admin_on_result(r->run->admin, NULL, NULL);
	vec_free(&r->pending);
	return r->status;
}

static enum command_error line_parse(const struct run *run, const struct words *words,
				     struct command *ret_command, struct err *err)
{
	return command_parse(words->list.items, words->list.n, run->is_plain, &names_system,
			     ret_command, err);
}

/* Carries out a line as ipvsadm does: help, a restore inside a restore, and a wrong line end the
 * program. Returns whether to go on. */
static bool plain_line(struct restore *r, const struct words *words)
{
	struct command command;
	struct err err = {""};
	enum command_error error = line_parse(r->run, words, &command, &err);

	if (error == COMMAND_OK && command.kind == COMMAND_RESTORE)
		error = COMMAND_NONE;
	if (error != COMMAND_OK) {
		restore_settle(r);
		r->status = run_complain(r->run, error, &err);
		return error == COMMAND_BAD_WORD;
	}
	if (command.kind == COMMAND_HELP || command.kind == COMMAND_VERSION) {
		restore_settle(r);
		r->status = run_single(r->run, &command);
		return false;
	}
	command_carry_out(r, &command, 0);
	return true;
}

static int restore_plain(struct run *run, FILE *in)
{
	struct restore r;
	struct words words = {0};
	char *line = NULL;
	size_t size = 0;
	bool goes_on = true;

	restore_begin(&r, run);
	while (goes_on && getline(&line, &size, in) >= 0) {
		words_split(line, &words);
		if (words.list.n)
			goes_on = plain_line(&r, &words);
	}
	words_free(&words);
	free(line);
	return restore_end(&r);
}

/* Whether the line may be in a file. If not, prints why. */
static bool check_line(const struct run *run, const struct words *words, size_t number,
		       line_fn *fn, void *arg)
{
	struct command command;
	struct err err = {""};
	enum command_error error = line_parse(run, words, &command, &err);

	if (error == COMMAND_NONE)
		err_set(&err, error, "`%s' is no command", words->list.items[0]);
	else if (error == COMMAND_OK && !command_is_request(&command) &&
		 command.kind != COMMAND_LIST && command.kind != COMMAND_SAVE)
		error = err_set(&err, COMMAND_WRONG, "`%s' has no place in a file",
				words->list.items[0]);
	if (error == COMMAND_OK)
		fn(arg, &command, number);
	else
		fprintf(stderr, "line %zu: %s\n", number, err.text);
	return error == COMMAND_OK;
}

/* Calls fn for all lines of in. Returns false if one is wrong. */
static bool read_lines(const struct run *run, FILE *in, line_fn *fn, void *arg)
{
	struct words words = {0};
	char *line = NULL;
	size_t size = 0, number = 0;
	bool is_right = true;

	while (getline(&line, &size, in) >= 0) {
		number++;
		words_split(line, &words);
		if (words.list.n && !words_is_comment(&words))
			is_right &= check_line(run, &words, number, fn, arg);
	}
	words_free(&words);
	free(line);
	if (!is_right)
		fprintf(stderr, "%s: the input is wrong; nothing was changed\n", run->program);
	return is_right;
}

static void keep_brief(void *arg, const struct command *command, size_t number)
{
	struct briefs *briefs = arg;

	*vec_push(&briefs->list) = brief_from(command, number);
}

int run_restore(struct run *run, bool is_clear)
{
	static const struct command clear = {.kind = COMMAND_CLEAR};
	struct briefs briefs = {0};
	struct restore r;

	if (run->is_plain && !is_clear)
		return restore_plain(run, stdin);
	if (!read_lines(run, stdin, keep_brief, &briefs)) {
		vec_free(&briefs.list);
		return STATUS_WRONG;
	}
	restore_begin(&r, run);
	if (is_clear)
		command_carry_out(&r, &clear, 0);
	for (size_t i = 0; i < briefs.list.n; i++) {
		struct command command = brief_command(&briefs.list.items[i]);

		command_carry_out(&r, &command, briefs.list.items[i].line);
	}
	vec_free(&briefs.list);
	return restore_end(&r);
}

/* Makes the plan as if lvsadm owned every service of the table, so that each service which is not
 * wanted is removed. */
static void plan_replacement(const struct ipvs_state *want, const struct ipvs_state *have,
			     struct ipvs_plan *ret_plan)
{
	VEC(struct svckey) keys = {0};

	for (size_t i = 0; i < have->n_services; i++)
		*vec_push(&keys) = have->services[i].key;
	ipvs_plan(want, have, keys.items, keys.n, ret_plan);
	vec_free(&keys);
}

static int send_batch(void *arg, const struct ipvs_plan *batch, int *results, struct err *err)
{
	return ipvs_genl_apply(arg, batch, results, err);
}

/* Applies the plan as the director does: when the kernel refuses an operation, no pool loses its
 * last weight by a later one. have is kept up to date. */
static int plan_apply(struct ipvs_genl *genl, const struct ipvs_plan *plan, struct ipvs_state *have)
{
	int *results = mem_calloc(plan->ops.n ? plan->ops.n : 1, sizeof(*results));
	struct err err = {""};
	int rc = ipvs_plan_run(plan, have, send_batch, genl, results, &err);

	if (rc < 0)
		fprintf(stderr, "%s\n", err.text);
	for (size_t i = 0; rc > 0 && i < plan->ops.n; i++) {
		if (results[i] == 0)
			continue;
		ipvs_op_explain(&plan->ops.items[i], results[i], &err);
		fprintf(stderr, "%s\n", err.text);
	}
	free(results);
	return rc ? RUN_REFUSED : 0;
}

static int make_equal(struct ipvs_state *want, const struct rule_lines *lines)
{
	struct ipvs_state have = {0};
	struct ipvs_plan plan = {0};
	struct ipvs_genl *genl = NULL;
	struct err err = {""};
	int status = RUN_REFUSED;

	if (ipvs_genl_open(&genl, &err) < 0 || ipvs_genl_dump(genl, &have, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
	} else {
		table_keep_unprinted(lines->list.items, lines->list.n, &have, want);
		plan_replacement(want, &have, &plan);
		status = plan_apply(genl, &plan, &have);
	}
	ipvs_plan_free(&plan);
	ipvs_state_clear(&have);
	ipvs_genl_close(genl);
	return status;
}

static void keep_rule(void *arg, const struct command *command, size_t number)
{
	struct rule_lines *lines = arg;

	*vec_push(&lines->list) = (struct rule_line){*command, number};
}

int run_replace(struct run *run)
{
	struct rule_lines lines = {0};
	struct ipvs_state want = {0};
	struct err err = {""};
	int status = STATUS_WRONG;

	if (!read_lines(run, stdin, keep_rule, &lines)) {
		vec_free(&lines.list);
		return status;
	}
	if (table_build(lines.list.items, lines.list.n, &want, &err) < 0)
		fprintf(stderr, "%s\n", err.text);
	else
		status = make_equal(&want, &lines);
	ipvs_state_clear(&want);
	vec_free(&lines.list);
	return status;
}
