/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/pkt.h"
#include "base/mono.h"

#include <string.h>

#define HEADER_LEN     8
#define IP4_HEADER_LEN 20
#define TYPE_ADVERT    1
#define CENTISECOND_NS (10 * NS_PER_MS)
#define INTERVAL_MASK  0x0fff /* twelve bits, the others are reserved */
#define FRAGMENT_BITS  0x3fff /* "more fragments" and the offset */

static const struct {
	const char *name, *text;
} reasons[VRRP_REASONS] = {
    [VRRP_ACCEPTED] = {"accepted", "it was accepted"},
    [VRRP_REJECT_TRUNCATED] = {"truncated", "it is shorter than its headers say"},
    [VRRP_REJECT_IP_HEADER] = {"ip_header", "its IP header is malformed"},
    [VRRP_REJECT_FRAGMENT] = {"fragment", "it is a fragment"},
    [VRRP_REJECT_VERSION] = {"version", "its VRRP version is not this instance's"},
    [VRRP_REJECT_TYPE] = {"type", "it is no advertisement"},
    [VRRP_REJECT_COUNT] = {"count", "it lists no address"},
    [VRRP_REJECT_LENGTH] = {"length", "its length does not fit its count of addresses"},
    [VRRP_REJECT_CHECKSUM] = {"checksum", "its checksum is wrong"},
    [VRRP_REJECT_HOP_LIMIT] = {"hop_limit", "its TTL is not 255, so it came through a router"},
    [VRRP_REJECT_TTL_RANGE] = {"ttl_range", "its TTL is outside of min_ttl and max_ttl of the peer"},
    [VRRP_REJECT_OWNER] = {"owner", "this router owns the addresses (priority 255) and has "
				    "owner_ignore_adverts, but another one uses them too"},
    [VRRP_REJECT_DESTINATION] =
	{"destination", "it was sent to an address at which this instance does not listen"},
    [VRRP_REJECT_SOURCE] = {"source", "its source address is our own, or one that no router has"},
    [VRRP_REJECT_PEER] = {"peer", "its source is none of the configured peers"},
    [VRRP_REJECT_INTERVAL] = {"interval", "its advertisement interval is not this instance's"},
    [VRRP_REJECT_AUTH_TYPE] = {"auth_type", "its authentication type is not this instance's"},
    [VRRP_REJECT_AUTH_DATA] = {"auth_data", "its password is wrong"},
    [VRRP_REJECT_REPLAY] = {"replay", "its number is not higher than one that was heard before, as if "
				      "somebody had recorded it"},
};

const char *vrrp_reason_name(enum vrrp_reason reason)
{
	return (unsigned)reason < VRRP_REASONS ? reasons[reason].name : "?";
}

const char *vrrp_reason_text(enum vrrp_reason reason)
{
	return (unsigned)reason < VRRP_REASONS ? reasons[reason].text : "?";
}

struct addr vrrp_group(uint16_t family)
{
	if (family == AF_INET6)
		return (struct addr){AF_INET6, {0xff, 0x02, [15] = 0x12}};
	return (struct addr){AF_INET, {224, 0, 0, 18}};
}

static void put16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static unsigned get16(const uint8_t *at)
{
	return (unsigned)at[0] << 8 | at[1];
}

/* Adds bytes to a one's complement sum; a last odd byte counts as the high half of a word. */
static uint32_t sum_bytes(uint32_t sum, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i + 1 < len; i += 2)
		sum += get16(bytes + i);
	if (len % 2)
		sum += (uint32_t)bytes[len - 1] << 8;
	return sum;
}

static uint16_t sum_fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* RFC 8200 section 8.1, with 4-byte addresses in IPv4. */
static uint32_t sum_pseudo_header(const struct vrrp_path *path, size_t len)
{
	uint32_t sum = VRRP_PROTOCOL + (uint32_t)len;

	sum = sum_bytes(sum, path->source.bytes, addr_len(&path->source));
	return sum_bytes(sum, path->destination.bytes, addr_len(&path->destination));
}

/* The checksum over a message. Over a message that already has its right checksum it is 0. */
static uint16_t checksum(const uint8_t *bytes, size_t len, const struct vrrp_path *path,
			 bool has_pseudo_header)
{
	return sum_fold(
	    sum_bytes(has_pseudo_header ? sum_pseudo_header(path, len) : 0, bytes, len));
}

/* Version 2 has authentication data after the addresses, but not with IPv6 (as keepalived sends
 * it). */
static bool has_auth_data(uint8_t version, uint16_t family)
{
	return version == 2 && family == AF_INET;
}

static size_t message_len(uint8_t version, uint16_t family, uint8_t n_addrs)
{
	return HEADER_LEN + (size_t)n_addrs * (family == AF_INET6 ? 16 : 4) +
	       (has_auth_data(version, family) ? VRRP_AUTH_BYTES : 0);
}

size_t vrrp_pkt_encode(const struct vrrp_pkt *pkt, const struct vrrp_path *path, uint8_t *bytes,
		       size_t size)
{
	uint16_t family = path->source.family;
	size_t len = message_len(pkt->version, family, pkt->n_addrs);
	size_t addrs_len = (size_t)pkt->n_addrs * addr_len(&path->source);

	if (len > size)
		return 0;
	memset(bytes, 0, len);
	bytes[0] = (uint8_t)(pkt->version << 4 | TYPE_ADVERT);
	bytes[1] = pkt->vrid;
	bytes[2] = pkt->priority;
	bytes[3] = pkt->n_addrs;
	if (pkt->version == 2) {
		bytes[4] = (uint8_t)pkt->auth;
		bytes[5] = (uint8_t)(pkt->interval_ns / NS_PER_S);
		if (pkt->auth == VRRP_AUTH_PASS && has_auth_data(2, family))
			memcpy(bytes + HEADER_LEN + addrs_len, pkt->password, VRRP_AUTH_BYTES);
	} else {
		put16(bytes + 4, (unsigned)(pkt->interval_ns / CENTISECOND_NS) & INTERVAL_MASK);
	}
	if (addrs_len)
		memcpy(bytes + HEADER_LEN, pkt->addrs, addrs_len);
	put16(bytes + 6,
	      checksum(bytes, len, path,
		       family == AF_INET6 || (pkt->version == 3 && pkt->has_pseudo_header)));
	return len;
}

static enum vrrp_reason ip4_decode(const uint8_t *bytes, size_t len, uint8_t protocol,
				   struct vrrp_path *ret_path, const uint8_t **ret_body,
				   size_t *ret_len)
{
	struct vrrp_path path = {.source.family = AF_INET, .destination.family = AF_INET};
	size_t header_len, total;

	if (len < IP4_HEADER_LEN)
		return VRRP_REJECT_TRUNCATED;
	header_len = (size_t)(bytes[0] & 0x0f) * 4;
	total = get16(bytes + 2);
	if (bytes[0] >> 4 != 4 || header_len < IP4_HEADER_LEN || bytes[9] != protocol ||
	    total < header_len)
		return VRRP_REJECT_IP_HEADER;
	if (total > len)
		return VRRP_REJECT_TRUNCATED;
	if (get16(bytes + 6) & FRAGMENT_BITS)
		return VRRP_REJECT_FRAGMENT;
	path.hop_limit = bytes[8];
	memcpy(path.source.bytes, bytes + 12, 4);
	memcpy(path.destination.bytes, bytes + 16, 4);
	*ret_path = path;
	*ret_body = bytes + header_len;
	*ret_len = total - header_len;
	return VRRP_ACCEPTED;
}

enum vrrp_reason vrrp_ip4_decode(const uint8_t *bytes, size_t len, struct vrrp_path *ret_path,
				 const uint8_t **ret_body, size_t *ret_len)
{
	return ip4_decode(bytes, len, VRRP_PROTOCOL, ret_path, ret_body, ret_len);
}

enum vrrp_reason vrrp_ip4_decode_ah(const uint8_t *bytes, size_t len, struct vrrp_path *ret_path,
				    uint16_t *ret_ip_id, const uint8_t **ret_body, size_t *ret_len)
{
	enum vrrp_reason reason =
	    ip4_decode(bytes, len, VRRP_AH_PROTOCOL, ret_path, ret_body, ret_len);

	if (reason != VRRP_ACCEPTED)
		return reason;
	*ret_ip_id = (uint16_t)get16(bytes + 4);
	return *ret_body == bytes + IP4_HEADER_LEN ? VRRP_ACCEPTED : VRRP_REJECT_IP_HEADER;
}

/* Is the checksum right in a form that this version and family may have? */
static bool is_checksum_right(const uint8_t *bytes, size_t len, const struct vrrp_path *path,
			      struct vrrp_pkt *pkt)
{
	bool may_be_plain = path->source.family == AF_INET;
	bool may_be_pseudo = pkt->version == 3 || !may_be_plain;

	if (may_be_pseudo && checksum(bytes, len, path, true) == 0) {
		pkt->has_pseudo_header = true;
		return true;
	}
	return may_be_plain && checksum(bytes, len, path, false) == 0;
}

static void read_interval_and_auth(const uint8_t *bytes, size_t len, uint16_t family,
				   struct vrrp_pkt *pkt)
{
	if (pkt->version == 3) {
		pkt->interval_ns = (get16(bytes + 4) & INTERVAL_MASK) * CENTISECOND_NS;
		return;
	}
	pkt->auth = bytes[4];
	pkt->interval_ns = bytes[5] * NS_PER_S;
	if (has_auth_data(2, family))
		memcpy(pkt->password, bytes + len - VRRP_AUTH_BYTES, VRRP_AUTH_BYTES);
}

enum vrrp_reason vrrp_pkt_decode(const uint8_t *bytes, size_t len, const struct vrrp_path *path,
				 struct vrrp_pkt *ret_pkt)
{
	struct vrrp_pkt pkt = {0};

	if (len < HEADER_LEN)
		return VRRP_REJECT_TRUNCATED;
	pkt.version = bytes[0] >> 4;
	pkt.vrid = bytes[1];
	pkt.priority = bytes[2];
	pkt.n_addrs = bytes[3];
	pkt.addrs = bytes + HEADER_LEN;
	if (pkt.version != 3 && pkt.version != 2)
		return VRRP_REJECT_VERSION;
	if ((bytes[0] & 0x0f) != TYPE_ADVERT)
		return VRRP_REJECT_TYPE;
	if (len != message_len(pkt.version, path->source.family, pkt.n_addrs))
		return VRRP_REJECT_LENGTH;
	if (!is_checksum_right(bytes, len, path, &pkt))
		return VRRP_REJECT_CHECKSUM;
	read_interval_and_auth(bytes, len, path->source.family, &pkt);
	if (!pkt.interval_ns)
		return VRRP_REJECT_INTERVAL;
	*ret_pkt = pkt;
	return VRRP_ACCEPTED;
}

static enum vrrp_reason check_peer(const struct vrrp_path *path, const struct vrrp_policy *policy)
{
	const struct conf_peer *peer = policy->peers;
	size_t i = 0;

	while (i < policy->n_peers && addr_cmp(&peer[i].addr, &path->source))
		i++;
	if (i == policy->n_peers)
		return VRRP_REJECT_PEER;
	return path->hop_limit < peer[i].min_ttl ||
		       (peer[i].max_ttl && path->hop_limit > peer[i].max_ttl)
		   ? VRRP_REJECT_TTL_RANGE
		   : VRRP_ACCEPTED;
}

static enum vrrp_reason check_path(const struct vrrp_path *path, const struct vrrp_policy *policy)
{
	struct addr group = policy->group.family == AF_UNSPEC
				? vrrp_group(path->destination.family)
				: policy->group;
	bool is_unicast = policy->n_peers > 0;

	if (!is_unicast && path->hop_limit != VRRP_HOP_LIMIT)
		return VRRP_REJECT_HOP_LIMIT;
	if (is_unicast ? addr_is_multicast(&path->destination)
		       : addr_cmp(&path->destination, &group) != 0)
		return VRRP_REJECT_DESTINATION;
	if (!addr_is_host(&path->source) || addr_cmp(&path->source, &policy->source) == 0)
		return VRRP_REJECT_SOURCE;
	return is_unicast ? check_peer(path, policy) : VRRP_ACCEPTED;
}

static enum vrrp_reason check_auth(const struct vrrp_pkt *pkt, const struct vrrp_path *path,
				   const struct vrrp_policy *policy)
{
	if (pkt->auth != policy->auth)
		return VRRP_REJECT_AUTH_TYPE;
	if (pkt->auth == VRRP_AUTH_PASS && has_auth_data(2, path->source.family) &&
	    memcmp(pkt->password, policy->password, VRRP_AUTH_BYTES))
		return VRRP_REJECT_AUTH_DATA;
	return VRRP_ACCEPTED;
}

enum vrrp_reason vrrp_pkt_check(const struct vrrp_pkt *pkt, const struct vrrp_path *path,
				const struct vrrp_policy *policy)
{
	enum vrrp_reason reason = check_path(path, policy);

	if (reason == VRRP_ACCEPTED && pkt->version != policy->version)
		reason = VRRP_REJECT_VERSION;
	if (reason == VRRP_ACCEPTED && policy->is_deaf)
		reason = VRRP_REJECT_OWNER;
	/* RFC 9568 with erratum 8299. */
	if (reason == VRRP_ACCEPTED && pkt->version == 3 && !pkt->n_addrs && !policy->may_be_empty)
		reason = VRRP_REJECT_COUNT;
	if (reason != VRRP_ACCEPTED || pkt->version == 3)
		return reason;
	reason = check_auth(pkt, path, policy);
	if (reason == VRRP_ACCEPTED && pkt->interval_ns != policy->interval_ns)
		reason = VRRP_REJECT_INTERVAL;
	return reason;
}
