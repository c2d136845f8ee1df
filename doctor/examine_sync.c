/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Examines connection sync: what the running lvsd reports about its interface and the heartbeats of
 * other directors. */
#include "doctor/examine.h"
#include "doctor/examine_help.h"

#include <string.h>

#define WAY_OUT_GROUP                                                                              \
	"let the datagrams of lvs_sync_daemon through on both directors (see the openings "        \
	"below), "                                                                                 \
	"and look for IGMP snooping on the switch between them"

#define WAY_OUT_TRY                                                                                \
	"open a connection to a virtual server, then run `lvsadm -L -n -c` on the backup: it has " \
	"it too"

static void examine_peer(const struct doctor_sync_peer *peer, const char *interface,
			 struct findings *findings)
{
	if (peer->is_deaf)
		finding_add(findings, FINDING_PROBLEM, "sync", WAY_OUT_GROUP,
			    "connection sync on %s: the heartbeats of %s arrive here, but those of "
			    "this director do not arrive there: connections of this director are "
			    "lost at a failover",
			    interface, peer->address);
	else if (peer->lacks_entries)
		finding_add(findings, FINDING_PROBLEM, "sync",
			    "run `ipvsadm --stop-daemon master`: lvsd starts that role again "
			    "within reconcile_interval",
			    "connection sync on %s: %s receives this director's heartbeats, but "
			    "nothing from its kernel: connections of this director are lost at a "
			    "failover",
			    interface, peer->address);
	else if (!strcmp(peer->state, "silent"))
		finding_add(findings, FINDING_PROBLEM, "sync",
			    "start lvsd there; if it runs, " WAY_OUT_GROUP,
			    "connection sync on %s: no heartbeat of %s has arrived for %ld s, and "
			    "some did before: either lvsd does not run there, or connections are "
			    "lost at a failover",
			    interface, peer->address, peer->heartbeat_s);
	else if (!strcmp(peer->state, "left"))
		finding_add(findings, FINDING_UNKNOWN, "sync", NULL,
			    "connection sync on %s: lvsd on %s was stopped: its kernel still "
			    "receives connections, but nobody reports whether they arrive",
			    interface, peer->address);
	else if (!strcmp(peer->state, "heard"))
		finding_add(findings, FINDING_OK, "sync", NULL,
			    "connection sync on %s: the heartbeats of %s arrive (%ld s ago)",
			    interface, peer->address, peer->heartbeat_s);
	else if (peer->entries_s >= 0)
		finding_add(findings, FINDING_UNKNOWN, "sync", WAY_OUT_TRY,
			    "connection sync on %s: connections of %s arrive (%ld s ago), but it "
			    "sends no heartbeats (it is keepalived or an older lvsd), so it cannot "
			    "be seen whether connections of this director arrive there",
			    interface, peer->address, peer->entries_s);
}

static void examine_silence(const char *interface, const char *vrrp_peer, struct findings *findings)
{
	finding_add(findings, FINDING_UNKNOWN, "sync", WAY_OUT_TRY,
		    "connection sync on %s: no heartbeat of another director has arrived%s%s%s. "
		    "Either no other director runs, or it is keepalived or an older lvsd, which "
		    "send none, or its datagrams do not arrive; it cannot be seen whether "
		    "connections survive a failover",
		    interface, *vrrp_peer ? ", and " : "", vrrp_peer,
		    *vrrp_peer ? " advertises in VRRP" : "");
}

/* --- mode relay --- */

/* Nothing comes from the peer: why? */
static void examine_absent(const struct doctor_sync_peer *peer, struct findings *findings)
{
	if (peer->has_left)
		finding_add(findings, FINDING_UNKNOWN, "sync", NULL,
			    "connection sync with %s: lvsd there was stopped", peer->address);
	else if (peer->has_other_key)
		finding_add(findings, FINDING_PROBLEM, "sync",
			    "compare the digests of the keys in `lvsctl sync status` of both, and copy the key_file",
			    "connection sync with %s: what it sends is sealed with a key that this director does not "
			    "have: connections are lost at a failover",
			    peer->address);
	else if (peer->has_other_syncid)
		finding_add(findings, FINDING_PROBLEM, "sync", "give both directors the same syncid",
			    "connection sync with %s: it has another syncid: connections are lost at a failover",
			    peer->address);
	else
		finding_add(findings, FINDING_PROBLEM, "sync",
			    "start lvsd there; if it runs, let the datagrams of both through (see the openings below), "
			    "and look whether its file has this director as peer",
			    "connection sync with %s: nothing comes from it: connections are lost at a failover",
			    peer->address);
}

static void examine_relay_peer(const struct doctor_sync_peer *peer, struct findings *findings)
{
	if (!strcmp(peer->state, "ready"))
		finding_add(findings, FINDING_OK, "sync", NULL, "connection sync with %s: its connections are here",
			    peer->address);
	else if (!strcmp(peer->state, "joining"))
		finding_add(findings, FINDING_UNKNOWN, "sync", "run this again in some seconds",
			    "connection sync with %s: its connections are on their way", peer->address);
	else if (!strcmp(peer->state, "degraded"))
		finding_add(findings, FINDING_WARNING, "sync",
			    "see `lvsctl sync status`: it says what was lost or refused",
			    "connection sync with %s: some of its connections are missing here, and are asked for",
			    peer->address);
	else
		examine_absent(peer, findings);
}

static void examine_relay(const struct doctor_sync *sync, struct findings *findings)
{
	if (!sync->is_known)
		finding_add(findings, FINDING_UNKNOWN, "sync", "run this as root on a director where lvsd runs",
			    "connection sync in mode relay: there is no running lvsd that reports whether it works");
	else if (!sync->is_relay)
		finding_add(findings, FINDING_WARNING, "sync", "run `lvsctl reload`",
			    "connection sync: the file has mode relay, the running lvsd has not");
	else if (*sync->fault)
		finding_add(findings, FINDING_PROBLEM, "sync",
			    "if the interface is somebody else's, remove it or name another private_interface",
			    "connection sync: %s: connections are lost at a failover", sync->fault);
	else
		for (size_t i = 0; i < sync->peers.n; i++)
			examine_relay_peer(&sync->peers.items[i], findings);
}

void examine_sync(const struct conf *conf, const struct doctor_facts *facts,
		  struct findings *findings)
{
	const char *interface = conf->global.sync_daemon.interface;
	const struct doctor_sync *sync = &facts->sync;
	size_t before = findings->list.n;
	char remedy[EXAMINE_REMEDY_MAX];

	if (conf->global.relay.is_on)
		examine_relay(sync, findings);
	if (!conf->global.sync_daemon.is_on)
		return;
	if (!sync->is_known) {
		finding_add(findings, FINDING_UNKNOWN, "sync",
		    "run this as root on a director where lvsd runs",
			    "connection sync on %s: there is no running lvsd that reports whether "
			    "it works",
			    interface);
		return;
	}
	if (*sync->fault) {
		const struct doctor_interface *seen = doctor_interface_by_name(facts, interface);

		/* Connections that were announced before do not help any more. */
		finding_add(findings, FINDING_PROBLEM, "sync",
			    examine_link_fault(seen)
				? examine_link_remedy(seen, interface, remedy)
				: "repair the interface: lvsd notices that by itself",
			    "%s: connections are lost at a failover", sync->fault);
		return;
	}
	for (size_t i = 0; i < sync->peers.n; i++)
		examine_peer(&sync->peers.items[i], interface, findings);
	if (findings->list.n == before)
		examine_silence(interface, sync->vrrp_peer, findings);
}
