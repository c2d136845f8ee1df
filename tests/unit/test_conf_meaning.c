/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a line of the file means in the snapshot: two ways to write the same thing are the same,
 * what differs in meaning differs in print, a bound is where it is said to be, and a line that is
 * left out leaves nothing behind.
 */
#include "conf/canon/print.h"
#include "conf/load.h"
#include "conf/text/out.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum place {
	ROOT,
	ROUTES,
	RULES,
	VIPS,
	INSTANCE,
	INSTANCE_V6,
	SERVICE,
	SERVER,
	HTTP,
	PLACES,
};

#define INSTANCE_BEGIN "vrrp_instance A {\ninterface eth0\nvirtual_router_id 1\n"
#define SERVICE_BEGIN                                                                              \
	"virtual_server 192.0.2.1 80 {\nprotocol TCP\nreal_server 10.0.0.1 80 {\nweight 2\n}\n"

#define STATIC_RULES(rules) "static_rules {\n" rules "\n}\n"
#define INSTANCE_RULES(name, rules)                                                                \
	"vrrp_instance " name " {\ninterface eth" name "\nvirtual_router_id 1\n"                     \
	"virtual_ipaddress {\n192.0.2.1\n}\nvirtual_rules {\n" rules "\n}\n}\n"

/* What stands before and behind the text. */
static const struct {
	const char *before, *behind;
} places[PLACES] = {
    [ROOT] = {"", ""},
    [ROUTES] = {"static_routes {\n", "\n}\n"},
    [RULES] = {"static_rules {\n", "\n}\n"},
    [VIPS] = {INSTANCE_BEGIN "virtual_ipaddress {\n192.0.2.1\n", "\n}\n}\n"},
    [INSTANCE] = {INSTANCE_BEGIN "virtual_ipaddress {\n192.0.2.1\n}\n", "\n}\n"},
    [INSTANCE_V6] = {INSTANCE_BEGIN "virtual_ipaddress {\nfe80::1\n}\n", "\n}\n"},
    [SERVICE] = {SERVICE_BEGIN, "\n}\n"},
    [SERVER] = {SERVICE_BEGIN "real_server 10.0.0.2 80 {\n", "\n}\n}\n"},
    [HTTP] = {SERVICE_BEGIN "real_server 10.0.0.2 80 {\nHTTP_GET {\n", "\n}\n}\n}\n"},
};

/* Loads the text in its place; NULL: it is refused. */
static struct conf *loaded(enum place place, const char *text, bool is_lenient, struct diags *diags)
{
	struct out out;
	struct conf *conf;
	char *whole;

	out_init(&out, NULL, NULL);
	out_text(&out, places[place].before);
	out_text(&out, text);
	out_text(&out, places[place].behind);
	whole = out_take(&out);
	conf = (is_lenient ? conf_load_in_force : conf_load_text)("t", whole, strlen(whole), diags);
	free(whole);
	return conf;
}

/* The canonical text; the text in its place must be accepted. */
static char *printed(enum place place, const char *text, bool is_lenient)
{
	struct diags diags = {0};
	struct conf *conf = loaded(place, text, is_lenient, &diags);
	char error[1024], *print;
	size_t len;
	FILE *out = open_memstream(&print, &len);

	ck_assert_msg(conf, "'%s': %s", text, diags_first_error(&diags, error, sizeof(error)));
	conf_print_secrets(conf, out);
	fclose(out);
	conf_free(conf);
	diags_free(&diags);
	return print;
}

/* --- two texts --- */

struct two {
	enum place place;
	const char *text, *other;
};

static const struct two same[] = {
    {RULES, "from any to 10.0.0.0/8 table 5 preference 1", "to 10.0.0.0/8 table 5 preference 1"},
    {RULES, "from 0.0.0.0/0 table 5 preference 1", "inet table 5 preference 1"},
    {RULES, "from ::/0 table 5 preference 1", "inet6 table 5 preference 1"},
    {RULES, "from default6 table 5 preference 1", "inet6 table 5 preference 1"},
    {RULES, "realms 5 table 5 preference 1", "realms 0/5 table 5 preference 1"},
    {RULES, "fwmark 0 table 5 preference 1", "table 5 preference 1"},
    {RULES, "uidrange 7-7 table 0x5 preference 1", "uidrange 7-7 table 5 preference 1"},
    {RULES, "table 5\ninet6 table 5\ntable 6\ninet6 table 7",
     "table 5 preference 16384\ninet6 table 5 preference 16384\n"
     "table 6 preference 16383\ninet6 table 7 preference 16383"},
    /* keepalived 2.2.7 counts down in the order of the file, whoever has the rule. */
    {ROOT,
     INSTANCE_RULES("A", "iif eth1 table 101\niif eth1 inet6 table 101")
	 STATIC_RULES("from 192.168.77.0/24 table 102\nfrom 2001:db8:2::/48 table 102")
	     INSTANCE_RULES("B", "from 192.168.78.0/24 table 103\ntable 9 preference 7\n"
				 "from 192.168.80.0/24 table 104")
		 STATIC_RULES("from 192.168.81.0/24 table 105"),
     INSTANCE_RULES("A", "iif eth1 table 101 preference 16384\n"
			 "iif eth1 inet6 table 101 preference 16384")
	 STATIC_RULES("from 192.168.77.0/24 table 102 preference 16383\n"
		      "from 2001:db8:2::/48 table 102 preference 16383")
	     INSTANCE_RULES("B", "from 192.168.78.0/24 table 103 preference 16382\n"
				 "table 9 preference 7\n"
				 "from 192.168.80.0/24 table 104 preference 16381")
		 STATIC_RULES("from 192.168.81.0/24 table 105 preference 16380")},
    {ROUTES, "10.2.0.0/16 via 10.0.0.1 or 10.0.0.2",
     "10.2.0.0/16 nexthop via 10.0.0.1 nexthop via 10.0.0.2"},
    {ROUTES, "10.2.0.0/16 via 10.0.0.1 dev eth0 onlink or 10.0.0.2",
     "10.2.0.0/16 nexthop via 10.0.0.1 dev eth0 onlink nexthop via 10.0.0.2 dev eth0 onlink"},
    {ROUTES, "10.2.0.0/16 realms 5 nexthop via 10.0.0.1 realms 1/2 nexthop via 10.0.0.2",
     "10.2.0.0/16 nexthop via 10.0.0.1 realms 1/2 nexthop via 10.0.0.2 realms 0/5"},
    {ROUTES, "10.2.0.0/16 nexthop via 10.0.0.1 or 10.0.0.2",
     "10.2.0.0/16 nexthop via 10.0.0.1 nexthop via 10.0.0.2"},
    {ROUTES, "2001:db8::/32 from fd00::1/8 dev eth0", "2001:db8::/32 from fd00::/8 dev eth0"},
    {ROUTES, "2001:db8:ffff::/33 dev eth0", "2001:db8:8000::/33 dev eth0"},
    {ROUTES, "default src fd00::1 dev eth0", "default6 src fd00::1 dev eth0"},
    {ROUTES, "default nexthop via fd00::1 nexthop via fd00::2",
     "default6 nexthop via fd00::1 nexthop via fd00::2"},
    {ROUTES, "default via 10.0.0.1", "0.0.0.0/0 via 10.0.0.1"},
    {VIPS, "192.0.2.9/23 brd +", "192.0.2.9/23 brd 192.0.3.255"},
    {VIPS, "192.0.2.137/25 brd -", "192.0.2.137/25 brd 192.0.2.128"},
    {VIPS, "192.0.2.9/24 peer 10.0.0.1", "192.0.2.9 peer 10.0.0.1/32"},
    {VIPS, "192.0.2.9/24", "192.0.2.9/24 dev eth0"},
    {VIPS, "192.0.2.9/24 mngtmpaddr", "192.0.2.9/24"},
    {VIPS, "192.0.2.9/24 home -nodad", "192.0.2.9/24"},
    {INSTANCE, "garp_master_delay 7", "garp_master_delay 7\ngarp_lower_prio_delay 7"},
    {INSTANCE, "garp_master_repeat 3", "garp_master_repeat 3\ngarp_lower_prio_repeat 3"},
    {INSTANCE, "garp_master_repeat 0", "garp_master_repeat 0\ngarp_lower_prio_repeat 1"},
    {INSTANCE, "mcast_dst_ip 224.0.0.18", ""},
    {INSTANCE, "mcast_dst_ip 224.0.0.98\nunicast_peer {\n10.0.0.2\n}",
     "unicast_peer {\n10.0.0.2\n}"},
    /* One list of all directors is in each file. */
    {INSTANCE, "unicast_src_ip 10.0.0.1\nunicast_peer {\n10.0.0.1\n10.0.0.2\n}",
     "unicast_src_ip 10.0.0.1\nunicast_peer {\n10.0.0.2\n}"},
    {INSTANCE, "owner_ignore_adverts", ""},
    {INSTANCE, "unicast_fault_no_peer", ""},
    {INSTANCE, "version 2\nv3_checksum_as_v2", "version 2"},
    {INSTANCE_V6, "version 3\nv3_checksum_as_v2", "version 3"},
    {INSTANCE_V6, "mcast_dst_ip ff02::12", ""},
    {SERVICE, "quorum 9", "quorum 2"},
    {SERVICE, "quorum 2\nhysteresis 1", "quorum 2"},
    {SERVER, "TCP_CHECK {\nconnect_ip 10.0.0.2\nconnect_port 80\n}", "TCP_CHECK {\n}"},
    {HTTP, "url {\npath /\nstatus_code 200-299\n}", "url {\npath /\n}"},
    {HTTP, "virtualhost a\nurl {\npath /\n}", "url {\npath /\nvirtualhost a\n}"},
    {HTTP, "virtualhost a\nurl {\npath /\nvirtualhost b\n}", "url {\npath /\nvirtualhost b\n}"},
    {HTTP, "url {\npath /\ndigest 0123456789ABCDEF0123456789ABCDEF\n}",
     "url {\npath /\ndigest 0123456789abcdef0123456789abcdef\n}"},
};

START_TEST(two_ways_to_write_the_same_are_the_same)
{
	char *one = printed(same[_i].place, same[_i].text, false);
	char *other = printed(same[_i].place, same[_i].other, false);

	ck_assert_str_eq(one, other);
	free(one);
	free(other);
}
END_TEST

static const struct two differing[] = {
    {RULES, "fwmark 0/0xff table 5 preference 1", "table 5 preference 1"},
    {RULES, "fwmark 0/0xffffffff table 5 preference 1", "table 5 preference 1"},
    {RULES, "uidrange 0-0 table 5 preference 1", "table 5 preference 1"},
    {RULES, "suppress_prefixlength 0 table 5 preference 1", "table 5 preference 1"},
    {RULES, "suppress_ifgroup 0 table 5 preference 1", "table 5 preference 1"},
    {RULES, "realms 5/0 table 5 preference 1", "realms 5 table 5 preference 1"},
    {RULES, "table 5 preference 0", "table 5"},
    {ROUTES, "10.0.0.0/8 dev eth0 mtu lock 1400", "10.0.0.0/8 dev eth0 mtu 1400"},
    {ROUTES, "10.0.0.0/8 dev eth0 ttl-propagate disabled", "10.0.0.0/8 dev eth0"},
    {VIPS, "192.0.2.9/24 brd -", "192.0.2.9/24"},
    {VIPS, "192.0.2.9/24 brd +", "192.0.2.9/24 brd -"},
    {INSTANCE, "priority 255\nowner_ignore_adverts", "priority 255"},
    {INSTANCE, "mcast_dst_ip 224.0.0.98", ""},
    {INSTANCE, "unicast_src_ip 10.0.0.1\nunicast_fault_no_peer", "unicast_src_ip 10.0.0.1"},
    {INSTANCE, "garp_master_delay 7\ngarp_lower_prio_delay 5", "garp_master_delay 7"},
    {INSTANCE_V6, "mcast_dst_ip ff12::5", ""},
    {SERVICE, "quorum 2", "quorum 1"},
    {SERVER, "TCP_CHECK {\nconnect_port 81\n}", "TCP_CHECK {\n}"},
    {HTTP, "url {\npath /\nstatus_code 200\n}", "url {\npath /\nstatus_code 200-201\n}"},
    {ROOT, "SSL {\nca /etc/ca\n}", ""},
};

START_TEST(two_meanings_differ_and_read_back)
{
	const struct two *two = &differing[_i];
	char *one = printed(two->place, two->text, false);
	char *other = printed(two->place, two->other, false), *again = printed(ROOT, one, false);

	ck_assert_msg(strcmp(one, other), "'%s' is '%s': %s", two->text, two->other, one);
	ck_assert_str_eq(one, again);
	free(one);
	free(other);
	free(again);
}
END_TEST

/* --- bounds --- */

static const struct {
	enum place place;
	const char *last, *beyond; /* is accepted, is refused */
} bounds[] = {
    {ROUTES, "10.2.0.0/15 dev eth0", "10.3.0.0/15 dev eth0"},
    {RULES, "tos 255 table 5 preference 1", "tos 256 table 5 preference 1"},
    {RULES, "suppress_ifgroup 4294967294 table 5 preference 1",
     "suppress_ifgroup 4294967295 table 5 preference 1"},
    {RULES, "ipproto 255 table 5 preference 1", "ipproto 256 table 5 preference 1"},
    {RULES, "table 4294967295 preference 1", "table 4294967296 preference 1"},
    {RULES, "table 1 preference 1", "table 0 preference 1"},
    {RULES, "table 5 preference 1", "table +5 preference 1"},
    {RULES, "realms 65535/65535 table 5 preference 1", "realms 65536/1 table 5 preference 1"},
    {RULES, "realms 65535 table 5 preference 1", "realms 65536 table 5 preference 1"},
    {RULES, "realms 5/6 table 5 preference 1", "realms 5/6x table 5 preference 1"},
    {RULES, "l3mdev preference 1", "l3mdev table 5 preference 1"},
    {RULES, "l3mdev suppress_prefixlength 8 preference 1",
     "nop suppress_prefixlength 8 preference 1"},
    {RULES, "goto 101 preference 100", "goto 100 preference 100"},
    {RULES, "inet6 table 5 preference 1", "inet6 realms 5 table 5 preference 1"},
    {ROUTES, "throw 10.0.0.0/8", "10.0.0.0/8"},
    {ROUTES, "prohibit 10.0.0.0/8", "10.0.0.0/8 metric 5"},
    {ROUTES, "2001:db8::/32 from fd00::/8 dev eth0", "10.0.0.0/8 from 10.1.0.0/16 dev eth0"},
    {ROUTES, "10.0.0.0/8 src 10.0.0.1 dev eth0", "10.0.0.0/8 src fd00::1 dev eth0"},
    {ROUTES, "10.0.0.0/8 tos 255 dev eth0", "10.0.0.0/8 tos 256 dev eth0"},
    {INSTANCE, "mcast_dst_ip 239.255.255.255", "mcast_dst_ip 240.0.0.1"},
    {INSTANCE_V6, "mcast_dst_ip ff12::5", "mcast_dst_ip ff15::5"},
    {INSTANCE, "unicast_peer {\n10.0.0.2 min_ttl 5 max_ttl 5\n}",
     "unicast_peer {\n10.0.0.2 min_ttl 6 max_ttl 5\n}"},
    {SERVICE, "real_server 10.0.0.2 80 {\n}", "real_server 10.0.0.1 80 {\n}"},
};

START_TEST(a_bound_is_where_it_is_said_to_be)
{
	struct diags diags = {0};

	free(printed(bounds[_i].place, bounds[_i].last, false));
	ck_assert_msg(!loaded(bounds[_i].place, bounds[_i].beyond, false, &diags),
		      "'%s' is accepted", bounds[_i].beyond);
	ck_assert_uint_eq(diags.n_errors, 1);
	diags_free(&diags);
}
END_TEST

/* The urls of a check go to the check process together: their paths, names and codes count. */
static bool are_urls_accepted(size_t n, size_t path_len, size_t host_len, size_t n_codes)
{
	struct diags diags = {0};
	struct conf *conf;
	struct out out;
	char *text;

	out_init(&out, NULL, NULL);
	for (size_t i = 0; i < n; i++) {
		out_text(&out, "url {\npath /");
		for (size_t k = 1; k < path_len; k++)
			out_text(&out, "p");
		out_text(&out, host_len ? "\nvirtualhost " : "");
		for (size_t k = 0; k < host_len; k++)
			out_text(&out, "h");
		for (size_t k = 0; k < n_codes; k++) {
			out_text(&out, "\nstatus_code ");
			out_number(&out, 200 + k);
		}
		out_text(&out, "\n}\n");
	}
	text = out_take(&out);
	conf = loaded(HTTP, text, false, &diags);
	ck_assert_uint_eq(diags.n_errors, !conf);
	if (conf)
		conf_free(conf);
	diags_free(&diags);
	free(text);
	return conf;
}

/* 40 urls of 1500 bytes are 60000 bytes: 32 of each, and its range of codes, are not of the path.
 */
START_TEST(all_that_an_url_has_counts)
{
	size_t fixed = 64 + sizeof(struct conf_range), path = 1500 - fixed;

	ck_assert(are_urls_accepted(40, path, 0, 1));
	ck_assert(!are_urls_accepted(40, path + 1, 0, 1));
	ck_assert(are_urls_accepted(40, path - 200, 200, 1));
	ck_assert(!are_urls_accepted(40, path - 199, 200, 1));
	ck_assert(are_urls_accepted(40, path - 9 * sizeof(struct conf_range), 0, 10));
	ck_assert(!are_urls_accepted(40, path - 9 * sizeof(struct conf_range) + 1, 0, 10));
}
END_TEST

/* --- what is said --- */

#define GROUP(port)                                                                                \
	"virtual_server_group g {\n192.0.2.1-192.0.2.3 80\n}\nvirtual_server group g {\n"          \
	"protocol TCP\nreal_server 192.0.2.3 " port " {\n}\n}"

/* is_strict: also what keepalived would not load is an error. */
static const struct {
	enum place place;
	bool is_strict;
	const char *text;
	unsigned n_errors, n_warnings, n_notes;
} said[] = {
    {ROUTES, false, "10.128.0.0/9 dev eth0", 0, 0, 0},
    {ROUTES, false, "10.3.0.1/31 dev eth0", 1, 0, 0},
    {ROUTES, false, "10.3.0.1/32 dev eth0\n10.3.0.1 dev eth1", 0, 0, 0},
    {ROUTES, false, "10.0.0.0/0 dev eth0", 1, 0, 0},
    {ROUTES, false, "2001:db8::1/32 from fd00::1/8 dev eth0", 0, 2, 0},
    {RULES, false, "from 10.3.0.0/8 to 10.3.0.0/16 table 5 preference 1", 0, 1, 0},
    {RULES, false, "from 10.3.0.0/0 table 5 preference 1", 0, 1, 0},
    {VIPS, false, "192.0.2.4/30", 0, 1, 0},
    {VIPS, false, "192.0.2.4/31", 0, 0, 0},
    {INSTANCE, false, "virtual_ipaddress_excluded {\n192.0.2.128/25\n}", 0, 1, 0},
    {INSTANCE, false, "virtual_ipaddress_excluded {\n192.0.2.129/25\n}", 0, 0, 0},
    {INSTANCE, true, "track_process {\np\n}\n}\nvrrp_track_process p {\nprocess /bin/p", 1, 0, 1},
    {INSTANCE, false, "track_process {\np\n}\n}\nvrrp_track_process p {\nprocess /bin/p", 0, 0, 0},
    {INSTANCE, false, "track_process {\nabd\n}\n}\nvrrp_track_process abc {\nprocess /bin/p", 1, 0,
     1},
    {INSTANCE, false, "track_process {\nabd\n}\n}\nvrrp_script abc {\nscript /bin/p", 1, 0, 0},
    {ROOT, false, "global_defs {\nnotify_fifo /run/f\nvrrp_notify_fifo /run/f\n}", 1, 0, 0},
    {ROOT, false, "global_defs {\nlvs_notify_fifo_script /bin/a\n}", 0, 1, 0},
    {ROOT, false, "global_defs {\nlvs_notify_fifo /run/f\nlvs_notify_fifo_script /bin/a\n}", 0, 0,
     0},
    {ROOT, false, GROUP("80"), 0, 1, 0},
    {ROOT, false, GROUP("81"), 0, 0, 0},
    {SERVICE, false, "lvs_method TUN\nsorry_server 10.0.0.1 80", 0, 0, 0},
    {SERVICE, false,
     "lvs_method TUN\nsorry_server 10.0.0.1 80\nsorry_server_lvs_method TUN type gre", 0, 1, 1},
    {SERVICE, false,
     "lvs_method FNAT\nfnat_source 192.0.2.1\n}\nvrrp_instance A {\ninterface eth0\n"
     "virtual_router_id 1\nvirtual_ipaddress {\n192.0.2.9\n}",
     0, 1, 0},
    {SERVICE, false,
     "}\nvrrp_instance A {\ninterface eth0\nvirtual_router_id 1\nvirtual_ipaddress {\n"
     "192.0.2.9\n}\nvirtual_ipaddress_excluded {\n192.0.2.1\n}",
     0, 0, 0},
};

START_TEST(as_much_is_said_as_there_is_to_say)
{
	struct diags diags = {.is_strict = said[_i].is_strict};
	struct conf *conf = loaded(said[_i].place, said[_i].text, false, &diags);
	char error[1024];

	diags_first_error(&diags, error, sizeof(error));
	ck_assert_msg(diags.n_errors == said[_i].n_errors &&
			  diags.n_warnings == said[_i].n_warnings,
		      "'%s': %zu errors, %zu warnings: %s", said[_i].text, (size_t)diags.n_errors,
		      (size_t)diags.n_warnings, diags.list.n ? diags.list.items[0].text : "");
	ck_assert_uint_eq(diags.list.n - diags.n_errors - diags.n_warnings, said[_i].n_notes);
	ck_assert_msg(!diags.n_errors || !strncmp(error, "t:", 2), "%s", error);
	ck_assert(!conf == (diags.n_errors > 0));
	if (conf)
		conf_free(conf);
	diags_free(&diags);
}
END_TEST

/* The addresses that an advertisement has no room for come before those that are never in one. */
START_TEST(addresses_beyond_the_room_are_held_too)
{
	struct diags diags = {0};
	struct conf *conf;
	struct out out;
	char *text;

	out_init(&out, NULL, NULL);
	for (unsigned i = 2; i < 255; i++) {
		out_text(&out, "10.9.0.");
		out_number(&out, i);
		out_text(&out, "\n");
	}
	out_text(&out, "10.9.1.1\n10.9.1.2\n}\nvirtual_ipaddress_excluded {\n10.9.2.1");
	text = out_take(&out);
	conf = loaded(VIPS, text, false, &diags);
	ck_assert_ptr_nonnull(conf);
	ck_assert_uint_eq(conf->vrrps[0].n_vips, 255);
	ck_assert_uint_eq(conf->vrrps[0].n_excluded, 2);
	ck_assert_uint_eq(conf->vrrps[0].excluded[0].addr.bytes[2], 1);
	ck_assert_uint_eq(conf->vrrps[0].excluded[0].addr.bytes[3], 2);
	ck_assert_uint_eq(conf->vrrps[0].excluded[1].addr.bytes[2], 2);
	ck_assert_uint_eq(diags.n_warnings, 1);
	conf_free(conf);
	diags_free(&diags);
	free(text);
}
END_TEST

/* --- lines that are left out --- */

/* In a lenient load the text leaves what other leaves. */
static const struct two left_out[] = {
    {ROOT,
     "global_defs {\nnotify_fifo /run/f\nnotify_fifo_script /bin/a\n"
     "lvs_notify_fifo /run/f\nlvs_notify_fifo_script /bin/b\n}",
     "global_defs {\nnotify_fifo /run/f\nnotify_fifo_script /bin/a\n}"},
    {ROOT, "interface_up_down_delays {\neth0\neth1 2\n}", "interface_up_down_delays {\neth1 2\n}"},
    {ROUTES, "10.1.0.0/16 dev eth0 track_group nobody", "10.1.0.0/16 dev eth0"},
    {RULES, "table red preference 8\ntable 5 preference 1", "table 5 preference 1"},
    {RULES, "table 0 preference 8\ntable 5 preference 1", "table 5 preference 1"},
    {RULES, "tos 256 table 5 preference 1", "table 5 preference 1"},
    {RULES, "goto 100 preference 100\ntable 5 preference 1", "table 5 preference 1"},
    {RULES, "inet6 table 5 realms 5 preference 7\ntable 5 preference 1", "table 5 preference 1"},
    {ROUTES, "10.0.0.0/8\n10.1.0.0/16 dev eth0", "10.1.0.0/16 dev eth0"},
    {ROUTES, "10.3.0.0/8 dev eth0\n10.1.0.0/16 dev eth0", "10.1.0.0/16 dev eth0"},
    {ROUTES, "10.1.0.0/16 dev eth0 tos 256", "10.1.0.0/16 dev eth0"},
    {ROUTES, "10.1.0.0/16 dev eth0 realms 65536/1", "10.1.0.0/16 dev eth0"},
    {VIPS, "224.0.0.1\n192.0.2.2", "192.0.2.2"},
    {VIPS, "fd00::1\n192.0.2.2", "192.0.2.2"},
    {VIPS, "192.0.2.2/24 peer fd00::1", "192.0.2.2/24"},
    {INSTANCE, "mcast_dst_ip 10.0.0.1", ""},
    {INSTANCE, "mcast_src_ip 224.0.0.1", ""},
    {INSTANCE, "unicast_peer {\n10.0.0.2\nfd00::1\n10.0.0.2\n0.0.0.0\n}",
     "unicast_peer {\n10.0.0.2\n}"},
    {INSTANCE, "unicast_peer {\n10.0.0.2 min_ttl 6 max_ttl 5\n}", "unicast_peer {\n10.0.0.2\n}"},
    {SERVICE, "real_server 10.0.0.1 80 {\nweight 7\n}", ""},
    {SERVICE, "real_server fd00::1 80 {\n}\nreal_server 0.0.0.0 80 {\n}", ""},
    {SERVICE, "sorry_server fd00::1 80", ""},
    {SERVER, "TCP_CHECK {\nbindto fd00::1\n}", "TCP_CHECK {\n}"},
    {ROOT,
     "vrrp_script s {\nscript /bin/a\n}\nvrrp_instance A {\ninterface eth0\nvirtual_router_id 1\n"
     "track_script {\ns\nnobody\n}\n}",
     "vrrp_script s {\nscript /bin/a\n}\nvrrp_instance A {\ninterface eth0\nvirtual_router_id 1\n"
     "track_script {\ns\n}\n}"},
};

START_TEST(what_is_left_out_leaves_nothing_behind)
{
	const struct two *two = &left_out[_i];
	struct diags diags = {0};
	char *one = printed(two->place, two->text, true);
	char *other = printed(two->place, two->other, true);

	ck_assert_str_eq(one, other);
	ck_assert_msg(!loaded(two->place, two->text, false, &diags), "'%s' is accepted", two->text);
	diags_free(&diags);
	free(one);
	free(other);
}
END_TEST

#define N(list) (int)(sizeof(list) / sizeof((list)[0]))

int main(void)
{
	Suite *suite = suite_create("conf meaning");
	TCase *tcase = tcase_create("meaning");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(tcase, two_ways_to_write_the_same_are_the_same, 0, N(same));
	tcase_add_loop_test(tcase, two_meanings_differ_and_read_back, 0, N(differing));
	tcase_add_loop_test(tcase, a_bound_is_where_it_is_said_to_be, 0, N(bounds));
	tcase_add_loop_test(tcase, as_much_is_said_as_there_is_to_say, 0, N(said));
	tcase_add_test(tcase, addresses_beyond_the_room_are_held_too);
	tcase_add_test(tcase, all_that_an_url_has_counts);
	tcase_add_loop_test(tcase, what_is_left_out_leaves_nothing_behind, 0, N(left_out));
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
