/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rules of RFC 9568 (version 3) and RFC 3768 (version 2), each with its section: what a router sends
 * (5), its times (6.1), its transitions (6.4.1 to 6.4.3) and what it receives by IPv6 (7.1). What is
 * received by IPv4 is the table of test_vrrp_pkt. Elsewhere are: announcements and their bytes (8.1.2,
 * 8.2.2: test_vrrp_addresses), virtual MACs (7.3: test_vrrp_vmac), accept mode (6.4.2, 6.4.3:
 * test_host_filter), that the first IPv6 address is link-local (5.2.9, erratum 8300: golden files), the
 * bounds of the interval (5.2.7, erratum 8301: test_conf_refusals), unknown VRIDs (7.1:
 * test_vrrp_others), and that a backup has no address (6.4.2: tests/sim/sim_pair).
 */
#include "tests/unit/vrrp_machine.h"
#include "vrrp/advert.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NO_TIMER (-1)

/* --- transitions --- */

/* One rule: what happens to a router of priority 100 (or 255) that is in a state. */
struct rule {
	const char *section;
	uint8_t version;
	uint8_t priority;
	bool is_preempting;
	enum situation situation;
	enum vrrp_event_kind kind;
	/* Of an advertisement. */
	uint8_t heard_priority;
	uint8_t last_byte; /* of its source address, 10.0.0.N; this router has 10.0.0.5 */
	int64_t heard_interval_ms;
	/* The state then and what is done: s100 sends that priority, + and - adds and removes the
	 * addresses, a announces. */
	const char *expected;
	/* When the Active_Down_Timer (BACKUP) or the Adver_Timer (MASTER) fires. */
	int64_t timer_ms;
};

#define V3 3, 100, true
#define V3_NOPREEMPT 3, 100, false
#define V3_OWNER 3, 255, true
#define V2 2, 100, true
#define V2_NOPREEMPT 2, 100, false
#define HEARD VRRP_EVENT_ADVERT

/* The interval is 1 s. Skew_Time at priority 100: 156 / 256 of the master's interval, of a second in
 * version 2. The timer of machine_in(BACKUP) has run for a second. */
static const struct rule rules[] = {
    {"RFC 9568 6.4.1: the owner starts as Active", V3_OWNER, INIT_UP, VRRP_EVENT_START, 0, 0, 0,
     "MASTER s255 + a", 1000},
    {"RFC 9568 6.4.1: another one starts as Backup", V3, INIT_UP, VRRP_EVENT_START, 0, 0, 0,
     "BACKUP -", 3609},
    {"RFC 3768 6.4.1: another one starts as Backup", V2, INIT_UP, VRRP_EVENT_START, 0, 0, 0,
     "BACKUP -", 3609},
    {"RFC 9568 6.4.2: Shutdown", V3, BACKUP, VRRP_EVENT_STOP, 0, 0, 0, "INIT", NO_TIMER},
    {"RFC 9568 6.4.2: Active_Down_Timer fires", V3, BACKUP, VRRP_EVENT_TIMER, 0, 0, 0,
     "MASTER s100 + a", 1000},
    {"RFC 9568 6.4.2: priority 0 sets the timer to Skew_Time", V3, BACKUP, HEARD, 0, 9, 1000, "BACKUP",
     609},
    {"RFC 3768 6.4.2: priority 0 sets the timer to Skew_Time", V2, BACKUP, HEARD, 0, 9, 1000, "BACKUP",
     609},
    {"RFC 9568 6.4.2: a higher priority resets the timer", V3, BACKUP, HEARD, 150, 9, 1000, "BACKUP",
     3609},
    {"RFC 9568 6.4.2: so does the same priority, whatever its address", V3, BACKUP, HEARD, 100, 4, 1000,
     "BACKUP", 3609},
    {"RFC 9568 6.4.2: the interval is learned", V3, BACKUP, HEARD, 150, 9, 2000, "BACKUP", 7218},
    {"RFC 9568 6.4.2: the interval is learned, also a shorter one", V3, BACKUP, HEARD, 150, 9, 100,
     "BACKUP", 360},
    {"RFC 3768 6.4.2: the interval is not learned", V2, BACKUP, HEARD, 150, 9, 1000, "BACKUP", 3609},
    {"RFC 9568 6.4.2: a lower priority is discarded with Preempt_Mode", V3, BACKUP, HEARD, 50, 9, 1000,
     "BACKUP", 2609},
    {"RFC 9568 6.4.2: it resets the timer without Preempt_Mode", V3_NOPREEMPT, BACKUP, HEARD, 50, 9,
     1000, "BACKUP", 3609},
    {"RFC 9568 6.4.2: and its interval is learned", V3_NOPREEMPT, BACKUP, HEARD, 50, 9, 2000, "BACKUP",
     7218},
    {"RFC 3768 6.4.2: a lower priority is discarded with Preempt_Mode", V2, BACKUP, HEARD, 50, 9, 1000,
     "BACKUP", 2609},
    {"RFC 3768 6.4.2: it resets the timer without Preempt_Mode", V2_NOPREEMPT, BACKUP, HEARD, 50, 9,
     1000, "BACKUP", 3609},
    {"RFC 9568 6.4.3: Shutdown", V3, MASTER, VRRP_EVENT_STOP, 0, 0, 0, "INIT s0 -", NO_TIMER},
    {"RFC 9568 6.4.3: Adver_Timer fires", V3, MASTER, VRRP_EVENT_TIMER, 0, 0, 0, "MASTER s100", 1000},
    {"RFC 9568 6.4.3: priority 0 is answered at once", V3, MASTER, HEARD, 0, 9, 1000, "MASTER s100",
     1000},
    {"RFC 3768 6.4.3: priority 0 is answered at once", V2, MASTER, HEARD, 0, 9, 1000, "MASTER s100",
     1000},
    {"RFC 9568 6.4.3: a higher priority makes it Backup", V3, MASTER, HEARD, 150, 4, 1000,
     "BACKUP - s100", 3609},
    {"RFC 9568 6.4.3: with the interval of that one", V3, MASTER, HEARD, 150, 4, 2000, "BACKUP - s100",
     7218},
    {"RFC 3768 6.4.3: a higher priority makes it Backup", V2, MASTER, HEARD, 150, 4, 1000,
     "BACKUP - s100", 3609},
    {"RFC 9568 6.4.3: so does the same one of a greater address", V3, MASTER, HEARD, 100, 6, 1000,
     "BACKUP - s100", 3609},
    {"RFC 9568 6.4.3: and not of a smaller one, which is answered", V3, MASTER, HEARD, 100, 4, 1000,
     "MASTER s100", 1000},
    {"RFC 9568 6.4.3: a lower priority is answered at once", V3, MASTER, HEARD, 50, 9, 1000,
     "MASTER s100", 1000},
    {"RFC 9568 6.4.3: without Preempt_Mode, too", V3_NOPREEMPT, MASTER, HEARD, 50, 9, 1000,
     "MASTER s100", 1000},
    {"RFC 9568 6.4.3, erratum 8298: two owners are told apart by their addresses", V3_OWNER, MASTER,
     HEARD, 255, 6, 1000, "BACKUP - s255", 3003},
    {"RFC 9568 6.4.3, erratum 8298: the greater one stays", V3_OWNER, MASTER, HEARD, 255, 4, 1000,
     "MASTER s255", 1000},
};

static void deeds(const struct vrrp_fsm *fsm, const struct vrrp_actions *actions, char *text,
		  size_t size)
{
	size_t len = (size_t)snprintf(text, size, "%s", vrrp_state_text(fsm->state));

	for (size_t i = 0; i < actions->n; i++) {
		const struct vrrp_action *action = &actions->items[i];

		if (action->kind == VRRP_ACTION_SEND_ADVERT)
			len += (size_t)snprintf(text + len, size - len, " s%u", action->priority);
		else if (action->kind == VRRP_ACTION_ADD_VIPS)
			len += (size_t)snprintf(text + len, size - len, " +");
		else if (action->kind == VRRP_ACTION_DEL_VIPS)
			len += (size_t)snprintf(text + len, size - len, " -");
		else if (action->kind == VRRP_ACTION_ANNOUNCE)
			len += (size_t)snprintf(text + len, size - len, " a");
	}
}

static int64_t timer_of(const struct vrrp_fsm_conf *conf, const struct vrrp_fsm *fsm, struct mono now)
{
	if (fsm->state != VRRP_BACKUP && fsm->state != VRRP_MASTER)
		return NO_TIMER;
	return mono_sub(fsm->state == VRRP_BACKUP ? vrrp_wait_down_at(conf, fsm) : fsm->wake, now) /
	       NS_PER_MS;
}

START_TEST(each_transition_has_its_section)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		const struct rule *rule = &rules[i];
		struct vrrp_fsm_conf conf = plain;
		struct vrrp_fsm fsm = machine_in(rule->situation, rule->priority);
		struct vrrp_event event = {.kind = rule->kind};
		struct vrrp_actions actions;
		struct mono now = NOW;
		char text[64];

		conf.version = rule->version;
		conf.priority = rule->priority;
		conf.is_preempting = rule->is_preempting;
		if (rule->kind == HEARD) {
			event = advert(rule->heard_priority, rule->last_byte);
			event.interval_ns = rule->heard_interval_ms * NS_PER_MS;
		}
		if (rule->kind == VRRP_EVENT_TIMER && fsm.state == VRRP_BACKUP)
			now = fsm.wake = vrrp_wait_down_at(&conf, &fsm);
		else if (rule->kind == VRRP_EVENT_TIMER)
			now = fsm.wake;
		vrrp_step(&conf, &fsm, &event, now, &actions);
		deeds(&fsm, &actions, text, sizeof(text));
		ck_assert_msg(!strcmp(text, rule->expected), "%s: \"%s\"", rule->section, text);
		ck_assert_msg(timer_of(&conf, &fsm, now) == rule->timer_ms, "%s: %lld ms",
			      rule->section, (long long)timer_of(&conf, &fsm, now));
	}
}
END_TEST

/* --- times --- */

/* RFC 9568 6.1: Skew_Time = ((256 - priority) * Active_Adver_Interval) / 256, and
 * Active_Down_Interval = 3 * Active_Adver_Interval + Skew_Time. RFC 3768 6.1: (256 - priority) / 256 s. */
START_TEST(the_times_are_those_of_6_1)
{
	static const struct {
		uint8_t version, priority;
		int64_t interval_ms, skew_us, down_us;
	} times[] = {
	    {3, 1, 1000, 996093, 3996093}, {3, 100, 1000, 609375, 3609375},
	    {3, 254, 1000, 7812, 3007812}, {3, 255, 1000, 3906, 3003906},
	    {3, 100, 10, 6093, 36093},	   {3, 100, 40950, 24953906, 147803906},
	    {2, 100, 1000, 609375, 3609375}, {2, 100, 10000, 609375, 30609375},
	    {2, 255, 255000, 3906, 765003906},
	};

	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		const struct vrrp_fsm_conf conf = {.version = times[i].version,
						   .priority = times[i].priority};
		int64_t ns = times[i].interval_ms * NS_PER_MS;

		ck_assert_int_eq(vrrp_fsm_skew_ns(&conf, ns) / NS_PER_US, times[i].skew_us);
		ck_assert_int_eq(vrrp_fsm_down_ns(&conf, ns) / NS_PER_US, times[i].down_us);
	}
}
END_TEST

/* --- what is sent --- */

static struct addr addr(const char *text)
{
	struct addr parsed;

	ck_assert_int_eq(addr_parse(text, &parsed), 0);
	return parsed;
}

/* The bytes of an advertisement: 5.2.1 version and type, 5.2.3 VRID, 5.2.4 priority, 5.2.5 count, 5.2.6
 * reserved bits, 5.2.7 interval, 5.2.9 addresses in the order of the file. */
START_TEST(each_field_is_as_section_5_2_has_it)
{
	struct conf_vip vips[] = {{.addr = addr("10.0.0.100")}, {.addr = addr("10.0.0.7")}};
	struct conf_vrrp conf = {.vrid = 51,
				 .priority = 100,
				 .version = 3,
				 .family = AF_INET,
				 .advert_int_us = 40950 * 1000,
				 .auth_pass = "",
				 .vips = vips,
				 .n_vips = 2};
	const struct vrrp_path path = {addr("10.0.0.5"), vrrp_group(AF_INET), VRRP_HOP_LIMIT};
	uint8_t bytes[64], *addrs = vrrp_advert_addrs(&conf);
	static const uint8_t third[] = {0x31, 51, 100, 2, 0x0f, 0xff},
			     second[] = {0x21, 51, 0, 2, 0, 40}, listed[] = {10, 0, 0, 100, 10, 0, 0, 7};
	struct vrrp_pkt pkt = vrrp_advert_make(&conf, 100, addrs);

	ck_assert_uint_eq(vrrp_pkt_encode(&pkt, &path, bytes, sizeof(bytes)), 16);
	ck_assert_mem_eq(bytes, third, sizeof(third));
	ck_assert_mem_eq(bytes + 8, listed, sizeof(listed));
	/* RFC 3768 5.3: seconds, and eight bytes of authentication data, which are zero. */
	conf.version = 2;
	conf.advert_int_us = 40 * 1000000;
	pkt = vrrp_advert_make(&conf, 0, addrs);
	ck_assert_uint_eq(vrrp_pkt_encode(&pkt, &path, bytes, sizeof(bytes)), 24);
	ck_assert_mem_eq(bytes, second, sizeof(second));
	ck_assert_mem_eq(bytes + 8, listed, sizeof(listed));
	ck_assert_mem_eq(bytes + 16, "\0\0\0\0\0\0\0\0", 8);
	free(addrs);
}
END_TEST

/* 5.1.1.2 and 5.1.2.2: the groups. 5.1.1.3 and 5.1.2.3: 255. 5.1.1.4 and 5.1.2.4: 112. */
START_TEST(it_is_sent_as_section_5_1_has_it)
{
	const struct addr group = vrrp_group(AF_INET), group6 = vrrp_group(AF_INET6);
	char text[ADDR_TEXT_MAX];

	ck_assert_str_eq(addr_format(&group, text), "224.0.0.18");
	ck_assert_str_eq(addr_format(&group6, text), "ff02::12");
	ck_assert_int_eq(VRRP_HOP_LIMIT, 255);
	ck_assert_int_eq(VRRP_PROTOCOL, 112);
}
END_TEST

/* --- what is received by IPv6 --- */

enum wrong6 {
	SOUND,
	HOP_LIMIT_254,
	TO_ANOTHER_GROUP,
	FROM_ITSELF,
	FROM_NOBODY,
	FROM_A_GROUP,
	BIT_OF_SOURCE,
	LAST_BYTE_AWAY,
	WITHOUT_ADDRESS,
	WITHOUT_INTERVAL,
	LISTS_ANOTHER,
};

static enum vrrp_reason judged6(enum wrong6 wrong)
{
	static const uint8_t addrs[2][16] = {{0xfe, 0x80, [15] = 0x64}, {0x20, 1, 0xd, 0xb8, [15] = 1}};
	struct vrrp_path path = {addr(wrong == FROM_NOBODY    ? "::"
				      : wrong == FROM_A_GROUP ? "ff02::12"
							      : "fe80::9"),
				 addr(wrong == TO_ANOTHER_GROUP ? "ff02::13" : "ff02::12"),
				 wrong == HOP_LIMIT_254 ? 254 : 255};
	const struct vrrp_policy policy = {.version = 3,
					   .source = addr(wrong == FROM_ITSELF ? "fe80::9" : "fe80::5"),
					   .interval_ns = NS_PER_S};
	struct vrrp_pkt pkt = {.version = 3,
			       .vrid = 51,
			       .priority = 100,
			       .n_addrs = wrong == WITHOUT_ADDRESS ? 0 : 2,
			       .interval_ns = wrong == WITHOUT_INTERVAL ? 0 : NS_PER_S,
			       .addrs = addrs[0]};
	uint8_t bytes[64];
	enum vrrp_reason reason;
	size_t len;

	if (wrong == LISTS_ANOTHER)
		pkt.addrs = addrs[1], pkt.n_addrs = 1;
	len = vrrp_pkt_encode(&pkt, &path, bytes, sizeof(bytes));
	path.source.bytes[15] ^= wrong == BIT_OF_SOURCE;
	reason = vrrp_pkt_decode(bytes, len - (wrong == LAST_BYTE_AWAY), &path, &pkt);
	return reason == VRRP_ACCEPTED ? vrrp_pkt_check(&pkt, &path, &policy) : reason;
}

START_TEST(each_rule_of_receiving_ip6_has_its_section)
{
	static const struct {
		const char *section;
		enum wrong6 wrong;
		enum vrrp_reason reason;
	} wrongs[] = {
	    {"RFC 9568 7.1: a sound message", SOUND, VRRP_ACCEPTED},
	    {"RFC 9568 5.1.2.3, 7.1: hop limit 255", HOP_LIMIT_254, VRRP_REJECT_HOP_LIMIT},
	    {"RFC 9568 5.1.2.2: to its group", TO_ANOTHER_GROUP, VRRP_REJECT_DESTINATION},
	    {"a loop of the network", FROM_ITSELF, VRRP_REJECT_SOURCE},
	    {"RFC 9568 5.1.2.1: from an address of a router", FROM_NOBODY, VRRP_REJECT_SOURCE},
	    {"RFC 9568 5.1.2.1: from an address of a router", FROM_A_GROUP, VRRP_REJECT_SOURCE},
	    {"RFC 9568 5.2.8: the pseudo-header counts", BIT_OF_SOURCE, VRRP_REJECT_CHECKSUM},
	    {"RFC 9568 7.1: complete", LAST_BYTE_AWAY, VRRP_REJECT_LENGTH},
	    {"RFC 9568 5.2.5, erratum 8299: count 0", WITHOUT_ADDRESS, VRRP_REJECT_COUNT},
	    {"RFC 9568 5.2.7, erratum 8301: interval 0", WITHOUT_INTERVAL, VRRP_REJECT_INTERVAL},
	    /* Receivers may compare the list, and go on either way. */
	    {"RFC 9568 7.1: another list, without a link-local address, counts", LISTS_ANOTHER,
	     VRRP_ACCEPTED},
	};

	for (size_t i = 0; i < sizeof(wrongs) / sizeof(wrongs[0]); i++) {
		enum vrrp_reason reason = judged6(wrongs[i].wrong);

		ck_assert_msg(reason == wrongs[i].reason, "%s: %s", wrongs[i].section,
			      vrrp_reason_name(reason));
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vrrp_rfc");
	TCase *tcase = tcase_create("rfc");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, each_transition_has_its_section);
	tcase_add_test(tcase, the_times_are_those_of_6_1);
	tcase_add_test(tcase, each_field_is_as_section_5_2_has_it);
	tcase_add_test(tcase, it_is_sent_as_section_5_1_has_it);
	tcase_add_test(tcase, each_rule_of_receiving_ip6_has_its_section);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
