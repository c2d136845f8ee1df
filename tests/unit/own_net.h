/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A network namespace of a test's own, in which it may do as it likes. */
#ifndef LVSD_TESTS_OWN_NET_H
#define LVSD_TESTS_OWN_NET_H

#include <check.h>
#include <stdbool.h>

/* automake: skipped */
#define EXIT_SKIP 77

/*
 * The process is root of a new and empty network namespace; an ordinary user becomes that in a user
 * namespace, where it is allowed. False when there is none to be had.
 */
bool own_net_enter(void);

/*
 * Runs the tests of tcase, each of which may take a minute, in such a namespace, as a program whose suite has
 * this name. Returns the exit status: EXIT_SKIP when there is no namespace to be had.
 */
int own_net_tests(const char *name, TCase *tcase);

/* Runs a program with words of line, which blanks separate; it must end with status 0. */
void own_net_run(const char *line);

/*
 * Waits until the kernel shows the interface with a carrier (IFF_RUNNING). A worker of the kernel sets that flag some
 * time after `ip link set up` has returned, so what reads the flag must be called after this function.
 * own_net_await_carrier("near") follows "ip link set near up" and "ip link set far up".
 */
void own_net_await_carrier(const char *name);

#endif
