/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why real and virtual servers are as they are. */
#include "base/plural.h"
#include "daemon/lvsctl/explain/lines.h"

#include <stdio.h>
#include <string.h>

/* Is it what `lvsctl status` lists as draining or in maintenance? NULL: it is not. */
static json_t *drain_of(json_t *status, json_t *vs, json_t *rs)
{
	json_t *item;
	size_t i;

	json_array_foreach(json_object_get(status, "draining"), i, item)
	{
		if (!strcmp(json_text(item, "service"), json_text(vs, "key")) &&
		    !strcmp(json_text(item, "real_server"), json_text(rs, "key")))
			return item;
	}
	return NULL;
}

/* What the kernel has of it. */
static void explain_kernel(struct lines *lines, json_t *rs)
{
	json_t *weight = json_object_get(rs, "kernel_weight");

	if (json_is_integer(weight) && json_integer_value(weight) == json_number(rs, "effective_weight"))
		return;
	if (json_is_integer(weight))
		line_add(lines, 1, "the kernel has the weight %lld now: lvsd repairs what differs",
			 (long long)json_integer_value(weight));
	else if (json_is_false(json_object_get(rs, "in_kernel")))
		line_add(lines, 1, "it is not in the kernel's table");
	else
		line_add(lines, 1, "the kernel's table could not be read");
}

/* How far a check is on the way to its other state. */
static void explain_streak(struct lines *lines, json_t *check)
{
	long long streak = json_number(json_object_get(check, "counting"), "n");
	long long rise = json_number(check, "rise"), fall = json_number(check, "fall");

	if (json_is_state(check, "up") && streak)
		line_add(lines, 2, "its last %lld probe%s failed; with %lld in a row it is down (fall)", streak,
			 plural((size_t)streak), fall);
	if (json_is_state(check, "down") && rise > 1)
		line_add(lines, 2, "it comes up with %lld good probes in a row (rise), of which it has %lld", rise,
			 streak);
}

/* Why the state of a check does not count for its server. */
static void explain_abstention(struct lines *lines, json_t *check)
{
	if (json_is_true(json_object_get(check, "abstains")))
		line_add(lines, 2,
			 "it abstains: it has said neither up nor down, so it counts neither as up nor as down, also "
			 "for checks_required");
}

static void explain_check(struct lines *lines, json_t *check)
{
	json_t *last = json_object_get(check, "last");
	char since[SINCE_TEXT_MAX], age[AGE_TEXT_MAX], fall[40] = "";
	int64_t at = stamp_read(json_object_get(last, "at"));

	if (!at) {
		line_add(lines, 1, "check %s has not been probed yet", json_text(check, "kind"));
		explain_abstention(lines, check);
		return;
	}
	if (json_is_state(check, "down") && json_number(check, "fall") > 1)
		snprintf(fall, sizeof(fall), " (fall %lld)", json_number(check, "fall"));
	line_add(lines, 1, "check %s is %s%s%s: %s, %s ago", json_text(check, "kind"),
		 json_is_state(check, "unknown") ? "without a verdict" : json_text(check, "state"),
		 since_format(lines, json_object_get(check, "since"), since), fall, json_text(last, "reason"),
		 age_format(lines->now_us - at, age));
	explain_abstention(lines, check);
	explain_streak(lines, check);
	if (json_is_integer(json_object_get(check, "weight")))
		line_add(lines, 2, "it asks for the weight %lld", json_number(check, "weight"));
	if (json_number(check, "added"))
		line_add(lines, 2, "it adds %lld to the weight", json_number(check, "added"));
	if (json_is_true(json_object_get(check, "from_before_restart")))
		line_add(lines, 2, "this verdict is from before the restart of lvsd");
}

static void explain_checks(struct lines *lines, json_t *rs)
{
	json_t *checks = json_object_get(rs, "checks"), *check;
	size_t i;

	if (json_is_string(json_object_get(rs, "ignored_check")))
		line_add(lines, 1, "its %s is not run: it counts as up", json_text(rs, "ignored_check"));
	else if (!json_array_size(checks))
		line_add(lines, 1, "it has no check: it counts as up, whatever happens to it");
	/* First those that are the cause. */
	json_array_foreach(checks, i, check) if (!json_is_state(check, "up")) explain_check(lines, check);
	json_array_foreach(checks, i, check) if (json_is_state(check, "up")) explain_check(lines, check);
}

/* Why a server that is up has another weight than the file gives it. */
static void explain_weight(struct lines *lines, json_t *vs, json_t *rs)
{
	long long own = json_number(rs, "weight"), effective = json_number(rs, "effective_weight");
	json_t *sorry = json_object_get(vs, "sorry_server");

	if (json_is_false(json_object_get(rs, "in_use")))
		line_add(lines, 1, "it is a backup (group %lld), and the servers before it carry the service",
			 json_number(rs, "backup"));
	if (own == effective || !json_is_state(rs, "up"))
		return;
	if (json_is_true(json_object_get(rs, "slow_start")))
		line_add(lines, 1, "it came back, and its weight grows to %lld by slow_start", own);
	if (!effective && json_is_false(json_object_get(vs, "quorum_up")) && json_is_object(sorry))
		line_add(lines, 1, "the service has lost its quorum, so new connections go to the sorry "
				   "server %s; its own connections go on",
			 json_text(sorry, "key"));
}

/* What the reason of a drain means, and what ends it. */
static const char *drain_text(const char *reason)
{
	if (!strcmp(reason, "manual"))
		return "`lvsctl drain` took it out, and `lvsctl undrain` ends that";
	if (!strcmp(reason, "removed"))
		return "the file no longer has it";
	return !strcmp(reason, "failed") ? "it is down (drain_on_failure)" : reason;
}

/* A file in maintenance_dir names it. */
static void explain_file(struct lines *lines, json_t *rs)
{
	json_t *maintenance = json_object_get(rs, "maintenance");
	const char *file = json_string_value(json_object_get(maintenance, "file"));
	const char *reason = json_string_value(json_object_get(maintenance, "reason"));

	if (file)
		line_add(lines, 1,
			 "the file %s in maintenance_dir keeps it out of service until it is removed%s%s", file,
			 reason && *reason ? ": " : "", reason ? reason : "");
}

static void explain_drain(struct lines *lines, json_t *rs, json_t *drain)
{
	char since[SINCE_TEXT_MAX];
	long long n = json_number(drain, "connections");
	bool is_draining = json_is_state(drain, "draining");
	json_t *maintenance = json_object_get(rs, "maintenance");
	bool is_by_file = json_is_string(json_object_get(maintenance, "file")) &&
			  !json_is_true(json_object_get(maintenance, "by_order"));

	since_format(lines, json_object_get(drain, "since"), since);
	line_add(lines, 1, "%s%s: %s", is_draining ? "it drains" : "it is in maintenance", since,
		 is_by_file ? "see the file above" : drain_text(json_text(drain, "reason")));
	if (is_draining)
		line_add(lines, 2, "it has %lld connection%s, and %lld s left for them", n, plural((size_t)n),
			 json_number(drain, "deadline_s"));
}

void explain_server(struct lines *lines, json_t *status, json_t *vs, json_t *rs)
{
	json_t *before = json_object_get(rs, "before"), *path = json_object_get(rs, "path");
	json_t *held = json_object_get(rs, "held_down");
	json_t *drain = drain_of(status, vs, rs);
	char since[SINCE_TEXT_MAX], age[AGE_TEXT_MAX];
	int64_t began = stamp_read(json_object_get(rs, "since"));
	int64_t before_began = stamp_read(json_object_get(before, "since"));

	line_add(lines, 0, "real server %s of %s: %s%s, weight %lld of %lld", json_text(rs, "key"),
		 json_text(vs, "key"), json_is_state(rs, "unknown") ? "without a verdict" : json_text(rs, "state"),
		 since_format(lines, json_object_get(rs, "since"), since), json_number(rs, "effective_weight"),
		 json_number(rs, "weight"));
	if (before_began && began)
		line_add(lines, 1, "before that it was %s for %s",
			 json_is_state(before, "unknown") ? "without a verdict" : json_text(before, "state"),
			 age_format(began - before_began, age));
	explain_file(lines, rs);
	if (drain)
		explain_drain(lines, rs, drain);
	if (json_is_object(held))
		line_add(lines, 1,
			 "it is held down for flapping until %s (flap_damping, hold %lld in a row); its checks %s",
			 json_text(held, "until"), json_number(held, "holds"),
			 json_is_true(json_object_get(held, "checks_up")) ? "are up" : "are not all up");
	if (json_is_object(path))
		line_add(lines, 1, "this director cannot reach it%s: %s%s",
			 since_format(lines, json_object_get(path, "since"), since), json_text(path, "text"),
			 json_is_true(json_object_get(path, "cut_off")) ? "; it gets weight 0 meanwhile" : "");
	if (json_is_string(json_object_get(rs, "kept")))
		line_add(lines, 1, "it is down and keeps its weight: %s", json_text(rs, "kept"));
	explain_weight(lines, vs, rs);
	explain_kernel(lines, rs);
	explain_checks(lines, rs);
}

/* One line for each server that does not serve with its whole weight. */
static void explain_absent(struct lines *lines, json_t *vs)
{
	json_t *rs;
	size_t i;

	json_array_foreach(json_object_get(vs, "real_servers"), i, rs)
	{
		char since[SINCE_TEXT_MAX];

		if (json_is_state(rs, "up") && json_number(rs, "effective_weight") == json_number(rs, "weight"))
			continue;
		line_add(lines, 1, "%s is %s%s, weight %lld of %lld: see `lvsctl explain %s@%s`",
			 json_text(rs, "key"),
			 json_is_state(rs, "unknown") ? "without a verdict" : json_text(rs, "state"),
			 since_format(lines, json_object_get(rs, "since"), since),
			 json_number(rs, "effective_weight"), json_number(rs, "weight"), json_text(rs, "key"),
			 json_text(vs, "key"));
	}
}

void explain_service(struct lines *lines, json_t *status, json_t *vs)
{
	bool is_up = json_is_true(json_object_get(vs, "quorum_up"));
	json_t *guard = json_object_get(vs, "guard"), *sorry = json_object_get(vs, "sorry_server");
	char since[SINCE_TEXT_MAX];

	(void)status;
	line_add(lines, 0, "virtual server %s: quorum %s%s", json_text(vs, "key"), is_up ? "up" : "down",
		 since_format(lines, json_object_get(vs, "quorum_since"), since));
	line_add(lines, 1, "its servers that are up have the weight %lld together; the quorum is %lld",
		 json_number(vs, "live_weight"), json_number(vs, "quorum"));
	if (json_is_string(json_object_get(vs, "fault")))
		line_add(lines, 1, "it is not served as the file says: %s", json_text(vs, "fault"));
	if (json_is_object(guard))
		line_add(lines, 1, "panic guard (%s)%s: %lld of %lld servers are down and keep their weights",
			 json_text(guard, "cause"), since_format(lines, json_object_get(guard, "since"), since),
			 json_number(guard, "kept"), json_number(guard, "pool"));
	if (!is_up && json_is_object(sorry))
		line_add(lines, 1, "new connections go to the sorry server %s", json_text(sorry, "key"));
	explain_absent(lines, vs);
}
