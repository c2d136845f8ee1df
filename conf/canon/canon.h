/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The canonical text of a snapshot: one statement a line, every value in force. What a person reads
 * and what the digest is made of come from the same code.
 */
#ifndef LVSD_CONF_CANON_CANON_H
#define LVSD_CONF_CANON_CANON_H

#include "conf/canon/canon_fields.h"

void canon_write(const struct conf *conf, enum canon_part part, struct out *out);

/* The groups that services name, likewise; and one line of a group. */
void canon_write_groups(const struct conf *conf, enum canon_part part, struct lines *lines);
void canon_group_line_write(const struct conf_group_line *line, struct out *out);

/* The services, into lines that canon_write() has begun. */
void canon_write_virtual_servers(const struct conf *conf, enum canon_part part,
				 struct lines *lines);

/* As lvs_method takes it: "DR", "TUN type gue port 6080 csum". */
void canon_forwarding_write(enum conf_method method, const struct conf_tunnel *tunnel,
			    struct out *out);
/* As persistence_granularity takes it: "255.255.255.0", "64". */
void canon_granularity_write(const struct conf_virtual_server *vs, struct out *out);
/* What a service needs outside of IPVS, inside its block. */
void canon_write_fnat_source(const struct conf_virtual_server *vs, struct lines *lines);

#endif
