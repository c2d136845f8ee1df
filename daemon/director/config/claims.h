/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two lvsd with different run dirs in one network namespace must not run the same virtual router:
 * each would take the other's advertisements for its own, and both would hold the addresses. So the
 * director claims each VRRP instance with an abstract unix socket, such as "lvsd/vrrp/eth0/4/51"
 * for IPv4. The kernel gives each name only once in a network namespace. A claim ends with the
 * process. The vrrp process of an lvsd that died marks its instances likewise (vrrp/orphan/orphan.h).
 * The kernel lists the names with their users (base/socket/abstract_list.h), so that nobody else can hide one.
 */
#ifndef LVSD_DAEMON_DIRECTOR_CONFIG_CLAIMS_H
#define LVSD_DAEMON_DIRECTOR_CONFIG_CLAIMS_H

#include "base/err.h"
#include "base/loop.h"
#include "conf/conf.h"

#include <sys/types.h>

/* The most instances that are claimed. At most a quarter of the descriptors that the director may
 * open is used, since each claim needs one. */
#define CLAIMS_MAX 128

struct claims;

/* Without a claim at first. door: the name at which the vrrp process of an lvsd with this run dir is found
 * (orphan_door_name()), by which this lvsd knows the marks of the one from which it takes over; predecessor: that
 * process, by which it knows those of an older version; 0 or less: none. claims_free() gives all claims up. */
struct claims *claims_new(struct loop *loop, const char *door, pid_t predecessor);
void claims_free(struct claims *claims);

/*
 * Claims the instances of conf that are not claimed yet. Returns 0, or -EBUSY with a sentence if
 * another lvsd has claimed one, or the vrrp process of one that died serves it; then nothing has
 * changed. If a process of another user has the name, a warning is logged, and the claim has a longer name. If a claim
 * cannot be made, a warning is logged.
 */
int claims_take(struct claims *claims, const struct conf *conf, struct err *err);

/*
 * Whether a process of user holder that has a claim's name is another lvsd, for a director of user
 * own: a process of root or of the same user is. Any other user could take names just to keep lvsd
 * from starting. Pure.
 */
bool claims_is_director(uid_t holder, uid_t own);

/* conf is in force: gives up the claims of instances that it does not have. */
void claims_keep(struct claims *claims, const struct conf *conf);

#endif
