/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options of a load, which the caller of conf_load() gives and the stages of the load follow.
 */
#ifndef LVSD_CONF_LOAD_HOW_H
#define LVSD_CONF_LOAD_HOW_H

#include "conf/conf.h"

/* What to do about a file that somebody else than root could change (base/trust.h). */
enum conf_trust {
	CONF_TRUST_ANY,    /* nothing: the file is only read, not put in force */
	CONF_TRUST_WARN,   /* a warning that a start or a reload refuses it */
	CONF_TRUST_DEMAND, /* an error: lvsd does as root what the file says */
};

struct conf_responder;

/* All zero: the usual way to load a file. */
struct conf_load_how {
	/* The id of this host in "@id" lines; NULL: the host's name up to its first dot */
	const char *config_id;
	enum conf_trust trust;
	bool is_without_digest; /* the digest stays "": nobody asks for it */
	bool is_lenient; /* leave out statements that keepalived ignores, with a warning */
	/* Why every dangerous keyword is accepted; CONF_ACCEPTED_NOT: none is. */
	enum conf_acceptance accepting;
	/* A configuration whose dangerous keywords are accepted again; NULL: none */
	const struct conf *in_force;
	/* Who answers questions about files (conf/query.h); NULL: this process */
	const struct conf_responder *responder;
	const char *root; /* path and its includes are below this folder; NULL: below "/" */
};

#endif
