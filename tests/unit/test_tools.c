/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The model that plans are made with, and what the machine lacks. */
#include "conf/load.h"
#include "daemon/loader/machine.h"
#include "daemon/loader/machine_owner.h"
#include "daemon/shared/rivals.h"
#include "daemon/loader/tls_files.h"
#include "healthcheck/health_whatif.h"
#include "tests/unit/test_health_conf.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

static char scratch[] = "/tmp/lvsd-test-XXXXXX";

static char *scratch_file(const char *name)
{
	return mem_printf("%s/%s", scratch, name);
}

/* ---- a keepalived beside lvsd ---- */

static char *common(const char *ours, const char *theirs)
{
	struct diags diags = {0};
	struct conf *a = conf_load_text("a", ours, strlen(ours), &diags);
	struct conf *b = conf_load_text("b", theirs, strlen(theirs), &diags);
	char *text = rivals_common(a, b);

	conf_free(a);
	conf_free(b);
	diags_free(&diags);
	return text;
}

#define INSTANCE(interface, vrid)                                                                  \
	"vrrp_instance one {\ninterface " interface "\nvirtual_router_id " vrid                     \
	"\nvirtual_ipaddress {\n192.0.2.1\n}\n}\n"
#define SERVICE(address)                                                                           \
	"virtual_server " address " 80 {\nprotocol TCP\nreal_server 10.0.0.1 80 {\n}\n}\n"

START_TEST(rivals_serve_the_same)
{
	char *text = common(INSTANCE("eth0", "51"), INSTANCE("eth0", "51"));

	ck_assert_str_eq(text, "vrrp_instance one (virtual_router_id 51 on eth0)");
	free(text);
	text = common(SERVICE("192.0.2.1") INSTANCE("eth0", "51"),
		      SERVICE("192.0.2.2") SERVICE("192.0.2.1") INSTANCE("eth0", "52"));
	ck_assert_str_eq(text, "virtual_server tcp:192.0.2.1:80");
	free(text);
	ck_assert_ptr_null(common(SERVICE("192.0.2.1") INSTANCE("eth0", "51"),
				  SERVICE("192.0.2.2") INSTANCE("eth1", "51")));
	ck_assert_ptr_null(common(INSTANCE("eth0", "51"),
				  "vrrp_instance six {\ninterface eth0\nvirtual_router_id 51\n"
				  "virtual_ipaddress {\nfe80::1\n}\n}\n"));
}
END_TEST

static bool read_command(const char *line, struct rival_command *ret_command)
{
	static char words[256];
	char *argv[16] = {NULL}, *rest = words;
	int argc = 0;

	snprintf(words, sizeof(words), "%s", line);
	while (argc < 15 && (argv[argc] = strsep(&rest, " ")))
		argc++;
	return rivals_read_command(argc, argv, ret_command);
}

START_TEST(command_line_of_keepalived_is_read_as_keepalived_reads_it)
{
	static const char *const given[] = {
	    "keepalived -f /x",		 "keepalived -f/x",
	    "keepalived -nlf /x",	 "keepalived -nlDf/x",
	    "keepalived --use-file /x",	 "keepalived --use-file=/x",
	    "keepalived -p /f -u 7 -f /x -g", "keepalived --dont-fork --pid=/f -f /x -G",
	};
	static const char *const ended[] = {"keepalived -t -f /x", "keepalived --config-test=/l",
					    "keepalived -v", "keepalived --signum=STOP"};
	static const char *const usual[] = {"keepalived", "keepalived -D -p -f",
					    "keepalived --log-console -- -f /x"};

	struct rival_command command;

	for (size_t i = 0; i < sizeof(given) / sizeof(*given); i++) {
		ck_assert(read_command(given[i], &command));
		ck_assert_str_eq(command.config, "/x");
	}
	for (size_t i = 0; i < sizeof(ended) / sizeof(*ended); i++)
		ck_assert(!read_command(ended[i], &command));
	for (size_t i = 0; i < sizeof(usual) / sizeof(*usual); i++) {
		ck_assert(read_command(usual[i], &command));
		ck_assert_str_eq(command.config, "/etc/keepalived/keepalived.conf");
		ck_assert_ptr_null(command.config_id);
	}
}
END_TEST

START_TEST(id_of_keepalived_is_read)
{
	static const char *const lines[] = {"keepalived -i web1", "keepalived -nliweb1",
					    "keepalived --config-id=web1 -D",
					    "keepalived --config-id web1 -f /x"};
	struct rival_command command;

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		ck_assert(read_command(lines[i], &command));
		ck_assert_str_eq(command.config_id, "web1");
	}
}
END_TEST

static void write_text(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	ck_assert_int_eq(fclose(file), 0);
}

/* In a mount namespace of its own the running program has /mnt/own.conf, which includes a file. */
static bool make_own_mnt(void)
{
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("none", "/mnt", "tmpfs", 0, NULL) < 0 || mkdir("/mnt/more", 0755) < 0)
		return false;
	write_text("/mnt/own.conf", "include /mnt/more/*.conf\n");
	write_text("/mnt/more/1.conf", INSTANCE("lvsdtest9", "50\n@web1 virtual_router_id 51"));
	return chdir("/mnt") == 0;
}

/* Runs a copy of /bin/sh, called name, as user until *ret_input is closed. Its other words are keepalived's
 * to a reader of the command line. Returns 0 where no mount namespace can be made. */
static pid_t program_start(const char *name, uid_t user, int *ret_input)
{
	char *path = scratch_file(name);
	int input[2], ready[2], from = open("/bin/sh", O_RDONLY | O_CLOEXEC);
	int to = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
	bool is_ready;
	char byte;
	pid_t pid;

	while (sendfile(to, from, NULL, 1 << 20) > 0)
		;
	close(from);
	ck_assert(fchmod(to, 0755) == 0 && chmod(scratch, 0711) == 0); /* any user may run it */
	close(to);
	ck_assert(pipe2(input, O_CLOEXEC) == 0 && pipe2(ready, O_CLOEXEC) == 0);
	pid = fork();
	if (pid == 0) {
		dup2(input[0], 0);
		dup2(ready[1], 1);
		if (make_own_mnt() && setuid(user) == 0)
			execl(path, "keepalived", "-c", "echo; read x; :", "-", "-nlf", "own.conf",
			      "-i", "web1", NULL);
		_exit(1);
	}
	close(input[0]);
	close(ready[1]);
	is_ready = read(ready[0], &byte, 1) == 1;
	close(ready[0]);
	*ret_input = input[1];
	unlink(path);
	free(path);
	return is_ready ? pid : 0;
}

/* One whose program has another name is no keepalived, whatever it calls itself. One that another
 * user runs serves nothing. */
START_TEST(keepalived_in_a_container_is_found)
{
	const char *ours = INSTANCE("lvsdtest9", "51");
	struct diags diags = {0};
	struct conf *conf = conf_load_text("a", ours, strlen(ours), &diags);
	struct rivals rivals;
	int inputs[3], n = 0;
	pid_t pids[3];
	struct err err;

	pids[0] = program_start("keepalived", 0, &inputs[0]);
	pids[1] = program_start("keepalived_exporter", 0, &inputs[1]);
	pids[2] = program_start("keepalived", 65534, &inputs[2]);
	rivals_find(&rivals);
	for (size_t i = 0; i < rivals.n; i++) {
		ck_assert_int_ne(rivals.items[i].pid, pids[1]);
		ck_assert_int_ne(rivals.items[i].pid, pids[2]);
		if (rivals.items[i].pid != pids[0])
			continue;
		n++;
		ck_assert_str_eq(rivals.items[i].config, "/mnt/own.conf");
		ck_assert_ptr_nonnull(rivals.items[i].conf);
	}
	if (pids[0] && pids[1] && pids[2] && geteuid() == 0) {
		ck_assert_int_eq(n, 1);
		ck_assert_int_eq(rivals_judge(&rivals, conf, &err), -EBUSY);
		ck_assert_msg(strstr(err.text, "/mnt/own.conf) runs here"), "%s", err.text);
	}
	rivals_free(&rivals);
	conf_free(conf);
	diags_free(&diags);
	close(inputs[0]);
	close(inputs[1]);
	close(inputs[2]);
}
END_TEST

/* ---- plans ---- */

/* ---- the model beside the one in force ---- */

static struct health *model_of(const struct conf *conf)
{
	struct health *health = health_new();
	struct check_ids added = {0}, dropped = {0};

	health_configure(health, conf, (struct mono){0}, 1, &added, &dropped);
	free(added.items);
	free(dropped.items);
	return health;
}

/* The first check that is due gets an outcome; its real server takes the state. */
static void give(struct health *health, enum probe_outcome outcome)
{
	struct probe_result result = {.outcome = outcome};
	check_id id;

	ck_assert_uint_eq(health_take_due(health, (struct mono){NS_PER_S}, &id, 1), 1);
	health_outcome(health, id, &result, (struct mono){NS_PER_S}, 2);
}

static unsigned count(const struct health *health, enum health_state state)
{
	size_t n;
	const struct health_vs *services = health_services(health, &n);
	unsigned found = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < services[i].n_real_servers; j++)
			found += services[i].real_servers[j].state == state;
	return found;
}

START_TEST(copy_has_the_states_and_its_own_life)
{
	struct conf *conf = test_conf_new(2, 3, 1);
	struct health *health = model_of(conf), *copy;
	size_t n;

	give(health, PROBE_OK);
	give(health, PROBE_FAIL);
	health_adopt(health, 1, 2, true, false);
	copy = health_copy(health, conf, (struct mono){NS_PER_S});
	for (enum health_state state = HEALTH_UNKNOWN; state <= HEALTH_DOWN; state++)
		ck_assert_uint_eq(count(copy, state), count(health, state));
	ck_assert_uint_eq(health_services(copy, &n)[1].live_weight,
			  health_services(health, &n)[1].live_weight);
	health_assume_success(copy, (struct mono){NS_PER_S});
	ck_assert_uint_eq(count(copy, HEALTH_UNKNOWN), 0);
	ck_assert_uint_eq(count(copy, HEALTH_UP), 5);
	ck_assert_uint_eq(count(copy, HEALTH_DOWN), 1);
	ck_assert_uint_eq(count(health, HEALTH_UNKNOWN), 4);
	health_free(copy);
	health_free(health);
	test_conf_free(conf);
}
END_TEST

START_TEST(success_is_assumed_of_more_checks_than_may_be_in_flight)
{
	struct conf *conf = test_conf_new(3, 1000, 1);
	struct health *health = model_of(conf);

	health_assume_success(health, (struct mono){0});
	ck_assert_uint_eq(count(health, HEALTH_UP), 3000);
	health_free(health);
	test_conf_free(conf);
}
END_TEST

/* ---- the machine ---- */

static void write_file(const char *path, const char *text, mode_t mode)
{
	FILE *file = fopen(path, "w");

	fputs(text, file);
	fclose(file);
	chmod(path, mode);
}

static const char file_text[] = "global_defs {\n"
				"\tlvs_sync_daemon lvsdnone0\n"
				"}\n"
				"vrrp_instance VI_1 {\n"
				"\tinterface lvsdnone0\n"
				"\tversion 3\n"
				"\tvirtual_router_id 5\n"
				"\tvirtual_ipaddress {\n"
				"\t\t10.0.0.1/24\n"
				"\t\t10.0.0.2/24 dev lvsdnone1\n"
				"\t\t10.0.0.3/24 dev lo\n"
				"\t}\n"
				"}\n";

START_TEST(absent_interfaces_are_warned_of_once)
{
	struct diags diags = {0};
	struct conf *conf = conf_load_text("x.conf", file_text, strlen(file_text), &diags);

	ck_assert_ptr_nonnull(conf);
	machine_judge(conf, &diags);
	ck_assert_uint_eq(diags.n_errors, 0);
	ck_assert_uint_eq(diags.n_warnings, 2);
	ck_assert_str_eq(diags.list.items[0].text,
			 "interface \"lvsdnone0\" does not exist on this machine: an instance is in FAULT "
			 "until it does");
	ck_assert_uint_eq(diags.list.items[0].line, 2);
	ck_assert_ptr_nonnull(strstr(diags.list.items[0].source, "lvs_sync_daemon"));
	ck_assert_uint_eq(diags.list.items[1].line, 10);
	diags_free(&diags);
	conf_free(conf);
}
END_TEST

/* 10.0.0.2 is there with its prefix length as a virtual address: a master may have added it. */
START_TEST(an_address_of_this_machine_has_priority_255)
{
	struct sockaddr_in addrs[] = {{.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x0a000001)},
				      {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x0a000002)}};
	struct sockaddr_in masks[] = {{.sin_family = AF_INET, .sin_addr.s_addr = htonl(0xfffffe00)},
				      {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0xffffff00)}};
	struct ifaddrs second = {.ifa_name = (char *)"eth1",
				 .ifa_addr = (struct sockaddr *)&addrs[1],
				 .ifa_netmask = (struct sockaddr *)&masks[1]};
	struct ifaddrs list = {.ifa_next = &second,
			       .ifa_name = (char *)"eth0",
			       .ifa_addr = (struct sockaddr *)&addrs[0],
			       .ifa_netmask = (struct sockaddr *)&masks[0]};
	struct diags diags = {0};
	struct conf *conf = conf_load_text("x.conf", file_text, strlen(file_text), &diags);

	ck_assert_ptr_nonnull(conf);
	machine_judge_owner_of(conf, &list, &diags);
	ck_assert_uint_eq(diags.n_warnings, 1);
	ck_assert_ptr_nonnull(strstr(diags.list.items[0].text,
				     "VI_1: its virtual address 10.0.0.1 is an address of eth0 on this "
				     "machine (/23)"));
	conf->vrrps[0].priority = CONF_PRIORITY_OWNER;
	machine_judge_owner_of(conf, &list, &diags);
	ck_assert_uint_eq(diags.n_warnings, 1);
	diags_free(&diags);
	conf_free(conf);
}
END_TEST

/* No master has added the first address of its interface. */
START_TEST(a_virtual_address_that_is_the_first_of_its_interface_would_be_lost)
{
	struct sockaddr_in addrs[] = {{.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x0a000009)},
				      {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x0a000001)}};
	struct sockaddr_in mask = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0xffffff00)};
	struct ifaddrs second = {.ifa_name = (char *)"lvsdnone0",
				 .ifa_addr = (struct sockaddr *)&addrs[1],
				 .ifa_netmask = (struct sockaddr *)&mask};
	struct ifaddrs list = {.ifa_next = &second,
			       .ifa_name = (char *)"lvsdnone0",
			       .ifa_addr = (struct sockaddr *)&addrs[0],
			       .ifa_netmask = (struct sockaddr *)&mask};
	struct diags diags = {0};
	struct conf *conf = conf_load_text("x.conf", file_text, strlen(file_text), &diags);

	machine_judge_owner_of(conf, &list, &diags);
	ck_assert_uint_eq(diags.n_warnings, 0);
	list.ifa_name = (char *)"lvsdnone7";
	machine_judge_owner_of(conf, &list, &diags);
	ck_assert_uint_eq(diags.n_warnings, 1);
	ck_assert_ptr_nonnull(strstr(diags.list.items[0].text,
				     "VI_1: its virtual address 10.0.0.1/24 is the first address of "
				     "lvsdnone0 on this machine"));
	diags_free(&diags);
	conf_free(conf);
}
END_TEST

/* Loads text, and expects these warnings of what the machine lacks, NULL at their end. */
static void expect_lacking(const char *text, const char *const *wanted)
{
	struct diags diags = {0};
	struct conf *conf = conf_load_text("x.conf", text, strlen(text), &diags);
	size_t n = 0;

	ck_assert_ptr_nonnull(conf);
	ck_assert_uint_eq(diags.n_warnings, 0);
	machine_judge(conf, &diags);
	for (; wanted[n]; n++)
		ck_assert_msg(n < diags.list.n && !strcmp(diags.list.items[n].text, wanted[n]),
			      "%s", n < diags.list.n ? diags.list.items[n].text : "nothing");
	ck_assert_uint_eq(diags.n_warnings, n);
	diags_free(&diags);
	conf_free(conf);
}

START_TEST(an_interface_is_not_absent_for_lack_of_a_descriptor)
{
	struct diags diags = {0};
	struct conf *conf = conf_load_text("x.conf", file_text, strlen(file_text), &diags);
	struct rlimit limit;

	ck_assert_ptr_nonnull(conf);
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = 0;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	machine_judge(conf, &diags);
	limit.rlim_cur = limit.rlim_max;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	ck_assert_str_eq(
	    diags.list.items[0].text,
	    "whether interface \"lvsdnone0\" exists is not known: Too many open files");
	diags_free(&diags);
	conf_free(conf);
}
END_TEST

/* One that costs an instance its role, by a reload at once, is told apart from others. */
START_TEST(a_missing_interface_that_is_a_fault_is_told)
{
	expect_lacking("vrrp_instance V {\n"
		       " interface lo9\n"
		       " virtual_router_id 5\n"
		       " track_interface {\n  lvsdnone1\n  lvsdnone2 weight -10\n }\n"
		       " virtual_ipaddress {\n  192.0.2.1 dev lvsdnone3 no_track\n }\n"
		       "}\n",
		       (const char *const[]){
			   "interface \"lo9\" does not exist on this machine: an instance is in FAULT "
			   "until it does",
			   "interface \"lvsdnone1\" does not exist on this machine: an instance is in "
			   "FAULT until it does",
			   "interface \"lvsdnone2\" does not exist on this machine",
			   "interface \"lvsdnone3\" does not exist on this machine", NULL});
}
END_TEST

START_TEST(lacks_are_told_with_the_way_out)
{
	expect_lacking("vrrp_instance V {\n"
		       " interface lvsdnone0\n"
		       " virtual_router_id 5\n"
		       " mcast_src_ip 192.0.2.99\n"
		       " notify_master /nowhere/notify.sh lvsd-no-user\n"
		       " virtual_ipaddress {\n  192.0.2.1\n }\n"
		       "}\n",
		       (const char *const[]){
			   "interface \"lvsdnone0\" does not exist on this machine: an instance is in FAULT "
			   "until it does",
			   "the script /nowhere/notify.sh does not exist: there is no /nowhere",
			   "there is no user 'lvsd-no-user' on this machine, so the script of "
			   "notify_master is not run: create it, or name another one. If this word "
			   "is an argument of the command, put command and arguments in quotes",
			   NULL});
	expect_lacking("global_defs {\n router_id x\n}\n",
		       (const char *const[]){"the configuration has no virtual_server and no "
					     "vrrp_instance, so lvsd does nothing",
					     NULL});
}
END_TEST

/* A source is looked for on the instance's own interface. */
START_TEST(an_absent_source_is_told)
{
	static const struct addr absent = {.family = AF_INET, .bytes = {192, 0, 2, 99}};
	static const struct addr there = {.family = AF_INET, .bytes = {127, 0, 0, 1}};
	struct diags diags = {0};
	struct conf *conf = conf_load_text("x.conf", file_text, strlen(file_text), &diags);

	conf->global.sync_daemon.interface = "";
	conf->vrrps[0].interface = "lo";
	conf->vrrps[0].n_vips = 0;
	conf->vrrps[0].source = there;
	conf->vrrps[0].source_place = conf->vrrps[0].interface_place;
	machine_judge(conf, &diags);
	ck_assert_uint_eq(diags.n_warnings, 0);
	conf->vrrps[0].source = absent;
	machine_judge(conf, &diags);
	ck_assert_uint_eq(diags.n_warnings, 1);
	ck_assert_str_eq(diags.list.items[0].text,
			 "interface lo does not have the source address 192.0.2.99 on this "
			 "machine: the instance is in state FAULT until it does");
	diags_free(&diags);
	conf_free(conf);
}
END_TEST

START_TEST(a_file_that_a_user_may_not_read_is_found)
{
	const struct script_user own = {.uid = getuid(), .gid = getgid()};
	const struct script_user somebody = {.uid = 4242, .gid = 4243};
	char dir[] = "/tmp/lvsd_reads.XXXXXX", path[64], absent[64], *at;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/f", dir);
	snprintf(absent, sizeof(absent), "%s/g", dir);
	write_file(path, "5\n", 0640);
	ck_assert(!machine_may_read(path, &somebody, &at));
	ck_assert_str_eq(at, path);
	free(at);
	chmod(path, 0644);
	ck_assert(!machine_may_read(path, &somebody, &at));
	ck_assert_str_eq(at, dir);
	free(at);
	ck_assert(machine_may_read(path, &own, &at));
	ck_assert_ptr_null(at);
	chmod(dir, 0755);
	ck_assert(machine_may_read(path, &somebody, &at));
	ck_assert(machine_may_read(absent, &somebody, &at));
	unlink(path);
	rmdir(dir);
}
END_TEST

/* Warnings about a script at path with this user. */
static void expect_script(const char *path, const char *user, const char *wanted)
{
	const char *const argv[] = {path, "argument", NULL};
	struct diags diags = {0};
	struct conf *conf = conf_load_text("x.conf", file_text, strlen(file_text), &diags);
	struct conf_script script = {
	    .argv = argv, .argc = 2, .user = user, .group = "", .place = {"x.conf", 4, 1},
	    .user_place = {"x.conf", 4, 2}};

	conf->global.sync_daemon.interface = "";
	conf->vrrps[0].interface = "lo";
	conf->vrrps[0].n_vips = 0;
	conf->vrrps[0].notify_master = conf->vrrps[0].notify_stop = &script;
	machine_judge(conf, &diags);
	ck_assert_uint_eq(diags.n_errors, 0);
	ck_assert_uint_eq(diags.n_warnings, wanted ? 1 : 0);
	if (wanted)
		ck_assert_msg(strstr(diags.list.items[0].text, wanted) != NULL, "%s",
			      diags.list.items[0].text);
	diags_free(&diags);
	conf_free(conf);
}

START_TEST(scripts_are_judged)
{
	char *path = scratch_file("script");

	expect_script("/bin/true", "root", NULL);
	expect_script("/nowhere/script", "root", "/nowhere/script");
	write_file(path, "#!/bin/sh\n", 0644);
	expect_script(path, "root", path);
	chmod(path, 0777);
	expect_script(path, "root", path);
	expect_script("/bin/true", "nobody-of-this-name", "nobody-of-this-name");
	unlink(path);
	free(path);
}
END_TEST

static void write_pair(const char *certificate_path, const char *key_path)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *certificate = X509_new();
	FILE *file;

	ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
	X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
	X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
	X509_set_pubkey(certificate, key);
	ck_assert_int_gt(X509_sign(certificate, key, EVP_sha256()), 0);
	file = fopen(certificate_path, "w");
	PEM_write_X509(file, certificate);
	fclose(file);
	file = fopen(key_path, "w");
	PEM_write_PrivateKey(file, key, EVP_aes_256_cbc(), (const unsigned char *)"secret", 6, NULL,
			     NULL);
	fclose(file);
	X509_free(certificate);
	EVP_PKEY_free(key);
}

static void expect_tls(const char *ca, const char *certificate, const char *key,
		       const char *password, const char *wanted)
{
	struct err err;
	int code = tls_files_check(ca, certificate, key, password, &err);

	ck_assert_int_eq(code < 0, wanted != NULL);
	if (wanted)
		ck_assert_msg(strstr(err.text, wanted) != NULL, "%s", err.text);
}

START_TEST(tls_files_are_judged)
{
	char *own = scratch_file("own"), *key = scratch_file("key"), *other = scratch_file("other"),
	     *other_key = scratch_file("other_key"), *fifo = scratch_file("fifo"),
	     *big = scratch_file("big");

	write_pair(own, key);
	write_pair(other, other_key);
	ck_assert_int_eq(mkfifo(fifo, 0600), 0);
	expect_tls("", "", "", "", NULL);
	expect_tls(other, own, key, "secret", NULL);
	expect_tls(own, own, key, "wrong", "no private key that the password opens");
	expect_tls(key, "", "", "", "no certificate in PEM form");
	expect_tls("", own, other_key, "secret", "does not belong to the certificate");
	expect_tls("/nowhere/ca.pem", "", "", "", "/nowhere/ca.pem cannot be opened: No such file");
	/* The authorities of a whole machine do not fit into a frame. */
	fclose(fopen(big, "w"));
	ck_assert_int_eq(truncate(big, 65L * 1024), 0);
	expect_tls(big, "", "", "", "has 66560 bytes, and the check process takes 64 KiB at most");
	expect_tls(fifo, "", "", "", "is not a regular file");
	expect_tls(scratch, "", "", "", "is not a regular file");
	unlink(own);
	unlink(key);
	unlink(other);
	unlink(other_key);
	unlink(fifo);
	unlink(big);
	free(big);
	free(own);
	free(key);
	free(other);
	free(other_key);
	free(fifo);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("tools");
	TCase *tcase = tcase_create("tools");
	SRunner *runner = srunner_create(suite);
	int failed;

	if (!mkdtemp(scratch))
		return 99;
	tcase_add_test(tcase, rivals_serve_the_same);
	tcase_add_test(tcase, command_line_of_keepalived_is_read_as_keepalived_reads_it);
	tcase_add_test(tcase, id_of_keepalived_is_read);
	tcase_add_test(tcase, keepalived_in_a_container_is_found);
	tcase_add_test(tcase, copy_has_the_states_and_its_own_life);
	tcase_add_test(tcase, success_is_assumed_of_more_checks_than_may_be_in_flight);
	tcase_add_test(tcase, absent_interfaces_are_warned_of_once);
	tcase_add_test(tcase, an_interface_is_not_absent_for_lack_of_a_descriptor);
	tcase_add_test(tcase, an_address_of_this_machine_has_priority_255);
	tcase_add_test(tcase, a_virtual_address_that_is_the_first_of_its_interface_would_be_lost);
	tcase_add_test(tcase, a_missing_interface_that_is_a_fault_is_told);
	tcase_add_test(tcase, lacks_are_told_with_the_way_out);
	tcase_add_test(tcase, an_absent_source_is_told);
	tcase_add_test(tcase, a_file_that_a_user_may_not_read_is_found);
	tcase_add_test(tcase, scripts_are_judged);
	tcase_add_test(tcase, tls_files_are_judged);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	rmdir(scratch);
	return failed ? 1 : 0;
}
