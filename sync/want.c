/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel fills in its defaults when a role starts, and then lists the role with these values
 * (start_sync_thread). So both sides are brought to that form before they are compared. */
#include "sync/want.h"
#include "sync/relay/frame.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

/* IP_VS_SYNC_PORT, IP_VS_SYNC_GROUP, and the TTL of traffic that stays on one link. */
#define DEFAULT_PORT  8848
#define DEFAULT_GROUP 0xe0000051
#define DEFAULT_TTL   1

/* The room for data in the largest datagram of an MTU of 1500, without IP and UDP headers. */
#define MAXLEN_OF_MTU(group) ((group)->family == AF_INET6 ? 1500 - 48 : 1500 - 28)
#define MAXLEN_LIMIT(group)  ((group)->family == AF_INET6 ? 65535 - 48 : 65535 - 28)

/* The backup role's buffer has at least this size, whatever was asked for. */
#define BACKUP_MAXLEN_MIN 1024

static struct sync_daemon with_defaults(const struct sync_daemon *daemon)
{
	struct sync_daemon full = *daemon;

	if (full.group.family == AF_UNSPEC)
		full.group = addr_from_in((struct in_addr){htonl(DEFAULT_GROUP)});
	if (!full.port)
		full.port = DEFAULT_PORT;
	if (!full.ttl)
		full.ttl = DEFAULT_TTL;
	if (full.maxlen > MAXLEN_LIMIT(&full.group))
		full.maxlen = MAXLEN_LIMIT(&full.group);
	if (full.maxlen && full.maxlen < BACKUP_MAXLEN_MIN && full.role == SYNC_ROLE_BACKUP)
		full.maxlen = BACKUP_MAXLEN_MIN;
	return full;
}

/* The backup role's default grows with the MTU of the interface, which is not known here. */
static bool maxlen_fits(const struct sync_daemon *want, const struct sync_daemon *have)
{
	uint16_t usual = MAXLEN_OF_MTU(&want->group);

	if (want->maxlen || !have->maxlen)
		return want->maxlen == have->maxlen;
	return want->role == SYNC_ROLE_BACKUP ? have->maxlen >= usual : have->maxlen == usual;
}

static bool daemon_fits(const struct sync_daemon *want, const struct sync_daemon *have)
{
	struct sync_daemon w = with_defaults(want), h = with_defaults(have);

	return !strcmp(w.interface, h.interface) && w.syncid == h.syncid && w.port == h.port &&
	       w.ttl == h.ttl && !addr_cmp(&w.group, &h.group) && maxlen_fits(&w, &h);
}

static struct sync_daemon wanted_daemon(const struct conf_sync_daemon *conf, enum sync_role role)
{
	struct sync_daemon daemon = {
	    .role = role,
	    .syncid = conf->syncid,
	    .maxlen = conf->maxlen,
	    .port = conf->port,
	    .ttl = conf->ttl,
	    .group = conf->group,
	};

	snprintf(daemon.interface, sizeof(daemon.interface), "%s", conf->interface);
	return daemon;
}

struct sync_roles sync_roles_of(const struct conf_sync_daemon *conf)
{
	return (struct sync_roles){.is_on = conf->is_on,
				   .master = wanted_daemon(conf, SYNC_ROLE_MASTER),
				   .backup = wanted_daemon(conf, SYNC_ROLE_BACKUP)};
}

static struct sync_daemon private_daemon(const struct sync_private *own, enum sync_role role)
{
	struct sync_daemon daemon = {.role = role, .syncid = own->syncid};

	snprintf(daemon.interface, sizeof(daemon.interface), "%s",
		 *own->interface ? own->interface : SYNC_PRIVATE_INTERFACE);
	if (role == SYNC_ROLE_MASTER) {
		daemon.port = own->master_port ? own->master_port : SYNC_PRIVATE_MASTER_PORT;
		daemon.maxlen = RELAY_PAYLOAD_MAX;
	} else {
		daemon.port = own->backup_port ? own->backup_port : SYNC_PRIVATE_BACKUP_PORT;
	}
	return with_defaults(&daemon);
}

struct sync_roles sync_roles_private(const struct sync_private *own)
{
	return (struct sync_roles){.is_on = own->is_on,
				   .master = private_daemon(own, SYNC_ROLE_MASTER),
				   .backup = private_daemon(own, SYNC_ROLE_BACKUP)};
}

struct sync_roles sync_roles_wanted(const struct conf *conf)
{
	const struct conf_relay *relay = &conf->global.relay;
	struct sync_private own = {.is_on = relay->is_on, .syncid = relay->syncid};

	if (!relay->is_on)
		return sync_roles_of(&conf->global.sync_daemon);
	snprintf(own.interface, sizeof(own.interface), "%s", relay->private_interface);
	return sync_roles_private(&own);
}

static const struct sync_daemon *find_role(const struct sync_daemon *have, size_t n_have,
					   enum sync_role role)
{
	for (size_t i = 0; i < n_have; i++)
		if (have[i].role == role)
			return &have[i];
	return NULL;
}

struct sync_daemon sync_wanted_daemon(const struct conf_sync_daemon *conf, enum sync_role role)
{
	struct sync_daemon daemon = wanted_daemon(conf, role);

	return with_defaults(&daemon);
}

static size_t want_role(const struct sync_roles *roles, const struct sync_daemon *have, bool is_ours,
			enum sync_role role, struct sync_op *ops)
{
	const struct sync_daemon *want = role == SYNC_ROLE_MASTER ? &roles->master : &roles->backup;
	size_t n = 0;

	if (!roles->is_on) {
		if (have && is_ours)
			ops[n++] = (struct sync_op){SYNC_OP_STOP, *have};
		return n;
	}
	if (have && !have->is_stale && daemon_fits(want, have))
		return n;
	if (have)
		ops[n++] = (struct sync_op){SYNC_OP_STOP, *have};
	ops[n++] = (struct sync_op){SYNC_OP_START, *want};
	return n;
}

size_t sync_want_roles(const struct sync_roles *roles, const struct sync_daemon *have, size_t n_have,
		       bool is_ours, struct sync_op ops[static SYNC_OPS_MAX])
{
	static const enum sync_role order[] = {SYNC_ROLE_BACKUP, SYNC_ROLE_MASTER};
	size_t n = 0;

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		n += want_role(roles, find_role(have, n_have, order[i]), is_ours, order[i], &ops[n]);
	return n;
}

size_t sync_want(const struct conf_sync_daemon *conf, const struct sync_daemon *have, size_t n_have,
		 bool is_ours, struct sync_op ops[static SYNC_OPS_MAX])
{
	struct sync_roles roles = sync_roles_of(conf);

	return sync_want_roles(&roles, have, n_have, is_ours, ops);
}
