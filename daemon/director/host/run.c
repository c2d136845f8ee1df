/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A run: sysctls and sets are read; then the chains that may have changed are listed, each by a
 * program; then the operations of the plan are done in order, where each change of rules is a
 * program again. While a program is running, the loop does its other work; the run goes on when the
 * program has ended.
 *
 * A machine may have two kinds of tables, and programs for each. As long as no program has accepted
 * a rule of lvsd or listed one, the next flavour is tried when a program fails.
 */
#include "base/clock.h"
#include "base/log.h"
#include "daemon/director/host/host.h"
#include "host/mark.h"
#include "host/sets.h"
#include "host/sysctl.h"
#include "host/want.h"

#include <errno.h>

/* Rules are listed at least this often, even if nothing seems to have changed. */
#define LIST_EVERY_MS 60000
/* Listing takes at most this part of the time (1/20), since it is slow on a machine with many rules
 * of others. */
#define LIST_SHARE 20

static void go_on(struct host_side *h);
static void begin_again(struct host_side *h);

/* ---- errors ---- */

static void fail(struct host_side *h, enum host_part part, const char *sentence)
{
	h->failed |= 1u << part;
	if (!h->new_faults[part])
		h->new_faults[part] = mem_strdup(sentence);
}

/* Without connection tracking full NAT cannot work. */
static void fail_full_nat(struct host_side *h, const char *sentence)
{
	unsigned parts = host_state_parts(&h->want);

	for (int part = 0; part < HOST_N_PARTS; part++)
		if (parts & (1u << part) & (1u << HOST_NAT4 | 1u << HOST_NAT6))
			fail(h, (enum host_part)part, sentence);
}

/* Keeps the error of a flavour. That its program does not exist is not worth keeping. */
static void note_attempt(struct host_side *h, const char *sentence)
{
	char *all;

	if (h->attempts && strstr(h->attempts, sentence))
		return;
	all =
	    mem_printf("%s%s%s", h->attempts ? h->attempts : "", h->attempts ? "; " : "", sentence);
	free(h->attempts);
	h->attempts = all;
}

/* A program has failed for a part: begins the run again with the next flavour, or goes on without
 * the part. */
static void on_program_failed(struct host_side *h, enum host_part part, int code,
			      const char *sentence)
{
	/* These codes have other causes than the flavour. */
	if (h->is_flavour_sure || code == -EPIPE || code == -EPERM) {
		fail(h, part, sentence);
		go_on(h);
		return;
	}
	if (code != -ENOENT || (!h->attempts && h->flavour + 1 == HOST_N_FLAVOURS))
		note_attempt(h, sentence);
	if (h->flavour + 1 < HOST_N_FLAVOURS) {
		h->flavour++;
		begin_again(h);
		return;
	}
	fail(h, part, h->attempts);
	if (!h->is_asked) {
		/* Legacy tables need kernel modules that a process without CAP_SYS_MODULE cannot
		 * load. */
		h->is_asked = true;
		h->on_modules(h->arg);
	}
	go_on(h);
}

static void flavour_works(struct host_side *h)
{
	if (h->is_flavour_sure)
		return;
	h->is_flavour_sure = true;
	free(h->attempts);
	h->attempts = NULL;
	host_file_store(h);
}

static void listing_ask(struct host_side *h, const char *text, run_output_fn *on_output,
			run_job_end_fn *on_done)
{
	const struct rules_order order = {.part = h->part,
					  .flavour = h->flavour,
					  .text = text,
					  .on_output = on_output,
					  .on_done = on_done,
					  .arg = h};

	rules_ask(h->rules, &order);
}

/* ---- listing ---- */

static void on_list_line(char *line, void *arg)
{
	struct host_side *h = arg;

	host_save_line(&h->listed, h->part, line, &h->is_nft);
}

static bool on_list_output(const char *bytes, size_t len, void *arg)
{
	host_lines_feed(&((struct host_side *)arg)->lines, bytes, len, on_list_line, arg);
	return true;
}

static void on_listed(const struct run_job_end *end, void *arg)
{
	struct host_side *h = arg;
	char *sentence = end->code < 0 ? mem_strdup(end->sentence) : NULL;
	int code = end->code;

	host_lines_end(&h->lines, on_list_line, h);
	if (code < 0) {
		on_program_failed(h, h->part, code, sentence);
		free(sentence);
		return;
	}
	host_save_end(&h->listed, h->part);
	host_chain_clear(&h->have.chains[h->part]);
	h->have.chains[h->part] = h->listed;
	h->listed = (struct host_chain){0};
	h->known |= 1u << h->part;
	if (h->have.chains[h->part].exists)
		flavour_works(h);
	go_on(h);
}

static void list(struct host_side *h)
{
	h->part = (enum host_part)__builtin_ctz(h->to_list);
	h->to_list &= ~(1u << h->part);
	host_chain_clear(&h->listed);
	listing_ask(h, NULL, on_list_output, on_listed);
}

/* Whether the rules are to be listed now. If so, sets when they must be listed again. */
static bool is_list_due(struct host_side *h, unsigned parts, struct mono now)
{
	bool is_known = (parts & ~h->known) == 0;
	uint64_t mark = 0;

	/* Only the first listing shows which kind of tables the machine has. */
	if (is_known && host_mark_read(h->is_nft, parts, &mark) == 0 && mark == h->mark &&
	    !mono_reached(now, h->list_due))
		return false;
	if (is_known && !mono_reached(now, h->list_not_before))
		return false;
	h->mark = mark;
	return true;
}

/* ---- applying ---- */

static void log_op(const struct host_op *op, bool is_repair)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		mem_exhausted(0);
	host_op_print(op, out);
	fclose(out);
	log_info("host: %s%s", is_repair ? "repaired: " : "", text);
	free(text);
}

/* To be called before the first change of a run that no new configuration asked for: somebody else
 * has changed something. */
static void note_repair(struct host_side *h)
{
	if (!h->is_repair || h->is_repair_noted)
		return;
	h->is_repair_noted = true;
	h->n_repairs++;
	log_warning("host: somebody else changed sysctls, sets or rules of lvsd: lvsd restores "
		    "them");
}

/* A pool may have thousands of servers. After so many operations of a run, the others are only
 * counted. */
#define LOGGED_OPS_MAX 40

static void done(struct host_side *h, const struct host_op *op)
{
	if (h->n_done++ < LOGGED_OPS_MAX)
		log_op(op, h->is_repair);
}

static void on_written(const struct run_job_end *end, void *arg)
{
	struct host_side *h = arg;
	const struct host_op *op = &h->plan.ops.items[h->at - 1];
	char *sentence = end->code < 0 ? mem_strdup(end->sentence) : NULL;
	int code = end->code;

	if (code < 0) {
		h->known &= ~(1u << op->part);
		on_program_failed(h, op->part, code, sentence);
		free(sentence);
		return;
	}
	flavour_works(h);
	done(h, op);
	host_op_apply(op, &h->have);
	h->known &= ~(1u << op->part); /* the operation's effect is read at the next listing */
	go_on(h);
}

static void write_chain(struct host_side *h, const struct host_op *op)
{
	char *text = host_op_restore_text(op);

	h->part = op->part;
	listing_ask(h, text, NULL, on_written);
	free(text);
}

/* Notes the value from before lvsd, then sets the sysctl. */
static void apply_sysctl(struct host_side *h, const struct host_op *op)
{
	struct err err;

	if (!host_state_sysctl(&h->formers, op->name)) {
		host_state_add_sysctl(&h->formers, op->name, op->before);
		host_state_sort(&h->formers);
		host_file_store(h);
	}
	if (host_sysctl_write(HOST_SYSCTL_DIR, op->name, op->value, &err) == 0) {
		note_repair(h);
		done(h, op);
		host_op_apply(op, &h->have);
		return;
	}
	if (!h->sysctl_fault || strcmp(h->sysctl_fault, err.text))
		log_error("host: %s", err.text);
	free(h->sysctl_fault);
	h->sysctl_fault = mem_strdup(err.text);
	if (!strcmp(op->name, HOST_CONNTRACK))
		fail_full_nat(h, err.text);
}

/* Done at once, whatever happens to rules and sets, since connection sync needs its sysctls before
 * it starts. */
static void apply_sysctls(struct host_side *h)
{
	const struct host_state want = {.sysctls = {h->want.sysctls.items, h->want.sysctls.n, 0}},
				have = {.sysctls = {h->have.sysctls.items, h->have.sysctls.n, 0}};
	struct host_plan plan = {0};

	host_plan(&want, &have, &plan);
	for (size_t i = 0; i < plan.ops.n; i++)
		apply_sysctl(h, &plan.ops.items[i]);
	host_plan_free(&plan);
}

static void apply_set(struct host_side *h, struct host_sets **sets, const struct host_op *op)
{
	struct err err;

	if (!*sets)
		*sets = host_sets_open();
	if (host_sets_apply(*sets, op, &err) == 0)
		done(h, op);
	else
		fail(h, op->part, err.text);
}

/* Does the next operations up to one that needs a program. Operations of a part that has failed are
 * left out. */
static void ops_apply(struct host_side *h)
{
	struct host_sets *sets = NULL;
	const struct host_op *chain = NULL;

	while (h->at < h->plan.ops.n && !chain) {
		const struct host_op *op = &h->plan.ops.items[h->at++];

		if (op->kind == HOST_OP_SYSCTL || h->failed & (1u << op->part))
			continue; /* the kernel has refused a sysctl that still has another value */
		if (op->kind == HOST_OP_WRITE_CHAIN || op->kind == HOST_OP_DEL_CHAIN)
			chain = op;
		else
			apply_set(h, &sets, op);
	}
	if (sets)
		host_sets_close(sets);
	if (chain) {
		write_chain(h, chain);
		return;
	}
	if (h->n_done > LOGGED_OPS_MAX)
		log_info("host: %zu operations applied", h->n_done);
	h->on_run_ended(h);
}

static void make_plan(struct host_side *h)
{
	unsigned parts =
	    host_state_parts(&h->want) | host_state_parts(&h->have) | (h->parts & h->failed);

	host_plan(&h->want, &h->have, &h->plan);
	h->at = 0;
	if (h->plan.ops.n)
		note_repair(h);
	if (h->parts != parts) {
		h->parts = parts; /* noted before the first object of it exists */
		host_file_store(h);
	}
	ops_apply(h);
}

/* Sets when the next listing may begin, and when it must. */
static void note_list(struct host_side *h)
{
	struct mono now = clock_mono();

	if (mono_is_never(h->list_began))
		return;
	h->list_due = mono_add_ms(now, LIST_EVERY_MS);
	h->list_not_before = mono_add_ns(now, mono_sub(now, h->list_began) * LIST_SHARE);
	h->list_began = MONO_NEVER;
}

/* Does the next step: at the beginning, and after the end of each program. */
static void go_on(struct host_side *h)
{
	if (!h->is_active)
		return;
	if (h->to_list) {
		list(h);
		return;
	}
	note_list(h);
	if (!h->plan.ops.n)
		make_plan(h);
	else
		ops_apply(h);
}

/* ---- beginning ---- */

static int compare_addrs(const void *a, const void *b)
{
	return addr_cmp(a, b);
}

/* Keeps members of sets whose servers are still in connections that the kernel translates. */
static void keep_members(struct host_side *h)
{
	VEC(struct addr) in_use = {0};

	for (size_t i = 0; i < h->table->n_services; i++) {
		const struct ipvs_service *service = &h->table->services[i];

		for (size_t k = 0; k < service->n_dests; k++)
			if (service->dests[k].method == IPVS_METHOD_NAT)
				*vec_push(&in_use) = service->dests[k].ep.addr;
	}
	if (in_use.n)
		qsort(in_use.items, in_use.n, sizeof(*in_use.items), compare_addrs);
	host_want_keep(h->conf, &h->have, in_use.items, in_use.n, &h->want);
	vec_free(&in_use);
}

static void read_sets(struct host_side *h, unsigned parts)
{
	struct err err;

	host_sets_clear(&h->have);
	if (!parts)
		return;
	if (host_sets_read(&h->have, &err) < 0) {
		for (int part = 0; part < HOST_N_PARTS; part++)
			if (parts & (1u << part))
				fail(h, (enum host_part)part, err.text);
		return;
	}
	if (host_state_parts(&h->want))
		keep_members(h);
}

/* While another director is returning, rejoin.c sets two of the sysctls. */
static void leave_to_rejoin(struct host_side *h)
{
	struct sync_rejoin_sysctl sysctls[SYNC_REJOIN_N_SYSCTLS];

	sync_rejoin_sysctls(h->rejoin, loop_now(h->loop), sysctls);
	for (size_t i = 0; h->rejoin->is_on && i < SYNC_REJOIN_N_SYSCTLS; i++) {
		struct host_sysctl *want = host_state_sysctl(&h->want, sysctls[i].name);
		const struct host_sysctl *have = host_state_sysctl(&h->have, sysctls[i].name);

		if (!want || !have)
			continue;
		free(want->value);
		want->value = mem_strdup(have->value);
	}
}

static void read_sysctls(struct host_side *h)
{
	struct err err;
	bool is_read = host_read_sysctls(&h->want, &h->have, &err) == 0;

	if (!is_read && (!h->sysctl_fault || strcmp(h->sysctl_fault, err.text)))
		log_error("host: %s", err.text);
	free(h->sysctl_fault);
	h->sysctl_fault = is_read ? NULL : mem_strdup(err.text);
	if (host_state_sysctl(&h->want, HOST_CONNTRACK) &&
	    !host_state_sysctl(&h->have, HOST_CONNTRACK))
		fail_full_nat(h, h->sysctl_fault);
}

static void forget_run(struct host_side *h)
{
	rules_cancel(h->rules);
	host_plan_free(&h->plan);
	vec_free(&h->lines.line); /* the last line is missing, so the listing is useless */
	h->lines = (struct host_lines){0};
	host_chain_clear(&h->listed);
	for (int part = 0; part < HOST_N_PARTS; part++) {
		free(h->new_faults[part]);
		h->new_faults[part] = NULL;
	}
	h->failed = h->to_list = 0;
	h->at = h->n_done = 0;
}

void host_run_begin(struct host_side *h)
{
	unsigned parts;

	forget_run(h);
	h->is_active = true;
	h->is_repair = h->has_succeeded && !h->is_changed && !h->is_stopping;
	h->is_repair_noted = false;
	h->is_changed = false;
	host_state_clear(&h->want);
	host_wanted(h->conf, h->is_stopping, &h->formers, &h->want);
	if (h->filter.is_absent && !h->is_stopping)
		host_want_filter(h->conf, &h->want);
	/* The kernel's roles go on when lvsd has stopped. */
	if (h->owner.is_absent)
		host_owner_want_chain(&h->owner.owner, &h->want);
	parts = host_state_parts(&h->want) | h->parts;
	read_sysctls(h);
	leave_to_rejoin(h);
	apply_sysctls(h);
	read_sets(h, parts);
	if (parts && is_list_due(h, parts, loop_now(h->loop)))
		h->to_list = parts & ~h->failed;
	h->list_began = h->to_list ? clock_mono() : MONO_NEVER;
	go_on(h);
}

/* Begins the run again with another flavour, whose tables were not listed yet. */
static void begin_again(struct host_side *h)
{
	bool was_changed = !h->is_repair;

	h->known = 0;
	h->mark = 0;
	h->is_nft = false;
	host_run_begin(h);
	h->is_repair = h->is_repair && !was_changed;
}

void host_run_abort(struct host_side *h)
{
	forget_run(h);
	h->is_active = false;
}
