/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What changes from one snapshot to another, object by object: global settings, the sync daemon,
 * VRRP instances by name, virtual servers by key, real servers by address and port within their
 * service, checks by kind and number within their server. Objects that stay as they are are
 * counted. Places in the text and the order of objects do not matter. Whether a change can be made
 * while the object goes on, or it has to be made anew, is decided field by field (schema/field.h).
 */
#ifndef LVSD_CONF_CANON_DIFF_H
#define LVSD_CONF_CANON_DIFF_H

#include "base/vec.h"
#include "conf/schema/field.h"

enum conf_change_kind {
	CONF_CHANGE_ADD,
	CONF_CHANGE_CHANGE,  /* the object goes on */
	CONF_CHANGE_RESTART, /* the object is made anew; remark says what that costs */
	CONF_CHANGE_REMOVE,
	CONF_CHANGE_N,
};

enum conf_field_kind {
	CONF_FIELD_VALUE,
	CONF_FIELD_ELEMENT, /* of a list: "" on the side that does not have it */
	CONF_FIELD_SECRET,  /* "***" stands for the value */
};

/* One field that differs; "" where there is no value. */
struct conf_field {
	enum conf_field_kind kind;
	const char *name;
	const char *older, *newer;
};

/*
 * One object. Pointers lead into the snapshots compared; the ones of other kinds of objects are
 * NULL, and so is the old one of an ADD and the new one of a REMOVE. What is added or removed
 * stands for all that is in it: a service for its real servers, a real server for its checks.
 */
struct conf_change {
	enum conf_change_kind kind;
	enum conf_object object;
	const struct conf_vrrp *old_vrrp, *new_vrrp;
	const struct conf_virtual_server *old_vs, *new_vs; /* of a real server and a check too */
	const struct conf_real_server *old_rs, *new_rs;    /* of a check too */
	const struct conf_check *old_check, *new_check;
	const struct conf_field *fields; /* none of what is added or removed */
	size_t n_fields;
	const char *subject; /* "vs=tcp:10.9.0.100:80 rs=10.9.0.21:80" */
	const char *remark;  /* what it costs or when it holds; "" when there is nothing to say */
	/* All of it: "change vs=tcp:10.9.0.100:80 rs=10.9.0.21:80 weight 1 -> 5". */
	const char *text;
};

struct conf_diff {
	struct arena *arena; /* holds the texts */
	VEC(struct conf_change) changes;
	size_t n_kept; /* objects that stay as they are, but for the global settings */
};

/* Compares; older may be NULL (all is added), newer too (all is removed). Fini frees the texts. */
void conf_diff(const struct conf *older, const struct conf *newer, struct conf_diff *ret_diff);
void conf_diff_fini(struct conf_diff *diff);

/*
 * Whether newer has no virtual_server and no vrrp_instance though older has one of them: most often
 * a file that was cut off, or not written yet.
 */
bool conf_diff_is_emptying(const struct conf *older, const struct conf *newer);

/* "add", "change", "restart", "remove". */
const char *conf_change_kind_name(enum conf_change_kind kind);
/* "global", "lvs_sync_daemon", "vrrp", "virtual_server", "real_server", "check". */
const char *conf_object_name(enum conf_object object);

#endif
