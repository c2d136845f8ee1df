/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a load takes what it reads: said by who loads (load.h), obeyed by the stages. */
#ifndef LVSD_CONF_LOAD_HOW_H
#define LVSD_CONF_LOAD_HOW_H

#include "conf/conf.h"

/* What is said of a file that others than root could change (base/trust.h). */
enum conf_trust {
	CONF_TRUST_ANY,    /* nothing: it is only looked at */
	CONF_TRUST_WARN,   /* a warning that a start or a reload refuses it */
	CONF_TRUST_DEMAND, /* an error: what it says is done as root */
};

/* All zero is as a file should be taken. */
struct conf_load_how {
	const char *config_id; /* of @id lines; NULL: the host's name up to its first dot */
	enum conf_trust trust;
	bool is_lenient;       /* what keepalived ignores is left out with a warning, no error */
	/* By what right every dangerous keyword is accepted that is ignored; NOT: by none. */
	enum conf_acceptance accepting;
	const struct conf *in_force; /* what it ignores is accepted again; NULL: nothing was */
	const char *root; /* path and what it includes are below this directory; NULL: below "/" */
};

#endif
