/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What lvsd keeps outside of IPVS: wanted, planned, read back; on random states too. */
#include "conf/load.h"
#include "host/plan.h"
#include "host/save.h"
#include "host/sysctl.h"
#include "host/want.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static struct conf *load(const char *text)
{
	struct diags diags = {0};
	struct conf *conf = conf_load_text("t.conf", text, strlen(text), &diags);

	if (!conf)
		diags_print(&diags, stderr);
	ck_assert_ptr_nonnull(conf);
	diags_free(&diags);
	return conf;
}

/* The operations from have to want, one a line. */
static char *plan_lines(const struct host_state *want, const struct host_state *have)
{
	struct host_plan plan = {0};
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	host_plan(want, have, &plan);
	for (size_t i = 0; i < plan.ops.n; i++) {
		host_op_print(&plan.ops.items[i], out);
		fputc('\n', out);
	}
	fclose(out);
	host_plan_free(&plan);
	return text;
}

static void expect_plan_from_nothing(const char *file, const char *wanted)
{
	struct host_state want = {0}, have = {0};
	struct conf *conf = load(file);
	char *text;

	host_want(conf, &want);
	text = plan_lines(&want, &have);
	ck_assert_str_eq(text, wanted);
	free(text);
	host_state_clear(&want);
	conf_free(conf);
}

#define SERVICE(head, servers)                                                                     \
	"virtual_server " head " { protocol TCP\nlvs_method FNAT\n" servers "}\n"

START_TEST(a_source_has_one_set_and_one_rule)
{
	expect_plan_from_nothing(
	    SERVICE("10.9.0.100 80", "real_server 10.9.0.22 80 { }\nreal_server 10.9.0.21 80 { }\n")
		SERVICE("10.9.0.101 80",
			"fnat_source 10.9.0.100\nreal_server 10.9.0.21 81 { }\nreal_server "
			"10.9.0.23 81 { lvs_method DR }\n"),
	    "add set=lvsd-fnat-10.9.0.100 type=hash:ip family=inet\n"
	    "add member set=lvsd-fnat-10.9.0.100 member=10.9.0.21\n"
	    "add member set=lvsd-fnat-10.9.0.100 member=10.9.0.22\n"
	    "write chain=LVSD-POSTROUTING table=nat program=iptables rule='-m set --match-set "
	    "lvsd-fnat-10.9.0.100 dst -m ipvs --vdir ORIGINAL --vmethod MASQ -m comment --comment "
	    "\"lvsd:fnat-10.9.0.100#91f2f5db\" -j SNAT --to-source 10.9.0.100'\n"
	    "write chain=LVSD-PREROUTING table=mangle program=iptables rule='-d 10.9.0.100 -p tcp "
	    "! "
	    "--syn -m set --match-set lvsd-fnat-10.9.0.100 src -m conntrack --ctstate NEW,INVALID "
	    "-m comment --comment \"lvsd:fnat-10.9.0.100#6b9f8b6b\" -j DROP'\n");
}
END_TEST

START_TEST(a_long_address_has_a_short_name)
{
	struct host_state want = {0};
	struct conf *conf = load(
	    SERVICE("fd09:1111:2222:3333:4444:5555:6666:100 80", "real_server fd09::21 80 { }\n"));

	host_want(conf, &want);
	ck_assert_uint_eq(want.sets.n, 1);
	ck_assert_uint_lt(strlen(want.sets.items[0].name), HOST_SET_NAME_MAX);
	ck_assert_int_eq(want.sets.items[0].part, HOST_NAT6);
	ck_assert_uint_eq(want.chains[HOST_NAT6].rules.n, 1);
	ck_assert_ptr_nonnull(strstr(want.chains[HOST_NAT6].rules.items[0].spec,
				     "-j SNAT --to-source fd09:1111:2222:3333:4444:5555:6666:100"));
	host_state_clear(&want);
	conf_free(conf);
}
END_TEST

START_TEST(a_match_has_a_rule_for_each_fifteen_ports)
{
	expect_plan_from_nothing(
	    "virtual_server fwmark 7 { lvs_method DR\nmatch { address 10.9.0.100\naddress "
	    "10.9.1.0/24\nprotocol TCP\nports 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15-16 80-90\n}\n"
	    "match { address 10.9.0.100\nprotocol UDP\n}\nreal_server 10.9.0.21 { }\n}\n",
	    "add set=lvsd-fwm4-7-1 type=hash:net family=inet\n"
	    "add member set=lvsd-fwm4-7-1 member=10.9.0.100\n"
	    "add member set=lvsd-fwm4-7-1 member=10.9.1.0/24\n"
	    "add set=lvsd-fwm4-7-2 type=hash:net family=inet\n"
	    "add member set=lvsd-fwm4-7-2 member=10.9.0.100\n"
	    "write chain=LVSD-PREROUTING table=mangle program=iptables "
	    "rule='-p tcp -m set --match-set lvsd-fwm4-7-1 dst -m multiport --dports "
	    "1,2,3,4,5,6,7,8,9,10,11,12,13,14 -m comment --comment \"lvsd:fwm4-7-1#39d61add\" -j "
	    "MARK --set-mark 7' "
	    "rule='-p tcp -m set --match-set lvsd-fwm4-7-1 dst -m multiport --dports 15:16,80:90 "
	    "-m "
	    "comment --comment \"lvsd:fwm4-7-1#7d5ec821\" -j MARK --set-mark 7' "
	    "rule='-p udp -m set --match-set lvsd-fwm4-7-2 dst -m comment --comment "
	    "\"lvsd:fwm4-7-2#aa5076e0\" -j MARK --set-mark 7'\n");
}
END_TEST

/* The rule that comes last decides; which one that is does not depend on the file's order. */
START_TEST(the_smallest_mark_comes_last)
{
	struct host_state want = {0};
	struct conf *conf =
	    load("virtual_server fwmark 5 { match { address 10.0.0.1\nprotocol TCP\n}\n}\n"
		 "virtual_server fwmark 9 { match { address 10.0.0.1\nprotocol TCP\n}\n}\n"
		 "virtual_server fwmark 7 { match { address 10.0.0.1\nprotocol TCP\n}\n}\n");
	static const char *const ends[] = {"-mark 9", "-mark 7", "-mark 5"};

	host_want(conf, &want);
	ck_assert_uint_eq(want.chains[HOST_MANGLE4].rules.n, 3);
	for (size_t i = 0; i < 3; i++)
		ck_assert_ptr_nonnull(
		    strstr(want.chains[HOST_MANGLE4].rules.items[i].spec, ends[i]));
	host_state_clear(&want);
	conf_free(conf);
}
END_TEST

static void assert_sysctls(const char *file, const char *names)
{
	struct host_state want = {0};
	struct conf *conf = load(file);
	char text[400] = "";

	host_want(conf, &want);
	for (size_t i = 0; i < want.sysctls.n; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s=%s ",
			 want.sysctls.items[i].name, want.sysctls.items[i].value);
	ck_assert_str_eq(text, names);
	host_state_clear(&want);
	conf_free(conf);
}

START_TEST(sysctls_follow_from_the_file)
{
	assert_sysctls("", "");
	assert_sysctls("global_defs { lvs_sync_daemon eth0\n}\n",
		       "backup_only=0 sync_refresh_period=10 sync_retries=1 sync_threshold=0 0 ");
	assert_sysctls("virtual_server 10.0.0.1 80 { protocol TCP\n}\n",
		       "conn_reuse_mode=3 expire_nodest_conn=1 expire_quiescent_template=1 ");
	assert_sysctls(
	    SERVICE("10.9.0.100 80", "real_server 10.9.0.21 80 { }\n"),
	    "conn_reuse_mode=3 conntrack=1 expire_nodest_conn=1 expire_quiescent_template=1 ");
}
END_TEST

START_TEST(the_relay_has_larger_sockets)
{
	static const char *const names[] = {"backup_only", "sync_refresh_period", "sync_retries", "sync_sock_size",
					    "sync_threshold"};
	static const char *const values[] = {"0", "10", "1", "4194304", "0 0"};
	struct conf *conf = load("sync {\nmode relay\nlisten 10.0.0.1\npeer 10.0.0.2\n"
				 "key_file /etc/lvsd/sync.key\n}\n");
	struct host_state want = {0};

	host_want(conf, &want);
	ck_assert_uint_eq(want.sysctls.n, 5);
	for (size_t i = 0; i < 5; i++) {
		ck_assert_str_eq(want.sysctls.items[i].name, names[i]);
		ck_assert_str_eq(want.sysctls.items[i].value, values[i]);
	}
	host_state_clear(&want);
	conf_free(conf);
}
END_TEST

static struct host_state at_stop(const char *keep)
{
	struct host_state want = {0};
	char *text = mem_printf(
	    "global_defs { %s\n}\n" SERVICE(
		"10.9.0.100 80",
		"real_server 10.9.0.21 80 { }\n") "virtual_server fwmark 7 { match { address "
						  "10.0.0.1\nprotocol TCP\n}\n}\n",
	    keep);
	struct conf *conf = load(text);

	host_want_at_stop(conf, &want);
	free(text);
	conf_free(conf);
	return want;
}

START_TEST(what_connections_need_stays_at_stop)
{
	struct host_state want = at_stop("");

	ck_assert_uint_eq(host_state_parts(&want), 1u << HOST_NAT4 | 1u << HOST_MANGLE4);
	ck_assert_uint_eq(want.chains[HOST_MANGLE4].rules.n, 1);
	ck_assert_uint_eq(want.sysctls.n, 1);
	ck_assert_str_eq(want.sysctls.items[0].name, "conntrack");
	host_state_clear(&want);
	want = at_stop("keep_at_stop nothing");
	ck_assert_uint_eq(host_state_parts(&want), 0);
	ck_assert_uint_eq(want.sysctls.n, 0);
	host_state_clear(&want);
	want = at_stop("keep_at_stop all");
	ck_assert_uint_eq(host_state_parts(&want), 1u << HOST_NAT4 | 1u << HOST_MANGLE4);
	ck_assert_uint_eq(want.sysctls.n, 4);
	host_state_clear(&want);
}
END_TEST

/* A server that has left the file, and whose connections the kernel still has. */
START_TEST(members_in_use_stay_unless_the_file_says_otherwise)
{
	struct host_state want = {0}, have = {0};
	struct conf *conf = load(SERVICE(
	    "10.9.0.100 80", "real_server 10.9.0.21 80 { }\n") "virtual_server 10.9.0.100 25 { "
							       "protocol TCP\nlvs_method NAT\n"
							       "real_server 10.9.0.24 25 { }\n}\n");
	struct addr in_use[3];
	struct host_set *set =
	    host_state_add_set(&have, "lvsd-fnat-10.9.0.100", "hash:ip", HOST_NAT4);

	host_set_add(set, "10.9.0.22"); /* in use */
	host_set_add(set, "10.9.0.23"); /* not in use */
	host_set_add(set, "10.9.0.24"); /* in use, by NAT now */
	host_state_sort(&have);
	addr_parse("10.9.0.21", &in_use[0]);
	addr_parse("10.9.0.22", &in_use[1]);
	addr_parse("10.9.0.24", &in_use[2]);
	host_want(conf, &want);
	host_want_keep(conf, &have, in_use, 3, &want);
	ck_assert_uint_eq(want.sets.n, 1);
	ck_assert_uint_eq(want.sets.items[0].members.n, 2);
	ck_assert_str_eq(want.sets.items[0].members.items[0], "10.9.0.21");
	ck_assert_str_eq(want.sets.items[0].members.items[1], "10.9.0.22");
	host_state_clear(&want);
	host_state_clear(&have);
	conf_free(conf);
}
END_TEST

/* ---- reading ---- */

static void read_rules(const char *text, struct host_chain *chain, bool *is_nft)
{
	char *copy = mem_strdup(text), *at = copy;

	for (char *line = strsep(&at, "\n"); line; line = strsep(&at, "\n"))
		host_save_line(chain, HOST_NAT4, line, is_nft);
	host_save_end(chain, HOST_NAT4);
	free(copy);
}

START_TEST(own_rules_are_read_and_others_passed_over)
{
	struct host_chain chain = {0};
	bool is_nft = false;

	read_rules("# Generated by iptables-save v1.8.9 on Sat Nov 21 03:56:05 2026\n*nat\n"
		   ":POSTROUTING ACCEPT [0:0]\n:LVSD-POSTROUTING - [0:0]\n:OTHER - [0:0]\n"
		   "-A POSTROUTING -m comment --comment lvsd -j LVSD-POSTROUTING\n"
		   "-A POSTROUTING -j OTHER\n-A OTHER -j MASQUERADE\n"
		   "-A LVSD-POSTROUTING -m set --match-set a dst -m comment --comment "
		   "\"lvsd:fnat-10.9.0.100#00000001\" -j SNAT --to-source 10.9.0.100\n"
		   "-A LVSD-POSTROUTING -j ACCEPT\nCOMMIT\n",
		   &chain, &is_nft);
	ck_assert(chain.exists && chain.is_jumped && !is_nft);
	ck_assert_uint_eq(chain.rules.n, 2);
	ck_assert_str_eq(chain.rules.items[0].id, "lvsd:fnat-10.9.0.100#00000001");
	ck_assert_str_eq(chain.rules.items[1].id, "");
	ck_assert_str_eq(chain.rules.items[1].spec, "-j ACCEPT");
	host_chain_clear(&chain);
	read_rules("# Generated by iptables-nft-save v1.8.9 (nf_tables) on Sat\n", &chain, &is_nft);
	ck_assert(is_nft && !chain.exists && !chain.is_jumped);
	host_chain_clear(&chain);
}
END_TEST

START_TEST(words_in_quotes_are_no_jumps)
{
	struct host_chain chain = {0};
	bool is_nft;

	read_rules(":LVSD-POSTROUTING - [0:0]\n"
		   "-A POSTROUTING -m comment --comment \"not -j LVSD-POSTROUTING\" -j ACCEPT\n"
		   "-A POSTROUTING -m comment --comment \"a \\\" -j LVSD-POSTROUTING\" -j ACCEPT\n"
		   "-A LVSD-POSTROUTING -m comment --comment \"lvsd:a b#1\" -j X\n"
		   "-A LVSD-POSTROUTING -m comment --comment \"lvsd:open",
		   &chain, &is_nft);
	ck_assert_uint_eq(chain.jumps.n, 0);
	ck_assert_uint_eq(chain.rules.n, 2);
	ck_assert_str_eq(chain.rules.items[0].id, "lvsd:a b#1");
	host_chain_clear(&chain);
}
END_TEST

START_TEST(jumps_from_elsewhere_and_twice_are_put_right)
{
	struct host_state want = {0}, have = {0};
	struct host_chain *chain = &have.chains[HOST_NAT4];
	struct host_plan plan = {0};
	bool is_nft;
	char *text;

	read_rules(":LVSD-POSTROUTING - [0:0]\n-A POSTROUTING -g LVSD-POSTROUTING\n"
		   "-A POSTROUTING -s 10.0.0.0/8 -j LVSD-POSTROUTING\n-A LVSD-POSTROUTING -j A\n",
		   chain, &is_nft);
	ck_assert(!chain->is_jumped);
	host_chain_add(&want.chains[HOST_NAT4], "lvsd:a#1",
		       "-m comment --comment \"lvsd:a#1\" -j A");
	want.chains[HOST_NAT4].is_jumped = true;
	host_plan(&want, &have, &plan);
	ck_assert_uint_eq(plan.ops.n, 1);
	text = host_op_restore_text(&plan.ops.items[0]);
	ck_assert_str_eq(text,
			 "*nat\n:LVSD-POSTROUTING - [0:0]\n-D POSTROUTING -g LVSD-POSTROUTING\n"
			 "-D POSTROUTING -s 10.0.0.0/8 -j LVSD-POSTROUTING\n"
			 "-I POSTROUTING 1 -m comment --comment \"lvsd\" -j LVSD-POSTROUTING\n"
			 "-A LVSD-POSTROUTING -m comment --comment \"lvsd:a#1\" -j A\nCOMMIT\n");
	free(text);
	host_plan_free(&plan);
	host_chain_clear(&want.chains[HOST_NAT4]);
	host_plan(&want, &have, &plan);
	text = host_op_restore_text(&plan.ops.items[0]);
	ck_assert_str_eq(text,
			 "*nat\n:LVSD-POSTROUTING - [0:0]\n-D POSTROUTING -g LVSD-POSTROUTING\n"
			 "-D POSTROUTING -s 10.0.0.0/8 -j LVSD-POSTROUTING\n"
			 "-X LVSD-POSTROUTING\nCOMMIT\n");
	free(text);
	host_plan_free(&plan);
	host_state_clear(&have);
}
END_TEST

static void on_set_line(char *line, void *arg)
{
	host_ipset_line(arg, line);
}

START_TEST(sets_are_read_in_pieces_of_any_size)
{
	static const char text[] =
	    "create lvsd-fnat-10.9.0.100 hash:ip family inet hashsize 1024 maxelem 65536\n"
	    "add lvsd-fnat-10.9.0.100 10.9.0.22\nadd lvsd-fnat-10.9.0.100 10.9.0.21\n"
	    "create other hash:ip family inet\nadd other 10.0.0.1\nadd lvsd-missing 10.0.0.1\n"
	    "create lvsd-fwm6-7-1 hash:net family inet6 hashsize 1024\nadd lvsd-fwm6-7-1 fd09::/64";

	for (size_t size = 1; size < sizeof(text); size += 7) {
		struct host_lines lines = {0};
		struct host_state state = {0};

		for (size_t at = 0; at + 1 < sizeof(text); at += size)
			host_lines_feed(&lines, text + at,
					at + size < sizeof(text) ? size : sizeof(text) - 1 - at,
					on_set_line, &state);
		host_lines_end(&lines, on_set_line, &state);
		host_state_sort(&state);
		ck_assert_uint_eq(state.sets.n, 2);
		ck_assert_uint_eq(state.sets.items[0].members.n, 2);
		ck_assert_str_eq(state.sets.items[0].members.items[0], "10.9.0.21");
		ck_assert_int_eq(state.sets.items[0].part, HOST_NAT4);
		ck_assert_int_eq(state.sets.items[1].part, HOST_MANGLE6);
		ck_assert_str_eq(state.sets.items[1].members.items[0], "fd09::/64");
		host_state_clear(&state);
	}
}
END_TEST

START_TEST(a_line_without_end_is_bounded)
{
	struct host_lines lines = {0};
	struct host_state state = {0};
	char piece[1000];

	memset(piece, 'a', sizeof(piece));
	for (int i = 0; i < 1000; i++)
		host_lines_feed(&lines, piece, sizeof(piece), on_set_line, &state);
	ck_assert_uint_le(lines.line.n, HOST_LINE_MAX);
	host_lines_feed(&lines, "\ncreate lvsd-a hash:ip family inet\n", 35, on_set_line, &state);
	host_lines_end(&lines, on_set_line, &state);
	ck_assert_uint_eq(state.sets.n, 1);
	host_state_clear(&state);
}
END_TEST

/* ---- random states ---- */

static unsigned rolled(unsigned *seed, unsigned n)
{
	*seed = *seed * 1103515245u + 12345u;
	return (*seed >> 16) % n;
}

static void add_random_set(struct host_state *state, unsigned *seed, unsigned number, bool is_named)
{
	enum host_part part = (enum host_part)(number % HOST_N_PARTS);
	char name[HOST_SET_NAME_MAX], member[40], id[60], spec[200];
	struct host_set *set;

	snprintf(name, sizeof(name), HOST_SET_PREFIX "%u", number);
	set = host_state_add_set(state, name, "hash:ip", part);
	for (unsigned i = 0; i < 8; i++) {
		snprintf(member, sizeof(member), "10.0.0.%u", rolled(seed, 12));
		host_set_add(set, member);
	}
	if (!is_named)
		return;
	snprintf(id, sizeof(id), HOST_RULE_PREFIX "%u#%u", number, rolled(seed, 3));
	snprintf(spec, sizeof(spec), "-m set --match-set %s dst -m comment --comment \"%s\" -j X",
		 name, id);
	host_chain_add(&state->chains[part], id, spec);
}

static struct host_state random_state(unsigned *seed)
{
	struct host_state state = {0};
	char value[4];

	for (unsigned number = 0; number < 10; number++)
		if (rolled(seed, 2))
			add_random_set(&state, seed, number, rolled(seed, 4) > 0);
	for (unsigned i = 0; i < 4; i++) {
		char name[8];

		snprintf(name, sizeof(name), "s%u", i);
		snprintf(value, sizeof(value), "%u", rolled(seed, 2));
		host_state_add_sysctl(&state, name, value);
	}
	host_state_sort(&state);
	for (int part = 0; part < HOST_N_PARTS; part++)
		state.chains[part].is_jumped = state.chains[part].exists && rolled(seed, 5) > 0;
	return state;
}

static void assert_same(const struct host_state *a, const struct host_state *b)
{
	char *text = plan_lines(a, b);

	ck_assert_str_eq(text, "");
	free(text);
	ck_assert_uint_eq(a->sets.n, b->sets.n);
	for (int part = 0; part < HOST_N_PARTS; part++)
		ck_assert(host_chain_is_same(&a->chains[part], &b->chains[part]));
}

/* The model refuses what the kernel refuses: a rule on a set that is not there, a set that a rule
 * names, a member twice. */
START_TEST(any_state_becomes_any_other)
{
	unsigned seed = (unsigned)_i + 1;
	struct host_state want = random_state(&seed), have = random_state(&seed), model = {0};
	struct host_plan plan = {0};
	unsigned again = (unsigned)_i + 1;

	for (int part = 0; part < HOST_N_PARTS; part++)
		want.chains[part].is_jumped = want.chains[part].exists;
	model = random_state(&again);
	host_state_clear(&model);
	model = random_state(&again); /* the same as have, on its own memory */
	host_plan(&want, &have, &plan);
	for (size_t i = 0; i < plan.ops.n; i++)
		ck_assert_int_eq(host_op_apply(&plan.ops.items[i], &model), 0);
	assert_same(&want, &model);
	host_plan_free(&plan);
	host_state_clear(&want);
	host_state_clear(&have);
	host_state_clear(&model);
}
END_TEST

START_TEST(what_is_as_wanted_stays)
{
	unsigned seed = (unsigned)_i + 100, again = (unsigned)_i + 100;
	struct host_state want = random_state(&seed), have = random_state(&again);

	for (int part = 0; part < HOST_N_PARTS; part++)
		want.chains[part].is_jumped = have.chains[part].is_jumped =
		    want.chains[part].exists;
	assert_same(&want, &have);
	host_state_clear(&want);
	host_state_clear(&have);
}
END_TEST

/* ---- edges that need no rights ---- */

static void put_file(const char *dir, const char *name, const char *text)
{
	char path[200];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	fclose(file);
}

START_TEST(a_sysctl_is_written_and_read_back)
{
	char dir[] = "/tmp/test_host.XXXXXX", value[HOST_SYSCTL_MAX], path[200];
	struct err err;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	put_file(dir, "sync_threshold", "3\t50\n");
	ck_assert_int_eq(host_sysctl_read(dir, "sync_threshold", value, &err), 0);
	ck_assert_str_eq(value, "3 50");
	ck_assert_int_eq(host_sysctl_write(dir, "sync_threshold", "0 0", &err), 0);
	ck_assert_int_eq(host_sysctl_read(dir, "sync_threshold", value, &err), 0);
	ck_assert_str_eq(value, "0 0");
	snprintf(path, sizeof(path), "%s/sync_threshold", dir);
	unlink(path);
	rmdir(dir);
	ck_assert_int_eq(host_sysctl_read("/nonexistent/vs", "conntrack", value, &err), -ENOENT);
	ck_assert_str_eq(err.text,
			 "cannot read /nonexistent/vs/conntrack: No such file or directory: this "
			 "kernel has no IPVS, or its module ip_vs is not loaded");
}
END_TEST

static TCase *pure_case(void)
{
	TCase *tcase = tcase_create("pure");

	tcase_add_test(tcase, a_source_has_one_set_and_one_rule);
	tcase_add_test(tcase, a_long_address_has_a_short_name);
	tcase_add_test(tcase, a_match_has_a_rule_for_each_fifteen_ports);
	tcase_add_test(tcase, the_smallest_mark_comes_last);
	tcase_add_test(tcase, sysctls_follow_from_the_file);
	tcase_add_test(tcase, the_relay_has_larger_sockets);
	tcase_add_test(tcase, what_connections_need_stays_at_stop);
	tcase_add_test(tcase, members_in_use_stay_unless_the_file_says_otherwise);
	tcase_add_test(tcase, own_rules_are_read_and_others_passed_over);
	tcase_add_test(tcase, words_in_quotes_are_no_jumps);
	tcase_add_test(tcase, jumps_from_elsewhere_and_twice_are_put_right);
	tcase_add_test(tcase, sets_are_read_in_pieces_of_any_size);
	tcase_add_test(tcase, a_line_without_end_is_bounded);
	tcase_add_loop_test(tcase, any_state_becomes_any_other, 0, 200);
	tcase_add_loop_test(tcase, what_is_as_wanted_stays, 0, 50);
	return tcase;
}

int main(void)
{
	Suite *suite = suite_create("host");
	TCase *edges = tcase_create("edges");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, pure_case());
	tcase_add_test(edges, a_sysctl_is_written_and_read_back);
	suite_add_tcase(suite, edges);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
