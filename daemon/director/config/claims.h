/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two lvsd with different run dirs in one network namespace must not run the same virtual router: each would take the
 * other's advertisements for its own and both would hold the addresses. For each VRRP instance the director
 * holds an abstract unix socket, whose name the kernel gives once in a network namespace, such as
 * "lvsd/vrrp/eth0/4/51" for IPv4. It ends with the process.
 */
#ifndef LVSD_DAEMON_DIRECTOR_CONFIG_CLAIMS_H
#define LVSD_DAEMON_DIRECTOR_CONFIG_CLAIMS_H

#include "base/err.h"
#include "base/loop.h"
#include "conf/conf.h"

#include <sys/types.h>

/* Instances beyond these are not claimed, nor beyond a quarter of the descriptors that the director may open: each
 * claim costs one. */
#define CLAIMS_MAX 128

struct claims;

struct claims *claims_new(struct loop *loop);
void claims_free(struct claims *claims);

/*
 * Claims the instances of conf that are not claimed yet. Returns 0, or -EBUSY with a sentence when another lvsd has
 * claimed one; then nothing has changed. A name that a stranger holds (another user), or a claim
 * that cannot be made, is a warning of the log.
 */
int claims_take(struct claims *claims, const struct conf *conf, struct err *err);

/*
 * Whether a process of user holder that has a claim's name is another lvsd to a director of user own: one of root,
 * or of the same user. Any other user could hold names only to keep lvsd from its start. Pure.
 */
bool claims_is_director(uid_t holder, uid_t own);

/* conf is in force: gives up what it does not have. */
void claims_keep(struct claims *claims, const struct conf *conf);

#endif
