/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/err.h"
#include "base/log.h"
#include "base/plural.h"
#include "daemon/director/director_state.h"
#include "daemon/director/config/ignored.h"
#include "daemon/shared/wire.h"

#include <stdio.h>
#include <stdlib.h>

void announce_serving(struct director *d)
{
	const struct conf *conf = d->conf;
	bool is_refused = d->config.last.wall_us && !d->config.last.is_ok;
	char text[DAEMON_STATUS_MAX], *ignored = ignored_names(conf);
	int len = snprintf(text, sizeof(text),
			   "%zu virtual server%s, %zu VRRP instance%s, digest %.12s%s%s%s%s",
			   conf->n_virtual_servers, plural(conf->n_virtual_servers),
			   conf->n_vrrps, plural(conf->n_vrrps), conf->digest,
			   is_refused ? "; the last reload was refused" : "",
			   rollback_is_waiting(&d->config) ? "; waits for lvsctl confirm" : "",
			   *ignored ? "; IGNORES " : "", ignored);

	free(ignored);
	if (len >= (int)sizeof(text))
		len = (int)sizeof(text) - 1;
	chan_send(d->supervisor, DAEMON_FRAME_READY, text, (size_t)len);
}

void announce_reloading(struct director *d)
{
	chan_send(d->supervisor, DAEMON_FRAME_RELOADING, NULL, 0);
}

void announce_reloaded(struct director *d)
{
	chan_send(d->supervisor, DAEMON_FRAME_RELOADED, NULL, 0);
}

int announced_rollback(struct director *d, enum reload_action action,
		       struct reload_answer *ret_answer)
{
	int code;

	announce_reloading(d);
	code = config_rollback(&d->config, action, ret_answer);
	announce_serving(d);
	return code;
}
