/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A short form of a command, without the members that its kind does not use. The commands of a file
 * for -R are kept in this form until the whole file is read. A struct brief takes a quarter of the
 * memory of a struct command, and to touch new memory costs as much time as the parsing. Pure.
 */
#ifndef LVSD_ADMIN_BRIEF_H
#define LVSD_ADMIN_BRIEF_H

#include "admin/command.h"

/* The settings of a service without its key. */
struct brief_settings {
	char scheduler[IPVS_SCHEDULER_MAX], pe[IPVS_PE_MAX];
	uint32_t flags, timeout, netmask;
};

/* A real server without its counters. */
struct brief_dest {
	struct endpoint ep;
	uint32_t weight, upper_threshold, lower_threshold;
	uint16_t tun_port, tun_flags;
	uint8_t method, tun_type;
};

struct brief {
	uint32_t line;
	uint16_t kind;             /* enum command_kind */
	uint16_t family, protocol; /* these two, fwmark and ep are the key of the service */
	uint32_t fwmark;
	struct endpoint ep;
	union {
		struct brief_settings settings;
		struct brief_dest dest;
		struct ipvs_timeouts timeouts;
		struct sync_daemon daemon;
		uint64_t options; /* only of commands that are not requests
				     (command_is_request()) */
	};
};

/* line: the number of the command's line, for messages. */
struct brief brief_from(const struct command *command, size_t line);

/* Makes the command again. A request has lost its options, which are not needed any more. */
struct command brief_command(const struct brief *brief);

#endif
