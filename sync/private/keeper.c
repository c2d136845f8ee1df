/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/private/keeper.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/socket/change_watch.h"
#include "sync/private/link.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Changes within this time are looked at together: a new interface gets its settings one after the other. */
#define KEEPER_TOGETHER_MS 10
/* After a failure it is tried again after this time, which is doubled up to the maximum: no event says that a module
 * can be loaded now. */
#define KEEPER_RETRY_MIN_MS 1000
#define KEEPER_RETRY_MAX_MS 60000
/* Readings of one look: what is made is read again. */
#define KEEPER_READINGS_MAX 3

struct sync_keeper {
	struct loop *loop;
	char name[CONF_IFNAME_MAX];
	struct change_watch *watch; /* NULL: changes cannot be watched */
	struct loop_timer *retry;
	int64_t retry_ms;
	unsigned index;
	bool was_right; /* the interface was right once, so a change is somebody else's */
	char fault[ERR_TEXT_MAX];
	loop_fn *on_change;
	void *arg;
};

static void keeper_say_done(const struct sync_keeper *keeper, unsigned ops)
{
	char text[SYNC_PRIVATE_OPS_TEXT];

	if (keeper->was_right)
		log_warning("sync: somebody changed the private interface %s: lvsd restores it (%s)", keeper->name,
			    sync_private_ops_text(ops, text));
	else
		log_notice("sync: private interface %s: %s", keeper->name, sync_private_ops_text(ops, text));
}

/* Brings the interface about. Returns 0 or -errno with a sentence. */
static int keeper_settle(struct sync_keeper *keeper, struct err *err)
{
	struct sync_private_seen seen;
	unsigned ops = 0;
	int code = 0;

	for (unsigned i = 0; i < KEEPER_READINGS_MAX; i++) {
		code = sync_private_read(keeper->name, &seen, err);
		if (code == 0)
			seen.is_known = keeper->index && seen.index == keeper->index;
		if (code == 0)
			code = sync_private_plan(keeper->name, true, &seen, &ops, err);
		if (code == 0 && !ops) {
			keeper->index = seen.index;
			keeper->was_right = true;
			return 0;
		}
		if (code == 0)
			code = sync_private_apply(keeper->name, &seen, ops, err);
		if (code < 0)
			return code;
		keeper_say_done(keeper, ops);
	}
	return err_set(err, -EAGAIN,
		       "the private interface %s of connection sync does not stay as lvsd makes it: something else on "
		       "this machine, such as a network manager, changes it all the time",
		       keeper->name);
}

static void fault_take(struct sync_keeper *keeper, int code, const char *sentence)
{
	if (code < 0 && strcmp(keeper->fault, sentence))
		log_error("sync: %s", sentence);
	if (code == 0 && *keeper->fault)
		log_notice("sync: the private interface %s is as it should be", keeper->name);
	snprintf(keeper->fault, sizeof(keeper->fault), "%s", code < 0 ? sentence : "");
}

static void retry_set(struct sync_keeper *keeper, int code)
{
	if (code == 0) {
		keeper->retry_ms = 0;
		loop_timer_set(keeper->retry, MONO_NEVER);
		return;
	}
	keeper->index = 0;
	keeper->retry_ms = keeper->retry_ms ? 2 * keeper->retry_ms : KEEPER_RETRY_MIN_MS;
	if (keeper->retry_ms > KEEPER_RETRY_MAX_MS)
		keeper->retry_ms = KEEPER_RETRY_MAX_MS;
	loop_timer_set(keeper->retry, mono_add_ms(clock_mono(), keeper->retry_ms));
}

static void keeper_look(struct sync_keeper *keeper)
{
	struct err err = {""};
	int code = keeper_settle(keeper, &err);

	fault_take(keeper, code, err.text);
	retry_set(keeper, code);
}

static void on_keeper_change(void *arg)
{
	struct sync_keeper *keeper = arg;
	unsigned index = keeper->index;
	bool had_fault = *keeper->fault;

	keeper_look(keeper);
	if (keeper->index != index || (*keeper->fault != '\0') != had_fault)
		keeper->on_change(keeper->arg);
}

struct sync_keeper *sync_keeper_new(struct loop *loop, const char *name, loop_fn *on_change, void *arg)
{
	struct sync_keeper *keeper = mem_calloc(1, sizeof(*keeper));
	int code;

	*keeper = (struct sync_keeper){.loop = loop, .on_change = on_change, .arg = arg};
	snprintf(keeper->name, sizeof(keeper->name), "%s", name);
	keeper->retry = loop_timer_new(loop, on_keeper_change, keeper);
	code = change_watch_new(loop, RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR, KEEPER_TOGETHER_MS,
				on_keeper_change, keeper, &keeper->watch);
	if (code < 0)
		log_error("sync: changes of the private interface %s cannot be watched: %s. Reload lvsd when it was "
			  "deleted",
			  name, err_errno(code));
	keeper_look(keeper);
	return keeper;
}

void sync_keeper_free(struct sync_keeper *keeper)
{
	if (!keeper)
		return;
	change_watch_free(keeper->watch);
	loop_timer_free(keeper->retry);
	free(keeper);
}

unsigned sync_keeper_index(const struct sync_keeper *keeper)
{
	return keeper->index;
}

const char *sync_keeper_fault(const struct sync_keeper *keeper)
{
	return keeper->fault;
}

int sync_keeper_remove(const char *name)
{
	struct sync_private_seen seen;
	struct err err;
	unsigned ops = 0;
	int code = sync_private_read(name, &seen, &err);

	if (code == 0)
		code = sync_private_plan(name, false, &seen, &ops, &err);
	if (code == 0 && ops)
		code = sync_private_apply(name, &seen, ops, &err);
	if (code < 0)
		log_warning("sync: %s. Delete it by `ip link del %s`", err.text, name);
	else if (ops)
		log_notice("sync: the private interface %s is deleted", name);
	return code;
}
