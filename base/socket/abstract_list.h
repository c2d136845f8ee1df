/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which abstract names (base/socket/abstract.h) are listened at in this network namespace, and by which user. The
 * kernel says so without a connection: who fills the socket of another process with callers hides nobody.
 */
#ifndef LVSD_BASE_SOCKET_ABSTRACT_LIST_H
#define LVSD_BASE_SOCKET_ABSTRACT_LIST_H

#include "base/socket/abstract.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* The user is not known: the kernel has no sock_diag for unix sockets. */
#define ABSTRACT_NOBODY ((uid_t)-1)

struct abstract_name {
	char text[ABSTRACT_NAME_MAX + 1];
	uid_t uid; /* who made the socket; or ABSTRACT_NOBODY */
};

/* Begins as {0}. */
struct abstract_list {
	VEC(struct abstract_name) names;
};

/* Appends the names of sockets of this kind (SOCK_SEQPACKET) that begin with prefix. Returns 0; or -errno, and the
 * list is as it was. */
int abstract_list_read(struct abstract_list *list, const char *prefix);
/* The same from /proc/net/unix, for a kernel without sock_diag: no user is known. */
int abstract_list_read_proc(struct abstract_list *list, const char *prefix);
void abstract_list_free(struct abstract_list *list);

/* Is it this name, or the name with "/" and more behind it? Example: "a/b" and "a/b/c" for "a/b", not "a/bc". */
bool abstract_name_is(const struct abstract_name *name, const char *wanted);

/*
 * Listens at the name, or at "NAME/RANDOM" if somebody has taken the name already. Logs who that is, unless it is root
 * or a process of the same user. Whoever looks for the name finds it by abstract_list_read(). Never waits. Returns as
 * abstract_listen() does. ret_name: the name that was had, also without a result.
 */
int abstract_take(const char *name, int backlog, char ret_name[static ABSTRACT_NAME_MAX + 1]);

#endif
