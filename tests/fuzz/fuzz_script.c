/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whatever arrives at either end of the script channel, and any order of calls to the queue. */
#include "daemon/script/line.h"
#include "daemon/script/queue.h"
#include "daemon/script/wire.h"

#include <stdlib.h>
#include <string.h>

#define RUNNING_MAX 3
#define QUEUED_MAX  9
#define N_OBJECTS   4

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool is_true)
{
	if (!is_true)
		abort();
}

static void fuzz_run(const uint8_t *data, size_t size)
{
	static uint8_t again[SCRIPT_RUN_BODY_MAX];
	struct script_run *run;

	if (script_run_decode(data, size, &run) < 0)
		return;
	must(run->argv[0][0] && !run->argv[run->n_args]);
	must(script_run_encode(run, again, sizeof(again)) == size && !memcmp(again, data, size));
	free(run);
}

/* A sound run with some bytes changed: random bytes alone hardly ever pass the checks of the head.
 */
static void fuzz_changed_run(const uint8_t *data, size_t size)
{
	static const char *const argv[] = {"/bin/sh", "-c", "", "argument", NULL};
	const struct script_run run = {
	    .id = 1,
	    .object = 2,
	    .user = {.uid = 3, .gid = 4, .groups = {5, 6}, .n_groups = 2},
	    .timeout_us = 7,
	    .argv = argv,
	    .n_args = 4};
	uint8_t body[256];
	size_t len = script_run_encode(&run, body, sizeof(body));

	must(len > 0);
	for (size_t at = 0; at + 1 < size; at += 2)
		body[data[at] % len] ^= data[at + 1];
	fuzz_run(body, size % 2 ? data[size - 1] % (len + 1) : len);
}

static void fuzz_done(const uint8_t *data, size_t size)
{
	char text[SCRIPT_DONE_TEXT_MAX];
	uint8_t again[SCRIPT_DONE_BODY_MAX];
	struct script_done done;

	if (script_done_decode(data, size, &done) < 0)
		return;
	must(strlen(script_done_describe(&done, text)) > 0);
	must(script_done_encode(&done, again, sizeof(again)) <= size);
}

static void fuzz_fifo(const uint8_t *data, size_t size)
{
	static uint8_t again[SCRIPT_FIFO_BODY_MAX];
	char path[PATH_MAX], text[SCRIPT_FIFO_ANSWER_MAX];
	struct script_fifo_answer answer;
	struct script_fifo fifo;

	if (script_fifo_decode(data, size, path, &fifo) == 0) {
		must(fifo.slot < SCRIPT_FIFOS && fifo.path == path);
		must(!path[0] || path[0] == '/');
		must(script_fifo_encode(&fifo, again, sizeof(again)) == size);
		must(!memcmp(again, data, size));
	}
	if (script_fifo_answer_decode(data, size, &answer) == 0) {
		must(answer.slot < SCRIPT_FIFOS && answer.code <= 0);
		must(script_fifo_answer_encode(&answer, text, sizeof(text)) == size);
	}
}

static void fuzz_line(const uint8_t *data, size_t size)
{
	struct script_line line = {0};
	char text[SCRIPT_LINE_MAX];

	for (size_t at = 0; at < size; at += 7)
		script_line_feed(&line, data + at, size - at < 7 ? size - at : 7);
	script_line_get(&line, size % 2, text);
	for (size_t i = 0; i < strlen(text); i++)
		must(text[i] >= 0x20 && text[i] < 0x7f);
}

struct model {
	struct script_queue *queue;
	bool is_running[N_OBJECTS];
	uint64_t last_id[N_OBJECTS]; /* the newest that started */
	uint64_t next_id;
};

static void push(struct model *model, unsigned object, bool is_supersedable)
{
	struct script_run *run = calloc(1, sizeof(*run)), *older;
	uint64_t id = model->next_id + 1;

	must(run);
	*run = (struct script_run){
	    .id = ++model->next_id,
	    .object = object,
	    .event = id % 5 / 2, /* 0, and pairs that come again and again */
	    .is_supersedable = is_supersedable};
	if (script_queue_push(model->queue, run) < 0) {
		must(script_queue_n_queued(model->queue) == QUEUED_MAX);
		must(!script_queue_next_ousted(model->queue));
		free(run);
		return;
	}
	while ((older = script_queue_next_ousted(model->queue))) {
		must(older->object == object && older->id < id);
		must(is_supersedable && older->is_supersedable);
		free(older);
	}
}

static void take(struct model *model)
{
	struct script_run *run = script_queue_take(model->queue);

	if (!run)
		return;
	must(!model->is_running[run->object] && run->id > model->last_id[run->object]);
	model->is_running[run->object] = true;
	model->last_id[run->object] = run->id;
	free(run);
}

static void finish(struct model *model, unsigned object)
{
	if (!model->is_running[object])
		return;
	script_queue_finished(model->queue, object);
	model->is_running[object] = false;
}

static void fuzz_queue(const uint8_t *data, size_t size)
{
	struct model model = {.queue = script_queue_new(RUNNING_MAX, QUEUED_MAX)};

	for (size_t i = 0; i < size; i++) {
		unsigned object = data[i] % N_OBJECTS, what = data[i] / N_OBJECTS % 8;

		if (what < 4)
			push(&model, object, what % 2);
		else if (what < 6)
			take(&model);
		else if (what == 6)
			free(script_queue_drop(model.queue, object));
		else
			finish(&model, object);
		must(script_queue_n_queued(model.queue) <= QUEUED_MAX);
		must(script_queue_n_running(model.queue) <= RUNNING_MAX);
	}
	script_queue_free(model.queue);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const targets[])(const uint8_t *, size_t) = {
	    fuzz_run, fuzz_changed_run, fuzz_done, fuzz_line, fuzz_queue, fuzz_fifo};

	if (size > 0)
		targets[data[0] % (sizeof(targets) / sizeof(targets[0]))](data + 1, size - 1);
	return 0;
}
