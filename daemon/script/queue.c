/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/script/queue.h"
#include "base/mem.h"

#include <assert.h>
#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <sys/queue.h>

struct queued {
	struct script_run *run;
	TAILQ_ENTRY(queued) place;
};

struct object {
	uint64_t name;
	TAILQ_HEAD(waiting, queued) waiting;
	size_t n_waiting;
	uint64_t begun; /* the event of the run that was taken last */
	bool is_begun_supersedable; /* of that run */
	bool is_running, is_ready;
	TAILQ_ENTRY(object) turn; /* its place in ready */
};

struct script_queue {
	void *objects; /* a tsearch(3) tree, by number */
	/* The objects that have a run that may start, in the order of their turns. */
	TAILQ_HEAD(ready, object) ready;
	struct waiting ousted; /* the runs that were replaced; not in n_queued */
	size_t n_queued, max_queued;
	size_t n_running, max_running;
};

static int objects_by_name(const void *a, const void *b)
{
	uint64_t x = ((const struct object *)a)->name, y = ((const struct object *)b)->name;

	return (x > y) - (x < y);
}

static struct object *find_object(const struct script_queue *queue, uint64_t name)
{
	const struct object wanted = {.name = name};
	struct object *const *found = tfind(&wanted, &queue->objects, objects_by_name);

	return found ? *found : NULL;
}

static struct object *get_object(struct script_queue *queue, uint64_t name)
{
	struct object *object = find_object(queue, name);

	if (object)
		return object;
	object = mem_calloc(1, sizeof(*object));
	object->name = name;
	TAILQ_INIT(&object->waiting);
	if (!tsearch(object, &queue->objects, objects_by_name))
		mem_exhausted(sizeof(void *) * 3);
	return object;
}

/* To be called after a change of object: gives it a turn or takes its turn away, or forgets it. */
static void settle_object(struct script_queue *queue, struct object *object)
{
	bool is_ready = !object->is_running && !TAILQ_EMPTY(&object->waiting);

	if (is_ready && !object->is_ready)
		TAILQ_INSERT_TAIL(&queue->ready, object, turn);
	else if (!is_ready && object->is_ready)
		TAILQ_REMOVE(&queue->ready, object, turn);
	object->is_ready = is_ready;
	if (object->is_running || is_ready)
		return;
	tdelete(object, &queue->objects, objects_by_name);
	free(object);
}

static void append(struct script_queue *queue, struct object *object, struct script_run *run)
{
	struct queued *queued = mem_calloc(1, sizeof(*queued));

	queued->run = run;
	TAILQ_INSERT_TAIL(&object->waiting, queued, place);
	object->n_waiting++;
	queue->n_queued++;
}

static struct script_run *take_out(struct script_queue *queue, struct object *object,
				   struct queued *queued)
{
	struct script_run *run = queued->run;

	TAILQ_REMOVE(&object->waiting, queued, place);
	object->n_waiting--;
	queue->n_queued--;
	free(queued);
	return run;
}

struct script_queue *script_queue_new(size_t max_running, size_t max_queued)
{
	struct script_queue *queue = mem_calloc(1, sizeof(*queue));

	queue->max_running = max_running;
	queue->max_queued = max_queued;
	TAILQ_INIT(&queue->ready);
	TAILQ_INIT(&queue->ousted);
	return queue;
}

static void free_list(struct waiting *list)
{
	struct queued *queued;

	while ((queued = TAILQ_FIRST(list))) {
		TAILQ_REMOVE(list, queued, place);
		free(queued->run);
		free(queued);
	}
}

static void free_object(void *tree_object)
{
	struct object *object = tree_object;

	free_list(&object->waiting);
	free(object);
}

void script_queue_free(struct script_queue *queue)
{
	if (!queue)
		return;
	tdestroy(queue->objects, free_object);
	free_list(&queue->ousted);
	free(queue);
}

/* Whether the waiting run belongs to event, or to the event whose first run has started. */
static bool is_bound(const struct object *object, const struct script_run *waiting, uint64_t event)
{
	return waiting->event && (waiting->event == event || waiting->event == object->begun);
}

/* If too many runs wait, returns the first event that waits, has not begun and is not event. */
static uint64_t event_too_many(const struct object *object, uint64_t event)
{
	const struct queued *queued;

	if (!event || object->n_waiting < SCRIPT_OBJECT_QUEUED_MAX)
		return 0;
	TAILQ_FOREACH(queued, &object->waiting, place)
		if (queued->run->event && !is_bound(object, queued->run, event))
			return queued->run->event;
	return 0;
}

static void move_to_ousted(struct script_queue *queue, struct object *object, struct queued *queued)
{
	TAILQ_REMOVE(&object->waiting, queued, place);
	TAILQ_INSERT_TAIL(&queue->ousted, queued, place);
	object->n_waiting--;
	queue->n_queued--;
}

/* Takes out the runs that run replaces. */
static void oust(struct script_queue *queue, struct object *object, const struct script_run *run)
{
	uint64_t too_many = event_too_many(object, run->event);
	struct queued *queued, *next;

	for (queued = TAILQ_FIRST(&object->waiting); queued; queued = next) {
		struct script_run *older = queued->run;
		bool is_older = run->is_supersedable && older->is_supersedable &&
				!is_bound(object, older, run->event);

		next = TAILQ_NEXT(queued, place);
		if (!is_older && (!too_many || older->event != too_many))
			continue;
		move_to_ousted(queue, object, queued);
	}
}

int script_queue_push(struct script_queue *queue, struct script_run *run)
{
	struct object *object = find_object(queue, run->object);

	if (object)
		oust(queue, object, run);
	if (queue->n_queued >= queue->max_queued)
		return -ENOBUFS; /* in this case oust() has taken out nothing */
	object = get_object(queue, run->object);
	append(queue, object, run);
	settle_object(queue, object); /* an object whose runs were replaced keeps its turn */
	return 0;
}

struct script_run *script_queue_next_ousted(struct script_queue *queue)
{
	struct queued *queued = TAILQ_FIRST(&queue->ousted);
	struct script_run *run = queued ? queued->run : NULL;

	if (queued)
		TAILQ_REMOVE(&queue->ousted, queued, place);
	free(queued);
	return run;
}

struct script_run *script_queue_take(struct script_queue *queue)
{
	struct object *object = TAILQ_FIRST(&queue->ready);
	struct script_run *run;

	if (!object || queue->n_running >= queue->max_running)
		return NULL;
	run = take_out(queue, object, TAILQ_FIRST(&object->waiting));
	object->is_running = true;
	object->begun = run->event;
	object->is_begun_supersedable = run->is_supersedable;
	queue->n_running++;
	settle_object(queue, object);
	return run;
}

void script_queue_finished(struct script_queue *queue, uint64_t name)
{
	struct object *object = find_object(queue, name);

	assert(object && object->is_running);
	object->is_running = false;
	queue->n_running--;
	settle_object(queue, object);
}

struct script_run *script_queue_drop(struct script_queue *queue, uint64_t name)
{
	struct object *object = find_object(queue, name);
	struct script_run *run;

	if (!object || TAILQ_EMPTY(&object->waiting))
		return NULL;
	run = take_out(queue, object, TAILQ_FIRST(&object->waiting));
	settle_object(queue, object);
	return run;
}

bool script_queue_is_obsolete(const struct script_queue *queue, uint64_t name)
{
	const struct object *object = find_object(queue, name);
	const struct queued *queued;

	if (!object || !object->is_running || !object->begun || !object->is_begun_supersedable)
		return false;
	TAILQ_FOREACH(queued, &object->waiting, place)
		if (queued->run->is_supersedable && queued->run->event &&
		    queued->run->event != object->begun)
			return true;
	return false;
}

void script_queue_oust_obsolete(struct script_queue *queue, uint64_t name)
{
	struct object *object = find_object(queue, name);
	struct queued *queued, *next;

	if (!script_queue_is_obsolete(queue, name))
		return;
	for (queued = TAILQ_FIRST(&object->waiting); queued; queued = next) {
		next = TAILQ_NEXT(queued, place);
		if (queued->run->event == object->begun)
			move_to_ousted(queue, object, queued);
	}
}

bool script_queue_is_waited(const struct script_queue *queue, uint64_t name)
{
	const struct object *object = find_object(queue, name);

	return object && !TAILQ_EMPTY(&object->waiting);
}

size_t script_queue_n_queued(const struct script_queue *queue)
{
	return queue->n_queued;
}

size_t script_queue_n_running(const struct script_queue *queue)
{
	return queue->n_running;
}
