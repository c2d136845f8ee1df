/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decides which of the kernel's two connection-sync roles must be started and stopped. Pure.
 *
 * Both roles run on both directors, whatever the VRRP state. keepalived switches them at each
 * transition, and so loses up to 3 s of entries that the master had not sent yet.
 */
#ifndef LVSD_SYNC_WANT_H
#define LVSD_SYNC_WANT_H

#include "base/addr.h"
#include "conf/conf.h"

/* The kernel's IP_VS_STATE_MASTER and IP_VS_STATE_BACKUP (linux/ip_vs.h). */
enum sync_role {
	SYNC_ROLE_MASTER = 1,
	SYNC_ROLE_BACKUP = 2,
};

/* The name of a role: "master" or "backup". */
static inline const char *sync_role_name(enum sync_role role)
{
	return role == SYNC_ROLE_MASTER ? "master" : "backup";
}

/* A role with its parameters. 0 means the kernel's default, except for syncid. */
struct sync_daemon {
	enum sync_role role;
	char interface[CONF_IFNAME_MAX];
	uint32_t syncid;
	uint16_t maxlen, port; /* maxlen: of a datagram, in bytes */
	uint8_t ttl;
	struct addr group; /* the multicast group */
	bool is_stale; /* of a running role: it must be restarted (sync/bound.h) */
};

/* IPVS_CMD_DEL_DAEMON and IPVS_CMD_NEW_DAEMON. */
enum sync_op_kind {
	SYNC_OP_STOP,
	SYNC_OP_START,
};

/* A request to the kernel about a role. */
struct sync_op {
	enum sync_op_kind kind;
	struct sync_daemon daemon; /* for STOP only its role counts */
};

/* At most a stop and a start for each role. */
#define SYNC_OPS_MAX 4

/* Both roles, as a configuration wants them. */
struct sync_roles {
	bool is_on; /* false: no role runs; the others are not used then */
	struct sync_daemon master, backup;
};

/* The roles of lvs_sync_daemon: on an interface of the machine, with the same parameters. */
struct sync_roles sync_roles_of(const struct conf_sync_daemon *conf);

/* The name of the private interface, and the ports there. On one port lvsd could not tell its own datagrams for
 * the backup role from those of the master role. */
#define SYNC_PRIVATE_INTERFACE	 "lvsd-sync0"
#define SYNC_PRIVATE_MASTER_PORT 8848
#define SYNC_PRIVATE_BACKUP_PORT 8864

/* What the relay needs on this machine: both roles on an interface of their own, which leads nowhere
 * (sync/private/private.h). The sync process carries their datagrams. */
struct sync_private {
	bool is_on;
	char interface[CONF_IFNAME_MAX];   /* "": SYNC_PRIVATE_INTERFACE */
	uint32_t syncid;
	uint16_t master_port, backup_port; /* 0: the values above */
};

/*
 * The roles of the relay, with the kernel's defaults filled in, except for the backup role's maxlen. The master
 * role's datagrams are no longer than one frame of the relay can carry.
 */
struct sync_roles sync_roles_private(const struct sync_private *own);

/* Those that the configuration wants, in whichever mode. */
struct sync_roles sync_roles_wanted(const struct conf *conf);

/*
 * Compares the roles that are wanted with those that run (have). A role that runs with other parameters is
 * stopped and started. If no role is wanted, running roles are stopped only if is_ours: lvsd started them. The
 * backup role starts before the master role. Returns the number of operations.
 */
size_t sync_want_roles(const struct sync_roles *roles, const struct sync_daemon *have, size_t n_have,
		       bool is_ours, struct sync_op ops[static SYNC_OPS_MAX]);
/* The same for the roles of lvs_sync_daemon. */
size_t sync_want(const struct conf_sync_daemon *conf, const struct sync_daemon *have, size_t n_have,
		 bool is_ours, struct sync_op ops[static SYNC_OPS_MAX]);

/* The parameters that conf, which has lvs_sync_daemon, wants for a role: the kernel's defaults are
 * filled in, except for maxlen. */
struct sync_daemon sync_wanted_daemon(const struct conf_sync_daemon *conf, enum sync_role role);

#endif
