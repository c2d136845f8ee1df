/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One command of lvsadm: what a command line, or a line for -R, asks for. The options, their
 * order, the rules of which goes with which and the sentences are those of ipvsadm 1.31, since
 * scripts depend on them. Nothing is done here; names are looked up by the caller's functions.
 */
#ifndef LVSD_ADMIN_COMMAND_H
#define LVSD_ADMIN_COMMAND_H

#include "base/err.h"
#include "ipvs/genl_admin.h"
#include "ipvs/state.h"
#include "sync/want.h"

/* In the order of lvsadm_command_name(). */
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

/* A bit each in struct command; a complaint is about the first of them that is wrong. */
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
	OPTION_JSON,    /* lvsadm alone */
	OPTION_REPLACE, /* lvsadm alone */
	N_OPTIONS,
};

struct command {
	enum command_kind kind;
	uint64_t options;            /* 1 << enum command_option */
	struct ipvs_service service; /* without destinations; family 0: none was named */
	struct ipvs_dest dest;
	struct ipvs_timeouts timeouts;
	struct sync_daemon daemon;
};

static inline bool command_has(const struct command *command, enum command_option option)
{
	return command->options >> option & 1;
}

/* What parsing needs of the machine. */
struct command_names {
	/* The IPv4 address of a host; 0 or -ENOENT. */
	int (*host)(const char *name, struct addr *ret_addr);
	/* The port of a service name of protocol (IPPROTO_*); -1 when there is none. */
	int (*port)(const char *name, uint16_t protocol);
};

/* How parsing failed. */
enum command_error {
	COMMAND_OK = 0,
	COMMAND_BAD_WORD = 255, /* as libpopt found it: in a file the next lines still count */
	COMMAND_WRONG = 2,      /* ends the program */
	COMMAND_NONE = 254,     /* begins with no command: the hint to --help, then status 255 */
};

/*
 * Reads the words after the program's name. is_plain: no option that ipvsadm lacks, and weights up
 * to 2147483647, which ipvsadm takes, instead of 65535. COMMAND_OK, or
 * the error with its sentence in err (none for COMMAND_NONE); then *ret_command is untouched.
 */
enum command_error command_parse(const char *const *words, size_t n_words, bool is_plain,
				 const struct command_names *names, struct command *ret_command,
				 struct err *err);

/* Whether the kernel is asked to change something by one request without an answer. */
bool command_is_request(const struct command *command);

/*
 * The sentence for a command that the kernel refused with code (-errno), or that reads the table
 * and failed. Static text.
 */
const char *command_refusal(enum command_kind kind, int code);

#endif
