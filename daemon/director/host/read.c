/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/host/host.h"
#include "base/run_job.h"
#include "host/flavour.h"
#include "host/sets.h"
#include "host/sysctl.h"
#include "host/want.h"

#include <errno.h>
#include <stdio.h>

void host_wanted(const struct conf *conf, bool is_stopping, const struct host_state *formers, struct host_state *want)
{
	if (is_stopping)
		host_want_at_stop(conf, want);
	else
		host_want(conf, want);
	for (size_t i = 0; i < formers->sysctls.n; i++) {
		const struct host_sysctl *former = &formers->sysctls.items[i];

		if (!host_state_sysctl(want, former->name)) {
			host_state_add_sysctl(want, former->name, former->value);
			host_state_sort(want);
		}
	}
}

int host_read_sysctls(const struct host_state *want, struct host_state *have, struct err *err)
{
	char value[HOST_SYSCTL_MAX];
	int code = 0;

	host_sysctls_clear(have);
	for (size_t i = 0; i < want->sysctls.n; i++) {
		const char *name = want->sysctls.items[i].name;
		int rc = host_sysctl_read(HOST_SYSCTL_DIR, name, value, code < 0 ? NULL : err);

		if (rc < 0 && code == 0)
			code = rc;
		if (rc == 0)
			host_state_add_sysctl(have, name, value);
	}
	return code;
}

/* The result of a program that is waited for. */
struct wait {
	struct loop *loop;
	struct host_lines lines;
	struct host_chain *chain;
	enum host_part part;
	bool is_nft;
	int code;
	struct err *err;
};

static void on_line(char *line, void *arg)
{
	struct wait *wait = arg;

	host_save_line(wait->chain, wait->part, line, &wait->is_nft);
}

static bool on_listing_output(const char *bytes, size_t len, void *arg)
{
	struct wait *wait = arg;

	host_lines_feed(&wait->lines, bytes, len, on_line, wait);
	return true;
}

static void on_listing_done(const struct run_job_end *end, void *arg)
{
	struct wait *wait = arg;

	wait->code = end->code;
	if (end->code < 0)
		err_set(wait->err, end->code, "%s", end->sentence);
	loop_stop(wait->loop);
}

static int list_chain(enum host_part part, unsigned flavour, struct host_chain *chain,
		      struct err *err)
{
	struct wait wait = {.loop = loop_new(), .chain = chain, .part = part, .err = err};
	char *name = host_program(part, flavour, "save");
	const char *const words[] = {name, "-t", host_parts[part].table, NULL};
	const struct run_job_ops ops = {.limit_ms = HOST_PROGRAM_LIMIT_MS,
					.on_output = on_listing_output,
					.on_end = on_listing_done,
					.arg = &wait};
	struct run_job *job = NULL;

	wait.code =
	    run_job_start(wait.loop, &(struct run_program){.words = words}, &ops, &job, err);
	if (wait.code == 0)
		loop_run(wait.loop);
	host_lines_end(&wait.lines, on_line, &wait);
	host_save_end(chain, part);
	run_job_free(job);
	loop_free(wait.loop);
	free(name);
	return wait.code;
}

int host_read_all(const char *run_dir, const struct conf *conf, struct host_state *want,
		  struct host_state *have, struct err *err)
{
	struct host_memory memory = {0};
	unsigned parts;
	int code;

	host_file_read(run_dir, &memory);
	host_wanted(conf, false, &memory.formers, want);
	if (memory.parts & (1u << HOST_FILTER4 | 1u << HOST_FILTER6))
		host_want_filter(conf, want);
	parts = host_state_parts(want) | memory.parts;
	code = host_read_sysctls(want, have, err);
	if (code == 0 && parts)
		code = host_sets_read(have, err);
	for (int part = 0; part < HOST_N_PARTS && code == 0; part++)
		if (parts & (1u << part))
			code = list_chain((enum host_part)part, memory.flavour, &have->chains[part],
					  err);
	host_state_clear(&memory.formers);
	return code;
}

static void copy_chain(const struct host_chain *from, struct host_chain *to)
{
	for (size_t i = 0; i < from->rules.n; i++)
		host_chain_add(to, from->rules.items[i].id, from->rules.items[i].spec);
	to->exists = from->exists;
	to->is_jumped = from->is_jumped;
}

void host_read_known(const struct host_side *h, const struct conf *conf, struct host_state *want,
		     struct host_state *have)
{
	host_wanted(conf, false, &h->formers, want);
	if (h->filter.is_absent)
		host_want_filter(conf, want);
	if (h->owner.is_absent)
		host_owner_want_chain(&h->owner.owner, want);
	host_read_sysctls(want, have, NULL);
	if (host_state_parts(want) | h->parts)
		host_sets_read(have, NULL);
	for (int part = 0; part < HOST_N_PARTS; part++)
		copy_chain(&h->have.chains[part], &have->chains[part]);
}
