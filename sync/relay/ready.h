/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * May an instance preempt now, as far as the connections of the other directors matter? Pure.
 *
 * It waits until each director that is there is READY, which means that its connections are in the own kernel. It
 * waits no longer than sync_wait: then it goes on as DEGRADED, and that is said once. A director that has not been
 * heard yet is waited for too, for RELAY_HEAR_NS: it may be about to say hello.
 */
#ifndef LVSD_SYNC_RELAY_READY_H
#define LVSD_SYNC_RELAY_READY_H

#include "base/mono.h"
#include "sync/relay/frame.h"

#define RELAY_HEAR_NS (3 * NS_PER_S)

/* Another director of the configuration. */
struct relay_member {
	enum relay_state state;
	bool has_left; /* with DOWN: its last BEAT said that it stops */
};

enum relay_verdict {
	RELAY_WAIT,
	RELAY_GO,
	RELAY_GO_DEGRADED, /* connections may be missing */
};

/* A wait. */
struct relay_wait {
	struct mono began;
	bool was_said;
};

/* A wait begins: at a start, or after a FAULT. */
void relay_wait_begin(struct relay_wait *wait, struct mono now);

/* The verdict at this time, for all n other directors. *ret_is_news: it is RELAY_GO_DEGRADED for the first time in this
 * wait. Without any other director, or when all have left, nobody is waited for. */
enum relay_verdict relay_wait_judge(struct relay_wait *wait, const struct relay_member *members, size_t n,
				    int64_t sync_wait_ns, struct mono now, bool *ret_is_news);

/* When the verdict may change though no member does; MONO_NEVER: not any more. */
struct mono relay_wait_wake(const struct relay_wait *wait, int64_t sync_wait_ns, struct mono now);

#endif
