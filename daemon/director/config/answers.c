/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/config/answers.h"
#include "base/clock.h"
#include "base/mem.h"
#include "daemon/loader/transcript.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* How many bytes are received at a time: what else is ready gets its turn in between. */
#define CHUNK (256u * 1024)

struct answers {
	struct loop_io *io; /* NULL: nothing more is collected */
	struct loop_timer *limit;
	int fd;
	unsigned wait_s;
	bool is_late;
	char *bytes;
	size_t len, cap;
};

static void answers_close(struct answers *answers)
{
	loop_io_free(answers->io);
	answers->io = NULL;
	if (answers->fd >= 0)
		close(answers->fd);
	answers->fd = -1;
	loop_timer_set(answers->limit, MONO_NEVER);
}

static void on_late(void *arg)
{
	struct answers *answers = arg;

	answers->is_late = true;
	answers_close(answers);
}

static void on_answers(int fd, unsigned events, void *arg)
{
	struct answers *answers = arg;
	ssize_t n;

	(void)events;
	if (answers->cap - answers->len < CHUNK)
		answers->bytes = mem_realloc(answers->bytes, answers->cap = answers->cap * 2 + CHUNK, 1);
	n = recv(fd, answers->bytes + answers->len, CHUNK, MSG_DONTWAIT);
	if (n > 0)
		answers->len += (size_t)n;
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		answers_close(answers);
	if (answers->len > TRANSCRIPT_BYTES_MAX)
		answers_close(answers);
}

struct answers *answers_new(struct loop *loop, int fd, unsigned wait_s)
{
	struct answers *answers = mem_calloc(1, sizeof(*answers));

	answers->fd = fd;
	answers->wait_s = wait_s;
	answers->limit = loop_timer_new(loop, on_late, answers);
	if (fd >= 0) {
		answers->io = loop_io_new(loop, fd, LOOP_READ, on_answers, answers);
		loop_timer_set(answers->limit, mono_add_ms(clock_mono(), (int64_t)wait_s * 1000));
	}
	return answers;
}

void answers_free(struct answers *answers)
{
	if (!answers)
		return;
	answers_close(answers);
	loop_timer_free(answers->limit);
	free(answers->bytes);
	free(answers);
}

bool answers_are_over(const struct answers *answers)
{
	return !answers->io;
}

struct transcript *answers_transcript(const struct answers *answers)
{
	return transcript_of_bytes(answers->bytes, answers->len,
				   answers->is_late ? answers->wait_s : 0);
}
