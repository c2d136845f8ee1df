/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The loader of each director, in the place of daemon/director/config/loading.c: it takes some time,
 * or stands still, and the director must go on. When it is done, this program answers conf_load()
 * itself (pair_rundir.c).
 */
#include "base/mem.h"
#include "daemon/director/config/config.h"
#include "daemon/loader/machine.h"
#include "tests/sim/pair.h"

#include <errno.h>
#include <stdlib.h>

/* How long a loader usually takes, and after what time the director goes on without it. */
#define USUAL_MS 60
#define LATE_MS	 8000

struct answers {
	struct pair_node *node;
	struct loop *loop;
	struct loop_timer *timer;
	bool is_over, is_late, is_stuck;
};

static void on_read(void *arg)
{
	struct answers *answers = arg;

	answers->is_over = true;
	answers->is_late = answers->is_stuck;
	if (answers->is_late)
		pair_trace(answers->node, "-- the loader was too slow");
}

static void answers_wait(struct answers *answers, bool is_stuck)
{
	uint64_t ms = is_stuck ? LATE_MS : pair_below(USUAL_MS);

	answers->is_stuck = is_stuck;
	loop_timer_set(answers->timer, mono_add_ms(loop_now(answers->loop), (int64_t)ms));
}

void pair_loader_set(struct pair_node *node, bool is_stuck)
{
	struct answers *answers = node->answers;

	node->is_loader_stuck = is_stuck;
	if (answers && !answers->is_over && answers->is_stuck != is_stuck)
		answers_wait(answers, is_stuck);
}

bool pair_loader_was_late(const struct pair_node *node)
{
	return node->answers && node->answers->is_late;
}

void loading_begin(struct config *c, enum load_kind kind)
{
	struct answers *answers = mem_calloc(1, sizeof(*answers));

	(void)kind;
	answers->node = pair_caller();
	answers->loop = c->loop;
	answers->timer = loop_timer_new(c->loop, on_read, answers);
	answers->node->answers = c->loading.answers = answers;
	answers_wait(answers, answers->node->is_loader_stuck);
}

bool loading_is_over(const struct config *c)
{
	return !c->loading.answers || c->loading.answers->is_over;
}

void loading_stop(struct config *c)
{
	struct answers *answers = c->loading.answers;

	c->loading.answers = NULL;
	if (!answers)
		return;
	answers->node->answers = NULL;
	loop_timer_free(answers->timer);
	free(answers);
}

const struct conf_responder *loading_use(struct config *c)
{
	(void)c;
	return NULL;
}

const struct conf_responder *loading_responder(const struct config *c)
{
	(void)c;
	return NULL;
}

const struct conf_responder *loading_wait(struct config *c, enum load_kind kind)
{
	(void)c, (void)kind;
	return NULL;
}

const struct conf_responder *loading_use_passed(struct config *c, int fd, struct err *err)
{
	(void)c, (void)fd;
	err_set(err, -ENOSYS, "no file is handed over here");
	return NULL;
}

struct conf *loading_end(struct config *c, const char *path, struct conf *conf, struct diags *diags)
{
	(void)c, (void)path, (void)diags;
	return conf;
}

struct conf *loading_libraries(struct config *c, const char *path, struct conf *conf,
			       struct diags *diags)
{
	(void)c, (void)path, (void)diags;
	return conf;
}

int loading_finish(struct config *c, struct err *err)
{
	(void)c, (void)err;
	return 0;
}

void loading_tls_again(struct config *c)
{
	(void)c;
}

bool loading_needs_tls(const struct config *c, const struct conf *conf)
{
	(void)c, (void)conf;
	return false;
}

void loading_write_init_files(struct config *c, const struct conf *conf)
{
	(void)c, (void)conf;
}

void loading_forget(struct config *c)
{
	(void)c;
}

struct conf *loading_judge(struct config *c, struct conf *conf, struct diags *diags)
{
	(void)c, (void)diags;
	return conf;
}

int machine_tls_text(const struct conf_responder *responder, const char *what, const char *path,
		     char **ret_text, struct err *err)
{
	(void)responder, (void)ret_text;
	return err_set(err, -ENOENT, "the %s file %s is not there", what, path);
}
