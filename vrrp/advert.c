/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/advert.h"
#include "base/mem.h"
#include "base/mono.h"

#include <string.h>

/* A shorter password is filled up with zeros (RFC 2338 section 5.3.10). */
static enum vrrp_auth read_auth(const struct conf_vrrp *conf, uint8_t password[VRRP_AUTH_BYTES])
{
	memset(password, 0, VRRP_AUTH_BYTES);
	memcpy(password, conf->auth_pass, strnlen(conf->auth_pass, VRRP_AUTH_BYTES));
	if (!conf->auth_pass[0])
		return VRRP_AUTH_NONE;
	return conf->auth_type == CONF_AUTH_AH ? VRRP_AUTH_AH : VRRP_AUTH_PASS;
}

static size_t addr_size(const struct conf_vrrp *conf)
{
	return conf->family == AF_INET6 ? 16 : 4;
}

uint8_t *vrrp_advert_addrs(const struct conf_vrrp *conf)
{
	size_t size = addr_size(conf);
	uint8_t *addrs = mem_calloc(conf->n_vips, size);

	for (size_t i = 0; i < conf->n_vips; i++)
		memcpy(addrs + i * size, conf->vips[i].addr.bytes, size);
	return addrs;
}

struct vrrp_pkt vrrp_advert_make(const struct conf_vrrp *conf, uint8_t priority,
				 const uint8_t *addrs)
{
	struct vrrp_pkt pkt = {.version = conf->version,
			       .vrid = conf->vrid,
			       .priority = priority,
			       .n_addrs = (uint8_t)conf->n_vips,
			       .interval_ns = conf->advert_int_us * NS_PER_US,
			       .addrs = addrs,
			       .has_pseudo_header = !conf->is_checksum_plain};

	pkt.auth = read_auth(conf, pkt.password);
	return pkt;
}

struct addr vrrp_advert_group(const struct conf_vrrp *conf)
{
	return conf->group.family == AF_UNSPEC ? vrrp_group(conf->family) : conf->group;
}

struct vrrp_policy vrrp_advert_policy(const struct conf_vrrp *conf, const struct addr *source)
{
	struct vrrp_policy policy = {.version = conf->version,
				     .may_be_empty = conf->may_be_empty,
				     .source = *source,
				     .peers = conf->peers,
				     .n_peers = conf->n_peers,
				     .group = conf->group,
				     .is_deaf = conf->is_ignoring_adverts &&
						conf->priority == CONF_PRIORITY_OWNER,
				     .interval_ns = conf->advert_int_us * NS_PER_US};

	policy.auth = read_auth(conf, policy.password);
	return policy;
}

static bool lists_addr(const struct vrrp_pkt *pkt, size_t size, const uint8_t *addr)
{
	for (size_t i = 0; i < pkt->n_addrs; i++)
		if (memcmp(pkt->addrs + i * size, addr, size) == 0)
			return true;
	return false;
}

bool vrrp_advert_lists_same(const struct vrrp_pkt *pkt, const struct conf_vrrp *conf,
			    const uint8_t *addrs)
{
	size_t size = addr_size(conf);

	if (pkt->n_addrs != conf->n_vips)
		return false;
	/* The usual case, with every advertisement: the same order. */
	if (memcmp(pkt->addrs, addrs, conf->n_vips * size) == 0)
		return true;
	for (size_t i = 0; i < conf->n_vips; i++)
		if (!lists_addr(pkt, size, addrs + i * size))
			return false;
	return true;
}

struct addr vrrp_advert_odd(const struct vrrp_pkt *pkt, const struct conf_vrrp *conf,
			    const uint8_t *addrs, bool *ret_is_theirs)
{
	const struct vrrp_pkt own = {.n_addrs = (uint8_t)conf->n_vips, .addrs = addrs};
	size_t size = addr_size(conf);
	struct addr odd = {.family = conf->family};

	*ret_is_theirs = false;
	for (size_t i = 0; i < conf->n_vips; i++)
		if (!lists_addr(pkt, size, addrs + i * size)) {
			memcpy(odd.bytes, addrs + i * size, size);
			return odd;
		}
	*ret_is_theirs = true;
	for (size_t i = 0; i < pkt->n_addrs; i++)
		if (!lists_addr(&own, size, pkt->addrs + i * size)) {
			memcpy(odd.bytes, pkt->addrs + i * size, size);
			return odd;
		}
	return (struct addr){0};
}
