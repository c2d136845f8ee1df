/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/host/owner.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "host/nft.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Rules of others may change often. The table is read at most this often because of them. */
#define OWNER_EVENT_GAP_MS 200
/* Without an event it is read this often. */
#define OWNER_READ_EVERY_MS 60000
/* After a failure it is tried again after this time, which is doubled up to the maximum. */
#define OWNER_BACKOFF_MIN_MS 500
#define OWNER_BACKOFF_MAX_MS 60000

static void owner_set_due(struct owner_side *o, struct mono due)
{
	o->due = due;
	loop_timer_set(o->timer, due);
}

static void on_owner_event(int fd, unsigned events, void *arg)
{
	struct owner_side *o = arg;
	struct mono soon = mono_add_ms(loop_now(o->loop), OWNER_EVENT_GAP_MS);

	(void)events;
	host_nft_watch_drain(fd);
	if (mono_is_never(o->due) || mono_sub(o->due, soon) > 0)
		owner_set_due(o, soon);
}

static void owner_watch_begin(struct owner_side *o)
{
	if (o->watch >= 0)
		return;
	o->watch = host_nft_watch_open();
	if (o->watch >= 0)
		o->io = loop_io_new(o->loop, o->watch, LOOP_READ, on_owner_event, o);
}

static void owner_watch_end(struct owner_side *o)
{
	if (o->watch < 0)
		return;
	loop_io_free(o->io);
	close(o->watch);
	o->watch = -1;
}

/* Logs a fault once, and that it is over. sentence: NULL: there is none. */
static void owner_take_fault(struct owner_side *o, const char *sentence)
{
	if (sentence && (!o->fault || strcmp(o->fault, sentence)))
		log_error("host: " OWNER_COST ": %s", sentence);
	else if (!sentence && o->fault)
		log_notice("host: the rules of the private interface of connection sync are as they should be");
	free(o->fault);
	o->fault = sentence ? mem_strdup(sentence) : NULL;
}

/* Stores that the table may exist, before it is made. */
static void owner_note_exists(struct owner_side *o, bool may_exist)
{
	if (o->may_exist == may_exist)
		return;
	o->may_exist = may_exist;
	o->on_store(o->arg);
}

static void owner_log_step(struct owner_side *o, enum host_filter_step step)
{
	if (o->is_settled) {
		o->n_repairs++;
		log_warning("host: somebody else changed the table inet %s of nftables, which keeps other users from "
			    "the private interface of connection sync: lvsd restores it",
			    o->table);
	} else {
		log_info("host: %s the table inet %s of nftables", step == HOST_FILTER_REMOVE ? "removed" : "made",
			 o->table);
	}
}

static int owner_apply(struct owner_side *o, enum host_filter_step step, struct err *err)
{
	struct host_nft_bytes bytes = {0};
	uint32_t seq;
	int code;

	if (step == HOST_FILTER_NOTHING)
		return 0;
	owner_note_exists(o, true);
	seq = host_owner_write(o->table, step, &o->owner, &bytes);
	code = host_nft_carry_out(o->table, &bytes, seq, err);
	vec_free(&bytes.items);
	if (code == 0)
		owner_log_step(o, step);
	return code;
}

/* Reads the table and carries out the plan. Returns 0 or -errno with a sentence. */
static int owner_bring_about(struct owner_side *o, struct err *err)
{
	struct host_filter have = {0}, want = {0};
	struct host_filter_plan plan = {0};
	int code = host_nft_read_chain(o->table, HOST_OWNER_CHAIN, &have, err);

	host_owner_want(&o->owner, &want);
	if (code == 0) {
		host_filter_plan(&want, &have, &plan);
		code = owner_apply(o, plan.step, err);
	}
	host_filter_plan_free(&plan);
	host_filter_clear(&want);
	host_filter_clear(&have);
	return code;
}

static void owner_failed(struct owner_side *o, int code, const char *sentence)
{
	bool was_absent = o->is_absent;

	o->is_absent = code == -EOPNOTSUPP;
	if (code != -EAGAIN)
		owner_take_fault(o, o->is_absent ? NULL : sentence);
	if (o->is_absent && !was_absent && o->owner.is_on)
		log_notice("host: iptables keeps other users from the private interface of connection sync: %s",
			   sentence);
	o->backoff_ms = o->backoff_ms ? 2 * o->backoff_ms : OWNER_BACKOFF_MIN_MS;
	o->backoff_ms = o->backoff_ms < OWNER_BACKOFF_MAX_MS ? o->backoff_ms : OWNER_BACKOFF_MAX_MS;
	owner_set_due(o, mono_add_ms(clock_mono(), o->backoff_ms));
}

static void owner_run(struct owner_side *o)
{
	struct err err;
	int code;

	if (!o->owner.is_on && !o->may_exist) {
		owner_watch_end(o);
		owner_take_fault(o, NULL);
		o->is_absent = false;
		owner_set_due(o, MONO_NEVER);
		return;
	}
	owner_watch_begin(o);
	code = owner_bring_about(o, &err);
	if (code < 0) {
		owner_failed(o, code, err.text);
		return;
	}
	owner_take_fault(o, NULL);
	o->is_absent = false;
	o->backoff_ms = 0;
	o->is_settled = true;
	owner_note_exists(o, o->owner.is_on);
	owner_set_due(o, o->owner.is_on ? mono_add_ms(clock_mono(), OWNER_READ_EVERY_MS) : MONO_NEVER);
	if (!o->owner.is_on)
		owner_watch_end(o);
}

static void on_owner_due(void *arg)
{
	(void)arg; /* owner_settle() in the same turn reads the time */
}

void owner_open(struct owner_side *o)
{
	o->watch = -1;
	o->due = MONO_NEVER;
	o->timer = loop_timer_new(o->loop, on_owner_due, o);
}

void owner_close(struct owner_side *o)
{
	owner_watch_end(o);
	loop_timer_free(o->timer);
	free(o->fault);
}

static bool owner_is_same(const struct host_owner *a, const struct host_owner *b)
{
	return a->is_on == b->is_on &&
	       (!a->is_on || (!strcmp(a->interface, b->interface) && a->master_port == b->master_port &&
			      a->backup_port == b->backup_port && a->uid == b->uid));
}

bool owner_want_changed(struct owner_side *o, const struct host_owner *owner)
{
	if (owner_is_same(&o->owner, owner) && (owner->is_on || !o->may_exist))
		return false;
	o->owner = *owner;
	o->is_settled = false;
	o->backoff_ms = 0;
	owner_run(o);
	return true;
}

void owner_settle(struct owner_side *o)
{
	if (!mono_is_never(o->due) && mono_reached(loop_now(o->loop), o->due))
		owner_run(o);
}

void owner_refresh(struct owner_side *o)
{
	if (o->owner.is_on || o->may_exist)
		o->due = loop_now(o->loop);
}
