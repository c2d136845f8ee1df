/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The pace of the checks in the check process. The director says by words (struct health_word) when
 * a check is due, how long its interval is, and which outcome changes nothing. From then on this
 * module decides when the check is probed. It counts each outcome that changes nothing; it has any
 * other outcome told to the director, and the check then waits for the director's next word. Pure:
 * the time is an argument, and the caller starts the probes.
 *
 * Checks whose probes are equal share a slot, which has one probe in flight at a time. When that
 * probe ends, each check of the slot that is due takes its outcome. The end of a held connection, which is
 * told once, is taken by all of them: each service has its own checks to be hastened.
 *
 *	word: due at 3 s, interval 1 s, rest OK; probes at 3, 4, 5 s are OK: counted; at 6 s the
 *	server refuses: told at once; no probe until the next word.
 */
#ifndef LVSD_HEALTHCHECK_PACE_PACE_H
#define LVSD_HEALTHCHECK_PACE_PACE_H

#include "healthcheck/health.h"
#include "healthcheck/pace/lateness.h"

struct pace;

/* in_flight_max: the most probes in flight at a time. Never NULL. */
struct pace *pace_new(size_t in_flight_max);
void pace_free(struct pace *pace);

/* Adds a check whose probes are those of slot, in place of an earlier check with that id. Slots are
 * small numbers of the caller's choice. The check waits for a word. */
void pace_add(struct pace *pace, check_id id, uint32_t slot);
void pace_remove(struct pace *pace, check_id id);

/* The slot of the check. False: there is no such check. */
bool pace_find(const struct pace *pace, check_id id, uint32_t *ret_slot);

/* Takes a word of the director. While the check has told no outcome, the word says at which number it
 * goes on. A word that does not answer the last outcome told only sets the
 * interval and not_before: the answer is still to come. False: there is no such check. */
bool pace_take_word(struct pace *pace, const struct health_word *word);

/* The slot has something to report before its time: its next probe is due at now, or as soon as the
 * director has answered what it was told. Without effect while a probe is in flight. */
void pace_hasten(struct pace *pace, uint32_t slot, struct mono now);

/* The slot has a probe in flight that no check waits for any more. The caller ends that probe, and
 * then calls pace_abandon(). */
bool pace_is_unwanted(const struct pace *pace, uint32_t slot);
void pace_abandon(struct pace *pace, uint32_t slot);

/* A check that waits for the outcome of the slot's probe in flight; 0: none. */
check_id pace_asker(const struct pace *pace, uint32_t slot);

/* The earliest time at which a probe is due; MONO_NEVER: none is, or in_flight_max is reached. */
struct mono pace_next_due(const struct pace *pace);

/* Takes a slot that is due: its probe begins now. False: none is due. */
bool pace_take(struct pace *pace, struct mono now, uint32_t *ret_slot);

/* By how much the first probe that waits is late, in microseconds: it waits for the end of another
 * one, or this process had no time. 0: none is late. */
uint64_t pace_late_us(const struct pace *pace, struct mono now);

/* How late the probes of the last minute began (lateness.h). */
struct lateness_sums pace_lateness(struct pace *pace, struct mono now);

/* Is called with each outcome that the director must be told. */
typedef void pace_tell_fn(const struct health_told *told, void *arg);

/* Takes the outcome of the slot's probe, which was in flight. */
void pace_outcome(struct pace *pace, uint32_t slot, const struct probe_result *result,
		  struct mono now, pace_tell_fn *tell, void *arg);

/* Has any outcome been counted since the last pace_take_count()? */
bool pace_has_counts(const struct pace *pace);

/* Takes what was counted for one check. False: nothing is left. */
bool pace_take_count(struct pace *pace, struct health_count *ret_count);

#endif
