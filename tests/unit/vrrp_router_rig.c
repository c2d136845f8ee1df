/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/vrrp_router_rig.h"
#include "vrrp/advert.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct addr own = {AF_INET, {10, 0, 0, 5}}, other = {AF_INET, {10, 0, 0, 9}};

static struct conf_vip vips[] = {
    {.addr = {AF_INET, {10, 0, 0, 100}}, .prefix_len = 32, .interface = "eth0", .label = ""},
    {.addr = {AF_INET, {10, 0, 0, 101}}, .prefix_len = 32, .interface = "eth0", .label = ""},
};

struct conf_vrrp conf_of(uint8_t vrid, uint8_t priority)
{
	return (struct conf_vrrp){.name = "VI_1",
				  .interface = "eth0",
				  .vrid = vrid,
				  .priority = priority,
				  .version = 3,
				  .family = AF_INET,
				  .advert_int_us = 1000000,
				  .is_preempting = true,
				  .garp_master_repeat = 5,
				  .garp_master_delay = 5,
				  .garp_lower_prio_repeat = 5,
				  .garp_lower_prio_delay = 5,
				  .auth_pass = "",
				  .vips = vips,
				  .n_vips = 2};
}

/* --- what the router says, in short --- */

const char *carry_out(struct vrrp_router *router, enum vrrp_vips_missing missing, struct mono now)
{
	static char text[4096];
	struct vrrp_router_action action;
	size_t len = 0;

	text[0] = '\0';
	while (vrrp_router_take(router, &action)) {
		const struct vrrp_router_event looked = {
		    .kind = VRRP_ROUTER_VIPS, .id = action.id, .missing = missing};
		char word[64] = "";

		switch (action.kind) {
		case VRRP_ROUTER_SEND:
			snprintf(word, sizeof(word), "s%u", action.priority);
			break;
		case VRRP_ROUTER_SAY_TRACK_HOLD:
			strcpy(word, "tracks");
			break;
		case VRRP_ROUTER_ADD_VIPS:
			vrrp_router_step(router, &looked, now);
			strcpy(word, action.is_quiet ? "(+)" : "+");
			break;
		case VRRP_ROUTER_DEL_VIPS:
			strcpy(word, "-");
			break;
		case VRRP_ROUTER_ANNOUNCE:
			snprintf(word, sizeof(word), "a%zu", action.n);
			break;
		case VRRP_ROUTER_ANNOUNCE_EXTRA:
			strcpy(word, "e");
			break;
		case VRRP_ROUTER_BE_HEARD:
			strcpy(word, "ask");
			break;
		case VRRP_ROUTER_REPORT:
			strcpy(word, "R");
			break;
		case VRRP_ROUTER_SAY_STATE:
			snprintf(word, sizeof(word), "%s>%s%s%s",
				 vrrp_state_text(action.transition.from),
				 vrrp_state_text(action.transition.to),
				 action.transition.to == VRRP_FAULT ? ":" : "",
				 action.transition.to == VRRP_FAULT ? vrrp_fault_name(action.fault)
								    : "");
			break;
		case VRRP_ROUTER_SAY_CAUSE:
			snprintf(word, sizeof(word), "stays:%s", vrrp_fault_name(action.fault));
			break;
		case VRRP_ROUTER_SAY_HOLD:
			strcpy(word, action.is_delayed ? "delay" : "hold");
			break;
		case VRRP_ROUTER_SAY_SPARED:
			snprintf(word, sizeof(word), "spared%u", action.priority);
			break;
		case VRRP_ROUTER_SAY_PROOF:
			snprintf(word, sizeof(word), "proof%lld",
				 (long long)(mono_sub(action.until, now) / NS_PER_MS));
			break;
		case VRRP_ROUTER_SAY_LEAVE:
			snprintf(word, sizeof(word), "leave%lld",
				 (long long)(mono_sub(action.until, now) / NS_PER_MS));
			break;
		case VRRP_ROUTER_SAY_ALONE:
			strcpy(word, "kept");
			break;
		case VRRP_ROUTER_SAY_GUARD:
			snprintf(word, sizeof(word), "%s%zu",
				 action.verdict == VRRP_GUARD_ALARM ? "alarm"
				 : action.is_loss                   ? "loss"
								    : "try",
				 action.n);
			break;
		case VRRP_ROUTER_SAY_BAR_END:
			strcpy(word, action.is_over ? "over" : "alone");
			break;
		case VRRP_ROUTER_SAY_GROUP:
			strcpy(word, "G");
			break;
		case VRRP_ROUTER_SAY_PRIORITY:
			snprintf(word, sizeof(word), "p%u", action.priority);
			break;
		case VRRP_ROUTER_SAY_REJECTED:
			snprintf(word, sizeof(word), "x%d", action.reason);
			break;
		case VRRP_ROUTER_SAY_HEARD:
			snprintf(word, sizeof(word), "h%u%s", action.advert.priority,
				 action.is_same_list ? "" : "!");
			break;
		}
		if (len < sizeof(text) - sizeof(word))
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s",
						len ? " " : "", word);
	}
	return text;
}

const char *step(struct vrrp_router *router, struct vrrp_router_event event, struct mono now)
{
	vrrp_router_step(router, &event, now);
	return carry_out(router, VRRP_VIPS_COMPLETE, now);
}

const char *step_kind(struct vrrp_router *router, enum vrrp_router_event_kind kind, struct mono now)
{
	return step(router, (struct vrrp_router_event){.kind = kind}, now);
}

const char *faults(struct vrrp_router *router, unsigned set, struct mono now)
{
	bool has_source = !(set & VRRP_FAULT_BIT(VRRP_FAULT_NO_SOURCE));

	return step(router,
		    (struct vrrp_router_event){.kind = VRRP_ROUTER_FAULTS,
					       .faults = set,
					       .source = has_source ? own : (struct addr){0}},
		    now);
}

struct vrrp_router *router_with(const struct conf_vrrp *conf, int64_t hold_ns, struct mono now)
{
	struct vrrp_router *router = vrrp_router_new();

	step(router,
	     (struct vrrp_router_event){.kind = VRRP_ROUTER_ADD, .conf = conf, .hold_ns = hold_ns},
	     now);
	return router;
}

struct vrrp_router *started(const struct conf_vrrp *conf, int64_t hold_ns, struct mono now)
{
	struct vrrp_router *router = router_with(conf, hold_ns, now);

	faults(router, 0, now);
	step_kind(router, VRRP_ROUTER_START, now);
	return router;
}

const char *hear_from(struct vrrp_router *router, const struct addr *source,
		      const struct conf_vrrp *sender, uint8_t priority, struct mono now)
{
	struct vrrp_router_event event = {.kind = VRRP_ROUTER_PACKET,
					  .path = {*source, vrrp_group(AF_INET), VRRP_HOP_LIMIT}};
	uint8_t bytes[VRRP_PKT_MAX], *addrs = vrrp_advert_addrs(sender);
	struct vrrp_pkt pkt = vrrp_advert_make(sender, priority, addrs);

	event.len = vrrp_pkt_encode(&pkt, &event.path, bytes, sizeof(bytes));
	event.body = bytes;
	free(addrs);
	ck_assert_uint_gt(event.len, 0);
	return step(router, event, now);
}

const char *hear(struct vrrp_router *router, const struct conf_vrrp *sender, uint8_t priority,
		 struct mono now)
{
	return hear_from(router, &other, sender, priority, now);
}

enum vrrp_state_name state_of(const struct vrrp_router *router)
{
	return vrrp_router_fsm(router, 0)->state;
}

void run_until(struct vrrp_router *router, struct mono until)
{
	struct mono at = vrrp_router_wake(router, 0);

	for (; !mono_before(until, at); at = vrrp_router_wake(router, 0))
		step_kind(router, VRRP_ROUTER_TIME, at);
}

struct vrrp_router *master(const struct conf_vrrp *conf, struct mono now)
{
	struct vrrp_router *router = started(conf, 0, mono_add_ms(now, -10000));

	run_until(router, now);
	ck_assert_int_eq(state_of(router), VRRP_MASTER);
	return router;
}

const char *order(struct vrrp_router *router, const struct conf_vrrp *conf,
		  enum vrrp_order_kind kind, uint64_t number, struct mono now)
{
	ck_assert_str_eq(step(router,
			      (struct vrrp_router_event){.kind = VRRP_ROUTER_SET,
							 .conf = conf,
							 .order = {kind, number}},
			      now),
			 "");
	return step_kind(router, VRRP_ROUTER_APPLY, now);
}

const char *change(struct vrrp_router *router, const struct conf_vrrp *conf, int64_t hold_ns,
		   bool has_new_vips, struct mono now)
{
	ck_assert_str_eq(step(router,
			      (struct vrrp_router_event){.kind = VRRP_ROUTER_SET,
							 .conf = conf,
							 .hold_ns = hold_ns,
							 .has_new_vips = has_new_vips},
			      now),
			 "");
	return step_kind(router, VRRP_ROUTER_APPLY, now);
}

char *announcements(const struct conf_vrrp *conf, const struct conf_vrrp *sender)
{
	const struct mono heard = mono_add_ms(NOW, 20000), until = mono_add_ms(NOW, 300000);
	struct vrrp_router *router = started(conf, 0, NOW);
	bool is_heard = false;
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	for (;;) {
		struct mono at = mono_min(vrrp_router_wake(router, 0), is_heard ? until : heard);
		const char *said;

		if (!mono_before(at, until))
			break;
		if (!is_heard && !mono_before(at, heard)) {
			said = hear(router, sender, 50, at);
			is_heard = true;
		} else {
			said = step_kind(router, VRRP_ROUTER_TIME, at);
		}
		if (strpbrk(said, "ae"))
			fprintf(out, "%lld:%s ", (long long)(mono_sub(at, NOW) / NS_PER_MS), said);
	}
	fclose(out);
	vrrp_router_free(router);
	return text;
}
