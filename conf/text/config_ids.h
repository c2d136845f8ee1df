/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ids of the "@ID" lines in a text. A host with another id reads the file without these lines.
 * Keywords may be missing on this host for that reason, and a message then says so.
 */
#ifndef LVSD_CONF_TEXT_CONFIG_IDS_H
#define LVSD_CONF_TEXT_CONFIG_IDS_H

#include "conf/text/report.h"
#include "conf/text/source.h"

/* Notes in map the id (len bytes) of an "@ID" line at spot. is_own: the line is for this host. */
void config_ids_add(struct source_map *map, const char *id, size_t len,
		    const struct source_spot *spot, bool is_own);

/*
 * Warns when the text has "@ID" lines and none of them is for this host, whose id is own; or when
 * some are for other hosts and a required keyword is missing (report->is_lacking).
 */
void config_ids_report(struct report *report, const char *own);

#endif
