/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a file, or from text in memory, to a snapshot and everything that is wrong with it. */
#ifndef LVSD_CONF_LOAD_H
#define LVSD_CONF_LOAD_H

#include "conf/conf.h"
#include "conf/diag.h"

/* The largest file that is read; a larger one is one clear error. */
#define CONF_FILE_MAX (64u * 1024 * 1024)

/*
 * Reads path whole, parses, validates. Returns the snapshot, or NULL when diags holds at least one
 * error; warnings may be there in both cases. The file must be a regular one. What the machine has
 * (interfaces, users) is not looked at. ret_text, when not NULL, receives the bytes that were read
 * (free() it; *ret_text NULL when unreadable) and ret_len their number.
 */
struct conf *conf_load(const char *path, struct diags *diags, char **ret_text, size_t *ret_len);

/* The same for text that is in memory; name stands for the file in messages. Opens nothing. */
struct conf *conf_load_text(const char *name, const char *text, size_t len, struct diags *diags);

#endif
