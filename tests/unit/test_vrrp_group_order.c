/* SPDX-License-Identifier: GPL-2.0-or-later */
/* In which order the members of a sync group change their states. Programs that read a FIFO see it, and
 * keepalived has the same. */
#include "vrrp/router.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOW ((struct mono){1000 * NS_PER_S})
#define N   3

static const struct addr own = {AF_INET, {10, 0, 0, 5}};

static struct conf_vip vips[] = {
    {.addr = {AF_INET, {10, 0, 0, 100}}, .prefix_len = 32, .interface = "eth0", .label = ""}};
static struct conf_track track = {.kind = CONF_TRACKER_SCRIPT, .name = "chk", .place.file = ""};

/* The instances 0, 1 and 2 of the file, which the list of the group has in the order of places. */
static struct conf_vrrp conf_of(unsigned id, const uint16_t *places)
{
	static const char *const names[N] = {"A", "B", "C"};

	return (struct conf_vrrp){.name = names[id],
				  .interface = "eth0",
				  .vrid = (uint8_t)(id + 1),
				  .priority = 100,
				  .version = 3,
				  .family = AF_INET,
				  .sync_group = "VG",
				  .sync_at = places[id],
				  .advert_int_us = 1000000,
				  .down_timer_adverts = 3,
				  .is_preempting = true,
				  .auth_pass = "",
				  .vips = vips,
				  .n_vips = 1};
}

/* "0:BACKUP 1:BACKUP": who changed to which state. */
static const char *said(struct vrrp_router *router)
{
	static char text[1024];
	struct vrrp_router_action action;
	size_t len = 0;

	text[0] = '\0';
	while (vrrp_router_take(router, &action))
		if (action.kind == VRRP_ROUTER_SAY_STATE)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%u:%s", len ? " " : "",
						action.id, vrrp_state_text(action.transition.to));
	return text;
}

static const char *step_each(struct vrrp_router *router, enum vrrp_router_event_kind kind, struct mono now)
{
	for (unsigned id = 0; id < N; id++)
		vrrp_router_step(router, &(struct vrrp_router_event){.kind = kind, .id = id}, now);
	return said(router);
}

static const char *fault(struct vrrp_router *router, unsigned id, bool is_there, struct mono now)
{
	vrrp_router_step(router,
			 &(struct vrrp_router_event){
			     .kind = VRRP_ROUTER_FAULTS,
			     .id = id,
			     .faults = is_there ? VRRP_FAULT_BIT(VRRP_FAULT_INTERFACE_DOWN) : 0,
			     .source = own},
			 now);
	return said(router);
}

static const char *begin(struct vrrp_router *router, struct conf_vrrp *confs)
{
	for (unsigned id = 0; id < N; id++) {
		vrrp_router_step(
		    router,
		    &(struct vrrp_router_event){.kind = VRRP_ROUTER_ADD, .id = id, .conf = &confs[id]}, NOW);
		fault(router, id, false, NOW);
	}
	return step_each(router, VRRP_ROUTER_START, NOW);
}

/* The next changes, in the time between. */
static const char *pass(struct vrrp_router *router, int64_t from_ms, int64_t to_ms)
{
	const char *text = "";

	for (int64_t ms = from_ms; ms <= to_ms && !*text; ms += 10)
		text = step_each(router, VRRP_ROUTER_TIME, mono_add_ms(NOW, ms));
	return text;
}

/* The list of the group is C, B, A. */
START_TEST(one_goes_first_and_the_others_follow_in_the_order_of_the_list)
{
	static const uint16_t places[N] = {2, 1, 0};
	struct conf_vrrp confs[N] = {conf_of(0, places), conf_of(1, places), conf_of(2, places)};
	struct vrrp_router *router = vrrp_router_new();

	ck_assert_str_eq(begin(router, confs), "0:BACKUP 1:BACKUP 2:BACKUP");
	/* Of equal timers, that which was set last ends last, and that one acts. */
	ck_assert_str_eq(pass(router, 0, 3700), "2:MASTER 1:MASTER 0:MASTER");
	ck_assert_str_eq(fault(router, 0, true, mono_add_ms(NOW, 3800)), "0:FAULT 2:FAULT 1:FAULT");
	ck_assert_str_eq(fault(router, 0, false, mono_add_ms(NOW, 3900)), "0:BACKUP 2:BACKUP 1:BACKUP");
	ck_assert_str_eq(pass(router, 3900, 8000), "1:MASTER 2:MASTER 0:MASTER");
	vrrp_router_free(router);
}
END_TEST

/* With a script that a member tracks, the last such member begins, as at the end of a fault. */
START_TEST(a_group_with_a_script_begins_with_the_last_member_that_tracks_one)
{
	static const uint16_t places[N] = {0, 1, 2};
	struct conf_vrrp confs[N] = {conf_of(0, places), conf_of(1, places), conf_of(2, places)};
	const struct vrrp_source source = {
	    .kind = CONF_TRACKER_SCRIPT, .name = "chk", .state = VRRP_SOURCE_UP, .text = ""};
	struct vrrp_router *router = vrrp_router_new();

	for (unsigned id = 0; id < 2; id++) {
		confs[id].tracks = &track;
		confs[id].n_tracks = 1;
	}
	vrrp_router_step(router, &(struct vrrp_router_event){.kind = VRRP_ROUTER_SOURCE, .tracked = &source}, NOW);
	ck_assert_str_eq(begin(router, confs), "1:BACKUP 0:BACKUP 2:BACKUP");
	vrrp_router_free(router);
}
END_TEST

/* The others were BACKUP for a moment before they stopped, and ran their scripts for that. */
START_TEST(a_group_in_FAULT_stops_without_another_state)
{
	static const uint16_t places[N] = {0, 1, 2};
	struct conf_vrrp confs[N] = {conf_of(0, places), conf_of(1, places), conf_of(2, places)};
	struct vrrp_router *router = vrrp_router_new();

	begin(router, confs);
	ck_assert_str_eq(fault(router, 0, true, mono_add_ms(NOW, 100)), "0:FAULT 1:FAULT 2:FAULT");
	ck_assert_str_eq(step_each(router, VRRP_ROUTER_LEAVE, mono_add_ms(NOW, 200)), "0:INIT 1:INIT 2:INIT");
	vrrp_router_free(router);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("order in a group");
	TCase *tcase = tcase_create("order in a group");
	SRunner *runner = srunner_create(suite);
	int n;

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, one_goes_first_and_the_others_follow_in_the_order_of_the_list);
	tcase_add_test(tcase, a_group_with_a_script_begins_with_the_last_member_that_tracks_one);
	tcase_add_test(tcase, a_group_in_FAULT_stops_without_another_state);
	srunner_run_all(runner, CK_ENV);
	n = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n ? EXIT_FAILURE : EXIT_SUCCESS;
}
