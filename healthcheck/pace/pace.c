/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/pace/pace.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/vec.h"
#include "healthcheck/id_map.h"
#include "healthcheck/sched.h"

#include <stdlib.h>
#include <string.h>

enum phase {
	SILENT,  /* waits for a word of the director */
	WAITING, /* waits until it is due */
	ASKING,  /* takes the outcome of the probe in flight */
};

struct member {
	check_id id;
	struct member *next, **here; /* of the same slot; here: what points to this member */
	enum phase phase;
	uint32_t slot;
	uint32_t seq; /* of the last outcome told; before that, what the word says */
	enum probe_outcome rest;
	struct mono due, not_before;
	struct mono hastened; /* while SILENT: from then on a probe is due; MONO_NEVER: none is */
	uint64_t interval_us, hash;
	uint64_t last;   /* digest of the last outcome; 0: none yet */
	bool is_counted; /* its id is in counted */
	uint32_t n_quiet, last_us;
	uint64_t sum_us;
	struct mono started; /* of the last probe that was counted */
};

struct slot {
	struct member *members;
	bool is_in_flight;
	struct mono started; /* of the probe in flight */
	struct mono due;     /* of the next probe, as the schedule has it; MONO_NEVER: none */
};

struct pace {
	struct sched sched;
	struct id_map members;
	VEC(struct slot) slots;
	struct lateness lateness;
	VEC(check_id) counted; /* checks with n_quiet > 0; some may be gone */
};

struct pace *pace_new(size_t in_flight_max)
{
	struct pace *pace = mem_calloc(1, sizeof(*pace));

	sched_init(&pace->sched, 0, in_flight_max);
	return pace;
}

void pace_free(struct pace *pace)
{
	if (!pace)
		return;
	for (size_t i = 0; i < pace->members.cap; i++)
		free(pace->members.entries[i].value);
	id_map_fini(&pace->members);
	vec_free(&pace->slots);
	vec_free(&pace->counted);
	sched_fini(&pace->sched);
	free(pace);
}

static void slot_wait(struct pace *pace, uint32_t number, struct mono due)
{
	pace->slots.items[number].due = due;
	if (mono_is_never(due))
		sched_idle(&pace->sched, number);
	else
		sched_wait(&pace->sched, number, due);
}

/* Sets when the slot's next probe is due; without effect while one is in flight. */
static void slot_settle(struct pace *pace, uint32_t number)
{
	const struct slot *slot = &pace->slots.items[number];
	struct mono due = MONO_NEVER;

	if (slot->is_in_flight)
		return;
	for (const struct member *m = slot->members; m; m = m->next)
		if (m->phase == WAITING)
			due = mono_min(due, m->due);
	slot_wait(pace, number, due);
}

/* The member waits until due. The others are looked at only if it was the first of them. */
static void member_wait(struct pace *pace, struct member *member, struct mono due)
{
	const struct slot *slot = &pace->slots.items[member->slot];
	bool was_first = member->phase == WAITING && member->due.ns == slot->due.ns;

	member->phase = WAITING;
	member->due = due;
	if (slot->is_in_flight)
		return;
	if (!mono_before(slot->due, due))
		slot_wait(pace, member->slot, due);
	else if (was_first)
		slot_settle(pace, member->slot);
}

void pace_remove(struct pace *pace, check_id id)
{
	struct member *member = id_map_remove(&pace->members, id);

	if (!member)
		return;
	*member->here = member->next;
	if (member->next)
		member->next->here = member->here;
	if (member->phase == WAITING && member->due.ns == pace->slots.items[member->slot].due.ns)
		slot_settle(pace, member->slot);
	free(member);
}

/* A vector may move its items, and the first member of each slot points to the slot. */
static void slots_reserve(struct pace *pace, uint32_t slot)
{
	size_t cap = pace->slots.cap;

	while (pace->slots.n <= slot)
		*vec_push(&pace->slots) = (struct slot){.due = MONO_NEVER};
	if (pace->slots.cap == cap)
		return;
	for (size_t i = 0; i < pace->slots.n; i++)
		if (pace->slots.items[i].members)
			pace->slots.items[i].members->here = &pace->slots.items[i].members;
	sched_grow(&pace->sched, pace->slots.cap);
}

void pace_add(struct pace *pace, check_id id, uint32_t slot)
{
	struct member *member = mem_calloc(1, sizeof(*member));
	struct member **first;

	pace_remove(pace, id);
	slots_reserve(pace, slot);
	first = &pace->slots.items[slot].members;
	*member = (struct member){
	    .id = id, .slot = slot, .rest = PROBE_NONE, .next = *first, .here = first,
	    .hastened = MONO_NEVER};
	if (*first)
		(*first)->here = &member->next;
	*first = member;
	id_map_put(&pace->members, id, member);
}

bool pace_find(const struct pace *pace, check_id id, uint32_t *ret_slot)
{
	const struct member *member = id_map_find(&pace->members, id);

	if (member)
		*ret_slot = member->slot;
	return member;
}

bool pace_take_word(struct pace *pace, const struct health_word *word)
{
	struct member *member = id_map_find(&pace->members, word->id);
	const struct slot *slot;

	if (!member)
		return false;
	slot = &pace->slots.items[member->slot];
	member->interval_us = word->interval_us;
	member->hash = word->hash;
	member->not_before = word->not_before;
	if (member->phase == ASKING && mono_before(slot->started, word->not_before))
		member->phase = WAITING;
	if (!member->last)
		member->seq = word->seq;
	if (word->seq != member->seq)
		return true;
	member->rest = word->rest;
	if (member->phase == ASKING)
		return true;
	member_wait(pace, member, mono_min(word->due, member->hastened));
	member->hastened = MONO_NEVER;
	return true;
}

void pace_hasten(struct pace *pace, uint32_t number, struct mono now)
{
	struct slot *slot = &pace->slots.items[number];

	if (slot->is_in_flight)
		return;
	for (struct member *m = slot->members; m; m = m->next) {
		if (m->phase == SILENT)
			m->hastened = now;
		else
			m->due = mono_min(m->due, now);
	}
	slot_settle(pace, number);
}

/* Does the member take an outcome that comes at now? The end of a held connection is told once, so a member
 * that waits for a word takes it too, if it has told an outcome before: the director knows its number. */
static bool is_taker(const struct slot *slot, const struct member *member,
		     const struct probe_result *result, struct mono now)
{
	if (member->phase == ASKING)
		return true;
	if (member->phase == SILENT)
		return result->is_ended && member->last;
	return member->phase == WAITING && mono_reached(now, member->due) &&
	       !mono_before(slot->started, member->not_before);
}

check_id pace_asker(const struct pace *pace, uint32_t slot)
{
	for (const struct member *m = pace->slots.items[slot].members; m; m = m->next)
		if (m->phase == ASKING)
			return m->id;
	return 0;
}

bool pace_is_unwanted(const struct pace *pace, uint32_t slot)
{
	return pace->slots.items[slot].is_in_flight && !pace_asker(pace, slot);
}

void pace_abandon(struct pace *pace, uint32_t slot)
{
	pace->slots.items[slot].is_in_flight = false;
	slot_settle(pace, slot);
}

struct mono pace_next_due(const struct pace *pace)
{
	return sched_next_due(&pace->sched);
}

bool pace_take(struct pace *pace, struct mono now, uint32_t *ret_slot)
{
	struct mono due = sched_next_due(&pace->sched);
	struct slot *slot;

	if (!sched_take(&pace->sched, now, ret_slot))
		return false;
	lateness_add(&pace->lateness, now, mono_sub(now, due));
	slot = &pace->slots.items[*ret_slot];
	slot->is_in_flight = true;
	slot->started = now;
	slot->due = MONO_NEVER;
	for (struct member *m = slot->members; m; m = m->next)
		if (m->phase == WAITING && mono_reached(now, m->due))
			m->phase = ASKING;
	return true;
}

uint64_t pace_late_us(const struct pace *pace, struct mono now)
{
	int64_t ns = pace->sched.n_waiting ? mono_sub(now, pace->sched.heap[0].due) : 0;

	return ns > 0 ? (uint64_t)(ns / NS_PER_US) : 0;
}

struct lateness_sums pace_lateness(struct pace *pace, struct mono now)
{
	return lateness_sum(&pace->lateness, now);
}

/* A number for all of the outcome that a person or the health model can see but its time. */
static uint64_t digest_of(const struct probe_result *result)
{
	uint64_t digest = hash_text(result->reason);

	digest = hash_mix(digest, (uint64_t)result->outcome << 32 | result->fault);
	digest = hash_mix(digest, (uint64_t)result->is_answered << 33 |
				      (uint64_t)result->has_weight << 32 | result->weight);
	return digest ? digest : 1;
}

static void count_outcome(struct pace *pace, struct member *member,
			  const struct probe_result *result)
{
	if (!member->is_counted) {
		*vec_push(&pace->counted) = member->id;
		member->is_counted = true;
	}
	member->n_quiet++;
	member->sum_us += result->latency_us;
	member->last_us = result->latency_us;
	member->started = result->started;
}

static struct health_count counted(const struct member *member)
{
	return (struct health_count){.id = member->id,
				     .seq = member->seq,
				     .n = member->n_quiet,
				     .last_us = member->last_us,
				     .sum_us = member->sum_us,
				     .started = member->started};
}

static void clear_count(struct member *member)
{
	member->n_quiet = 0;
	member->sum_us = 0;
}

static void member_outcome(struct pace *pace, struct member *member,
			   const struct probe_result *result, struct mono now, pace_tell_fn *tell,
			   void *arg)
{
	uint64_t digest = digest_of(result);
	struct health_told told;

	if (result->outcome != PROBE_NONE && result->outcome == member->rest &&
	    digest == member->last) {
		count_outcome(pace, member, result);
		member->phase = WAITING;
		member->due =
		    sched_loop_due(member->interval_us, member->hash, result->started, now);
		return;
	}
	member->phase = SILENT;
	member->hastened = MONO_NEVER;
	member->last = digest;
	member->seq++;
	told = (struct health_told){counted(member), *result};
	clear_count(member);
	tell(&told, arg);
}

void pace_outcome(struct pace *pace, uint32_t number, const struct probe_result *result,
		  struct mono now, pace_tell_fn *tell, void *arg)
{
	struct slot *slot = &pace->slots.items[number];

	slot->is_in_flight = false;
	for (struct member *m = slot->members; m; m = m->next)
		if (is_taker(slot, m, result, now))
			member_outcome(pace, m, result, now, tell, arg);
	slot_settle(pace, number);
}

bool pace_has_counts(const struct pace *pace)
{
	return pace->counted.n > 0;
}

bool pace_take_count(struct pace *pace, struct health_count *ret_count)
{
	while (pace->counted.n) {
		struct member *member =
		    id_map_find(&pace->members, pace->counted.items[--pace->counted.n]);

		if (!member)
			continue;
		member->is_counted = false;
		*ret_count = counted(member);
		clear_count(member);
		if (ret_count->n)
			return true;
	}
	return false;
}
