/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every keyword of the language as data: where it may stand, what argument it takes, its default,
 * and one line of help. Parsing, defaults, error texts and documentation all come from these
 * tables. So a keyword is added as a row, with the code that gives it its effect.
 *
 * A row without a keyword (is_item) describes each line of a list block. Options that follow a
 * value on its line ("dev eth0") are rows too; the line is a block of its own here.
 */
#ifndef LVSD_CONF_SCHEMA_SCHEMA_H
#define LVSD_CONF_SCHEMA_SCHEMA_H

#include "conf/schema/field.h"
#include "conf/schema/schema_ids.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SCHEMA_KIND_BLOCK(name, keyword, ...) SCHEMA_##keyword,
#define SCHEMA_IDLE_BLOCK(keyword, ...)       SCHEMA_##keyword,

/* Places where keywords stand. */
enum schema_block {
	SCHEMA_NONE,
	SCHEMA_ROOT,
	SCHEMA_GLOBAL_DEFS,
	SCHEMA_SYNC_DAEMON_LINE, /* after lvs_sync_daemon IFACE */
	SCHEMA_SYNC,
	SCHEMA_LISTEN_LINE,     /* after listen of sync */
	SCHEMA_RELAY_PEER_LINE, /* after peer of sync */
	SCHEMA_KEY_FILE_LINE,   /* after key_file of sync */
	SCHEMA_TIMEOUTS_LINE,    /* after lvs_timeouts */
	SCHEMA_FLAP_LINE,        /* after flap_damping */
	SCHEMA_SSL,
	SCHEMA_VRRP_INSTANCE,
	SCHEMA_AUTHENTICATION,
	SCHEMA_UNICAST_PEER,
	SCHEMA_VIRTUAL_IPADDRESS,
	SCHEMA_VIP_LINE, /* after an address of virtual_ipaddress and the like */
	SCHEMA_VIRTUAL_SERVER_GROUP,
	SCHEMA_VIRTUAL_SERVER,
	SCHEMA_TUNNEL_LINE, /* after lvs_method TUN */
	SCHEMA_REAL_SERVER,
	CONF_KINDS(SCHEMA_KIND_BLOCK) /* SCHEMA_TCP_CHECK, ... */
	SCHEMA_URL,
	SCHEMA_DIALOGUE,
	SCHEMA_STEP_LINE, /* after a step of dialogue */
	/* Blocks that lvsd reads without effect, and lines of options in them. */
	SCHEMA_LINKBEAT_INTERFACES,
	SCHEMA_LINKBEAT_LINE, /* after an interface of linkbeat_interfaces */
	SCHEMA_UP_DOWN_DELAYS,
	SCHEMA_DELAY_LINE, /* after an interface of interface_up_down_delays */
	SCHEMA_GARP_GROUP,
	SCHEMA_GARP_INTERFACES,
	SCHEMA_TRACK_GROUP,
	SCHEMA_GROUP, /* names of instances */
	SCHEMA_STATIC_IPADDRESS,
	SCHEMA_STATIC_ROUTES,
	SCHEMA_STATIC_RULES,
	SCHEMA_ROUTE_LINE,
	SCHEMA_NEXTHOP_LINE, /* after nexthop */
	SCHEMA_ENCAP_LINE,   /* after encap KIND */
	SCHEMA_RULE_LINE,
	SCHEMA_NOTIFICATION_EMAIL,
	SCHEMA_VIRTUAL_IPADDRESS_EXCLUDED,
	SCHEMA_VIRTUAL_ROUTES,
	SCHEMA_VIRTUAL_RULES,
	SCHEMA_PEER_LINE, /* after an address of unicast_peer */
	SCHEMA_VMAC_LINE, /* after use_vmac */
	SCHEMA_IPVLAN_LINE,
	SCHEMA_AUTH_HMAC,
	SCHEMA_VRRP_SYNC_GROUP,
	SCHEMA_TRACK_INTERFACE,
	SCHEMA_TRACK_SCRIPT,
	SCHEMA_TRACK_FILES, /* track_file of an instance */
	SCHEMA_TRACK_PROCESS,
	SCHEMA_TRACK_BFD,
	SCHEMA_TRACK_VIRTUAL_SERVER,
	SCHEMA_TRACK_ROUTE,
	SCHEMA_TRACK_LINE,      /* after the name of a script or a BFD session */
	SCHEMA_TRACK_WIDE_LINE, /* after that of an interface, a file, a process or a route */
	SCHEMA_WEIGHT_LINE,     /* after the weight of a tracker */
	SCHEMA_VRRP_SCRIPT,
	SCHEMA_TRACK_FILE,
	SCHEMA_INIT_FILE_LINE,
	SCHEMA_VRRP_TRACK_PROCESS,
	CONF_IDLE_KINDS(SCHEMA_IDLE_BLOCK)
	SCHEMA_SMTP_HOST,
	SCHEMA_BFD_INSTANCE,
	SCHEMA_MATCH, /* in virtual_server */
	SCHEMA_N_BLOCKS,
	/*
	 * Sets of blocks of checks, for schema_keyword.in: the row stands in the blocks of those
	 * kinds of checks that name the set (conf/kind.h).
	 */
	SCHEMA_TIMED_CHECKS = 1 << 8,    /* probed every delay_loop */
	SCHEMA_NETWORK_CHECKS = 1 << 9,  /* the probe is sent to connect_ip and connect_port */
	SCHEMA_RETRYING_CHECKS = 1 << 10, /* retry is 1 when absent */
	SCHEMA_PAUSING_CHECKS = 1 << 11, /* delay_before_retry is 1 s when absent */
	SCHEMA_URL_CHECKS = 1 << 12,     /* have urls (conf_check_kind.has_urls) */
	SCHEMA_TLS_CHECKS = 1 << 13,     /* need the files of the SSL block (is_tls) */
	SCHEMA_PORTLESS_CHECKS = 1 << 14, /* as SCHEMA_NETWORK_CHECKS, but without ports */
	SCHEMA_COUNTING_CHECKS = 1 << 15, /* several outcomes in a row may decide: rise and fall */
	SCHEMA_PASSING_CHECKS = 1 << 16,  /* IPVS may pass the probe on (through_vip) */
};
_Static_assert((int)SCHEMA_N_BLOCKS < (int)SCHEMA_TIMED_CHECKS, "a set of blocks is no block");

/* The most blocks and sets of blocks that one row names. */
#define SCHEMA_PLACES_MAX 16

enum schema_type {
	SCHEMA_TYPE_PLAIN,        /* no argument: a flag, or a block without a name */
	SCHEMA_TYPE_NUMBER,       /* decimal; min..max */
	SCHEMA_TYPE_TIMER,        /* decimal seconds, 6 decimals; min..max in microseconds */
	SCHEMA_TYPE_TEXT,         /* one word, 1..max bytes of printable UTF-8 */
	SCHEMA_TYPE_HEX,          /* exactly max hex digits */
	SCHEMA_TYPE_INTERFACE,    /* name of a network interface */
	SCHEMA_TYPE_ADDRESS,      /* IPv4 or IPv6 */
	SCHEMA_TYPE_PREFIX,       /* ADDRESS[/LENGTH] */
	SCHEMA_TYPE_BROADCAST,    /* IPv4 address, "+" (all host bits 1) or "-" (all 0) */
	SCHEMA_TYPE_ENDPOINT,     /* ADDRESS [PORT] */
	SCHEMA_TYPE_SERVICE,      /* ADDRESS [PORT], "fwmark" and a mark, or "group" and its name */
	SCHEMA_TYPE_MEMBER,       /* a range of addresses [PORT], or "fwmark", a mark [FAMILY] */
	SCHEMA_TYPE_SCRIPT,       /* a command line, then up to max - 1 of user and group */
	SCHEMA_TYPE_USER,         /* USER [GROUP] */
	SCHEMA_TYPE_PATH,         /* an absolute path of a file */
	SCHEMA_TYPE_CHOICE,       /* one of choices */
	SCHEMA_TYPE_STATUSES,     /* N or N-M, one or more; min..max */
	SCHEMA_TYPE_MILLISECONDS, /* decimal, 3 decimals; min..max in microseconds */
	SCHEMA_TYPE_SPAN,         /* decimal seconds, or milliseconds followed by "ms" */
	SCHEMA_TYPE_NUMBERS,      /* one or more; min..max */
	SCHEMA_TYPE_RANGE,        /* N or N-M; min..max */
	SCHEMA_TYPE_MARK,         /* N or N/MASK of 32 bits, also in hex */
	SCHEMA_TYPE_WORDS,        /* min..max words of 1..255 bytes of printable UTF-8 */
	SCHEMA_TYPE_HOST,         /* a name or an address, and a port */
	SCHEMA_TYPE_DESTINATION,  /* PREFIX, "default", "default6", "any" or "all" */
	SCHEMA_TYPE_MAC,          /* 5 or 6 octets in hex with colons between */
	SCHEMA_TYPE_COMMAND,      /* SCRIPT whose program is looked for in PATH, or "<PATH" */
	SCHEMA_TYPE_FIFO,         /* an absolute path of a FIFO, then up to 2 of user and group */
	SCHEMA_TYPE_UMASK,        /* octal, or names like IRWXG with '|' between */
	SCHEMA_TYPE_KEY,          /* number of min..max and a secret of 1..255 bytes */
	SCHEMA_TYPE_BYTES,        /* min..max bytes, each two hex digits */
	SCHEMA_TYPE_PATTERN,      /* BYTES with X for any digit; or "*": any bytes */
	SCHEMA_TYPE_CLIENTS,      /* IPv4 netmask, or IPv6 prefix length of min..max */
};

/* Which member of struct schema_value is set, and for which types. */
enum value_tag {
	VALUE_NONE,      /* PLAIN */
	VALUE_NUMBER,    /* NUMBER, TIMER, MILLISECONDS, SPAN (us), UMASK; CLIENTS: a length */
	VALUE_CHOICE,    /* CHOICE */
	VALUE_TEXT,      /* TEXT, HEX, INTERFACE, PATH, PATTERN; DESTINATION: "default", ... */
	VALUE_SCRIPT,    /* SCRIPT, COMMAND, FIFO; USER, without a command */
	VALUE_ADDR,      /* ADDRESS; BROADCAST; CLIENTS: a netmask */
	VALUE_HOST_BITS, /* BROADCAST: "+" or "-" */
	VALUE_NETWORK,   /* PREFIX, DESTINATION */
	VALUE_ENDPOINT,  /* ENDPOINT, SERVICE */
	VALUE_MARK,      /* MARK; SERVICE and MEMBER by firewall mark */
	VALUE_GROUP,     /* SERVICE of a group: its name is the text */
	VALUE_ADDRS,     /* MEMBER */
	VALUE_RANGE,     /* RANGE */
	VALUE_RANGES,    /* STATUSES; NUMBERS, each a range of one */
	VALUE_WORDS,     /* WORDS */
	VALUE_HOST,      /* HOST */
	VALUE_MAC,       /* MAC */
	VALUE_KEY,       /* KEY */
};

struct schema_range {
	int64_t first, last; /* inclusive */
};

/* A value, as the type of its row reads it. Lists are memory of the arena given to value_parse().
 */
struct schema_value {
	enum value_tag tag;
	union {
		int64_t number;  /* also of a CHOICE and a KEY */
		const char *text; /* also the command of a SCRIPT and the name of a HOST */
		struct addr addr; /* also of a NETWORK and an ENDPOINT */
		struct {
			int64_t number;
			const char *name;
		} choice;
		struct {
			const char *command, *user, *group; /* NULL where not given */
		} script;
		struct {
			struct addr addr;
			uint8_t len;
		} network;
		struct {
			struct addr addr;
			int32_t port; /* SCHEMA_NO_PORT when absent */
		} endpoint;
		struct {
			const struct addr *ends; /* the first and the last one */
			int32_t port;
		} addrs;
		struct {
			uint32_t mark, mask;
			uint16_t family; /* of a MEMBER; AF_UNSPEC: not given */
		} mark;
		struct schema_range range;
		struct {
			const struct schema_range *items;
			uint32_t n;
		} ranges;
		struct {
			const char *const *items;
			uint32_t n;
		} words;
		struct {
			const char *name;
			int32_t port;
		} host;
		struct {
			uint8_t bytes[6];
			uint8_t n; /* 5 or 6 */
		} mac;
		struct {
			int64_t number;
			const char *secret;
		} key;
		bool sets_host_bits; /* "+" */
	};
};

/* The greatest TIMER: longer than any connection lives, and sums of such times do not overflow. */
#define SCHEMA_TIMER_MAX_US (INT64_C(4294967) * 1000000)

/* The port of a value without one. */
#define SCHEMA_NO_PORT (-1)

/* The word before the firewall mark of a SERVICE. */
#define SCHEMA_FWMARK "fwmark"
/* The word before the group of a SERVICE. */
#define SCHEMA_BY_GROUP "group"

/* A word and the number that stands for it in the snapshot. */
struct schema_choice {
	const char *name;
	int64_t number;
};

struct schema_keyword {
	enum schema_id id;
	const char *name;  /* of an item: how texts call it ("ADDRESS") */
	const char *alias; /* another spelling that keepalived has, or NULL */
	const char *second_alias;
	/* Blocks and sets of blocks; ends with SCHEMA_NONE when not full. schema_place() lists the
	 * blocks. */
	enum schema_block in[SCHEMA_PLACES_MAX];
	enum schema_type type;
	const char *argument; /* how texts name the argument; NULL: after the type */
	const char *lead;     /* of a NUMBER: a word that may stand before it, or NULL */
	int64_t min, max;
	/* Ends with a NULL name. Of a NUMBER: words that mean a number. */
	const struct schema_choice *choices;
	const char *def;           /* the value when it is absent; NULL: none, or help says it */
	const char *bare;          /* the value without an argument; NULL: the argument is required */
	const char *unit;          /* of the argument, or NULL */
	enum schema_block opens;   /* the block that its braces enclose */
	enum schema_block options; /* the line of options that may follow its value */
	enum schema_id refers;     /* its words name objects that this row defines */
	bool is_required;          /* the block around it must have it */
	bool is_repeatable;        /* each occurrence is an object of its own */
	bool is_merged;            /* a later block continues the first one */
	/* It has no keyword: it is a line of a list block, or with may_omit_name an option. */
	bool is_item;
	bool may_omit_name;       /* as the first word of a line of options its value may stand alone */
	bool is_unnamed_anywhere; /* the same, at any position of the line */
	bool is_value_optional;   /* it may stand without a value; help says what that means */
	bool is_forgiving;        /* when lenient, a wrong option is left out and its line stays */
	bool is_vital;            /* a wrong value of this option drops its line all the same */
	bool are_interfaces;      /* WORDS: each is the name of a network interface */
	bool is_any_case;         /* choices may be in upper or lower case */
	bool is_own;              /* keepalived does not have it */
	bool is_secret;           /* its value is never shown */
	bool is_sent;             /* a probe sends it, so it may be a password: a difference has its length only */
	/*
	 * The class of the row. With neither text it is implemented. no_effect: the row is read and
	 * checked like any other, but has no effect; the text is the reason in the warning.
	 * replaced: the same, and the text names what lvsd has instead. Rows inside such a block
	 * have the class of the block, and no warning of their own. Rows with the same reason share
	 * one warning.
	 */
	const char *no_effect, *replaced;
	/*
	 * Together with no_effect or replaced: the row is dangerous, since without its effect
	 * another director serves, or something else is tested, than the file says. A file with it
	 * is refused unless that is accepted (ignored.h). The text follows "is" in the message:
	 * "DNS_CHECK is not run". When the keyword is implemented, both texts are removed.
	 */
	const char *dangerous;
	struct schema_field fields[FIELDS_MAX]; /* where the snapshot keeps its value (field.h) */
	const char *help;
	const char *example; /* a line of a configuration file, or NULL */
};

/* A table: the rows of one area of the language. */
struct schema_table {
	const struct schema_keyword *rows;
	size_t n;
};

/* All tables; conf/kinds/kinds.c lists them. */
extern const struct schema_table *const schema_tables[];
extern const size_t schema_n_tables;

/* A table for each kind of check: schema_tcp, ... */
#define SCHEMA_KIND_TABLE(name, keyword, object, ...) extern const struct schema_table schema_##object;
#define SCHEMA_IDLE_TABLE(keyword, object, ...)       extern const struct schema_table schema_##object;
CONF_KINDS(SCHEMA_KIND_TABLE)
CONF_IDLE_KINDS(SCHEMA_IDLE_TABLE)
#undef SCHEMA_KIND_TABLE
#undef SCHEMA_IDLE_TABLE

extern const struct schema_table schema_global;
extern const struct schema_table schema_vrrp;
extern const struct schema_table schema_protocol;
extern const struct schema_table schema_notify;
extern const struct schema_table schema_lvs;
extern const struct schema_table schema_pool;
extern const struct schema_table schema_check;
extern const struct schema_table schema_urls;
extern const struct schema_table schema_steps;
extern const struct schema_table schema_global_more;
extern const struct schema_table schema_global_vrrp;
extern const struct schema_table schema_global_system;
extern const struct schema_table schema_root;
extern const struct schema_table schema_address;
extern const struct schema_table schema_route;
extern const struct schema_table schema_rule;
extern const struct schema_table schema_instance;
extern const struct schema_table schema_vmac;
extern const struct schema_table schema_mail;
extern const struct schema_table schema_track;
extern const struct schema_table schema_bfd;
extern const struct schema_table schema_host;
extern const struct schema_table schema_sync;

/* The choices of a BOOL of keepalived: on, true, yes, off, false, no. */
extern const struct schema_choice schema_switch[];

/* The same for the kinds of checks that lvsd does not run. */
extern const char schema_not_run[];

/*
 * The i-th block, from 0, in which the row may stand, or SCHEMA_NONE behind the last one.
 * Example: of a row in {SCHEMA_REAL_SERVER, SCHEMA_TLS_CHECKS}: SCHEMA_REAL_SERVER, SCHEMA_SSL_GET.
 */
enum schema_block schema_place(const struct schema_keyword *row, size_t i);
/* All of them at once, in the same order. Returns how many. */
size_t schema_places(const struct schema_keyword *row,
		     enum schema_block ret_places[static SCHEMA_N_BLOCKS]);

/* Is block one of those in which the row may stand? */
bool schema_stands_in(const struct schema_keyword *row, enum schema_block block);
/* Does the row have no effect (no_effect or replaced, dangerous or not)? */
bool schema_is_idle(const struct schema_keyword *row);
/* Is the row without effect, and dangerous? */
bool schema_is_dangerous(const struct schema_keyword *row);

/* The name of the row's first choice with this number, or NULL. */
const char *schema_choice_name(const struct schema_keyword *row, int64_t number);

/* The name of a block in texts. Examples: "vrrp_instance", "the top level". */
const char *schema_block_name(enum schema_block block);

#endif
