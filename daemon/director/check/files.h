/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Gives each FILE_CHECK what its file says. Nothing is kept here: the files are sources of trackers. */
#ifndef LVSD_DAEMON_DIRECTOR_CHECK_FILES_H
#define LVSD_DAEMON_DIRECTOR_CHECK_FILES_H

#include "healthcheck/judge/file_judge.h"
#include "vrrp/track.h"

/* Takes the new outcome of a check. */
typedef void check_event_fn(check_id id, const struct probe_result *result, void *arg);

/* Judges all FILE_CHECKs by the present sources, and hands over each outcome that is another one than
 * the check's last. Call it when a configuration comes into force, and when a file says something else. */
void check_files_judge(const struct health *health, const struct vrrp_sources *sources,
		       check_event_fn *take, void *arg);

#endif
