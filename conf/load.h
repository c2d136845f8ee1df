/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loads a configuration from files or from a text in memory: makes a snapshot, or says everything
 * that is wrong. */
#ifndef LVSD_CONF_LOAD_H
#define LVSD_CONF_LOAD_H

#include "conf/load_how.h"
#include "conf/text/diag.h"

/* The most bytes that are read; a longer file is an error. */
#define CONF_FILE_MAX (64u * 1024 * 1024)

struct expand_host;

/*
 * Reads path and the files that it includes, parses and validates. Returns the snapshot; or NULL,
 * and then diags has at least one error. diags may have warnings in both cases. Every file must be
 * a regular file. Whether the machine has the interfaces, users and so on is not checked. how may
 * be NULL.
 *
 * ret_text, when not NULL, gets the flat text (free() it) and ret_len its length: the text that was
 * read, with included files in their place and variables replaced. The flat text is a complete
 * configuration: conf_load_text() makes the same snapshot from it, even if the files have changed.
 * *ret_text is NULL when path cannot be read.
 *
 * diags keeps the texts, so that a later message can show the line that it is about.
 */
struct conf *conf_load(const char *path, const struct conf_load_how *how, struct diags *diags,
		       char **ret_text, size_t *ret_len);

/*
 * The same for a text in memory. Files that it includes, and the environment, come from host
 * (expand.h). Messages show name in place of a file name. Opens nothing. diags uses text, which
 * must live as long.
 */
struct conf *conf_load_from(const char *name, const char *text, size_t len,
			    const struct expand_host *host, const struct conf_load_how *how,
			    struct diags *diags, char **ret_text, size_t *ret_len);

/* The same for a text that needs nothing else: no file, no environment, no name of the host. Not
 * lenient. */
struct conf *conf_load_text(const char *name, const char *text, size_t len, struct diags *diags);
/*
 * The same for a text that is or was in force (RUN_DIR/applied.conf, previous.conf): lenient, and
 * every dangerous keyword in it is accepted.
 */
struct conf *conf_load_in_force(const char *name, const char *text, size_t len,
				struct diags *diags);

#endif
