/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One VRRP instance at work (edge): feeds its state machine with packets, timers and the state of
 * its port, and carries out what the machine says. It decides nothing by itself but which address
 * it sends from: the one of its configuration, which must be on its interface, or its port's.
 */
#ifndef LVSD_VRRP_INSTANCE_H
#define LVSD_VRRP_INSTANCE_H

#include "vrrp/fsm.h"
#include "vrrp/port.h"

struct vrrp_instance;

/* Registers it with the port; nothing happens before vrrp_instance_start(). arena: of frame, taken
 * over. */
struct vrrp_instance *vrrp_instance_new(struct vrrp_host *host, struct vrrp_port *port,
					const struct vrrp_instance_frame *frame,
					struct arena *arena);
/* Stop it first. */
void vrrp_instance_free(struct vrrp_instance *instance);

/* may_resume: a predecessor that died just now was master. Only with addresses of it on an
 * interface it goes on as master. */
void vrrp_instance_start(struct vrrp_instance *instance, bool may_resume);
/* Priority 0 if it is master, and no address left behind. */
void vrrp_instance_stop(struct vrrp_instance *instance);

/*
 * A live change in three steps, so that a whole configuration adds before it removes: set takes the
 * configuration over (arena too), apply acts on it, trim removes addresses that are no longer
 * listed. An instance whose configuration did not change is left alone.
 */
void vrrp_instance_set(struct vrrp_instance *instance, const struct vrrp_instance_frame *frame,
		       struct arena *arena);
void vrrp_instance_apply(struct vrrp_instance *instance);
void vrrp_instance_trim(struct vrrp_instance *instance);

/* The port became usable or unusable, or addresses on the machine have changed. */
void vrrp_instance_link_changed(struct vrrp_instance *instance);
/* A message with the instance's VRID. */
void vrrp_instance_receive(struct vrrp_instance *instance, const struct vrrp_path *path,
			   const uint8_t *body, size_t len);

/* The director has said hello, or will: a hold under way ends in hold_ms. */
void vrrp_instance_hold(struct vrrp_instance *instance, uint32_t hold_ms);

/* Tells the director the state and the counters. */
void vrrp_instance_report(const struct vrrp_instance *instance);

/* A mark for the worker, while it puts a configuration into force: the configuration has the
 * instance. */
void vrrp_instance_set_wanted(struct vrrp_instance *instance, bool is_wanted);
bool vrrp_instance_is_wanted(const struct vrrp_instance *instance);

bool vrrp_instance_is_owner(const struct vrrp_instance *instance);
const struct conf_vrrp *vrrp_instance_conf(const struct vrrp_instance *instance);
const struct vrrp_vips *vrrp_instance_vips(const struct vrrp_instance *instance);
/* The master-down interval of its own configuration. */
int64_t vrrp_instance_down_ns(const struct vrrp_instance *instance);

#endif
