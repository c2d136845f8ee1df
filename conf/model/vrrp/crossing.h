/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What of the configuration crosses to the vrrp process: each instance in one message, and all static
 * items in one. So a file with more of them than a message has room for is refused.
 */
#ifndef LVSD_CONF_MODEL_VRRP_CROSSING_H
#define LVSD_CONF_MODEL_VRRP_CROSSING_H

#include "base/arena.h"
#include "base/pack.h"
#include "conf/conf.h"

struct draft;
struct node;

/* The most bytes of one of them. A message (CHAN_BODY_MAX) has room for the states besides. */
#define CROSSING_MAX 64000

void crossing_pack_vrrp(struct pack_writer *writer, const struct conf_vrrp *vrrp);
/* Texts are memory of arena. The reader becomes bad as member_unpack() says; whether the values make
 * sense together is for the caller to check. */
void crossing_unpack_vrrp(struct pack_reader *reader, struct arena *arena,
			  struct conf_vrrp *ret_vrrp);

/* The same for the static items. Their groups do not cross: the instances have them among their
 * trackers. */
void crossing_pack_statics(struct pack_writer *writer, const struct conf_statics *statics);
void crossing_unpack_statics(struct pack_reader *reader, struct arena *arena,
			     struct conf_statics *ret_statics);

/* Reports an instance, or the static items, of more than CROSSING_MAX bytes. */
void crossing_check_vrrp(struct draft *draft, const struct conf_vrrp *vrrp);
void crossing_check_statics(struct draft *draft, const struct node *root);

#endif
