/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads what scripts write, so that none is ever blocked by a full pipe, and keeps the last line of
 * each.
 *
 * A process that a script left in the background may write for as long as it lives: its pipe stays
 * open and is drained, because closing it would kill that process with SIGPIPE. Only so many are
 * kept; then the oldest is closed.
 */
#ifndef LVSD_DAEMON_SCRIPT_OUTPUT_H
#define LVSD_DAEMON_SCRIPT_OUTPUT_H

#include "base/loop.h"
#include "daemon/script/line.h"

/* Pipes drained for processes that outlived their scripts. */
#define SCRIPT_OUTPUT_LEFT_MAX 128

struct script_outputs;
struct script_output;

/* Never NULL. */
struct script_outputs *script_outputs_new(struct loop *loop);
/* Every output must have been finished before; pipes that are still drained are closed. */
void script_outputs_free(struct script_outputs *outputs);

/* Takes over fd, the non-blocking read end of a pipe. */
struct script_output *script_output_new(struct script_outputs *outputs, int fd);

/* Reads what is in the pipe now and gives the last line. */
void script_output_line(struct script_output *output, char ret_line[static SCRIPT_LINE_MAX]);

/* The script is gone: closes the pipe, or drains it for as long as somebody holds its other end. */
void script_output_finish(struct script_output *output);

#endif
