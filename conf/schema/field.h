/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A field: the part of a keyword's row (schema.h) that says where the snapshot keeps its value, and
 * how the value is handled. The rows of an object are its table of fields. The code for defaults,
 * assignment, canonical text, digest, differences, equality and frames between processes walks this
 * table (model/member.h, canon/canon.h, canon/fields.h). So a keyword with a plain value is one
 * row, and one member of a struct of conf.h.
 *
 * The order of the members in their struct is the order of the canonical text and of differences.
 *
 * Example: slow_start is a number of seconds of a virtual server.
 * 	.fields = {SERVICE_FIELD(slow_start)},
 */
#ifndef LVSD_CONF_SCHEMA_FIELD_H
#define LVSD_CONF_SCHEMA_FIELD_H

#include "conf/conf.h"

/* The structs of conf.h that have fields. */
enum conf_object {
	CONF_OBJECT_GLOBAL,
	CONF_OBJECT_SYNC_DAEMON,
	CONF_OBJECT_RELAY,
	CONF_OBJECT_STATICS,
	CONF_OBJECT_VRRP_SCRIPT,
	CONF_OBJECT_SYNC_GROUP,
	CONF_OBJECT_TRACK_FILE,
	CONF_OBJECT_TRACK_PROCESS,
	CONF_OBJECT_VRRP,
	CONF_OBJECT_VIRTUAL_SERVER,
	CONF_OBJECT_REAL_SERVER,
	CONF_OBJECT_CHECK,
	/* Elements of lists; a difference lists them under the object that has the list. */
	CONF_OBJECT_PEER,
	CONF_OBJECT_VIP,
	CONF_OBJECT_RELAY_PEER,
	CONF_OBJECT_RELAY_KEY,
	CONF_OBJECT_ROUTE,
	CONF_OBJECT_HOP, /* struct conf_hop, of a route */
	CONF_OBJECT_ENCAP, /* struct conf_encap, of a route or a hop */
	CONF_OBJECT_LINK_DELAY,
	CONF_OBJECT_RULE,
	CONF_OBJECT_TRACK, /* see tracker_uses in tracker.h */
	CONF_OBJECT_URL,
	CONF_OBJECT_STEP, /* of a dialogue */
	CONF_OBJECT_RANGE, /* struct conf_range */
	CONF_OBJECT_REGEX_OPTION, /* struct conf_word */
	CONF_OBJECT_REGEX_STACK, /* a number */
	CONF_OBJECT_HEADER, /* struct conf_word */
	CONF_OBJECT_MATCH,
	CONF_OBJECT_PREFIX,
	CONF_OBJECT_RECIPIENT,
	CONF_OBJECT_GROUP, /* not an element: it has a list */
	CONF_OBJECT_GROUP_LINE,
	CONF_OBJECTS,
};

struct schema_table;

/* The type of the member. */
enum field_storage {
	FIELD_NONE, /* there is no field */
	FIELD_BOOL,
	FIELD_U8,
	FIELD_U16,
	FIELD_U32, /* an enum too */
	FIELD_U64,
	FIELD_TEXT, /* never NULL */
	FIELD_ADDR,
	FIELD_SCRIPT,  /* struct conf_script *; NULL: none */
	FIELD_NETWORK, /* struct addr, and a prefix length in a member of its own */
	FIELD_RANGE,   /* struct conf_range */
	FIELD_LINE,    /* struct conf_group_line */
	FIELD_LIST,    /* an array of structs, and its count in a member of its own */
	FIELD_OTHER,   /* a struct: code that walks the table has a rule for the row */
};

struct schema_field {
	enum conf_object object;
	enum field_storage storage;
	uint16_t offset; /* of the member, in bytes */
	uint16_t second; /* offset of the prefix length (FIELD_NETWORK) or the count (FIELD_LIST) */
	/*
	 * Of a FIELD_LIST: its elements are structs of size bytes. The rows of tables whose fields
	 * are of the object `element` describe them; the first such row is the value or the name of
	 * an element. is_ordered: the order of the elements has a meaning; else the two directors
	 * may have them in any order.
	 */
	enum conf_object element;
	uint16_t size;
	const struct schema_table *const *tables; /* NULL at the end */
	bool is_ordered;
	/* Another keyword for a member that already has a row. The field only assigns the value:
	 * the text, the digest and differences use the other row. */
	bool is_spelling;
	bool is_local;    /* the two directors of a pair may differ in it: not in the digest */
	bool is_late;     /* added after the digest was invented: in the digest only when not 0 */
	bool is_crossing; /* sent to the process that does the work of the object (vrrp, check) */
	/* Of a check: with another value its probe does something else, so that earlier verdicts do
	 * not count. Whether the check process gets it, is_crossing says. */
	bool is_meaning;
	bool is_at_start; /* a new value holds from the next start of the object on */
	/* On a line of options the field is written even where its value is 0, since without the
	 * option its value is another one. */
	bool is_always;
	bool is_one_more; /* the member is the value + 1, since 0 means that the keyword is absent */
	bool is_one_less; /* the member is the value - 1; only with is_spelling */
	bool is_key;      /* identifies the element in its list, together with its value */
	bool is_restart;  /* with another value the object is made anew; remark says what that costs */
	/* what a new value means for connections; NULL: nothing to say. Of a FIELD_LIST: what it means
	 * that the list becomes empty, or was empty */
	const char *remark;
	const char *label;  /* the name in differences; NULL: the keyword */
};

/* The most fields of one row: `track_group` is a field of static addresses, routes and rules. */
#define FIELDS_MAX 3

#define FIELD_STORAGE(type, member)                                                                \
	_Generic(((type *)0)->member,                                                              \
	    bool: FIELD_BOOL,                                                                      \
	    uint8_t: FIELD_U8,                                                                     \
	    uint16_t: FIELD_U16,                                                                   \
	    uint32_t: FIELD_U32,                                                                   \
	    uint64_t: FIELD_U64,                                                                   \
	    const char *: FIELD_TEXT,                                                              \
	    struct addr: FIELD_ADDR,                                                               \
	    struct conf_script *: FIELD_SCRIPT,                                                    \
	    struct conf_range: FIELD_RANGE,                                                        \
	    default: FIELD_OTHER)

/* The arguments after the member are further initializers of struct schema_field: `.is_local =
 * true`. */
#define FIELD(object_, type_, member_, ...)                                                        \
	{                                                                                          \
		.object = object_, .storage = FIELD_STORAGE(type_, member_),                       \
		.offset = offsetof(type_, member_), __VA_ARGS__                                    \
	}

/* A field that always has a rule, whatever the type of its member. */
#define RULED_FIELD(object_, type_, member_, ...)                                                  \
	{                                                                                          \
		.object = object_, .storage = FIELD_OTHER, .offset = offsetof(type_, member_),     \
		__VA_ARGS__                                                                        \
	}

#define NETWORK_FIELD(object_, type_, addr_, len_, ...)                                            \
	{                                                                                          \
		.object = object_, .storage = FIELD_NETWORK, .offset = offsetof(type_, addr_),     \
		.second = offsetof(type_, len_), __VA_ARGS__                                       \
	}

/* The fields of an element that is one value: it lies where the element begins. */
#define VALUE_FIELD(object_, storage_, ...)                                                        \
	{                                                                                          \
		.object = object_, .storage = storage_, __VA_ARGS__                                \
	}

/*
 * Example: the addresses of an instance, whose elements have their fields in the rows of schema_vrrp.
 *	static const struct schema_table *const vip_tables[] = {&schema_vrrp, NULL};
 *	.fields = {INSTANCE_LIST(vips, n_vips, CONF_OBJECT_VIP, vip_tables)},
 */
#define LIST_FIELD(object_, type_, member_, count_, element_, tables_, ...)                        \
	{                                                                                          \
		.object = object_, .storage = FIELD_LIST, .offset = offsetof(type_, member_),      \
		.second = offsetof(type_, count_), .element = element_,                            \
		.size = sizeof(*((type_ *)0)->member_), .tables = tables_, __VA_ARGS__             \
	}

#define INSTANCE_LIST(...) LIST_FIELD(CONF_OBJECT_VRRP, struct conf_vrrp, __VA_ARGS__)
#define CHECK_LIST(...)    LIST_FIELD(CONF_OBJECT_CHECK, struct conf_check, __VA_ARGS__)
#define URL_LIST(...)      LIST_FIELD(CONF_OBJECT_URL, struct conf_url, __VA_ARGS__)
/* Lists of static items. Each of the two machines has items of its own. */
#define STATICS_LIST(...)                                                                          \
	LIST_FIELD(CONF_OBJECT_STATICS, struct conf_statics, __VA_ARGS__, .is_local = true,        \
		   .is_crossing = true)
#define SERVICE_LIST(...)                                                                          \
	LIST_FIELD(CONF_OBJECT_VIRTUAL_SERVER, struct conf_virtual_server, __VA_ARGS__)
#define MATCH_LIST(...) LIST_FIELD(CONF_OBJECT_MATCH, struct conf_match, __VA_ARGS__)
#define GROUP_LIST(...) LIST_FIELD(CONF_OBJECT_GROUP, struct conf_group, __VA_ARGS__)
#define MATCH_FIELD(...) FIELD(CONF_OBJECT_MATCH, struct conf_match, __VA_ARGS__)

#define GLOBAL_FIELD(...)   FIELD(CONF_OBJECT_GLOBAL, struct conf_global, __VA_ARGS__)
#define SYNC_FIELD(...)     FIELD(CONF_OBJECT_SYNC_DAEMON, struct conf_sync_daemon, __VA_ARGS__)
#define RELAY_FIELD(...)    FIELD(CONF_OBJECT_RELAY, struct conf_relay, __VA_ARGS__)
#define RELAY_LIST(...)     LIST_FIELD(CONF_OBJECT_RELAY, struct conf_relay, __VA_ARGS__, .is_local = true)
#define RELAY_PEER_FIELD(...)                                                                      \
	FIELD(CONF_OBJECT_RELAY_PEER, struct conf_relay_peer, __VA_ARGS__, .is_local = true)
#define RELAY_KEY_FIELD(...)                                                                       \
	FIELD(CONF_OBJECT_RELAY_KEY, struct conf_relay_key, __VA_ARGS__, .is_local = true)
/* The two directors of a pair may have different scripts, files and processes to track. */
#define VRRP_SCRIPT_FIELD(...)                                                                     \
	FIELD(CONF_OBJECT_VRRP_SCRIPT, struct conf_vrrp_script, __VA_ARGS__, .is_local = true)
#define SYNC_GROUP_FIELD(...) FIELD(CONF_OBJECT_SYNC_GROUP, struct conf_sync_group, __VA_ARGS__)
#define SYNC_GROUP_RULED(...)                                                                      \
	RULED_FIELD(CONF_OBJECT_SYNC_GROUP, struct conf_sync_group, __VA_ARGS__)
#define TRACK_FILE_FIELD(...)                                                                      \
	FIELD(CONF_OBJECT_TRACK_FILE, struct conf_track_file, __VA_ARGS__, .is_local = true)
#define TRACK_FILE_RULED(...)                                                                      \
	RULED_FIELD(CONF_OBJECT_TRACK_FILE, struct conf_track_file, __VA_ARGS__, .is_local = true)
#define TRACK_PROCESS_FIELD(...)                                                                   \
	FIELD(CONF_OBJECT_TRACK_PROCESS, struct conf_track_process, __VA_ARGS__, .is_local = true)
#define TRACK_PROCESS_RULED(...)                                                                   \
	RULED_FIELD(CONF_OBJECT_TRACK_PROCESS, struct conf_track_process, __VA_ARGS__,             \
		    .is_local = true)
#define INSTANCE_FIELD(...) FIELD(CONF_OBJECT_VRRP, struct conf_vrrp, __VA_ARGS__)
#define VIP_FIELD(...)      FIELD(CONF_OBJECT_VIP, struct conf_vip, __VA_ARGS__)
#define ROUTE_FIELD(...)    FIELD(CONF_OBJECT_ROUTE, struct conf_route, __VA_ARGS__)
#define ROUTE_NETWORK(...)  NETWORK_FIELD(CONF_OBJECT_ROUTE, struct conf_route, __VA_ARGS__)
#define RULE_FIELD(...)     FIELD(CONF_OBJECT_RULE, struct conf_rule, __VA_ARGS__)
#define RULE_NETWORK(...)   NETWORK_FIELD(CONF_OBJECT_RULE, struct conf_rule, __VA_ARGS__)
#define DELAY_FIELD(...)    FIELD(CONF_OBJECT_LINK_DELAY, struct conf_link_delay, __VA_ARGS__, .is_crossing = true)
#define HOP_FIELD(...)      FIELD(CONF_OBJECT_HOP, struct conf_hop, __VA_ARGS__)
#define ENCAP_FIELD(...)    FIELD(CONF_OBJECT_ENCAP, struct conf_encap, __VA_ARGS__, .is_crossing = true)
/* A second word for a field, which crosses once. */
#define ENCAP_SPELLING(m) FIELD(CONF_OBJECT_ENCAP, struct conf_encap, m, .is_spelling = true)
#define SERVICE_FIELD(...)  FIELD(CONF_OBJECT_VIRTUAL_SERVER, struct conf_virtual_server, __VA_ARGS__)
#define SERVER_FIELD(...)   FIELD(CONF_OBJECT_REAL_SERVER, struct conf_real_server, __VA_ARGS__)
#define CHECK_FIELD(...)    FIELD(CONF_OBJECT_CHECK, struct conf_check, __VA_ARGS__)
#define STEP_FIELD(...)     FIELD(CONF_OBJECT_STEP, struct conf_step, __VA_ARGS__)
#define URL_FIELD(...)      FIELD(CONF_OBJECT_URL, struct conf_url, __VA_ARGS__)
#define STATICS_RULED(...)                                                                         \
	RULED_FIELD(CONF_OBJECT_STATICS, struct conf_statics, __VA_ARGS__, .is_local = true)
#define GLOBAL_RULED(...)   RULED_FIELD(CONF_OBJECT_GLOBAL, struct conf_global, __VA_ARGS__)
#define INSTANCE_RULED(...) RULED_FIELD(CONF_OBJECT_VRRP, struct conf_vrrp, __VA_ARGS__)
#define SERVER_RULED(...)   RULED_FIELD(CONF_OBJECT_REAL_SERVER, struct conf_real_server, __VA_ARGS__)
#define CHECK_RULED(...)    RULED_FIELD(CONF_OBJECT_CHECK, struct conf_check, __VA_ARGS__)
#define SERVICE_RULED(...) RULED_FIELD(CONF_OBJECT_VIRTUAL_SERVER, struct conf_virtual_server, __VA_ARGS__)

/* Remarks of several rows. */
/* A virtual router is identified by interface, VRID and family (RFC 9568). */
#define FIELD_ELECTED  "its addresses are given up and it is elected anew"
/* Of what both directors of a pair must send alike. Of a list: if it gets or loses all its elements. */
#define FIELD_TOGETHER                                                                             \
	"change both directors together: until both have it, neither hears the other, and both are "  \
	"master"
/* The kernel accepts no new settings while its sync threads run. */
#define FIELD_THREADS  "the kernel's two sync threads are stopped and started"
/* The deadline of a drain is fixed when the drain begins. */
#define FIELD_DRAINING "servers that drain already keep their deadline"

#endif
