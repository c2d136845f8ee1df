/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pure parts of lvsadm; that they are ipvsadm's is shown in the lab (tests/lab/test_admin.py).
 */
#include "tests/unit/admin_line.h"

#include "admin/brief.h"
#include "admin/command.h"
#include "admin/conn.h"
#include "admin/format.h"
#include "admin/lines.h"
#include "admin/real/setup.h"
#include "admin/rules.h"
#include "admin/scan.h"
#include "admin/table.h"
#include "admin/values.h"

#include <check.h>
#include <errno.h>
#include <linux/ip_vs.h>
#include <stdlib.h>
#include <string.h>

static const struct command_names names = {line_host, line_port};

static const struct scan_option scan_table[] = {
    {"alpha", 'a', SCAN_VALUE_NONE, 1},
    {"beta", 'b', SCAN_VALUE_REQUIRED, 2},
    {"gamma", 'g', SCAN_VALUE_OPTIONAL, 3},
    {NULL, 0, SCAN_VALUE_NONE, 0},
};

/* "1 2=x 3= -2" with the arguments after a bar. */
static const char *scanned(const char *line, char *text, size_t size)
{
	char *copy = mem_strdup(line);
	FILE *out = fmemopen(text, size, "w");
	struct words words = {0};
	const char *value;
	struct scan scan;
	int id;

	*text = '\0';
	words_split(copy, &words);
	scan_init(&scan, scan_table, words.list.items, words.list.n);
	while ((id = scan_next(&scan, &value)) >= 0)
		fprintf(out, "%d%s%s ", id, value ? "=" : "", value ? value : "");
	if (id < SCAN_END)
		fprintf(out, "%s: %s", scan_bad_word(&scan), scan_error(id));
	for (size_t i = 0; i < scan.arguments.n; i++)
		fprintf(out, "| %s", scan.arguments.items[i]);
	fclose(out);
	scan_fini(&scan);
	words_free(&words);
	free(copy);
	return text;
}

START_TEST(test_scan)
{
	static const struct {
		const char *line, *wanted;
	} cases[] = {
	    {"-a -b x --gamma", "1 2=x 3 "},
	    {"-ab x", "1 2=x "},
	    {"-abx -b=y --beta=z --beta=", "1 2=x 2=y 2=z 2= "},
	    {"-g x -g -a -g", "3=x 3 1 3 "},
	    {"-b -a", "2=-a "},
	    {"x -a - -- -b", "1 | x| -| -b"},
	    {"-a -c", "1 -c: unknown option"},
	    {"--alph", "--alph: unknown option"},
	    {"-a -b", "1 -b: missing argument"},
	    {"--alpha=1", "--alpha=1: option does not take an argument"},
	    {"-a=1", "-a=1: option does not take an argument"},
	    {"", ""},
	};
	char text[256];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_str_eq(scanned(cases[i].line, text, sizeof(text)), cases[i].wanted);
}
END_TEST

START_TEST(test_service_command)
{
	struct command c = line_right("-A -t web:http -s sh -b sh-port -p 60 -M 255.255.255.0");

	ck_assert_int_eq(c.kind, COMMAND_ADD_SERVICE);
	ck_assert_uint_eq(c.service.key.ep.port, 80);
	ck_assert_uint_eq(c.service.key.protocol, IPPROTO_TCP);
	ck_assert_uint_eq(c.service.flags, IP_VS_SVC_F_PERSISTENT | IP_VS_SVC_F_SCHED2);
	ck_assert_uint_eq(c.service.timeout, 60);
	ck_assert_str_eq(c.service.scheduler, "sh");
	c = line_right("-E -f 7 -6 -p");
	ck_assert_uint_eq(c.service.key.family, AF_INET6);
	ck_assert_uint_eq(c.service.key.protocol, 0);
	ck_assert_uint_eq(c.service.netmask, 128);
	ck_assert_uint_eq(c.service.timeout, 360);
	ck_assert_str_eq(c.service.scheduler, "wlc");
}
END_TEST

START_TEST(test_dest_command)
{
	struct command c = line_right("-a -t 10.0.0.1:80 -r 10.0.0.2:8080 -w 9");

	ck_assert_int_eq(c.dest.method, IPVS_METHOD_DR);
	ck_assert_uint_eq(c.dest.ep.port, 80);
	ck_assert_uint_eq(c.dest.weight, 9);
	c = line_right("-a -t 10.0.0.1:80 -r 10.0.0.2:8080 -m -x 5 -y 3");
	ck_assert_uint_eq(c.dest.ep.port, 8080);
	ck_assert_uint_eq(c.dest.upper_threshold, 5);
	c = line_right(
	    "-a -t [fd00::1]:80 -r 10.0.0.2 -i --tun-type gue --tun-port 6080 --tun-csum");
	ck_assert_uint_eq(c.dest.tun_type, IP_VS_CONN_F_TUNNEL_TYPE_GUE);
	ck_assert_uint_eq(c.dest.tun_port, 6080);
	ck_assert_uint_eq(c.dest.tun_flags, IP_VS_TUNNEL_ENCAP_FLAG_CSUM);
	c = line_right("--start-daemon backup --syncid 3 --mcast-group ff02::81");
	ck_assert_int_eq(c.daemon.role, SYNC_ROLE_BACKUP);
	ck_assert_str_eq(c.daemon.interface, "eth0");
	c = line_right("--set 1 2 3");
	ck_assert_uint_eq(c.timeouts.udp, 3);
}
END_TEST

START_TEST(test_wrong_commands)
{
	static const struct {
		const char *line;
		enum command_error rc;
		const char *text;
	} cases[] = {
	    {"-A", COMMAND_WRONG,
	     "You need to supply the 'service-address' option for the 'add-service' command"},
	    {"-C -n", COMMAND_WRONG, "Illegal 'numeric' option with the 'flush' command"},
	    {"-L -c --daemon", COMMAND_WRONG,
	     "The option 'daemon' conflicts with the 'connection' option in the 'list' command"},
	    {"-A -t 1.2.3.4:5 -s rr -s rr", COMMAND_WRONG,
	     "multiple 'scheduler' options specified"},
	    {"-A -t 1.2.3.4", COMMAND_WRONG, "Zero port specified for non-persistent service"},
	    {"-A -t x.y:5", COMMAND_WRONG, "illegal virtual server address[:port] specified"},
	    {"-a -t 1.2.3.4:5 -r 1.2.3.5 -w 65536", COMMAND_WRONG, "illegal weight specified"},
	    {"-a -t 1.2.3.4:5 -r 1.2.3.5 -i --tun-type gue", COMMAND_WRONG,
	     "You need to supply the 'tun-port' option for the 'gue' tunnel type"},
	    {"-a -t 1.2.3.4:5 -r ::1", COMMAND_WRONG,
	     "Different address family is allowed only for tunneling servers"},
	    {"-A -f 1 -b mh-port", COMMAND_WRONG, "incompatible scheduler flag `mh-port'"},
	    {"-A -f 1 --nosuch", COMMAND_BAD_WORD, "--nosuch: unknown option"},
	    {"-A -f 1 x", COMMAND_WRONG, "unexpected argument x"},
	    {"-L -L", COMMAND_WRONG, "invalid option `-L'"},
	    {"-n -L", COMMAND_NONE, ""},
	    {"", COMMAND_NONE, ""},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct command command = {.kind = COMMAND_HELP};
		struct err err = {""};

		ck_assert_int_eq(line_parse(cases[i].line, false, &command, &err), cases[i].rc);
		ck_assert_str_eq(err.text, cases[i].text);
		ck_assert_int_eq(command.kind, COMMAND_HELP);
	}
}
END_TEST

START_TEST(test_plain)
{
	struct command command;
	struct err err;

	ck_assert_int_eq(line_parse("-L --json", false, &command, &err), COMMAND_OK);
	ck_assert(command_has(&command, OPTION_JSON));
	ck_assert_int_eq(line_parse("-L --json", true, &command, &err), COMMAND_BAD_WORD);
	ck_assert_int_eq(line_parse("-R --replace", true, &command, &err), COMMAND_BAD_WORD);
	ck_assert_int_eq(line_parse("-a -f 1 -r 1.2.3.4 -w 70000", true, &command, &err),
			 COMMAND_OK);
	ck_assert_int_eq(line_parse("-S --json", false, &command, &err), COMMAND_WRONG);
}
END_TEST

START_TEST(test_endpoint)
{
	static const struct {
		const char *text;
		enum values_found found;
		const char *wanted;
	} cases[] = {
	    {"10.0.0.1:81", VALUES_ADDRESS_AND_PORT, "10.0.0.1:81"},
	    {"255.255.255.255:65535", VALUES_ADDRESS_AND_PORT, "255.255.255.255:65535"},
	    {"0.0.0.0", VALUES_ADDRESS, "0.0.0.0:7"},
	    {"10.0.0.1:http", VALUES_ADDRESS_AND_PORT, "10.0.0.1:80"},
	    {"10.0.0.1:00080", VALUES_ADDRESS_AND_PORT, "10.0.0.1:80"},
	    {"10.1:81", VALUES_ADDRESS_AND_PORT, "10.0.0.1:81"},
	    {"010.0.0.01:81", VALUES_ADDRESS_AND_PORT, "8.0.0.1:81"},
	    {"10.0.0.256:81", VALUES_NOTHING, "-:7"},
	    {"10.0.0.1.2:81", VALUES_NOTHING, "-:7"},
	    {"10.0.0.1:65536", VALUES_NOTHING, "-:7"},
	    {"10.0.0.1:", VALUES_NOTHING, "-:7"},
	    {"10.0.0.1:80x", VALUES_NOTHING, "-:7"},
	    {"web", VALUES_ADDRESS, "10.0.0.7:7"},
	    {"[fd00::1]:http", VALUES_ADDRESS_AND_PORT, "[fd00::1]:80"},
	    {"fd00::1", VALUES_ADDRESS, "[fd00::1]:7"},
	    {"[10.0.0.1]:80", VALUES_ADDRESS, "10.0.0.1:7"},
	    {"80", VALUES_NOTHING, "-:7"},
	    {"", VALUES_NOTHING, "-:7"},
	    {"[fd00::1]", VALUES_NOTHING, "-:7"},
	    {"[fd00::1", VALUES_NOTHING, "-:7"},
	    {"web:65536", VALUES_NOTHING, "-:7"},
	    {"web:", VALUES_NOTHING, "-:7"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct endpoint ep = {.port = 7};
		char text[ENDPOINT_TEXT_MAX];

		ck_assert_int_eq(values_endpoint(cases[i].text, IPPROTO_TCP, &names, &ep),
				 cases[i].found);
		ck_assert_str_eq(endpoint_format(&ep, text), cases[i].wanted);
	}
}
END_TEST

/* What one service with one real server is printed as. */
static const char *formatted(enum format_kind kind, bool is_exact, char *text, size_t size)
{
	struct command service = line_right("-A -t 10.0.0.1:80 -s sh -b sh-port -p 60"),
		       dest =
			   line_right("-a -t 10.0.0.1:80 -r 10.0.0.2 -i --tun-type gre --tun-csum");
	struct ipvs_listed_service listed = {.service = service.service,
					     .stats = {.conns = 123456789, .in_bytes = 5}};
	struct ipvs_listed_dest entry = {.dest = dest.dest, .stats = {.conn_rate = 3}};
	struct format format = {kind, is_exact, fmemopen(text, size, "w")};

	format_title(&format);
	format_service(&format, &listed, "10.0.0.1:80");
	format_dest(&format, &listed.service, "10.0.0.1:80", &entry, "10.0.0.2:80");
	fclose(format.out);
	return text;
}

START_TEST(test_format)
{
	char text[1024];

	ck_assert_str_eq(
	    formatted(FORMAT_PLAIN, false, text, sizeof(text)),
	    "Prot LocalAddress:Port Scheduler Flags\n"
	    "  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\n"
	    "TCP  10.0.0.1:80 sh (sh-port) persistent 60\n"
	    "  -> 10.0.0.2:80                  Tunnel  1      0          0         \n");
	ck_assert_str_eq(formatted(FORMAT_RULES, false, text, sizeof(text)),
			 "-A -t 10.0.0.1:80 -s sh -p 60 -b sh-port\n"
			 "-a -t 10.0.0.1:80 -r 10.0.0.2:80 -i -w 1 --tun-type gre --tun-csum\n");
	ck_assert_ptr_nonnull(strstr(formatted(FORMAT_STATS, false, text, sizeof(text)),
				     "TCP  10.0.0.1:80                   123456K        0"));
	ck_assert_ptr_nonnull(strstr(formatted(FORMAT_STATS, true, text, sizeof(text)),
				     "TCP  10.0.0.1:80                  123456789        0"));
	ck_assert_ptr_nonnull(
	    strstr(formatted(FORMAT_TUN_INFO, false, text, sizeof(text)), "gre:+c        1 "));
}
END_TEST

static void push_service(struct ipvs_service_list *list, const char *key)
{
	ck_assert_int_eq(svckey_parse(key, &vec_push(&list->entries)->service.key), 0);
}

/* Half of all addresses apart, the order turns; marks come last. */
START_TEST(test_sort)
{
	static const char *const wanted[] = {"tcp:192.168.0.1:80", "tcp:10.0.0.1:80",
					     "tcp:10.0.0.1:81",    "udp:10.0.0.1:80",
					     "tcp:[fd00::1]:80",   "fwm4:1"};
	struct ipvs_service_list list = {0};
	char text[SVCKEY_TEXT_MAX];

	for (size_t i = 0; i < 6; i++)
		push_service(&list, wanted[5 - i]);
	format_sort_services(&list);
	for (size_t i = 0; i < 6; i++)
		ck_assert_str_eq(svckey_format(&list.entries.items[i].service.key, text),
				 wanted[i]);
	vec_free(&list.entries);
}
END_TEST

START_TEST(test_conn)
{
	struct conn conn;
	char text[256] = "";
	FILE *out = fmemopen(text, sizeof(text), "w");

	ck_assert_int_eq(conn_parse("Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       "
				    "Expires PEName PEData\n",
				    &conn),
			 -EINVAL);
	ck_assert_int_eq(conn_parse("", &conn), -EINVAL);
	ck_assert_int_eq(
	    conn_parse("TCP 0A090001 D431 0A090064 0050 0A090015 0050 ESTABLISHED     899\n",
		       &conn),
	    0);
	ck_assert_uint_eq(conn.client.port, 0xd431);
	ck_assert_uint_eq(conn.expires, 899);
	conn_format(out, &conn, true, "c", "v", "d");
	ck_assert_int_eq(
	    conn_parse(
		"UDP fd09:0000:0000:0000:0000:0000:0000:0001 0001 fd09::2 0002 0A090015 0003 "
		"UDP 9 sip 12@34\n",
		&conn),
	    0);
	ck_assert_uint_eq(conn.destination.addr.family, AF_INET);
	conn_format(out, &conn, true, "c", "v", "d");
	fclose(out);
	ck_assert_str_eq(text,
			 "TCP 14:59  ESTABLISHED c                  v                  d\n"
			 "UDP 00:09  UDP         c                  v                  d      "
			 "          sip                12@34\n");
}
END_TEST

/* The table of lines, or the sentence. */
static int build(const char *const *lines, size_t n, struct ipvs_state *ret_state, struct err *err)
{
	struct rule_line rules[8];

	for (size_t i = 0; i < n; i++)
		rules[i] = (struct rule_line){line_right(lines[i]), i + 1};
	return table_build(rules, n, ret_state, err);
}

START_TEST(test_table)
{
	static const char *const lines[] = {"-a -f 2 -r 10.0.0.3", "-A -f 2", "-A -f 1 -s rr",
					    "-a -f 2 -r 10.0.0.2"};
	static const char *const doubled[] = {"-A -f 1", "-A -f 1"},
				 *const orphan[] = {"-A -f 1", "-a -f 2 -r 10.0.0.2"},
				 *const other[] = {"-A -f 1", "-Z"};
	struct ipvs_state state = {0};
	struct err err;

	ck_assert_int_eq(build(lines, 4, &state, &err), 0);
	ck_assert_uint_eq(state.n_services, 2);
	ck_assert_uint_eq(state.services[1].n_dests, 2);
	ck_assert_int_lt(
	    endpoint_cmp(&state.services[1].dests[0].ep, &state.services[1].dests[1].ep), 0);
	ipvs_state_clear(&state);
	ck_assert_int_eq(build(doubled, 2, &state, &err), -EINVAL);
	ck_assert_str_eq(err.text, "line 2: Service already exists");
	ck_assert_int_eq(build(orphan, 2, &state, &err), -EINVAL);
	ck_assert_str_eq(err.text, "line 2: Service not defined");
	ck_assert_int_eq(build(other, 2, &state, &err), -EINVAL);
	ck_assert_uint_eq(state.n_services, 0);
}
END_TEST

START_TEST(test_table_keeps_what_is_unsaid)
{
	struct rule_line rules[] = {{line_right("-A -f 1"), 1},
				    {line_right("-a -f 1 -r 10.0.0.1"), 2},
				    {line_right("-a -f 1 -r 10.0.0.2 -x 3"), 3}};
	struct ipvs_state want = {0}, have = {0};

	ck_assert_int_eq(table_build(rules, 3, &want, NULL), 0);
	ck_assert_int_eq(table_build(rules, 3, &have, NULL), 0);
	have.services[0].netmask = 0xff;
	have.services[0].dests[0].upper_threshold = 9;
	have.services[0].dests[1].upper_threshold = 9;
	table_keep_unprinted(rules, 3, &have, &want);
	ck_assert_uint_eq(want.services[0].netmask, 0xff);
	ck_assert_uint_eq(want.services[0].dests[0].upper_threshold, 9);
	ck_assert_uint_eq(want.services[0].dests[1].upper_threshold, 3);
	ipvs_state_clear(&want);
	ipvs_state_clear(&have);
}
END_TEST

/* Whether a brief gives back what a request needs of the command. */
START_TEST(test_brief)
{
	static const char *const lines[] = {
	    "-A -u [fd09::1]:53 -s mh -b mh-port -p 7 -M 64 --pe sip -o",
	    "-E -f 9 -6 -s wrr",
	    "-D --sctp-service 10.0.0.1:7",
	    "-a -t 10.0.0.1:80 -r 10.0.0.2:80 -i -w 5 -x 9 -y 3 --tun-type gue --tun-port 6080 "
	    "--tun-csum",
	    "-e -t 10.0.0.1:80 -r web:8080 -m -w 65535",
	    "-d -f 3 -r 10.0.0.2",
	    "-C",
	    "-Z -t 10.0.0.1:80",
	    "--set 1 2 3",
	    "--start-daemon backup --mcast-interface eth1 --syncid 4 --mcast-group ff02::1 "
	    "--mcast-port 9",
	    "--stop-daemon master",
	    "-L -n --stats --json -t 10.0.0.1:80",
	    "-S -n",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct command command = line_right(lines[i]);
		struct brief brief = brief_from(&command, i + 1);
		struct command again = brief_command(&brief);
		bool has_dest = command.kind == COMMAND_ADD_DEST ||
				command.kind == COMMAND_EDIT_DEST ||
				command.kind == COMMAND_DEL_DEST;

		ck_assert_uint_eq(brief.line, i + 1);
		ck_assert_int_eq(again.kind, command.kind);
		ck_assert_int_eq(svckey_cmp(&again.service.key, &command.service.key), 0);
		if (command.kind == COMMAND_ADD_SERVICE || command.kind == COMMAND_EDIT_SERVICE)
			ck_assert(ipvs_service_is_equal(&again.service, &command.service));
		if (has_dest) {
			ck_assert_int_eq(endpoint_cmp(&again.dest.ep, &command.dest.ep), 0);
			ck_assert(ipvs_dest_is_equal(&again.dest, &command.dest));
		}
		if (command.kind == COMMAND_SET_TIMEOUTS)
			ck_assert_mem_eq(&again.timeouts, &command.timeouts,
					 sizeof(again.timeouts));
		if (command.kind == COMMAND_START_DAEMON || command.kind == COMMAND_STOP_DAEMON)
			ck_assert_mem_eq(&again.daemon, &command.daemon, sizeof(again.daemon));
		if (!command_is_request(&command))
			ck_assert_uint_eq(again.options, command.options);
	}
}
END_TEST

START_TEST(test_refusals)
{
	ck_assert_str_eq(command_refusal(COMMAND_ADD_SERVICE, -EEXIST), "Service already exists");
	ck_assert_str_eq(command_refusal(COMMAND_EDIT_DEST, -ENOENT), "No such destination");
	ck_assert_str_eq(command_refusal(COMMAND_LIST, -ESRCH), "No such service");
	ck_assert_str_eq(command_refusal(COMMAND_CLEAR, -EPERM),
			 "Permission denied (you must be root)");
	ck_assert_str_eq(command_refusal(COMMAND_ADD_DEST, -ERANGE),
			 "Numerical result out of range");
}
END_TEST

/* What a line of real-server gives, or its sentence. */
static int parse_real(const char *line, struct real_setup *ret_setup, struct err *err)
{
	char *copy = mem_strdup(line);
	struct words words = {0};
	int rc;

	words_split(copy, &words);
	rc = real_parse(words.list.items, words.list.n, ret_setup, err);
	words_free(&words);
	free(copy);
	return rc;
}

/* What --print-sysctl or --print-systemd prints. */
static const char *printed_real(const char *line, char *text, size_t size)
{
	FILE *out = fmemopen(text, size, "w");
	struct real_setup setup;

	ck_assert_int_eq(parse_real(line, &setup, NULL), 0);
	if (setup.action == REAL_PRINT_SYSCTL)
		real_print_sysctl(&setup, out);
	else
		real_print_systemd(&setup, "/sbin/lvsadm", out);
	fclose(out);
	real_setup_free(&setup);
	return text;
}

START_TEST(test_real_setup)
{
	struct real_setup setup;

	ck_assert_int_eq(parse_real("up --vip 192.0.2.1 --method TUN", &setup, NULL), 0);
	ck_assert_str_eq(setup.dev, "tunl0");
	ck_assert_int_eq(setup.arp, REAL_ARP_SYSCTL);
	real_setup_free(&setup);
	ck_assert_int_eq(parse_real("up --vip fd00::1 --method=TUN", &setup, NULL), 0);
	ck_assert_str_eq(setup.dev, "ip6tnl0");
	real_setup_free(&setup);
	ck_assert_int_eq(parse_real("down", &setup, NULL), 0);
	ck_assert_int_eq(setup.action, REAL_DOWN);
	real_setup_free(&setup);
}
END_TEST

START_TEST(test_real_setup_wrong)
{
	static const struct {
		const char *line, *text;
	} cases[] = {
	    {"", "real-server: it is up or down"},
	    {"away", "real-server away: it is up or down"},
	    {"up --method DR", "name the virtual address with --vip"},
	    {"up --vip 192.0.2.1", "name how the director forwards: --method DR, TUN or NAT"},
	    {"up --method dr", "--method dr: it is one of DR, TUN and NAT"},
	    {"up --vip 0.0.0.0", "--vip 0.0.0.0: this is no address of a host"},
	    {"up --dev a/b", "--dev a/b: this is no name of a device"},
	    {"up --nosuch", "--nosuch: unknown option"},
	    {"up now", "unexpected argument now"},
	    {"up --method DR --vip 192.0.2.1 --gateway 192.0.2.2",
	     "--gateway goes with --method NAT"},
	    {"up --method DR --vip 192.0.2.1 --source 192.0.2.2",
	     "--source is the IPv4 address of this machine that --arp arptables puts into ARP "
	     "requests"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct real_setup setup;
		struct err err = {""};

		ck_assert_int_eq(parse_real(cases[i].line, &setup, &err), -EINVAL);
		ck_assert_str_eq(err.text, cases[i].text);
	}
}
END_TEST

START_TEST(test_real_printed)
{
	char text[1024] = "";

	ck_assert_str_eq(printed_real("up --method DR --vip 192.0.2.1 --dev eth0.5 --print-sysctl",
				      text, sizeof(text)),
			 "# A real server of method DR, for /etc/sysctl.d.\n"
			 "net.ipv4.conf.all.arp_ignore = 1\n"
			 "net.ipv4.conf.eth0/5.arp_ignore = 1\n"
			 "net.ipv4.conf.all.arp_announce = 2\n"
			 "net.ipv4.conf.eth0/5.arp_announce = 2\n");
	ck_assert_ptr_nonnull(
	    strstr(printed_real("up --method DR --vip fd00::1 --print-sysctl", text, sizeof(text)),
		   "needs no sysctl"));
	printed_real("up --method TUN --vip 192.0.2.1 --vip 192.0.2.2 --print-systemd", text,
		     sizeof(text));
	ck_assert_ptr_nonnull(strstr(text, "ExecStart=/sbin/lvsadm real-server up --method TUN "
					   "--vip 192.0.2.1 --vip 192.0.2.2 --dev tunl0 --arp "
					   "sysctl\n"));
	ck_assert_ptr_nonnull(strstr(text,
				     "ExecStop=/sbin/lvsadm real-server down --vip 192.0.2.1 --vip "
				     "192.0.2.2\n"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("admin");
	TCase *tests = tcase_create("all");
	SRunner *runner;
	int n_failed;

	tcase_add_test(tests, test_scan);
	tcase_add_test(tests, test_service_command);
	tcase_add_test(tests, test_dest_command);
	tcase_add_test(tests, test_wrong_commands);
	tcase_add_test(tests, test_plain);
	tcase_add_test(tests, test_endpoint);
	tcase_add_test(tests, test_format);
	tcase_add_test(tests, test_sort);
	tcase_add_test(tests, test_conn);
	tcase_add_test(tests, test_table);
	tcase_add_test(tests, test_table_keeps_what_is_unsaid);
	tcase_add_test(tests, test_brief);
	tcase_add_test(tests, test_refusals);
	tcase_add_test(tests, test_real_setup);
	tcase_add_test(tests, test_real_setup_wrong);
	tcase_add_test(tests, test_real_printed);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
