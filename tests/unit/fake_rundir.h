/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A run dir in memory, in the place of daemon/shared/rundir.c. It can lose what is written. */
#ifndef LVSD_TESTS_UNIT_FAKE_RUNDIR_H
#define LVSD_TESTS_UNIT_FAKE_RUNDIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FAKE_RUNDIR_FILES_MAX 8

struct fake_rundir {
	struct {
		const char *name;
		char *text; /* NULL: there is no such file */
		int64_t touched_us; /* rundir_touched() */
	} files[FAKE_RUNDIR_FILES_MAX];
	size_t n_writes;
	size_t n_kept;    /* writes beyond it are lost: the director is dead */
	bool is_readonly; /* nothing can be written or removed */
	bool is_full;     /* nothing can be written */
	void (*on_store)(const char *name); /* before each write; NULL: nothing */
};
extern struct fake_rundir fake_rundir;

/* Empty, and all is kept. */
void fake_rundir_clear(void);
/* NULL: there is no such file. */
const char *fake_rundir_text(const char *name);

#endif
