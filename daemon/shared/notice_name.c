/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/shared/notice_name.h"

#include <stdio.h>

/* The name that keepalived has for the protocol of a service. A service of a firewall mark has
 * none. */
static const char *protocol_text(const struct svckey *key)
{
	return key->protocol ? svckey_protocol_name(key->protocol) : "none";
}

const char *notice_service(const struct conf_virtual_server *vs, char text[static NOTICE_SERVICE_MAX])
{
	const struct svckey *key = &vs->key;
	char addr[ADDR_TEXT_MAX];

	if (key->group[0])
		snprintf(text, NOTICE_SERVICE_MAX, "[%s]:0", key->group);
	else if (key->fwmark)
		snprintf(text, NOTICE_SERVICE_MAX, "FWM %u", key->fwmark);
	else
		snprintf(text, NOTICE_SERVICE_MAX, "[%s]:%s:%u", addr_format(&key->ep.addr, addr),
			 protocol_text(key), (unsigned)key->ep.port);
	return text;
}

const char *notice_server(const struct conf_virtual_server *vs, const struct conf_real_server *rs,
			  char text[static NOTICE_SERVER_MAX])
{
	char addr[ADDR_TEXT_MAX];

	snprintf(text, NOTICE_SERVER_MAX, "[%s]:%s:%u", addr_format(&rs->ep.addr, addr),
		 protocol_text(&vs->key),
		 (unsigned)(rs->has_port_of_member ? rs->id.port : rs->ep.port));
	return text;
}
