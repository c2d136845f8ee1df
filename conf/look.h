/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is asked of the machine's files while a configuration is read: a question is a kind and a
 * key, and the answer is a value. Usually this process answers itself. The director has no right to
 * read the files: another process asks itself the same questions for it, and hands over the answers
 * (daemon/loader/transcript.h).
 */
#ifndef LVSD_CONF_LOOK_H
#define LVSD_CONF_LOOK_H

#include <stddef.h>

enum conf_look_kind {
	CONF_LOOK_FILE,        /* key: the path of the configuration; text: what the file has */
	CONF_LOOK_INCLUDED,    /* the same for a file that is included */
	CONF_LOOK_MATCH,       /* key: a pattern; text: paths with a NUL each */
	/* key: a name; text: its value; -ENOENT without a note: there is no such variable; another
	 * code with a note: the variable may not be read */
	CONF_LOOK_ENVIRONMENT,
	CONF_LOOK_PARENTS,     /* key: a path; -EPERM: others can change the directories above it */
	CONF_LOOK_MODE,        /* key: a path; code: its mode */
	/* Of the daemon (daemon/loader/machine.h). */
	CONF_LOOK_SCRIPT,    /* whether a script can be run, and is safe */
	CONF_LOOK_TLS_FILES, /* whether files for TLS are what they are called */
	CONF_LOOK_TLS_TEXT,  /* text: what a file for TLS has */
	CONF_LOOK_KINDS,
};

/* An answer; the texts are for free(). */
struct conf_looked {
	int code;   /* 0, or -errno with a sentence in note */
	char *note; /* with code 0, of FILE and INCLUDED: how others than root could change it; or
		       NULL */
	char *text; /* len bytes and a NUL; or NULL */
	size_t len;
};

/* Who answers. */
struct conf_look {
	void (*fn)(void *arg, enum conf_look_kind kind, const char *key,
		   struct conf_looked *ret_looked);
	void *arg;
};

/*
 * This process answers, of the files below root (const char *; "" as a rule), a question of a kind
 * up to CONF_LOOK_MODE.
 */
void conf_look_here(void *root, enum conf_look_kind kind, const char *key,
		    struct conf_looked *ret_looked);

void conf_looked_fini(struct conf_looked *looked);

#endif
