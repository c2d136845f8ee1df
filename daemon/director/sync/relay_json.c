/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/sync/relay_json.h"
#include "base/clock.h"
#include "base/mono.h"
#include "daemon/director/pair/pair.h"
#include "sync/relay/counts.h"
#include "sync/relay/peer.h"

/* Seconds, with fractions. */
static json_t *seconds_json(int64_t ns)
{
	return ns < 0 ? json_null() : json_real((double)ns / NS_PER_S);
}

/* Only those that happened. */
static json_t *reasons_json(const struct relay_report *report)
{
	json_t *reasons = json_object();

	for (size_t i = 0; i < RELAY_REFUSED_N; i++)
		if (report->n_refused[i])
			json_object_set_new(reasons, relay_refused_name((enum relay_refused)i),
					    json_integer((json_int_t)report->n_refused[i]));
	return reasons;
}

static json_t *rejections_json(const struct relay_report *report)
{
	json_t *reasons = json_object();

	for (size_t i = 0; i < RELAY_REJECTED_N; i++)
		if (report->n_rejected[i])
			json_object_set_new(reasons, relay_rejection_name((enum relay_rejection)i),
					    json_integer((json_int_t)report->n_rejected[i]));
	return reasons;
}

/* What the director there has said of itself; null: nothing yet. */
static json_t *other_json(const struct pair_peer *other)
{
	char applied[CLOCK_STAMP_MAX], differs[CLOCK_STAMP_MAX];

	if (!other || !other->is_up || !other->is_known)
		return json_null();
	clock_format(other->hello.applied_wall_us, applied);
	clock_format(other->differs_wall_us, differs);
	return json_pack("{s:s, s:s, s:s, s:s, s:o}", "version", other->hello.version, "config_digest",
			 other->hello.digest, "router_id", other->hello.name, "applied_at",
			 applied, "config_differs_since",
			 other->is_differing ? json_string(differs) : json_null());
}

static json_t *relay_peer_json(const struct conf_relay_peer *conf, const struct relay_report *report,
			       const char *cause, const struct pair_peer *other)
{
	char addr[ADDR_TEXT_MAX];
	json_t *peer = json_pack(
	    "{s:s, s:i, s:s, s:s, s:b, s:b, s:o, s:o, s:o, s:o}", "address", addr_format(&conf->addr, addr), "port",
	    conf->port, "state", relay_state_name((enum relay_state)report->state), "state_there",
	    relay_state_name((enum relay_state)report->their_state), "left", report->has_left, "master",
	    report->is_master, "coverage",
	    report->has_coverage ? json_real((double)report->coverage / RELAY_COVERAGE_ALL) : json_null(), "lag_s",
	    seconds_json(report->lag_ns), "rtt_s", seconds_json(report->rtt_ns), "key",
	    report->key_id < 0 ? json_null() : json_integer(report->key_id));
	const struct {
		const char *name;
		uint64_t value;
	} counts[] = {{"connections_there", report->n_theirs}, {"received", report->n_entries},
		      {"lost", report->n_lost},		       {"recovered", report->n_recovered},
		      {"sent_again", report->n_again},	       {"bulks_sent", report->n_bulks},
		      {"kernel_drops", report->n_dropped},     {"unsent", report->n_unsent},
		      {"flooded", report->n_flooded}};

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		json_object_set_new(peer, counts[i].name, json_integer((json_int_t)counts[i].value));
	json_object_set_new(peer, "cause", cause ? json_string(cause) : json_null());
	json_object_set_new(peer, "director", other_json(other));
	json_object_set_new(peer, "refused", reasons_json(report));
	json_object_set_new(peer, "rejected", rejections_json(report));
	return peer;
}

static json_t *keys_json(const struct sync_keys *keys)
{
	json_t *list = json_array();

	for (size_t i = 0; i < keys->n; i++)
		json_array_append_new(
		    list, json_pack("{s:i, s:s}", "id", keys->keys[i].id, "digest", keys->keys[i].digest));
	return list;
}

json_t *sync_relay_json(const struct sync_status *sync, json_t *mirror)
{
	static const struct relay_report unknown = {.key_id = -1, .lag_ns = -1, .rtt_ns = -1};
	json_t *peers = json_array();
	char addr[ADDR_TEXT_MAX];

	for (size_t i = 0; i < sync->relay->n_peers; i++)
		json_array_append_new(peers, relay_peer_json(&sync->relay->peers[i],
							     sync->has_report[i] ? &sync->reports[i] : &unknown,
							     sync->causes[i].text,

							     sync->others ? &sync->others[i] : NULL));
	return json_pack("{s:s, s:s, s:o, s:o, s:s, s:i, s:b, s:o, s:o, s:o}", "mode", "relay", "interface",
			 sync->interface, "index", sync->index ? json_integer(sync->index) : json_null(), "fault",
			 *sync->fault ? json_string(sync->fault) : json_null(), "listen",
			 addr_format(&sync->relay->listen, addr), "port", sync->relay->listen_port, "preemption_waits",
			 sync->is_waiting, "keys", keys_json(sync->keys), "mirror", mirror, "peers", peers);
}
