/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The waits of a BACKUP: for the silence of the master, for the end of a hold, for the first frame
 * after a return. Pure. These functions change the times of the state machine, never its state. The
 * rules are at the top of vrrp/fsm.c.
 */
#ifndef LVSD_VRRP_WAIT_H
#define LVSD_VRRP_WAIT_H

#include "vrrp/fsm.h"

/* What the file says of an instance. The rest is what the router knows: its own address, trackers,
 * connection sync, orders. */
struct vrrp_fsm_conf vrrp_fsm_conf_of(const struct conf_vrrp *conf);

/* A master is gone when this many of its intervals, and the skew time, have passed in silence: three
 * (RFC 9568 section 6.1), or as down_timer_adverts says. */
unsigned vrrp_down_adverts(const struct vrrp_fsm_conf *conf);

/* Does the router own the addresses (priority 255, RFC 9568 section 5.2.4)? */
bool vrrp_is_owner(const struct vrrp_fsm_conf *conf);
/* May the router take over from a master of lower priority? An owner always may. */
bool vrrp_may_preempt(const struct vrrp_fsm_conf *conf);

/*
 * The skew time: (256 - priority) / 256 of the master's interval (version 3, RFC 9568 section 6.1)
 * or of a second (version 2, RFC 3768 section 6.1).
 * Example: version 3, priority 100, interval 1 s: 609,375,000.
 */
int64_t vrrp_fsm_skew_ns(const struct vrrp_fsm_conf *conf, int64_t master_interval_ns);
/* The master-down interval: vrrp_down_adverts() intervals of the master, and the skew time. */
int64_t vrrp_fsm_down_ns(const struct vrrp_fsm_conf *conf, int64_t master_interval_ns);

/* The least and the longest time of a handover. The least one is for a successor that runs late. */
#define VRRP_LEAVE_MIN_NS (100 * NS_PER_MS)
#define VRRP_LEAVE_MAX_NS (10 * NS_PER_S)

/* How long a MASTER that leaves waits for its successor: the longest skew time that another router
 * can have, and an interval. Example: version 3, interval 1 s: 2 s. */
int64_t vrrp_fsm_leave_ns(const struct vrrp_fsm_conf *conf);
/* When it repeats its priority 0, counted like that. No skew time lasts so long, so a router that has
 * heard the first one is not delayed. A router that has not still takes over in time, if its priority
 * is at least 32. The same as vrrp_fsm_leave_ns() if the interval is too long for that: it is not
 * repeated. Example: version 3, interval 1 s: 1.125 s. */
int64_t vrrp_fsm_leave_again_ns(const struct vrrp_fsm_conf *conf);

/* Until when a BACKUP leaves a master of lower priority alone; then it preempts. {0}: it does not
 * wait. With connection sync that is 13 s and the skew time after its hello. */
struct mono vrrp_fsm_held_until(const struct vrrp_fsm_conf *conf, const struct vrrp_fsm *fsm);

/* For a router that has returned (fsm->returned): the value of awaits_frame_ns. */
int64_t vrrp_wait_frame_ns(const struct vrrp_fsm_conf *conf, const struct vrrp_fsm *fsm);

/* Until when a router that became MASTER by silence cannot know whether another master exists: a
 * master-down interval after its first frame. */
struct mono vrrp_wait_heard_out_at(const struct vrrp_fsm_conf *conf, const struct vrrp_fsm *fsm);
/* A frame of another machine has come. Only the first frame after a return counts. True: this BACKUP has
 * waited for it, and counts silence from now on. */
bool vrrp_wait_hear_frame(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm, struct mono now);

/* Until when a BACKUP waits at most for proof that it can receive: the first frame of another machine.
 * {0}: it does not wait for one, or not longer than for the silence of a master. Example: started now,
 * gate_ns of 5 s, interval 1 s, no frame yet: in 5 s; after a frame: {0}. */
struct mono vrrp_wait_proof_until(const struct vrrp_fsm_conf *conf, const struct vrrp_fsm *fsm);

/* When the master counts as gone. Example: interval 1 s, priority 100: 3.6 s after the master's
 * last advertisement. */
struct mono vrrp_wait_silent_at(const struct vrrp_fsm_conf *conf, const struct vrrp_fsm *fsm);
/* When the master that was heard last counts as gone, of whatever priority it is. A master of lower
 * priority, which this router would preempt but for its sync group, restarts this time and not that
 * of vrrp_wait_silent_at(). */
struct mono vrrp_wait_gone_at(const struct vrrp_fsm_conf *conf, const struct vrrp_fsm *fsm);
/* When this router becomes MASTER if it hears nothing more: at vrrp_wait_silent_at(), or before at
 * the end of a hold. */
struct mono vrrp_wait_down_at(const struct vrrp_fsm_conf *conf, const struct vrrp_fsm *fsm);

/* Starts the master-down timer with the master's interval, bounded by conf->interval_max_ns. */
void vrrp_wait_for_master(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm,
			  int64_t master_interval_ns, struct mono now);
/* Sets fsm->wake to vrrp_wait_down_at(), or to the end of a slice if that is earlier. A member of a
 * sync group waits on by slices when that time is over. */
void vrrp_wait_slice(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm, struct mono now);
/* The timer has come late, by now minus fsm->wake: this time does not count as silence of the
 * master. */
void vrrp_wait_forgive(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm, struct mono now);
/* The machine was suspended for slept_ns: the timer of a MASTER is late by that, and a BACKUP could not hear. */
void vrrp_wait_slept(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm, int64_t slept_ns, struct mono now);

/* Forgets the master that was heard, and ends a hold: the router begins again as after a return. */
void vrrp_wait_return(struct vrrp_fsm *fsm, enum vrrp_return returned);
/* The first advertisement since a return: begins the hold, in which the missed connections are
 * learnt. */
void vrrp_wait_notice_return(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm,
			     int64_t master_interval_ns, struct mono now);
/* An advertisement of lower priority is heard. Does a hold keep this router from preempting? */
bool vrrp_wait_leaves_alone(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm,
			    const struct vrrp_event *event, struct mono now);

#endif
