/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/config/stale.h"
#include "daemon/director/director_state.h"
#include "daemon/shared/rundir.h"
#include "daemon/shared/wire.h"

static const char *name_of(enum stale_file file)
{
	return file == STALE_APPLIED ? RUNDIR_APPLIED
	       : file == STALE_PREVIOUS ? RUNDIR_PREVIOUS
					: RUNDIR_ROLLBACK;
}

static void set(struct director *d, enum stale_file file, bool is_stale)
{
	uint8_t stale = (uint8_t)(is_stale ? d->stale | file : d->stale & ~file);

	if (stale == d->stale)
		return;
	d->stale = stale;
	chan_send(d->supervisor, DAEMON_FRAME_STALE, &stale, sizeof(stale));
}

bool stale_is(const struct director *d, enum stale_file file)
{
	return d->stale & file;
}

void stale_renewed(struct director *d, enum stale_file file)
{
	set(d, file, false);
}

bool stale_remove(struct director *d, enum stale_file file)
{
	bool is_gone = rundir_remove(d->args->run_dir, name_of(file));

	set(d, file, !is_gone);
	return is_gone;
}
