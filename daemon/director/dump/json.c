/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * json_dump_file: state and counters of each instance, with the members of keepalived.json. Programs
 * decode whole numbers as integers, so a time in seconds is one unless it has a fraction.
 */
#include "base/mem.h"
#include "daemon/director/dump/dump.h"

#include <jansson.h>
#include <stdlib.h>

static json_t *seconds_of(int64_t us)
{
	return us % US_PER_S ? json_real((double)us / US_PER_S) : json_integer(us / US_PER_S);
}

static json_t *vips_of(const struct conf_vip *vips, size_t n, bool is_held)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++) {
		struct out out;
		char *text;

		out_init(&out, NULL, NULL);
		dump_vip_print(&vips[i], is_held, &out);
		text = out_take(&out);
		json_array_append_new(list, json_string(text));
		free(text);
	}
	return list;
}

static json_t *tracks_of(const struct conf_vrrp *conf, enum conf_tracker kind)
{
	json_t *list = json_array();

	for (size_t i = 0; i < conf->n_tracks; i++)
		if (conf->tracks[i].kind == kind)
			json_array_append_new(list, json_string(conf_track_label(&conf->tracks[i])));
	return list;
}

/* keepalived leaves out a list without members. */
static void list_add(json_t *data, const char *name, json_t *list)
{
	if (json_array_size(list))
		json_object_set_new(data, name, list);
	else
		json_decref(list);
}

static json_t *conf_of(const struct conf_vrrp *conf)
{
	bool is_vmac = dump_interface_of(conf) != conf->interface;

	return json_pack(
	    "{s:s, s:i, s:i, s:i, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:i, s:i, s:i, s:b, s:o, s:i, "
	    "s:b, s:I, s:i, s:b}",
	    "iname", conf->name, "dont_track_primary", (int)conf->ignores_link,
	    "skip_check_adv_addr", 0, "strict_mode", 0, "vmac_ifname",
	    is_vmac ? dump_interface_of(conf) : "", "ifp_ifname", dump_interface_of(conf),
	    "garp_delay", (json_int_t)conf->garp_master_delay, "garp_refresh",
	    (json_int_t)conf->garp_master_refresh, "garp_rep", (json_int_t)conf->garp_master_repeat,
	    "garp_refresh_rep", (json_int_t)conf->garp_master_refresh_repeat,
	    "garp_lower_prio_delay", (json_int_t)conf->garp_lower_prio_delay, "garp_lower_prio_rep",
	    (json_int_t)conf->garp_lower_prio_repeat, "lower_prio_no_advert",
	    (int)conf->is_silent_to_lower, "vrid", (int)conf->vrid, "base_priority",
	    (int)conf->priority, "promote_secondaries", conf->is_promoting, "adver_int",
	    seconds_of(conf->advert_int_us), "accept", (int)!conf->is_refusing, "nopreempt",
	    !conf->is_preempting, "preempt_delay",
	    (json_int_t)(conf->preempt_delay_us / US_PER_S), "version", (int)conf->version,
	    "notify_deleted", conf->notify_deleted != NULL);
}

/* The password is not written. */
static int auth_of(const struct conf_vrrp *conf)
{
	if (conf->version != 2 || !*conf->auth_pass)
		return VRRP_AUTH_NONE;
	return conf->auth_type == CONF_AUTH_AH ? VRRP_AUTH_AH : VRRP_AUTH_PASS;
}

static json_t *data_of(const struct status *status, const struct status_instance *instance)
{
	const struct conf_vrrp *conf = instance->conf;
	const struct vrrp_report *report = instance->report;
	bool is_master = dump_state_of(instance) == VRRP_MASTER;
	uint32_t master_us = report && report->master_interval_us ? report->master_interval_us
								   : conf->advert_int_us;
	json_t *data = conf_of(conf);

	json_object_set_new(data, "state", json_integer(dump_state_of(instance)));
	json_object_set_new(data, "wantstate", json_integer(dump_want_of(instance)));
	json_object_set_new(data, "master_priority",
			    json_integer(report ? report->master_priority : 0));
	json_object_set_new(data, "last_transition",
			    json_real((double)(report ? report->since_wall_us : 0) / US_PER_S));
	json_object_set_new(data, "effective_priority",
			    json_integer(report ? report->effective_priority : conf->priority));
	json_object_set_new(data, "vipset", json_boolean(is_master));
	json_object_set_new(data, "master_adver_int", seconds_of(master_us));
	list_add(data, "vips", vips_of(conf->vips, conf->n_vips, is_master));
	list_add(data, "evips", vips_of(conf->excluded, conf->n_excluded, is_master));
	list_add(data, "track_ifp", tracks_of(conf, CONF_TRACKER_INTERFACE));
	json_object_set_new(data, "auth_type", json_integer(auth_of(conf)));
	json_object_set_new(data, "higher_prio_send_advert", json_integer(1));
	json_object_set_new(data, "smtp_alert", json_boolean(dump_alerts(status, conf->alert)));
	return data;
}

static json_t *stats_of(const struct vrrp_report *report)
{
	const struct dump_stats stats = dump_stats_of(report);
	const struct {
		const char *name;
		uint64_t value;
	} counters[] = {
	    {"advert_rcvd", stats.received},
	    {"advert_sent", stats.sent},
	    {"become_master", stats.became_master},
	    {"release_master", stats.released_master},
	    {"packet_len_err", stats.length},
	    {"advert_interval_err", stats.interval},
	    {"ip_ttl_err", stats.ttl},
	    {"invalid_type_rcvd", stats.type},
	    {"addr_list_err", 0},
	    {"invalid_authtype", 0},
	    {"authtype_mismatch", stats.auth_type},
	    {"auth_failure", stats.auth_data},
	    {"pri_zero_rcvd", stats.zeros_received},
	    {"pri_zero_sent", stats.zeros_sent},
	};
	json_t *json = json_object();

	for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++)
		json_object_set_new(json, counters[i].name,
				    json_integer((json_int_t)counters[i].value));
	return json;
}

void dump_json_print(const struct status *status, struct out *out)
{
	json_t *list = json_array(), *json = list;
	char *text;

	for (size_t i = 0; i < status->instances.n; i++) {
		const struct status_instance *instance = &status->instances.items[i];

		json_array_append_new(list, json_pack("{s:o, s:o}", "data", data_of(status, instance),
						      "stats", stats_of(instance->report)));
	}
	if (status->conf->global.json_version == 2)
		json = json_pack("{s:o}", "vrrp", list);
	text = json_dumps(json, JSON_COMPACT);
	json_decref(json);
	if (!text)
		mem_exhausted(0);
	out_text(out, text);
	out_text(out, "\n");
	free(text);
}
