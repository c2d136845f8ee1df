/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds a keepalived that runs in this network namespace and serves the same addresses or virtual
 * servers as lvsd. The two daemons would undo each other's changes, so lvsd does not start then.
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
		struct conf *conf; /* what stands there; NULL: it cannot be read */
		char *why;         /* without conf: why not */
		struct stat root, mounts; /* tell its root directory, which in a container is not
					     ours, and its mount namespace from others */
	} items[RIVALS_MAX];
};

/*
 * Looks in /proc for processes of root that run a program called keepalived as a daemon, in the
 * network namespace of this process. Of several with the same configuration file and config_id only
 * the first is listed. Reads the configuration of each. rivals_free() frees the result. To see
 * another process's namespace, and root's files, this process needs CAP_SYS_PTRACE or all the
 * privileges of the other: call it before privileges are given up.
 */
void rivals_find(struct rivals *ret_rivals);
void rivals_free(struct rivals *rivals);

/* The configuration that keepalived's command line names. The texts point into argv. */
struct rival_command {
	const char *config;    /* "/etc/keepalived/keepalived.conf" unless another is named */
	const char *config_id; /* NULL: none is given */
};

/*
 * Reads a command line. Example: `keepalived -nlf x -i web1` gives "x" and "web1". Returns false when
 * the process is not a daemon but, for example, a test of the configuration (-t). May change the
 * order of argv, as getopt(3) does.
 */
bool rivals_read_command(int argc, char **argv, struct rival_command *ret_command);

/*
 * Compares the configuration of each rival with conf. Returns 0, or -EBUSY with a
 * sentence when a rival serves the same virtual_router_id on the same interface, or the same virtual
 * server. A configuration that cannot be read is logged as a warning.
 */
int rivals_judge(const struct rivals *rivals, const struct conf *conf, struct err *err);

/*
 * Describes an object that both configurations serve, as words for a sentence, for example
 * "vrrp_instance VI_1 (virtual_router_id 51 on eth0)". The caller frees the text. NULL: they have no
 * object in common. Pure.
 */
char *rivals_common(const struct conf *conf, const struct conf *theirs);

#endif
