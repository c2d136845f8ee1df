/* SPDX-License-Identifier: GPL-2.0-or-later */
/* state_dump_file: the instances, sync groups and scripts, with the lines of keepalived.data. */
#include "daemon/director/dump/dump.h"

#include <time.h>

static const char *switched(bool is_on)
{
	return is_on ? "enabled" : "disabled";
}

static const char *yes(bool is_yes)
{
	return is_yes ? "yes" : "no";
}

static const char *truth(bool is_true)
{
	return is_true ? "true" : "false";
}

static const char *reversed(const struct conf_track *track)
{
	return track->is_reverse ? " reverse" : "";
}

/* "1796003412.868650 (Mon Nov 30 01:50:12.868650 2026)" */
static void transition_print(int64_t wall_us, struct out *out)
{
	const time_t seconds = wall_us / US_PER_S;
	const long us = (long)(wall_us % US_PER_S);
	char day[32], year[16];
	struct tm tm;

	localtime_r(&seconds, &tm);
	strftime(day, sizeof(day), "%a %b %e %H:%M:%S", &tm);
	strftime(year, sizeof(year), "%Y", &tm);
	dump_line(out, "   Last transition = %lld.%06ld (%s.%06ld %s)", (long long)seconds, us, day, us,
		  year);
}

/* The time of silence after which the master is down: of version 3 by the master's interval. */
static uint64_t down_us(const struct status_instance *instance)
{
	const struct conf_vrrp *conf = instance->conf;
	const struct vrrp_report *report = instance->report;
	uint64_t interval_us = conf->advert_int_us;
	unsigned priority = report ? report->effective_priority : conf->priority;

	if (conf->version == 3 && report && report->master_interval_us)
		interval_us = report->master_interval_us;
	return conf->down_timer_adverts * interval_us +
	       (256 - priority) * (conf->version == 3 ? interval_us : US_PER_S) / 256;
}

static void master_print(const struct status_instance *instance, struct out *out)
{
	const struct vrrp_report *report = instance->report;
	char master[ADDR_TEXT_MAX] = "0.0.0.0";

	if (dump_state_of(instance) != VRRP_BACKUP)
		return;
	if (report->master.family != AF_UNSPEC)
		addr_format(&report->master, master);
	dump_line(out, "   Master router = %s", master);
	dump_line(out, "   Master priority = %u", report->master_priority);
	if (instance->conf->version == 3)
		dump_line(out, "   Master advert int = %.2f sec",
			  report->master_interval_us / (double)US_PER_S);
}

static void faults_print(const struct status_instance *instance, struct out *out)
{
	const struct conf_vrrp *conf = instance->conf;
	unsigned n_faults = 0, n_unknown = 0;

	for (size_t i = 0; i < conf->n_tracks; i++) {
		const struct vrrp_source *source = instance->trackers[i].source;

		n_faults += instance->trackers[i].effect.is_fault;
		n_unknown += conf->tracks[i].kind == CONF_TRACKER_SCRIPT &&
			     (!source || source->state == VRRP_SOURCE_UNKNOWN);
	}
	/* The interface, or another cause that is no tracker. */
	if (!n_faults && dump_state_of(instance) == VRRP_FAULT)
		n_faults = 1;
	dump_line(out, "   Number of interface and track script faults = %u", n_faults);
	dump_line(out, "   Number of track scripts init = %u", n_unknown);
}

/* keepalived says "none" only where it has set none of its flags. */
static bool has_flag(const struct conf_vrrp *conf)
{
	return conf->n_peers || !conf->is_preempting || conf->ignores_link || conf->is_promoting ||
	       conf->uses_vmac || conf->source.family != AF_UNSPEC;
}

static void head_print(const struct status_instance *instance, struct out *out)
{
	const struct conf_vrrp *conf = instance->conf;

	dump_line(out, " VRRP Instance = %s", conf->name);
	dump_line(out, "   VRRP Version = %u", conf->version);
	if (conf->sync_group)
		dump_line(out, "   Sync group = %s", conf->sync_group);
	if (conf->family == AF_INET6)
		dump_line(out, "   Using Native IPv6");
	dump_line(out, "   State = %s", vrrp_state_text(dump_state_of(instance)));
	master_print(instance, out);
	dump_line(out, "   Flags:%s", has_flag(conf) ? "" : " none");
	if (conf->n_peers)
		dump_line(out, "     Using unicast");
	dump_line(out, "   Wantstate = %s", vrrp_state_text(dump_want_of(instance)));
	dump_line(out, "   Number of config faults = 0");
	faults_print(instance, out);
	transition_print(instance->report ? instance->report->since_wall_us : 0, out);
	dump_line(out, "   Master down timer = %llu usecs", (unsigned long long)down_us(instance));
}

static void interface_print(const struct status_instance *instance, struct out *out)
{
	const struct conf_vrrp *conf = instance->conf;
	const struct vrrp_report *report = instance->report;
	bool is_master = dump_state_of(instance) == VRRP_MASTER;
	const struct addr group =
	    conf->group.family != AF_UNSPEC ? conf->group : vrrp_group(conf->family);
	char text[ADDR_TEXT_MAX];

	if (dump_interface_of(conf) != conf->interface)
		dump_line(out, "   Interface = %s, vmac on %s%s", dump_interface_of(conf),
			  conf->interface, conf->is_by_base ? ", xmit base i/f" : "");
	else
		dump_line(out, "   Interface = %s", conf->interface);
	if (conf->ignores_link)
		dump_line(out, "   VRRP interface tracking disabled");
	if (conf->source.family != AF_UNSPEC)
		dump_line(out, "   Using src_ip = %s (from configuration)",
			  addr_format(&conf->source, text));
	else if (is_master && report->master.family != AF_UNSPEC)
		dump_line(out, "   Using src_ip = %s", addr_format(&report->master, text));
	if (!conf->n_peers)
		dump_line(out, "   Multicast address %s", addr_format(&group, text));
}

/* The priority that the trackers ask for, before it is clamped to 1..254. */
static int total_priority(const struct status_instance *instance)
{
	int total = instance->conf->priority;

	for (size_t i = 0; i < instance->conf->n_tracks; i++)
		total += instance->trackers[i].effect.weight;
	return total;
}

static void times_print(const struct status_instance *instance, struct out *out)
{
	const struct conf_vrrp *conf = instance->conf;

	dump_line(out, "   Gratuitous ARP delay = %u", conf->garp_master_delay);
	dump_line(out, "   Gratuitous ARP repeat = %u", conf->garp_master_repeat);
	dump_line(out, "   Gratuitous ARP refresh = %u", conf->garp_master_refresh);
	dump_line(out, "   Gratuitous ARP refresh repeat = %u", conf->garp_master_refresh_repeat);
	dump_line(out, "   Gratuitous ARP lower priority delay = %u", conf->garp_lower_prio_delay);
	dump_line(out, "   Gratuitous ARP lower priority repeat = %u", conf->garp_lower_prio_repeat);
	dump_line(out, "   Down timer adverts = %u", conf->down_timer_adverts);
	dump_line(out, "   Send advert after receive lower priority advert = %s",
		  truth(!conf->is_silent_to_lower));
	dump_line(out, "   Send advert after receive higher priority advert = %s", truth(true));
	dump_line(out, "   Virtual Router ID = %u", conf->vrid);
	dump_line(out, "   Priority = %u", conf->priority);
	dump_line(out, "   Effective priority = %u",
		  instance->report ? instance->report->effective_priority : conf->priority);
	dump_line(out, "   Total priority = %d", total_priority(instance));
	if (conf->version == 2)
		dump_line(out, "   Advert interval = %llu sec",
			  (unsigned long long)(conf->advert_int_us / US_PER_S));
	else
		dump_line(out, "   Advert interval = %u milli-sec", conf->advert_int_us / 1000);
	if (conf->version == 3 && dump_state_of(instance) == VRRP_BACKUP)
		dump_line(out, "   Master advert interval = %u milli-sec",
			  instance->report->master_interval_us / 1000);
	dump_line(out, "   Accept = %s", switched(!conf->is_refusing));
	dump_line(out, "   Preempt = %s", switched(conf->is_preempting));
	if (conf->preempt_delay_us)
		dump_line(out, "   Preempt delay = %g secs",
			  conf->preempt_delay_us / (double)US_PER_S);
	dump_line(out, "   Promote_secondaries = %s", switched(conf->is_promoting));
}

/* The password is not written: the file is for other programs. */
static void auth_print(const struct conf_vrrp *conf, struct out *out)
{
	if (conf->version != 2)
		return;
	dump_line(out, "   Authentication type = %s",
		  !*conf->auth_pass              ? "none"
		  : conf->auth_type == CONF_AUTH_AH ? "IPSEC_AH"
						    : "SIMPLE_PASSWORD");
}

static void vips_print(const struct conf_vip *vips, size_t n, bool is_held, struct out *out)
{
	for (size_t i = 0; i < n; i++) {
		out_text(out, "     ");
		dump_vip_print(&vips[i], is_held, out);
		out_text(out, "\n");
	}
}

static void addresses_print(const struct status_instance *instance, struct out *out)
{
	const struct conf_vrrp *conf = instance->conf;
	bool is_held = dump_state_of(instance) == VRRP_MASTER;

	if (conf->n_vips)
		dump_line(out, "   Virtual IP (%zu):", conf->n_vips);
	vips_print(conf->vips, conf->n_vips, is_held, out);
	if (conf->n_excluded)
		dump_line(out, "   Virtual IP Excluded :");
	vips_print(conf->excluded, conf->n_excluded, is_held, out);
}

static void peers_print(const struct conf_vrrp *conf, struct out *out)
{
	char text[ADDR_TEXT_MAX];

	if (!conf->n_peers)
		return;
	dump_line(out, "   Unicast TTL = %u", conf->unicast_ttl ? conf->unicast_ttl : VRRP_HOP_LIMIT);
	dump_line(out, "   Check unicast src : yes");
	dump_line(out, "   Unicast Peer :");
	for (size_t i = 0; i < conf->n_peers; i++) {
		const struct conf_peer *peer = &conf->peers[i];

		dump_line(out, "     %s min_ttl %u max_ttl %u", addr_format(&peer->addr, text),
			  peer->min_ttl, peer->max_ttl ? peer->max_ttl : UINT8_MAX);
	}
}

/* The trackers of one kind. mark: what stands behind a name. */
static void tracks_print(const struct conf_vrrp *conf, enum conf_tracker kind, const char *title,
			 const char *mark, struct out *out)
{
	bool is_begun = false;

	for (size_t i = 0; i < conf->n_tracks; i++) {
		const struct conf_track *track = &conf->tracks[i];

		if (track->kind != kind)
			continue;
		if (!is_begun)
			dump_line(out, "   %s :", title);
		is_begun = true;
		dump_line(out, "     %s%s weight %d%s", conf_track_label(track), mark, track->weight,
			  reversed(track));
	}
}

static void instance_print(const struct status *status, const struct status_instance *instance,
			   struct out *out)
{
	const struct conf_vrrp *conf = instance->conf;

	head_print(instance, out);
	interface_print(instance, out);
	times_print(instance, out);
	auth_print(conf, out);
	addresses_print(instance, out);
	peers_print(conf, out);
	tracks_print(conf, CONF_TRACKER_INTERFACE, "Tracked interfaces", "", out);
	tracks_print(conf, CONF_TRACKER_SCRIPT, "Tracked scripts", "", out);
	tracks_print(conf, CONF_TRACKER_FILE, "Tracked files", ",", out);
	tracks_print(conf, CONF_TRACKER_PROCESS, "Tracked processes", ",", out);
	dump_line(out, "   Using smtp notification = %s", yes(dump_alerts(status, conf->alert)));
	dump_line(out, "   Notify deleted = %s", conf->notify_deleted ? "Deleted" : "Fault");
	dump_line(out, "   Notify priority changes = %s", truth(conf->is_notifying_priority));
}

static void group_print(const struct status *status, const struct status_group *group,
			struct out *out)
{
	unsigned n_fault = 0, n_init = 0;

	for (int is_list = 0; is_list < 2; is_list++) {
		if (is_list) {
			dump_line(out, " VRRP Sync Group = %s, %s", group->conf->name,
				  vrrp_state_text(group->state));
			dump_line(out, "   Num member fault %u, num member init %u", n_fault, n_init);
			dump_line(out, "   VRRP member instances :");
		}
		for (size_t i = 0; i < status->instances.n; i++) {
			const struct status_instance *member = &status->instances.items[i];
			const char *name = member->conf->sync_group;

			if (!name || strcmp(name, group->conf->name) != 0)
				continue;
			n_fault += dump_state_of(member) == VRRP_FAULT;
			n_init += dump_state_of(member) == VRRP_INIT;
			if (is_list)
				dump_line(out, "     %s", member->conf->name);
		}
	}
	dump_line(out, "   Using smtp notification = %s", yes(dump_alerts(status, group->conf->alert)));
}

static void command_print(const struct conf_script *script, struct out *out)
{
	out_text(out, "   Command =");
	for (size_t i = 0; i < script->argc; i++) {
		/* The file `<PATH`, which is no command, has no quotes. */
		const char *quote = i == 0 && *script->argv[i] == '<' ? "" : "'";

		out_text(out, " ");
		out_text(out, quote);
		out_escaped(out, script->argv[i], strlen(script->argv[i]));
		out_text(out, quote);
	}
	out_text(out, "\n");
}

/* The instances that track the script, each with its weight. */
static void trackers_print(const struct status *status, const char *name, struct out *out)
{
	dump_line(out, "   VRRP instances :");
	for (size_t i = 0; i < status->instances.n; i++) {
		const struct conf_vrrp *conf = status->instances.items[i].conf;
		const struct conf_track *track = vrrp_track_find(conf, CONF_TRACKER_SCRIPT, name);

		if (track)
			dump_line(out, "     %s, weight %d%s", conf->name, track->weight,
				  reversed(track));
	}
}

static void script_print(const struct status *status, const struct status_script *script,
			 struct out *out)
{
	const struct conf_vrrp_script *conf = script->conf;

	dump_line(out, " VRRP Script = %s", conf->name);
	command_print(conf->script, out);
	dump_line(out, "   Interval = %llu sec", (unsigned long long)(conf->interval_us / US_PER_S));
	dump_line(out, "   Timeout = %llu sec", (unsigned long long)(conf->timeout_us / US_PER_S));
	dump_line(out, "   Rise = %u", conf->rise);
	dump_line(out, "   Fall = %u", conf->fall);
	/* A script that has not run yet is BAD in keepalived, too. */
	dump_line(out, "   Status = %s", script->state == VRRP_SOURCE_UP ? "GOOD" : "BAD");
	trackers_print(status, conf->name, out);
	dump_line(out, "   State = %s", script->is_running ? "running" : "idle");
}

void dump_state_print(const struct status *status, struct out *out)
{
	dump_line(out, "------< Global definitions >------");
	dump_line(out, " Router ID = %s", status->router_id);
	if (status->instances.n)
		dump_line(out, "------< VRRP Topology >------");
	for (size_t i = 0; i < status->instances.n; i++)
		instance_print(status, &status->instances.items[i], out);
	if (status->groups.n)
		dump_line(out, "------< VRRP Sync groups >------");
	for (size_t i = 0; i < status->groups.n; i++)
		group_print(status, &status->groups.items[i], out);
	if (status->scripts.n)
		dump_line(out, "------< VRRP Scripts >------");
	for (size_t i = 0; i < status->scripts.n; i++)
		script_print(status, &status->scripts.items[i], out);
}
