/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the director tells a new vrrp process about addresses, routes and rules that an earlier one may have left. */
#ifndef LVSD_DAEMON_DIRECTOR_ROLE_HELD_FRAMES_H
#define LVSD_DAEMON_DIRECTOR_ROLE_HELD_FRAMES_H

#include "base/greeted.h"
#include "daemon/shared/held.h"

/* Sends the addresses of held that conf does not have (LEFT), those that lvsd has added for an owner of conf
 * (LEFT_OWNED), and all routes and rules of held (LEFT_ITEM). A process that is only reloaded knows them. */
void held_frames_send(struct greeted *vrrp, const struct held *held, const struct conf *conf);

#endif
