/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of each director: its run dir, in the place of daemon/shared/rundir.c, and its configuration. */
#include "base/clock.h"
#include "base/mem.h"
#include "conf/load.h"
#include "conf/text/expand.h"
#include "conf/text/report.h"
#include "daemon/shared/rundir.h"
#include "daemon/shared/rundir_file.h"
#include "daemon/shared/rundir_names.h"
#include "daemon/shared/rundir_touch.h"
#include "tests/sim/pair.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static size_t place_of(struct pair_rundir *rundir, const char *name)
{
	size_t i = 0;

	while (rundir->files[i].name && strcmp(rundir->files[i].name, name))
		if (++i == PAIR_FILES)
			abort();
	rundir->files[i].name = name;
	return i;
}

const char *pair_rundir_text(const struct pair_node *node, const char *name)
{
	for (size_t i = 0; i < PAIR_FILES && node->rundir.files[i].name; i++)
		if (!strcmp(node->rundir.files[i].name, name))
			return node->rundir.files[i].text;
	return NULL;
}

void pair_rundir_close(struct pair_rundir *rundir)
{
	for (size_t i = 0; i < PAIR_FILES; i++)
		free(rundir->files[i].text);
	*rundir = (struct pair_rundir){0};
}

int rundir_store(const char *path, const char *name, const char *text, size_t len, struct err *err)
{
	struct pair_rundir *rundir = &pair_caller()->rundir;
	size_t at;

	if (!pair_act())
		return err_set(err, -EIO, "dead");
	if (rundir->is_readonly) {
		rundir->is_lost = true;
		pair_happened(PAIR_UNWRITTEN);
		return err_set(err, -EROFS, "%s/%s cannot be written", path, name);
	}
	at = place_of(rundir, name);
	free(rundir->files[at].text);
	rundir->files[at].text = mem_printf("%.*s", (int)len, text);
	rundir->files[at].touched_us = clock_wall_us();
	return 0;
}

int rundir_touch(const char *path, const char *name, int64_t wall_us)
{
	struct pair_rundir *rundir = &pair_caller()->rundir;
	size_t at = place_of(rundir, name);

	(void)path;
	if (!rundir->files[at].text)
		return -ENOENT;
	if (!pair_act() || rundir->is_readonly)
		return -EROFS;
	rundir->files[at].touched_us = wall_us;
	return 0;
}

int64_t rundir_touched(const char *path, const char *name)
{
	struct pair_rundir *rundir = &pair_caller()->rundir;
	size_t at = place_of(rundir, name);

	(void)path;
	return rundir->files[at].text ? rundir->files[at].touched_us : 0;
}

int rundir_fetch(const char *path, const char *name, char **ret_text, size_t *ret_len)
{
	const char *text = pair_rundir_text(pair_caller(), name);

	(void)path;
	if (!text)
		return -ENOENT;
	*ret_text = mem_strdup(text);
	*ret_len = strlen(text);
	return 0;
}

bool rundir_remove(const char *path, const char *name)
{
	struct pair_rundir *rundir = &pair_caller()->rundir;
	size_t at = place_of(rundir, name);

	(void)path;
	if (!rundir->files[at].text)
		return true;
	if (!pair_act() || rundir->is_readonly)
		return false;
	free(rundir->files[at].text);
	rundir->files[at].text = NULL;
	return true;
}

char *rundir_found(const char *path, const char *name)
{
	return rundir_file(path, name);
}

char *rundir_file(const char *path, const char *name)
{
	return mem_printf("%s/%s", path, name);
}

int rundir_judge(const char *path, struct err *err)
{
	(void)path;
	(void)err;
	return 0;
}

char *rundir_real(const char *path)
{
	return mem_strdup(path);
}

bool rundir_is_used(const char *path, struct err *err)
{
	(void)path;
	(void)err;
	return false;
}

bool rundir_may_be_stale(const char *path, struct err *err)
{
	(void)path;
	(void)err;
	return false;
}

/* --- in the place of conf/load.c --- */

static void match(void *arg, const char *pattern, struct expand_paths *paths)
{
	(void)arg, (void)pattern, (void)paths;
}

static int read_file(void *arg, const char *path, char **ret_text, size_t *ret_len, struct err *err)
{
	(void)arg, (void)ret_text, (void)ret_len;
	return err_set(err, -ENOENT, "%s does not exist", path);
}

static int environment(void *arg, const char *name, const char **ret_value, struct err *err)
{
	(void)arg, (void)name, (void)err;
	*ret_value = NULL;
	return 0;
}

struct conf *conf_load(const char *path, const struct conf_load_how *how, struct diags *diags,
		       char **ret_text, size_t *ret_len)
{
	static const struct expand_host host = {.match = match,
						.read = read_file,
						.environment = environment,
						.directory = "/",
						.config_id = "sim"};
	const char *text = pair_caller()->file->text;

	pair_try(pair_caller());
	if (pair_loader_was_late(pair_caller())) {
		struct report report;

		report_init(&report, diags, NULL);
		report_error(&report, &(struct conf_place){.file = path}, "the loader was too slow");
		return NULL;
	}
	return conf_load_from(path, text, strlen(text), &host, how, diags, ret_text, ret_len);
}
