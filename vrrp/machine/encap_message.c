/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/machine/encap_message.h"
#include "conf/model/route/encap_text.h"

#include <arpa/inet.h>
#include <endian.h>
#include <linux/ila.h>
#include <linux/lwtunnel.h>
#include <linux/mpls.h>
#include <linux/mpls_iptunnel.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

_Static_assert((int)CONF_ENCAP_MPLS == (int)LWTUNNEL_ENCAP_MPLS &&
		   (int)CONF_ENCAP_IP == (int)LWTUNNEL_ENCAP_IP &&
		   (int)CONF_ENCAP_ILA == (int)LWTUNNEL_ENCAP_ILA &&
		   (int)CONF_ENCAP_IP6 == (int)LWTUNNEL_ENCAP_IP6,
	       "the kinds are the kernel's");
/* The attributes of IPv6 have the same numbers. */
_Static_assert((int)LWTUNNEL_IP_ID == (int)LWTUNNEL_IP6_ID &&
		   (int)LWTUNNEL_IP_DST == (int)LWTUNNEL_IP6_DST &&
		   (int)LWTUNNEL_IP_SRC == (int)LWTUNNEL_IP6_SRC &&
		   (int)LWTUNNEL_IP_TTL == (int)LWTUNNEL_IP6_HOPLIMIT &&
		   (int)LWTUNNEL_IP_TOS == (int)LWTUNNEL_IP6_TC &&
		   (int)LWTUNNEL_IP_FLAGS == (int)LWTUNNEL_IP6_FLAGS,
	       "one function writes both");

static void put_end(struct nl_msg *message, int type, const struct addr *addr)
{
	if (addr->family != AF_UNSPEC)
		nla_put(message, type, (int)addr_len(addr), addr->bytes);
}

static void put_tunnel(struct nl_msg *message, const struct conf_encap *encap)
{
	uint64_t id = htobe64(encap->id - 1);

	if (encap->id)
		nla_put(message, LWTUNNEL_IP_ID, sizeof(id), &id);
	put_end(message, LWTUNNEL_IP_DST, &encap->dst);
	put_end(message, LWTUNNEL_IP_SRC, &encap->src);
	if (encap->tos)
		nla_put_u8(message, LWTUNNEL_IP_TOS, (uint8_t)encap->tos);
	if (encap->ttl)
		nla_put_u8(message, LWTUNNEL_IP_TTL, (uint8_t)encap->ttl);
	if (encap->flags)
		nla_put_u16(message, LWTUNNEL_IP_FLAGS, (uint16_t)encap->flags);
}

static void put_labels(struct nl_msg *message, const char *text)
{
	uint32_t labels[CONF_LABELS_MAX];
	struct mpls_label stack[CONF_LABELS_MAX];
	size_t n = encap_labels_read(text, labels);

	for (size_t i = 0; i < n; i++)
		stack[i].entry =
		    htonl(labels[i] << MPLS_LS_LABEL_SHIFT | (i + 1 == n ? 1u << MPLS_LS_S_SHIFT : 0));
	nla_put(message, MPLS_IPTUNNEL_DST, (int)(n * sizeof(stack[0])), stack);
}

static void put_locator(struct nl_msg *message, const char *text)
{
	uint8_t locator[8] = {0};

	encap_locator_read(text, locator);
	nla_put(message, ILA_ATTR_LOCATOR, sizeof(locator), locator);
}

void vrrp_encap_put(struct nl_msg *message, const struct conf_encap *encap)
{
	struct nlattr *nest;

	nla_put_u16(message, RTA_ENCAP_TYPE, encap->kind);
	nest = nla_nest_start(message, RTA_ENCAP);
	if (encap->kind == CONF_ENCAP_MPLS)
		put_labels(message, encap->label);
	else if (encap->kind == CONF_ENCAP_ILA)
		put_locator(message, encap->label);
	else
		put_tunnel(message, encap);
	nla_nest_end(message, nest);
}
