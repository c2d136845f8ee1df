/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What becomes of each signal, and what the log says of one that lvsd survives. Pure: base/signals
 * blocks and reads them.
 *
 * A signal either ends lvsd (TERM, INT), or shows a fault of the process itself (SEGV, ABRT, ...),
 * or has its use in lvsd (HUP, CHLD), or it is survived: operators and exporters send SIGUSR1 and
 * SIGUSR2 to keepalived, and by default these would end the process without a word.
 */
#ifndef LVSD_BASE_SIGNAL_NOTE_H
#define LVSD_BASE_SIGNAL_NOTE_H

#include "base/mono.h"

#include <stddef.h>

/* Numbers of signals go from 1 to this one. */
#define SIGNAL_NUMBER_MAX 64

/* A signal of one number is logged at most once in this time; the others are counted. */
#define SIGNAL_DIARY_PAUSE_MS 600000

enum signal_fate {
	SIGNAL_KEPT, /* as the kernel has it: a fault, a stop, CHLD, CONT, what nobody can change */
	SIGNAL_SURVIVED, /* blocked, read in the loop, logged */
	SIGNAL_IGNORED,  /* without a line: PIPE, and the two numbers that the C library keeps */
};

/* number: from 1 to SIGNAL_NUMBER_MAX. SIGHUP is survived: the supervisor, which reads the file
 * again then, takes it out. */
enum signal_fate signal_fate(int number);

/* When each number was logged last, and how often it came since. Begins as {0}. */
struct signal_diary {
	struct {
		struct mono next; /* not logged before */
		unsigned n_unsaid;
	} each[SIGNAL_NUMBER_MAX + 1];
};

/* A signal came. Whether it is to be logged; then *ret_n_unsaid is how many were not since the last
 * line. */
bool signal_diary_take(struct signal_diary *diary, int number, struct mono now,
		       unsigned *ret_n_unsaid);

struct signal_note {
	int number;
	bool is_kernel;    /* the kernel sent it: a terminal, a limit */
	unsigned pid, uid; /* of the sender; pid 0: not known (another pid namespace) */
	unsigned n_unsaid; /* of signal_diary_take() */
};

/* The kernel tells a whole terminal of its size and of its end: nobody sent that to lvsd. */
bool signal_note_is_trivial(const struct signal_note *note);

#define SIGNAL_NOTE_TEXT_MAX 512
/*
 * The sentence for the log: "SIGUSR1 from pid 4242 (uid 0) has no effect: keepalived would write
 * its data to a file; `lvsctl status --json` shows those of lvsd". Returns text.
 */
const char *signal_note_text(const struct signal_note *note,
			     char text[static SIGNAL_NOTE_TEXT_MAX]);

#endif
