/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Collects what a loader answers, beside everything else that the director does. */
#ifndef LVSD_DAEMON_DIRECTOR_CONFIG_ANSWERS_H
#define LVSD_DAEMON_DIRECTOR_CONFIG_ANSWERS_H

#include "base/loop.h"

#include <stdbool.h>

struct answers;
struct transcript;

/*
 * fd: the director's end of the loader's socket, which is taken over; -1: there is no loader. wait_s:
 * after so many seconds nothing more is collected. The settle hook of the loop runs when the
 * answers are over.
 */
struct answers *answers_new(struct loop *loop, int fd, unsigned wait_s);
void answers_free(struct answers *answers);
/* Whether the loader has ended, or its time is over. */
bool answers_are_over(const struct answers *answers);
/* A transcript of what was collected, for transcript_free(); answers must live longer. */
struct transcript *answers_transcript(const struct answers *answers);

#endif
