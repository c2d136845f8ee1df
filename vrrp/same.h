/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether an instance has to take over a configuration that came. */
#ifndef LVSD_VRRP_SAME_H
#define LVSD_VRRP_SAME_H

#include "vrrp/wire.h"

/*
 * Both mean the same to an instance that runs: every field that crosses to the vrrp process is
 * equal, but for those that only count at its start (`state`), and so are peers and addresses, in
 * the same order. Interface, VRID and family are an instance's identity, and count like the others.
 */
bool vrrp_is_same(const struct conf_vrrp *a, const struct conf_vrrp *b);
/* The same of what came in two frames. */
bool vrrp_frame_is_same(const struct vrrp_instance_frame *a, const struct vrrp_instance_frame *b);

#endif
