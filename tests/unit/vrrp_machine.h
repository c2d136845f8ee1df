/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of the state machine share: machines in every situation, events, and time. */
#ifndef LVSD_TESTS_UNIT_VRRP_MACHINE_H
#define LVSD_TESTS_UNIT_VRRP_MACHINE_H

#include "vrrp/transition.h"
#include "vrrp/wait.h"

#include <check.h>

#define INTERVAL_NS NS_PER_S
#define HOLD_NS     (13 * NS_PER_S)
#define NOW         ((struct mono){1000 * NS_PER_S})

static const struct vrrp_fsm_conf plain = {.version = 3,
					   .priority = 100,
					   .is_preempting = true,
					   .interval_ns = INTERVAL_NS,
					   .source = {AF_INET, {10, 0, 0, 5}}};

/* The same with connection sync. */
static const struct vrrp_fsm_conf synced = {.version = 3,
					    .priority = 100,
					    .is_preempting = true,
					    .interval_ns = INTERVAL_NS,
					    .hold_ns = HOLD_NS,
					    .source = {AF_INET, {10, 0, 0, 5}}};

/* --- the situations that a machine can be in --- */

enum situation {
	INIT_DOWN,
	INIT_UP,
	BACKUP,
	RETURNED, /* BACKUP that could not hear for a while */
	WAITING,  /* RETURNED from FAULT, and no frame of any machine has come */
	HELD,     /* BACKUP that leaves a master of lower priority alone */
	MASTER,
	LISTENING,
	ALONE, /* MASTER by silence, and had heard nobody since its return */
	LEAVING, /* MASTER that hands over */
	RELEASING, /* the same, but it will be BACKUP */
	FAULT,
	SITUATIONS,
};

static inline struct vrrp_fsm machine_in(enum situation situation, uint8_t priority)
{
	static const enum vrrp_state_name states[] = {VRRP_INIT,   VRRP_INIT,   VRRP_BACKUP,
						      VRRP_BACKUP, VRRP_BACKUP, VRRP_BACKUP,
						      VRRP_MASTER, VRRP_MASTER, VRRP_MASTER,
						      VRRP_MASTER, VRRP_MASTER, VRRP_FAULT};
	struct vrrp_fsm fsm = {.state = states[situation],
			       .is_link_up = situation != INIT_DOWN && situation != FAULT,
			       .is_listening = situation == LISTENING,
			       .is_leaving = situation == LEAVING || situation == RELEASING,
			       .is_staying = situation == RELEASING,
			       .wake = mono_add_ns(NOW, INTERVAL_NS / 2),
			       .since = mono_add_ns(NOW, -INTERVAL_NS),
			       .master_interval_ns = INTERVAL_NS};

	if (situation == ALONE)
		fsm.alone_until = MONO_NEVER;
	if (situation == RETURNED || situation == WAITING)
		fsm.returned = VRRP_RETURN_DEAF;
	fsm.awaits_frame_ns = situation == WAITING ? 30 * NS_PER_S : 0;
	if (situation == HELD) {
		fsm.master = (struct addr){AF_INET, {10, 0, 0, 9}};
		fsm.heard_priority = (uint8_t)(priority - 1);
		fsm.hold = (struct vrrp_hold){.sync_began = NOW,
					      .sync_until = mono_add_ns(NOW, HOLD_NS),
					      .hears_lower = true,
					      .lower_since = NOW};
	}
	return fsm;
}

static inline struct vrrp_event advert(uint8_t priority, uint8_t last_byte)
{
	return (struct vrrp_event){.kind = VRRP_EVENT_ADVERT,
				   .priority = priority,
				   .interval_ns = INTERVAL_NS,
				   .source = {AF_INET, {10, 0, 0, last_byte}}};
}

static inline void feed(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm,
			struct vrrp_event event, struct mono now)
{
	struct vrrp_actions actions;

	vrrp_step(conf, fsm, &event, now, &actions);
}

static inline struct vrrp_fsm begin(const struct vrrp_fsm_conf *conf, struct mono now)
{
	struct vrrp_fsm fsm = {.is_link_up = true};
	struct vrrp_event event = {.kind = VRRP_EVENT_START};
	struct vrrp_actions actions;

	vrrp_step(conf, &fsm, &event, now, &actions);
	return fsm;
}

/* Gives punctual TIMERs until the machine is master; returns when that is. */
static inline struct mono master_at(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm)
{
	const struct vrrp_event event = {.kind = VRRP_EVENT_TIMER};
	struct mono now = {0};

	for (int i = 0; fsm->state == VRRP_BACKUP && i < 100; i++) {
		now = vrrp_fsm_wake(fsm);
		feed(conf, fsm, event, now);
	}
	ck_assert_int_eq(fsm->state, VRRP_MASTER);
	return now;
}

static inline int64_t since(struct mono now)
{
	return mono_sub(now, NOW) / NS_PER_MS;
}

#endif
