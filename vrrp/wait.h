/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a BACKUP waits for, and until when: the master's silence, the end of a hold, the first frame
 * after a return. Pure; these functions change the times of the state machine, never its state. The
 * rules stand at the top of vrrp/fsm.c.
 */
#ifndef LVSD_VRRP_WAIT_H
#define LVSD_VRRP_WAIT_H

#include "vrrp/fsm.h"

/* A master that missed so many of its intervals, and the skew time, is gone. */
#define VRRP_DOWN_ADVERTS 3

bool vrrp_is_owner(const struct vrrp_fsm_conf *conf);
bool vrrp_may_preempt(const struct vrrp_fsm_conf *conf);

/*
 * (256 - priority) / 256 of the master's interval (version 3, RFC 9568 section 6.1) or of a second
 * (version 2, RFC 3768 section 6.1).
 */
int64_t vrrp_fsm_skew_ns(const struct vrrp_fsm_conf *conf, int64_t master_interval_ns);
/* Three intervals of the master and the skew. */
int64_t vrrp_fsm_down_ns(const struct vrrp_fsm_conf *conf, int64_t master_interval_ns);

/* Until when a BACKUP leaves the master that it hears alone, which is when it preempts; {0}: that
 * master is not left alone. 13 s and the skew time after its hello with connection sync. */
struct mono vrrp_fsm_held_until(const struct vrrp_fsm_conf *conf, const struct vrrp_fsm *fsm);

/* When the master counts as gone. Example: 3.6 s after its last advert, of interval 1 s, for
 * priority 100. */
struct mono vrrp_wait_silent_at(const struct vrrp_fsm_conf *conf, const struct vrrp_fsm *fsm);
/* When this router becomes MASTER if nothing is heard any more: then, or at the end of a hold. */
struct mono vrrp_wait_down_at(const struct vrrp_fsm_conf *conf, const struct vrrp_fsm *fsm);

/* The master-down timer is started; what is more than conf->interval_max_ns is not adopted. */
void vrrp_wait_for_master(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm,
			  int64_t master_interval_ns, struct mono now);
/* Sets fsm->wake: at vrrp_wait_down_at(), or at the end of a slice if that comes before. */
void vrrp_wait_slice(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm, struct mono now);
/* The machine is late, by now minus fsm->wake: that time was no silence of the master. */
void vrrp_wait_forgive(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm, struct mono now);

/* What was known of a master's connections, and of a hold, is over. */
void vrrp_wait_return(struct vrrp_fsm *fsm, enum vrrp_return returned);
/* The first advert since a return: what has to be done about connections that were missed. */
void vrrp_wait_notice_return(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm,
			     int64_t master_interval_ns, struct mono now);
/* The advert of a master of lower priority is heard: is that one left alone? */
bool vrrp_wait_leaves_alone(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm,
			    const struct vrrp_event *event, struct mono now);

#endif
