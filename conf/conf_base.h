/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the objects of the configuration share (conf/conf.h): bounds of names, ranges of numbers, places
 * in the file, and commands.
 */
#ifndef LVSD_CONF_CONF_BASE_H
#define LVSD_CONF_CONF_BASE_H

#include <stddef.h>
#include <stdint.h>

/* The sizes of names that are copied into fixed arrays elsewhere (frames between processes, structs
 * of the kernel), with the terminating NUL. */
#define CONF_NAME_MAX   255 /* names of instances */
#define CONF_IFNAME_MAX 16 /* IFNAMSIZ */
#define CONF_ENGINE_MAX 16 /* IP_VS_PENAME_MAXLEN */

/* The priority of an address owner (RFC 9568 section 5.2.4). */
#define CONF_PRIORITY_OWNER 255

/* Numbers from first to last, both included. */
struct conf_range {
	uint16_t first, last;
};

/* Where an object begins in the file, for messages after parsing. */
struct conf_place {
	const char *file;
	uint32_t line; /* from 1 on */
	uint32_t at;   /* the offset in all text that was read; it orders places of several files */
};

/*
 * A command that lvsd runs: words as execve(2) takes them. The first is an absolute path, or the
 * name of a program that is looked for when the script runs. user and group come from script_user
 * or from the words after the command; whether they exist is not checked here. An object without a
 * script has NULL in its place.
 */
struct conf_script {
	const char *const *argv; /* argc words, then NULL; at least one but in notify_deleted */
	size_t argc;
	const char *user;  /* "": keepalived_script if that user exists, else root */
	const char *group; /* "": the group of the user */
	struct conf_place place, user_place, group_place; /* of the command, the user, the group */
};

#endif
