/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Queries about the machine's files, which conf_load() makes. A query has a kind and a key; a
 * responder gives the answer. As a rule this is a function of the same process. The director has no
 * right to read the files, so a loader makes the same queries, and hands over the answers
 * (daemon/loader/transcript.h).
 *
 * Example: the answer to CONF_QUERY_MATCH with the key "/etc/lvsd/[ab].conf" may have the text
 * "/etc/lvsd/a.conf\0/etc/lvsd/b.conf\0" and the len 34.
 */
#ifndef LVSD_CONF_QUERY_H
#define LVSD_CONF_QUERY_H

#include <stddef.h>

enum conf_query_kind {
	CONF_QUERY_FILE,     /* key: the path of the configuration; text: the file's contents */
	CONF_QUERY_INCLUDED, /* the same for a file that is included */
	/* key: a pattern; text: the paths that match, each with a NUL; or -errno with a note: it is
	 * not known which match */
	CONF_QUERY_MATCH,
	/* key: a name; text: its value; -ENOENT without a note: there is no such variable; another
	 * code with a note: the variable may not be read */
	CONF_QUERY_ENVIRONMENT,
	CONF_QUERY_PARENTS, /* key: a path; -EPERM: others can change the directories above it */
	CONF_QUERY_MODE,    /* key: a path; code: its mode */
	/* Asked by the daemon alone (daemon/loader/machine.h). */
	CONF_QUERY_SCRIPT,    /* can a script be run, and can nobody else change it? */
	CONF_QUERY_TLS_FILES, /* are files for TLS what their keywords say? */
	/* text: the contents of a file for TLS; of a key file of the relay in hex */
	CONF_QUERY_TLS_TEXT,
	/* which numbers has a user with a group? (daemon/script/user.h) */
	CONF_QUERY_USER,
	CONF_QUERY_KEY_FILE, /* key: a path; may this file be the key of the relay? */
	CONF_QUERY_KINDS,
};

/* An answer, whose texts conf_answer_fini() frees. */
struct conf_answer {
	/* 0, or -errno with a sentence in note. -EIO: also if nobody answers any more */
	int code;
	/* With code 0, of FILE and INCLUDED: who besides root could change the file; or NULL */
	char *note;
	char *text; /* len bytes and a NUL; or NULL */
	size_t len;
};

/* A function that answers queries, and its first argument. */
struct conf_responder {
	void (*fn)(void *arg, enum conf_query_kind kind, const char *key,
		   struct conf_answer *ret_answer);
	void *arg;
};

/*
 * Answers as this process, from the files below root (const char *; "" as a rule). kind must be one
 * of those up to CONF_QUERY_MODE.
 */
void conf_answer_here(void *root, enum conf_query_kind kind, const char *key,
		      struct conf_answer *ret_answer);

void conf_answer_fini(struct conf_answer *answer);

#endif
