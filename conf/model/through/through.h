/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checks with through_vip: what they probe, and by which mark. Packets with the mark of such a check are
 * sent to its real server by a service of the kernel that has no other server. Servers with the same
 * address, method and tunnel share the mark. It follows from these alone, by a hash, so another server
 * that comes or goes leaves it as it is, unless two hashes meet.
 */
#ifndef LVSD_CONF_MODEL_THROUGH_THROUGH_H
#define LVSD_CONF_MODEL_THROUGH_THROUGH_H

struct draft;

/*
 * Sets the targets of checks with through_vip to the virtual addresses, and refuses those that cannot
 * work. To be called when the services have their members, before the checks are judged.
 */
void through_targets(struct draft *draft);

/* Gives these checks their marks. To be called when it is known which servers stay. */
void through_marks(struct draft *draft);

#endif
