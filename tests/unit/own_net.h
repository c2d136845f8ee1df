/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A network namespace of a test's own, in which it may do as it likes. */
#ifndef LVSD_TESTS_OWN_NET_H
#define LVSD_TESTS_OWN_NET_H

#include <stdbool.h>

/* automake: skipped */
#define EXIT_SKIP 77

/*
 * The process is root of a new and empty network namespace; an ordinary user becomes that in a user
 * namespace, where it is allowed. False when there is none to be had.
 */
bool own_net_enter(void);

/* Runs a program with words of line, which blanks separate; it must end with status 0. */
void own_net_run(const char *line);

#endif
