/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where no lvsd answers: asks the vrrp process of an lvsd that died (vrrp/orphan/orphan.h) what it serves. */
#ifndef LVSD_DAEMON_LVSCTL_ORPHAN_LOOK_H
#define LVSD_DAEMON_LVSCTL_ORPHAN_LOOK_H

/*
 * Returns what such a process of the run dir does, for free(): "the vrrp process (process 77) of an lvsd that
 * died serves VI_1 (MASTER) for 22 s more". It tells root alone what it serves; others read that there is one.
 * NULL: there is none in this network namespace.
 */
char *orphan_look(const char *run_dir);

#endif
