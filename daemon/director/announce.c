/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/err.h"
#include "base/log.h"
#include "base/plural.h"
#include "daemon/director/director_state.h"
#include "daemon/director/config/ignored.h"
#include "daemon/director/config/stale.h"
#include "daemon/shared/wire.h"

#include <stdio.h>
#include <stdlib.h>

void announce_serving(struct director *d)
{
	const struct conf *conf = d->conf;
	bool is_refused = d->reload.wall_us && !d->reload.is_ok;
	char text[DAEMON_STATUS_MAX], *ignored = ignored_names(conf);
	int len = snprintf(text, sizeof(text),
			   "%zu virtual server%s, %zu VRRP instance%s, digest %.12s%s%s%s%s",
			   conf->n_virtual_servers, plural(conf->n_virtual_servers),
			   conf->n_vrrps, plural(conf->n_vrrps), conf->digest,
			   is_refused ? "; the last reload was refused" : "",
			   rollback_is_waiting(d) ? "; waits for lvsctl confirm" : "",
			   *ignored ? "; IGNORES " : "", ignored);

	free(ignored);
	if (len >= (int)sizeof(text))
		len = (int)sizeof(text) - 1;
	chan_send(d->supervisor, DAEMON_FRAME_READY, text, (size_t)len);
}

int announced_reload(struct director *d, const struct reload_order *order,
		     struct reload_answer *ret_answer)
{
	int code;

	chan_send(d->supervisor, DAEMON_FRAME_RELOADING, NULL, 0);
	code = director_reload(d, order, ret_answer);
	announce_serving(d);
	return code;
}

int announced_rollback(struct director *d, enum reload_action action,
		       struct reload_answer *ret_answer)
{
	int code;

	chan_send(d->supervisor, DAEMON_FRAME_RELOADING, NULL, 0);
	code = director_rollback(d, action, ret_answer);
	announce_serving(d);
	return code;
}

/*
 * What the run dir holds from an earlier time must not come back into force when the director is
 * replaced, and removing a file needs no room on the disk. If it cannot be removed, the successor is
 * told not to read it (daemon/director/config/stale.h).
 */
void applied_forget(struct director *d, const struct err *err)
{
	stale_remove(d, STALE_APPLIED);
	log_warning("%s; it is in force all the same, but a restart of the director would read %s "
		    "again",
		    err->text, d->args->config);
}
