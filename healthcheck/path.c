/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/path.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static bool is_dead_end(int error)
{
	return error && error != EHOSTUNREACH;
}

bool path_was_lost_since(const struct path_link *link, struct mono since)
{
	return link->was_down && !mono_before(link->lost_at, since);
}

/* Is it too early after the return of the link to take a missing answer for a verdict? */
static bool is_returning(const struct path_link *link, struct mono started)
{
	if (!link->was_down || !link->is_up)
		return false;
	if (mono_before(started, link->back_at))
		return true;
	return !link->is_proven &&
	       mono_before(started, mono_add_ms(link->back_at, PATH_RETURN_S * 1000));
}

static enum path_fault judge_link(const struct path_link *link, struct mono started)
{
	if (!link->index)
		return PATH_FINE;
	if (!link->is_up)
		return PATH_NO_CARRIER;
	if (path_was_lost_since(link, started) || is_returning(link, started))
		return PATH_RETURNING;
	return PATH_FINE;
}

/* The usual interface is gone. Did the interface of the route come up later? Then it may be the
 * same interface, created again. */
static bool has_successor(const struct path_facts *facts)
{
	return facts->link.index && facts->link.was_down && facts->link.is_up &&
	       mono_before(facts->usual_at, facts->link.back_at);
}

/*
 * The usual interface is judged first. While it is down, the route may lead nowhere, or to a
 * default gateway that knows nothing of the server. The same is true when it is up but has lost its
 * address or its route: a server that answered over one interface cannot be judged over another.
 */
struct path_verdict path_judge(const struct path_facts *facts, struct mono started)
{
	enum path_fault fault = judge_link(&facts->usual, started);

	if (facts->is_bind_if_gone)
		return (struct path_verdict){PATH_NO_INTERFACE, 0};
	if ((facts->is_usual_gone && !has_successor(facts)) || fault == PATH_NO_CARRIER)
		return (struct path_verdict){PATH_NO_CARRIER, facts->usual.index};
	if (is_dead_end(facts->error))
		return (struct path_verdict){facts->is_source_gone ? PATH_NO_SOURCE : PATH_NO_ROUTE,
					     0};
	if (fault != PATH_FINE)
		return (struct path_verdict){fault, facts->usual.index};
	fault = judge_link(&facts->link, started);
	if (fault == PATH_FINE && facts->usual.index && facts->link.index)
		return (struct path_verdict){PATH_MOVED, 0};
	return (struct path_verdict){fault, facts->link.index};
}

struct path_verdict path_blame(enum path_fault reported, struct path_verdict now)
{
	if (reported == PATH_FINE || now.fault == PATH_NO_CARRIER)
		return now;
	return (struct path_verdict){reported, 0};
}

bool path_is_usual_known(const struct path_link *usual, struct mono usual_at,
			 struct mono routes_changed, struct mono now)
{
	return usual && usual->is_up && !mono_before(usual_at, routes_changed) &&
	       !path_was_lost_since(usual, usual_at) &&
	       mono_before(now, mono_add_ms(usual_at, PATH_USUAL_MAX_S * 1000));
}

bool path_is_answer_news(bool is_ok, bool is_usual_known, bool is_proving)
{
	return is_proving || (is_ok && !is_usual_known);
}

struct path_link path_link_new(unsigned index, const char *name, bool is_up, uint32_t n_losses,
			       struct mono now, int64_t wall_us)
{
	struct path_link link = {.index = index,
				 .is_up = is_up,
				 .was_down = !is_up,
				 .is_proven = true,
				 .lost_at = now,
				 .back_at = now,
				 .lost_wall_us = wall_us,
				 .n_losses = n_losses};

	strncpy(link.name, name, sizeof(link.name) - 1);
	return link;
}

enum path_link_event path_link_update(struct path_link *link, bool is_up, uint32_t n_losses,
				      struct mono now, int64_t wall_us)
{
	bool was_up = link->is_up, is_flap = was_up && is_up && n_losses != link->n_losses;

	link->is_up = is_up;
	link->n_losses = n_losses;
	if (was_up == is_up && !is_flap)
		return PATH_LINK_SAME;
	if (!is_up || is_flap) {
		link->was_down = true;
		link->lost_at = now;
		link->lost_wall_us = wall_us;
	}
	link->is_proven = false;
	if (!is_up)
		return PATH_LINK_LOST;
	link->back_at = now;
	return PATH_LINK_BACK;
}

void path_link_prove(struct path_link *link, struct mono started)
{
	if (link->is_up && !mono_before(started, link->back_at))
		link->is_proven = true;
}

const char *path_describe(enum path_fault fault, const struct addr *target,
			  const struct addr *source, const char *interface,
			  char buffer[static PATH_TEXT_MAX])
{
	char text[ADDR_TEXT_MAX];

	switch (fault) {
	case PATH_NO_ROUTE:
		snprintf(buffer, PATH_TEXT_MAX, "no route to %s", addr_format(target, text));
		break;
	case PATH_NO_SOURCE:
		if (source->family == AF_UNSPEC)
			snprintf(buffer, PATH_TEXT_MAX, "no source address towards %s",
				 addr_format(target, text));
		else
			snprintf(buffer, PATH_TEXT_MAX, "the source address %s is not on this machine",
				 addr_format(source, text));
		break;
	case PATH_NO_CARRIER:
		if (interface)
			snprintf(buffer, PATH_TEXT_MAX, "no carrier on %s", interface);
		else
			snprintf(buffer, PATH_TEXT_MAX, "the interface towards %s is gone",
				 addr_format(target, text));
		break;
	case PATH_RETURNING:
		snprintf(buffer, PATH_TEXT_MAX, "no answer over %s since its carrier came back",
			 interface ? interface : "the interface");
		break;
	case PATH_MOVED:
		snprintf(buffer, PATH_TEXT_MAX, "the route to %s leaves by another interface than it answered over",
			 addr_format(target, text));
		break;
	case PATH_NO_INTERFACE:
		snprintf(buffer, PATH_TEXT_MAX, "the interface %s (bind_if) is not on this machine",
			 interface);
		break;
	default:
		snprintf(buffer, PATH_TEXT_MAX, "the server can be reached");
		break;
	}
	return buffer;
}

const char *path_fault_name(enum path_fault fault)
{
	static const char *const names[PATH_FAULTS] = {
	    [PATH_FINE] = "none",
	    [PATH_NO_ROUTE] = "no_route",
	    [PATH_NO_SOURCE] = "no_source",
	    [PATH_NO_CARRIER] = "no_carrier",
	    [PATH_RETURNING] = "returning",
	    [PATH_MOVED] = "moved",
	    [PATH_NO_INTERFACE] = "no_interface",
	};

	return names[fault];
}
