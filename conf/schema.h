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
	SCHEMA_SSL,
	SCHEMA_VRRP_INSTANCE,
	SCHEMA_AUTHENTICATION,
	SCHEMA_UNICAST_PEER,
	SCHEMA_VIRTUAL_IPADDRESS,
	SCHEMA_VIP_LINE, /* after an address of virtual_ipaddress */
	SCHEMA_VIRTUAL_SERVER,
	SCHEMA_REAL_SERVER,
	SCHEMA_TCP_CHECK,
	SCHEMA_HTTP_GET,
	SCHEMA_SSL_GET,
	SCHEMA_MISC_CHECK,
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
	SCHEMA_TYPE_SERVICE,   /* ADDRESS [PORT], or "fwmark" and a mark */
	SCHEMA_TYPE_SCRIPT,    /* a command line, then up to max - 1 of user and group */
	SCHEMA_TYPE_USER,      /* USER [GROUP] */
	SCHEMA_TYPE_PATH,      /* an absolute path of a file */
	SCHEMA_TYPE_CHOICE,    /* one of choices */
	SCHEMA_TYPE_STATUSES,  /* N or N-M, one or more; min..max */
};

/* A value as a row's type reads it; what a type does not use is zero. */
struct schema_value {
	/* NUMBER, TIMER (us), PREFIX (length), CHOICE; ENDPOINT (port); SERVICE (port or mark) */
	int64_t number;
	/* TEXT, HEX, INTERFACE, CHOICE, PATH; BROADCAST ("+", "-" or NULL); SCRIPT (the command) */
	const char *text;
	struct addr addr; /* ADDRESS, PREFIX, BROADCAST, ENDPOINT; SERVICE (AF_UNSPEC: a mark) */
};

/* number of an ENDPOINT or SERVICE without a port. */
#define SCHEMA_NO_PORT (-1)

/* The word that makes a SERVICE one by firewall mark. */
#define SCHEMA_FWMARK "fwmark"

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
	KW_SSL,
	/* global_defs, SSL */
	KW_ROUTER_ID,
	KW_SCRIPT_USER,
	KW_ENABLE_SCRIPT_SECURITY,
	KW_STARTUP_GATE,
	KW_SSL_CA,
	KW_SSL_CERTIFICATE,
	KW_SSL_KEY,
	KW_SSL_PASSWORD,
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
	KW_AUTHENTICATION,
	KW_AUTH_TYPE,
	KW_AUTH_PASS,
	KW_SOURCE,
	KW_UNICAST_PEER,
	KW_PEER,
	KW_NOTIFY_MASTER,
	KW_NOTIFY_BACKUP,
	KW_NOTIFY_FAULT,
	KW_NOTIFY_STOP,
	KW_NOTIFY,
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
	KW_IP_FAMILY,
	KW_PERSISTENCE_TIMEOUT,
	KW_QUORUM,
	KW_HYSTERESIS,
	KW_QUORUM_UP,
	KW_QUORUM_DOWN,
	KW_OMEGA,
	KW_SORRY_SERVER,
	KW_SORRY_SERVER_INHIBIT,
	KW_SORRY_SERVER_LVS_METHOD,
	KW_REAL_SERVER,
	KW_WEIGHT,
	KW_INHIBIT_ON_FAILURE,
	KW_NOTIFY_UP,
	KW_NOTIFY_DOWN,
	KW_SERVER_RETRY,
	/* checks, and their defaults in virtual_server and real_server */
	KW_DELAY_LOOP,
	KW_CONNECT_TIMEOUT,
	KW_SERVER_DELAY_BEFORE_RETRY,
	KW_TCP_DELAY_BEFORE_RETRY,
	KW_HTTP_DELAY_BEFORE_RETRY,
	KW_VIRTUALHOST,
	KW_ALPHA,
	KW_CHECK_RETRY,
	KW_MISC_RETRY,
	KW_CHECK_CONNECT_IP,
	KW_CHECK_CONNECT_PORT,
	KW_CHECK_BINDTO,
	KW_CHECK_BIND_PORT,
	KW_TCP_CHECK,
	KW_HTTP_GET,
	KW_SSL_GET,
	KW_MISC_CHECK,
	KW_HTTP_PROTOCOL,
	KW_ENABLE_SNI,
	KW_SNI_NAME,
	KW_MISC_PATH,
	KW_MISC_TIMEOUT,
	KW_MISC_DYNAMIC,
	KW_MISC_USER,
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
	const char *argument; /* how texts name the argument; NULL: as the type says */
	int64_t min, max;
	const struct schema_choice *choices; /* ends with a NULL name */
	const char *def;           /* in force without it; NULL: nothing, or said in help */
	const char *bare;          /* in force without its argument; NULL: it needs one */
	const char *unit;          /* of the argument, or NULL */
	enum schema_block opens;   /* what its block holds */
	enum schema_block options; /* what may follow its value on the line */
	bool is_required;          /* its block cannot do without */
	bool is_repeatable;        /* each occurrence is an object of its own */
	bool is_merged;            /* later blocks go on where the first one ended */
	bool is_item;
	bool may_omit_name; /* on a line of options its value may stand alone */
	bool is_any_case;   /* of choices */
	bool is_own;        /* keepalived does not know it */
	bool is_secret;     /* its value is shown to nobody */
	/*
	 * The class of the row. Neither: implemented. no_effect: it is read and checked like any
	 * other, and has no effect here; the reason, as the warning says it. replaced: likewise, and
	 * the text names the way that lvsd has instead. What stands in such a block has the block's
	 * class and gets no warning of its own.
	 */
	const char *no_effect, *replaced;
	const char *help;
};

/* Numbers of the choices of auth_type. */
enum schema_auth {
	SCHEMA_AUTH_PASS,
	SCHEMA_AUTH_AH,
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
extern const struct schema_table schema_notify;
extern const struct schema_table schema_lvs;
extern const struct schema_table schema_check;

/* BOOL of keepalived: on, true, yes, off, false, no. */
extern const struct schema_choice schema_switch[];

/* How a block is named in texts: "vrrp_instance", "the top level". */
const char *schema_block_name(enum schema_block block);

#endif
