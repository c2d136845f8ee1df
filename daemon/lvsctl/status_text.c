/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/lvsctl/status_text.h"
#include "daemon/lvsctl/answer.h"
#include "daemon/lvsctl/syncing_text.h"
#include "base/plural.h"

#include <stdbool.h>
#include <string.h>

/* At most so many changes or errors of a reload are printed; --json has all. */
#define RELOAD_LINES_MAX 20

static void print_lines(const char *text, FILE *out)
{
	unsigned n = 0;

	for (; *text; n++) {
		size_t len = strcspn(text, "\n");

		if (n < RELOAD_LINES_MAX)
			fprintf(out, "    %.*s\n", (int)len, text);
		text += len + (text[len] == '\n');
	}
	if (n > RELOAD_LINES_MAX)
		fprintf(out, "    and %u more\n", n - RELOAD_LINES_MAX);
}

static void print_reload(json_t *reload, FILE *out)
{
	bool is_ok = json_is_true(json_object_get(reload, "ok"));
	const char *text = json_text(reload, "text");

	fprintf(out, "last %s %s %s%s\n", json_text(reload, "action"), json_text(reload, "at"),
		is_ok ? "accepted" : "REFUSED, nothing has changed", is_ok && !*text ? "" : ":");
	if (is_ok && !*text)
		fputs("    no change\n", out);
	print_lines(text, out);
}

void status_text_print_in_force(json_t *config, FILE *out)
{
	if (!strcmp(json_text(config, "in_force"), "previous"))
		fprintf(out,
			"rolled back: the configuration before the last reload is in force; %s "
			"itself is unchanged, and the next reload, SIGHUP or start applies it\n",
			json_text(config, "file"));
	if (json_is_string(json_object_get(config, "confirm_by")))
		fprintf(out,
			"WAITS for lvsctl confirm until %s; without it the previous configuration "
			"comes back\n",
			json_text(config, "confirm_by"));
}

/* Prints which keywords of the file have no effect, as long as they are in it: "DNS_CHECK: not
 * run". */
static void print_ignored(json_t *list, FILE *out)
{
	json_t *item;
	size_t i;

	json_array_foreach(list, i, item)
	{
		long long n = json_number(item, "times");

		fprintf(out, "IGNORED %s: %s (%lld time%s, first in line %lld): %s\n",
			json_text(item, "keyword"), json_text(item, "consequence"), n,
			plural((unsigned long long)n), json_number(item, "line"),
			json_text(item, "reason"));
	}
}

static void print_lacks(json_t *lacks, FILE *out)
{
	json_t *lack;
	size_t i;

	json_array_foreach(lacks, i, lack) fprintf(
	    out, "WITHOUT %s: %s\n", json_text(lack, "capability"), json_text(lack, "cost"));
}

/* Only if mail is not as it should be. */
static void print_mail(json_t *mail, FILE *out)
{
	json_t *error = json_object_get(mail, "error");

	if (json_is_string(error))
		fprintf(out, "MAIL to %s:%lld: %s (%lld waiting, %lld lost)\n",
			json_text(mail, "server"), json_number(mail, "port"), json_string_value(error),
			json_number(mail, "waiting"), json_number(mail, "lost"));
}

static void print_head(json_t *status, FILE *out)
{
	json_t *config = json_object_get(status, "config");
	json_t *reload = json_object_get(config, "last_reload");

	fprintf(out, "config digest %s (equal on both directors of a pair)\n",
		json_text(status, "config_digest"));
	fprintf(out, "lvsd %s, pid %lld, router id %s\n", json_text(status, "version"),
		json_number(status, "pid"), json_text(status, "router_id"));
	fprintf(out, "%s applied %s\n", json_text(config, "file"), json_text(config, "applied_at"));
	status_text_print_in_force(config, out);
	print_ignored(json_object_get(status, "ignored"), out);
	print_lacks(json_object_get(status, "lacks"), out);
	if (json_is_string(json_object_get(status, "filter_fault")))
		fprintf(out, "WITHOUT no_accept: this machine takes what is sent to the virtual "
			     "addresses: %s\n",
			json_text(status, "filter_fault"));
	print_mail(json_object_get(status, "mail"), out);
	if (json_is_object(reload))
		print_reload(reload, out);
}

/* Prints what an operator has ordered with lvsctl vrrp. */
static void print_order(json_t *item, FILE *out)
{
	json_t *order = json_object_get(item, "order");
	bool is_released = !strcmp(json_text(order, "kind"), "release");

	if (!json_is_object(order))
		return;
	fprintf(out, "  %s by an operator since %s: `lvsctl vrrp resume %s` ends that\n",
		is_released ? "released" : "kept from preempting", json_text(order, "since"),
		json_text(item, "name"));
}

/* Prints "  since 2026-11-29T12:00:00.000Z: no advertisement for 3.609 s". The cause of FAULT has a line of
 * its own. */
static void print_since(json_t *item, FILE *out)
{
	bool has_cause = json_is_string(json_object_get(item, "cause")) &&
			 !json_is_string(json_object_get(item, "fault"));

	if (json_is_string(json_object_get(item, "since")))
		fprintf(out, "  since %s%s%s\n", json_text(item, "since"), has_cause ? ": " : "",
			has_cause ? json_text(item, "cause") : "");
}

/* Prints "  3 of its advertisements left more than half an interval late, the latest by 0.61 s". */
static void print_late(json_t *item, FILE *out)
{
	json_t *lateness = json_object_get(item, "lateness");
	json_int_t n = json_integer_value(json_object_get(lateness, "late"));

	if (n)
		fprintf(out,
			"  %lld of its advertisements left more than half an interval late, the latest "
			"by %.3g s\n",
			(long long)n, json_number_value(json_object_get(lateness, "most")));
}

/* Is it a better router than its master, and backup because of nopreempt? */
static bool leaves_alone(json_t *item)
{
	json_t *theirs = json_object_get(item, "master_priority");

	return !strcmp(json_text(item, "state"), "BACKUP") && json_is_integer(theirs) &&
	       json_is_false(json_object_get(item, "preempt")) &&
	       json_integer_value(theirs) < json_number(item, "effective_priority");
}

/* Prints why a backup that hears nobody is not master yet. */
static void print_proof(json_t *item, FILE *out)
{
	json_t *left = json_object_get(item, "proof_wait");

	if (json_is_number(left))
		fprintf(out,
			"  waits up to %.1f s more for proof that it can receive: no frame of another machine "
			"has come on %s\n",
			json_number_value(left), json_text(item, "interface"));
}

/* Prints what the state alone does not show: the reason of FAULT, who is master, and whose interval
 * counts. */
static void print_vrrp_notes(json_t *item, FILE *out)
{
	json_t *held = json_object_get(item, "held_for");
	json_t *theirs = json_object_get(item, "master_advert_int");
	json_t *mismatch = json_object_get(item, "mismatch");
	double ours = json_number_value(json_object_get(item, "advert_int"));
	bool has_master = json_is_string(json_object_get(item, "master"));

	print_since(item, out);
	print_late(item, out);
	if (json_is_string(json_object_get(item, "fault")))
		fprintf(out, "  FAULT: %s\n", json_text(item, "fault"));
	if (json_is_true(json_object_get(item, "joining")))
		fprintf(out, "  follows sync group %s, in which it does not count yet\n",
			json_text(item, "sync_group"));
	if (!strcmp(json_text(item, "state"), "BACKUP"))
		fprintf(out, "  %s%s\n", has_master ? "the master is " : "no master is heard",
			has_master ? json_text(item, "master") : "");
	print_proof(item, out);
	if (leaves_alone(item))
		fprintf(out, "  does not preempt that master, which has the lower priority %lld: "
			     "nopreempt\n",
			json_number(item, "master_priority"));
	print_order(item, out);
	if (json_is_number(held))
		fprintf(out, "  does not preempt the master %s for %.1f s more\n",
			json_text(item, "master"), json_number_value(held));
	if (json_is_number(theirs) && json_number_value(theirs) != ours)
		fprintf(out, "  the master %s advertises every %g s (advert_int here: %g s)\n",
			json_text(item, "master"), json_number_value(theirs), ours);
	if (json_is_object(mismatch))
		fprintf(out, "  %s does not fit: %s (logged %.0f s ago)\n",
			json_text(mismatch, "peer"), json_text(mismatch, "text"),
			json_number_value(json_object_get(mismatch, "seconds_ago")));
}

/* Prints "script chk_haproxy is down: exit status 1; weight -20: takes 20 from the priority". */
static void print_tracker(json_t *tracker, FILE *out)
{
	long long weight = json_number(tracker, "weight"), effect = json_number(tracker, "effect");
	const char *state = json_text(tracker, "state"), *text = json_text(tracker, "text");
	bool is_fault = json_is_true(json_object_get(tracker, "fault"));

	fprintf(out, "  %s %s ", json_text(tracker, "kind"), json_text(tracker, "name"));
	if (!strcmp(state, "number"))
		fprintf(out, "says %lld", json_number(tracker, "number"));
	else
		fprintf(out, "is %s", !strcmp(state, "unknown") ? "without a verdict" : state);
	fprintf(out, "%s%s; weight %lld%s: ", text[0] ? ": " : "", text, weight,
		json_is_true(json_object_get(tracker, "reverse")) ? " reverse" : "");
	if (effect)
		fprintf(out, "%s %lld %s the priority\n", effect > 0 ? "adds" : "takes",
			effect > 0 ? effect : -effect, effect > 0 ? "to" : "from");
	else
		fprintf(out, "%s\n", is_fault ? "FAULT" : "no effect now");
}

static void print_tracks_held(json_t *item, FILE *out)
{
	json_t *left = json_object_get(item, "trackers_held_for");

	if (json_is_number(left))
		fprintf(out, "  the last change of its trackers counts in %.1f s (track_hold_time)\n",
			json_number_value(left));
}

/* The counters of an answer that came in time are one second old at most. */
#define COUNTERS_OLD_S 2

/* Says that what follows is not of now. */
static void print_vrrp_absence(json_t *status, FILE *out)
{
	json_t *age = json_object_get(status, "vrrp_counters_s");
	const char *gone = json_string_value(json_object_get(status, "vrrp_gone"));

	if (gone)
		fprintf(out,
			"\nNO VRRP PROCESS since %s: the states below are the last that it told, and another "
			"director may have taken over; see `lvsctl doctor`\n",
			gone);
	else if (json_is_number(age) && json_number_value(age) > COUNTERS_OLD_S)
		fprintf(out,
			"\nthe vrrp process does not answer now: what it counts below is as it said %.0f s "
			"ago, and after each change\n",
			json_number_value(age));
}

static void print_vrrp(json_t *status, FILE *out)
{
	json_t *list = json_object_get(status, "vrrp"), *item, *vip, *vmac, *tracker;
	size_t i, j;

	if (json_array_size(list) == 0)
		return;
	print_vrrp_absence(status, out);
	fprintf(out, "\n%-16s %-7s %-10s %4s %4s %9s  %s\n", "VRRP", "state", "interface", "vrid",
		"prio", "effective", "virtual addresses");
	json_array_foreach(list, i, item)
	{
		json_t *effective = json_object_get(item, "effective_priority");
		char number[24] = "-";

		if (json_is_integer(effective))
			snprintf(number, sizeof(number), "%lld",
				 (long long)json_integer_value(effective));
		fprintf(out, "%-16s %-7s %-10s %4lld %4lld %9s ", json_text(item, "name"),
			json_text(item, "state"), json_text(item, "interface"),
			json_number(item, "vrid"), json_number(item, "priority"), number);
		json_array_foreach(json_object_get(item, "virtual_addresses"), j, vip)
		    fprintf(out, " %s", json_string_value(vip));
		fputc('\n', out);
		json_array_foreach(json_object_get(item, "macvlans"), j, vmac)
		    fprintf(out, "  interface %s on %s has the hardware address %s\n",
			    json_text(vmac, "name"), json_text(vmac, "on"), json_text(vmac, "mac"));
		json_array_foreach(json_object_get(item, "ipvlans"), j, vmac)
		    fprintf(out, "  interface %s on %s is an ipvlan%s%s\n", json_text(vmac, "name"),
			    json_text(vmac, "on"), json_text(vmac, "address")[0] ? " and has " : "",
			    json_text(vmac, "address"));
		print_vrrp_notes(item, out);
		json_array_foreach(json_object_get(item, "trackers"), j, tracker)
		    print_tracker(tracker, out);
		print_tracks_held(item, out);
	}
}

/* "sync group VG is MASTER: VI_1, VI_2" */
static void print_groups(json_t *list, FILE *out)
{
	json_t *group, *name;
	size_t i, k;

	json_array_foreach(list, i, group)
	{
		const char *state = json_text(group, "state");

		fprintf(out, "%ssync group %s is %s:", i ? "" : "\n", json_text(group, "name"),
			strcmp(state, "INIT") ? state : "not in one state");
		json_array_foreach(json_object_get(group, "instances"), k, name)
		    fprintf(out, "%s %s", k ? "," : "", json_string_value(name));
		fputc('\n', out);
	}
}

/* "REFUSED, tried again: route 10.1.0.0/16 via 10.9.9.9 of vrrp=VI_1: Network is unreachable" */
static void print_refused(json_t *status, FILE *out)
{
	json_t *list = json_object_get(status, "refused"), *item;
	long long n_all = json_number(status, "refused_total");
	size_t i, n = json_array_size(list);

	json_array_foreach(list, i, item)
	{
		bool is_static = json_is_null(json_object_get(item, "instance"));

		fprintf(out, "%sREFUSED, tried again: %s%s %s%s%s: %s\n", i ? "" : "\n",
			is_static ? "static " : "", json_text(item, "kind"), json_text(item, "item"),
			is_static ? "" : " of vrrp=", is_static ? "" : json_text(item, "instance"),
			json_text(item, "reason"));
	}
	if (n_all > (long long)n)
		fprintf(out, "REFUSED: %lld more\n", n_all - (long long)n);
}

/* "UNKNOWN virtual_router_id 77 on eth0: 10.9.0.3 advertises it, and no instance here has it (2 s ago)" */
static void print_unknown_vrids(json_t *list, FILE *out)
{
	json_t *item;
	size_t i;

	json_array_foreach(list, i, item)
		fprintf(out,
			"%sUNKNOWN virtual_router_id %lld on %s: %s advertises it, and no instance here has it "
			"(%.0f s ago)\n",
			i ? "" : "\n", json_number(item, "vrid"), json_text(item, "interface"),
			json_text(item, "source"), json_number_value(json_object_get(item, "seconds_ago")));
}

/* How much the check tells about its server: it is down, it is on its way to another state, or
 * neither. */
static int rank_of(json_t *check)
{
	if (!strcmp(json_text(check, "state"), "down"))
		return 2;
	return json_is_object(json_object_get(check, "counting")) ? 1 : 0;
}

/* Prints " (1 of 3 failures to be down)" of a check that counts. */
static void print_counting(json_t *check, FILE *out)
{
	json_t *counting = json_object_get(check, "counting");
	const char *to = json_text(counting, "to");

	if (json_is_object(counting))
		fprintf(out, " (%lld of %lld %s to be %s)", json_number(counting, "n"),
			json_number(counting, "of"), strcmp(to, "up") ? "failures" : "successes", to);
}

static void print_reason(json_t *rs, FILE *out)
{
	json_t *checks = json_object_get(rs, "checks"), *path = json_object_get(rs, "path");
	json_t *check, *worst = NULL;
	size_t i;

	if (json_is_object(path)) {
		fprintf(out, "%s%s", json_text(path, "text"),
			json_is_true(json_object_get(path, "cut_off"))
			    ? ": WEIGHT 0 until the director reaches it"
			    : "");
		return;
	}

	/* The check that explains the server's state: one that failed, else one that counts, else the
	 * last. */
	json_array_foreach(checks, i, check)
	{
		if (!worst || (rank_of(worst) < 2 && rank_of(check) >= rank_of(worst)))
			worst = check;
	}
	if (worst) {
		fprintf(out, "%s: %s%s", json_text(worst, "kind"),
			json_text(json_object_get(worst, "last"), "reason"),
			json_is_true(json_object_get(worst, "from_before_restart"))
			    ? " (from before the restart)"
			    : "");
		print_counting(worst, out);
	} else if (json_is_string(json_object_get(rs, "ignored_check")))
		fprintf(out, "%s: not run", json_text(rs, "ignored_check"));
	else
		fputs("no checks", out);
}

/* Prints ", AGENT_CHECK abstains" for each check that does not count. */
static void print_abstaining(json_t *rs, FILE *out)
{
	json_t *check;
	size_t i;

	json_array_foreach(json_object_get(rs, "checks"), i, check)
	{
		if (json_is_true(json_object_get(check, "abstains")))
			fprintf(out, ", %s abstains", json_text(check, "kind"));
	}
}

/* Prints the weight that the server has in the kernel; "out" if it is not in the kernel. */
static void print_kernel_part(json_t *server, FILE *out)
{
	json_t *weight = json_object_get(server, "kernel_weight");
	char live[24];

	if (json_is_integer(weight))
		snprintf(live, sizeof(live), "%lld", (long long)json_integer_value(weight));
	else
		strcpy(live, json_is_false(json_object_get(server, "in_kernel")) ? "out" : "?");
	fprintf(out, "%9lld %6s %6lld %8lld  ", json_number(server, "effective_weight"), live,
		json_number(server, "active_connections"), json_number(server, "inactive_connections"));
}

static void print_sorry(json_t *sorry, FILE *out)
{
	if (!json_is_object(sorry))
		return;
	fprintf(out, "  %-30s %-8s %6s ", json_text(sorry, "key"), "sorry", "-");
	print_kernel_part(sorry, out);
	fputs("sorry server\n", out);
}

/* Prints what else decides about the server's weight than its own checks. */
static void print_judgement(json_t *rs, FILE *out)
{
	json_t *kept = json_object_get(rs, "kept"), *held = json_object_get(rs, "held_down");
	json_t *maintenance = json_object_get(rs, "maintenance");
	json_t *file = json_object_get(maintenance, "file");

	if (json_is_string(file))
		fprintf(out, ", OUT by the file %s%s%s", json_string_value(file),
			json_text(maintenance, "reason")[0] ? ": " : "",
			json_text(maintenance, "reason"));
	if (json_is_object(held))
		fprintf(out, ", HELD DOWN for flapping until %s (hold %lld)", json_text(held, "until"),
			json_number(held, "holds"));
	if (json_is_string(kept))
		fprintf(out, ", KEPT by %s", json_string_value(kept));
	if (json_is_false(json_object_get(rs, "in_use")))
		fprintf(out, "; backup %lld waits", json_number(rs, "backup"));
}

static void print_rs(json_t *rs, FILE *out)
{
	fprintf(out, "  %-30s %-8s %6lld ", json_text(rs, "key"), json_text(rs, "state"),
		json_number(rs, "weight"));
	print_kernel_part(rs, out);
	print_reason(rs, out);
	print_abstaining(rs, out);
	print_judgement(rs, out);
	fputc('\n', out);
}

/* At most so many members of a group are printed; --json has all. */
#define MEMBERS_SHOWN_MAX 8

/* Only for a group: for a single service the key says it already. */
static void print_members(json_t *vs, FILE *out)
{
	json_t *members = json_object_get(vs, "members"), *member;
	size_t i, n = json_array_size(members);

	if (n == 1 && !strcmp(json_text(vs, "key"), json_string_value(json_array_get(members, 0))))
		return;
	fprintf(out, "  %zu member%s:", n, plural(n));
	json_array_foreach(members, i, member) if (i < MEMBERS_SHOWN_MAX)
	    fprintf(out, " %s", json_string_value(member));
	if (n > MEMBERS_SHOWN_MAX)
		fprintf(out, " and %zu more", n - MEMBERS_SHOWN_MAX);
	fputc('\n', out);
}

static void print_guard(json_t *guard, FILE *out)
{
	if (json_is_object(guard))
		fprintf(out,
			"  PANIC GUARD (%s) since %s: %lld of %lld servers are down and keep their weights\n",
			json_text(guard, "cause"), json_text(guard, "since"), json_number(guard, "kept"),
			json_number(guard, "pool"));
}

static void print_services(json_t *list, FILE *out)
{
	json_t *vs, *rs;
	size_t i, j;

	json_array_foreach(list, i, vs)
	{
		bool is_since_known = json_is_string(json_object_get(vs, "quorum_since"));

		fprintf(out, "\n%s %s %s, quorum %s (live weight %lld of %lld)%s%s\n",
			json_text(vs, "key"), json_text(vs, "scheduler"), json_text(vs, "method"),
			json_is_true(json_object_get(vs, "quorum_up")) ? "up" : "DOWN",
			json_number(vs, "live_weight"), json_number(vs, "quorum"),
			is_since_known ? " since " : "",
			is_since_known ? json_text(vs, "quorum_since") : "");
		if (json_is_string(json_object_get(vs, "fault")))
			fprintf(out, "  NOT SERVED as the file says: %s\n", json_text(vs, "fault"));
		print_guard(json_object_get(vs, "guard"), out);
		print_members(vs, out);
		fprintf(out, "  %-30s %-8s %6s %9s %6s %6s %8s  %s\n", "real server", "state",
			"weight", "effective", "kernel", "active", "inactive", "last check");
		json_array_foreach(json_object_get(vs, "real_servers"), j, rs) print_rs(rs, out);
		print_sorry(json_object_get(vs, "sorry_server"), out);
	}
}

void status_text_print_draining(json_t *list, FILE *out)
{
	json_t *item;
	size_t i;

	if (json_array_size(list) == 0)
		return;
	fprintf(out, "\n%-30s %-30s %-8s %-8s %11s %8s  %s\n", "draining", "real server", "reason",
		"state", "connections", "deadline", "since");
	json_array_foreach(list, i, item) fprintf(
	    out, "%-30s %-30s %-8s %-8s %11lld %6lld s  %s\n", json_text(item, "service"),
	    json_text(item, "real_server"), json_text(item, "reason"), json_text(item, "state"),
	    json_number(item, "connections"), json_number(item, "deadline_s"), json_text(item, "since"));
}

static void print_kernel_services(json_t *services, FILE *out)
{
	json_t *vs, *rs;
	size_t i, j;

	if (!json_is_array(services))
		fputs("\nIPVS: the table could not be read\n", out);
	json_array_foreach(services, i, vs)
	{
		long long timeout = json_number(vs, "persistence_timeout");

		fprintf(out, "\n%s %s", json_text(vs, "key"), json_text(vs, "scheduler"));
		if (timeout)
			fprintf(out, ", persistent %lld s", timeout);
		fprintf(out, "\n  %-30s %6s %-6s %8s %8s\n", "destination", "weight", "method",
			"active", "inactive");
		json_array_foreach(json_object_get(vs, "destinations"), j, rs) fprintf(
		    out, "  %-30s %6lld %-6s %8lld %8lld\n", json_text(rs, "key"),
		    json_number(rs, "weight"), json_text(rs, "method"),
		    json_number(rs, "active_connections"), json_number(rs, "inactive_connections"));
	}
}

static void print_kernel(json_t *kernel, FILE *out)
{
	json_t *item;
	size_t i;

	print_kernel_services(json_object_get(kernel, "services"), out);
	fputc('\n', out);
	json_array_foreach(json_object_get(kernel, "sync"), i, item)
	    fprintf(out, "sync     %s role on %s, syncid %lld\n", json_text(item, "role"),
		    json_text(item, "interface"), json_number(item, "syncid"));
	json_array_foreach(json_object_get(kernel, "sysctls"), i, item)
	    fprintf(out, "sysctl   %s = %s (before lvsd: %s)\n", json_text(item, "name"),
		    json_text(item, "value"), json_text(item, "former"));
	json_array_foreach(json_object_get(kernel, "sets"), i, item)
	{
		size_t n = json_array_size(json_object_get(item, "members"));

		fprintf(out, "set      %s, %s, %zu member%s\n", json_text(item, "name"),
			json_text(item, "type"), n, plural(n));
	}
	json_array_foreach(json_object_get(kernel, "rules"), i, item)
	    fprintf(out, "rule     %s -t %s -A %s %s\n", json_text(item, "program"),
		    json_text(item, "table"), json_text(item, "chain"), json_text(item, "rule"));
	json_array_foreach(json_object_get(kernel, "addresses"), i, item)
	    fprintf(out, "address  %s on %s (vrrp=%s)\n", json_text(item, "address"),
		    json_text(item, "interface"), json_text(item, "instance"));
}

void status_text_print(json_t *status, FILE *out)
{
	json_t *kernel = json_object_get(status, "kernel");

	print_head(status, out);
	if (kernel) {
		print_kernel(kernel, out);
		return;
	}
	print_vrrp(status, out);
	print_groups(json_object_get(status, "sync_groups"), out);
	print_refused(status, out);
	print_unknown_vrids(json_object_get(status, "unknown_vrids"), out);
	syncing_text_print(json_object_get(status, "sync"), out);
	print_services(json_object_get(status, "virtual_servers"), out);
	status_text_print_draining(json_object_get(status, "draining"), out);
}
