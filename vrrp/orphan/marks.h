/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The abstract names that an orphan holds for its instances (vrrp_orphan_mark()). */
#ifndef LVSD_VRRP_ORPHAN_MARKS_H
#define LVSD_VRRP_ORPHAN_MARKS_H

#include "base/loop.h"

struct vrrp_marks;
struct vrrp_report;

/* door: the name at which the orphan is found, the caller's. */
struct vrrp_marks *vrrp_marks_new(struct loop *loop, const char *door);
/* Gives all names up; marks may be NULL. */
void vrrp_marks_free(struct vrrp_marks *marks);
/* Marks the instance of a report. */
void vrrp_marks_add(struct vrrp_marks *marks, const struct vrrp_report *report);
/* All instances have been added: logs how many could not be marked, if there are any. */
void vrrp_marks_settle(const struct vrrp_marks *marks);

#endif
