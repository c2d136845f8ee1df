/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The signals of a process of lvsd. Those that lvsd survives (base/signal_note.h) are blocked from
 * the first moment of the process, then read in its loop, and logged with their sender. */
#ifndef LVSD_BASE_SIGNALS_H
#define LVSD_BASE_SIGNALS_H

#include "base/loop.h"

/*
 * Gives every signal its default action, except those to be ignored, and blocks exactly the
 * survived signals. To be called at the start of the program and of each process that is forked.
 * It undoes what a parent has blocked or ignored (such as SIGCHLD or SIGTERM).
 */
void signals_block(void);

struct signals;

/* From now on logs the survived signals of this process. takes_hangup: the caller handles SIGHUP
 * itself. */
struct signals *signals_new(struct loop *loop, bool takes_hangup);
void signals_free(struct signals *signals);

/* Returns whether the signal number has an effect. */
typedef bool signals_take_fn(int number, void *arg);
/* take is asked first about each survived signal; one that has an effect is not logged. */
void signals_on_take(struct signals *signals, signals_take_fn *take, void *arg);

#endif
