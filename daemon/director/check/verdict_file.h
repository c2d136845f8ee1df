/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The file of the last verdicts in the run dir, by which they outlive this director and this lvsd. It
 * is written at most once in VERDICTS_PAUSE_MS, and only after a verdict has changed. Its time of
 * change says when a director lived last, so that a successor knows how old the verdicts are: once in
 * VERDICTS_ALIVE_MS that time is set, without writing. If the file cannot be written, it is removed, as
 * the old verdicts would pass for present ones; it is tried again after VERDICTS_RETRY_MS. Edge.
 */
#ifndef LVSD_DAEMON_DIRECTOR_CHECK_VERDICT_FILE_H
#define LVSD_DAEMON_DIRECTOR_CHECK_VERDICT_FILE_H

#include "base/loop.h"
#include "conf/conf.h"

#include <stdbool.h>
#include <stdint.h>

struct health;

#define VERDICTS_PAUSE_MS 1000
#define VERDICTS_ALIVE_MS 10000
#define VERDICTS_RETRY_MS 10000

struct verdict_file {
	/* Given at the beginning. */
	struct loop *loop;
	struct health *health;
	const char *run_dir;

	const struct conf *conf; /* in force; NULL before the first one */
	struct loop_timer *write, *alive;
	uint64_t written; /* health_verdict_changes() as the file has it */
	bool is_due;      /* write is set */
	bool is_own; /* the file is there as this director has written it */
	bool is_complained; /* that the file cannot be written was said */
};

void verdict_file_open(struct verdict_file *file);
void verdict_file_close(struct verdict_file *file);
/* To be called after health_configure() and health_adopt(), with the configuration in force. The first
 * call takes over the verdicts of the file, unless they are older than verdict_max_age. */
void verdict_file_configure(struct verdict_file *file, const struct conf *conf);
/* Once a turn: has the file written soon if a verdict has changed. */
void verdict_file_settle(struct verdict_file *file);
/* Writes the file now: at the end, and for a run dir that was made anew. */
void verdict_file_keep(struct verdict_file *file);

#endif
