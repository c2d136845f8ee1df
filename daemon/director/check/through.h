/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checks with through_vip: opens the sockets of their probes, and judges their failures. A socket has the mark
 * of the check, so IPVS sends its packets to the check's real server; it is bound to an address of this
 * director's own, as a server would answer to itself if the packets came from the virtual address; and
 * for TCP to a port of the check's own (ports.h). What a probe needs on this machine is seen to before each
 * one: if it is not there, the probe has no verdict. When the route to a server leads over another interface
 * than before, the sysctl of the former one is put back unless another server needs it. Edge.
 */
#ifndef LVSD_DAEMON_DIRECTOR_CHECK_THROUGH_H
#define LVSD_DAEMON_DIRECTOR_CHECK_THROUGH_H

#include "daemon/director/check/accept_local.h"
#include "daemon/director/check/ports.h"
#include "healthcheck/path_watch.h"
#include "ipvs/state.h"

struct check_ids;
struct health;
struct health_check;
struct probe_result;

/* A server whose answers need accept_local, and where they come in. */
struct through_way {
	struct addr server;
	unsigned interface; /* 0: there is no route */
};

/* Why accept_local of an interface could not be set, as it was logged. */
struct through_fault {
	char interface[CONF_IFNAME_MAX];
	char *text;
};

struct through {
	/* Given at the beginning. */
	struct health *health;
	struct path_watch *const *watch; /* *watch is NULL without a check, or if it cannot be opened */
	const struct ipvs_state *table;  /* as the kernel has it */
	const bool *is_table_known;

	struct accept_locals locals;
	struct check_ports ports;
	bool is_stopped;
	VEC(struct through_way) ways;     /* ascending by server */
	VEC(struct through_fault) faults; /* that last */
};

/* run_dir: where the former values of sysctls are kept. */
void through_open(struct through *through, const char *run_dir);
void through_close(struct through *through);

/* To be called when the health model has a new configuration. dropped: the checks that are gone. Puts back the
 * sysctls that are not needed any more. */
void through_configure(struct through *through, const struct check_ids *dropped);
/* lvsd stops: puts back all sysctls. The check process lives on for a while, but from now on it gets no
 * socket, nothing is set again, and a failure without an answer is no verdict. */
void through_stop(struct through *through);
/* Writes the file of the run dir again, as somebody has removed it. */
void through_store(const struct through *through);

/* Opens the socket for a probe of the check, which has through_vip. Returns the descriptor or -errno
 * (check_socket_refusal() in healthcheck/talk/sockets.h). */
int through_socket(struct through *through, const struct health_check *check);

/* To be called before an outcome is taken. Says of a probe without an answer what was asked; takes the verdict
 * away if this machine dropped the answer. */
void through_judge(struct through *through, uint64_t id, struct probe_result *result);

#endif
