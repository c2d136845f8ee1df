/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's process connector (CN_IDX_PROC): a message for each process that begins, executes a
 * program, takes another name or ends. It needs CAP_NET_ADMIN, and answers in the initial
 * namespaces of network, processes and users alone. Edge.
 */
#ifndef LVSD_DAEMON_DIRECTOR_TRACK_CONNECTOR_H
#define LVSD_DAEMON_DIRECTOR_TRACK_CONNECTOR_H

#include <stdbool.h>
#include <sys/types.h>

/* The most messages that are taken in one turn of the loop. */
#define CONNECTOR_BATCH_MAX 256

enum connector_kind {
	CONNECTOR_NOTHING, /* of no interest: a thread */
	CONNECTOR_READY,   /* from now on the connector reports all processes */
	CONNECTOR_BEGIN,   /* pid was forked by parent, and still has its name and command line */
	CONNECTOR_EXEC,    /* pid has another program or another name */
	CONNECTOR_END,     /* pid has ended */
	CONNECTOR_LOST,    /* messages were lost */
};

/* An event of the connector: pid, and for CONNECTOR_BEGIN its parent. */
struct connector_event {
	enum connector_kind kind;
	pid_t pid, parent;
};

/* A socket that does not block and has asked for the messages; READY comes if it gets them. -1:
 * there is no connector here. */
int connector_open(void);
/* Takes one message. Returns false if there is none. */
bool connector_take(int fd, struct connector_event *ret_event);

#endif
