/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/status_take.h"
#include "base/clock.h"
#include "base/log.h"
#include "daemon/director/director_state.h"
#include "daemon/director/dump/dump.h"
#include "daemon/director/need.h"
#include "daemon/director/status_json.h"
#include "daemon/shared/dump.h"
#include "daemon/shared/wire.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Reads the table for the status only. k->have, from which plans are made, stays as it is. */
static bool read_table(const struct kernel *k, struct ipvs_state *ret_table)
{
	static const struct ipvs_state nothing;
	struct err err;

	if (k->genl && ipvs_genl_dump(k->genl, ret_table, &err) == 0)
		return true;
	ipvs_state_clear(ret_table);
	*ret_table = nothing;
	return false;
}

static void read_locals(const struct accept_locals *locals, struct status_kernel *kernel)
{
	for (size_t i = 0; i < locals->items.n; i++) {
		const struct accept_local *item = &locals->items.items[i];
		struct status_local *local = vec_push(&kernel->locals);

		strcpy(local->interface, item->interface);
		local->former = item->former;
		if (accept_local_read(item->interface, local->value) < 0)
			local->value[0] = '\0';
	}
}

static void read_kernel(const struct director *d, const struct ipvs_state *table,
			struct status_kernel *ret_kernel)
{
	const struct kernel *k = &d->kernel;
	struct host_state want = {0};

	*ret_kernel = (struct status_kernel){
	    .owned = &k->owned, .table = table, .formers = &d->host.formers, .owner = &d->host.owner};
	if (!k->genl || !k->is_sync_ours ||
	    ipvs_genl_daemons(k->genl, ret_kernel->daemons, &ret_kernel->n_daemons, NULL) < 0)
		ret_kernel->n_daemons = 0;
	host_read_known(&d->host, d->conf, &want, &ret_kernel->host);
	host_state_clear(&want);
	read_locals(&d->through.locals, ret_kernel);
}

/* Hands the status of now to fn. table: the kernel's table; NULL: it could not be read, or nobody asks
 * for it. */
static void with_status(const struct director *d, const struct ipvs_state *table,
			const struct status_kernel *in_kernel,
			void (*fn)(const struct status *status, void *arg), void *arg)
{
	char host[HOST_NAME_MAX + 1] = "";
	struct status_sources sources = {.config = &d->config,
					       .health = d->health,
					       .kernel = &d->kernel,
					       .host = &d->host,
					       .roles = &d->roles,
					       .tracking = &d->tracking,
					       .paths = &d->paths,
					       .processes = need_of(d->conf).processes,
					       .sync = syncing_status(&d->sync),
					       .pid = (int)getppid(),
					       .host_name = host,
					       .table = table,
					       .in_kernel = in_kernel,
					       .now = loop_now(d->loop),
					       .wall_us = clock_wall_us()};
	struct status status;

	sources.sync.others = sources.sync.relay ? d->pair.peers : NULL;
	gethostname(host, sizeof(host) - 1);
	fifos_list(&d->fifos, &sources.fifos);
	sources.mail = mails_row(&d->mails);
	if (mono_sub(sources.now, d->checks.late_at) < 2 * LATENESS_HALF_S * NS_PER_S)
		sources.lateness = d->checks.lateness;
	status_make(&sources, &status);
	fn(&status, arg);
	status_fini(&status);
}

static void print_json(const struct status *status, void *arg)
{
	*(json_t **)arg = status_json(status);
}

json_t *status_take_json(const struct director *d, bool is_with_kernel)
{
	struct ipvs_state table = {0};
	const struct ipvs_state *read = read_table(&d->kernel, &table) ? &table : NULL;
	struct status_kernel in_kernel = {0};
	json_t *json = NULL;

	if (is_with_kernel)
		read_kernel(d, read, &in_kernel);
	with_status(d, read, is_with_kernel ? &in_kernel : NULL, print_json, &json);
	host_state_clear(&in_kernel.host);
	vec_free(&in_kernel.locals);
	ipvs_state_clear(&table);
	return json;
}

json_t *status_take_config_json(const struct director *d)
{
	struct status_config config =
	    status_config_make(&d->config, loop_now(d->loop), clock_wall_us());

	return status_config_json(&config);
}

/* ---- with the counters of now ---- */

/* How long a status waits for the vrrp process, which may hang. */
#define STATUS_WAIT_MS 200
/* Many clients, or one that asks again and again, cost the vrrp process one answer in this time. */
#define STATUS_FRESH_NS NS_PER_S

struct status_ask {
	uint64_t client; /* for control_answer() */
	uint64_t tell;	 /* the number of the TELL whose answer it waits for */
	struct mono deadline;
	bool is_with_kernel;
};

static void on_status_deadline(void *arg)
{
	(void)arg; /* status_take_settle() in the same turn looks at it */
}

bool status_take_ask(struct director *d)
{
	const struct roles *roles = &d->roles;

	return d->conf->n_vrrps &&
	       (!roles->told_at.ns || mono_sub(loop_now(d->loop), roles->told_at) >= STATUS_FRESH_NS) &&
	       roles_ask(&d->roles);
}

static void arm_status_deadline(struct director *d)
{
	struct mono next = MONO_NEVER;

	for (size_t i = 0; i < d->status_asks.list.n; i++)
		next = mono_min(next, d->status_asks.list.items[i].deadline);
	if (!d->status_asks.deadline)
		d->status_asks.deadline = loop_timer_new(d->loop, on_status_deadline, d);
	loop_timer_set(d->status_asks.deadline, next);
}

void status_take_wait(struct director *d, uint64_t client, bool is_with_kernel)
{
	*(struct status_ask *)vec_push(&d->status_asks.list) =
	    (struct status_ask){client, d->roles.tell, mono_add_ms(clock_mono(), STATUS_WAIT_MS),
				is_with_kernel};
	arm_status_deadline(d);
}

void status_take_settle(struct director *d)
{
	struct status_ask *list = d->status_asks.list.items;
	size_t n = 0, before = d->status_asks.list.n;

	for (size_t i = 0; i < before; i++)
		if (d->roles.told >= list[i].tell || mono_reached(clock_mono(), list[i].deadline))
			control_answer(d->control, list[i].client,
				       control_ok(status_take_json(d, list[i].is_with_kernel)));
		else
			list[n++] = list[i];
	d->status_asks.list.n = n;
	if (n < before)
		arm_status_deadline(d);
}

void status_take_close(struct director *d)
{
	vec_free(&d->status_asks.list);
	loop_timer_free(d->status_asks.deadline);
}

/* ---- dump files ---- */

/* How long the vrrp process may take to tell its counters. */
#define TELL_MS 1000

void status_dump_ask(struct director *d, unsigned kind)
{
	if (kind < DUMP_KINDS)
		d->dumps.due |= DUMP_BIT(kind);
}

static void on_tell_deadline(void *arg)
{
	((struct director *)arg)->dumps.is_late = true; /* the end of this turn looks at it */
}

/* A file in memory with the text; -1: there is none, which is logged. */
static int text_file(const char *text, enum dump_kind kind)
{
	int fd = memfd_create("dump", MFD_CLOEXEC);
	size_t left = strlen(text);
	ssize_t n = 0;

	for (; fd >= 0 && left && n >= 0; text += n, left -= (size_t)n)
		n = write(fd, text, left);
	if (fd >= 0 && n >= 0)
		return fd;
	log_warning("%s was not written: %s", dump_keyword(kind), err_errno(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

struct dump {
	struct director *d;
	enum dump_kind kind;
};

static void send_dump(const struct status *status, void *arg)
{
	const struct dump *dump = arg;
	const char *keyword = dump_keyword(dump->kind);
	uint8_t body[1 + 64] = {LOAD_DUMP};
	char *text = dump_print(dump->kind, status);
	int fd = text_file(text, dump->kind);

	free(text);
	if (fd < 0)
		return;
	memcpy(body + 1, keyword, strlen(keyword));
	chan_send_fd(dump->d->supervisor, DAEMON_FRAME_LOAD, body, 1 + strlen(keyword), fd);
	close(fd);
}

/* A reload may have removed the keyword since the signal came. */
static void send_dumps(struct director *d)
{
	unsigned due = d->dumps.due & dump_kinds(d->conf);

	d->dumps.due = 0;
	d->dumps.is_asking = d->dumps.is_late = false;
	for (enum dump_kind kind = 0; kind < DUMP_KINDS; kind++) {
		struct dump dump = {d, kind};

		if (due & DUMP_BIT(kind))
			with_status(d, NULL, NULL, send_dump, &dump);
	}
}

void status_dump_settle(struct director *d)
{
	if (!d->dumps.due)
		return;
	if (!d->dumps.is_asking && roles_ask(&d->roles)) {
		d->dumps.is_asking = true;
		d->dumps.is_late = false;
		if (!d->dumps.deadline)
			d->dumps.deadline = loop_timer_new(d->loop, on_tell_deadline, d);
		loop_timer_set(d->dumps.deadline, mono_add_ms(loop_now(d->loop), TELL_MS));
	}
	if (!d->dumps.is_asking || d->dumps.is_late || roles_are_told(&d->roles))
		send_dumps(d);
}

void status_dump_close(struct director *d)
{
	loop_timer_free(d->dumps.deadline);
}
