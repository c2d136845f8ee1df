/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The answering side of the supervisor's pings: a process whose loop turns sends each one back. */
#ifndef LVSD_BASE_PULSE_H
#define LVSD_BASE_PULSE_H

#include "base/loop.h"

struct pulse;

/* fd: a SOCK_SEQPACKET socket, taken over; -1: nobody asks. */
/* A number that no ping has: the process has got its configuration and is at work. */
#define PULSE_AT_WORK 0

struct pulse *pulse_new(struct loop *loop, int fd);
void pulse_free(struct pulse *pulse);

/* Tells the supervisor that this process is at work, once after its start; NULL: nobody asks. */
void pulse_at_work(struct pulse *pulse);

#endif
