/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lvsadm real-server on a machine of its own: a network namespace, and a /run of a mount namespace.
 * Programs that it would start (arptables, modprobe) are the test's.
 */
#include "tests/unit/own_net.h"
#include "tests/unit/said.h"

#include "admin/real/exec.h"
#include "admin/real/link.h"
#include "admin/real/run.h"
#include "admin/real/state.h"
#include "base/mem.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

/* Rules of arptables, each as its words: "INPUT -d 192.0.2.1 -j DROP". */
#define RULES_MAX 8
static struct {
	const char *program; /* the one that works; NULL: none */
	char *rules[RULES_MAX];
	size_t n_rules, n_modprobes;
} machine;

static char *joined(const char *const *words)
{
	size_t size;
	char *text;
	FILE *out = open_memstream(&text, &size);

	for (size_t i = 0; words[i]; i++)
		fprintf(out, "%s%s", i ? " " : "", words[i]);
	fclose(out);
	return text;
}

static char *listing_of(const char *chain)
{
	size_t size, len = strlen(chain);
	char *text;
	FILE *out = open_memstream(&text, &size);

	fprintf(out, "Chain %s (policy ACCEPT)\n", chain);
	for (size_t i = 0; i < machine.n_rules; i++)
		if (!strncmp(machine.rules[i], chain, len))
			fprintf(out, "%s\n", machine.rules[i] + len + 1);
	fclose(out);
	return text;
}

static int delete_rule(char *rule)
{
	for (size_t i = 0; i < machine.n_rules; i++) {
		if (strcmp(machine.rules[i], rule) != 0)
			continue;
		free(rule);
		free(machine.rules[i]);
		machine.rules[i] = machine.rules[--machine.n_rules];
		return 0;
	}
	free(rule);
	return 1;
}

/* In the place of admin/real/exec.c. */
int real_exec(const char *const *argv, char **ret_output)
{
	if (ret_output)
		*ret_output = mem_strdup("no such table\nsecond line\n");
	if (!strcmp(argv[0], "modprobe"))
		return (int)++machine.n_modprobes;
	if (!machine.program || strcmp(argv[0], machine.program) != 0)
		return 1;
	if (!strcmp(argv[1], "-n")) {
		free(*ret_output);
		*ret_output = listing_of(argv[3]);
		return 0;
	}
	if (!strcmp(argv[1], "-D"))
		return delete_rule(joined(argv + 2));
	machine.rules[machine.n_rules++] = joined(argv + 2);
	return 0;
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	ck_assert_msg(file != NULL, "%s: %s", path, strerror(errno));
	fputs(text, file);
	ck_assert_int_eq(fclose(file), 0);
}

static void set_sysctl(const char *name, int value)
{
	char path[128], text[16];

	snprintf(path, sizeof(path), "/proc/sys/net/ipv4/conf/%s", name);
	snprintf(text, sizeof(text), "%d\n", value);
	write_file(path, text);
}

static int sysctl_of(const char *name)
{
	char path[128];
	int value = -1;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/sys/net/ipv4/conf/%s", name);
	file = fopen(path, "re");
	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(fscanf(file, "%d", &value), 1);
	fclose(file);
	return value;
}

static const char *const sysctls[] = {"all/arp_ignore", "all/arp_announce", "lo/arp_ignore",
				      "lo/arp_announce", "lo/rp_filter"};

/* A machine that is nothing yet: lo is up, eth0 has 198.51.100.5/24 and 2001:db8::5/64. */
static void begin(void)
{
	machine.program = "arptables";
	own_net_run("ip link set lo up");
	own_net_run("ip link add eth0 type veth peer name far0");
	own_net_run("ip link set far0 up");
	own_net_run("ip link set eth0 up");
	own_net_run("ip addr add 198.51.100.5/24 dev eth0");
	own_net_run("ip addr add 2001:db8::5/64 dev eth0 nodad");
	for (size_t i = 0; i < sizeof(sysctls) / sizeof(sysctls[0]); i++)
		set_sysctl(sysctls[i], 0);
}

static void end(void)
{
	said_free();
	for (size_t i = 0; i < machine.n_rules; i++)
		free(machine.rules[i]);
}

static const struct said *real(const char *line)
{
	const char *words[24];
	char copy[512], *rest = copy, *word;
	size_t n = 0;

	strcpy(copy, line);
	while ((word = strsep(&rest, " ")))
		if (*word)
			words[n++] = word;
	said_begin("");
	return said_end(real_run(words, n));
}

struct step {
	const char *line, *out;
	int status; /* with it out is what is said on standard error */
};

static void walk(const struct step *steps, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct said *said = real(steps[i].line);

		ck_assert_msg(said->status == steps[i].status, "%s: %d\n%s%s", steps[i].line,
			      said->status, said->out, said->err);
		ck_assert_str_eq(steps[i].status ? said->err : said->out, steps[i].out);
	}
}

#define WALK(...)                                                                                  \
	do {                                                                                       \
		static const struct step steps[] = {__VA_ARGS__};                                  \
		walk(steps, sizeof(steps) / sizeof(steps[0]));                                     \
	} while (0)

static bool has_addr(const char *dev, const char *text)
{
	struct real_link *link;
	struct addr addr;
	bool is_there;

	ck_assert_int_eq(real_link_open(&link, NULL), 0);
	ck_assert_int_eq(addr_parse(text, &addr), 0);
	is_there = real_link_has_addr(link, dev, &addr);
	real_link_close(link);
	return is_there;
}

/* The gateway of the default route as text; "none". */
static const char *default_gateway(uint16_t family, char text[static ADDR_TEXT_MAX])
{
	struct real_route route;
	struct real_link *link;
	int rc;

	ck_assert_int_eq(real_link_open(&link, NULL), 0);
	rc = real_link_default_route(link, family, &route);
	real_link_close(link);
	return rc < 0 ? "none" : addr_format(&route.gateway, text);
}

#define DR_UP                                                                                      \
	"net.ipv4.conf.all.arp_ignore: 0 -> 1\n"                                                   \
	"net.ipv4.conf.lo.arp_ignore: 0 -> 1\n"                                                    \
	"net.ipv4.conf.all.arp_announce: 0 -> 2\n"                                                 \
	"net.ipv4.conf.lo.arp_announce: 0 -> 2\n"                                                  \
	"192.0.2.1/32 on lo: added\n"

/* Each thing is done once, and down undoes exactly what was done. */
START_TEST(test_dr)
{
	WALK({"up --method DR --vip 192.0.2.1 --vip 2001:db8::1",
	      DR_UP "2001:db8::1/128 on lo: added\n", 0},
	     {"up --method DR --vip 192.0.2.1", "nothing to do\n", 0},
	     {"up --method DR --vip 192.0.2.2", "192.0.2.2/32 on lo: added\n", 0},
	     {"up --method DR --vip 192.0.2.1 --dev eth0",
	      "lvsadm: 192.0.2.1 was set up otherwise (--method DR --dev lo --arp sysctl): first "
	      "lvsadm real-server down --vip 192.0.2.1\n",
	      1},
	     /* The other address still needs the settings. */
	     {"down --vip 192.0.2.1", "192.0.2.1/32 on lo: removed\n", 0}, );
	ck_assert(has_addr("lo", "192.0.2.2"));
	ck_assert(has_addr("lo", "2001:db8::1"));
	ck_assert(!has_addr("lo", "192.0.2.1"));
	ck_assert_int_eq(sysctl_of("all/arp_announce"), 2);
	real("down");
	ck_assert(!has_addr("lo", "192.0.2.2"));
	for (size_t i = 0; i < sizeof(sysctls) / sizeof(sysctls[0]); i++)
		ck_assert_int_eq(sysctl_of(sysctls[i]), 0);
	WALK({"down", "nothing to undo\n", 0}, );
}
END_TEST

/* What was there before stays, and what somebody else has changed since is his. */
START_TEST(test_of_others)
{
	own_net_run("ip addr add 192.0.2.1/32 dev lo");
	set_sysctl("all/arp_announce", 2);
	set_sysctl("lo/arp_ignore", 8);
	WALK({"up --method DR --vip 192.0.2.1",
	      "net.ipv4.conf.all.arp_ignore: 0 -> 1\nnet.ipv4.conf.lo.arp_announce: 0 -> 2\n",
	      0}, );
	set_sysctl("all/arp_ignore", 3);
	WALK({"down",
	      "net.ipv4.conf.lo.arp_announce: 2 -> 0\n"
	      "net.ipv4.conf.all.arp_ignore: left at 3, which somebody else has set\n",
	      0}, );
	ck_assert(has_addr("lo", "192.0.2.1"));
	ck_assert_int_eq(sysctl_of("lo/arp_ignore"), 8);
}
END_TEST

/* An address that somebody removed meanwhile, and a device that was down and goes down again. */
START_TEST(test_device)
{
	own_net_run("ip link add vip0 type veth peer name far1");
	WALK({"up --method DR --vip 2001:db8::7 --dev vip0",
	      "vip0: up\n2001:db8::7/128 on vip0: added\n", 0}, );
	own_net_run("ip addr del 2001:db8::7/128 dev vip0");
	WALK({"up --method DR --vip 2001:db8::7 --dev vip0", "2001:db8::7/128 on vip0: added\n",
	      0}, );
	own_net_run("ip addr del 2001:db8::7/128 dev vip0");
	WALK({"down --vip 2001:db8::7", "2001:db8::7/128 on vip0: removed\nvip0: down\n", 0},
	     {"up --method DR --vip 2001:db8::7 --dev nosuch",
	      "lvsadm: there is no device nosuch\n", 1}, );
	WALK({"down", "nothing to undo\n", 0}, );
}
END_TEST

START_TEST(test_arptables)
{
	WALK({"up --method DR --vip 192.0.2.1 --arp arptables",
	      "arptables: ARP requests for 192.0.2.1 are dropped, own ones have 198.51.100.5\n"
	      "192.0.2.1/32 on lo: added\n",
	      0}, );
	ck_assert_uint_eq(machine.n_rules, 2);
	ck_assert_str_eq(machine.rules[0], "INPUT -d 192.0.2.1 -j DROP");
	ck_assert_str_eq(machine.rules[1],
			 "OUTPUT -s 192.0.2.1 -j mangle --mangle-ip-s 198.51.100.5");
	/* A VIP that begins like another is another. */
	WALK({"up --method DR --vip 192.0.2.11 --arp arptables --source 198.51.100.6",
	      "arptables: ARP requests for 192.0.2.11 are dropped, own ones have 198.51.100.6\n"
	      "192.0.2.11/32 on lo: added\n",
	      0},
	     {"up --method DR --vip 192.0.2.1 --arp arptables", "nothing to do\n", 0}, );
	ck_assert_uint_eq(machine.n_rules, 4);
	ck_assert_int_eq(real("down")->status, 0);
	ck_assert_uint_eq(machine.n_rules, 0);

	machine.program = "arptables-legacy";
	ck_assert_int_eq(real("up --method DR --vip 192.0.2.1 --arp arptables")->status, 0);
	ck_assert_uint_eq(machine.n_rules, 2);
	ck_assert_int_eq(real("down")->status, 0);

	machine.program = NULL;
	WALK({"up --method DR --vip 192.0.2.3 --arp arptables",
	      "lvsadm: arptables is not there or does not work with this kernel (apt-get install "
	      "arptables, or use --arp sysctl): arptables-legacy -A INPUT: no such table\n",
	      1}, );
	ck_assert(!has_addr("lo", "192.0.2.3"));
	own_net_run("ip addr add 203.0.113.1/24 dev eth0");
	WALK(
	    {"up --method DR --vip 192.0.2.3 --arp arptables",
	     "lvsadm: this machine has not one address alone that ARP requests could have: name it "
	     "with --source\n",
	     1}, );
}
END_TEST

/* The reverse path filter of the device alone, since packets out of a tunnel come from anywhere. */
START_TEST(test_tunnel)
{
	own_net_run("ip link add tun9 type veth peer name far1");
	set_sysctl("tun9/rp_filter", 1);
	WALK({"up --method TUN --vip 192.0.2.1 --dev tun9",
	      "tun9: up\n"
	      "net.ipv4.conf.all.arp_ignore: 0 -> 1\n"
	      "net.ipv4.conf.tun9.arp_ignore: 0 -> 1\n"
	      "net.ipv4.conf.all.arp_announce: 0 -> 2\n"
	      "net.ipv4.conf.tun9.arp_announce: 0 -> 2\n"
	      "net.ipv4.conf.tun9.rp_filter: 1 -> 2\n"
	      "192.0.2.1/32 on tun9: added\n",
	      0}, );
	/* What is gone with its device needs nothing. */
	own_net_run("ip link del tun9");
	ck_assert_int_eq(real("down")->status, 0);
	ck_assert_int_eq(sysctl_of("all/arp_ignore"), 0);
}
END_TEST

START_TEST(test_gateway)
{
	char text[ADDR_TEXT_MAX];

	own_net_run("ip route add default via 198.51.100.1");
	WALK(
	    {"up --method NAT --gateway 198.51.100.2",
	     "default route: by 198.51.100.1 -> 198.51.100.2\n", 0},
	    {"up --method NAT --gateway 198.51.100.2", "nothing to do\n", 0},
	    {"up --method NAT --gateway 198.51.100.3",
	     "default route: by 198.51.100.2 -> 198.51.100.3\n", 0},
	    {"up --method NAT --gateway 2001:db8::9", "default route: none -> 2001:db8::9\n", 0}, );
	ck_assert_str_eq(default_gateway(AF_INET, text), "198.51.100.3");
	ck_assert_str_eq(default_gateway(AF_INET6, text), "2001:db8::9");
	WALK(
	    {"down",
	     "default route: by 198.51.100.3 -> as before\ndefault route: by 2001:db8::9 -> none\n",
	     0}, );
	ck_assert_str_eq(default_gateway(AF_INET, text), "198.51.100.1");
	ck_assert_str_eq(default_gateway(AF_INET6, text), "none");

	ck_assert_int_eq(real("up --method NAT --gateway 198.51.100.2")->status, 0);
	own_net_run("ip route replace default via 198.51.100.7");
	WALK({"down", "default route: left, as somebody else has changed it\n", 0}, );
	ck_assert_str_eq(default_gateway(AF_INET, text), "198.51.100.7");
}
END_TEST

static void state_path(char path[static 64])
{
	struct stat st;

	ck_assert_int_eq(stat("/proc/self/ns/net", &st), 0);
	snprintf(path, 64, "/run/lvsadm/real-server.%lu.json", (unsigned long)st.st_ino);
}

/* What is remembered is read back, is gone when there is nothing to undo, and is not guessed when
 * it is damaged. */
START_TEST(test_state)
{
	static const char *const damaged[] = {
	    "",
	    "[]",
	    "{\"addresses\": []}",
	    "{\"addresses\": [{}], \"sysctls\": [], \"links_up\": [], \"gateways\": [{}, {}]}",
	    "{\"addresses\": [], \"sysctls\": [{\"name\": \"net/../kernel/core_pattern\", "
	    "\"before\": 1, \"set\": 0}], \"links_up\": [], \"gateways\": "
	    "[{\"gateway\": null, \"before\": null}, {\"gateway\": null, \"before\": null}]}",
	    "{\"addresses\": [], \"sysctls\": [], \"links_up\": [\"a-name-that-is-too-long\"], "
	    "\"gateways\": [{\"gateway\": null, \"before\": null}, "
	    "{\"gateway\": null, \"before\": null}]}",
	    "{\"addresses\": [], \"sysctls\": [], \"links_up\": [], \"gateways\": "
	    "[{\"gateway\": \"nowhere\", \"before\": null}, {\"gateway\": null, \"before\": "
	    "null}]}",
	};
	struct real_state state = {0};
	char path[64], wanted[256];
	struct err err;

	state_path(path);
	ck_assert_int_eq(access(path, F_OK), -1);
	ck_assert_int_eq(real("up --method DR --vip 192.0.2.1")->status, 0);
	ck_assert_int_eq(access(path, F_OK), 0);
	ck_assert_int_eq(real_state_load(&state, &err), 0);
	ck_assert_uint_eq(state.entries.n, 1);
	ck_assert_uint_eq(state.sysctls.n, 4);
	ck_assert_ptr_nonnull(real_state_find_sysctl(&state, "net/ipv4/conf/lo/arp_ignore"));
	ck_assert_ptr_null(real_state_find_sysctl(&state, "net/ipv4/conf/lo/rp_filter"));
	real_state_free(&state);
	ck_assert_int_eq(real("down")->status, 0);
	ck_assert_int_eq(access(path, F_OK), -1);

	snprintf(
	    wanted, sizeof(wanted),
	    "lvsadm: %s, which tells what is to be undone, cannot be read; remove it to forget "
	    "what was done\n",
	    path);
	for (size_t i = 0; i < sizeof(damaged) / sizeof(damaged[0]); i++) {
		write_file(path, damaged[i]);
		ck_assert_int_eq(real("down")->status, 1);
		ck_assert_str_eq(real("up --method DR --vip 192.0.2.1")->err, wanted);
	}
	ck_assert(!has_addr("lo", "192.0.2.1"));
}
END_TEST

START_TEST(test_words)
{
	ck_assert_int_eq(real("sideways")->status, 2);
	ck_assert_str_eq(
	    real("sideways")->err,
	    "lvsadm: real-server sideways: it is up or down; see lvsadm real-server --help\n");
	ck_assert_ptr_nonnull(strstr(real("--help")->out, "usage:"));
	ck_assert_ptr_nonnull(strstr(real("up --method DR --vip 192.0.2.1 --print-sysctl")->out,
				     "net.ipv4.conf.lo.arp_ignore = 1\n"));
	ck_assert_ptr_nonnull(
	    strstr(real("up --method NAT --gateway 192.0.2.9 --print-systemd")->out,
		   "real-server up --method NAT --gateway 192.0.2.9\n"));
}
END_TEST

/* The process, and each test that it forks, is root of namespaces in which it may do as it likes.
 */
static bool enter(void)
{
	return own_net_enter() && unshare(CLONE_NEWNS) == 0 &&
	       mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("none", "/run", "tmpfs", 0, NULL) == 0;
}

static void enter_again(void)
{
	ck_assert(enter());
	begin();
}

int main(void)
{
	Suite *suite = suite_create("admin_real");
	TCase *tests = tcase_create("all");
	SRunner *runner;
	int n_failed;

	if (!enter()) {
		puts("there is no namespace to be had");
		return EXIT_SKIP;
	}
	tcase_add_checked_fixture(tests, enter_again, end);
	tcase_add_test(tests, test_dr);
	tcase_add_test(tests, test_of_others);
	tcase_add_test(tests, test_device);
	tcase_add_test(tests, test_arptables);
	tcase_add_test(tests, test_tunnel);
	tcase_add_test(tests, test_gateway);
	tcase_add_test(tests, test_state);
	tcase_add_test(tests, test_words);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
