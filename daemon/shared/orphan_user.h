/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The user of the vrrp process. Who holds an abstract name (base/socket/abstract.h) is known by his user. */
#ifndef LVSD_DAEMON_SHARED_ORPHAN_USER_H
#define LVSD_DAEMON_SHARED_ORPHAN_USER_H

#include <stdbool.h>
#include <sys/types.h>

#define ORPHAN_USER "lvsd-vrrp"

/* Whether a process of that user can be the vrrp process of an lvsd. Any other user could take a name just to
 * keep lvsd from its work. */
bool orphan_is_of_lvsd(uid_t uid);

#endif
