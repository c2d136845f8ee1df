/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The canonical text of a snapshot: one statement a line, every value in force. What a person reads
 * and what the digest is made of come from the same code.
 */
#ifndef LVSD_CONF_CANON_CANON_H
#define LVSD_CONF_CANON_CANON_H

#include "conf/canon/lines.h"

enum canon_part {
	CANON_WHOLE,  /* in file order, defaults marked, secrets as they are */
	CANON_MASKED, /* the same without the secrets, for people */
	CANON_SHARED, /* what both directors must agree on, by keys; see digest in struct conf */
};

/*
 * A line for each field of object, whose keywords stand in block, in the order of the members; a
 * value that is nothing ("", no address, 0 without a default) has none. rule, when not NULL, has
 * the first word: it writes what is not that simple and returns true, else the line is written.
 */
typedef bool canon_rule_fn(struct lines *lines, enum canon_part part,
			   const struct schema_keyword *row, const void *arg);
void canon_fields(struct lines *lines, enum canon_part part, enum schema_block block,
		  const void *object, canon_rule_fn *rule, const void *arg);

void canon_write(const struct conf *conf, enum canon_part part, struct out *out);

/* The groups that services name, likewise; and one line of a group. */
void canon_write_groups(const struct conf *conf, enum canon_part part, struct lines *lines);
void canon_group_line_write(const struct conf_group_line *line, struct out *out);

/* The services, into lines that canon_write() has begun. */
void canon_write_virtual_servers(const struct conf *conf, enum canon_part part,
				 struct lines *lines);

/* A check, inside the block of its real server. */
void canon_write_check(const struct conf_check *check, const struct conf_virtual_server *vs,
		       const struct conf_real_server *rs, enum canon_part part,
		       struct lines *lines);

/* As lvs_method takes it: "DR", "TUN type gue port 6080 csum". */
void canon_forwarding_write(enum conf_method method, const struct conf_tunnel *tunnel,
			    struct out *out);
/* As persistence_granularity takes it: "255.255.255.0", "64". */
void canon_granularity_write(const struct conf_virtual_server *vs, struct out *out);
/* What a service needs outside of IPVS, inside its block. */
void canon_write_fnat_source(const struct conf_virtual_server *vs, struct lines *lines);
void canon_write_matches(const struct conf_virtual_server *vs, enum canon_part part,
			 struct lines *lines);

/* "global", "site", "link", "host", "nowhere", else the number. */
void canon_scope_write(uint8_t scope, struct out *out);
/* "1.0", "1.0C", "1.1". */
const char *canon_http_version_name(enum conf_http_version version);
/* As status_code takes it: "200 301-302". */
void canon_statuses_write(const struct conf_url *url, struct out *out);

#endif
