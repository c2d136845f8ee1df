/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the running lvsd reports about itself, for which somebody may have to do something. */
#include "doctor/examine.h"
#include "base/plural.h"

#include <stdio.h>

static void examine_refusal(const struct doctor_refusal *refusal, struct findings *findings)
{
	bool is_static = !refusal->instance[0];

	finding_add(findings, FINDING_PROBLEM, "refused",
		    "mend its line in the file, or what the kernel names as the reason; lvsd tries "
		    "again by itself",
		    "%s%s %s %s should be on this machine, and is not: %s",
		    is_static ? "static" : "vrrp=", refusal->instance, refusal->kind,
		    refusal->item, refusal->reason);
}

static void examine_order(const struct doctor_order *order, struct findings *findings)
{
	char remedy[CONF_NAME_MAX + 80];

	snprintf(remedy, sizeof(remedy),
		 "`lvsctl vrrp resume %s` ends the order when it is not needed any more",
		 order->instance);
	finding_add(findings, FINDING_WARNING, "orders", remedy,
		    order->is_release
			? "vrrp=%s was released by an operator at %s: it stands back, and serves only "
			  "while no other director does"
			: "vrrp=%s is held by an operator since %s: it does not take over from a "
			  "master of lower priority",
		    order->instance, order->since);
}

static void examine_late(const struct doctor_late *late, struct findings *findings)
{
	finding_add(findings, FINDING_WARNING, "late advertisements",
		    "look for what keeps the vrrp process from a processor: a virtual machine that is "
		    "paused or moved, a limit of CPU time (CPUQuota=), other real-time processes "
		    "(vrrp_rt_priority), or memory that is not locked",
		    "vrrp=%s: %llu of its advertisements left more than half an interval late, the "
		    "latest by %.3g s: a backup takes over when a master is silent for about three "
		    "intervals",
		    late->instance, (unsigned long long)late->n, late->most_s);
}

/* What the tracker does to its instance, as the end of a sentence. */
static const char *tracker_effect(const struct doctor_tracker *tracker, char text[static 96])
{
	if (!tracker->is_known)
		return "it has no effect yet";
	if (tracker->is_fault)
		return "the instance is in FAULT while it is so";
	if (tracker->taken)
		snprintf(text, 96, "it takes %d from the priority", tracker->taken);
	else
		snprintf(text, 96, "it does not add its weight %d to the priority", tracker->withheld);
	return text;
}

static void examine_tracker(const struct doctor_tracker *tracker, struct findings *findings)
{
	bool has_text = tracker->text[0] != '\0', has_since = tracker->since[0] != '\0';
	char effect[96];

	finding_add(findings,
		    !tracker->is_known	? FINDING_UNKNOWN
		    : tracker->is_fault ? FINDING_PROBLEM
					: FINDING_WARNING,
		    "trackers",
		    tracker->is_known ? "mend what is tracked: the effect ends by itself then"
				      : "run this again when what is tracked has been looked at",
		    "vrrp=%s: %s %s %s%s%s%s%s%s: %s", tracker->instance, tracker->kind,
		    tracker->name, tracker->state, has_since ? " since " : "", tracker->since,
		    has_text ? " (" : "", tracker->text, has_text ? ")" : "",
		    tracker_effect(tracker, effect));
}

void examine_running(const struct doctor_facts *facts, struct findings *findings)
{
	if (facts->vrrp_gone[0])
		finding_add(findings, FINDING_PROBLEM, "vrrp process",
			    "read the log: the supervisor starts another one within a second, unless it hangs or "
			    "cannot start a process; `systemctl restart lvsd` replaces a supervisor that hangs",
			    "lvsd has no vrrp process since %s: it does not advertise, and another director may "
			    "have its virtual addresses too",
			    facts->vrrp_gone);
	for (size_t i = 0; i < facts->orders.n; i++)
		examine_order(&facts->orders.items[i], findings);
	for (size_t i = 0; i < facts->trackers.n; i++)
		examine_tracker(&facts->trackers.items[i], findings);
	for (size_t i = 0; i < facts->late.n; i++)
		examine_late(&facts->late.items[i], findings);
	for (size_t i = 0; i < facts->refusals.n; i++)
		examine_refusal(&facts->refusals.items[i], findings);
	if (facts->n_refused > facts->refusals.n)
		finding_add(findings, FINDING_PROBLEM, "refused", "the log names all of them",
			    "the kernel refuses %zu more %s", facts->n_refused - facts->refusals.n,
			    plural_of(facts->n_refused - facts->refusals.n, "address, route or rule",
			    	      "addresses, routes or rules"));
	if (facts->filter_fault[0])
		finding_add(findings, FINDING_PROBLEM, "no_accept",
			    "load nf_tables (`modprobe nf_tables`) or install iptables, or take no_accept "
			    "and strict mode out of the file; lvsd tries again by itself",
			    "no_accept has no effect, so this machine takes what is sent to its "
			    "virtual addresses: %s",
			    facts->filter_fault);
}
