/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Command lines and the requests that they are; which option goes with which command. */
#include "tests/unit/admin_line.h"

#include "admin/complete.h"
#include "admin/rules.h"
#include "admin/scan.h"
#include "admin/values.h"

#include <check.h>
#include <linux/ip_vs.h>
#include <stdlib.h>
#include <string.h>

/* In the order of enum command_kind. */
static const char *const kind_names[] = {
    "add-service", "edit-service", "delete-service", "flush",
    "list",        "add-server",   "delete-server",  "edit-server",
    "set",         "start-daemon", "stop-daemon",    "restore",
    "save",        "zero",         "help",           "version",
};

static void print_service(FILE *out, const struct ipvs_service *service)
{
	bool is_v6 = service->key.family == AF_INET6;

	fprintf(out, " %s", service->scheduler);
	if (service->flags)
		fprintf(out, " flags=%x", service->flags);
	if (service->timeout)
		fprintf(out, " timeout=%u", service->timeout);
	if (service->netmask != (is_v6 ? 128 : 0xffffffff))
		fprintf(out, " netmask=%x", service->netmask);
	if (*service->pe)
		fprintf(out, " pe=%s", service->pe);
}

static void print_dest(FILE *out, const struct ipvs_dest *dest)
{
	static const char *const methods[] = {"NAT", "LOCAL", "TUN", "DR"};
	char text[ENDPOINT_TEXT_MAX];

	fprintf(out, " %s %s w=%u", endpoint_format(&dest->ep, text), methods[dest->method],
		dest->weight);
	if (dest->upper_threshold || dest->lower_threshold)
		fprintf(out, " x=%u y=%u", dest->upper_threshold, dest->lower_threshold);
	if (dest->tun_type || dest->tun_port || dest->tun_flags)
		fprintf(out, " tun=%u:%u:%u", dest->tun_type, dest->tun_port, dest->tun_flags);
}

static void print_daemon(FILE *out, const struct sync_daemon *daemon)
{
	char text[ADDR_TEXT_MAX];

	fprintf(out, " %s", sync_role_name(daemon->role));
	fprintf(out, " %s id=%u", daemon->interface, daemon->syncid);
	if (daemon->group.family)
		fprintf(out, " %s", addr_format(&daemon->group, text));
	if (daemon->port || daemon->ttl || daemon->maxlen)
		fprintf(out, " port=%u ttl=%u maxlen=%u", daemon->port, daemon->ttl,
			daemon->maxlen);
}

/* All that a request has, in one line. */
static char *described(const struct command *command)
{
	char key[SVCKEY_TEXT_MAX], *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	fputs(kind_names[command->kind], out);
	if (command->service.key.family)
		fprintf(out, " %s", svckey_format(&command->service.key, key));
	switch (command->kind) {
	case COMMAND_ADD_SERVICE:
	case COMMAND_EDIT_SERVICE:
		print_service(out, &command->service);
		break;
	case COMMAND_ADD_DEST:
	case COMMAND_EDIT_DEST:
	case COMMAND_DEL_DEST:
		print_dest(out, &command->dest);
		break;
	case COMMAND_SET_TIMEOUTS:
		fprintf(out, " %u %u %u", command->timeouts.tcp, command->timeouts.tcp_fin,
			command->timeouts.udp);
		break;
	case COMMAND_START_DAEMON:
	case COMMAND_STOP_DAEMON:
		print_daemon(out, &command->daemon);
		break;
	default:
		break;
	}
	fclose(out);
	return text;
}

/* Each way to write a thing, and each default. */
START_TEST(test_requests)
{
	static const struct {
		const char *line, *wanted;
	} cases[] = {
	    {"-A -t 10.0.0.1:80", "add-service tcp:10.0.0.1:80 wlc"},
	    {"--add-service --tcp-service=10.0.0.1:80 --scheduler=rr",
	     "add-service tcp:10.0.0.1:80 rr"},
	    {"-At10.0.0.1:80 -srr", "add-service tcp:10.0.0.1:80 rr"},
	    {"-Aot=10.0.0.1:80 -f 1", NULL}, /* two names of a service */
	    {"-A -u 10.0.0.1:domain -o", "add-service udp:10.0.0.1:53 wlc flags=4"},
	    {"-A --sctp-service [fd00::1]:7", "add-service sctp:[fd00::1]:7 wlc"},
	    {"-A -t [fd00::1]:http -p -M 64",
	     "add-service tcp:[fd00::1]:80 wlc flags=1 timeout=360 netmask=40"},
	    {"-A -f 9 -p 7 -M 255.0.0.0", "add-service fwm4:9 wlc flags=1 timeout=7 netmask=ff"},
	    {"-A -f 4294967295 -6", "add-service fwm6:4294967295 wlc"},
	    {"-A -f 9 -o --ops", NULL},
	    {"-A -t 10.0.0.1 -p", "add-service tcp:10.0.0.1:0 wlc flags=1 timeout=360"},
	    {"-A -t 10.0.0.1:80 --pe sip -s ovf", "add-service tcp:10.0.0.1:80 ovf pe=sip"},
	    {"-A -t 10.0.0.1:80 -b flag-1,flag-2,flag-3",
	     "add-service tcp:10.0.0.1:80 wlc flags=38"},
	    {"-A -t 10.0.0.1:80 -b mh-port -s mh", "add-service tcp:10.0.0.1:80 mh flags=10"},
	    {"-A -t 10.0.0.1:80 --pe averylongpersistence", NULL},
	    {"-E -t 10.0.0.1:80", "edit-service tcp:10.0.0.1:80 wlc"},
	    {"-D -f 3 -6", "delete-service fwm6:3"},
	    {"-a -t 10.0.0.1:80 -r 10.0.0.2", "add-server tcp:10.0.0.1:80 10.0.0.2:80 DR w=1"},
	    {"-a -t 10.0.0.1:80 -r web:8080 -g", "add-server tcp:10.0.0.1:80 10.0.0.7:80 DR w=1"},
	    {"-a -t 10.0.0.1:80 -r web:8080 -m -w0",
	     "add-server tcp:10.0.0.1:80 10.0.0.7:8080 NAT w=0"},
	    /* Without a service before it the port is none, and -m keeps that. */
	    {"-a -r 10.0.0.2 -m -t 10.0.0.1:80", "add-server tcp:10.0.0.1:80 10.0.0.2:0 NAT w=1"},
	    {"-a -r 10.0.0.2 -t 10.0.0.1:80", "add-server tcp:10.0.0.1:80 10.0.0.2:80 DR w=1"},
	    {"-a -f 1 -r 10.0.0.2:90", "add-server fwm4:1 10.0.0.2:90 DR w=1"},
	    {"-a -f 1 -6 -r fd00::2", "add-server fwm6:1 [fd00::2]:0 DR w=1"},
	    {"-e -t 10.0.0.1:80 -r 10.0.0.2 -x 10 -y 5",
	     "edit-server tcp:10.0.0.1:80 10.0.0.2:80 DR w=1 x=10 y=5"},
	    {"-a -t 10.0.0.1:80 -r fd00::2 -i", "add-server tcp:10.0.0.1:80 [fd00::2]:80 TUN w=1"},
	    {"-a -t 10.0.0.1:80 -r fd00::2 -i --tun-type=gue --tun-port=7 --tun-remcsum",
	     "add-server tcp:10.0.0.1:80 [fd00::2]:80 TUN w=1 tun=1:7:2"},
	    {"-a -t 10.0.0.1:80 -r 10.0.0.2 -i --tun-type gre --tun-nocsum",
	     "add-server tcp:10.0.0.1:80 10.0.0.2:80 TUN w=1 tun=2:0:0"},
	    {"-d -u 10.0.0.1:53 -r 10.0.0.2:99",
	     "delete-server udp:10.0.0.1:53 10.0.0.2:99 DR w=1"},
	    {"-C", "flush"},
	    {"--clear", "flush"},
	    {"-Z -t 10.0.0.1:80", "zero tcp:10.0.0.1:80"},
	    {"--set 0 120 2678400", "set 0 120 2678400"},
	    {"--start-daemon master", "start-daemon master eth0 id=0"},
	    {"--start-daemon=backup --syncid 255 --mcast-interface averylonginterface",
	     "start-daemon backup averylonginterf id=255"},
	    {"--start-daemon backup --mcast-group ff02::81 --mcast-port 65535 --mcast-ttl 255 "
	     "--sync-maxlen 65507",
	     "start-daemon backup eth0 id=0 ff02::81 port=65535 ttl=255 maxlen=65507"},
	    {"--stop-daemon backup --syncid 3", "stop-daemon backup  id=3"},
	    {"--version -A nonsense", "version"},
	    {"--list -f 2", "list fwm4:2"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct command command = {0};
		struct err err = {""};
		enum command_error rc = line_parse(cases[i].line, false, &command, &err);
		char *text;

		ck_assert_msg((rc == COMMAND_OK) == (cases[i].wanted != NULL), "%s: %s",
			      cases[i].line, err.text);
		if (rc != COMMAND_OK)
			continue;
		text = described(&command);
		ck_assert_str_eq(text, cases[i].wanted);
		free(text);
	}
}
END_TEST

/*
 * A column for each command: '.' the option is illegal, 'o' it may be there, '!' it must. Those of
 * ipvsadm, whose last two commands ignore the rest of the line.
 */
static const struct {
	const char *words, *name;
	char commands[sizeof(kind_names) / sizeof(kind_names[0]) + 1];
} matrix[] = {
    /*                                               A E D C L a d e set start stop R S Z */
    [OPTION_NUMERIC] = {"-n", "numeric", "....o.......o."},
    [OPTION_CONNECTION] = {"-c", "connection", "....o........."},
    [OPTION_SERVICE] = {"-f 1", "service-address", "!!!.o!!!.....o"},
    [OPTION_SCHEDULER] = {"-s rr", "scheduler", "oo............"},
    [OPTION_PERSISTENT] = {"-p 60", "persistent", "oo............"},
    [OPTION_NETMASK] = {"-M 255.0.0.0", "netmask", "oo............"},
    [OPTION_SERVER] = {"-r 10.0.0.2", "real-server", ".....!!!......"},
    [OPTION_METHOD] = {"-i", "forwarding-method", ".....o.o......"},
    [OPTION_WEIGHT] = {"-w 1", "weight", ".....o.o......"},
    [OPTION_UPPER] = {"-x 1", "u-threshold", ".....o.o......"},
    [OPTION_LOWER] = {"-y 1", "l-threshold", ".....o.o......"},
    [OPTION_MCAST_INTERFACE] = {"--mcast-interface lo", "mcast-interface", ".........o...."},
    [OPTION_TIMEOUT] = {"--timeout", "timeout", "....o........."},
    [OPTION_DAEMON] = {"--daemon", "daemon", "....o........."},
    [OPTION_STATS] = {"--stats", "stats", "....o........."},
    [OPTION_RATE] = {"--rate", "rate", "....o........."},
    [OPTION_THRESHOLDS] = {"--thresholds", "thresholds", "....o........."},
    [OPTION_PERSISTENT_CONN] = {"--persistent-conn", "persistent-conn", "....o........."},
    [OPTION_NOSORT] = {"--nosort", "nosort", "....o........."},
    [OPTION_SYNCID] = {"--syncid 1", "syncid", "....o....oo..."},
    [OPTION_EXACT] = {"-X", "exact", "....o........."},
    [OPTION_ONE_PACKET] = {"-o", "ops", "oo............"},
    [OPTION_PE] = {"--pe sip", "pe", "oo............"},
    [OPTION_SCHED_FLAGS] = {"-b flag-1", "sched-flags", "oo............"},
    [OPTION_MCAST_GROUP] = {"--mcast-group 224.0.0.1", "mcast-group", ".........o...."},
    [OPTION_MCAST_PORT] = {"--mcast-port 1", "mcast-port", ".........o...."},
    [OPTION_MCAST_TTL] = {"--mcast-ttl 1", "mcast-ttl", ".........o...."},
    [OPTION_SYNC_MAXLEN] = {"--sync-maxlen 1", "sync-maxlen", ".........o...."},
    [OPTION_TUN_INFO] = {"--tun-info", "tun-info", "....o........."},
    [OPTION_TUN_TYPE] = {"--tun-type gre", "tun-type", ".....o.o......"},
    [OPTION_TUN_PORT] = {"--tun-port 7", "tun-port", ".....o.o......"},
    [OPTION_TUN_NOCSUM] = {"--tun-nocsum", "tun-nocsum", ".....o.o......"},
    [OPTION_TUN_CSUM] = {"--tun-csum", "tun-csum", ".....o.o......"},
    [OPTION_TUN_REMCSUM] = {"--tun-remcsum", "tun-remcsum", ".....o.o......"},
    [OPTION_JSON] = {"--json", "json", "....o........."},
    [OPTION_REPLACE] = {"--replace", "replace", "...........o.."},
};

/* What goes with an option so that nothing else is wrong. */
static const char *company_of(enum command_option option)
{
	switch (option) {
	case OPTION_TUN_TYPE:
	case OPTION_TUN_CSUM:
	case OPTION_TUN_NOCSUM:
		return option == OPTION_TUN_TYPE ? " -i" : " -i --tun-type gre";
	case OPTION_TUN_REMCSUM:
		return " -i --tun-type gue --tun-port 9";
	case OPTION_TUN_PORT:
		return " -i --tun-type gue";
	default:
		return "";
	}
}

static const char *const command_words[] = {
    "-A",
    "-E",
    "-D",
    "-C",
    "-L",
    "-a",
    "-d",
    "-e",
    "--set 1 2 3",
    "--start-daemon master",
    "--stop-daemon backup",
    "-R",
    "-S",
    "-Z",
};

/* A command with what it must have but for one option; N_OPTIONS: with all. */
static void print_needed(FILE *out, size_t kind, size_t but)
{
	fputs(command_words[kind], out);
	for (size_t i = 0; i < N_OPTIONS; i++)
		if (i != but && matrix[i].commands[kind] == '!')
			fprintf(out, " %s", matrix[i].words);
}

/* What is said of a command without an option that it needs. */
static void check_missing(size_t kind, size_t option)
{
	char line[256], wanted[128];
	FILE *out = fmemopen(line, sizeof(line), "w");
	struct command command;
	struct err err = {""};

	print_needed(out, kind, option);
	fclose(out);
	snprintf(wanted, sizeof(wanted), "You need to supply the '%s' option for the '%s' command",
		 matrix[option].name, kind_names[kind]);
	ck_assert_int_eq(line_parse(line, false, &command, &err), COMMAND_WRONG);
	ck_assert_str_eq(err.text, wanted);
}

static void check_given(size_t kind, size_t option)
{
	char mark = matrix[option].commands[kind], line[256], wanted[128];
	FILE *out = fmemopen(line, sizeof(line), "w");
	struct command command;
	struct err err = {""};
	enum command_error rc;

	print_needed(out, kind, option);
	fprintf(out, " %s%s", matrix[option].words,
		mark == '.' ? "" : company_of((enum command_option)option));
	fclose(out);
	rc = line_parse(line, false, &command, &err);
	snprintf(wanted, sizeof(wanted), "Illegal '%s' option with the '%s' command",
		 matrix[option].name, kind_names[kind]);
	if (mark == '.') {
		ck_assert_int_eq(rc, COMMAND_WRONG);
		ck_assert_msg(!strcmp(err.text, wanted), "%s: %s", line, err.text);
	} else {
		ck_assert_msg(rc == COMMAND_OK, "%s: %s", line, err.text);
		ck_assert(command_has(&command, (enum command_option)option));
	}
}

/* Each option with each command: 36 times 14. */
START_TEST(test_matrix)
{
	for (size_t kind = 0; kind < sizeof(command_words) / sizeof(command_words[0]); kind++)
		for (size_t option = 0; option < N_OPTIONS; option++) {
			check_given(kind, option);
			if (matrix[option].commands[kind] == '!')
				check_missing(kind, option);
		}
	for (size_t option = 0; option < N_OPTIONS; option++)
		ck_assert_str_eq(rules_option_name((enum command_option)option),
				 matrix[option].name);
}
END_TEST

/* The ends of each range, where one more is wrong. */
START_TEST(test_ranges)
{
	static const struct {
		const char *option;
		long min, max;
		const char *with, *sentence;
	} ranges[] = {
	    {"-w", 0, 65535, "-a -f 1 -r 10.0.0.2", "illegal weight specified"},
	    {"-x", 0, 2147483647, "-a -f 1 -r 10.0.0.2", "illegal u_threshold specified"},
	    {"-y", 0, 2147483647, "-a -f 1 -r 10.0.0.2", "illegal l_threshold specified"},
	    {"--tun-port", 1, 65535, "-a -f 1 -r 10.0.0.2 -i --tun-type gue",
	     "illegal tunnel port specified"},
	    {"--syncid", 0, 255, "--start-daemon master", "illegal syncid specified"},
	    {"--mcast-port", 1, 65535, "--start-daemon master", "illegal mcast-port specified"},
	    {"--mcast-ttl", 1, 255, "--start-daemon master", "illegal mcast-ttl specified"},
	    {"--sync-maxlen", 1, 65507, "--start-daemon master", "illegal sync-maxlen specified"},
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		const long values[] = {ranges[i].min - 1, ranges[i].min, ranges[i].max,
				       ranges[i].max + 1};

		for (size_t k = 0; k < 4; k++) {
			bool is_right = k == 1 || k == 2;
			struct command command;
			struct err err = {""};
			char line[128];

			snprintf(line, sizeof(line), "%s %s %ld", ranges[i].with, ranges[i].option,
				 values[k]);
			ck_assert_msg((line_parse(line, false, &command, &err) == COMMAND_OK) ==
					  is_right,
				      "%s", line);
			ck_assert_str_eq(err.text, is_right ? "" : ranges[i].sentence);
		}
	}
}
END_TEST

START_TEST(test_numbers)
{
	uint32_t mark = 7, flags = 7;
	struct err err;

	ck_assert_int_eq(values_number("80", 0, 100), 80);
	ck_assert_int_eq(values_number("+80", 0, 100), 80);
	ck_assert_int_eq(values_number("80 ", 0, 100), -1);
	ck_assert_int_eq(values_number("", 0, 100), -1);
	ck_assert_int_eq(values_number("0x10", 0, 100), -1);
	ck_assert_int_eq(values_number("99999999999999999999", 0, 100), -1);
	ck_assert_int_lt(values_mark("0", &mark), 0);
	ck_assert_uint_eq(mark, 7);
	ck_assert_int_eq(values_mark("4294967295", &mark), 0);
	ck_assert_uint_eq(mark, 4294967295);
	ck_assert_int_eq(values_sched_flags("sh-port,nosuch", "sh", &flags, &err), COMMAND_WRONG);
	ck_assert_uint_eq(flags, 7);
	ck_assert_int_eq(rules_tunnel_type("gue"), IP_VS_CONN_F_TUNNEL_TYPE_GUE);
	ck_assert_int_eq(rules_tunnel_type("vxlan"), -1);
	ck_assert_ptr_null(rules_tunnel_name(IP_VS_CONN_F_TUNNEL_TYPE_MAX));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("admin_command");
	TCase *tests = tcase_create("all");
	SRunner *runner;
	int n_failed;

	tcase_add_test(tests, test_requests);
	tcase_add_test(tests, test_matrix);
	tcase_add_test(tests, test_ranges);
	tcase_add_test(tests, test_numbers);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
