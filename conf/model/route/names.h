/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The names of iproute2 for routing tables, protocols, realms and so on: "web" of a line "100 web" in
 * /etc/iproute2/rt_tables. A file is read when a configuration uses a name that lvsd does not know by
 * itself.
 *
 * The flat text of a configuration (conf/load.h) must mean the same whatever becomes of these files. So
 * the names that were used are written behind it, as comments, and a text that is loaded without a host
 * finds them there.
 */
#ifndef LVSD_CONF_MODEL_ROUTE_NAMES_H
#define LVSD_CONF_MODEL_ROUTE_NAMES_H

#include "base/vec.h"
#include "conf/text/expand.h"
#include "conf/text/out.h"

#include <stdint.h>

struct name_entry {
	char *file; /* "rt_tables" */
	char *name;
	uint32_t number;
};

struct names {
	const struct expand_host *host; /* reads the files; NULL: text has the names */
	const char *text;               /* a flat text of len bytes, or NULL */
	size_t len;
	const char *etc_dir, *usr_dir;  /* the directories of iproute2; "": the usual ones */
	VEC(char *) files;              /* those that have been read */
	VEC(struct name_entry) known;   /* the first one of a name counts */
	VEC(struct name_entry) used;
	char *failure;  /* why a file that exists could not be read; NULL: all were read */
	bool is_failed; /* the failure may be over next time (expand_is_failure()): no name is known
			 */
};

void names_fini(struct names *names);

/* The number of a name in a file of iproute2 ("rt_tables"), in its folder file.d too. False: there is no
 * such name. */
bool names_find(struct names *names, const char *file, const char *name, uint32_t *ret_number);

/* After names_find() has found no name: why it is not known whether there is one. NULL: it is
 * known. Example: "/etc/iproute2/rt_tables: the file cannot be opened: Too many open files". */
const char *names_failure(const struct names *names);

/* Appends the names that were found to a flat text. */
void names_write_used(const struct names *names, struct out *out);

/* "/etc/iproute2, /usr/share/iproute2 and /usr/lib/iproute2", or the directories of the file. Returns
 * text. */
#define NAMES_PLACES_MAX 512
const char *names_places(const struct names *names, char text[static NAMES_PLACES_MAX]);

#endif
