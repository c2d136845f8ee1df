/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/sync/heartbeats.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/nonce.h"
#include "base/plural.h"
#include "daemon/director/sync/sync.h"
#include "sync/hello.h"
#include "sync/limit.h"
#include "sync/peers.h"

#include <stdlib.h>

/*
 * Anybody on the link can forge heartbeats. So these are limited: log lines about directors that
 * appear, leave or become silent; answers to new directors; log lines about datagrams from beyond
 * this link; log lines about a full table. Eight directors that all restart at once stay within the
 * limits.
 */
static const struct sync_rate lines_rate = {2 * SYNC_PEERS_MAX, 10 * NS_PER_S};
static const struct sync_rate answers_rate = {1, NS_PER_S};
static const struct sync_rate far_rate = {1, 60 * NS_PER_S};
static const struct sync_rate full_rate = {1, 60 * NS_PER_S};

struct heartbeats {
	struct sync_peers peers;
	struct loop_timer *beat, *silence;
	struct loop_timer *answer; /* set: a new director waits for our heartbeat */
	struct sync_limit heard_lines, silent_lines, answers, far_lines, full_lines;
	struct mono began;
	bool is_none_said;
	int send_error;    /* of the last heartbeat, as it was logged; 0: it was sent */
	struct sync_announcing announcing;
};

static const char *interface_of(const struct sync_side *side)
{
	return side->conf->global.sync_daemon.interface;
}

/* --- the log --- */

static void log_reach(const struct sync_side *side, const char *peer, unsigned events)
{
	if (events & SYNC_PEER_IS_DEAF)
		log_warning("sync: the heartbeats of %s arrive here, but ours do not arrive there, "
			    "so connections of this director do not reach it; look for a firewall, "
			    "and for IGMP snooping on the switch behind %s",
			    peer, interface_of(side));
	if (events & SYNC_PEER_HEARS)
		log_notice("sync: %s receives our heartbeats again", peer);
	if (events & SYNC_PEER_LACKS_ENTRIES)
		log_warning("sync: %s receives our heartbeats, but none of the connections that "
			    "our kernel announces: connections are lost at a failover; `ipvsadm "
			    "--stop-daemon master` makes lvsd start the kernel's master role again",
			    peer);
	if (events & SYNC_PEER_HAS_ENTRIES)
		log_notice("sync: %s receives our connections again", peer);
}

/* Whether a further line about other directors may be logged now. */
static bool may_log(const struct sync_side *side, struct sync_limit *limit, struct mono now)
{
	uint64_t n;

	if (!sync_limit_take(limit, &lines_rate, now, &n))
		return false;
	if (n)
		log_warning("sync: %llu line%s about heartbeats of other directors on %s %s left "
			    "out: after %u at once only one in 10 s is logged; if this goes on, "
			    "somebody on that link forges heartbeats",
			    (unsigned long long)n, plural(n), interface_of(side),
			    plural_of(n, "was", "were"), lines_rate.n_burst);
	return true;
}

#define LOGGED_EVENTS                                                                              \
	(SYNC_PEER_NEW | SYNC_PEER_BACK | SYNC_PEER_LEAVES | SYNC_PEER_IS_DEAF | SYNC_PEER_HEARS | \
	 SYNC_PEER_LACKS_ENTRIES | SYNC_PEER_HAS_ENTRIES)

static void log_events(struct sync_side *side, const struct sync_peer *peer, unsigned events,
		       struct mono now)
{
	char addr[ADDR_TEXT_MAX];

	if (!(events & LOGGED_EVENTS) || !may_log(side, &side->heartbeats->heard_lines, now))
		return;
	addr_format(&peer->addr, addr);
	if (events & SYNC_PEER_NEW)
		log_notice("sync: heartbeats of %s arrive on %s", addr, interface_of(side));
	if (events & SYNC_PEER_BACK)
		log_notice("sync: heartbeats of %s arrive again", addr);
	if (events & SYNC_PEER_LEAVES)
		log_notice("sync: lvsd on %s reports that it stops", addr);
	log_reach(side, addr, events);
}

static void log_no_room(struct sync_side *side, const struct addr *from, struct mono now)
{
	char addr[ADDR_TEXT_MAX];
	uint64_t n;

	if (sync_limit_take(&side->heartbeats->full_lines, &full_rate, now, &n))
		log_warning("sync: the heartbeat of %s is ignored: %d other directors send "
			    "heartbeats on %s, and lvsd keeps no record of more; `lvsctl "
			    "status` shows them; if some of them do not exist, somebody on that "
			    "link forges heartbeats",
			    addr_format(from, addr), SYNC_PEERS_MAX, interface_of(side));
}

/* The master whose advertisements a backup instance receives; NULL if there is none. */
static const struct addr *vrrp_peer(const struct sync_side *side)
{
	for (size_t i = 0; i < side->conf->n_vrrps; i++) {
		const struct vrrp_report *report = side->sink.report(&side->conf->vrrps[i], side->sink.arg);

		if (report && report->state == VRRP_BACKUP && report->master.family != AF_UNSPEC)
			return &report->master;
	}
	return NULL;
}

/* Logged as a notice, not as a warning, since keepalived sends no heartbeats. */
static void log_none_heard(struct sync_side *side, struct mono now)
{
	struct heartbeats *h = side->heartbeats;
	const struct addr *peer = vrrp_peer(side);
	char addr[ADDR_TEXT_MAX];

	if (h->is_none_said || !sync_peers_none_heard(&h->peers, h->began, now))
		return;
	h->is_none_said = true;
	if (peer)
		log_notice("sync: %s advertises in VRRP, but no heartbeat of a director has "
			   "arrived on %s yet: it is keepalived or an older lvsd, which send none, "
			   "or connection sync does not arrive here",
			   addr_format(peer, addr), interface_of(side));
	else
		log_notice("sync: no heartbeat of another director has arrived on %s yet: no other "
			   "director runs, or it is keepalived or an older lvsd, which send none",
			   interface_of(side));
}

/* --- sending --- */

static void set_silence_timer(struct heartbeats *h)
{
	loop_timer_set(h->silence, sync_peers_wake(&h->peers));
}

static void send_heartbeat(struct sync_side *side, bool is_leaving)
{
	struct heartbeats *h = side->heartbeats;
	struct sync_heartbeat heartbeat = sync_peers_report(&h->peers, clock_mono());
	int code;

	if (!side->rejoin.hello)
		return;
	heartbeat.is_leaving = is_leaving;
	code = sync_hello_beat(side->rejoin.hello, &heartbeat);
	if (code < 0 && code != h->send_error)
		log_warning("sync: heartbeats cannot be sent on %s: %s: connections that our "
			    "kernel announces cannot be sent either",
			    interface_of(side), err_errno(code));
	if (code == 0 && h->send_error)
		log_notice("sync: heartbeats can be sent again on %s", interface_of(side));
	h->send_error = code;
}

static bool is_master_of_all(const struct sync_side *side)
{
	for (size_t i = 0; i < side->conf->n_vrrps; i++) {
		const struct vrrp_report *report = side->sink.report(&side->conf->vrrps[i], side->sink.arg);

		if (!report || report->state != VRRP_MASTER)
			return false;
	}
	return side->conf->n_vrrps > 0;
}

static uint64_t count_active(const struct ipvs_state *have)
{
	uint64_t n = 0;

	for (size_t i = 0; i < have->n_services; i++)
		for (size_t j = 0; j < have->services[i].n_dests; j++)
			n += have->services[i].dests[j].counters.active;
	return n;
}

static void announced_judge(struct sync_side *side, struct mono now)
{
	struct heartbeats *h = side->heartbeats;

	if (sync_announcing_step(&h->announcing, is_master_of_all(side), *side->is_table_known,
				 count_active(side->table)))
		sync_peers_announced(&h->peers, now);
}

static void on_beat(void *arg)
{
	struct sync_side *side = arg;
	struct heartbeats *h = side->heartbeats;
	struct mono now = clock_mono();

	if (!side->conf->global.sync_daemon.is_on)
		return; /* heartbeats_settle() stops it */
	announced_judge(side, now);
	send_heartbeat(side, false);
	log_none_heard(side, now);
	loop_timer_set(h->beat, mono_add_ns(now, SYNC_HEARTBEAT_S * NS_PER_S));
}

static void peer_tell(const struct sync_side *side)
{
	if (side->sink.on_peer)
		side->sink.on_peer(side->sink.arg);
}

static void on_silence(void *arg)
{
	struct sync_side *side = arg;
	struct heartbeats *h = side->heartbeats;
	struct mono now = clock_mono();
	const struct sync_peer *peer;

	while ((peer = sync_peers_step(&h->peers, now))) {
		char addr[ADDR_TEXT_MAX];

		if (!may_log(side, &h->silent_lines, now))
			continue;
		log_warning("sync: no heartbeat of %s for %lld s: if that director runs, "
			    "connections that its kernel announces do not arrive here either; look "
			    "at its log, at %s and at the switch behind it",
			    addr_format(&peer->addr, addr),
			    (long long)sync_moment_age_s(&peer->heartbeat, now), interface_of(side));
	}
	set_silence_timer(h);
	peer_tell(side);
}

/* --- receiving --- */

static void on_answer(void *arg)
{
	struct sync_side *side = arg;
	struct heartbeats *h = side->heartbeats;
	uint64_t n;

	loop_timer_set(h->answer, MONO_NEVER);
	if (sync_limit_take(&h->answers, &answers_rate, clock_mono(), &n))
		send_heartbeat(side, false);
}

void heartbeats_answer(struct sync_side *side)
{
	struct heartbeats *h = side->heartbeats;

	if (h)
		loop_timer_set(h->answer, sync_limit_next(&h->answers, &answers_rate, clock_mono()));
}

bool heartbeats_know(const struct sync_side *side, const struct addr *addr)
{
	return side->heartbeats && sync_peers_know(&side->heartbeats->peers, addr);
}

static void on_heartbeat(const struct addr *from, const struct sync_heartbeat *heartbeat, void *arg)
{
	struct sync_side *side = arg;
	struct heartbeats *h = side->heartbeats;
	struct mono now = clock_mono();
	const struct sync_peer *peer;
	unsigned events = sync_peers_hear(&h->peers, from, heartbeat, now, &peer);

	if (events & SYNC_PEER_NO_ROOM)
		log_no_room(side, from, now);
	if (!peer)
		return;
	log_events(side, peer, events, now);
	set_silence_timer(h);
	peer_tell(side);
	if (heartbeat->is_leaving)
		return;
	if (events & SYNC_PEER_RESTARTED)
		heartbeats_answer(side);
	rejoin_heard(side, peer->hears_us, events & SYNC_PEER_WAS_SILENT);
}

static void on_entries(const struct addr *from, void *arg)
{
	struct sync_side *side = arg;

	sync_peers_hear_entries(&side->heartbeats->peers, from, clock_mono());
}

static void on_far(const struct addr *from, unsigned ttl, void *arg)
{
	struct sync_side *side = arg;
	struct heartbeats *h = side->heartbeats;
	char addr[ADDR_TEXT_MAX];
	uint64_t n;

	if (!sync_limit_take(&h->far_lines, &far_rate, clock_mono(), &n))
		return;
	log_warning("sync: a hello or heartbeat of %s came with TTL %u and was dropped (%llu since "
		    "the last such line): only a TTL of 255 shows that it has passed no router. An "
		    "older lvsd sends its hello with another TTL: until it is upgraded, busy "
		    "connections may be lost when it takes its addresses back; with `ttl 1` in "
		    "lvs_sync_daemon its hello is accepted",
		    addr_format(from, addr), ttl, (unsigned long long)n + 1);
}

/* --- opening and closing --- */

static void open_heartbeats(struct sync_side *side)
{
	struct heartbeats *h;

	if (side->heartbeats)
		return;
	h = side->heartbeats = mem_calloc(1, sizeof(*h));
	h->began = clock_mono();
	h->beat = loop_timer_new(side->loop, on_beat, side);
	h->silence = loop_timer_new(side->loop, on_silence, side);
	h->answer = loop_timer_new(side->loop, on_answer, side);
	h->peers.own_id = nonce_new();
}

void heartbeats_settle(struct sync_side *side)
{
	const struct sync_ears ears = {on_heartbeat, on_entries, on_far, side};

	if (!side->conf->global.sync_daemon.is_on) {
		heartbeats_close(side);
		return;
	}
	open_heartbeats(side);
	if (side->rejoin.hello && sync_hello_listen(side->rejoin.hello, &ears))
		loop_timer_set(side->heartbeats->beat, clock_mono());
}

void heartbeats_leave(struct sync_side *side)
{
	if (side->heartbeats)
		send_heartbeat(side, true);
}

void heartbeats_close(struct sync_side *side)
{
	if (!side->heartbeats)
		return;
	loop_timer_free(side->heartbeats->beat);
	loop_timer_free(side->heartbeats->silence);
	loop_timer_free(side->heartbeats->answer);
	free(side->heartbeats);
	side->heartbeats = NULL;
}

/* --- status --- */

void heartbeats_status(const struct sync_side *side, struct sync_status *status)
{
	const struct heartbeats *h = side->heartbeats;

	status->state = h ? sync_peers_state_name(&h->peers) : "never heard";
	status->send_error = h && side->rejoin.hello ? h->send_error : 0;
	status->vrrp_peer = vrrp_peer(side);
	status->peers = h ? h->peers.items : NULL;
	status->n_peers = h ? h->peers.n : 0;
}
