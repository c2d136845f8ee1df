/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/status_json.h"
#include "daemon/director/sync/relay_json.h"

static json_t *age_json(const struct sync_moment *moment, struct mono now)
{
	int64_t age_s = sync_moment_age_s(moment, now);

	return age_s < 0 ? json_null() : json_integer(age_s);
}

static json_t *peer_json(const struct sync_peer *peer, struct mono now)
{
	char addr[ADDR_TEXT_MAX];

	return json_pack(
	    "{s:s, s:s, s:o, s:o, s:o, s:o, s:b, s:b}", "address", addr_format(&peer->addr, addr),
	    "state", peer->id ? sync_peer_state_name(peer->state) : "no heartbeat", "heartbeat_s",
	    age_json(&peer->heartbeat, now), "entries_s", age_json(&peer->entries, now),
	    "entries_there_s", age_json(&peer->entries_there, now), "hears_us",
	    peer->id ? json_boolean(peer->hears_us) : json_null(), "deaf", peer->is_deaf, "untold",
	    peer->lacks_entries);
}

static json_t *mirror_json(const struct sync_mirror_state *mirror)
{
	return json_pack(
	    "{s:I, s:I, s:I, s:I, s:b, s:I, s:I, s:I, s:I, s:I}", "connections", (json_int_t)mirror->n_entries,
	    "bytes", (json_int_t)mirror->bytes, "lost", (json_int_t)mirror->n_lost, "full",
	    (json_int_t)mirror->n_full, "sending", mirror->is_sending, "bulks", (json_int_t)mirror->n_bulks,
	    "last_sent", (json_int_t)mirror->n_sent, "last_listed", (json_int_t)mirror->n_listed, "last_unsent",
	    (json_int_t)mirror->n_unsent, "last_ms", (json_int_t)mirror->took_ms);
}

json_t *status_sync_json(const struct sync_status *sync, struct mono now)
{
	json_t *mirror = sync->mirror ? mirror_json(sync->mirror) : json_null();
	char addr[ADDR_TEXT_MAX];
	json_t *peers;

	if (sync->relay)
		return sync_relay_json(sync, mirror);
	peers = json_array();
	for (size_t i = 0; i < sync->n_peers; i++)
		json_array_append_new(peers, peer_json(&sync->peers[i], now));
	return json_pack("{s:s, s:s, s:o, s:o, s:s, s:o, s:o, s:o, s:o}", "mode", "kernel", "interface",
			 sync->interface,
			 "index", sync->index ? json_integer(sync->index) : json_null(), "fault",
			 *sync->fault ? json_string(sync->fault) : json_null(), "state",
			 sync->state, "send_error",
			 sync->send_error ? json_string(err_errno(sync->send_error)) : json_null(),
			 "vrrp_peer",
			 sync->vrrp_peer ? json_string(addr_format(sync->vrrp_peer, addr))
					 : json_null(),
			 "mirror", mirror, "peers", peers);
}
