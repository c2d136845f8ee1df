/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the configuration of VRRP crosses to the vrrp process: one message for each instance, and one
 * for all static items together. A file with an instance or static items that do not fit into a
 * message is refused.
 */
#ifndef LVSD_CONF_MODEL_VRRP_CROSSING_H
#define LVSD_CONF_MODEL_VRRP_CROSSING_H

#include "base/arena.h"
#include "base/pack.h"
#include "conf/conf.h"

struct draft;
struct node;

/* The most bytes of an instance, and of all static items. The rest of a message (CHAN_BODY_MAX) is
 * for the states that travel with them. */
#define CROSSING_MAX 64000

void crossing_pack_vrrp(struct pack_writer *writer, const struct conf_vrrp *vrrp);
/* Encode and decode an instance. Decoded texts are memory of arena. The reader becomes bad as
 * member_unpack() says. The caller checks whether the values make sense together. */
void crossing_unpack_vrrp(struct pack_reader *reader, struct arena *arena,
			  struct conf_vrrp *ret_vrrp);

/* The same for the static items. Their track_groups do not cross, since each instance has those
 * that concern it among its trackers. */
void crossing_pack_statics(struct pack_writer *writer, const struct conf_statics *statics);
void crossing_unpack_statics(struct pack_reader *reader, struct arena *arena,
			     struct conf_statics *ret_statics);

/* Report an instance, or the static items, of more than CROSSING_MAX bytes. */
void crossing_check_vrrp(struct draft *draft, const struct conf_vrrp *vrrp);
void crossing_check_statics(struct draft *draft, const struct node *root);

#endif
