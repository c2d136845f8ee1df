/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VRRP advertisements as bytes: RFC 9568 (version 3, IPv4 and IPv6) and RFC 3768 (version 2). No
 * RFC describes version 2 with IPv6 addresses; here it is as keepalived 2.2 sends it: the header of
 * version 2, the addresses, no authentication data, and the checksum of IPv6. A received packet
 * goes through three steps, and each has reasons to reject it: the IPv4 header that a raw socket
 * delivers, the message itself (is it well formed?), and the policy of one instance (does the
 * instance accept it?). Pure: no socket, no clock, no state.
 */
#ifndef LVSD_VRRP_PKT_H
#define LVSD_VRRP_PKT_H

#include "base/addr.h"
#include "conf/conf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VRRP_PROTOCOL   112
/* The authentication header, which may stand in front of a message (vrrp/ah/ah.h). */
#define VRRP_AH_PROTOCOL 51
#define VRRP_AH_LEN      24
#define VRRP_HOP_LIMIT  255
#define VRRP_AUTH_BYTES 8
/* The count of addresses is one byte on the wire. */
#define VRRP_PKT_ADDRS_MAX 255
/* A version 3 message with 255 IPv6 addresses; no message is longer. */
#define VRRP_PKT_MAX (8 + VRRP_PKT_ADDRS_MAX * 16)

enum vrrp_auth {
	VRRP_AUTH_NONE = 0,
	VRRP_AUTH_PASS = 1, /* RFC 2338; removed by RFC 3768, still deployed */
	VRRP_AUTH_AH = 2,
};

/* Why a packet was not accepted. RFC 9568 section 7.1 unless another source is named. */
enum vrrp_reason {
	VRRP_ACCEPTED,
	VRRP_REJECT_TRUNCATED, /* shorter than its headers say */
	VRRP_REJECT_IP_HEADER, /* not a sound IPv4 header of protocol 112 (RFC 791) */
	VRRP_REJECT_FRAGMENT,  /* a part of an IPv4 packet */
	VRRP_REJECT_VERSION,   /* neither 2 nor 3, or not the instance's */
	VRRP_REJECT_TYPE,      /* not an advertisement */
	VRRP_REJECT_COUNT,     /* version 3 without addresses */
	VRRP_REJECT_LENGTH,    /* the count of addresses does not fit the length */
	VRRP_REJECT_CHECKSUM,
	VRRP_REJECT_HOP_LIMIT,   /* TTL or hop limit below 255: it came through a router */
	VRRP_REJECT_TTL_RANGE,   /* unicast: not within the min_ttl and max_ttl of the peer */
	VRRP_REJECT_OWNER,       /* this router owns the addresses, and hears nobody by choice */
	VRRP_REJECT_DESTINATION, /* not sent to where the instance listens */
	VRRP_REJECT_SOURCE,      /* from our own address (a loop in the network), or from 0.0.0.0 */
	VRRP_REJECT_PEER,        /* unicast: from none of the configured peers */
	VRRP_REJECT_INTERVAL,    /* zero, or (version 2, RFC 3768 section 7.1) not ours */
	VRRP_REJECT_AUTH_TYPE,   /* version 2: another authentication than ours */
	VRRP_REJECT_AUTH_DATA,   /* version 2: a wrong password, or a signature with another one */
	VRRP_REJECT_REPLAY,      /* version 2 with AH: its number was heard before */
	VRRP_REASONS,            /* how many there are */
};

/* The reason as a word for counters; "?" out of range. Example: "checksum". */
const char *vrrp_reason_name(enum vrrp_reason reason);
/* The reason as part of a sentence for people. Example: "its checksum is wrong". */
const char *vrrp_reason_text(enum vrrp_reason reason);

/* Where a packet came from and went to. */
struct vrrp_path {
	struct addr source, destination;
	uint8_t hop_limit;
};

/* An advertisement. addrs: n_addrs addresses of the path's family, packed as on the wire. */
struct vrrp_pkt {
	uint8_t version, vrid, priority;
	uint8_t n_addrs;
	int64_t interval_ns; /* Max Advertise Interval (v3) or Adver Int (v2) */
	const uint8_t *addrs;
	enum vrrp_auth auth;               /* version 2 */
	uint8_t password[VRRP_AUTH_BYTES]; /* with VRRP_AUTH_PASS */
	bool has_pseudo_header;            /* the checksum covers one: set by decode, read by encode */
};

/* What the checksum of an advertisement of version 3 with IPv4 covers. */
enum vrrp_checksum {
	VRRP_CHECKSUM_UNKNOWN, /* none was heard */
	VRRP_CHECKSUM_PSEUDO,  /* a pseudo-header too */
	VRRP_CHECKSUM_PLAIN,   /* the message alone (RFC 9568 section 5.2.8) */
	VRRP_CHECKSUMS,
};

/* The multicast group of VRRP: 224.0.0.18 for AF_INET, ff02::12 for AF_INET6. */
struct addr vrrp_group(uint16_t family);

/*
 * Writes the message without an IP header into bytes. The checksum covers a pseudo-header with the
 * path's addresses always in IPv6, on request (has_pseudo_header) in IPv4 version 3, and never in
 * IPv4 version 2. Returns the length; 0 when size is too small.
 * Example: version 3 with two IPv4 addresses: 16.
 */
size_t vrrp_pkt_encode(const struct vrrp_pkt *pkt, const struct vrrp_path *path, uint8_t *bytes,
		       size_t size);

/*
 * Reads the IPv4 header of a packet that a raw socket delivered, and finds the message behind it.
 * Bytes beyond the packet's own length are link-layer padding and are left out. The out-parameters
 * are set only when VRRP_ACCEPTED is returned; *ret_body points into bytes.
 */
enum vrrp_reason vrrp_ip4_decode(const uint8_t *bytes, size_t len, struct vrrp_path *ret_path,
				 const uint8_t **ret_body, size_t *ret_len);
/* The same for a packet of protocol 51 (vrrp/ah/ah.h), whose IP header must be without options.
 * ret_ip_id: its identification. */
enum vrrp_reason vrrp_ip4_decode_ah(const uint8_t *bytes, size_t len, struct vrrp_path *ret_path,
				    uint16_t *ret_ip_id, const uint8_t **ret_body, size_t *ret_len);

/*
 * Reads a message. Both checksum forms of IPv4 version 3 are accepted: over the message alone
 * (RFC 9568 section 5.2.8) and with a pseudo-header (what deployed routers send). ret_pkt->addrs
 * points into bytes.
 */
enum vrrp_reason vrrp_pkt_decode(const uint8_t *bytes, size_t len, const struct vrrp_path *path,
				 struct vrrp_pkt *ret_pkt);

/* Which messages an instance accepts. */
struct vrrp_policy {
	uint8_t version;
	struct addr source; /* our own address on the link */
	/* With peers (unicast): only their messages are accepted, with the hop limits that each of
	 * them may have, as a peer may be behind a router. Without peers: only messages to the group
	 * with hop limit 255. */
	const struct conf_peer *peers;
	size_t n_peers;
	struct addr group; /* AF_UNSPEC: that of VRRP */
	bool is_deaf; /* no message is accepted: owner_ignore_adverts */
	bool may_be_empty;   /* version 3: a message that lists no address is accepted */
	int64_t interval_ns; /* ours; version 2 asks for the same */
	enum vrrp_auth auth;
	uint8_t password[VRRP_AUTH_BYTES];
};

/* VRRP_ACCEPTED if the instance may act on the message, else the reason why not. The list of
 * addresses is not compared: routers whose lists differ while somebody changes the configuration of
 * one after the other must go on hearing each other. */
enum vrrp_reason vrrp_pkt_check(const struct vrrp_pkt *pkt, const struct vrrp_path *path,
				const struct vrrp_policy *policy);

#endif
