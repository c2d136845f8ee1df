/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists what a configuration needs of the machine: interfaces, scripts, users, files. The daemon
 * checks whether the machine has them; `lvsd -t` warns about those that are missing. Each need is
 * listed once, with the place of its first use.
 */
#ifndef LVSD_CONF_MODEL_NEEDS_NEEDS_H
#define LVSD_CONF_MODEL_NEEDS_NEEDS_H

#include "conf/conf.h"

enum conf_need_kind {
	CONF_NEED_INTERFACE, /* text: the name */
	CONF_NEED_SCRIPT,    /* text: the absolute path; user and group: who runs it */
	CONF_NEED_USER,      /* text: the name */
	CONF_NEED_GROUP,     /* text: the name */
	CONF_NEED_FILE,      /* text: the absolute path; what: the keyword that names the file */
	CONF_NEED_KEY_FILE,  /* text: the absolute path of a key of the relay */
	CONF_NEED_ADDRESS,   /* addr: an address to send from; text: the interface that has it */
};

/* Texts belong to the snapshot, or live as long as the program. */
struct conf_need {
	enum conf_need_kind kind;
	const char *text;
	const char *user, *group; /* SCRIPT: as in struct conf_script; else "" */
	const struct addr *addr;  /* ADDRESS; else NULL */
	const char *what;         /* the keyword that needs it: "interface", "notify_up", "key" */
	bool is_vital;            /* INTERFACE: without it an instance is in FAULT */
	struct conf_place place;
};

/* Makes the list, in the order of the file, and returns its length. free() the list. *ret_needs is
 * NULL when nothing is needed.
 */
size_t conf_needs(const struct conf *conf, struct conf_need **ret_needs);

/* Whether a process of lvsd calls a library that is loaded (base/dynamic/libraries.h) for this
 * configuration: for checks that ask for URLs or speak TLS, for mail, or for the relay. */
bool conf_needs_libraries(const struct conf *conf);

#endif
