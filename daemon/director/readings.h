/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Carries out the commands for which a loader reads the configuration (config/reading_queue.h). The
 * director works as usual while the loader reads. */
#ifndef LVSD_DAEMON_DIRECTOR_READINGS_H
#define LVSD_DAEMON_DIRECTOR_READINGS_H

struct director;

/* Once a turn: begins a reading, or carries out and answers what it was needed for. */
void readings_settle(struct director *d);
/* lvsd stops: every command that waits is answered with the sentence, and nothing is read any more. */
void readings_refuse(struct director *d, const char *sentence);
/* Logs that a SIGHUP has no effect, because lvsd is stopping. */
void readings_log_ignored(void);

#endif
