/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a configuration, and a change of it, makes the router do. */
#include "conf/model/member.h"
#include "conf/schema/lookup.h"
#include "tests/unit/vrrp_router_rig.h"
#include "vrrp/wait.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* When the router announces next, and does nothing else meanwhile. */
static int64_t announces_after_ms(struct vrrp_router *router, struct mono now)
{
	struct mono at;

	do {
		at = vrrp_router_wake(router, 0);
		ck_assert(!mono_is_never(at));
	} while (!strchr(step_kind(router, VRRP_ROUTER_TIME, at), 'a'));
	return mono_sub(at, now) / NS_PER_MS;
}

START_TEST(silence_and_announcements_are_as_the_file_says)
{
	struct conf_vrrp conf = conf_of(51, 100), refreshed = conf;
	struct vrrp_router *router;
	struct mono since = mono_add_ms(NOW, 5609);

	conf.down_timer_adverts = 5;
	conf.garp_master_repeat = 1;
	conf.garp_master_delay = 0;
	refreshed = conf;
	refreshed.garp_master_refresh = 60;
	router = started(&conf, 0, NOW);
	run_until(router, mono_add_ms(NOW, 5608));
	ck_assert_int_eq(state_of(router), VRRP_BACKUP);
	run_until(router, mono_add_ms(NOW, 5700));
	ck_assert_int_eq(state_of(router), VRRP_MASTER);
	run_until(router, mono_add_ms(since, 300000));
	/* A master that is told to refresh begins with it. */
	since = mono_add_ms(since, 300001);
	change(router, &refreshed, 0, false, since);
	ck_assert_int_eq(announces_after_ms(router, since), 0);
	ck_assert_int_eq(announces_after_ms(router, since), 60000);
	ck_assert_int_eq(announces_after_ms(router, since), 120000);
	vrrp_router_free(router);
}
END_TEST

/* Each keyword about announcements changes what is announced, or when. */
START_TEST(each_keyword_about_announcements_has_an_effect)
{
	const struct conf_vrrp sender = conf_of(51, 50);
	struct conf_vrrp conf = conf_of(51, 100);
	char *usual;
	size_t n = 0;

	conf.garp_master_refresh = 60;
	conf.garp_master_refresh_repeat = 2;
	conf.garp_extra = CONF_GARP_EXTRA_ALL | 30;
	usual = announcements(&conf, &sender);
	for (size_t i = 0; i < schema_n_tables; i++) {
		for (size_t k = 0; k < schema_tables[i]->n; k++) {
			const struct schema_keyword *row = &schema_tables[i]->rows[k];
			const struct schema_field *field = member_field(row, CONF_OBJECT_VRRP);
			struct conf_vrrp changed = conf;
			char *text;

			if (!field || field->is_spelling || strncmp(row->name, "garp_", strlen("garp_")))
				continue;
			n++;
			member_number_set(field, &changed, member_number(field, &conf) + 1);
			text = announcements(&changed, &sender);
			ck_assert_msg(strcmp(text, usual) != 0, "%s", row->name);
			free(text);
		}
	}
	free(usual);
	ck_assert_uint_gt(n, 5);
}
END_TEST

/* How often the addresses were announced until then, as bursts: "2@0 2@100 2@30000". */
static const char *bursts_until(struct vrrp_router *router, struct mono from, struct mono until)
{
	static char text[256];
	struct mono at;
	size_t len = 0;

	text[0] = '\0';
	while (!mono_before(until, at = vrrp_router_wake(router, 0))) {
		const char *said = step_kind(router, VRRP_ROUTER_TIME, at);
		const char *announced = strchr(said, 'a');

		if (announced)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%c@%lld",
						len ? " " : "", announced[1],
						(long long)(mono_sub(at, from) / NS_PER_MS));
	}
	return text;
}

/* garp_lower_prio_repeat and _delay, beside those of a new master; the refreshes go on. */
START_TEST(a_lower_priority_has_bursts_of_its_own)
{
	struct conf_vrrp conf = conf_of(51, 100);
	struct mono since = mono_add_ms(NOW, 60000);
	struct vrrp_router *router;

	conf.garp_master_repeat = 1;
	conf.garp_master_delay = 0;
	conf.garp_lower_prio_repeat = 2;
	conf.garp_lower_prio_delay = 3;
	router = master(&conf, NOW);
	run_until(router, since);
	hear(router, &conf, 50, since);
	ck_assert_str_eq(bursts_until(router, since, mono_add_ms(since, 9000)),
			 "2@0 2@100 2@3000 2@3100");
	vrrp_router_free(router);
}
END_TEST

START_TEST(no_burst_after_a_lower_priority_if_none_is_wanted)
{
	struct conf_vrrp conf = conf_of(51, 100);
	struct mono since = mono_add_ms(NOW, 60000);
	struct vrrp_router *router;

	conf.garp_lower_prio_repeat = 0;
	router = master(&conf, NOW);
	run_until(router, since);
	hear(router, &conf, 50, since);
	ck_assert_str_eq(bursts_until(router, since, mono_add_ms(since, 9000)), "");
	vrrp_router_free(router);
}
END_TEST

/* A sender without the pseudo-header is noticed at once by a master, whom it may not hear. */
START_TEST(the_checksum_of_the_others_is_told)
{
	struct conf_vrrp conf = conf_of(51, 100), plain = conf;
	struct vrrp_router *router = master(&conf, NOW);

	plain.is_checksum_plain = true;
	ck_assert_int_eq(vrrp_router_report(router, 0).heard_checksum, VRRP_CHECKSUM_UNKNOWN);
	hear(router, &conf, 50, mono_add_ms(NOW, 2000));
	ck_assert_int_eq(vrrp_router_report(router, 0).heard_checksum, VRRP_CHECKSUM_PSEUDO);
	ck_assert_ptr_nonnull(strchr(hear(router, &plain, 50, mono_add_ms(NOW, 4000)), 'R'));
	ck_assert_int_eq(vrrp_router_report(router, 0).heard_checksum, VRRP_CHECKSUM_PLAIN);
	vrrp_router_free(router);
}
END_TEST

START_TEST(a_change_is_acted_on_and_told)
{
	struct conf_vrrp conf = conf_of(51, 100), raised = conf_of(51, 150);
	struct vrrp_router *router = master(&conf, NOW);

	ck_assert_str_eq(change(router, &raised, 0, true, NOW), "s150 + a2 R");
	ck_assert_uint_eq(vrrp_router_report(router, 0).priority, 150);
	ck_assert_uint_eq(vrrp_router_report(router, 0).effective_priority, 150);
	vrrp_router_free(router);
}
END_TEST

/* Heard at once after the start, the lower master is left alone; not after a reload without
 * connection sync, and for longer with a preempt_delay. */
START_TEST(a_change_of_the_hold_alone_counts)
{
	struct conf_vrrp conf = conf_of(51, 100), delayed = conf;
	struct vrrp_router *router = started(&conf, 13 * NS_PER_S, NOW);

	hear(router, &conf, 50, mono_add_ms(NOW, 100));
	ck_assert_int_eq(mono_sub(vrrp_router_report(router, 0).held_until, NOW),
			 13100 * NS_PER_MS +
			     vrrp_fsm_skew_ns(vrrp_router_conf(router, 0), NS_PER_S));
	change(router, &conf, 0, false, mono_add_ms(NOW, 200));
	ck_assert(mono_before(vrrp_router_report(router, 0).held_until, mono_add_ms(NOW, 1000)));
	delayed.preempt_delay_us = 30 * US_PER_S;
	ck_assert_str_eq(change(router, &delayed, 0, false, mono_add_ms(NOW, 300)), "R");
	ck_assert(mono_before(mono_add_ms(NOW, 30000), vrrp_router_report(router, 0).held_until));
	vrrp_router_free(router);
}
END_TEST

/* A router with startup_gate, started at NOW. */
static struct vrrp_router *gated(const struct conf_vrrp *conf, int64_t gate_ns, const char *said)
{
	struct vrrp_router *router = vrrp_router_new();

	step(router,
	     (struct vrrp_router_event){.kind = VRRP_ROUTER_ADD, .conf = conf, .gate_ns = gate_ns}, NOW);
	faults(router, 0, NOW);
	ck_assert_str_eq(step_kind(router, VRRP_ROUTER_START, NOW), said);
	return router;
}

/* The log says it once, the report until a frame has come, or an advertisement. */
START_TEST(a_wait_for_proof_that_it_can_receive_is_told)
{
	struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router *router = gated(&conf, 5 * NS_PER_S, "- INIT>BACKUP R proof5000");

	ck_assert_int_eq(vrrp_router_report(router, 0).proof_until.ns, mono_add_ms(NOW, 5000).ns);
	ck_assert_str_eq(step_kind(router, VRRP_ROUTER_TIME, vrrp_router_wake(router, 0)), "");
	ck_assert_int_eq(vrrp_router_report(router, 0).proof_until.ns, mono_add_ms(NOW, 5000).ns);
	step_kind(router, VRRP_ROUTER_FRAME, mono_add_ms(NOW, 2000));
	ck_assert_int_eq(vrrp_router_report(router, 0).proof_until.ns, 0);
	vrrp_router_free(router);
	router = gated(&conf, 5 * NS_PER_S, "- INIT>BACKUP R proof5000");
	hear(router, &conf, 150, mono_add_ms(NOW, 100));
	ck_assert_int_eq(vrrp_router_report(router, 0).proof_until.ns, 0);
	vrrp_router_free(router);
	router = gated(&conf, 5 * NS_PER_S, "- INIT>BACKUP R proof5000");
	run_until(router, mono_add_ms(NOW, 5000));
	ck_assert_int_eq(state_of(router), VRRP_MASTER);
	ck_assert_int_eq(vrrp_router_report(router, 0).proof_until.ns, 0);
	vrrp_router_free(router);
	/* A gate that is shorter than the silence changes nothing. */
	router = gated(&conf, 3 * NS_PER_S, "- INIT>BACKUP R");
	ck_assert_int_eq(vrrp_router_report(router, 0).proof_until.ns, 0);
	vrrp_router_free(router);
}
END_TEST

/* The line comes once, not with each advertisement, and once a minute at most if a priority goes up and
 * down. It comes also when the own priority rises, or the file begins to say nopreempt. */
START_TEST(nopreempt_over_a_lower_master_is_told_once)
{
	struct conf_vrrp conf = conf_of(51, 100), raised = conf_of(51, 150), usual = raised;
	struct vrrp_router *router;

	conf.is_preempting = raised.is_preempting = false;
	router = started(&conf, 0, NOW);
	ck_assert_str_eq(hear(router, &conf, 120, mono_add_ms(NOW, 1000)), "R h120");
	ck_assert_str_eq(hear(router, &conf, 80, mono_add_ms(NOW, 2000)), "h80 spared80");
	ck_assert_str_eq(hear(router, &conf, 80, mono_add_ms(NOW, 3000)), "h80");
	ck_assert_str_eq(hear(router, &conf, 120, mono_add_ms(NOW, 4000)), "h120");
	for (int ms = 5000; ms < 62000; ms += 1000)
		ck_assert_str_eq(hear(router, &conf, 80, mono_add_ms(NOW, ms)), "h80");
	ck_assert_str_eq(hear(router, &conf, 80, mono_add_ms(NOW, 62000)), "h80 spared80");
	ck_assert_str_eq(hear(router, &conf, 120, mono_add_ms(NOW, 63000)), "h120");
	hear(router, &conf, 120, mono_add_ms(NOW, 130000));
	ck_assert_str_eq(change(router, &raised, 0, false, mono_add_ms(NOW, 130100)), "R spared120");
	/* A master that resigns is none. */
	ck_assert_str_eq(hear(router, &conf, 0, mono_add_ms(NOW, 131000)), "h0");
	vrrp_router_free(router);
	/* A backup that may preempt leaves no master alone. */
	router = started(&usual, 0, NOW);
	ck_assert_str_eq(hear(router, &conf, 80, mono_add_ms(NOW, 1000)), "R h80");
	ck_assert_str_eq(change(router, &raised, 0, false, mono_add_ms(NOW, 1100)), "R spared80");
	vrrp_router_free(router);
}
END_TEST

/* An interface that is deleted, and made again without its address. */
START_TEST(another_cause_of_a_fault_is_told)
{
	struct conf_vrrp conf = conf_of(51, 100);
	struct vrrp_router *router = started(&conf, 0, NOW);
	const unsigned missing = VRRP_FAULT_BIT(VRRP_FAULT_NO_INTERFACE),
		       bare = VRRP_FAULT_BIT(VRRP_FAULT_NO_SOURCE),
		       vip = VRRP_FAULT_BIT(VRRP_FAULT_VIP_INTERFACE);

	ck_assert_str_eq(faults(router, missing, NOW), "BACKUP>FAULT:no-interface R");
	ck_assert_str_eq(faults(router, missing, NOW), "");
	ck_assert_str_eq(faults(router, bare, NOW), "stays:no-source R");
	/* A less important one is not named. */
	ck_assert_str_eq(faults(router, bare | vip, NOW), "");
	ck_assert_str_eq(faults(router, vip, NOW), "stays:vip-interface R");
	ck_assert_str_eq(change(router, &conf, 0, false, NOW), "R");
	ck_assert_str_eq(faults(router, 0, NOW), "FAULT>BACKUP R");
	vrrp_router_free(router);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vrrp_router_conf");
	TCase *tcase = tcase_create("conf");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, each_keyword_about_announcements_has_an_effect);
	tcase_add_test(tcase, silence_and_announcements_are_as_the_file_says);
	tcase_add_test(tcase, a_lower_priority_has_bursts_of_its_own);
	tcase_add_test(tcase, no_burst_after_a_lower_priority_if_none_is_wanted);
	tcase_add_test(tcase, the_checksum_of_the_others_is_told);
	tcase_add_test(tcase, a_change_is_acted_on_and_told);
	tcase_add_test(tcase, a_change_of_the_hold_alone_counts);
	tcase_add_test(tcase, a_wait_for_proof_that_it_can_receive_is_told);
	tcase_add_test(tcase, nopreempt_over_a_lower_master_is_told_once);
	tcase_add_test(tcase, another_cause_of_a_fault_is_told);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
