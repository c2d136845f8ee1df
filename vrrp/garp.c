/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/garp.h"

#include <string.h>

#define ROUND_NS       (100 * NS_PER_MS)
#define RESTART_MIN_NS NS_PER_S

static unsigned at_least_one(unsigned rounds)
{
	return rounds ? rounds : 1;
}

static struct mono later(struct mono now, int64_t ns)
{
	return ns ? mono_add_ns(now, ns) : MONO_NEVER;
}

void vrrp_garp_start(struct vrrp_garp *garp, const struct vrrp_garp_conf *conf, size_t n_vips,
		     struct mono now)
{
	/* A burst that begins anew does not delay what is for further interfaces. */
	struct mono extra = garp->n_vips && garp->conf.extra_ns == conf->extra_ns
				? garp->extra
				: later(mono_add_ns(now, conf->second_ns), conf->extra_ns);

	vrrp_garp_stop(garp);
	if (!n_vips)
		return;
	*garp = (struct vrrp_garp){.conf = *conf,
				   .n_vips = n_vips,
				   .rounds_left = at_least_one(conf->rounds),
				   .started = now,
				   .next = now,
				   .extra = extra,
				   .again = MONO_NEVER,
				   .second = later(now, conf->second_ns)};
	garp->refresh = later(now, conf->refresh_ns);
}

/* Does a whole round follow at once? Of the one in progress some addresses have left. */
static bool is_round_to_come(const struct vrrp_garp *garp)
{
	unsigned rounds_begun = garp->next_vip ? 1 : 0;

	return garp->rounds_left > rounds_begun;
}

void vrrp_garp_restart(struct vrrp_garp *garp, const struct vrrp_garp_conf *conf, size_t n_vips,
		       struct mono now)
{
	if (!garp->n_vips || mono_sub(now, garp->started) >= RESTART_MIN_NS) {
		vrrp_garp_start(garp, conf, n_vips, now);
		return;
	}
	if (is_round_to_come(garp) || !mono_is_never(garp->again))
		return;
	garp->again = mono_add_ns(garp->started, RESTART_MIN_NS);
	if (!garp->rounds_left++)
		garp->next = now;
}

bool vrrp_garp_prove(struct vrrp_garp *garp, const struct vrrp_garp_conf *conf, size_t n_vips,
		     struct mono now)
{
	if (is_round_to_come(garp))
		return false;
	if (garp->n_vips && !mono_is_never(garp->second))
		garp->second = now;
	else
		vrrp_garp_start(garp, conf, n_vips, now);
	return true;
}

void vrrp_garp_stop(struct vrrp_garp *garp)
{
	*garp = (struct vrrp_garp){0};
}

struct mono vrrp_garp_wake(const struct vrrp_garp *garp)
{
	if (garp->rounds_left)
		return garp->next;
	return garp->n_vips ? mono_min(garp->again, mono_min(garp->second, garp->refresh)) : MONO_NEVER;
}

/* Begins the second burst, the one that was asked for again, or a refresh. */
static void burst_begin(struct vrrp_garp *garp, struct mono now)
{
	if (mono_reached(now, garp->again)) {
		garp->again = MONO_NEVER;
		garp->rounds_left = at_least_one(garp->conf.rounds);
	} else if (mono_reached(now, garp->second)) {
		garp->second = MONO_NEVER;
		garp->rounds_left = at_least_one(garp->conf.rounds);
	} else {
		garp->refresh = mono_add_ns(now, garp->conf.refresh_ns);
		garp->rounds_left = at_least_one(garp->conf.refresh_rounds);
	}
}

size_t vrrp_garp_take(struct vrrp_garp *garp, struct mono now,
		      size_t ret_indexes[static VRRP_GARP_BATCH])
{
	size_t n = 0;

	if (!mono_reached(now, vrrp_garp_wake(garp)))
		return 0;
	if (!garp->rounds_left)
		burst_begin(garp, now);
	while (n < VRRP_GARP_BATCH && garp->next_vip < garp->n_vips)
		ret_indexes[n++] = garp->next_vip++;
	if (garp->next_vip < garp->n_vips) {
		garp->next = mono_add_ns(now, VRRP_GARP_PACE_NS);
	} else {
		garp->next_vip = 0;
		garp->rounds_left--;
		garp->next = mono_add_ns(now, ROUND_NS);
	}
	return n;
}

struct mono vrrp_garp_extra_wake(const struct vrrp_garp *garp)
{
	return garp->n_vips ? garp->extra : MONO_NEVER;
}

bool vrrp_garp_take_extra(struct vrrp_garp *garp, struct mono now)
{
	if (!mono_reached(now, vrrp_garp_extra_wake(garp)))
		return false;
	garp->extra = mono_add_ns(now, garp->conf.extra_ns);
	return true;
}

void vrrp_garp_encode(const struct addr *vip, const uint8_t mac[static VRRP_MAC_LEN],
		      uint8_t ret_bytes[static VRRP_GARP_LEN])
{
	static const uint8_t head[8] = {0, 1, 0x08, 0, VRRP_MAC_LEN, 4, 0, 1}; /* request */

	memset(ret_bytes, 0, VRRP_GARP_LEN);
	memcpy(ret_bytes, head, sizeof(head));
	memcpy(ret_bytes + 8, mac, VRRP_MAC_LEN);
	memcpy(ret_bytes + 14, vip->bytes, 4);
	memcpy(ret_bytes + 24, vip->bytes, 4);
}

uint16_t vrrp_icmp6_checksum(const uint8_t *packet, size_t len)
{
	uint32_t sum = IPPROTO_ICMPV6 + (uint32_t)(len - 40);

	for (size_t i = 8; i < len; i += 2)
		sum += (uint32_t)packet[i] << 8 | (i + 1 < len ? packet[i + 1] : 0u);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

void vrrp_garp_na_encode(const struct addr *vip, const uint8_t mac[static VRRP_MAC_LEN],
			 uint8_t ret_bytes[static VRRP_GARP_NA_LEN])
{
	static const uint8_t all_nodes[16] = {0xff, 0x02, [15] = 1};
	uint8_t *advert = ret_bytes + 40;
	uint16_t checksum;

	memset(ret_bytes, 0, VRRP_GARP_NA_LEN);
	ret_bytes[0] = 0x60;
	ret_bytes[5] = VRRP_GARP_NA_LEN - 40;
	ret_bytes[6] = IPPROTO_ICMPV6;
	ret_bytes[7] = 255;
	memcpy(ret_bytes + 8, vip->bytes, 16);
	memcpy(ret_bytes + 24, all_nodes, 16);
	advert[0] = 136;
	advert[4] = 0xa0; /* router, override */
	memcpy(advert + 8, vip->bytes, 16);
	advert[24] = 2; /* target link-layer address, one unit of 8 bytes */
	advert[25] = 1;
	memcpy(advert + 26, mac, VRRP_MAC_LEN);
	checksum = vrrp_icmp6_checksum(ret_bytes, VRRP_GARP_NA_LEN);
	advert[2] = (uint8_t)(checksum >> 8);
	advert[3] = (uint8_t)checksum;
}
