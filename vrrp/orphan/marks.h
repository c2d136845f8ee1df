/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The abstract names that an orphan holds for its instances (vrrp_orphan_mark()). */
#ifndef LVSD_VRRP_ORPHAN_MARKS_H
#define LVSD_VRRP_ORPHAN_MARKS_H

#include "base/loop.h"

struct vrrp_marks;
struct vrrp_report;

/* The most instances that are marked: each mark takes a descriptor. */
#define VRRP_MARKS_MAX 128

struct vrrp_marks *vrrp_marks_new(struct loop *loop);
/* Gives all names up; marks may be NULL. */
void vrrp_marks_free(struct vrrp_marks *marks);
/* Marks the instance of a report. A name that cannot be had is left out. */
void vrrp_marks_add(struct vrrp_marks *marks, const struct vrrp_report *report);

#endif
