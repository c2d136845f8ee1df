/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The changes from one snapshot to another, object by object: global settings, the sync daemon,
 * static addresses, routes and rules together, VRRP instances by name, virtual servers by key, real servers
 * by address and port within their service, checks by kind and number within their server. Objects
 * without a change are counted. The order of objects in the file does not matter. Each field
 * says (schema/field.h) whether its object goes on with a new value, or has to be made anew.
 */
#ifndef LVSD_CONF_CANON_DIFF_H
#define LVSD_CONF_CANON_DIFF_H

#include "base/vec.h"
#include "conf/schema/field.h"

enum conf_change_kind {
	CONF_CHANGE_ADD,
	CONF_CHANGE_CHANGE,  /* the object goes on with other values */
	CONF_CHANGE_RESTART, /* the object is made anew; remark says what that costs */
	CONF_CHANGE_REMOVE,
	CONF_CHANGE_N,
};

enum conf_field_kind {
	CONF_FIELD_VALUE,
	CONF_FIELD_ELEMENT, /* an element of a list; "" on the side that lacks it */
	CONF_FIELD_SECRET,  /* the value is shown as "***" */
};

/* One field that differs; "" where there is no value. */
struct conf_field {
	enum conf_field_kind kind;
	const char *name;
	const char *older, *newer;
};

/*
 * The change of one object. The pointers lead into the two snapshots; those that do not belong to
 * the kind of the object are NULL. An ADD has no older object, and a REMOVE no newer one. An object
 * that is added or removed stands for everything inside it: a service for its real servers, a real
 * server for its checks.
 */
struct conf_change {
	enum conf_change_kind kind;
	enum conf_object object;
	const void *old_tracker, *new_tracker; /* definitions; object says of which kind */
	const struct conf_sync_group *old_sync_group, *new_sync_group;
	const struct conf_vrrp *old_vrrp, *new_vrrp;
	const struct conf_virtual_server *old_vs, *new_vs; /* of a real server and a check too */
	const struct conf_real_server *old_rs, *new_rs;    /* of a check too */
	const struct conf_check *old_check, *new_check;
	const struct conf_field *fields; /* that differ; none of an ADD or a REMOVE */
	size_t n_fields;
	const char *subject; /* such as "vs=tcp:10.9.0.100:80 rs=10.9.0.21:80" */
	const char *remark;  /* what the change costs, or when it takes effect; "": nothing to say */
	/* The whole line, such as "change vs=tcp:10.9.0.100:80 rs=10.9.0.21:80 weight 1 -> 5". */
	const char *text;
};

struct conf_diff {
	struct arena *arena; /* owns the texts */
	VEC(struct conf_change) changes;
	size_t n_kept; /* objects without a change; the global settings are not counted */
};

/* Compares two snapshots. conf_diff_fini() frees the result. For a first configuration, let older
 * be conf_empty(): every object is added. */
void conf_diff(const struct conf *older, const struct conf *newer, struct conf_diff *ret_diff);
void conf_diff_fini(struct conf_diff *diff);

/*
 * Does newer have no virtual_server and no vrrp_instance, while older has some? Most often the file
 * was cut off, or is still being written.
 */
bool conf_diff_is_emptying(const struct conf *older, const struct conf *newer);

/* The name of a kind: "add", "change", "restart" or "remove". */
const char *conf_change_kind_name(enum conf_change_kind kind);
/* The name of an object: "global", "lvs_sync_daemon", "static", "vrrp_script", "vrrp_sync_group", "vrrp",
 * "virtual_server", "real_server" or "check". */
const char *conf_object_name(enum conf_object object);

#endif
