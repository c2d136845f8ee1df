/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/sync/peer_reach.h"
#include "vrrp/transition.h"

#include <string.h>

static enum reach_state peer_state(const struct sync_peer *peer, struct mono since, bool is_late)
{
	bool is_due = peer->period_s && (int64_t)peer->period_s * 1000 < REACH_WAIT_MS;

	if (!peer->heartbeat.is_known || peer->state == SYNC_PEER_LEFT)
		return REACH_NONE;
	if (peer->state == SYNC_PEER_SILENT)
		return REACH_LOST;
	if (mono_reached(peer->heartbeat.at, since))
		return REACH_HEARD;
	return is_late && is_due ? REACH_LOST : REACH_UNSURE;
}

static enum reach_state report_state(const struct relay_report *report)
{
	if (report->state != RELAY_DOWN)
		return REACH_UNSURE;
	return report->has_left ? REACH_NONE : REACH_LOST;
}

enum reach_state peer_reach_sync(const struct sync_status *status, struct mono since, bool is_late)
{
	enum reach_state state = REACH_NONE;

	if (status->relay) {
		for (size_t i = 0; i < status->relay->n_peers; i++)
			if (status->has_report[i])
				state = reach_join(state, report_state(&status->reports[i]));
		return state;
	}
	for (size_t i = 0; i < status->n_peers; i++)
		state = reach_join(state, peer_state(&status->peers[i], since, is_late));
	return state;
}

/* Has it become MASTER since the one before fell silent? A router that was always alone has heard none. */
static bool has_lost_master(const struct vrrp_report *report, int64_t now_wall_us)
{
	return report->state == VRRP_MASTER && report->adverts_received && report->cause &&
	       !strncmp(report->cause, VRRP_CAUSE_OF_SILENCE, strlen(VRRP_CAUSE_OF_SILENCE)) &&
	       report->since_wall_us && now_wall_us - report->since_wall_us <= PEER_REACH_VRRP_S * US_PER_S;
}

enum reach_state peer_reach_vrrp(const struct vrrp_report *report, int64_t now_wall_us)
{
	if (!report)
		return REACH_NONE;
	if (report->state == VRRP_BACKUP && report->master.family != AF_UNSPEC)
		return REACH_UNSURE;
	return has_lost_master(report, now_wall_us) ? REACH_LOST : REACH_NONE;
}
