/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From files, or from text in memory, to a snapshot and everything that is wrong with it. */
#ifndef LVSD_CONF_LOAD_H
#define LVSD_CONF_LOAD_H

#include "conf/load_how.h"
#include "conf/text/diag.h"

/* The most bytes that are read; more are one clear error. */
#define CONF_FILE_MAX (64u * 1024 * 1024)

struct expand_host;

/*
 * Reads path and what it includes, parses, validates. Returns the snapshot, or NULL when diags
 * holds at least one error; warnings may be there in both cases. Every file must be a regular one.
 * What the machine has (interfaces, users) is not looked at. how may be NULL.
 *
 * ret_text, when not NULL, receives the flat text, for free(), and ret_len its length: what was
 * read, with included files in their place and variables replaced. It is a configuration by itself,
 * of which conf_load_text() makes the same snapshot, whatever has become of the files. *ret_text is
 * NULL when path is unreadable.
 *
 * diags keeps the texts, so that what is found out later can be shown with its line.
 */
struct conf *conf_load(const char *path, const struct conf_load_how *how, struct diags *diags,
		       char **ret_text, size_t *ret_len);

/*
 * The same for a text in memory, with everything else asked of host (expand.h); name stands for
 * the file in messages. Opens nothing. text is borrowed by diags.
 */
struct conf *conf_load_from(const char *name, const char *text, size_t len,
			    const struct expand_host *host, const struct conf_load_how *how,
			    struct diags *diags, char **ret_text, size_t *ret_len);

/* The same, strictly, for a text that needs nothing else: no file, no environment, no host's name.
 */
struct conf *conf_load_text(const char *name, const char *text, size_t len, struct diags *diags);
/*
 * Likewise for a text that is in force, or was (RUN_DIR/applied.conf, previous.conf): leniently,
 * and whatever it has that is ignored is accepted.
 */
struct conf *conf_load_in_force(const char *name, const char *text, size_t len,
				struct diags *diags);

#endif
