/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/fake_rundir.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "daemon/shared/rundir.h"
#include "daemon/shared/rundir_file.h"
#include "daemon/shared/rundir_names.h"
#include "daemon/shared/rundir_touch.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct fake_rundir fake_rundir;

static size_t place_of(const char *name)
{
	size_t i = 0;

	while (i < FAKE_RUNDIR_FILES_MAX &&
	       fake_rundir.files[i].name && strcmp(fake_rundir.files[i].name, name))
		i++;
	ck_assert_uint_lt(i, FAKE_RUNDIR_FILES_MAX);
	fake_rundir.files[i].name = name;
	return i;
}

const char *fake_rundir_text(const char *name)
{
	return fake_rundir.files[place_of(name)].text;
}

static void put(const char *name, const char *text, size_t len)
{
	size_t at = place_of(name);

	if (fake_rundir.n_writes++ >= fake_rundir.n_kept)
		return;
	free(fake_rundir.files[at].text);
	fake_rundir.files[at].text = text ? mem_printf("%.*s", (int)len, text) : NULL;
}

int rundir_store(const char *path, const char *name, const char *text, size_t len, struct err *err)
{
	if (fake_rundir.is_readonly)
		return err_set(err, -EROFS, "%s/%s cannot be written", path, name);
	if (fake_rundir.is_full)
		return err_set(err, -ENOSPC, "%s/%s cannot be written: %s", path, name,
			       err_errno(ENOSPC));
	if (fake_rundir.on_store)
		fake_rundir.on_store(name);
	put(name, text, len);
	fake_rundir.files[place_of(name)].touched_us = clock_wall_us();
	return 0;
}

int rundir_touch(const char *path, const char *name, int64_t wall_us)
{
	(void)path;
	if (!fake_rundir_text(name))
		return -ENOENT;
	fake_rundir.files[place_of(name)].touched_us = wall_us;
	return 0;
}

int64_t rundir_touched(const char *path, const char *name)
{
	(void)path;
	return fake_rundir_text(name) ? fake_rundir.files[place_of(name)].touched_us : 0;
}

int rundir_fetch(const char *path, const char *name, char **ret_text, size_t *ret_len)
{
	const char *text = fake_rundir_text(name);

	(void)path;
	if (!text)
		return -ENOENT;
	*ret_text = mem_strdup(text);
	*ret_len = strlen(text);
	return 0;
}

bool rundir_remove(const char *path, const char *name)
{
	(void)path;
	if (fake_rundir.is_readonly)
		return !fake_rundir_text(name);
	if (fake_rundir_text(name))
		put(name, NULL, 0);
	return true;
}

const char *const rundir_state_files[] = {NULL};

char *rundir_file(const char *path, const char *name)
{
	return mem_printf("%s/%s", path, name);
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

void fake_rundir_clear(void)
{
	for (size_t i = 0; i < FAKE_RUNDIR_FILES_MAX; i++)
		free(fake_rundir.files[i].text);
	fake_rundir = (struct fake_rundir){.n_kept = SIZE_MAX};
}
