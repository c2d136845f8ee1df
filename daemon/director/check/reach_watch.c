/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/check/reach_watch.h"
#include "base/clock.h"
#include "base/log.h"

#include <stdio.h>

static bool is_undecided(const struct reach_watch *watch)
{
	struct guard_reach facts = reach_facts(&watch->reach);

	return watch->reach.is_asking || guard_is_cut_off(&facts);
}

static void tell(struct reach_watch *watch)
{
	struct guard_reach facts = reach_facts(&watch->reach);

	health_reach(watch->health, &facts, clock_mono(), clock_wall_us());
	loop_timer_set(watch->late, reach_wake(&watch->reach));
	if (!is_undecided(watch))
		gateways_rest(watch->gateways);
}

static void look(struct reach_watch *watch)
{
	struct mono now = clock_mono();
	bool is_late = reach_is_late(&watch->reach, now);

	if (is_undecided(watch) && reach_take(&watch->reach, gateways_state(watch->gateways),
					 watch->peer(watch->reach.began, is_late, watch->arg), now))
		tell(watch);
}

static void on_news(void *arg)
{
	look(arg);
}

/* A check that is down has told of its silence before. While its server is kept, it is why the gateway is asked
 * again. */
static bool is_first_silence(const struct reach_watch *watch, const struct health_check *check)
{
	return check->state != HEALTH_DOWN || health_n_kept_cut_off(watch->health, false);
}

void reach_watch_judge(struct reach_watch *watch, check_id id, const struct probe_result *result)
{
	const struct health_check *check = health_check_find(watch->health, id);
	bool is_keeping = health_n_kept_cut_off(watch->health, false) > 0;

	if (result->outcome != PROBE_FAIL || result->is_answered || result->is_decided || !check ||
	    !check->is_in_flight || !is_first_silence(watch, check) ||
	    !reach_silent(&watch->reach, is_keeping, clock_mono()))
		return;
	if (!watch->gateways) {
		watch->gateways = gateways_new(watch->loop, on_news, watch);
		watch->late = loop_timer_new(watch->loop, on_news, watch);
	}
	/* Without another director the gateways need not be asked. */
	if (watch->peer(watch->reach.began, false, watch->arg) != REACH_NONE)
		gateways_ask(watch->gateways);
	tell(watch);
	look(watch);
}

void reach_watch_peer(struct reach_watch *watch)
{
	if (watch->gateways)
		look(watch);
}

/* "10.9.0.1 and fd09::1". */
static void gateways_say(const struct reach_watch *watch, char text[static 2 * ADDR_TEXT_MAX + 16])
{
	const struct gateways_seen *seen = gateways_list(watch->gateways);
	char name[ADDR_TEXT_MAX];
	int at = 0;

	text[0] = '\0';
	for (size_t i = 0; i < seen->n && i < 2; i++)
		at += snprintf(text + at, ADDR_TEXT_MAX + 5, "%s%s", i ? " and " : "",
			       addr_format(&seen->items[i].addr, name));
	if (seen->n > 2)
		snprintf(text + at, 6, " ...");
}

void reach_watch_settle(struct reach_watch *watch)
{
	char text[2 * ADDR_TEXT_MAX + 16];
	bool is_keeping = health_n_kept_cut_off(watch->health, true) > 0;

	if (is_keeping == watch->is_said)
		return;
	if (!is_keeping) {
		log_notice("checks: this director is no longer cut off, and its servers were probed anew");
	} else if (health_n_kept_cut_off(watch->health, false)) {
		gateways_say(watch, text);
		log_error("checks: this director is cut off: neither its default gateway (%s) nor another director "
			  "can be reached. Servers that fall silent keep their weights; look at the links and "
			  "switches of this machine, and at `lvsctl status`",
			  text);
	}
	watch->is_said = is_keeping;
}

void reach_watch_close(struct reach_watch *watch)
{
	gateways_free(watch->gateways);
	loop_timer_free(watch->late);
	watch->gateways = NULL;
	watch->late = NULL;
}
