/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The printers of the status: JSON and text come from a value that is made by hand here. This
 * program has no part of a director. */
#include "daemon/director/status_json.h"
#include "daemon/lvsctl/status_text.h"
#include "vrrp/unknown/unknown.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define NOW ((struct mono){1000 * NS_PER_S})
/* 2026-11-29T12:00:00Z */
#define NOON_US (INT64_C(1795953600) * US_PER_S)

static struct addr addr_of(const char *text)
{
	struct addr addr;

	ck_assert_int_eq(addr_parse(text, &addr), 0);
	return addr;
}

static struct endpoint endpoint_of(const char *text)
{
	struct endpoint ep;

	ck_assert_int_eq(endpoint_parse(text, &ep), 0);
	return ep;
}

static const struct right nice = {"CAP_SYS_NICE", "adverts are late", 23};

/* One of everything that a status may have. */
static struct {
	struct conf_check check_conf;
	struct health_check check;
	struct conf_real_server servers_conf[1];
	struct flap flap;
	struct health_rs servers_health[1];
	struct conf_virtual_server vs_conf;
	struct health_vs vs;
	struct status_server servers[1];
	struct status_service service;
	struct conf_vip vip;
	struct conf_track track;
	struct vrrp_source source;
	struct conf_vrrp vrrp;
	struct vrrp_report report;
	struct status_tracker tracker;
	struct status_instance instance;
	struct conf_sync_group group_conf;
	struct status_group group;
	struct drain_row draining;
	struct reload_result last;
	struct conf conf;
	struct addr master;
	struct sync_mirror_state mirror;
	struct sync_peer peer;
	struct ipvs_owned owned;
	struct ipvs_state table;
	struct host_state formers;
	struct status_kernel in_kernel;
	struct vrrp_refusals refusals;
	struct vrrp_unknowns unknowns;
	struct status status;
} it;

static void make_service(void)
{
	it.check_conf = (struct conf_check){.type = CONF_CHECK_TCP, .retry = 2};
	it.check = (struct health_check){
	    .conf = &it.check_conf,
	    .state = HEALTH_UP,
	    .streak = 1,
	    .last_wall_us = NOON_US,
	    .last = {.outcome = PROBE_OK, .latency_us = 321, .reason = "connected"}};
	it.servers_conf[0] = (struct conf_real_server){.id = endpoint_of("10.0.0.1:80"),
						       .ep = endpoint_of("10.0.0.1:80"),
						       .weight = 5,
						       .backup = 2};
	it.flap = (struct flap){.is_held = true, .n_holds = 2, .until_wall_us = NOON_US};
	it.servers_health[0] = (struct health_rs){.conf = it.servers_conf,
						  .state = HEALTH_UP,
						  .held = HEALTH_HELD_GUARD,
						  .flap = &it.flap,
						  .weight = 5,
						  .since_wall_us = NOON_US,
						  .checks = &it.check,
						  .n_checks = 1};
	it.vs_conf = (struct conf_virtual_server){
	    .scheduler = "wlc", .quorum = 1, .real_servers = it.servers_conf, .n_real_servers = 1};
	ck_assert_int_eq(svckey_parse("tcp:192.0.2.80:80", &it.vs_conf.key), 0);
	it.vs = (struct health_vs){.conf = &it.vs_conf,
				   .is_quorum_up = true,
				   .quorum_since_wall_us = NOON_US,
				   .live_weight = 5,
				   .guard = GUARD_PANIC,
				   .guard_since_wall_us = NOON_US,
				   .n_held_guard = 3,
				   .n_pool = 4,
				   .real_servers = it.servers_health,
				   .n_real_servers = 1};
	it.servers[0] =
	    (struct status_server){.conf = it.servers_conf,
				   .health = it.servers_health,
				   .state = "up",
				   .effective_weight = 5,
				   .kernel = {true, true, 1, 5, 17, 2}};
	it.service = (struct status_service){
	    .health = &it.vs, .servers = it.servers, .n_servers = 1, .fault = "a set is missing"};
	it.draining = (struct drain_row){.service = it.vs_conf.key,
					 .server = endpoint_of("10.0.0.2:80"),
					 .reason = IPVS_DRAIN_MANUAL,
					 .is_draining = true,
					 .since_wall_us = NOON_US,
					 .connections = 3,
					 .left_s = 42};
}

static void make_instance(void)
{
	it.vip = (struct conf_vip){
	    .addr = addr_of("192.0.2.80"), .prefix_len = 32, .interface = "eth0"};
	it.track = (struct conf_track){.kind = CONF_TRACKER_SCRIPT, .name = "chk", .weight = -20};
	it.source = (struct vrrp_source){
	    .kind = CONF_TRACKER_SCRIPT, .name = "chk", .state = VRRP_SOURCE_DOWN};
	it.vrrp = (struct conf_vrrp){.name = "VI_1",
				     .sync_group = "VG",
				     .interface = "eth0",
				     .vrid = 51,
				     .priority = 150,
				     .family = AF_INET,
				     .advert_int_us = 1000000,
				     .vips = &it.vip,
				     .n_vips = 1,
				     .tracks = &it.track,
				     .n_tracks = 1};
	it.report = (struct vrrp_report){.state = VRRP_MASTER,
					 .since_wall_us = NOON_US,
					 .cause = "no advertisement for 3.609 s",
					 .lateness = {{90, 5, 0, 0, 0, 0, 1, 2}, 3, 1250000},
					 .effective_priority = 130};
	it.tracker = (struct status_tracker){.conf = &it.track,
					     .source = &it.source,
					     .effect = {.weight = -20},
					     .text = "exit status 1",
					     .since_wall_us = NOON_US};
	it.instance = (struct status_instance){
	    .conf = &it.vrrp, .trackers = &it.tracker, .report = &it.report};
	it.group_conf = (struct conf_sync_group){.name = "VG"};
	it.group = (struct status_group){&it.group_conf, VRRP_MASTER};
}

static void make_kernel(void)
{
	struct ipvs_service *service = ipvs_state_add(&it.table, &it.vs_conf.key);
	struct ipvs_dest *dest = ipvs_service_add(service, &it.servers_conf[0].ep);

	strcpy(service->scheduler, "wlc");
	service->timeout = 300;
	dest->weight = 5;
	dest->counters.active = 17;
	dest->counters.inactive = 2;
	*vec_push(&it.owned.keys) = it.vs_conf.key;
	host_state_add_sysctl(&it.formers, "conntrack", "0");
	it.in_kernel = (struct status_kernel){
	    .owned = &it.owned,
	    .table = &it.table,
	    .daemons = {{.role = SYNC_ROLE_MASTER, .interface = "eth1", .syncid = 7}},
	    .n_daemons = 1,
	    .formers = &it.formers};
	host_state_add_sysctl(&it.in_kernel.host, "conntrack", "1");
	host_set_add(host_state_add_set(&it.in_kernel.host, "LVSD-NAT4", "hash:ip", 0), "10.0.0.1");
	host_chain_add(&it.in_kernel.host.chains[0], "one", "-j MASQUERADE");
}

static void make(void)
{
	memset(&it, 0, sizeof(it));
	make_service();
	make_instance();
	it.last = (struct reload_result){RELOAD_ROLLBACK, NOON_US, true, (char *)"+ one line\n"};
	it.conf = (struct conf){.vrrps = &it.vrrp, .n_vrrps = 1};
	strcpy(it.conf.digest, "abc");
	it.master = addr_of("10.0.0.9");
	it.mirror = (struct sync_mirror_state){1, 2, 3, 4, 5, 6, 7, 8, 9, true};
	it.peer = (struct sync_peer){.addr = it.master,
				     .id = 5,
				     .state = SYNC_PEER_HEARD,
				     .heartbeat = {true, {993 * NS_PER_S}},
				     .hears_us = true};
	vrrp_refusals_add(&it.refusals, "VI_1", "route", "10.1.0.0/16 via 10.9.9.9",
			  "Network is unreachable (Nexthop has invalid gateway)");
	vrrp_refusals_add(&it.refusals, "", "rule", "preference 9 table 4", "Invalid argument");
	it.refusals.n_all = 70;
	it.status = (struct status){
	    .now = NOW,
	    .pid = 7,
	    .router_id = "dir1",
	    .conf = &it.conf,
	    .config = {.file = "/etc/lvsd.conf",
		       .applied_us = NOON_US,
		       .is_rolled_back = true,
		       .confirm_by_us = NOON_US + 60 * US_PER_S,
		       .last = &it.last},
	    .reconcile = {.interval_s = 5, .n_looks = 2, .n_whole_looks = 1},
	    .n_host_repairs = 1,
	    .services = {&it.service, 1, 1},
	    .draining = {&it.draining, 1, 1},
	    .instances = {&it.instance, 1, 1},
	    .groups = {&it.group, 1, 1},
	    .sync = {.is_on = true,
		     .interface = "eth1",
		     .index = 3,
		     .fault = "",
		     .state = "heard",
		     .vrrp_peer = &it.master,
		     .mirror = &it.mirror,
		     .peers = &it.peer,
		     .n_peers = 1},
	    .fifos = {{{.keyword = "notify_fifo",
			.path = "/run/f",
			.refusal = "no such folder",
			.n_lost = 2}},
		      1},
	    .told_at = {NOW.ns - NS_PER_S / 2},
	    .refusals = &it.refusals,
	    .unknowns = &it.unknowns,
	    .filter_fault = "this kernel has no nf_tables",
	    .mail = {.is_on = true,
		     .server = "mail.example",
		     .port = 25,
		     .is_running = true,
		     .n_waiting = 3,
		     .n_sent = 2,
		     .n_lost = 1,
		     .error = "no connection: Connection refused"},
	    .lacks = {1, {{PROCESS_VRRP, "vrrp", true, &nice}}},
	};
}

static void clear(void)
{
	ipvs_state_clear(&it.table);
	ipvs_owned_free(&it.owned);
	vrrp_refusals_free(&it.refusals);
	host_state_clear(&it.formers);
	host_state_clear(&it.in_kernel.host);
}

/* The same text with ' in place of ", so that it can be read here. */
static char *json_of(const struct status *status, const char *member)
{
	json_t *json = status_json(status);
	char *text;

	json_object_set_new(json, "version", json_string("9.1"));
	text = json_dumps(member ? json_object_get(json, member) : json,
			  JSON_COMPACT | JSON_ENCODE_ANY);
	json_decref(json);
	for (char *at = text; *at; at++)
		if (*at == '"')
			*at = '\'';
	return text;
}

static void check_member(const char *member, const char *wanted)
{
	char *text = json_of(&it.status, member);

	ck_assert_str_eq(text, wanted);
	free(text);
}

START_TEST(each_member_of_the_json)
{
	check_member("pid", "7");
	check_member("router_id", "'dir1'");
	check_member("config_digest", "'abc'");
	check_member("config",
		     "{'file':'/etc/lvsd.conf','config_id':null,'lenient':false,"
		     "'applied_at':'2026-11-29T12:00:00.000Z',"
		     "'in_force':'previous','confirm_by':'2026-11-29T12:01:00.000Z',"
		     "'last_reload':{'action':'rollback','at':'2026-11-29T12:00:00.000Z','ok':true,"
		     "'text':'+ one line\\n'}}");
	check_member("reconcile",
		     "{'interval':5,'state':'settled','looks':2,'whole_looks':1,'services_read':0,"
		     "'repairs':{'add_service':0,'edit_service':0,'delete_service':0,'add_dest':0,"
		     "'edit_dest':0,'delete_dest':0},'foreign_removed':0}");
	check_member("virtual_servers",
		     "[{'key':'tcp:192.0.2.80:80','members':['tcp:192.0.2.80:80'],'scheduler':'wlc',"
		     "'method':'NAT','quorum_up':true,'real_servers':[{'key':'10.0.0.1:80',"
		     "'state':'up','since':'2026-11-29T12:00:00.000Z','weight':5,"
		     "'effective_weight':5,'before':null,'slow_start':false,'in_kernel':true,'kernel_weight':5,"
		     "'active_connections':17,'inactive_connections':2,'path':null,"
		     "'kept':'panic_guard',"
		     "'maintenance':null,"
		     "'held_down':{'until':'2026-11-29T12:00:00.000Z','holds':2,'checks_up':true},"
		     "'backup':2,'in_use':false,"
		     "'checks':[{'kind':'TCP_CHECK','state':'up','since':null,"
		     "'last':{'at':'2026-11-29T12:00:00.000Z','outcome':'ok','reason':'connected'},"
		     "'latency_us':321,'weight':null,'added':0,'from_before_restart':false,"
		     "'counting':{'to':'down','n':1,'of':3},'rise':1,'fall':3,'through_vip':null,"
		     "'abstains':false}],"
		     "'ignored_check':null}],"
		     "'quorum_since':'2026-11-29T12:00:00.000Z','quorum':1,'live_weight':5,"
		     "'guard':{'cause':'panic_threshold','since':'2026-11-29T12:00:00.000Z','kept':3,"
		     "'pool':4},'sorry_server':null,'fault':'a set is missing'}]");
	check_member("draining",
		     "[{'service':'tcp:192.0.2.80:80','real_server':'10.0.0.2:80','reason':'manual',"
		     "'state':'draining','since':'2026-11-29T12:00:00.000Z','connections':3,'deadline_s':42}]");
	check_member("vrrp",
		     "[{'name':'VI_1','sync_group':'VG','joining':false,'state':'MASTER',"
		     "'since':'2026-11-29T12:00:00.000Z','cause':'no advertisement for 3.609 s',"
		     "'fault':null,'priority':150,'effective_priority':130,'vrid':51,"
		     "'interface':'eth0','master':null,'advert_int':1.0,'master_advert_int':null,"
		     "'held_for':null,'order':null,'heard_checksum':null,'rejected':{},"
		     "'lateness':{'late':3,'most':1.25,'below':[90,5,0,0,0,0,1,2]},'mismatch':null,"
		     "'virtual_addresses':['192.0.2.80/32'],'macvlans':[],'ipvlans':[],'trackers':[{'kind':'script',"
		     "'name':'chk','state':'down','number':null,'weight':-20,'reverse':false,"
		     "'fault':false,'effect':-20,'since':'2026-11-29T12:00:00.000Z','text':'exit "
		     "status 1'}],'accept':true,'master_priority':null,'preempt':false,'trackers_held_for':null,"
		     "'proof_wait':null}]");
	check_member("sync_groups", "[{'name':'VG','state':'MASTER','instances':['VI_1']}]");
	check_member("lacks",
		     "[{'process':'vrrp','capability':'CAP_SYS_NICE','cost':'adverts are late'}]");
	check_member("sync",
		     "{'mode':'kernel','interface':'eth1','index':3,'fault':null,'state':'heard','send_error':null,"
		     "'vrrp_peer':'10.0.0.9',"
		     "'mirror':{'connections':1,'bytes':2,'lost':3,'full':4,'sending':true,"
		     "'bulks':5,'last_sent':6,'last_listed':7,'last_unsent':8,'last_ms':9},"
		     "'peers':[{'address':'10.0.0.9','state':'heard',"
		     "'heartbeat_s':7,'entries_s':null,'entries_there_s':null,'hears_us':true,"
		     "'deaf':false,'untold':false}]}");
	check_member("fifos",
		     "[{'keyword':'notify_fifo','path':'/run/f','open':false,'refused':'no such "
		     "folder','lines_lost':2}]");
	check_member("refused",
		     "[{'instance':'VI_1','kind':'route','item':'10.1.0.0/16 via 10.9.9.9','reason':"
		     "'Network is unreachable (Nexthop has invalid gateway)'},{'instance':null,"
		     "'kind':'rule','item':'preference 9 table 4','reason':'Invalid argument'}]");
	check_member("vrrp_counters_s", "0.5");
	check_member("vrrp_gone", "null");
	check_member("refused_total", "70");
	check_member("unknown_vrids", "[]");
	it.conf.global.is_logging_unknown = true;
	vrrp_unknowns_note(&it.unknowns, "eth0", 77, &it.peer.addr, mono_add_ms(NOW, -2500));
	check_member("unknown_vrids",
		     "[{'vrid':77,'interface':'eth0','source':'10.0.0.9','seconds_ago':2.5}]");
	it.unknowns.n = 0;
	check_member("filter_fault", "'this kernel has no nf_tables'");
	check_member("mail", "{'server':'mail.example','port':25,'running':true,'waiting':3,'sent':2,"
			     "'lost':1,'error':'no connection: Connection refused'}");
	check_member("host_repairs", "1");
	check_member("ignored", "[]");
}
END_TEST

START_TEST(what_lvsd_has_in_the_kernel)
{
	char *text = json_of(&it.status, NULL);

	ck_assert(!strstr(text, "'kernel':{")); /* it was not asked for */
	free(text);
	make_kernel();
	it.status.in_kernel = &it.in_kernel;
	check_member("kernel",
		     "{'services':[{'key':'tcp:192.0.2.80:80','scheduler':'wlc',"
		     "'persistence_timeout':300,'destinations':[{'key':'10.0.0.1:80','weight':5,"
		     "'method':'NAT','active_connections':17,'inactive_connections':2}]}],"
		     "'sync':[{'role':'master','interface':'eth1','syncid':7}],"
		     "'sysctls':[{'name':'net.ipv4.vs.conntrack','value':'1','former':'0'}],"
		     "'sets':[{'name':'LVSD-NAT4','type':'hash:ip','members':['10.0.0.1']}],"
		     "'rules':[{'program':'iptables','table':'nat','chain':'LVSD-POSTROUTING',"
		     "'rule':'-j MASQUERADE'}],'addresses':[{'address':'192.0.2.80/32',"
		     "'interface':'eth0','instance':'VI_1'}]}");
	it.in_kernel.table = NULL;
	it.in_kernel.n_daemons = 0;
	text = json_of(&it.status, "kernel");
	ck_assert_msg(strstr(text, "'services':null,'sync':[]"), "%s", text);
	free(text);
}
END_TEST

START_TEST(what_there_is_not_is_null)
{
	static const struct vrrp_refusals no_refusals;
	static const struct vrrp_unknowns no_unknowns;
	struct status status = {
	    .conf = &it.conf, .refusals = &no_refusals, .unknowns = &no_unknowns,
	    .router_id = "", .config = {.file = "f", .last = &it.last}};
	char *text;

	it.last = (struct reload_result){0};
	text = json_of(&status, NULL);
	ck_assert_str_eq(text,
		     "{'schema':1,'version':'9.1','config_digest':'abc','pid':0,'router_id':'',"
		     "'config':{'file':'f','config_id':null,'lenient':false,'applied_at':null,"
		     "'in_force':'file','confirm_by':null,"
		     "'last_reload':null},'ignored':[],'repairs':0,'host_repairs':0,"
		     "'reconcile':{'interval':0,'state':'settled','looks':0,'whole_looks':0,"
		     "'services_read':0,'repairs':{'add_service':0,'edit_service':0,"
		     "'delete_service':0,'add_dest':0,'edit_dest':0,'delete_dest':0},"
		     "'foreign_removed':0},'virtual_servers':[],'draining':[],'vrrp':[],"
		     "'vrrp_counters_s':null,'vrrp_gone':null,'sync_groups':[],'refused':[],'refused_total':0,"
		     "'unknown_vrids':[],'filter_fault':null,"
		     "'lacks':[],'sync':null,'fifos':[],'mail':null,'check_lateness':null}");
	free(text);
}
END_TEST

#define HEAD                                                                                       \
	"config digest abc (equal on both directors of a pair)\n"                                  \
	"lvsd 9.1, pid 7, router id dir1\n"                                                        \
	"/etc/lvsd.conf applied 2026-11-29T12:00:00.000Z\n"                                        \
	"rolled back: the configuration before the last reload is in force; "                      \
	"/etc/lvsd.conf itself is unchanged, and the next reload, SIGHUP or start "                \
	"applies it\n"                                                                             \
	"WAITS for lvsctl confirm until 2026-11-29T12:01:00.000Z; without it the "                 \
	"previous configuration comes back\n"                                                      \
	"WITHOUT CAP_SYS_NICE: adverts are late\n"                                                  \
	"WITHOUT no_accept: this machine takes what is sent to the virtual addresses: this "       \
	"kernel has no nf_tables\n"                                                                        \
	"MAIL to mail.example:25: no connection: Connection refused (3 waiting, 1 lost)\n"         \
	"last rollback 2026-11-29T12:00:00.000Z accepted:\n"                                       \
	"    + one line\n"

/* The text that lvsctl prints of the JSON. */
static void check_text(const char *wanted)
{
	json_t *json = status_json(&it.status);
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	json_object_set_new(json, "version", json_string("9.1"));
	status_text_print(json, out);
	fclose(out);
	json_decref(json);
	ck_assert_str_eq(text, wanted);
	free(text);
}

START_TEST(the_text)
{
	check_text(HEAD "\n"
		     "VRRP             state   interface  vrid prio effective  virtual addresses\n"
		     "VI_1             MASTER  eth0         51  150       130  192.0.2.80/32\n"
		     "  since 2026-11-29T12:00:00.000Z: no advertisement for 3.609 s\n"
		     "  3 of its advertisements left more than half an interval late, the latest by "
		     "1.25 s\n"
		     "  script chk is down: exit status 1; weight -20: takes 20 from the priority\n"
		     "\n"
		     "sync group VG is MASTER: VI_1\n"
		     "\n"
		     "REFUSED, tried again: route 10.1.0.0/16 via 10.9.9.9 of "
		     "vrrp=VI_1: Network is unreachable (Nexthop has invalid gateway)\n"
		     "REFUSED, tried again: static rule preference 9 table 4: Invalid "
		     "argument\n"
		     "REFUSED: 68 more\n"
		     "\n"
		     "connection sync on eth1\n"
		     "  mirror: 1 connection; announces them to a director that came back; it had no place for 4; 3 "
		     "datagrams of the kernel were missed\n"
		     "  10.0.0.9: heartbeat 7 s ago\n"
		     "\n"
		     "tcp:192.0.2.80:80 wlc NAT, quorum up (live weight 5 of 1) since "
		     "2026-11-29T12:00:00.000Z\n"
		     "  NOT SERVED as the file says: a set is missing\n"
		     "  PANIC GUARD (panic_threshold) since 2026-11-29T12:00:00.000Z: 3 of 4 servers are "
		     "down and keep their weights\n"
		     "  real server                    state    weight effective kernel active "
		     "inactive  last check\n"
		     "  10.0.0.1:80                    up            5         5      5     17      "
		     "  2  TCP_CHECK: connected (1 of 3 failures to be down), HELD DOWN for "
		     "flapping until 2026-11-29T12:00:00.000Z (hold 2), KEPT by panic_guard; backup 2 waits\n"
		     "\n"
		     "draining                       real server                    reason   state  "
		     "  connections deadline  since\n"
		     "tcp:192.0.2.80:80              10.0.0.2:80                    manual   "
		     "draining           3     42 s  2026-11-29T12:00:00.000Z\n");
}
END_TEST

START_TEST(the_text_of_what_is_in_the_kernel)
{
	make_kernel();
	it.status.in_kernel = &it.in_kernel;
	check_text(HEAD "\n"
		     "tcp:192.0.2.80:80 wlc, persistent 300 s\n"
		     "  destination                    weight method   active inactive\n"
		     "  10.0.0.1:80                         5 NAT          17        2\n"
		     "\n"
		     "sync     master role on eth1, syncid 7\n"
		     "sysctl   net.ipv4.vs.conntrack = 1 (before lvsd: 0)\n"
		     "set      LVSD-NAT4, hash:ip, 1 member\n"
		     "rule     iptables -t nat -A LVSD-POSTROUTING -j MASQUERADE\n"
		     "address  192.0.2.80/32 on eth0 (vrrp=VI_1)\n");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("status print");
	TCase *tcase = tcase_create("status print");
	SRunner *runner = srunner_create(suite);
	int n_failed;

	tcase_add_checked_fixture(tcase, make, clear);
	tcase_add_test(tcase, each_member_of_the_json);
	tcase_add_test(tcase, what_lvsd_has_in_the_kernel);
	tcase_add_test(tcase, what_there_is_not_is_null);
	tcase_add_test(tcase, the_text);
	tcase_add_test(tcase, the_text_of_what_is_in_the_kernel);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
