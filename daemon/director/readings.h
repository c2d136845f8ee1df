/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Carries out the commands for which a loader reads the configuration (config/reading_queue.h). The
 * director works as usual while the loader reads. */
#ifndef LVSD_DAEMON_DIRECTOR_READINGS_H
#define LVSD_DAEMON_DIRECTOR_READINGS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct director;

/* Once a turn: begins a reading, or carries out and answers what it was needed for. */
void readings_settle(struct director *d);
/* lvsd stops: every command that waits is answered with the sentence, and nothing is read any more. */
void readings_refuse(struct director *d, const char *sentence);
/* Reads the file for a reload of the pair, and prepares what it has; pair_staged() follows (pair/pair.h). */
void readings_stage(struct director *d, uint64_t id, bool is_empty_meant, bool is_accepting);
/* Whether something is prepared. Until it is applied or dropped, no other reading begins or is carried out. */
bool readings_are_staged(const struct director *d);
/* Puts in force what is prepared; or drops it, if there is something, because of a sentence. */
void readings_apply(struct director *d);
void readings_drop(struct director *d, const char *why);
/* Makes the answer to the last readings_apply(): that of a reload, with one line about each director. */
json_t *readings_pair_answer(struct director *d, const char *lines);
/* Logs that a SIGHUP has no effect, because lvsd is stopping. */
void readings_log_ignored(void);

#endif
