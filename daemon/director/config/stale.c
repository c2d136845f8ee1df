/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/config/stale.h"
#include "daemon/director/config/config.h"
#include "daemon/shared/rundir_file.h"
#include "daemon/shared/rundir_names.h"

static const char *stale_name(enum stale_file file)
{
	return file == STALE_APPLIED ? RUNDIR_APPLIED
	       : file == STALE_PREVIOUS ? RUNDIR_PREVIOUS
					: RUNDIR_ROLLBACK;
}

static void stale_set(struct config *c, enum stale_file file, bool is_stale)
{
	uint8_t stale = (uint8_t)(is_stale ? c->stale | file : c->stale & ~file);

	if (stale == c->stale)
		return;
	c->stale = stale;
	c->sink.on_stale(stale, c->sink.arg);
}

bool stale_is(const struct config *c, enum stale_file file)
{
	return c->stale & file;
}

void stale_renewed(struct config *c, enum stale_file file)
{
	stale_set(c, file, false);
}

bool stale_remove(struct config *c, enum stale_file file)
{
	bool is_gone = rundir_remove(c->args->run_dir, stale_name(file));

	stale_set(c, file, !is_gone);
	return is_gone;
}
