/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading a configuration asks questions about the machine's files. A question has a kind and a
 * key, and its answer is a value. As a rule the same process answers. The director has no right to
 * read the files, so a loader asks the same questions for it, and hands over the answers
 * (daemon/loader/transcript.h).
 */
#ifndef LVSD_CONF_LOOK_H
#define LVSD_CONF_LOOK_H

#include <stddef.h>

enum conf_look_kind {
	CONF_LOOK_FILE,     /* key: the path of the configuration; text: the file's contents */
	CONF_LOOK_INCLUDED, /* the same for a file that is included */
	CONF_LOOK_MATCH,    /* key: a pattern; text: the paths that match, each with a NUL */
	/* key: a name; text: its value; -ENOENT without a note: there is no such variable; another
	 * code with a note: the variable may not be read */
	CONF_LOOK_ENVIRONMENT,
	CONF_LOOK_PARENTS, /* key: a path; -EPERM: others can change the directories above it */
	CONF_LOOK_MODE,    /* key: a path; code: its mode */
	/* Asked by the daemon alone (daemon/loader/machine.h). */
	CONF_LOOK_SCRIPT,    /* can a script be run, and can nobody else change it? */
	CONF_LOOK_TLS_FILES, /* are files for TLS what their keywords say? */
	CONF_LOOK_TLS_TEXT,  /* text: the contents of a file for TLS */
	/* which numbers has a user with a group? (daemon/script/user.h) */
	CONF_LOOK_USER,
	CONF_LOOK_KINDS,
};

/* An answer. conf_looked_fini() frees its texts. */
struct conf_looked {
	int code;   /* 0, or -errno with a sentence in note */
	/* With code 0, of FILE and INCLUDED: who besides root could change the file; or NULL */
	char *note;
	char *text; /* len bytes and a NUL; or NULL */
	size_t len;
};

/* Who answers the questions. */
struct conf_look {
	void (*fn)(void *arg, enum conf_look_kind kind, const char *key,
		   struct conf_looked *ret_looked);
	void *arg;
};

/*
 * Answers as this process, from the files below root (const char *; "" as a rule). kind must be one
 * of those up to CONF_LOOK_MODE.
 */
void conf_look_here(void *root, enum conf_look_kind kind, const char *key,
		    struct conf_looked *ret_looked);

void conf_looked_fini(struct conf_looked *looked);

#endif
