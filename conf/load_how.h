/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options of a load, which the caller of conf_load() gives and the stages of the load follow.
 */
#ifndef LVSD_CONF_LOAD_HOW_H
#define LVSD_CONF_LOAD_HOW_H

#include "conf/conf.h"

/* What happens with a file that somebody else than root could change (base/trust.h). */
enum conf_trust {
	CONF_TRUST_ANY,    /* nothing: the file is only looked at */
	CONF_TRUST_WARN,   /* a warning that a start or a reload refuses it */
	CONF_TRUST_DEMAND, /* an error: lvsd does as root what the file says */
};

struct conf_look;

/* All zero: the usual way to load a file. */
struct conf_load_how {
	const char *config_id; /* of @id lines; NULL: the host's name up to its first dot */
	enum conf_trust trust;
	bool is_lenient;       /* statements that keepalived ignores are left out with a warning */
	/* Why every dangerous keyword is accepted; CONF_ACCEPTED_NOT: none is. */
	enum conf_acceptance accepting;
	const struct conf *in_force; /* dangerous keywords in it are accepted again; NULL: none */
	const struct conf_look *look; /* who looks at files (conf/look.h); NULL: this process */
	const char *root; /* path and its includes are below this directory; NULL: below "/" */
};

#endif
