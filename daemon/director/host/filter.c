/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/host/filter.h"
#include "base/clock.h"
#include "base/log.h"
#include "host/nft.h"
#include "vrrp/wait.h"

#include <errno.h>
#include <unistd.h>

/* A vrrp process that has heard of a new configuration removes the addresses that it drops within this
 * time, unless an instance hands over first. One that hangs, or is replaced, takes longer. */
#define KEEP_MS 1000
/* Rules of others may change often. The filter is read at most this often because of them. */
#define EVENT_GAP_MS 200
/* Without an event it is read this often. */
#define READ_EVERY_MS 60000
/* After a failure it is tried again after this time, which is doubled up to the maximum. */
#define BACKOFF_MIN_MS 500
#define BACKOFF_MAX_MS 60000

/* Elements of a change that are logged one by one. */
#define LOGGED_MAX 40

/* ---- the watch ---- */

static void set_due(struct filter_side *f, struct mono due)
{
	f->due = due;
	loop_timer_set(f->timer, due);
}

static void on_nft_event(int fd, unsigned events, void *arg)
{
	struct filter_side *f = arg;
	struct mono soon = mono_add_ms(loop_now(f->loop), EVENT_GAP_MS);

	(void)events;
	host_nft_watch_drain(fd);
	if (mono_is_never(f->due) || mono_sub(f->due, soon) > 0)
		set_due(f, soon);
}

static void watch_begin(struct filter_side *f)
{
	if (f->watch >= 0)
		return;
	f->watch = host_nft_watch_open();
	if (f->watch >= 0)
		f->io = loop_io_new(f->loop, f->watch, LOOP_READ, on_nft_event, f);
}

static void watch_end(struct filter_side *f)
{
	if (f->watch < 0)
		return;
	loop_io_free(f->io);
	close(f->watch);
	f->watch = -1;
}

/* ---- log ---- */

static void log_elements(const char *verb, const struct host_filter_element *const *elements,
			 size_t n)
{
	char *text = NULL;
	size_t size;
	FILE *out;

	if (!n)
		return;
	out = open_memstream(&text, &size);
	if (!out)
		mem_exhausted(0);
	for (size_t i = 0; i < n && i < LOGGED_MAX; i++) {
		fputs(i ? ", " : "", out);
		host_filter_print(elements[i], out);
	}
	if (n > LOGGED_MAX)
		fprintf(out, " and %zu more", n - LOGGED_MAX);
	fclose(out);
	log_info("host: the filter of no_accept %s %s", verb, text);
	free(text);
}

static void log_plan(struct filter_side *f, const struct host_filter_plan *plan)
{
	if (f->is_settled) {
		f->n_repairs++;
		log_warning("host: somebody else changed the table inet %s of nftables, by which "
			    "no_accept drops packets: lvsd restores it",
			    f->table);
	}
	if (plan->step == HOST_FILTER_REMOVE)
		log_info("host: removed the table inet %s of nftables", f->table);
	log_elements("has", plan->added.items, plan->added.n);
	log_elements("no longer has", plan->removed.items, plan->removed.n);
}

/* Logs a fault once, and that it is over. sentence: NULL: there is none. */
static void take_fault(struct filter_side *f, const char *sentence)
{
	if (sentence && (!f->fault || strcmp(f->fault, sentence)))
		log_error(
		    "host: no_accept has no effect, so this machine takes what is sent to the "
		    "virtual addresses: %s",
		    sentence);
	else if (!sentence && f->fault)
		log_notice("host: the filter of no_accept is as it should be");
	free(f->fault);
	f->fault = sentence ? mem_strdup(sentence) : NULL;
}

/* ---- reading and changing ---- */

/* Stores that the table may exist, before it is made. */
static void note_exists(struct filter_side *f, bool may_exist)
{
	if (f->may_exist == may_exist)
		return;
	f->may_exist = may_exist;
	f->on_store(f->arg);
}

static int plan_apply(struct filter_side *f, const struct host_filter_plan *plan, struct err *err)
{
	int code;

	if (plan->step == HOST_FILTER_NOTHING)
		return 0;
	note_exists(f, true);
	code = host_nft_apply(f->table, plan, f->conf ? &f->conf->global : NULL, err);
	if (code == 0)
		log_plan(f, plan);
	return code;
}

/* Reads the filter and carries out the plan. Returns 0 or -errno with a sentence. */
static int bring_about(struct filter_side *f, bool is_keeping, struct err *err)
{
	struct host_filter have = {0}, want = {.exists = f->want.exists, .layout = f->want.layout};
	struct host_filter_plan plan = {0};
	int code = host_nft_read(f->table, &have, err);

	host_filter_keep(&want, &f->want);
	if (is_keeping)
		host_filter_keep_left(f->conf, &have, &want);
	if (code == 0) {
		host_filter_plan(&want, &have, &plan);
		code = plan_apply(f, &plan, err);
	}
	host_filter_plan_free(&plan);
	vec_free(&want.elements); /* the layout is that of f->want, or of have */
	host_filter_clear(&have);
	return code;
}

/* Removes the former table. Returns 0 or -errno with a sentence. */
static int remove_former(struct filter_side *f, struct err *err)
{
	struct host_filter have = {0}, none = {0};
	struct host_filter_plan plan = {0};
	int code;

	if (!f->former_table[0])
		return 0;
	code = host_nft_read(f->former_table, &have, err);
	if (code == 0)
		host_filter_plan(&none, &have, &plan);
	if (code == 0 && plan.step == HOST_FILTER_REMOVE) {
		code = host_nft_apply(f->former_table, &plan, f->conf ? &f->conf->global : NULL, err);
		if (code == 0)
			log_notice("host: removed the table inet %s of nftables, which an older lvsd "
				   "with this run dir made; its table is now inet %s",
				   f->former_table, f->table);
	}
	host_filter_plan_free(&plan);
	host_filter_clear(&have);
	if (code < 0)
		return code;
	f->former_table[0] = '\0';
	f->on_store(f->arg);
	return 0;
}

static void filter_failed(struct filter_side *f, int code, const char *sentence)
{
	bool was_absent = f->is_absent;

	f->is_absent = code == -EOPNOTSUPP;
	if (code != -EAGAIN)
		take_fault(f, f->is_absent ? NULL : sentence);
	if (f->is_absent && !was_absent)
		log_notice("host: no_accept drops packets by iptables: %s", sentence);
	f->backoff_ms = f->backoff_ms ? 2 * f->backoff_ms : BACKOFF_MIN_MS;
	f->backoff_ms = f->backoff_ms < BACKOFF_MAX_MS ? f->backoff_ms : BACKOFF_MAX_MS;
	set_due(f, mono_add_ms(clock_mono(), f->backoff_ms));
}

static void filter_run(struct filter_side *f)
{
	struct mono now = clock_mono();
	bool is_due = mono_reached(now, f->keep_until), is_keeping;
	struct err err;
	int code;

	f->is_late = false;
	if (!f->want.exists && !f->may_exist && !f->former_table[0]) {
		watch_end(f);
		take_fault(f, NULL);
		set_due(f, MONO_NEVER);
		return;
	}
	f->is_late = is_due && !f->is_stopping && f->has_left(f->arg);
	is_keeping = !is_due || f->is_late;
	code = bring_about(f, is_keeping, &err);
	if (code == 0 && !is_keeping)
		code = remove_former(f, &err);
	if (code < 0) {
		filter_failed(f, code, err.text);
		return;
	}
	take_fault(f, NULL);
	f->is_absent = false;
	f->backoff_ms = 0;
	if (is_keeping) {
		set_due(f, f->is_late ? mono_add_ms(now, READ_EVERY_MS) : f->keep_until);
		return;
	}
	f->is_settled = true;
	note_exists(f, f->want.exists);
	set_due(f, f->want.exists ? mono_add_ms(now, READ_EVERY_MS) : MONO_NEVER);
}

/* ---- what the host's side calls ---- */

static void on_filter_due(void *arg)
{
	(void)arg; /* filter_settle() in the same turn reads the time */
}

void filter_open(struct filter_side *f)
{
	f->watch = -1;
	f->due = MONO_NEVER;
	f->timer = loop_timer_new(f->loop, on_filter_due, f);
}

void filter_close(struct filter_side *f)
{
	watch_end(f);
	loop_timer_free(f->timer);
	host_filter_clear(&f->want);
	free(f->fault);
}

/* How long an instance of the configuration may hand over when the next one drops it. Of what a
 * predecessor had in force nothing is known. */
static int64_t leave_ns(const struct conf *conf)
{
	int64_t longest_ns = conf ? 0 : VRRP_LEAVE_MAX_NS;

	for (size_t i = 0; conf && i < conf->n_vrrps; i++) {
		const struct vrrp_fsm_conf fsm = vrrp_fsm_conf_of(&conf->vrrps[i]);
		int64_t ns = conf->vrrps[i].is_refusing ? vrrp_fsm_leave_ns(&fsm) : 0;

		longest_ns = ns > longest_ns ? ns : longest_ns;
	}
	return longest_ns;
}

void filter_want_changed(struct filter_side *f, const struct conf *conf)
{
	struct mono left =
	    mono_add_ns(mono_add_ms(clock_mono(), KEEP_MS), leave_ns(f->conf));

	f->conf = conf;
	host_filter_clear(&f->want);
	host_filter_want(conf, &f->want);
	f->is_settled = false;
	f->backoff_ms = 0;
	if (mono_before(f->keep_until, left))
		f->keep_until = left;
	if (f->want.exists)
		watch_begin(f);
	filter_run(f);
}

void filter_settle(struct filter_side *f)
{
	bool is_over = f->is_late && !f->has_left(f->arg);

	if (is_over || (!mono_is_never(f->due) && mono_reached(loop_now(f->loop), f->due)))
		filter_run(f);
}

void filter_refresh(struct filter_side *f)
{
	if (f->want.exists || f->may_exist || f->former_table[0])
		f->due = loop_now(f->loop);
}

void filter_stop(struct filter_side *f)
{
	host_filter_clear(&f->want);
	f->is_settled = false;
	f->is_stopping = true;
	f->keep_until = clock_mono();
	filter_run(f);
}
