/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads the output of scripts, so that no script is blocked by a full pipe, and keeps the first
 * and the last line of each.
 *
 * A process that a script has left in the background may go on writing. Its pipe stays open and is
 * read, because closing it would kill the process with SIGPIPE. Only SCRIPT_OUTPUT_LEFT_MAX such
 * pipes are kept; to make room, the oldest is closed.
 *
 * A script that writes without end may not cost CPU time. After SCRIPT_OUTPUT_FREE bytes its pipe is
 * read once in SCRIPT_OUTPUT_PAUSE_MS; meanwhile the pipe is full and the script waits in write(2).
 */
#ifndef LVSD_DAEMON_SCRIPT_OUTPUT_H
#define LVSD_DAEMON_SCRIPT_OUTPUT_H

#include "base/loop.h"
#include "daemon/script/line.h"

/* How many pipes are kept for processes that outlive their scripts. */
#define SCRIPT_OUTPUT_LEFT_MAX 128

/* How many bytes of a script are read as fast as it writes them; then the pause between two reads of
 * a whole pipe (64 KiB), so at most 6.4 MB/s. */
#define SCRIPT_OUTPUT_FREE     65536
#define SCRIPT_OUTPUT_PAUSE_MS 10

struct script_outputs;
struct script_output;

/* Never returns NULL. */
struct script_outputs *script_outputs_new(struct loop *loop);
/* Every output must have been finished before. Pipes that are still being read are closed. */
void script_outputs_free(struct script_outputs *outputs);

/* fd is the non-blocking read end of a pipe; it is closed when the output is finished. */
struct script_output *script_output_new(struct script_outputs *outputs, int fd);

/* Reads what is in the pipe now, and sets ret_line to the first or the last line. */
void script_output_line(struct script_output *output, bool is_first,
			char ret_line[static SCRIPT_LINE_MAX]);

/* For a script that has ended: closes the pipe, or goes on reading it as long as another process
 * holds its other end. */
void script_output_finish(struct script_output *output);

#endif
