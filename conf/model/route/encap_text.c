/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/model/route/encap_text.h"

#include <stdlib.h>

size_t encap_labels_read(const char *text, uint32_t ret_labels[static CONF_LABELS_MAX])
{
	size_t n = 0;

	for (;; text++) {
		char *end;
		unsigned long label = strtoul(text, &end, 10);

		if (text[0] < '0' || text[0] > '9' || label > CONF_LABEL_MAX || n == CONF_LABELS_MAX)
			return 0;
		ret_labels[n++] = (uint32_t)label;
		if (!*end)
			return n;
		if (*end != '/')
			return 0;
		text = end;
	}
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool encap_locator_read(const char *text, uint8_t ret_locator[static 8])
{
	for (size_t i = 0; i < 4; i++) {
		char *end;
		unsigned long group = strtoul(text, &end, 16);

		if (!is_hex(text[0]) || group > UINT16_MAX || *end != (i < 3 ? ':' : '\0'))
			return false;
		ret_locator[2 * i] = (uint8_t)(group >> 8);
		ret_locator[2 * i + 1] = (uint8_t)group;
		text = end + 1;
	}
	return true;
}

/* Why the label is not one of the kind; NULL: it is. */
static const char *label_fault(const struct conf_encap *encap)
{
	uint32_t labels[CONF_LABELS_MAX];
	uint8_t locator[8];

	if (encap->kind == CONF_ENCAP_MPLS)
		return encap_labels_read(encap->label, labels)
			   ? NULL
			   : "mpls needs labels behind it: numbers of 0 to 1048575 with slashes between, 30 "
			     "at most, as in `encap mpls 100/200`";
	if (encap->kind == CONF_ENCAP_ILA)
		return encap_locator_read(encap->label, locator)
			   ? NULL
			   : "ila needs a locator behind it: four groups in hex with colons between, as in "
			     "`encap ila 2001:db8:0:1`";
	return encap->label[0] ? "labels are for mpls, and a locator is for ila" : NULL;
}

const char *encap_fault(const struct conf_encap *encap)
{
	uint16_t family = encap->kind == CONF_ENCAP_IP6 ? AF_INET6 : AF_INET;
	bool is_tunnel = encap->kind == CONF_ENCAP_IP || encap->kind == CONF_ENCAP_IP6;
	bool has_addr = encap->dst.family != AF_UNSPEC || encap->src.family != AF_UNSPEC;
	const char *fault = label_fault(encap);

	if (fault)
		return fault;
	if (!is_tunnel)
		return has_addr || encap->id || encap->tos || encap->ttl || encap->flags
			   ? "id, dst, src, tos, ttl and flags are for ip and ip6"
			   : NULL;
	if ((encap->dst.family != AF_UNSPEC && encap->dst.family != family) ||
	    (encap->src.family != AF_UNSPEC && encap->src.family != family))
		return "the ends of ip are IPv4 addresses, and those of ip6 are IPv6 addresses";
	return encap->dst.family == AF_UNSPEC && !encap->id ? "`dst` or `id` is missing" : NULL;
}
