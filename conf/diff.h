/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What changes from one snapshot to another, object by object: global settings, VRRP instances by
 * name, virtual servers by key, real servers by address and port within their service. Objects
 * that stay as they are are counted. Places in the text and the order of objects do not matter.
 */
#ifndef LVSD_CONF_DIFF_H
#define LVSD_CONF_DIFF_H

#include "base/vec.h"
#include "conf/conf.h"

enum conf_change_kind {
	CONF_CHANGE_ADD,
	CONF_CHANGE_CHANGE,
	CONF_CHANGE_REMOVE,
};

enum conf_object {
	CONF_OBJECT_GLOBAL,
	CONF_OBJECT_VRRP,
	CONF_OBJECT_VIRTUAL_SERVER,
	CONF_OBJECT_REAL_SERVER,
};

/*
 * One object. Pointers lead into the snapshots compared; the ones of other kinds of objects are
 * NULL, and so is the old one of an ADD and the new one of a REMOVE. A service that is added or
 * removed stands for its real servers: they have no entry of their own.
 */
struct conf_change {
	enum conf_change_kind kind;
	enum conf_object object;
	const struct conf_vrrp *old_vrrp, *new_vrrp;
	const struct conf_virtual_server *old_vs, *new_vs; /* of a real server too */
	const struct conf_real_server *old_rs, *new_rs;
	char *text; /* "change vs=tcp:10.9.0.100:80 rs=10.9.0.21:80 weight 1 -> 5" */
};

struct conf_diff {
	VEC(struct conf_change) changes;
	size_t n_kept; /* instances, virtual servers and real servers that stay as they are */
};

/* Compares; older may be NULL (all is added), newer too (all is removed). Fini frees the texts. */
void conf_diff(const struct conf *older, const struct conf *newer, struct conf_diff *ret_diff);
void conf_diff_fini(struct conf_diff *diff);

#endif
