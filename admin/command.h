/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One command of lvsadm, from a command line or from a line of a file for -R. The options, their
 * order, the rules about which options go together, and the error sentences are those of ipvsadm
 * 1.31, since scripts depend on them. Nothing is carried out here; the caller's functions look
 * names up.
 */
#ifndef LVSD_ADMIN_COMMAND_H
#define LVSD_ADMIN_COMMAND_H

#include "base/err.h"
#include "ipvs/genl_admin.h"
#include "ipvs/state.h"
#include "sync/want.h"

/* What a command does: one of the options -A, -E, -D, -C, -L, -a, -d, -e, --set, --start-daemon,
 * --stop-daemon, -R, -S, -Z, -h and -v, in this order. */
enum command_kind {
	COMMAND_ADD_SERVICE,
	COMMAND_EDIT_SERVICE,
	COMMAND_DEL_SERVICE,
	COMMAND_CLEAR,
	COMMAND_LIST,
	COMMAND_ADD_DEST,
	COMMAND_DEL_DEST,
	COMMAND_EDIT_DEST,
	COMMAND_SET_TIMEOUTS,
	COMMAND_START_DAEMON,
	COMMAND_STOP_DAEMON,
	COMMAND_RESTORE,
	COMMAND_SAVE,
	COMMAND_ZERO,
	COMMAND_HELP,
	COMMAND_VERSION,
};

/*
 * Each option is a bit in struct command. If several options are wrong, the error names the first
 * in this order.
 */
enum command_option {
	OPTION_NUMERIC,
	OPTION_CONNECTION,
	OPTION_SERVICE,
	OPTION_SCHEDULER,
	OPTION_PERSISTENT,
	OPTION_NETMASK,
	OPTION_SERVER,
	OPTION_METHOD,
	OPTION_WEIGHT,
	OPTION_UPPER,
	OPTION_LOWER,
	OPTION_MCAST_INTERFACE,
	OPTION_TIMEOUT,
	OPTION_DAEMON,
	OPTION_STATS,
	OPTION_RATE,
	OPTION_THRESHOLDS,
	OPTION_PERSISTENT_CONN,
	OPTION_NOSORT,
	OPTION_SYNCID,
	OPTION_EXACT,
	OPTION_ONE_PACKET,
	OPTION_PE,
	OPTION_SCHED_FLAGS,
	OPTION_MCAST_GROUP,
	OPTION_MCAST_PORT,
	OPTION_MCAST_TTL,
	OPTION_SYNC_MAXLEN,
	OPTION_TUN_INFO,
	OPTION_TUN_TYPE,
	OPTION_TUN_PORT,
	OPTION_TUN_NOCSUM,
	OPTION_TUN_CSUM,
	OPTION_TUN_REMCSUM,
	OPTION_JSON,    /* only in lvsadm */
	OPTION_REPLACE, /* only in lvsadm */
	N_OPTIONS,
};

/* A parsed command. Only what its kind and options name is meant; the rest is zero. */
struct command {
	enum command_kind kind;
	uint64_t options;            /* 1 << enum command_option */
	struct ipvs_service service; /* without destinations; family 0: the command names no
					service */
	struct ipvs_dest dest;
	struct ipvs_timeouts timeouts;
	struct sync_daemon daemon;
};

/* Whether the option was given. */
static inline bool command_has(const struct command *command, enum command_option option)
{
	return command->options >> option & 1;
}

/* Functions that look up names on this machine. */
struct command_names {
	/* Looks up the IPv4 address of a host. Returns 0 or -ENOENT. */
	int (*host)(const char *name, struct addr *ret_addr);
	/* Returns the port of a service name of protocol (IPPROTO_*); -1 if there is none. */
	int (*port)(const char *name, uint16_t protocol);
};

/* The result of parsing. */
enum command_error {
	COMMAND_OK = 0,
	COMMAND_BAD_WORD = 255, /* libpopt would report it; in a file the following lines are
				   still carried out */
	COMMAND_WRONG = 2,      /* a wrong command; it ends the program */
	COMMAND_NONE = 254,     /* the first word is no command: print a hint to --help and exit
				   with status 255 */
};

/*
 * Reads the words after the program's name. is_plain: accept only the options of ipvsadm, and
 * weights up to 2147483647 as ipvsadm does, instead of 65535. Returns COMMAND_OK, or an error with
 * its sentence in err (COMMAND_NONE has none); then *ret_command is untouched. Example: {"-A",
 * "-t", "10.0.0.1:80"} gives a command that adds the service tcp:10.0.0.1:80 with the scheduler
 * wlc.
 */
enum command_error command_parse(const char *const *words, size_t n_words, bool is_plain,
				 const struct command_names *names, struct command *ret_command,
				 struct err *err);

/* Whether the command is carried out by one request to the kernel that changes something and has no
 * answer. */
bool command_is_request(const struct command *command);

/* The sentence for a command that the kernel refused with code (-errno), or that failed to read the
 * table. The text is static. */
const char *command_refusal(enum command_kind kind, int code);

#endif
