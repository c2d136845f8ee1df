/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ids of "@ID" lines that a text has. A host whose id is none of them reads a file without these
 * lines, and what is missing then has this cause.
 */
#ifndef LVSD_CONF_TEXT_CONFIG_IDS_H
#define LVSD_CONF_TEXT_CONFIG_IDS_H

#include "conf/text/report.h"
#include "conf/text/source.h"

/* Remembers in map the id (len bytes) of an "@ID" line at spot. is_own: the line is for this host. */
void config_ids_add(struct source_map *map, const char *id, size_t len,
		    const struct source_spot *spot, bool is_own);

/*
 * Warns when no "@ID" line of the text is for this host, whose id is own, or when some are for
 * others and a required keyword is missing (report->is_lacking).
 */
void config_ids_report(struct report *report, const char *own);

#endif
