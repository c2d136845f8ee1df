/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/fields_samples.h"
#include "conf/kind.h"

#include <string.h>

/* A line that stands for a check of each kind. */
#define CHECKS "CHECKS\n"
#define SCRIPT "MISC_CHECK {\nmisc_path /bin/m\n}\n"
#define GLOBAL                                                                                     \
	"global_defs {\nlvs_sync_daemon eth0 id 5\nlvs_timeouts tcp 7 tcpfin 7 udp 7\n"            \
	"notify_fifo /every\nvrrp_notify_fifo /vrrp\nlvs_notify_fifo /lvs\n"                    \
	"smtp_server h\nsmtp_user u\nsmtp_password p\nnotification_email {\na@b\n}\n}\n"                    \
	"SSL {\ncertificate /c\nkey /k\n}\n"                                                        \
	"track_file C {\nfile /c\n}\ntrack_file D {\nfile /d\n}\n"
#define SERVER "real_server 10.9.0.21 80 {\nweight 9\n"
/* What a check may track. It stands last: statements are put into the first block of their kind. */
#define TRACKED "virtual_server 10.9.9.9 81 {\nprotocol TCP\nreal_server 10.9.9.8 81 {\n}\n}\n"

const char *const fields_skeletons[] = {
    GLOBAL "vrrp_script S {\nscript /bin/s\n}\n"
	   "track_file F {\nfile /f\ninit_file 3\n}\n"
	   "vrrp_track_process P {\nprocess p\n}\n"
	   "vrrp_instance V {\nstate BACKUP\ninterface eth0\nvirtual_router_id 5\nversion 2\n"
	   "priority 100\nauthentication {\nauth_type PASS\nauth_pass x\n}\n"
	   "track_script {\nS weight 7\n}\n"
	   "track_file {\nF weight 2\n}\n"
	   "track_process {\nP weight 2\n}\n"
	   "use_vmac\nvirtual_ipaddress {\n10.9.0.100/24\n}\n"
	   "virtual_routes {\n10.5.0.0/16 dev eth0 encap mpls 100\n}\n}\n"
	   "virtual_server 10.9.0.100 80 {\nprotocol TCP\nlvs_method DR\nlvs_sched sh\nquorum 5\n"
	   "persistence_timeout 50\nsorry_server 10.9.0.29 80\nflap_damping times 4\n" SERVER "uthreshold 10\n" CHECKS
	   "}\n}\n" TRACKED,
    GLOBAL
    "vrrp_instance V {\nstate BACKUP\ninterface eth0\nvirtual_router_id 5\nversion 3\n"
    "nopreempt\nno_accept\nuse_ipvlan\n"
    "unicast_peer {\n192.0.2.12\n}\nvirtual_ipaddress {\n10.9.0.100/24\n}\n}\n"
    "virtual_server 10.9.0.100 80 {\nprotocol UDP\nlvs_method FNAT\nlvs_sched mh\n" SERVER CHECKS
    "}\n}\n" TRACKED,
    "virtual_server 10.9.0.100 80 {\nprotocol TCP\nlvs_method DR\n" SERVER SCRIPT "}\n}\n",
    GLOBAL "virtual_server fwmark 7 {\nlvs_method NAT\nlvs_sched rr\n"
	   "match {\naddress 10.9.0.1\nprotocol TCP\nports 80\n}\n" SERVER CHECKS "}\n}\n" TRACKED,
    "vrrp_script S {\nscript /bin/s\n}\n"
    "track_file F {\nfile /f\n}\nvrrp_track_process P {\nprocess p\n}\n"
    "vrrp_sync_group V {\ngroup {\nV\n}\n}\n"
    "vrrp_instance V {\ninterface eth0\nvirtual_router_id 5\ntrack_script {\nS weight 7\n}\n"
    "virtual_ipaddress {\n10.9.0.100/24\n}\n}\n"
    "virtual_server 10.9.0.100 80 {\nprotocol TCP\n" SERVER SCRIPT "}\n}\n",
    "virtual_server_group G {\n10.9.0.110 80\n}\n"
    "virtual_server group G {\nprotocol TCP\nlvs_method NAT\n" SERVER SCRIPT "}\n}\n",
    "vrrp_instance V {\ninterface eth0\nvirtual_router_id 5\nversion 3\n"
    "virtual_ipaddress {\nfe80::5/64\n}\n"
    "virtual_routes {\n10.3.0.0/16 dev eth0\n10.4.0.0/16 nexthop via 10.9.0.1\n"
    "10.5.0.0/16 dev eth0 encap ip id 7\n}\n}\n",
    ("vrrp_instance V {\ninterface eth0\nvirtual_router_id 5\nversion 3\n"
     "virtual_ipaddress {\nfe80::5/64\n}\nvirtual_routes {\nfd03::/64 dev eth0\n}\n}\n"),
    ("vrrp_instance V {\ninterface eth0\nvirtual_router_id 5\npriority 255\n"
     "virtual_ipaddress {\n10.9.0.100/24\n}\n}\n"),
    "vrrp_instance V {\ninterface eth0\nvirtual_router_id 5\nno_virtual_ipaddress\n}\n",
    ("static_ipaddress {\n10.9.0.105/24 dev eth0\n}\n"
     "static_routes {\n10.3.0.0/16 dev eth0\n}\n"
     "track_group G {\ngroup {\nV\n}\n}\ntrack_group H {\ngroup {\nV\n}\n}\n"
     "vrrp_instance V {\ninterface eth0\nvirtual_router_id 5\nversion 3\n"
     "virtual_ipaddress {\nfe80::5/64\n}\n}\n"),
    ("static_rules {\nfrom 10.4.0.0/16 table 5 preference 9\n}\n"
     "track_group G {\ngroup {\nV\n}\n}\ntrack_group H {\ngroup {\nV\n}\n}\n"
     "vrrp_instance V {\ninterface eth0\nvirtual_router_id 5\nversion 3\n"
     "virtual_ipaddress {\nfe80::5/64\n}\n}\n"),
    ("vrrp_instance V {\ninterface eth0\nvirtual_router_id 5\nversion 3\n"
     "virtual_ipaddress {\nfe80::5/64\n}\n"
     "virtual_rules {\nfrom 10.3.0.0/16 table 5 preference 9\n}\n}\n"),
    ("vrrp_instance V {\ninterface eth0\nvirtual_router_id 5\nversion 3\n"
     "virtual_ipaddress {\nfe80::5/64\n}\n"
     "virtual_rules {\nfrom 10.3.0.0/16 type prohibit preference 9\n}\n}\n"),
    ("vrrp_instance V {\ninterface eth0\nvirtual_router_id 5\nversion 3\n"
     "virtual_ipaddress {\nfe80::5/64\n}\n"
     "virtual_rules {\nfrom 10.3.0.0/16 goto 20 preference 9\n}\n}\n"),
    ("interface_up_down_delays {\neth0 0.5 2\n}\n"
     "vrrp_instance V {\ninterface eth0\nvirtual_router_id 5\nversion 3\n"
     "virtual_ipaddress {\nfe80::5/64\n}\n}\n"),
    ("track_group F {\ngroup {\nV\n}\n}\n"
     "vrrp_instance V {\ninterface eth0\nvirtual_router_id 5\nversion 3\n"
     "virtual_ipaddress {\nfe80::5/64\n}\n}\n"),
    "sync {\nmode kernel\ninterface eth0\nsyncid 5\n}\n",
    ("sync {\nmode relay\nlisten 10.0.0.1 port 8850\npeer 10.0.0.2 port 8850\nkey_file /etc/lvsd/sync.key id 3\n"
     "syncid 5\n}\n"),
};

const size_t fields_n_skeletons = sizeof(fields_skeletons) / sizeof(fields_skeletons[0]);

/* Rows whose values their type does not give, or that open a block. */
static const struct {
	enum schema_id id;
	const char *values[4];
} given[] = {
    {KW_LVS_METHOD, {"DR", "TUN", "TUN type gue port 6080", "TUN type gre csum"}},
    {KW_SORRY_SERVER_LVS_METHOD, {"NAT", "TUN", "TUN type gue port 6080"}},
    {KW_LVS_SYNC_DAEMON, {"eth1", "eth2"}},
    {KW_SYNC_INST, {"V"}},
    {KW_LVS_TIMEOUTS, {"tcp 8 udp 9", "tcp 9 udp 9"}},
    {KW_VIRTUAL_IPADDRESS, {"{\n10.9.0.101/24\n}", "{\n10.9.0.101/24\n10.9.0.102/24\n}"}},
    {KW_VIRTUAL_IPADDRESS_EXCLUDED,
     {"{\n10.9.0.103/24\n}", "{\n10.9.0.103/24 no_track\n2001:db8::1/64\n}"}},
    {KW_VIRTUAL_ROUTES, {"{\n10.1.0.0/16 dev eth0\n}", "{\n10.2.0.0/16 dev eth0\n}"}},
    {KW_STATIC_IPADDRESS, {"{\n10.9.0.103/24 dev eth3\n}", "{\n10.9.0.104/24 dev eth3\n}"}},
    {KW_STATIC_ROUTES, {"{\n10.1.0.0/16 dev eth0\n}", "{\n10.2.0.0/16 dev eth0\n}"}},
    {KW_UP_DOWN_DELAYS, {"{\neth0 0.25 2\n}", "{\neth0 1\n}"}},
    {KW_DELAYED_INTERFACE, {"eth0 1 2", "eth1 1 2"}},
    {KW_GARP_GROUP,
     {"{\ngarp_interval 0.01\ninterface eth0\n}",
      "{\ngarp_interval 0.01\ngna_interval 1\ninterfaces {\neth0 eth1\n}\n}"}},
    {KW_GARP_EXTRA_IF, {"all 100", "all 200", "100"}},
    {KW_VRRP_GARP_EXTRA_IF, {"all 100", "all 200"}},
    {KW_VRRP_CPU_AFFINITY, {"0", "1 3", "1 3 5"}},
    {KW_TRACK_GROUP, {"G", "H"}},
    {KW_STATIC_TRACK_GROUP, {"G", "H"}},
    {KW_ROUTE, {"10.1.0.0/16 dev eth0", "10.2.0.0/16 dev eth0"}},
    {KW_VIRTUAL_RULES, {"{\nfrom 10.1.0.0/16 table 5\n}", "{\nfrom 10.2.0.0/16 table 5\n}"}},
    {KW_STATIC_RULES, {"{\nfrom 10.1.0.0/16 table 5\n}", "{\nfrom 10.2.0.0/16 table 5\n}"}},
    {KW_RULE, {"inet table 5 preference 9", "inet6 table 5 preference 9"}},
    {KW_RULE_FROM, {"10.1.0.0/16", "10.2.0.0/16", "any"}},
    {KW_RULE_TO, {"10.1.0.0/16", "10.2.0.0/16"}},
    {KW_RULE_TABLE, {"100", "0x65"}},
    {KW_RULE_TOS, {"4", "8"}},
    {KW_RULE_FWMARK, {"7", "0x7/0xff"}},
    {KW_RULE_REALMS, {"1/2", "2"}},
    {KW_RULE_SUPPRESS_IFGROUP, {"0", "5", "default"}},
    {KW_RULE_UIDRANGE, {"0", "0-1000", "1000"}},
    {KW_RULE_PROTOCOL, {"200", "static"}},
    {KW_RULE_IPPROTO, {"tcp", "17"}},
    {KW_RULE_SPORT, {"80", "80-90"}},
    {KW_RULE_DPORT, {"80", "80-90"}},
    {KW_RULE_TYPE, {"blackhole", "prohibit", "nop", "l3mdev"}},
    {KW_RULE_GOTO, {"2000", "3000"}},
    {KW_ROUTE_FROM, {"fd01::/64", "fd02::/64"}},
    {KW_ROUTE_TO, {"10.1.0.0/16", "10.2.0.0/16"}},
    {KW_ROUTE_TOS, {"4", "8"}},
    {KW_ROUTE_TABLE, {"100", "0x65"}},
    {KW_ROUTE_PROTOCOL, {"200", "static"}},
    {KW_ROUTE_REALMS, {"1/2", "2"}},
    {KW_ROUTE_ENCAP, {"ip dst 192.0.2.7", "ip6 id 5", "mpls 100/200", "ila 1:2:3:4"}},
    {KW_ENCAP_LABEL, {"200", "100/300"}},
    {KW_ENCAP_DST, {"192.0.2.7", "192.0.2.8"}},
    {KW_ENCAP_SRC, {"192.0.2.7", "192.0.2.8"}},
    {KW_ENCAP_TOS, {"4", "8"}},
    {KW_ENCAP_TC, {"4", "8"}},
    {KW_ENCAP_FLAGS, {"1", "0x100"}},
    {KW_ROUTE_NEXTHOP, {"via 10.9.0.1", "via 10.9.0.1 nexthop dev eth1 weight 2"}},
    {KW_USE_VMAC, {"", "vrrp.5 group 3"}},
    {KW_USE_IPVLAN, {"", "vrrp.5 group 3", "192.0.2.7/24 vepa"}},
    {KW_IPVLAN_ADDRESS, {"192.0.2.7/24", "192.0.2.8"}},
    {KW_VMAC_MAC, {"02:00:00:00:00:07", "02:00:00:00:00"}},
    {KW_UNICAST_PEER, {"{\n192.0.2.13\n}", "{\n192.0.2.14\n}"}},
    {KW_AUTHENTICATION, {"{\nauth_type PASS\nauth_pass a\n}", "{\nauth_type PASS\nauth_pass b\n}"}},
    {KW_TRACK_INTERFACE, {"{\neth5\n}", "{\neth5 weight -5\n}", "{\neth6 weight -5 reverse\n}"}},
    {KW_TRACK_SCRIPT, {"{\nS\n}", "{\nS weight -5\n}", "{\nS weight -5 reverse\n}"}},
    {KW_TRACK_FILE_LIST, {"{\nF\n}", "{\nF weight -5\n}", "{\nF weight -5 reverse\n}"}},
    {KW_TRACK_VIRTUAL_SERVER,
     {"{\ntcp:10.9.0.100:80\n}", "{\ntcp:10.9.0.100:80 weight -5\n}",
      "{\ntcp:10.9.0.100:80 weight 0 reverse\n}"}},
    {KW_TRACK_ROUTE,
     {"{\n192.0.2.0/24\n}", "{\n192.0.2.0/24 weight -5\n}", "{\ndefault6 weight -5 reverse\n}"}},
    {KW_TRACK_PROCESS, {"{\nP\n}", "{\nP weight -5\n}", "{\nP weight -5 reverse\n}"}},
    {KW_PROCESS_COMMAND, {"q", "q 'a b' c", "\"q r\""}},
    {KW_PROCESS_PARAM_MATCH, {"", "initial", "partial"}},
    {KW_FILE_CHECK_FILE, {"C", "D"}},
    {KW_TRACK_CHECK_TARGET, {"10.9.9.8:81@tcp:10.9.9.9:81", "tcp:10.9.9.9:81"}},
    {KW_FILE_CHECK_WEIGHT, {"5", "-5", "-5 reverse", "0 reverse"}},
    {KW_TRACK_FILE_INIT, {"0", "5", "5 overwrite", "-1 overwrite"}},
    {KW_TRACKER_SCRIPT, {"/bin/a", "\"/bin/a b\" ua", "killall"}},
    {KW_DIALOGUE, {"{\nsend aa\n}", "{\nexpect_hex 4fXX\nstart_tls\n}"}},
    {KW_STEP, {"send aa", "expect_regex a+", "expect_bytes 3"}},
    {KW_STEP_TEXT, {"aa", "bb"}},
    {KW_URL, {"{\npath /a\n}", "{\npath /b\n}"}},
    {KW_MATCH,
     {"{\nprotocol TCP\naddress 10.9.0.1\nports 80\n}",
      "{\nprotocol TCP\naddress 10.9.0.1\nports 81\n}"}},
    {KW_URL_PATH, {"/a", "/b"}},
    {KW_URL_HEADER, {"\"X-One: 1\"", "\"X-Two: a b\""}},
    {KW_TLS_PIN, {"sha256//0123456789abcdefghijklmnopqrstuvwxyzABCDEF0=",
		  "sha256//1123456789abcdefghijklmnopqrstuvwxyzABCDEF0=;"
		  "sha256//0123456789abcdefghijklmnopqrstuvwxyzABCDEF0="}},
    {KW_URL_REGEX_OPTIONS, {"caseless", "dotall utf"}},
    {KW_URL_REGEX_STACK, {"7 8", "1024 70000"}},
    {KW_NOTIFICATION_EMAIL, {"{\na@b\n}", "{\na@b c@d\n}"}},
    {KW_NOTIFICATION_EMAIL_ADDRESS, {"e@f", "g@h"}},
    {KW_SMTP_SERVER, {"mail.example", "192.0.2.25 2525"}},
    {KW_SMTP_USER, {"aa", "bb"}},
    {KW_MATCH_PORTS, {"90", "90-91", "90-91 93"}},
};

static void number_values(const struct schema_keyword *row, struct arena *arena,
			  const char **values)
{
	const int64_t numbers[] = {row->min, row->min + 1, 2, 3, 20, row->max};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		values[i] = arena_printf(arena, "%lld", (long long)numbers[i]);
}

/* The usual ones, and the greatest one. */
static void timer_values(const struct schema_keyword *row, struct arena *arena, const char **values)
{
	static const char *const usual[] = {"2", "3", "0.02", "40"};

	memcpy(values, usual, sizeof(usual));
	values[4] = arena_printf(arena, "%lld.%06lld", (long long)row->max / 1000000,
				 (long long)row->max % 1000000);
}

void fields_values(const struct schema_keyword *row, struct arena *arena,
		   const char *values[static FIELDS_VALUES_MAX])
{
	static const char *const of_type[][5] = {
	    [SCHEMA_TYPE_PLAIN] = {""},
	    [SCHEMA_TYPE_SPAN] = {"2", "3"},
	    [SCHEMA_TYPE_TEXT] = {"aa", "bb"},
	    [SCHEMA_TYPE_BYTES] = {"4f4b", "ff"},
	    [SCHEMA_TYPE_PATTERN] = {"4fXX", "*"},
	    [SCHEMA_TYPE_HEX] = {"00112233445566778899aabbccddeeff",
				 "11112233445566778899aabbccddeeff"},
	    [SCHEMA_TYPE_INTERFACE] = {"eth5", "eth6"},
	    [SCHEMA_TYPE_ADDRESS] = {"192.0.2.7", "192.0.2.8", "224.0.0.9", "224.0.0.10"},
	    [SCHEMA_TYPE_PREFIX] = {"10.9.0.111/32", "10.9.0.112/32"},
	    [SCHEMA_TYPE_MEMBER] = {"10.9.0.111 80", "10.9.0.111-112 80", "fwmark 9"},
	    [SCHEMA_TYPE_BROADCAST] = {"+", "10.9.0.7"},
	    [SCHEMA_TYPE_ENDPOINT] = {"10.9.0.31 80", "10.9.0.31 81"},
	    [SCHEMA_TYPE_SCRIPT] = {"/bin/a", "\"/bin/a b\""},
	    [SCHEMA_TYPE_FIFO] = {"/a", "\"/b c\" ua", "/b ua gb"},
	    [SCHEMA_TYPE_USER] = {"ua", "ub", "ub gb"},
	    [SCHEMA_TYPE_PATH] = {"/a", "/b"},
	    [SCHEMA_TYPE_STATUSES] = {"200", "201-202"},
	    [SCHEMA_TYPE_CLIENTS] = {"255.255.255.0", "255.255.0.0"},
	};
	size_t n = 0;

	for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++) {
		if (given[i].id != row->id)
			continue;
		memcpy(values, given[i].values, sizeof(given[i].values));
		return;
	}
	if (row->type == SCHEMA_TYPE_NUMBER)
		number_values(row, arena, values);
	else if (row->type == SCHEMA_TYPE_TIMER)
		timer_values(row, arena, values);
	else if (row->type == SCHEMA_TYPE_CHOICE)
		for (; row->choices[n].name && n < FIELDS_VALUES_MAX; n++)
			values[n] = row->choices[n].name;
	else
		memcpy(values, of_type[row->type], sizeof(of_type[row->type]));
}

/* Writes the statements that a block must have. */
static void required_write(const struct lookup *lookup, enum schema_block block,
			   struct arena *arena, struct out *out)
{
	const struct schema_keyword *const *row = lookup_required(lookup, block);

	for (; *row; row++) {
		const char *values[FIELDS_VALUES_MAX + 2] = {NULL};

		out_text(out, (*row)->name);
		if ((*row)->opens) {
			out_text(out, " {\n");
			required_write(lookup, (*row)->opens, arena, out);
			out_text(out, "}\n");
			continue;
		}
		fields_values(*row, arena, values);
		out_text(out, " ");
		out_text(out, values[0]);
		out_text(out, "\n");
	}
}

void fields_skeleton_write(const char *skeleton, const struct lookup *lookup, struct out *out)
{
	const char *line = strstr(skeleton, CHECKS);
	struct arena *arena = arena_new();

	out_bytes(out, skeleton, line ? (size_t)(line - skeleton) : strlen(skeleton));
	for (size_t type = 0; line && type < CONF_CHECK_KINDS; type++) {
		const struct conf_kind *kind = &conf_kinds[type];

		out_text(out, kind->facts.name);
		/* Without a name, enable_sni has no effect. */
		out_text(out, kind->facts.is_tls ? " {\nvirtualhost www.example\n" : " {\n");
		required_write(lookup, kind->block, arena, out);
		out_text(out, type == CONF_CHECK_TCP ? "dialogue {\nsend cc\n}\n}\n" : "}\n");
	}
	out_text(out, line ? line + strlen(CHECKS) : "");
	out_bytes(out, "", 1); /* it is read as a string */
	arena_free(arena);
}
