/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The source ports of checks with through_vip. IPVS knows a connection by its two ends, and not by its mark,
 * and remembers it for a minute after an unanswered SYN. If another check came from the same port to the
 * same virtual address meanwhile, its packets would go to the server of the first one. So each check has
 * a port of its own, and a port is given to another check only when IPVS has forgotten it. Pure.
 */
#ifndef LVSD_DAEMON_DIRECTOR_CHECK_PORTS_H
#define LVSD_DAEMON_DIRECTOR_CHECK_PORTS_H

#include "base/addr.h"
#include "base/mono.h"
#include "base/vec.h"
#include "conf/through_ports.h"

#include <stdbool.h>
#include <stdint.h>

#define CHECK_PORT_FIRST CONF_THROUGH_PORT_FIRST
#define CHECK_PORT_LAST	 CONF_THROUGH_PORT_LAST
#define CHECK_PORTS	 (CHECK_PORT_LAST - CHECK_PORT_FIRST + 1)

/* For so long a port stays unused after its check. IPVS forgets an unanswered SYN after 60 s. */
#define CHECK_PORT_REST_S 65

/* The range is gone through in CHECK_PORT_BANDS bands, a band a second: a lap takes longer than a rest. */
#define CHECK_PORT_BANDS (CHECK_PORT_REST_S + 1)
#define CHECK_PORT_BAND	 (CHECK_PORTS / CHECK_PORT_BANDS)

/* A port towards one virtual address and port. */
struct check_port {
	uint64_t id; /* check_id: whose it is */
	struct endpoint target;
	uint16_t port;
	bool is_resting;     /* the check is gone, or could not use the port */
	struct mono free_at; /* while it rests */
};

/* Begins as {0}. */
struct check_ports {
	VEC(struct check_port) items; /* ascending by id */
	size_t begin;                 /* check_ports_begin() */
};

/*
 * Where in the range a director that begins at now gives the first ports. Nobody has told it which ports its
 * predecessor used, and which were resting. Directors that begin within one second give the same ports, in the
 * same order; of two that begin k seconds apart, neither gives a port that may rest from the other, as
 * long as no target has more than k * CHECK_PORT_BAND checks.
 */
size_t check_ports_begin(struct mono now);

/*
 * The port of a check for its target, which is free towards that target. hash: where to look first. A
 * director that replaces another at once finds the same ports if it asks in the same order. Returns 0 when no port
 * is free.
 */
uint16_t check_ports_take(struct check_ports *ports, uint64_t id, const struct endpoint *target,
			  uint64_t hash, struct mono now);

/* The port of the check rests: another program has it, or the check is gone. The check gets another
 * one. */
void check_ports_drop(struct check_ports *ports, uint64_t id, struct mono now);

void check_ports_free(struct check_ports *ports);

#endif
