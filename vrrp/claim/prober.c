/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/claim/prober.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/vec.h"
#include "vrrp/fsm.h"
#include "vrrp/machine/neighbour.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ASKED_MAX 8
/* How long answers are awaited after the last question. */
#define ANSWER_MS 1000
/* Answers read at a time. */
#define READ_MAX 64

/* An instance that asks. */
struct asker {
	unsigned id;
	char interface[CONF_IFNAME_MAX];
	struct addr vips[ASKED_MAX];
	size_t n_vips;
	struct addr own; /* asked for if there are no vips; what is answered does not matter */
	struct vrrp_claim claim;
};

/* A socket for the answers of one family. */
struct ear {
	uint16_t family;
	int fd; /* of vrrp/machine/neighbour.h; negative: closed */
	struct loop_io *io;
};

struct vrrp_prober {
	struct loop *loop;
	const struct vrrp_link *link;
	VEC(struct asker) askers;
	struct ear ears[2]; /* ARP, IPv6 */
	struct loop_timer *timer;
	struct mono close_at; /* the ears */
};

/* ---- answers ---- */

static bool has_vip(const struct asker *asker, const struct addr *addr)
{
	for (size_t i = 0; i < asker->n_vips; i++)
		if (!addr_cmp(&asker->vips[i], addr))
			return true;
	return false;
}

struct own {
	const uint8_t *mac;
	bool is_own;
};

static void own_compare(const struct vrrp_link_if *interface, void *arg)
{
	struct own *own = arg;

	own->is_own |= !memcmp(interface->mac, own->mac, VRRP_MAC_LEN);
}

/* A machine whose interfaces are on one network may answer itself. */
static bool is_own_mac(const struct vrrp_prober *prober, const uint8_t *mac)
{
	struct own own = {.mac = mac};

	vrrp_link_each(prober->link, own_compare, &own);
	return own.is_own;
}

static void answer_take(struct vrrp_prober *prober, const struct vrrp_neighbour *answer)
{
	for (size_t i = 0; i < prober->askers.n; i++) {
		struct asker *asker = &prober->askers.items[i];
		const struct vrrp_link_if *interface =
		    has_vip(asker, &answer->addr) ? vrrp_link_by_name(prober->link, asker->interface)
						  : NULL;

		if (interface && interface->index == answer->index &&
		    !is_own_mac(prober, answer->mac))
			vrrp_claim_answer(&asker->claim, &answer->addr, answer->mac);
	}
}

static void on_neighbour(int fd, unsigned events, void *arg)
{
	struct vrrp_prober *prober = arg;
	struct vrrp_neighbour answer;
	int code = 0;

	(void)events;
	for (unsigned i = 0; code != -EAGAIN && i < READ_MAX; i++) {
		code = vrrp_neighbour_read(fd, &answer);
		if (code == 0)
			answer_take(prober, &answer);
	}
}

static void ear_close(struct ear *ear)
{
	if (ear->fd < 0)
		return;
	loop_io_free(ear->io);
	vrrp_neighbour_close(ear->fd);
	ear->fd = -1;
}

static void ear_open(struct vrrp_prober *prober, struct ear *ear)
{
	if (ear->fd >= 0)
		return;
	ear->fd = vrrp_neighbour_open(ear->family);
	if (ear->fd >= 0)
		ear->io = loop_io_new(prober->loop, ear->fd, LOOP_READ, on_neighbour, prober);
}

/* ---- questions ---- */

static void vip_ask(struct vrrp_prober *prober, const struct vrrp_link_if *interface,
		    const struct addr *vip)
{
	struct ear *ear = &prober->ears[vip->family == AF_INET6];

	ear_open(prober, ear);
	if (ear->fd >= 0)
		vrrp_neighbour_ask(ear->fd, interface, vip);
}

static void round_ask(struct vrrp_prober *prober, const struct asker *asker)
{
	const struct vrrp_link_if *interface = vrrp_link_by_name(prober->link, asker->interface);

	if (!interface || !interface->is_up || !interface->has_arp)
		return;
	for (size_t i = 0; i < asker->n_vips; i++)
		vip_ask(prober, interface, &asker->vips[i]);
	if (!asker->n_vips && asker->own.family != AF_UNSPEC)
		vip_ask(prober, interface, &asker->own);
}

static void timer_set(struct vrrp_prober *prober)
{
	struct mono next = prober->close_at;

	for (size_t i = 0; i < prober->askers.n; i++)
		next = mono_min(next, vrrp_claim_wake(&prober->askers.items[i].claim));
	loop_timer_set(prober->timer, next);
}

static void on_round(void *arg)
{
	struct vrrp_prober *prober = arg;
	struct mono now = clock_mono();

	if (mono_reached(now, prober->close_at)) {
		ear_close(&prober->ears[0]);
		ear_close(&prober->ears[1]);
		prober->close_at = MONO_NEVER;
	}
	for (size_t i = 0; i < prober->askers.n; i++) {
		if (!vrrp_claim_take(&prober->askers.items[i].claim, now))
			continue;
		round_ask(prober, &prober->askers.items[i]);
		prober->close_at = mono_add_ms(now, ANSWER_MS);
	}
	timer_set(prober);
}

/* ---- instances ---- */

static bool is_asked(const struct conf_vrrp *conf, const struct conf_vip *vip)
{
	return !strcmp(vip->interface, conf->interface) &&
	       (vip->addr.family == AF_INET || !vip->is_probed);
}

void vrrp_prober_begin(struct vrrp_prober *prober, unsigned id, const struct conf_vrrp *conf,
		       const struct vrrp_fsm_conf *fsm_conf)
{
	struct asker asker = {.id = id, .own = fsm_conf->source};

	vrrp_prober_end(prober, id);
	strncpy(asker.interface, conf->interface, sizeof(asker.interface) - 1);
	for (size_t i = 0; i < conf->n_vips && asker.n_vips < ASKED_MAX; i++)
		if (is_asked(conf, &conf->vips[i]))
			asker.vips[asker.n_vips++] = conf->vips[i].addr;
	vrrp_claim_begin(&asker.claim, fsm_conf->interval_ns, clock_mono());
	*(struct asker *)vec_push(&prober->askers) = asker;
	timer_set(prober);
}

void vrrp_prober_again(struct vrrp_prober *prober, unsigned id)
{
	for (size_t i = 0; i < prober->askers.n; i++)
		if (prober->askers.items[i].id == id)
			vrrp_claim_again(&prober->askers.items[i].claim, clock_mono());
	timer_set(prober);
}

struct vrrp_claim vrrp_prober_end(struct vrrp_prober *prober, unsigned id)
{
	for (size_t i = 0; i < prober->askers.n; i++) {
		struct vrrp_claim claim = prober->askers.items[i].claim;

		if (prober->askers.items[i].id != id)
			continue;
		prober->askers.items[i] = prober->askers.items[--prober->askers.n];
		return claim;
	}
	return (struct vrrp_claim){0};
}

struct vrrp_prober *vrrp_prober_new(struct loop *loop, const struct vrrp_link *link)
{
	struct vrrp_prober *prober = mem_calloc(1, sizeof(*prober));

	*prober = (struct vrrp_prober){.loop = loop,
				       .link = link,
				       .ears = {{AF_INET, -1, NULL}, {AF_INET6, -1, NULL}},
				       .close_at = MONO_NEVER};
	prober->timer = loop_timer_new(loop, on_round, prober);
	return prober;
}

void vrrp_prober_free(struct vrrp_prober *prober)
{
	if (!prober)
		return;
	ear_close(&prober->ears[0]);
	ear_close(&prober->ears[1]);
	loop_timer_free(prober->timer);
	vec_free(&prober->askers);
	free(prober);
}
