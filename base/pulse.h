/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answers the supervisor's pings: a process whose loop runs sends each ping back, and so shows that
 * it does not hang. */
#ifndef LVSD_BASE_PULSE_H
#define LVSD_BASE_PULSE_H

#include "base/loop.h"

struct pulse;

/* The number of an answer that no ping has: it says that the process has its configuration and is
 * at work. */
#define PULSE_AT_WORK 0

/* fd is a SOCK_SEQPACKET socket, which pulse_free() closes; -1: no supervisor asks, and the result
 * is NULL. on_gone is called once with arg when the supervisor is gone; NULL: nobody is told. */
struct pulse *pulse_new(struct loop *loop, int fd, loop_fn *on_gone, void *arg);
void pulse_free(struct pulse *pulse);

/* Tells the supervisor that this process is at work. To be called once after the start. NULL: does
 * nothing. */
void pulse_at_work(struct pulse *pulse);

#endif
