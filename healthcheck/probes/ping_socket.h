/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a ping needs of its raw socket besides sending and receiving: a filter, and ICMP errors. Edge. */
#ifndef LVSD_HEALTHCHECK_PROBES_PING_SOCKET_H
#define LVSD_HEALTHCHECK_PROBES_PING_SOCKET_H

#include "healthcheck/probe.h"

/* Prepares a raw socket for the ping with this seed. Returns 0 or -errno. */
int ping_socket_prepare(int fd, uint16_t family, uint64_t seed);

/*
 * Takes one ICMP error from the socket. Returns false if there is none. True with *ret_is_over if the
 * error is about this ping: then *ret_result is the outcome, such as "host unreachable, says
 * 192.0.2.1". Errors about the packets of others are dropped.
 */
bool ping_socket_error(int fd, const struct conf_check *check, uint64_t seed, struct mono started,
		       bool *ret_is_over, struct probe_result *ret_result);

#endif
