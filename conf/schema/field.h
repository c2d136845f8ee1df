/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the snapshot keeps the value of a keyword, and what follows from it: a part of the keyword's
 * row (schema.h). The rows of an object are its table of fields. Default, assignment, canonical
 * text, digest, difference, equality and the frames between processes walk it (model/member.h,
 * canon/canon.h, canon/fields.h), so a keyword with a plain value is one row and one member of a
 * struct of conf.h.
 *
 * The order of the members in their struct is the order of the canonical text and of differences.
 *
 * Example: slow_start is a number of seconds of a virtual server.
 *	.fields = {SERVICE_FIELD(slow_start)},
 */
#ifndef LVSD_CONF_SCHEMA_FIELD_H
#define LVSD_CONF_SCHEMA_FIELD_H

#include "conf/conf.h"

/* The structs of conf.h that have fields. */
enum conf_object {
	CONF_OBJECT_GLOBAL,
	CONF_OBJECT_SYNC_DAEMON,
	CONF_OBJECT_VRRP,
	CONF_OBJECT_VIRTUAL_SERVER,
	CONF_OBJECT_REAL_SERVER,
	CONF_OBJECT_CHECK,
	/* Parts of others, with no changes of their own in a difference. */
	CONF_OBJECT_VIP,
	CONF_OBJECT_URL,
};

/* The type of the member. */
enum field_storage {
	FIELD_NONE, /* this is no field */
	FIELD_BOOL,
	FIELD_U8,
	FIELD_U16,
	FIELD_U32, /* an enum, too */
	FIELD_U64,
	FIELD_TEXT, /* never NULL */
	FIELD_ADDR,
	FIELD_SCRIPT, /* struct conf_script *; NULL: none */
	FIELD_OTHER,  /* a list or a struct: each user of the table has a rule for the row */
};

struct schema_field {
	enum conf_object object;
	enum field_storage storage;
	uint16_t offset; /* of the member, in bytes */
	/* A further word for a member that another row already stands for: it is only assigned. */
	bool is_spelling;
	bool is_local;    /* both directors of a pair may differ in it: the digest leaves it out */
	bool is_late;     /* younger than the digest, which has it only where it is not 0 */
	bool is_crossing; /* the process that does the object's work gets it (vrrp, check) */
	/* Of a check: its probe does something else with another value, so that a verdict of the
	 * past says nothing. The check process gets these and no others. */
	bool is_meaning;
	bool is_at_start; /* a new value holds from the next start of the object on */
	bool is_restart;  /* with another value the object is made anew; remark says what that costs */
	const char *remark; /* what a new value means for connections; NULL: nothing to say */
	const char *label;  /* the name in differences; NULL: the keyword */
};

/* Two, as `delay_loop` is a field of a virtual server and of a check. */
#define FIELDS_MAX 2

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
	    default: FIELD_OTHER)

/* What follows the member are further parts of struct schema_field: `.is_local = true`. */
#define FIELD(object_, type_, member_, ...)                                                        \
	{                                                                                          \
		.object = object_, .storage = FIELD_STORAGE(type_, member_),                       \
		.offset = offsetof(type_, member_), __VA_ARGS__                                    \
	}

/* A field for which each user of the table has a rule, whatever the type of the member. */
#define RULED_FIELD(object_, type_, member_, ...)                                                  \
	{                                                                                          \
		.object = object_, .storage = FIELD_OTHER, .offset = offsetof(type_, member_),     \
		__VA_ARGS__                                                                        \
	}

#define GLOBAL_FIELD(...)   FIELD(CONF_OBJECT_GLOBAL, struct conf_global, __VA_ARGS__)
#define SYNC_FIELD(...)     FIELD(CONF_OBJECT_SYNC_DAEMON, struct conf_sync_daemon, __VA_ARGS__)
#define INSTANCE_FIELD(...) FIELD(CONF_OBJECT_VRRP, struct conf_vrrp, __VA_ARGS__)
#define VIP_FIELD(...)      FIELD(CONF_OBJECT_VIP, struct conf_vip, __VA_ARGS__)
#define SERVICE_FIELD(...)  FIELD(CONF_OBJECT_VIRTUAL_SERVER, struct conf_virtual_server, __VA_ARGS__)
#define SERVER_FIELD(...)   FIELD(CONF_OBJECT_REAL_SERVER, struct conf_real_server, __VA_ARGS__)
#define CHECK_FIELD(...)    FIELD(CONF_OBJECT_CHECK, struct conf_check, __VA_ARGS__)
#define URL_FIELD(...)      FIELD(CONF_OBJECT_URL, struct conf_url, __VA_ARGS__)
#define GLOBAL_RULED(...)   RULED_FIELD(CONF_OBJECT_GLOBAL, struct conf_global, __VA_ARGS__)
#define INSTANCE_RULED(...) RULED_FIELD(CONF_OBJECT_VRRP, struct conf_vrrp, __VA_ARGS__)
#define SERVER_RULED(...)   RULED_FIELD(CONF_OBJECT_REAL_SERVER, struct conf_real_server, __VA_ARGS__)
#define CHECK_RULED(...)    RULED_FIELD(CONF_OBJECT_CHECK, struct conf_check, __VA_ARGS__)
#define SERVICE_RULED(...) RULED_FIELD(CONF_OBJECT_VIRTUAL_SERVER, struct conf_virtual_server, __VA_ARGS__)

/* Remarks of several rows. RFC 9568 knows a virtual router by interface, VRID and family. */
#define FIELD_ELECTED  "its addresses are given up and it is elected anew"
/* The kernel takes no other settings while its threads run. */
#define FIELD_THREADS  "the kernel's two sync threads are stopped and started"
/* A promise that was made is kept. */
#define FIELD_DRAINING "what drains already keeps its time"

#endif
