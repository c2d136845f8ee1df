/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/signals.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/signal_note.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

/* At most so many signals are read in one turn. */
#define READ_MAX 32

struct signals {
	struct loop_io *io;
	struct signal_diary diary;
	signals_take_fn *take; /* called with arg; NULL: no signal has an effect */
	void *arg;
	int fd;
};

static sigset_t survived(void)
{
	sigset_t set;

	sigemptyset(&set);
	for (int number = 1; number <= SIGNAL_NUMBER_MAX; number++)
		if (signal_fate(number) == SIGNAL_SURVIVED)
			sigaddset(&set, number);
	return set;
}

void signals_block(void)
{
	sigset_t set = survived();

	sigprocmask(SIG_SETMASK, &set, NULL);
	/*
	 * Uses the system call, because glibc's signal() refuses the two numbers that glibc uses
	 * itself. The handler is the first word of the kernel's structure. On MIPS it is not; there
	 * an ignored signal is reset to its default action, which does no harm.
	 */
	for (int number = 1; number <= SIGNAL_NUMBER_MAX; number++) {
		const unsigned long action[8] = {
		    signal_fate(number) == SIGNAL_IGNORED ? (unsigned long)SIG_IGN : 0};

		syscall(SYS_rt_sigaction, number, action, NULL, _NSIG / 8);
	}
}

static void note_take(struct signals *signals, const struct signalfd_siginfo *info)
{
	struct signal_note note = {.number = (int)info->ssi_signo,
				   .is_kernel = info->ssi_code == SI_KERNEL,
				   .pid = info->ssi_pid,
				   .uid = info->ssi_uid};
	char text[SIGNAL_NOTE_TEXT_MAX];

	if (signals->take && signals->take(note.number, signals->arg))
		return;
	if (!signal_note_is_trivial(&note) &&
	    signal_diary_take(&signals->diary, note.number, clock_mono(), &note.n_unsaid))
		log_notice("%s", signal_note_text(&note, text));
}

static void on_survived_signal(int fd, unsigned events, void *arg)
{
	struct signalfd_siginfo info[READ_MAX];
	ssize_t len = read(fd, info, sizeof(info));

	(void)events;
	for (ssize_t i = 0; i < len / (ssize_t)sizeof(info[0]); i++)
		note_take(arg, &info[i]);
}

struct signals *signals_new(struct loop *loop, bool takes_hangup)
{
	struct signals *signals = mem_calloc(1, sizeof(*signals));
	sigset_t set = survived();

	if (takes_hangup)
		sigdelset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signals->fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (signals->fd < 0)
		mem_exhausted(0);
	signals->io = loop_io_new(loop, signals->fd, LOOP_READ, on_survived_signal, signals);
	return signals;
}

void signals_on_take(struct signals *signals, signals_take_fn *take, void *arg)
{
	signals->take = take;
	signals->arg = arg;
}

void signals_free(struct signals *signals)
{
	if (!signals)
		return;
	loop_io_free(signals->io);
	close(signals->fd);
	free(signals);
}
