/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values of the snapshot that all parts compare and name (conf.h). */
#include "conf/conf.h"

const char *conf_method_name(enum conf_method method)
{
	static const char *const names[] = {"NAT", "DR", "TUN", "FNAT"};

	return names[method];
}

const char *conf_tunnel_name(enum conf_tunnel_type type)
{
	static const char *const names[] = {"ipip", "gue", "gre"};

	return names[type];
}

bool conf_tunnel_is_same(const struct conf_tunnel *a, const struct conf_tunnel *b)
{
	return a->type == b->type && a->checksum == b->checksum && a->port == b->port;
}

const char *conf_acceptance_text(enum conf_acceptance acceptance)
{
	static const char *const texts[] = {"", "accepted by accept_ignored",
					    "accepted by --accept-ignored",
					    "accepted, as it was in force before"};

	return texts[acceptance];
}

const char *conf_acceptance_name(enum conf_acceptance acceptance)
{
	static const char *const names[] = {"", "file", "option", "in_force"};

	return names[acceptance];
}
