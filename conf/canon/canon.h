/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The canonical text of a snapshot: one statement on each line, with every value in force, defaults
 * too. The text for people and the text for the digest come from the same code.
 */
#ifndef LVSD_CONF_CANON_CANON_H
#define LVSD_CONF_CANON_CANON_H

#include "conf/canon/canon_fields.h"

/* Writes the whole snapshot, with the index of table_new(). */
void canon_write(const struct conf *conf, const struct table *table, enum canon_part part,
		 struct out *out);

/* Write the groups that services name; and the value of one line of a group. */
void canon_write_groups(const struct conf *conf, enum canon_part part, struct lines *lines);
void canon_group_line_write(const struct conf_group_line *line, struct out *out);

/* Writes the sync groups. */
void canon_write_sync_groups(const struct conf *conf, enum canon_part part, struct lines *lines);

/* Writes the definitions of trackers. */
void canon_write_trackers(const struct conf *conf, enum canon_part part, struct lines *lines);
/* Writes the value of init_file. Example: "0 overwrite". */
void canon_init_file_write(const struct conf_track_file *file, struct out *out);
/* Write the words of the tracked process; and the value of param_match, "" without one. */
void canon_process_write(const struct conf_track_process *process, struct out *out);
const char *canon_match_word(const struct conf_track_process *process);
/* Writes the trackers of one kind that an instance or a sync group has, as the block of that kind.
 * Trackers that an instance has from its group are left out. */
void canon_tracks_write(const struct conf_track *tracks, size_t n_tracks, enum conf_tracker kind,
			enum canon_part part, struct lines *lines);
/* Writes one tracker as a line of that block. Example: "chk_haproxy weight -20". The digest has the
 * network of a default route, as in earlier versions; else it is "default". */
void canon_track_write(const struct conf_track *track, enum canon_part part, struct out *out);

/* Writes the services to lines that canon_write() has begun. */
void canon_write_virtual_servers(const struct conf *conf, enum canon_part part,
				 struct lines *lines);

/* Writes a method as lvs_method spells it. Examples: "DR", "TUN type gue port 6080 csum". */
void canon_forwarding_write(enum conf_method method, const struct conf_tunnel *tunnel,
			    struct out *out);
/* Writes the value of persistence_granularity. Examples: "255.255.255.0", "64". */
void canon_granularity_write(const struct conf_virtual_server *vs, struct out *out);
/* Writes fnat_source, inside the block of the service. */
void canon_write_fnat_source(const struct conf_virtual_server *vs, struct lines *lines);

#endif
