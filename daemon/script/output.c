/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/script/output.h"
#include "base/clock.h"
#include "base/mem.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/queue.h>
#include <unistd.h>

/* How much is read at a time: as much as a pipe holds by default. */
#define CHUNK 65536

/* How many chunks are read for the last line, so that a script that writes without end cannot block
 * the loop. */
#define CHUNKS_MAX 16

struct script_output {
	struct script_outputs *outputs;
	struct loop_io *io;
	struct loop_timer *pause; /* until the pipe is read again */
	size_t n_read;
	int fd; /* -1 when all writers have closed the pipe */
	bool is_left;
	struct script_line line;
	TAILQ_ENTRY(script_output) age; /* in left */
};

struct script_outputs {
	struct loop *loop;
	TAILQ_HEAD(, script_output) left; /* the oldest is first */
	size_t n_left;
};

static void close_pipe(struct script_output *output)
{
	loop_io_free(output->io);
	loop_timer_free(output->pause);
	close(output->fd);
	output->pause = NULL;
	output->io = NULL;
	output->fd = -1;
}

static void output_forget(struct script_output *output)
{
	if (output->is_left) {
		TAILQ_REMOVE(&output->outputs->left, output, age);
		output->outputs->n_left--;
	}
	if (output->fd >= 0)
		close_pipe(output);
	free(output);
}

/* Returns false if there is nothing to read, now or for ever. */
static bool read_chunk(struct script_output *output)
{
	char chunk[CHUNK];
	ssize_t len = read(output->fd, chunk, sizeof(chunk));

	if (len < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (len <= 0) {
		close_pipe(output);
		return false;
	}
	if (output->n_read <= SCRIPT_OUTPUT_FREE)
		output->n_read += (size_t)len;
	if (!output->is_left)
		script_line_feed(&output->line, chunk, (size_t)len);
	return true;
}

static void on_output_readable(int fd, unsigned events, void *arg)
{
	struct script_output *output = arg;

	(void)fd;
	(void)events;
	read_chunk(output);
	if (output->fd < 0 && output->is_left) {
		output_forget(output);
	} else if (output->fd >= 0 && output->n_read > SCRIPT_OUTPUT_FREE) {
		loop_io_set(output->io, 0);
		loop_timer_set(output->pause, mono_add_ms(clock_mono(), SCRIPT_OUTPUT_PAUSE_MS));
	}
}

static void on_pause_over(void *arg)
{
	struct script_output *output = arg;

	loop_io_set(output->io, LOOP_READ);
}

struct script_outputs *script_outputs_new(struct loop *loop)
{
	struct script_outputs *outputs = mem_calloc(1, sizeof(*outputs));

	outputs->loop = loop;
	TAILQ_INIT(&outputs->left);
	return outputs;
}

void script_outputs_free(struct script_outputs *outputs)
{
	if (!outputs)
		return;
	while (!TAILQ_EMPTY(&outputs->left))
		output_forget(TAILQ_FIRST(&outputs->left));
	free(outputs);
}

struct script_output *script_output_new(struct script_outputs *outputs, int fd)
{
	struct script_output *output = mem_calloc(1, sizeof(*output));

	output->outputs = outputs;
	output->fd = fd;
	output->io = loop_io_new(outputs->loop, fd, LOOP_READ, on_output_readable, output);
	output->pause = loop_timer_new(outputs->loop, on_pause_over, output);
	return output;
}

void script_output_line(struct script_output *output, bool is_first,
			char ret_line[static SCRIPT_LINE_MAX])
{
	for (int i = 0; i < CHUNKS_MAX && output->fd >= 0 && read_chunk(output); i++)
		;
	script_line_get(&output->line, is_first, ret_line);
}

void script_output_finish(struct script_output *output)
{
	struct script_outputs *outputs = output->outputs;

	if (output->fd < 0) {
		output_forget(output);
		return;
	}
	if (outputs->n_left == SCRIPT_OUTPUT_LEFT_MAX)
		output_forget(TAILQ_FIRST(&outputs->left));
	output->is_left = true;
	TAILQ_INSERT_TAIL(&outputs->left, output, age);
	outputs->n_left++;
}
