/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is refused, or changed with a warning: the line that is named, and the whole sentence. Each
 * case is a piece of text in a place of a configuration that is right without it.
 */
#include "conf/load.h"
#include "conf/text/out.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum place {
	ROOT,
	GLOBAL,
	INSTANCE,
	SERVICE,
	SERVER,
	TCP,
	HTTP,
};

#define SERVICE_BEGIN "virtual_server 192.0.2.1 80 {\n\tprotocol TCP\n"
#define SERVER_BEGIN  SERVICE_BEGIN "real_server 10.0.0.1 80 {\n"

/* What stands before and behind the text. */
static const struct {
	const char *before, *behind;
} places[] = {
    [ROOT] = {"vrrp_instance A {\ninterface eth0\nvirtual_router_id 1\nvirtual_ipaddress {\n"
	      "192.0.2.1\n}\n}\n",
	      ""},
    [GLOBAL] = {"global_defs {\n", "}\n"},
    [INSTANCE] = {"vrrp_instance A {\ninterface eth0\nvirtual_router_id 1\nvirtual_ipaddress {\n"
		  "192.0.2.1\n}\n",
		  "}\n"},
    [SERVICE] = {SERVICE_BEGIN "real_server 10.0.0.1 80 {\n}\n", "}\n"},
    [SERVER] = {SERVER_BEGIN, "}\n}\n"},
    [TCP] = {SERVER_BEGIN "TCP_CHECK {\n", "}\n}\n}\n"},
    [HTTP] = {SERVER_BEGIN "HTTP_GET {\nurl {\npath /first\n}\n", "}\n}\n}\n"},
};

/* line: counted from 1 at the text; 0 is the last line before it. */
struct said {
	enum place place;
	const char *text;
	int line;
	const char *sentence;
};

static const struct said refused[] = {
    {SERVER, "SSL_GET {\nsni_name \"a b\"\nurl {\npath /\n}\n}", 2,
     "sni_name a b is not the name of a host; a name in TLS has letters, digits, '-', '.' and '_' "
     "(write other letters in punycode)"},
    {ROOT,
     "virtual_server 192.0.2.9 80 {\nprotocol TCP\nreal_server 10.0.0.1 80 {\n}\n}\nvirtual_server "
     "192.0.2.9 80 {\nprotocol TCP\nreal_server 10.0.0.1 80 {\n}\n}",
     6, "two virtual servers serve tcp:192.0.2.9:80"},
    {ROOT, "virtual_server group nobody {\n}", 1,
     "virtual_server group nobody: there is no virtual_server_group nobody"},
    {ROOT,
     "virtual_server fwmark 7 {\nprotocol TCP\nlvs_method FNAT\nreal_server 10.0.0.1 80 {\n}\n}", 1,
     "virtual_server fwm4:7: FNAT needs fnat_source here, because a firewall mark has no address "
     "of its own"},
    {ROOT,
     "virtual_server fwmark 7 {\nprotocol TCP\nip_family inet6\nreal_server 10.0.0.1 80 {\n}\n}", 4,
     "real_server 10.0.0.1 is IPv4 and virtual_server fwm6:7 is IPv6: NAT needs the same family"},
    {ROOT, "virtual_server fwmark 7 {\nprotocol TCP\nmatch {\nprefix 10.0.0.0/8\n}\n}", 4,
     "unknown keyword 'prefix' in match"},
    {ROOT, "virtual_server 0.0.0.0 80 {\nreal_server 10.0.0.1 80 {\n}\n}", 1,
     "virtual_server udp:0.0.0.0:80: no host can have this address"},
    {ROOT, "virtual_server 224.0.0.1 80 {\nreal_server 10.0.0.1 80 {\n}\n}", 1,
     "virtual_server udp:224.0.0.1:80: no host can have this address"},
    {ROOT, "virtual_server 192.0.2.9 80 {\nprotocol TCP\nreal_server fd00::1 80 {\n}\n}", 3,
     "real_server fd00::1 is IPv6 and virtual_server tcp:192.0.2.9:80 is IPv4: NAT needs the same "
     "family"},
    {ROOT, "virtual_server 192.0.2.9 80 {\nprotocol TCP\nreal_server 0.0.0.0 80 {\n}\n}", 3,
     "real_server 0.0.0.0: no host can have this address"},
    {ROOT, "virtual_server_group a {\n}", 1, "virtual_server_group a is empty"},
    {ROOT, "virtual_server_group a {\n10.0.0.1 80\n}\nvirtual_server_group a {\n10.0.0.2 80\n}", 4,
     "two virtual_server_groups are named a"},
    {ROOT,
     "virtual_server_group a {\n10.0.0.1 80\nfd00::1 80\n}\nvirtual_server group a {\nreal_server "
     "10.1.0.1 80 {\n}\n}",
     6,
     "real_server 10.1.0.1 is IPv4 and a member of virtual_server udp:group:a is IPv6: NAT needs "
     "the same family"},
    {ROOT,
     "virtual_server_group a {\n10.0.0.1-10.9.0.1 80\n}\nvirtual_server group a {\nreal_server "
     "10.1.0.1 80 {\n}\n}",
     4,
     "virtual_server group a: groups may have 65536 members together, and with this one they have "
     "more"},
    {ROOT, "vrrp_instance b {\ninterface eth1\nvirtual_ipaddress {\n192.0.2.2\n}\n}", 1,
     "vrrp_instance b: virtual_router_id is missing"},
    {ROOT, "vrrp_instance b {\nvirtual_router_id 2\nvirtual_ipaddress {\n192.0.2.2\n}\n}", 1,
     "vrrp_instance b: interface is missing"},
    {ROOT,
     "vrrp_instance b {\ninterface eth0\nvirtual_router_id 1\nvirtual_ipaddress {\n192.0.2.2\n}\n}",
     3, "vrrp_instance b: virtual_router_id 1 is taken on eth0 by instance A"},
    {ROOT,
     "vrrp_instance A {\ninterface eth1\nvirtual_router_id 1\nvirtual_ipaddress {\n192.0.2.2\n}\n}",
     1, "two instances have the name A"},
    {ROOT,
     "vrrp_instance b {\ninterface lo\nvirtual_router_id 2\nvirtual_ipaddress {\n192.0.2.2\n}\n}",
     2,
     "vrrp_instance b: advertisements on lo reach no other director, so each would be master; name "
     "the interface on which they hear each other here, and write `dev lo` behind an address that "
     "belongs on lo"},
    {ROOT, "vrrp_script s {\n}", 1, "vrrp_script s: script is missing"},
    {ROOT, "vrrp_script s {\nscript \"/bin/a\"\n}\nvrrp_script s {\nscript \"/bin/b\"\n}", 4,
     "vrrp_script s is defined twice"},
    {ROOT, "vrrp_script s {\nscript \"/bin/a\"\nrise 0\n}", 3,
     "rise 0 is out of range: 1..2147483647"},
    {ROOT, "vrrp_script s {\nscript \"/bin/a\"\nweight 300\n}", 3,
     "weight 300 is out of range: -253..253"},
    {ROOT, "vrrp_sync_group g {\ngroup {\nA\n}\n}\nvrrp_sync_group g {\ngroup {\nA\n}\n}", 6,
     "two vrrp_sync_groups are named g"},
    {ROOT, "vrrp_sync_group g {\ngroup {\nnobody\n}\n}", 3, "there is no vrrp_instance nobody"},
    {ROOT, "vrrp_sync_group g {\n}", 1, "vrrp_sync_group g: group is missing"},
    {ROOT, "SSL {\ncertificate /a\n}", 1,
     "SSL: certificate and key go together, and key is missing"},
    {ROOT, "SSL {\nkey /a\n}", 1,
     "SSL: certificate and key go together, and certificate is missing"},
    {ROOT, "SSL", 1, "SSL needs a block: '{' is missing"},
    {ROOT, "no_such_block {\n}", 1, "unknown keyword 'no_such_block' at the top level"},
    {ROOT, "real_server 10.0.0.1 80 {\n}", 1,
     "'real_server' cannot stand at the top level; it belongs in virtual_server"},
    {ROOT, "}", 1, "'}' closes no block"},
    {ROOT, "global_defs", 1, "global_defs needs a block: '{' is missing"},
    {ROOT, "global_defs x {\n}", 1, "global_defs takes no value, and 'x' follows it"},
    {ROOT, "virtual_server 192.0.2.9 80 80 {\n}", 1,
     "virtual_server takes at most 2 values; '80' is one too many"},
    {ROOT, "virtual_server {\n}", 1, "virtual_server needs a value after it"},
    {ROOT, "vrrp_instance {\n}", 1, "vrrp_instance needs a name: write `vrrp_instance NAME {`"},
    {ROOT, "vrrp_instance a b {\n}", 1, "vrrp_instance a b: interface is missing"},
    {ROOT, "include", 1, "include needs the name of a file"},
    {ROOT, "$X", 1,
     "$X is not defined; write `$X=VALUE` on a line before, or `${_ENV X}` for a variable of the "
     "environment; ${_DOLLAR} gives a '$' as it is"},
    {ROOT, "$X=1\n$X=2\nglobal_defs {\nrouter_id ${Y}\n}", 4,
     "${Y} is not defined; write `$Y=VALUE` on a line before, or `${_ENV Y}` for a variable of the "
     "environment; ${_DOLLAR} gives a '$' as it is"},
    {ROOT, "~SEQ(i, 1) a", 1, "unknown keyword 'a' at the top level"},
    {ROOT, "~SEQ(i, 1, 3, 0) a", 1, "~SEQ: steps of 3 never lead from 1 to 0"},
    {ROOT, "~LST(x, {}) a", 1, "unknown keyword 'a' at the top level"},
    {ROOT, "~SEQ(i, 3, 1) a", 1, "unknown keyword 'a' at the top level"},
    {ROOT, "~SEQ(1, 1, 3) a", 1, "~SEQ: '1' cannot be a name"},
    {ROOT, "@ x", 1,
     "'@' must be followed by the name of a configuration, then a blank and the line"},
    {ROOT, "\"unclosed", 1, "this quote is not closed on its line: '\"' is missing"},
    {GLOBAL, "router_id", 1, "router_id needs a value after it"},
    {GLOBAL, "router_id a b", 1, "router_id takes 1 value; 'b' is one too many"},
    {GLOBAL, "router_id a\nrouter_id b", 2, "router_id is given twice"},
    {GLOBAL, "lvs_sync_daemon", 1, "lvs_sync_daemon needs a value after it"},
    {GLOBAL, "lvs_sync_daemon eth0 inst nobody", 1,
     "lvs_sync_daemon: there is no vrrp_instance nobody"},
    {GLOBAL, "lvs_sync_daemon eth0 id 256", 1, "id 256 is out of range: 0..255"},
    {GLOBAL, "lvs_sync_daemon eth0 group 10.0.0.1", 1,
     "lvs_sync_daemon: group 10.0.0.1 is not a multicast address"},
    {GLOBAL, "lvs_sync_daemon eth0 port 0", 1, "port 0 is out of range: 1..65535"},
    {GLOBAL, "lvs_sync_daemon eth0 ttl 256", 1, "ttl 256 is out of range: 1..255"},
    {GLOBAL, "lvs_sync_daemon eth0 id", 1, "id needs a value after it"},
    {GLOBAL, "lvs_sync_daemon eth0 nonsense", 1,
     "lvs_sync_daemon: there is no vrrp_instance nonsense"},
    {GLOBAL, "lvs_timeouts", 1,
     "lvs_timeouts needs tcp, tcpfin or udp, each with a number of seconds"},
    {GLOBAL, "lvs_timeouts tcp", 1, "tcp needs a value after it"},
    {GLOBAL, "lvs_timeouts tcp x", 1, "tcp 'x' is not a whole number of seconds"},
    {GLOBAL, "keep_at_stop everything", 1,
     "keep_at_stop 'everything' is not one of nothing, connections, all"},
    {GLOBAL, "reconcile_interval 0", 1, "reconcile_interval 0 is out of range: 1..3600"},
    {GLOBAL, "startup_gate -1", 1, "startup_gate '-1' is not a number of seconds"},
    {GLOBAL, "state_dump_file /x\njson_dump_file /x", 2,
     "json_dump_file is the same file as state_dump_file: each needs a path of its own"},
    {GLOBAL, "script_user a:b", 1, "'a:b' cannot be the name of a user"},
    {GLOBAL, "lvs_flush_on_stop maybe", 1, "lvs_flush_on_stop 'maybe' is not one of VS, all"},
    {GLOBAL, "drain_timeout x", 1, "drain_timeout 'x' is not a whole number of seconds"},
    {GLOBAL, "router_idd x", 1,
     "unknown keyword 'router_idd' in global_defs; did you mean 'router_id'?"},
    {GLOBAL, "interface eth0", 1,
     "'interface' cannot stand in global_defs; it belongs in sync, vrrp_instance or garp_group"},
    {GLOBAL, "router_id {\n}", 1, "router_id takes no block"},
    {INSTANCE, "state MASTERR", 1, "state 'MASTERR' is not one of BACKUP, MASTER"},
    {INSTANCE, "priority 256", 1, "priority 256 is out of range: 1..255"},
    {INSTANCE, "priority 0", 1, "priority 0 is out of range: 1..255"},
    {INSTANCE, "virtual_router_id 5", 1, "virtual_router_id is given twice"},
    {INSTANCE, "version 4", 1, "version 4 is out of range: 2..3"},
    {INSTANCE, "advert_int 0", 1, "advert_int 0 is out of range: 0.01..255 s"},
    {INSTANCE, "advert_int 256", 1, "advert_int 256 is out of range: 0.01..255 s"},
    {INSTANCE, "interface eth1", 1, "interface is given twice"},
    {INSTANCE, "preempt_delay 1001", 1, "preempt_delay 1001 is out of range: 0..1000 s"},
    {INSTANCE, "authentication {\nauth_type PASS\n}", 1, "authentication: auth_pass is missing"},
    {INSTANCE, "authentication {\nauth_pass a\n}", 1, "authentication: auth_type is missing"},
    {INSTANCE, "unicast_peer {\n10.0.0.1\n10.0.0.1\n}", 3,
     "vrrp_instance A: peer 10.0.0.1 is given twice"},
    {INSTANCE, "unicast_peer {\nfd00::1\n}", 2,
     "vrrp_instance A: peer fd00::1 is not of the family of the instance's addresses"},
    {INSTANCE, "unicast_peer {\n}", 1, "unicast_peer is empty"},
    {INSTANCE, "unicast_src_ip 10.0.0.1\nunicast_peer {\n10.0.0.1\n}", 3,
     "vrrp_instance A: its only peer 10.0.0.1 is this director's own source"},
    {INSTANCE, "unicast_src_ip fd00::1", 1,
     "vrrp_instance A: unicast_src_ip fd00::1 is not of the family of the instance's addresses"},
    {INSTANCE, "mcast_src_ip 224.0.0.1", 1,
     "vrrp_instance A: mcast_src_ip 224.0.0.1 is not an address that a host can hold"},
    {INSTANCE, "virtual_ipaddress {\nfd00::1\n}", 2,
     "vrrp_instance A: the addresses of one instance are all IPv4 or all IPv6, and fd00::1 differs "
     "from the first one; write it in virtual_ipaddress_excluded, or give it a vrrp_instance of "
     "its own"},
    {INSTANCE, "virtual_ipaddress {\n192.0.2.300\n}", 2,
     "'192.0.2.300' is not an IPv4 or IPv6 address"},
    {INSTANCE, "virtual_ipaddress {\n192.0.2.7 dev\n}", 2, "dev needs a value after it"},
    {INSTANCE, "virtual_ipaddress {\n192.0.2.7 scope moon\n}", 2,
     "scope 'moon' is neither a whole number nor one of global, site, link, host, nowhere"},
    {INSTANCE, "virtual_ipaddress {\n192.0.2.7 label eth0:abcdefghijklmnop\n}", 2,
     "label 'eth0:abcdefghijklmnop' has 21 bytes; the most is 15"},
    {INSTANCE, "virtual_ipaddress {\n192.0.2.7/33\n}", 2,
     "prefix length 33 is out of range: 0..32"},
    {INSTANCE, "virtual_ipaddress {\n192.0.2.7 brd fd00::1\n}", 2,
     "brd 'fd00::1' is not an IPv4 address, '+' or '-'"},
    {INSTANCE, "virtual_ipaddress {\n224.0.0.1\n}", 2,
     "vrrp_instance A: 224.0.0.1 is not an address that a host can hold; one of a group goes into "
     "virtual_ipaddress_excluded, with autojoin"},
    {INSTANCE, "virtual_ipaddress {\n0.0.0.0\n}", 2,
     "vrrp_instance A: 0.0.0.0 is not an address that a host can hold"},
    {INSTANCE, "track_script {\nnobody\n}", 2, "there is no vrrp_script nobody"},
    {INSTANCE, "track_script {\nnobody weight 300\n}", 2, "weight 300 is out of range: -253..253"},
    {INSTANCE, "track_interface {\neth9 weight -255\n}", 2,
     "weight -255 is out of range: -254..254"},
    {INSTANCE, "notify_master", 1, "notify_master needs a value after it"},
    {INSTANCE, "notify_master \"\"", 1, "notify_master: the command is empty"},
    {INSTANCE, "notify_master /bin/a x y z", 1,
     "notify_master takes at most 3 values; 'z' is one too many"},
    {INSTANCE, "notify_master \"/bin/a 'b\"", 1,
     "notify_master: a quote inside the command is not closed"},
    {INSTANCE, "garp_master_delay 100000000000", 1,
     "garp_master_delay 100000000000 is out of range: 0..4294967295"},
    {INSTANCE, "nonsense", 1, "unknown keyword 'nonsense' in vrrp_instance"},
    {SERVICE, "lvs_sched wwlc", 1,
     "lvs_sched 'wwlc' is not one of rr, wrr, lc, wlc, lblc, lblcr, dh, sh, sed, nq, mh, fo, ovf, "
     "twos"},
    {SERVICE, "lvs_method DSR", 1, "lvs_method 'DSR' is not known; write `DR`"},
    {SERVICE, "lvs_method TUN type gue", 1,
     "lvs_method TUN: type gue needs the port on which the real servers take it"},
    {SERVICE, "lvs_method TUN type gue port 0", 1, "port 0 is out of range: 1..65535"},
    {SERVICE, "protocol ICMP", 1, "protocol is given twice"},
    {SERVICE, "quorum 0", 1, "quorum 0 is out of range: 1..4294967295"},
    {SERVICE, "persistence_timeout 0", 1, "persistence_timeout 0 is out of range: 1..2678400"},
    {SERVICE, "persistence_timeout x", 1,
     "persistence_timeout 'x' is not a whole number of seconds"},
    {SERVICE, "persistence_granularity 64", 1,
     "persistence_granularity 64 is for IPv6; an IPv4 service takes a netmask like 255.255.255.0"},
    {SERVICE, "persistence_engine sip", 1, "persistence_engine sip needs persistence_timeout"},
    {SERVICE, "ops", 1, "ops is for UDP and firewall marks, and the protocol is TCP"},
    {SERVICE, "protocol UDP\nops\npersistence_timeout 5", 1, "protocol is given twice"},
    {SERVICE, "sorry_server", 1, "sorry_server needs a value after it"},
    {SERVICE, "sorry_server fd00::1 80", 1,
     "sorry_server fd00::1 is IPv6 and virtual_server tcp:192.0.2.1:80 is IPv4: NAT needs the same "
     "family"},
    {SERVICE, "sorry_server 0.0.0.0 80", 1, "sorry_server 0.0.0.0: no host can have this address"},
    {SERVICE, "sorry_server 10.0.0.9 81\nsorry_server 10.0.0.9 82", 2,
     "sorry_server is given twice"},
    {SERVICE, "sh-port", 1, "sh-port is a flag of lvs_sched sh, and the scheduler is wlc"},
    {SERVICE, "mh-port", 1, "mh-port is a flag of lvs_sched mh, and the scheduler is wlc"},
    {SERVICE, "lvs_sched sh\nmh-port", 2,
     "mh-port is a flag of lvs_sched mh, and the scheduler is sh"},
    {SERVICE, "flag-4", 1, "unknown keyword 'flag-4' in virtual_server; did you mean 'flag-1'?"},
    {SERVICE, "real_server 10.0.0.1 80 {\n}", 1,
     "virtual_server tcp:192.0.2.1:80 has real_server 10.0.0.1:80 twice"},
    {SERVICE, "real_server 10.0.0.300 80 {\n}", 1, "'10.0.0.300' is not an IPv4 or IPv6 address"},
    {SERVICE, "real_server 10.0.0.2:80 {\n}", 1,
     "'10.0.0.2:80' is an address and a port in one word; write `10.0.0.2 80`"},
    {SERVICE, "real_server 10.0.0.2 80", 1, "real_server needs a block: '{' is missing"},
    {SERVICE, "delay_loop 0", 1, "delay_loop 0 is out of range: 0.001..4294967 s"},
    {SERVICE, "delay_loop 10m", 1, "delay_loop '10m' is not a number of seconds; write `600`"},
    {SERVICE, "slow_start 0.5", 1, "slow_start '0.5' is not a whole number of seconds"},
    {SERVICE, "drain_timeout -1", 1, "drain_timeout '-1' is not a whole number of seconds"},
    {SERVICE, "match {\nprefix 10.0.0.0/8\n}", 1,
     "virtual_server tcp:192.0.2.1:80: match marks packets, and this is no service by firewall "
     "mark; write `virtual_server fwmark NUMBER`"},
    {SERVICE, "lvs_method FNAT\nfnat_source fd00::1", 2,
     "fnat_source fd00::1 is not of the family of the real servers of virtual_server "
     "tcp:192.0.2.1:80"},
    {SERVICE, "lvs_method FNAT\nfnat_source 0.0.0.0", 2,
     "fnat_source 0.0.0.0: no host can have this address"},
    {SERVICE, "ip_family inet6", 1,
     "virtual_server 192.0.2.1: ip_family inet6 contradicts the address"},
    {SERVICE, "alpha beta", 1, "alpha 'beta' is not one of on, off, true, false, yes, no"},
    {SERVICE, "virtualhost \"\"", 1, "virtualhost is empty"},
    {SERVICE, "quorum_up \"\"", 1, "quorum_up: the command is empty"},
    {SERVICE, "quorum_up /bin/a us:er", 1,
     "quorum_up: the word after the command is its user, and 'us:er' cannot be the name of a user; if "
     "it is an argument, put the whole command in quotes: quorum_up \"/bin/a us:er\""},
    {ROOT, "vrrp_script s {\nscript killall -0 haproxy\n}", 2,
     "script: the word after the command is its user, and '-0' cannot be the name of a user; if it is "
     "an argument, put the whole command in quotes: script \"killall -0 haproxy\""},
    {SERVICE, "delay_loop", 1, "delay_loop needs a value after it"},
    {SERVICE, "TCP_CHECK {\n}", 1,
     "'TCP_CHECK' cannot stand in virtual_server; it belongs in real_server"},
    {SERVER, "weight -1", 1, "weight '-1' is not a whole number"},
    {SERVER, "weight 50%", 1, "weight '50%' is not a whole number; leave the '%' out"},
    {SERVER, "uthreshold 5\nlthreshold 6", 2,
     "real_server 10.0.0.1: lthreshold 6 is above uthreshold 5, which the kernel refuses"},
    {SERVER, "lthreshold 6", 1, "real_server 10.0.0.1: lthreshold needs uthreshold"},
    {SERVER, "inhibit_on_failure maybe", 1,
     "inhibit_on_failure 'maybe' is not one of on, off, true, false, yes, no"},
    {SERVER, "notify_up", 1, "notify_up needs a value after it"},
    {SERVER, "lvs_method XX", 1, "lvs_method 'XX' is not one of NAT, DR, TUN, FNAT"},
    {SERVER, "TCP_CHECK", 1, "TCP_CHECK needs a block: '{' is missing"},
    {SERVER, "TCP_CHEK {\n}", 1,
     "unknown keyword 'TCP_CHEK' in real_server; did you mean 'TCP_CHECK'?"},
    {SERVER, "HTTP_GET {\n}", 1, "HTTP_GET: url is missing"},
    {SERVER, "MISC_CHECK {\n}", 1, "MISC_CHECK: misc_path is missing"},
    {SERVER, "MISC_CHECK {\nmisc_path \"\"\n}", 2, "misc_path: the command is empty"},
    {SERVER, "MISC_CHECK {\nmisc_path /a\nmisc_timeout 0\n}", 3,
     "misc_timeout 0 is out of range: 0.001..86400 s"},
    {SERVER, "MISC_CHECK {\nmisc_path /a\nuser a b c\n}", 3,
     "user takes at most 2 values; 'c' is one too many"},
    {SERVER, "SSL_GET {\nurl {\n}\n}", 2, "url: path is missing"},
    {SERVER, "real_server 1.2.3.4 80 {\n}", 1,
     "'real_server' cannot stand in real_server; it belongs in virtual_server"},
    {SERVER, "virtual_server 1.2.3.4 80 {\n}", 1,
     "'virtual_server' cannot stand in real_server; it belongs at the top level"},
    {SERVER, "alpha 1", 1, "alpha '1' is not one of on, off, true, false, yes, no"},
    {TCP, "connect_port 0", 1, "connect_port 0 is out of range: 1..65535"},
    {TCP, "connect_port 65536", 1, "connect_port 65536 is out of range: 1..65535"},
    {TCP, "connect_port http", 1,
     "connect_port 'http' is not a whole number; names of services are not looked up: write `80`"},
    {TCP, "connect_ip 300.0.0.1", 1, "'300.0.0.1' is not an IPv4 or IPv6 address"},
    {TCP, "connect_timeout 0", 1, "connect_timeout 0 is out of range: 0.001..4294967 s"},
    {TCP, "connect_timeout 5s", 1, "connect_timeout '5s' is not a number of seconds; write `5`"},
    {TCP, "connect_ip 0.0.0.0", 1,
     "connect_ip 0.0.0.0: no host can have this address; write the address to probe, or leave "
     "connect_ip out to probe the real_server's"},
    {HTTP, "connect_ip ::", 1,
     "connect_ip ::: no host can have this address; write the address to probe, or leave "
     "connect_ip out to probe the real_server's"},
    {TCP, "bindto fd00::1", 0,
     "TCP_CHECK: bindto and the address to probe are not both IPv4 or both IPv6"},
    {TCP, "bindto 10.0.0.1\nbindto 10.0.0.2", 2, "bindto is given twice"},
    {TCP, "bind_port 65536", 1, "bind_port 65536 is out of range: 1..65535"},
    {TCP, "bind_if eth/0", 1, "bind_if 'eth/0' cannot be the name of an interface"},
    {TCP, "fwmark x", 1, "fwmark 'x' is not a whole number"},
    {TCP, "retry -1", 1, "retry '-1' is not a whole number"},
    {TCP, "delay_before_retry x", 1, "delay_before_retry 'x' is not a number of seconds"},
    {TCP, "warmup -1", 1, "warmup '-1' is not a number of seconds"},
    {TCP, "url {\n}", 1, "'url' cannot stand in TCP_CHECK; it belongs in HTTP_GET or SSL_GET"},
    {TCP, "alpha x", 1, "alpha 'x' is not one of on, off, true, false, yes, no"},
    {TCP, "path /", 1, "'path' cannot stand in TCP_CHECK; it belongs in url"},
    {HTTP, "url {\n}", 1, "url: path is missing"},
    {HTTP, "url {\npath /\nstatus_code 99\n}", 3, "status_code 99 is out of range: 100..599"},
    {HTTP, "url {\npath /\nstatus_code 299-200\n}", 3, "status_code 299-200 ends before it begins"},
    {HTTP, "url {\npath /\ndigest abc\n}", 3, "digest 'abc' is not 32 hex digits"},
    {HTTP, "url {\npath /\npath /b\n}", 3, "path is given twice"},
    {HTTP, "http_protocol 3", 1, "http_protocol '3' is not one of 1.0, 1.0C, 1.1, 2"},
    {HTTP, "http_protocol 1.1C", 1, "http_protocol '1.1C' is not one of 1.0, 1.0C, 1.1, 2"},
    {HTTP, "url {\npath /\nregex a(b\n}", 3, "regex: missing closing parenthesis at character 4 of a(b"},
    {HTTP, "url {\npath /\nheader x\n}", 3,
     "header 'x' is not NAME: VALUE, such as \"Accept: text/html\""},
    {HTTP, "url {\npath /\nheader \"Host: x\"\n}", 3,
     "header: the probe writes Host itself; write virtualhost"},
    {HTTP, "url {\npath /\nheader \"content-length: 1\"\n}", 3,
     "header: the probe writes Content-Length itself"},
    {HTTP, "url {\npath /\nmethod LOOK\n}", 3,
     "method 'LOOK' is not one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"},
    {HTTP, "enable_sni", 1, "'enable_sni' cannot stand in HTTP_GET; it belongs in SSL_GET"},
    {HTTP, "virtualhost \"\"", 1, "virtualhost is empty"},
    {HTTP, "nb_get_retry x", 1, "nb_get_retry 'x' is not a whole number"},
    {HTTP, "retry 1 2", 1, "retry takes 1 value; '2' is one too many"},
    {HTTP, "url", 1, "url needs a block: '{' is missing"},
    {ROOT, "virtual_server group a {\n}\nvirtual_server_group b {\n10.0.0.1 80\n}", 1,
     "virtual_server group a: there is no virtual_server_group a"},
    {ROOT,
     "virtual_server_group a {\n10.0.0.1-5 80\n}\nvirtual_server group a {\nprotocol "
     "TCP\nreal_server 10.1.0.1 80 {\n}\n}\nvirtual_server 10.0.0.3 80 {\nprotocol "
     "TCP\nreal_server 10.1.0.1 80 {\n}\n}",
     9, "two virtual servers serve tcp:10.0.0.3:80"},
    {ROOT, "virtual_server_group a {\nfwmark 0\n}", 2,
     "fwmark 0 cannot be served: the kernel reads mark 0 as \"no mark\"; write the mark that your "
     "firewall rule sets, from 1 on"},
    {ROOT, "virtual_server_group a {\n10.0.0.1 port 80\n}", 2, "port 'port' is not a whole number"},
    {ROOT,
     "vrrp_instance b {\ninterface eth1\nvirtual_router_id 256\nvirtual_ipaddress "
     "{\n192.0.2.2\n}\n}",
     3, "virtual_router_id 256 is out of range: 1..255"},
    {ROOT, "vrrp_script s {\nscript \"/bin/a\"\ntimeout -1\n}", 3,
     "timeout '-1' is not a number of seconds"},
    {ROOT, "vrrp_script s {\nscript \"/bin/a\"\nfall 0\n}", 3,
     "fall 0 is out of range: 1..2147483647"},
    {ROOT, "vrrp_script s {\nscript \"/bin/a\"\nuser a:b\n}", 3,
     "'a:b' cannot be the name of a user"},
    {ROOT, "vrrp_script {\nscript \"/bin/a\"\n}", 1,
     "vrrp_script needs a name: write `vrrp_script NAME {`"},
    {ROOT, "SSL {\npassword \"\"\n}", 2, "password is empty"},
    {ROOT, "Virtual_Server 192.0.2.9 80 {\n}", 1,
     "unknown keyword 'Virtual_Server' at the top level; did you mean 'virtual_server'?"},
    {ROOT, "virtual_servr 192.0.2.9 80 {\n}", 1,
     "unknown keyword 'virtual_servr' at the top level; did you mean 'virtual_server'?"},
    {ROOT, "virtualserver 192.0.2.9 80 {\n}", 1,
     "unknown keyword 'virtualserver' at the top level; did you mean 'virtual_server'?"},
    {ROOT, "vrrp_instnace x {\n}", 1,
     "unknown keyword 'vrrp_instnace' at the top level; did you mean 'vrrp_instance'?"},
    {ROOT, "global_def {\n}", 1,
     "unknown keyword 'global_def' at the top level; did you mean 'global_defs'?"},
    {ROOT, "{", 1, "'{' has no keyword before it"},
    {ROOT, "{\n}", 1, "'{' has no keyword before it"},
    {ROOT, "a {", 1, "unknown keyword 'a' at the top level"},
    {ROOT, "virtual_server 192.0.2.9 80\nreal_server 10.0.0.1 80 {\n}", 1,
     "virtual_server needs a block: '{' is missing"},
    {ROOT, "\"vrrp_instance\" b", 1, "vrrp_instance needs a block: '{' is missing"},
    {ROOT, "'x'", 1, "unknown keyword ''x'' at the top level"},
    {GLOBAL, "router_id \"\"", 1, "router_id is empty"},
    {GLOBAL, "router_id \"a	b\"", 1, "router_id 'a b' has a control character in it"},
    {GLOBAL, "accept_ignored", 1, "accept_ignored needs a value after it"},
    {GLOBAL, "accept_ignored nothing_such", 1,
     "accept_ignored: there is no keyword 'nothing_such'"},
    {GLOBAL, "lvs_sync_daemon eth0 id 1 id 2", 1, "id is given twice"},
    {GLOBAL, "lvs_sync_daemon eth/0", 1,
     "lvs_sync_daemon 'eth/0' cannot be the name of an interface"},
    {GLOBAL, "lvs_sync_daemon eth0 group fd00::1", 1,
     "lvs_sync_daemon: group fd00::1 is not a multicast address"},
    {GLOBAL, "lvs_timeouts tcp 1 tcp 2", 1, "tcp is given twice"},
    {GLOBAL, "lvs_timeouts udp 99999999999", 1, "udp 99999999999 is out of range: 0..2678400"},
    {GLOBAL, "lvs_timeouts sctp 5", 1, "unknown keyword 'sctp' in lvs_timeouts"},
    {GLOBAL, "vrrp_version 4", 1, "vrrp_version 4 is out of range: 2..3"},
    {GLOBAL, "process_names x", 1, "process_names takes no value, and 'x' follows it"},
    {GLOBAL, "global_defs {\n}", 1,
     "'global_defs' cannot stand in global_defs; it belongs at the top level"},
    {INSTANCE, "state", 1, "state needs a value after it"},
    {INSTANCE, "state MASTER BACKUP", 1, "state takes 1 value; 'BACKUP' is one too many"},
    {INSTANCE, "state backup", 1, "state 'backup' is not known; write `BACKUP`"},
    {INSTANCE, "priority", 1, "priority needs a value after it"},
    {INSTANCE, "priority abc", 1, "priority 'abc' is not a whole number"},
    {INSTANCE, "advert_int", 1, "advert_int needs a value after it"},
    {INSTANCE, "advert_int 1s", 1, "advert_int '1s' is not a number of seconds; write `1`"},
    {INSTANCE, "preempt_delay x", 1, "preempt_delay 'x' is not a number of seconds"},
    {INSTANCE, "unicast_peer {\n10.0.0.1 10.0.0.2\n}", 2,
     "two addresses stand on one line; write '10.0.0.2' on a line of its own"},
    {INSTANCE, "unicast_peer {\npeer\n}", 2,
     "'peer' is not an IPv4 or IPv6 address; lvsd looks no names up, so that it never waits for a "
     "name server: write the address"},
    {INSTANCE, "unicast_peer {\n0.0.0.0\n}", 2,
     "vrrp_instance A: peer 0.0.0.0 is not an address that a host can hold"},
    {INSTANCE, "virtual_ipaddress {\n192.0.2.7 dev eth0 dev eth1\n}", 2, "dev is given twice"},
    {INSTANCE, "virtual_ipaddress {\n192.0.2.7 eth0\n}", 2,
     "an interface stands after dev: write `192.0.2.7 dev eth0`"},
    {INSTANCE, "virtual_ipaddress {\n192.0.2.7/255.255.255.0\n}", 2,
     "a netmask stands behind 192.0.2.7; write the prefix length: 192.0.2.7/24"},
    {INSTANCE, "virtual_ipaddress {\n192.0.2.7 label\n}", 2, "label needs a value after it"},
    {INSTANCE, "virtual_ipaddress {\n192.0.2.7 nonsense\n}", 2,
     "unknown keyword 'nonsense' in an address"},
    {INSTANCE, "virtual_ipaddress {\nweb\n}", 2,
     "'web' is not an IPv4 or IPv6 address; lvsd looks no names up, so that it never waits for a "
     "name server: write the address"},
    {INSTANCE, "virtual_ipaddress 192.0.2.7", 1, "virtual_ipaddress needs a block: '{' is missing"},
    {INSTANCE, "track_interface {\neth/0\n}", 2,
     "INTERFACE 'eth/0' cannot be the name of an interface"},
    {INSTANCE, "track_interface {\neth9 weight\n}", 2, "weight needs a value after it"},
    {INSTANCE, "notify \"/bin/a\" x y z", 1, "notify takes at most 3 values; 'z' is one too many"},
    {INSTANCE, "mcast_src_ip 0.0.0.0", 1,
     "vrrp_instance A: mcast_src_ip 0.0.0.0 is not an address that a host can hold"},
    {INSTANCE, "vrrp_instance x {\n}", 1,
     "'vrrp_instance' cannot stand in vrrp_instance; it belongs at the top level"},
    {INSTANCE, "nopreempt x", 1, "nopreempt takes no value, and 'x' follows it"},
    {INSTANCE, "garp_master_repeat x", 1, "garp_master_repeat 'x' is not a whole number"},
    {INSTANCE, "real_server 10.0.0.1 80 {\n}", 1,
     "'real_server' cannot stand in vrrp_instance; it belongs in virtual_server"},
    {SERVICE, "lvs_algo rr\nlvs_sched rr", 1,
     "unknown keyword 'lvs_algo' in virtual_server; did you mean 'lb_algo'?"},
    {SERVICE, "lb_algo nonsense", 1,
     "lb_algo 'nonsense' is not one of rr, wrr, lc, wlc, lblc, lblcr, dh, sh, sed, nq, mh, fo, "
     "ovf, twos"},
    {SERVICE, "lb_kind DSR", 1, "lb_kind 'DSR' is not known; write `DR`"},
    {SERVICE, "lvs_method TUN type ipip port 5", 1, "lvs_method TUN: only type gue has a port"},
    {SERVICE, "lvs_method NAT type gue", 1, "lvs_method NAT: only TUN has an encapsulation"},
    {SERVICE, "lvs_method", 1, "lvs_method needs a value after it"},
    {SERVICE, "protocol", 1, "protocol needs a value after it"},
    {SERVICE, "protocol tcp", 1, "protocol is given twice"},
    {SERVICE, "quorum x", 1, "quorum 'x' is not a whole number"},
    {SERVICE, "persistence_timeout 5\npersistence_granularity 33", 2,
     "persistence_granularity 33 is for IPv6; an IPv4 service takes a netmask like 255.255.255.0"},
    {SERVICE, "sorry_server 10.0.0.9 99999", 1, "port 99999 is out of range: 1..65535"},
    {SERVICE, "sorry_server 10.0.0.9 80\nsorry_server_lvs_method XX", 2,
     "sorry_server_lvs_method 'XX' is not one of NAT, DR, TUN, FNAT"},
    {SERVICE, "sh-fallback", 1, "sh-fallback is a flag of lvs_sched sh, and the scheduler is wlc"},
    {SERVICE, "quorum_down", 1, "quorum_down needs a value after it"},
    {SERVICE, "real_server fwmark 5 {\n}", 1,
     "'fwmark' is not an IPv4 or IPv6 address; lvsd looks no names up, so that it never waits for "
     "a name server: write the address"},
    {SERVICE, "hysteresis x", 1, "hysteresis 'x' is not a whole number"},
    {SERVICE, "slow_start x", 1, "slow_start 'x' is not a whole number of seconds"},
    {SERVICE, "ip_family inet7", 1, "ip_family 'inet7' is not one of inet, inet6"},
    {SERVICE, "virtual_server 10.0.0.1 80 {\n}", 1,
     "'virtual_server' cannot stand in virtual_server; it belongs at the top level"},
    {SERVICE, "delay_loop 5 5", 1, "delay_loop takes 1 value; '5' is one too many"},
    {SERVICE, "inhibit_on_failure 5", 1,
     "inhibit_on_failure '5' is not one of on, off, true, false, yes, no"},
    {SERVICE, "omega x", 1, "omega takes no value, and 'x' follows it"},
    {SERVER, "weight", 1, "weight needs a value after it"},
    {SERVER, "weight 1 2", 1, "weight takes 1 value; '2' is one too many"},
    {SERVER, "weight 1.5", 1, "weight '1.5' is not a whole number"},
    {SERVER, "uthreshold -1", 1, "uthreshold '-1' is not a whole number"},
    {SERVER, "uthreshold 4294967296", 1, "uthreshold 4294967296 is out of range: 0..4294967295"},
    {SERVER, "notify_down \"\"", 1, "notify_down: the command is empty"},
    {SERVER, "virtualhost \"a	b\"", 1, "virtualhost 'a b' has a control character in it"},
    {SERVER, "HTTP_GET {\nurl {\npath /\n}\nurl {\n}\n}", 5, "url: path is missing"},
    {SERVER, "SSL_GET {\nsni_name 10.0.0.1\nurl {\npath /\n}\n}", 2,
     "sni_name 10.0.0.1 is an address; TLS has names only (RFC 6066 section 3)"},
    {SERVER, "MISC_CHECK {\nmisc_path \"/bin/a 'b\"\n}", 2,
     "misc_path: a quote inside the command is not closed"},
    {SERVER, "MISC_CHECK {\nmisc_dynamic 3\nmisc_path /a\n}", 2,
     "misc_dynamic takes no value, and '3' follows it"},
    {TCP, "connect_port", 1, "connect_port needs a value after it"},
    {TCP, "connect_ip", 1, "connect_ip needs a value after it"},
    {TCP, "connect_timeout", 1, "connect_timeout needs a value after it"},
    {TCP, "connect_timeout 4294968", 1,
     "connect_timeout 4294968 is out of range: 0.001..4294967 s"},
    {TCP, "retry 4294967296", 1, "retry 4294967296 is out of range: 0..4294967295"},
    {TCP, "delay_loop 0", 1, "delay_loop 0 is out of range: 0.001..4294967 s"},
    {TCP, "misc_path /a", 1, "'misc_path' cannot stand in TCP_CHECK; it belongs in MISC_CHECK"},
    {TCP, "bind_if abcdefghijklmnop", 1, "bind_if 'abcdefghijklmnop' is longer than 15 bytes"},
    {HTTP, "url {\npath /\nstatus_code\n}", 3, "status_code needs a value after it"},
    {HTTP, "url {\npath /\nstatus_code abc\n}", 3,
     "status_code 'abc' is neither a number nor a range like 200-299"},
    {HTTP, "url {\npath \"\"\n}", 2, "path is empty"},
    {HTTP, "url {\npath /\ndigest 0123456789abcdef0123456789abcdeg\n}", 3,
     "digest '0123456789abcdef0123456789abcdeg' is not 32 hex digits"},
    {HTTP, "url {\nport 80\npath /\n}", 2,
     "'port' cannot stand in url; it belongs in lvs_sync_daemon, sync, listen, peer of sync or lvs_method TUN"},
    {HTTP, "http_protocol", 1, "http_protocol needs a value after it"},
    {HTTP, "sni_name a", 1, "'sni_name' cannot stand in HTTP_GET; it belongs in SSL_GET"},
    {HTTP, "url path /", 1, "url needs a block: '{' is missing"},
    {HTTP, "fast_recovery 1", 1, "fast_recovery '1' is not one of on, off, true, false, yes, no"},
};

#define OWN_ROUTE "virtual_routes {\ndefault via 192.0.2.254\n}\n"

static const struct said warned[] = {
    {INSTANCE, "track_interface {\neth0 weight -20\n}", 2,
     "vrrp_instance A: this line has no effect: eth0 is the instance's own interface, whose loss is "
     "FAULT in any case; a weight needs another interface"},
    {INSTANCE, "dont_track_primary\ntrack_interface {\neth0\n}", 3,
     "vrrp_instance A: this line has no effect: eth0 is the instance's own interface, which "
     "dont_track_primary leaves out"},
    {INSTANCE, OWN_ROUTE "track_route {\ndefault\n}", 5,
     "vrrp_instance A: virtual_routes sets the tracked route default on the master alone: unless "
     "this machine has another route to that network, the instance waits in FAULT for a route that "
     "only it would set; track the network of a route that the machine always has, or write this "
     "route in static_routes"},
    {INSTANCE, OWN_ROUTE "track_route {\ndefault weight -20\n}", 5,
     "vrrp_instance A: virtual_routes sets the tracked route default on the master alone: unless "
     "this machine has another route to that network, the tracker only says whether the instance "
     "is MASTER; track the network of a route that the machine always has, or write this route in "
     "static_routes"},
    {INSTANCE,
     "track_route {\n10.1.0.0/16\n}\n}\nvrrp_sync_group G {\ngroup {\nA\nB\n}\n}\n"
     "vrrp_instance B {\ninterface eth0\nvirtual_router_id 2\nvirtual_ipaddress {\n192.0.2.2\n}\n"
     "virtual_routes {\n10.1.0.0/16 via 192.0.2.254\n}\n", 2,
     "vrrp_instance A: virtual_routes of vrrp_instance B sets the tracked route 10.1.0.0/16 on the "
     "master alone: unless this machine has another route to that network, the instance waits in "
     "FAULT for a route that only it would set; track the network of a route that the machine always "
     "has, or write this route in static_routes"},
    {SERVER, "SSL_GET {\nenable_sni\nvirtualhost caf\303\251\nurl {\npath /\n}\n}", 2,
     "enable_sni has no name to send; write sni_name or virtualhost"},
    {ROOT, "vrrp_script s {\nscript \"/bin/a\"\ninterval 0\n}", 1,
     "vrrp_script s is not run: no instance tracks it"},
    {ROOT, "include /nowhere", 1, "there is no file /nowhere"},
    {INSTANCE, "advert_int 0.5\nversion 2", 1,
     "vrrp_instance A: version 2 counts advert_int in whole seconds; 1 s is used"},
    {INSTANCE, "version 3\nadvert_int 41", 2,
     "vrrp_instance A: advert_int 41 is out of range: version 3 allows 0.01..40.95 s; 40.95 s is "
     "used"},
    {INSTANCE, "nopreempt\nstate MASTER", 1,
     "vrrp_instance A: nopreempt has no effect together with priority 255"},
    {INSTANCE, "preempt\nnopreempt", -5,
     "vrrp_instance A: preempt and nopreempt contradict each other; the last one holds"},
    {INSTANCE, "authentication {\nauth_type PASS\nauth_pass 123456789\n}", 3,
     "vrrp_instance A: auth_pass is longer than 8 bytes; the first 8 are used"},
    {INSTANCE, "virtual_ipaddress {\n192.0.2.1\n}", 2,
     "vrrp_instance A: address 192.0.2.1 is given twice, and advertised twice"},
    {INSTANCE, "track_interface {\neth9\neth9\n}", 3,
     "vrrp_instance A: interface eth9 is tracked already: this line has no effect"},
    {SERVICE, "hysteresis 1", 1,
     "virtual_server tcp:192.0.2.1:80: hysteresis 1 is not less than the quorum 1; 0 is used"},
    {SERVICE, "quorum 2\nhysteresis 2", 1,
     "virtual_server tcp:192.0.2.1:80: quorum 2 is more than the weight 1 of all its real servers; "
     "1 is used"},
    {SERVICE, "sorry_server_inhibit", 1,
     "sorry_server_inhibit has no effect without a sorry_server"},
    {SERVICE, "real_server 10.0.0.2 8080 {\n}\nlvs_method DR", 1,
     "real_server 10.0.0.2: DR cannot change the port; the service's port 80 is used, and checks "
     "without a connect_port connect to this port"},
    {SERVICE, "fnat_source 10.0.0.1", 1, "fnat_source has no effect without lvs_method FNAT"},
    {HTTP, "url {\npath relative\n}", 2,
     "path 'relative' does not begin with '/': most servers refuse such a request"},
    {ROOT, "vrrp_instance b {\ninterface eth1\nvirtual_router_id 2\n}", 1,
     "vrrp_instance b has no virtual_ipaddress: it elects a master that holds no address; write "
     "no_virtual_ipaddress if that is meant"},
    {ROOT, "vrrp_instance b {\ninterface eth1\nvirtual_router_id 2\nvirtual_ipaddress {\n}\n}", 1,
     "vrrp_instance b has no virtual_ipaddress: it elects a master that holds no address; write "
     "no_virtual_ipaddress if that is meant"},
    {ROOT,
     "vrrp_instance b {\ninterface eth1\nvirtual_router_id 2\nversion 2\nvirtual_ipaddress "
     "{\nfd00::2\n}\n}",
     4,
     "vrrp_instance b: version 2 is for IPv4 only (RFC 3768), and its advertisements of IPv6 "
     "addresses are understood by lvsd and keepalived alone; write `version 3` here and on the "
     "other director"},
    {ROOT,
     "vrrp_instance b {\ninterface eth1\nvirtual_router_id 2\nversion 3\nauthentication "
     "{\nauth_type PASS\nauth_pass a\n}\nvirtual_ipaddress {\n192.0.2.2\n}\n}",
     5, "vrrp_instance b: version 3 has no authentication (RFC 9568 section 9); it is left out"},
    {GLOBAL, "accept_ignored router_id", 1,
     "accept_ignored: router_id needs no acceptance in this version: take the word out"},
    {INSTANCE, "lvs_sync_daemon_interface eth0", 1,
     "vrrp_instance A: lvs_sync_daemon_interface is the older word: write `lvs_sync_daemon eth0 "
     "inst A` in global_defs"},
    {SERVICE, "real_server 10.0.0.2 80 {\nweight 0\n}\nquorum 5", 4,
     "virtual_server tcp:192.0.2.1:80: quorum 5 is more than the weight 1 of all its real servers; "
     "1 is used"},
    {SERVICE, "lvs_sched rr\nlvs_sched rr", 2, "lvs_sched is given twice, and has the same value"},
    {SERVER, "SSL_GET {\nurl {\npath /\n}\nenable_sni\n}", 5,
     "enable_sni has no name to send; write sni_name or virtualhost"},
};

static int lines_of(const char *text)
{
	int n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

static char *text_of(const struct said *said)
{
	struct out out;

	out_init(&out, NULL, NULL);
	out_text(&out, places[said->place].before);
	out_text(&out, said->text);
	out_text(&out, "\n");
	out_text(&out, places[said->place].behind);
	return out_take(&out);
}

/* Demands that the first diagnostic of this severity is the one. */
static void first_is(const struct diags *diags, enum diag_severity severity,
		     const struct said *said)
{
	int line = said->line + lines_of(places[said->place].before);

	for (size_t i = 0; i < diags->list.n; i++) {
		const struct diag *diag = &diags->list.items[i];

		if (diag->severity != severity)
			continue;
		ck_assert_msg(!strcmp(diag->text, said->sentence), "'%s': %s", said->text,
			      diag->text);
		ck_assert_msg((int)diag->line == line, "'%s': line %u, and not %d: %s", said->text,
			      diag->line, line, diag->text);
		ck_assert(diag->column > 0 && diag->source && diag->caret > 0);
		return;
	}
	ck_abort_msg("'%s': nothing is said", said->text);
}

START_TEST(without_the_text_nothing_is_wrong)
{
	struct said nothing = {.place = (enum place)_i, .text = ""};
	struct diags diags = {0};
	char *text = text_of(&nothing), error[1024];
	struct conf *conf = conf_load_text("t", text, strlen(text), &diags);

	ck_assert_msg(conf, "%s", diags_first_error(&diags, error, sizeof(error)));
	ck_assert_uint_eq(diags.n_warnings, 0);
	conf_free(conf);
	diags_free(&diags);
	free(text);
}
END_TEST

START_TEST(a_refusal_names_its_line_and_says_why)
{
	const struct said *said = &refused[_i];
	struct diags diags = {0};
	char *text = text_of(said);

	ck_assert_msg(!conf_load_text("t", text, strlen(text), &diags), "'%s' is accepted",
		      said->text);
	first_is(&diags, DIAG_ERROR, said);
	diags_free(&diags);
	free(text);
}
END_TEST

START_TEST(a_warning_names_its_line_and_says_what_is_done)
{
	const struct said *said = &warned[_i];
	struct diags diags = {0};
	char *text = text_of(said), error[1024];
	struct conf *conf = conf_load_text("t", text, strlen(text), &diags);

	ck_assert_msg(conf, "'%s': %s", said->text,
		      diags_first_error(&diags, error, sizeof(error)));
	first_is(&diags, DIAG_WARNING, said);
	conf_free(conf);
	diags_free(&diags);
	free(text);
}
END_TEST

/* Whoever loads leniently, as at a start with what is in force, gets a configuration or a refusal,
 * and in both cases each thing that is wrong is said. */
START_TEST(a_lenient_load_says_it_too)
{
	const struct said *said = &refused[_i];
	struct diags diags = {0};
	char *text = text_of(said);
	struct conf *conf = conf_load_in_force("t", text, strlen(text), &diags);

	ck_assert_msg(diags.n_errors + diags.n_warnings > 0, "'%s': nothing is said", said->text);
	ck_assert(!conf == (diags.n_errors > 0));
	if (conf)
		conf_free(conf);
	diags_free(&diags);
	free(text);
}
END_TEST

/* A route that the machine always has, or that table main does not get, is no reason for a warning. */
START_TEST(another_route_to_a_tracked_network_is_no_warning)
{
	static const char *const routes[] = {
	    OWN_ROUTE "}\nstatic_routes {\ndefault via 192.0.2.253\n",
	    "virtual_routes {\ndefault via 192.0.2.254 table 7\n}\n",
	    "virtual_routes {\nblackhole default\n10.1.0.0/16 via 192.0.2.254\ndefault6 via fe80::1 dev eth0\n}\n",
	};
	const char *track = "track_route {\ndefault\n}\n";
	struct diags diags = {0};
	struct conf *conf;
	char text[1024], error[1024];

	snprintf(text, sizeof(text), "%s%s%s%s", places[INSTANCE].before, track, routes[_i],
		 places[INSTANCE].behind);
	conf = conf_load_text("t", text, strlen(text), &diags);
	ck_assert_msg(conf, "%s", diags_first_error(&diags, error, sizeof(error)));
	ck_assert_uint_eq(diags.n_warnings, 0);
	conf_free(conf);
	diags_free(&diags);
}
END_TEST

#define N(list) (int)(sizeof(list) / sizeof((list)[0]))

int main(void)
{
	Suite *suite = suite_create("conf refusals");
	TCase *tcase = tcase_create("refusals");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(tcase, without_the_text_nothing_is_wrong, ROOT, HTTP + 1);
	tcase_add_loop_test(tcase, a_refusal_names_its_line_and_says_why, 0, N(refused));
	tcase_add_loop_test(tcase, a_warning_names_its_line_and_says_what_is_done, 0, N(warned));
	tcase_add_loop_test(tcase, another_route_to_a_tracked_network_is_no_warning, 0, 3);
	tcase_add_loop_test(tcase, a_lenient_load_says_it_too, 0, N(refused));
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
