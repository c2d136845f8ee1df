/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A keepalived that runs in this network namespace and serves what lvsd is to serve: two daemons
 * would fight for the same addresses and the same IPVS table, each undoing what the other does.
 */
#ifndef LVSD_DAEMON_SHARED_RIVALS_H
#define LVSD_DAEMON_SHARED_RIVALS_H

#include "base/err.h"
#include "conf/conf.h"

#include <sys/stat.h>
#include <sys/types.h>

#define RIVALS_MAX 8

struct rivals {
	size_t n;
	struct rival {
		pid_t pid;
		char *config; /* its configuration file: an absolute path below its root directory */
		char *config_id; /* of its @id lines (-i); NULL: the host's name */
		int root_fd;  /* its root directory; in a container that is not ours */
		struct stat root, mounts; /* tell this directory and mount namespace from others */
	} items[RIVALS_MAX];
};

/*
 * Looks in /proc for processes of root that run a program called keepalived as a daemon, in the
 * network namespace of this process; of those with the same configuration file and config_id the
 * first alone. The caller frees what was found. Another process's namespace is seen only with the
 * privileges that lvsd was started with: CAP_SYS_PTRACE, or all that the other one has.
 */
void rivals_find(struct rivals *ret_rivals);
void rivals_free(struct rivals *rivals);

/* What keepalived's command line says of its configuration. The texts are those of argv. */
struct rival_command {
	const char *config;    /* "/etc/keepalived/keepalived.conf" unless another is named */
	const char *config_id; /* NULL: none is given */
};

/*
 * `keepalived -nlf x -i web1` gives "x" and "web1". False when this is no daemon, but for example a
 * test of the configuration (-t). May change the order of argv, as getopt(3) does.
 */
bool rivals_read_command(int argc, char **argv, struct rival_command *ret_command);

/*
 * Reads the configuration of each and compares it with conf. Returns 0, or -EBUSY with a sentence
 * when one serves the same virtual_router_id on the same interface, or the same virtual server. A
 * configuration that cannot be read is a warning of the log.
 */
int rivals_judge(const struct rivals *rivals, const struct conf *conf, struct err *err);

/*
 * What both serve, as words for a sentence, such as "vrrp_instance VI_1 (virtual_router_id 51 on
 * eth0)"; the caller frees it. NULL: nothing. Pure.
 */
char *rivals_common(const struct conf *conf, const struct conf *theirs);

#endif
