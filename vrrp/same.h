/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compares two configurations of an instance: must the instance act on the new one? */
#ifndef LVSD_VRRP_SAME_H
#define LVSD_VRRP_SAME_H

#include "vrrp/wire.h"

/*
 * True when both mean the same to a running instance: every field that is sent to the vrrp process
 * is equal, except those that count only at the start (`state`), and peers, addresses and trackers
 * are equal and in the same order. Interface, VRID and family are compared like the other fields.
 * Example: priority 100 and 150: false; state MASTER and BACKUP, the rest equal: true.
 */
bool vrrp_is_same(const struct conf_vrrp *a, const struct conf_vrrp *b);
/* The same comparison of the contents of two frames. */
bool vrrp_frame_is_same(const struct vrrp_instance_frame *a, const struct vrrp_instance_frame *b);

#endif
