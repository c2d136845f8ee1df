/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decides how lvsd treats each signal, and what it logs of a signal that it survives. Pure:
 * base/signals blocks and reads the signals.
 *
 * There are four kinds of signal. Some end lvsd (TERM, INT). Some report a fault of the process
 * itself (SEGV, ABRT, ...). Some have a use in lvsd (HUP, CHLD). All others are survived: operators
 * and exporters send SIGUSR1 and SIGUSR2 to keepalived, and their default action would end lvsd
 * without a log line. In the supervisor these two may have an effect (daemon/shared/dump.h).
 */
#ifndef LVSD_BASE_SIGNAL_NOTE_H
#define LVSD_BASE_SIGNAL_NOTE_H

#include "base/mono.h"

#include <stddef.h>

/* Signal numbers go from 1 to this number. */
#define SIGNAL_NUMBER_MAX 64

/* How long, in milliseconds, signals of the same number are only counted after one was logged. */
#define SIGNAL_DIARY_PAUSE_MS 600000

enum signal_fate {
	SIGNAL_KEPT, /* the default action stays: a fault, a stop, CHLD, CONT, and those that
			cannot be changed */
	SIGNAL_SURVIVED, /* blocked, read in the loop, and logged */
	SIGNAL_IGNORED,  /* ignored without a log line: PIPE, and the two numbers that the C
			    library uses */
};

/*
 * How lvsd treats the signal number, which is from 1 to SIGNAL_NUMBER_MAX. Example: SIGUSR1 is
 * survived. SIGHUP is survived, too, except by the supervisor, which reloads the configuration
 * then.
 */
enum signal_fate signal_fate(int number);

/* For each signal number: when it may be logged again, and how often it came since the last line.
 * Begins as {0}. */
struct signal_diary {
	struct {
		struct mono next; /* not logged before this time */
		unsigned n_unsaid;
	} each[SIGNAL_NUMBER_MAX + 1];
};

/* Notes that a signal came. Returns whether to log it; if so, *ret_n_unsaid is the number of
 * signals not logged since the last line. */
bool signal_diary_take(struct signal_diary *diary, int number, struct mono now,
		       unsigned *ret_n_unsaid);

struct signal_note {
	int number;
	bool is_kernel;    /* sent by the kernel: a terminal, a resource limit */
	unsigned pid, uid; /* of the sender; pid 0: unknown, as the sender is in another pid
			      namespace */
	unsigned n_unsaid; /* from signal_diary_take() */
};

/* Whether the kernel sent the signal to all processes of a terminal, because its size changed or
 * because it was closed. Nobody sent that to lvsd, so it is not logged. */
bool signal_note_is_trivial(const struct signal_note *note);

#define SIGNAL_NOTE_TEXT_MAX 512
/*
 * Writes the sentence for the log. Example: "SIGRTMAX-1 from pid 4242 (uid 0) has no effect:
 * keepalived would clear its counters; those of lvsd, in `lvsctl status --json`, only grow".
 * Returns text.
 */
const char *signal_note_text(const struct signal_note *note,
			     char text[static SIGNAL_NOTE_TEXT_MAX]);

#endif
