/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/signal_note.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

/* The C library uses 32 and 33 for its threads, and sigaddset(3) refuses these numbers. */
#define LIBRARY_FIRST 32
#define LIBRARY_LAST  33

/* The numbers that keepalived gives to these signals (`keepalived --signum=JSON`,
 * `--signum=STATS_CLEAR`). */
#define KEEPALIVED_JSON  (SIGRTMIN + 2)
#define KEEPALIVED_CLEAR (SIGRTMAX - 1)

enum signal_fate signal_fate(int number)
{
	switch (number) {
	case SIGTERM:
	case SIGINT:
	case SIGKILL:
	case SIGSTOP:
	case SIGCONT: /* systemd sends it after each SIGTERM */
	case SIGCHLD:
	case SIGSEGV:
	case SIGBUS:
	case SIGFPE:
	case SIGILL:
	case SIGABRT:
	case SIGQUIT:
	case SIGSYS:
	case SIGTRAP:
		return SIGNAL_KEPT;
	case SIGPIPE: /* write(2) returns EPIPE instead */
	case LIBRARY_FIRST:
	case LIBRARY_LAST:
		return SIGNAL_IGNORED;
	default:
		return SIGNAL_SURVIVED;
	}
}

bool signal_diary_take(struct signal_diary *diary, int number, struct mono now,
		       unsigned *ret_n_unsaid)
{
	if (number < 1 || number > SIGNAL_NUMBER_MAX)
		return false;
	if (!mono_reached(now, diary->each[number].next)) {
		diary->each[number].n_unsaid++;
		return false;
	}
	*ret_n_unsaid = diary->each[number].n_unsaid;
	diary->each[number].n_unsaid = 0;
	diary->each[number].next = mono_add_ms(now, SIGNAL_DIARY_PAUSE_MS);
	return true;
}

bool signal_note_is_trivial(const struct signal_note *note)
{
	return note->is_kernel && (note->number == SIGWINCH || note->number == SIGHUP);
}

static const char *signal_name(int number, char name[static 16])
{
	const char *known = number < LIBRARY_FIRST ? sigabbrev_np(number) : NULL;

	if (known)
		snprintf(name, 16, "SIG%s", known);
	else if (number == KEEPALIVED_CLEAR)
		snprintf(name, 16, "SIGRTMAX-1");
	else
		snprintf(name, 16, "SIGRTMIN+%d", number - SIGRTMIN);
	return name;
}

/* What the sender may have wanted, and how to do that with lvsd. NULL: unknown. */
static const char *cure(int number)
{
	if (number == KEEPALIVED_JSON)
		return "keepalived would write its state as JSON to a file. With json_dump_file in "
		       "global_defs the process of lvsd.pid does so, too; `lvsctl status --json` "
		       "prints it at any time";
	if (number == KEEPALIVED_CLEAR)
		return "keepalived would clear its counters; those of lvsd, in `lvsctl status "
		       "--json`, only grow";
	switch (number) {
	case SIGUSR1:
		return "keepalived would write its state to a file. With state_dump_file in "
		       "global_defs the process of lvsd.pid does so, too; `lvsctl status --json` "
		       "prints it at any time";
	case SIGUSR2:
		return "keepalived would write its counters to a file. With stats_dump_file in "
		       "global_defs the process of lvsd.pid does so, too; `lvsctl status --json` "
		       "prints the state at any time";
	case SIGHUP:
		return "this process reads no file; `lvsctl reload` puts the changed file in force";
	case SIGTSTP:
		return "while lvsd is stopped it would keep its addresses, and another director "
		       "would take them, too";
	case SIGXFSZ:
		return "a file would become larger than this process may write (LimitFSIZE= of the "
		       "unit, `ulimit -f`)";
	case SIGXCPU:
		return "this process has used all the CPU time that it may use (LimitCPU= of the "
		       "unit, `ulimit -t`)";
	default:
		return NULL;
	}
}

const char *signal_note_text(const struct signal_note *note, char text[static SIGNAL_NOTE_TEXT_MAX])
{
	const char *why = cure(note->number);
	char name[16], sender[64], more[64] = "";

	if (note->is_kernel)
		snprintf(sender, sizeof(sender), "the kernel");
	else if (note->pid)
		snprintf(sender, sizeof(sender), "pid %u (uid %u)", note->pid, note->uid);
	else
		snprintf(sender, sizeof(sender),
			 "a process of uid %u whose pid cannot be seen from here", note->uid);
	if (note->n_unsaid)
		snprintf(more, sizeof(more), "; %u more came since this was logged last",
			 note->n_unsaid);
	snprintf(text, SIGNAL_NOTE_TEXT_MAX, "%s from %s has no effect%s%s%s",
		 signal_name(note->number, name), sender, why ? ": " : "", why ? why : "", more);
	return text;
}
