/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every keyword of the language as data: where it may stand, what it takes, what it means without
 * it, and one line of help. Parsing, defaults, error texts and documentation all come from these
 * tables, so a keyword is added by adding a row (and the code that gives it its effect).
 *
 * A row without words of its own (is_item) stands for each line of a list block. Words that follow
 * a value on its line ("dev eth0") are rows too, in a block that exists only as such a place.
 */
#ifndef LVSD_CONF_SCHEMA_H
#define LVSD_CONF_SCHEMA_H

#include "base/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Places where keywords stand. */
enum schema_block {
	SCHEMA_NONE,
	SCHEMA_ROOT,
	SCHEMA_GLOBAL_DEFS,
	SCHEMA_SYNC_DAEMON_LINE, /* after lvs_sync_daemon IFACE */
	SCHEMA_VRRP_INSTANCE,
	SCHEMA_VIRTUAL_IPADDRESS,
	SCHEMA_VIP_LINE, /* after an address of virtual_ipaddress */
	SCHEMA_VIRTUAL_SERVER,
	SCHEMA_REAL_SERVER,
	SCHEMA_TCP_CHECK,
	SCHEMA_HTTP_GET,
	SCHEMA_URL,
	SCHEMA_N_BLOCKS,
};

/* The most places one row may name. */
#define SCHEMA_PLACES_MAX 16

enum schema_type {
	SCHEMA_TYPE_PLAIN,     /* nothing: a flag, or a block without a name */
	SCHEMA_TYPE_NUMBER,    /* decimal; min..max */
	SCHEMA_TYPE_TIMER,     /* decimal seconds, 6 decimals; min..max in microseconds */
	SCHEMA_TYPE_TEXT,      /* one word, 1..max bytes of printable UTF-8 */
	SCHEMA_TYPE_HEX,       /* exactly max hex digits */
	SCHEMA_TYPE_INTERFACE, /* name of a network interface */
	SCHEMA_TYPE_ADDRESS,   /* IPv4 or IPv6 */
	SCHEMA_TYPE_PREFIX,    /* ADDRESS[/LENGTH] */
	SCHEMA_TYPE_BROADCAST, /* IPv4 address, "+" (all host bits 1) or "-" (all 0) */
	SCHEMA_TYPE_ENDPOINT,  /* ADDRESS [PORT] */
	SCHEMA_TYPE_CHOICE,    /* one of choices */
	SCHEMA_TYPE_STATUSES,  /* N or N-M, one or more; min..max */
};

/* A value as a row's type reads it; what a type does not use is zero. */
struct schema_value {
	int64_t number;   /* NUMBER, TIMER (us), PREFIX (length), ENDPOINT (port), CHOICE */
	const char *text; /* TEXT, HEX, INTERFACE, BROADCAST ("+", "-" or NULL), CHOICE */
	struct addr addr; /* ADDRESS, PREFIX, BROADCAST, ENDPOINT */
};

/* number of an ENDPOINT without a port. */
#define SCHEMA_NO_PORT (-1)

struct schema_choice {
	const char *name;
	int64_t number;
};

/* One for each row; KW_NONE for none. */
enum schema_id {
	KW_NONE,
	/* the top level */
	KW_GLOBAL_DEFS,
	KW_VRRP_INSTANCE,
	KW_VIRTUAL_SERVER,
	/* global_defs */
	KW_ROUTER_ID,
	KW_LVS_SYNC_DAEMON,
	KW_SYNC_INST,
	KW_SYNC_ID,
	KW_SYNC_MAXLEN,
	KW_SYNC_PORT,
	KW_SYNC_TTL,
	KW_SYNC_GROUP,
	/* vrrp_instance */
	KW_STATE,
	KW_INTERFACE,
	KW_VIRTUAL_ROUTER_ID,
	KW_PRIORITY,
	KW_VERSION,
	KW_ADVERT_INT,
	KW_NOPREEMPT,
	KW_PREEMPT,
	KW_VIRTUAL_IPADDRESS,
	KW_VIP,
	KW_VIP_DEV,
	KW_VIP_SCOPE,
	KW_VIP_LABEL,
	KW_VIP_BRD,
	/* virtual_server, real_server */
	KW_LVS_SCHED,
	KW_LVS_METHOD,
	KW_PROTOCOL,
	KW_PERSISTENCE_TIMEOUT,
	KW_REAL_SERVER,
	KW_WEIGHT,
	KW_SERVER_RETRY,
	/* checks, and their defaults in virtual_server and real_server */
	KW_DELAY_LOOP,
	KW_CONNECT_TIMEOUT,
	KW_SERVER_DELAY_BEFORE_RETRY,
	KW_TCP_DELAY_BEFORE_RETRY,
	KW_HTTP_DELAY_BEFORE_RETRY,
	KW_VIRTUALHOST,
	KW_CHECK_RETRY,
	KW_CHECK_CONNECT_IP,
	KW_CHECK_CONNECT_PORT,
	KW_CHECK_BINDTO,
	KW_CHECK_BIND_PORT,
	KW_TCP_CHECK,
	KW_HTTP_GET,
	KW_HTTP_PROTOCOL,
	KW_URL,
	KW_URL_PATH,
	KW_URL_STATUS_CODE,
	KW_URL_DIGEST,
	KW_N,
};

struct schema_keyword {
	enum schema_id id;
	const char *name;  /* of an item: what stands for it in texts ("ADDRESS") */
	const char *alias; /* keepalived's other spelling, or NULL */
	enum schema_block in[SCHEMA_PLACES_MAX]; /* ends with SCHEMA_NONE when not full */
	enum schema_type type;
	int64_t min, max;
	const struct schema_choice *choices; /* ends with a NULL name */
	const char *def;            /* in force without it; NULL: nothing, or said in help */
	const char *bare;           /* in force without its argument; NULL: it needs one */
	const char *unit;           /* of the argument, or NULL */
	enum schema_block opens;    /* what its block holds */
	enum schema_block options;  /* what may follow its value on the line */
	bool is_required;           /* its block cannot do without */
	bool is_repeatable;         /* each occurrence is an object of its own */
	bool is_merged;             /* later blocks go on where the first one ended */
	bool is_item;
	bool may_omit_name;         /* on a line of options its value may stand alone */
	bool is_any_case;           /* of choices */
	bool is_own;                /* keepalived does not know it */
	const char *help;
};

/* The rows of one area. */
struct schema_table {
	const struct schema_keyword *rows;
	size_t n;
};

/* All areas. */
extern const struct schema_table *const schema_tables[];
extern const size_t schema_n_tables;

extern const struct schema_table schema_global;
extern const struct schema_table schema_vrrp;
extern const struct schema_table schema_lvs;
extern const struct schema_table schema_check;

/* How a block is named in texts: "vrrp_instance", "the top level". */
const char *schema_block_name(enum schema_block block);

#endif
