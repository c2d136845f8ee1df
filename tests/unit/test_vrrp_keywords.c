/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the text of a file to what the state machine decides: keywords whose effect no other test shows.
 * Where a word of global_defs is the default of one of the instances, both do the same. */
#include "base/mem.h"
#include "conf/load.h"
#include "tests/unit/vrrp_router_rig.h"
#include "vrrp/advert.h"
#include "vrrp/track.h"
#include "vrrp/wait.h"

#include <check.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VIRTUAL "virtual_ipaddress {\n10.0.0.100\n}\n"

/* An instance of priority 100. before: what stands in front of it; words: what it says beside. */
static struct conf *load(const char *before, const char *words)
{
	char *text = mem_printf("%s\nvrrp_instance a {\ninterface eth0\nvirtual_router_id 51\n%s\n}\n",
				before, words);
	struct diags diags = {0};
	struct conf *conf = conf_load_text("t.conf", text, strlen(text), &diags);

	if (!conf)
		diags_print(&diags, stderr);
	ck_assert_msg(conf, "%s", text);
	diags_free(&diags);
	free(text);
	return conf;
}

static const struct conf_vrrp *of(const struct conf *conf)
{
	size_t i = 0;

	while (strcmp(conf->vrrps[i].name, "a"))
		i++;
	return &conf->vrrps[i];
}

static struct addr addr(const char *text)
{
	struct addr parsed;

	ck_assert_int_eq(addr_parse(text, &parsed), 0);
	return parsed;
}

/* --- what can be seen of an instance; each for free() --- */

static char *master_down(const struct conf *conf)
{
	const struct vrrp_fsm_conf fsm = vrrp_fsm_conf_of(of(conf));

	return mem_printf("%lld ms", (long long)(vrrp_fsm_down_ns(&fsm, fsm.interval_ns) / NS_PER_MS));
}

/* The same after an advertisement with an interval of 5 s. */
static char *master_down_learned(const struct conf *conf)
{
	const struct vrrp_fsm_conf fsm_conf = vrrp_fsm_conf_of(of(conf));
	struct vrrp_fsm fsm = {.state = VRRP_BACKUP};

	vrrp_wait_for_master(&fsm_conf, &fsm, 5 * NS_PER_S, NOW);
	return mem_printf("%lld ms",
			  (long long)(mono_sub(vrrp_wait_silent_at(&fsm_conf, &fsm), NOW) / NS_PER_MS));
}

/* A message from an address to another one, with this TTL and priority, and so many addresses. */
struct message {
	const char *from, *to;
	uint8_t hop_limit, priority, n_addrs;
};

static const char *judge(const struct conf_vrrp *conf, const struct message *message)
{
	static const uint8_t addrs[2][16] = {{10, 9, 9, 9}};
	const struct vrrp_path path = {addr(message->from), addr(message->to), message->hop_limit};
	const struct addr source = addr(path.source.family == AF_INET6 ? "fe80::1" : "10.0.0.1");
	const struct vrrp_policy policy = vrrp_advert_policy(conf, &source);
	struct vrrp_pkt pkt = vrrp_advert_make(conf, message->priority, addrs[0]);
	uint8_t bytes[64];
	enum vrrp_reason reason;
	size_t len;

	pkt.n_addrs = message->n_addrs;
	len = vrrp_pkt_encode(&pkt, &path, bytes, sizeof(bytes));
	reason = vrrp_pkt_decode(bytes, len, &path, &pkt);
	return vrrp_reason_name(reason == VRRP_ACCEPTED ? vrrp_pkt_check(&pkt, &path, &policy) : reason);
}

static char *verdict(const struct conf *conf, struct message message)
{
	return mem_strdup(judge(of(conf), &message));
}

/* Another list of addresses than the instance has. */
static char *other_list(const struct conf *conf)
{
	return verdict(conf, (struct message){"10.0.0.2", "224.0.0.18", 255, 90, 1});
}

static char *empty_list(const struct conf *conf)
{
	return verdict(conf, (struct message){"10.0.0.2", "224.0.0.18", 255, 90, 0});
}

static char *other_owner(const struct conf *conf)
{
	return verdict(conf, (struct message){"10.0.0.2", "224.0.0.18", 255, 255, 1});
}

static char *to_other_group(const struct conf *conf)
{
	return verdict(conf, (struct message){"10.0.0.2", "224.0.0.99", 255, 90, 1});
}

static char *to_other_group6(const struct conf *conf)
{
	return verdict(conf, (struct message){"fe80::2", "ff02::99", 255, 90, 1});
}

static char *to_its_group(const struct conf *conf)
{
	return verdict(conf, (struct message){"10.0.0.2", "224.0.0.18", 255, 90, 1});
}

static char *from_stranger(const struct conf *conf)
{
	return verdict(conf, (struct message){"10.0.0.3", "10.0.0.1", 255, 90, 1});
}

static char *from_peer_far_off(const struct conf *conf)
{
	return verdict(conf, (struct message){"10.0.0.2", "10.0.0.1", 250, 90, 1});
}

static char *advert_sent(const struct conf *conf)
{
	const struct conf_vrrp *vrrp = of(conf);
	uint8_t *addrs = vrrp_advert_addrs(vrrp);
	const struct vrrp_pkt pkt = vrrp_advert_make(vrrp, vrrp->priority, addrs);
	char *text = mem_printf("version %u, priority %u, %u addresses, %s", pkt.version, pkt.priority,
				pkt.n_addrs, pkt.has_pseudo_header ? "pseudo" : "plain");

	free(addrs);
	return text;
}

/* What a master does when a router of another priority advertises. */
static char *master_hears(const struct conf *conf, uint8_t priority)
{
	struct vrrp_router *router = master(of(conf), NOW);
	char *text = mem_strdup(hear(router, of(conf), priority, mono_add_ms(NOW, 700)));

	vrrp_router_free(router);
	return text;
}

static char *hears_lower(const struct conf *conf)
{
	return master_hears(conf, 50);
}

static char *hears_higher(const struct conf *conf)
{
	return master_hears(conf, 150);
}

/* The timer of a master comes 20 s late, and then it hears a router of lower priority. */
static char *was_held_up(const struct conf *conf)
{
	struct vrrp_router *router = master(of(conf), NOW);
	const struct mono late = mono_add_ms(NOW, 20000);
	char *timer = mem_strdup(step_kind(router, VRRP_ROUTER_TIME, late));
	char *text = mem_printf("%s|%s", strchr(timer, 's') ? "speaks" : "is silent",
				hear(router, of(conf), 50, mono_add_ms(late, 100)));

	free(timer);
	vrrp_router_free(router);
	return text;
}

/* When its master announces its addresses. */
static char *announced(const struct conf *conf)
{
	return announcements(of(conf), of(conf));
}

/* Its priority while the script chk is down. */
static char *tracked(const struct conf *conf)
{
	struct vrrp_sources sources = {0};
	const struct vrrp_source down = {
	    .kind = CONF_TRACKER_SCRIPT, .name = "chk", .state = VRRP_SOURCE_DOWN};
	struct vrrp_tracked sum;

	vrrp_sources_set(&sources, &down);
	sum = vrrp_track_sum(of(conf), &sources);
	vrrp_sources_free(&sources);
	return sum.fault ? mem_strdup("fault") : mem_printf("%u", sum.priority);
}

static char *family(const struct conf *conf)
{
	const struct addr group = vrrp_advert_group(of(conf));
	char text[ADDR_TEXT_MAX];

	return mem_strdup(addr_format(&group, text));
}

/* --- the keywords --- */

#define SCRIPT                                                                                     \
	"vrrp_script chk {\nscript /bin/true\nweight -20\n}\n"                                      \
	"vrrp_instance b {\ninterface eth0\nvirtual_router_id 52\n" VIRTUAL "}\n"
#define GROUP(words)                                                                               \
	SCRIPT "vrrp_sync_group g {\ngroup {\na\nb\n}\n" words "\n}\n"
#define GLOBAL(words) "global_defs {\n" words "\n}\n"
#define TRACKING VIRTUAL "track_script {\nchk\n}\n"
#define PEER "unicast_src_ip 10.0.0.1\nunicast_peer {\n10.0.0.2\n}\n"

/* What is seen without a word, and with it: of the instance, or in global_defs. */
struct row {
	const char *keyword;
	char *(*seen)(const struct conf *conf);
	const char *before, *words; /* as without it */
	const char *before_with, *words_with;
	const char *without, *with;
};

static const struct row rows[] = {
    {"down_timer_adverts", master_down, "", VIRTUAL, "", VIRTUAL "down_timer_adverts 5", "3609 ms",
     "5609 ms"},
    {"vrrp_down_timer_adverts", master_down, "", VIRTUAL, GLOBAL("vrrp_down_timer_adverts 5"), VIRTUAL,
     "3609 ms", "5609 ms"},
    {"advert_int_max", master_down_learned, "", "version 3\n" VIRTUAL, "",
     "version 3\nadvert_int_max 2\n" VIRTUAL, "18046 ms", "7218 ms"},
    {"lower_prio_no_advert", hears_lower, "", VIRTUAL, "", VIRTUAL "lower_prio_no_advert", "R s100 h50",
     "R h50"},
    {"vrrp_lower_prio_no_advert", hears_lower, "", VIRTUAL, GLOBAL("vrrp_lower_prio_no_advert"),
     VIRTUAL, "R s100 h50", "R h50"},
    /* Always, whatever the file says. */
    {"higher_prio_send_advert", hears_higher, "", VIRTUAL "higher_prio_send_advert off", "",
     VIRTUAL "higher_prio_send_advert", "- s100 MASTER>BACKUP R h150", "- s100 MASTER>BACKUP R h150"},
    {"vrrp_higher_prio_send_advert", hears_higher, GLOBAL("vrrp_higher_prio_send_advert off"), VIRTUAL,
     GLOBAL("vrrp_higher_prio_send_advert"), VIRTUAL, "- s100 MASTER>BACKUP R h150",
     "- s100 MASTER>BACKUP R h150"},
    {"timer_expired_backup", was_held_up, "", "state BACKUP\nnopreempt\n" VIRTUAL, "",
     "state BACKUP\nnopreempt\ntimer_expired_backup 3\n" VIRTUAL,
     "is silent|- MASTER>BACKUP R h50 spared50", "is silent|- MASTER>BACKUP R h50 spared50"},
    {"owner_ignore_adverts", other_owner, "", "priority 255\n" VIRTUAL, "",
     "priority 255\nowner_ignore_adverts\n" VIRTUAL, "accepted", "owner"},
    {"vrrp_owner_ignore_adverts", other_owner, "", "priority 255\n" VIRTUAL,
     GLOBAL("vrrp_owner_ignore_adverts"), "priority 255\n" VIRTUAL, "accepted", "owner"},
    /* One that does not own the addresses hears the owner. */
    {"owner_ignore_adverts below 255", other_owner, "", VIRTUAL, GLOBAL("vrrp_owner_ignore_adverts"),
     VIRTUAL, "accepted", "accepted"},
    {"skip_check_adv_addr", other_list, "", VIRTUAL, "", VIRTUAL "skip_check_adv_addr", "accepted",
     "accepted"},
    {"vrrp_skip_check_adv_addr", other_list, GLOBAL("vrrp_skip_check_adv_addr off"), VIRTUAL,
     GLOBAL("vrrp_skip_check_adv_addr"), VIRTUAL, "accepted", "accepted"},
    {"no_virtual_ipaddress", empty_list, "", "version 3\n" VIRTUAL, "",
     "version 3\nno_virtual_ipaddress", "count", "accepted"},
    {"native_ipv6", family, "", "version 3\nno_virtual_ipaddress", "",
     "version 3\nno_virtual_ipaddress\nnative_ipv6", "224.0.0.18", "ff02::12"},
    {"mcast_dst_ip", to_other_group, "", VIRTUAL, "", VIRTUAL "mcast_dst_ip 224.0.0.99",
     "destination", "accepted"},
    {"mcast_dst_ip leaves its group", to_its_group, "", VIRTUAL, "", VIRTUAL "mcast_dst_ip 224.0.0.99",
     "accepted", "destination"},
    {"vrrp_mcast_group4", to_other_group, "", VIRTUAL, GLOBAL("vrrp_mcast_group4 224.0.0.99"), VIRTUAL,
     "destination", "accepted"},
    {"vrrp_mcast_group6", to_other_group6, "", "virtual_ipaddress {\nfe80::100\n}\n",
     GLOBAL("vrrp_mcast_group6 ff02::99"), "virtual_ipaddress {\nfe80::100\n}\n", "destination",
     "accepted"},
    /* Always, whatever the file says. */
    {"check_unicast_src", from_stranger, "", PEER VIRTUAL, "", PEER VIRTUAL "check_unicast_src",
     "peer", "peer"},
    {"vrrp_check_unicast_src", from_stranger, "", PEER VIRTUAL, GLOBAL("vrrp_check_unicast_src"),
     PEER VIRTUAL, "peer", "peer"},
    {"min_ttl", from_peer_far_off, "", PEER VIRTUAL, "",
     "unicast_src_ip 10.0.0.1\nunicast_peer {\n10.0.0.2 min_ttl 251 max_ttl 255\n}\n" VIRTUAL,
     "accepted", "ttl_range"},
    {"vrrp_version", advert_sent, "", VIRTUAL, GLOBAL("vrrp_version 3"), VIRTUAL,
     "version 2, priority 100, 1 addresses, pseudo", "version 3, priority 100, 1 addresses, pseudo"},
    {"v3_checksum_as_v2", advert_sent, "", "version 3\n" VIRTUAL, "",
     "version 3\nv3_checksum_as_v2\n" VIRTUAL, "version 3, priority 100, 1 addresses, pseudo",
     "version 3, priority 100, 1 addresses, plain"},
    {"sync_group_tracking_weight", tracked, GROUP(""), TRACKING, GROUP("sync_group_tracking_weight"),
     TRACKING, "100", "80"},
    {"global_tracking", tracked, GROUP(""), TRACKING, GROUP("global_tracking"), TRACKING, "100", "80"},
    {"track_script of a group", tracked, GROUP(""), VIRTUAL,
     GROUP("sync_group_tracking_weight\ntrack_script {\nchk\n}"), VIRTUAL, "100", "80"},
};

static void expect(const struct row *row, const char *before, const char *words, const char *wanted)
{
	struct conf *conf = load(before, words);
	char *seen = row->seen(conf);

	ck_assert_msg(!strcmp(seen, wanted), "%s: \"%s\", not \"%s\"", row->keyword, seen, wanted);
	free(seen);
	conf_free(conf);
}

START_TEST(each_keyword_has_its_effect)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		expect(&rows[i], rows[i].before, rows[i].words, rows[i].without);
		expect(&rows[i], rows[i].before_with, rows[i].words_with, rows[i].with);
	}
}
END_TEST

/* Words of global_defs, and of an instance, that announce in the same way. */
static const struct {
	const char *of_all, *of_one;
} announcing[] = {
    {"vrrp_garp_master_delay 11", "garp_master_delay 11"},
    {"vrrp_garp_master_repeat 3", "garp_master_repeat 3"},
    {"vrrp_garp_lower_prio_delay 7", "garp_lower_prio_delay 7"},
    {"vrrp_garp_lower_prio_repeat 2", "garp_lower_prio_repeat 2"},
    {"vrrp_garp_master_refresh 40", "garp_master_refresh 40"},
    {"vrrp_garp_master_refresh 40\nvrrp_garp_master_refresh_repeat 2",
     "garp_master_refresh 40\ngarp_master_refresh_repeat 2"},
    {"vrrp_garp_extra_if all 30", "garp_extra_if all 30"},
    {"vrrp_min_garp", "garp_master_repeat 1\ngarp_master_delay 0"},
};

START_TEST(announcements_are_those_of_the_defaults)
{
	struct conf *plain = load("", VIRTUAL);
	char *usual = announced(plain);

	for (size_t i = 0; i < sizeof(announcing) / sizeof(announcing[0]); i++) {
		char *before = mem_printf("global_defs {\n%s\n}\n", announcing[i].of_all);
		char *words = mem_printf(VIRTUAL "%s\n", announcing[i].of_one);
		struct conf *all = load(before, VIRTUAL), *one = load("", words);
		char *of_all = announced(all), *of_one = announced(one);

		ck_assert_msg(!strcmp(of_all, of_one), "%s: %s, not %s", announcing[i].of_all, of_all,
			      of_one);
		ck_assert_msg(strcmp(of_all, usual) != 0, "%s", announcing[i].of_all);
		free(of_all);
		free(of_one);
		free(before);
		free(words);
		conf_free(all);
		conf_free(one);
	}
	free(usual);
	conf_free(plain);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vrrp_keywords");
	TCase *tcase = tcase_create("keywords");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, each_keyword_has_its_effect);
	tcase_add_test(tcase, announcements_are_those_of_the_defaults);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
