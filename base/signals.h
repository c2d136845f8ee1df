/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The signals of a process of lvsd: those that base/signal_note.h calls survived are blocked from
 * the process's first moment, then read in its loop and logged, with who sent them.
 */
#ifndef LVSD_BASE_SIGNALS_H
#define LVSD_BASE_SIGNALS_H

#include "base/loop.h"

/*
 * Every disposition becomes the default, but for ignored ones; the mask becomes exactly the
 * survived signals. At the start of the program and of each process that it forks as its own: what
 * a parent had blocked or ignored (SIGCHLD, SIGTERM) has no say.
 */
void signals_hold(void);

struct signals;

/* Logs the survived signals of the process from now on. takes_hangup: the caller handles SIGHUP
 * itself. */
struct signals *signals_new(struct loop *loop, bool takes_hangup);
void signals_free(struct signals *signals);

#endif
