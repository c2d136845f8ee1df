/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Without arguments: runs vrrp_pair.py, the native test of the vrrp process in network namespaces.
 * With arguments: one router of that test, the vrrp process with a director of a few lines that
 * takes commands on stdin and writes reports on stdout. Like the supervisor it keeps both ends of
 * the channel, so that a killed vrrp process is replaced while the director's side lives on.
 */
#include "base/greeted.h"
#include "base/clock.h"
#include "base/mem.h"
#include "vrrp/wire.h"
#include "vrrp/process.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define SKIPPED   77
#define VIPS_MAX  255
#define PEERS_MAX 8

struct router {
	struct loop *loop;
	struct greeted *chan;
	struct loop_io *commands;
	int ends[2]; /* of the channel: ours, the vrrp process's */
	pid_t pid;
	struct conf_vrrp conf;
	struct conf_vip vips[VIPS_MAX];
	struct conf_peer peers[PEERS_MAX];
	char auth_pass[VRRP_AUTH_BYTES + 1];
	struct conf_vmac vmac;
	char vmac_name[CONF_IFNAME_MAX];
	char run_dir[64]; /* "": the vrrp process does not know it */
	enum vrrp_state_name state;
	uint32_t hold_ms;
	struct mono barred_until;
};

static int run_script(void)
{
	const char *srcdir = getenv("srcdir");
	char *script = mem_printf("%s/tests/lab/vrrp_pair.py", srcdir ? srcdir : ".");
	char self[4096];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (geteuid() != 0) {
		puts("SKIP: network namespaces need root");
		return SKIPPED;
	}
	if (len < 0)
		return EXIT_FAILURE;
	self[len] = '\0';
	execlp("python3", "python3", script, self, (char *)NULL);
	printf("SKIP: python3 cannot be started: %s\n", strerror(errno));
	return SKIPPED;
}

static void say(const char *what)
{
	printf("%.6f %s\n", (double)clock_mono().ns / NS_PER_S, what);
}

/* Each side of the channel has a copy of its end. */
static void start_process(struct router *router)
{
	bool is_last;

	router->pid = fork();
	if (router->pid != 0)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	close(STDIN_FILENO);
	close(router->ends[0]);
	exit(vrrp_process_run(router->ends[1], -1, NULL,
			      &(struct vrrp_predecessor){
				  .run_dir = router->run_dir[0] ? router->run_dir : NULL,
				  .alive = MONO_NEVER},
			      &is_last));
}

static void send_conf(void *arg)
{
	static uint8_t body[CHAN_BODY_MAX];
	const struct router *router = arg;
	const struct vrrp_instance_frame frame = {.conf = router->conf,
						  .last_state = router->state,
						  .hold_ms = router->hold_ms,
						  .barred_until = router->barred_until};
	const uint64_t serial = 0;
	size_t len = vrrp_instance_encode(&frame, body, sizeof(body));

	greeted_send(router->chan, VRRP_FRAME_BEGIN, NULL, 0);
	greeted_send(router->chan, VRRP_FRAME_INSTANCE, body, len);
	greeted_send(router->chan, VRRP_FRAME_COMMIT, &serial, sizeof(serial));
}

static void on_frame(uint16_t type, const void *body, size_t len, void *arg)
{
	struct router *router = arg;
	struct vrrp_report report;
	char text[1024], master[ADDR_TEXT_MAX];
	struct arena *arena = arena_new();
	size_t used;

	if (type == VRRP_FRAME_STATE && vrrp_report_decode(body, len, arena, &report) == 0) {
		router->state = report.state;
		router->barred_until = report.barred_until;
		used = (size_t)snprintf(
		    text, sizeof(text), "%s master=%s priority=%u sent=%llu received=%llu "
		    "became_master=%llu",
		    vrrp_state_text(report.state), addr_format(&report.master, master),
		    report.effective_priority,
		    (unsigned long long)report.adverts_sent,
		    (unsigned long long)report.adverts_received,
		    (unsigned long long)report.transitions_to_master);
		if (report.wants_hello)
			used +=
			    (size_t)snprintf(text + used, sizeof(text) - used, " wants_hello=1");
		for (size_t i = 0; i < VRRP_REASONS; i++)
			if (report.rejections[i])
				used +=
				    (size_t)snprintf(text + used, sizeof(text) - used, " %s=%llu",
						     vrrp_reason_name((enum vrrp_reason)i),
						     (unsigned long long)report.rejections[i]);
		say(text);
	}
	arena_free(arena);
}

/* A new director hears of a process that runs already. */
static void start_director(struct router *router, bool is_restart)
{
	const struct greeted_ops ops = {
	    .on_met = send_conf, .on_frame = on_frame, .arg = router, .is_lasting = true};

	greeted_free(router->chan);
	router->chan = greeted_new_director(router->loop, dup(router->ends[0]), is_restart, &ops);
}

static struct addr read_addr(const char *text)
{
	struct addr addr;

	if (addr_parse(text, &addr) < 0)
		abort();
	return addr;
}

static void set_peers(struct router *router, char *list)
{
	char *rest, *word;

	router->conf.n_peers = 0;
	for (word = strtok_r(list, ",", &rest); word; word = strtok_r(NULL, ",", &rest))
		router->peers[router->conf.n_peers++].addr = read_addr(word);
}

/* use_ipvlan: "NAME" or "NAME,ADDRESS/LENGTH"; the family is known. */
static void set_ipvlan(struct router *router, char *text)
{
	struct conf_vrrp *conf = &router->conf;
	char *address = strchr(text, ','), *slash = address ? strchr(address, '/') : NULL;

	if (address)
		*address++ = '\0';
	if (slash)
		*slash++ = '\0';
	snprintf(router->vmac_name, sizeof(router->vmac_name), "%s", text);
	router->vmac = (struct conf_vmac){
	    .name = router->vmac_name, .parent = conf->interface, .family = conf->family, .is_own = true};
	if (address)
		router->vmac.address = read_addr(address);
	router->vmac.address_len = (uint8_t)(slash ? atoi(slash) : 0);
	conf->uses_vmac = false;
	conf->uses_ipvlan = text[0] != '\0';
	conf->ipvlan_name = router->vmac_name;
	conf->vmacs = &router->vmac;
	conf->n_vmacs = conf->uses_ipvlan;
}

/* use_vmac; the family and the VRID are known. */
static void set_vmac(struct router *router, const char *name)
{
	struct conf_vrrp *conf = &router->conf;
	uint64_t mac = conf->family == AF_INET6 ? UINT64_C(0x5e000200) : UINT64_C(0x5e000100);

	snprintf(router->vmac_name, sizeof(router->vmac_name), "%s", name);
	router->vmac = (struct conf_vmac){.name = router->vmac_name,
					  .parent = conf->interface,
					  .family = conf->family,
					  .mac = mac | conf->vrid,
					  .is_own = true};
	conf->uses_ipvlan = false;
	conf->uses_vmac = name[0] != '\0';
	conf->vmac_name = router->vmac_name;
	conf->vmacs = &router->vmac;
	conf->n_vmacs = conf->uses_vmac;
}

/*
 * "auth=PASSWORD", "auth_type=AH", "group=ADDRESS", "ttl=N", "plain=1" (v3_checksum_as_v2),
 * "source=ADDRESS", "peers=ADDRESS,ADDRESS", "broadcast=ADDRESS" (of each VIP), "priority=N",
 * "interval=SECONDS", "interval_max=SECONDS", "preempt_delay=SECONDS", "hold=SECONDS", "vmac=NAME",
 * "ipvlan=NAME,ADDRESS/LENGTH", "base=1" (vmac_xmit_base), "run_dir=PATH" (at the start).
 */
static void set_option(struct router *router, char *option)
{
	char *value = strchr(option, '=');

	if (!value)
		abort();
	*value++ = '\0';
	if (strcmp(option, "auth") == 0)
		snprintf(router->auth_pass, sizeof(router->auth_pass), "%s", value);
	else if (strcmp(option, "auth_type") == 0)
		router->conf.auth_type = strcmp(value, "AH") ? CONF_AUTH_PASS : CONF_AUTH_AH;
	else if (strcmp(option, "group") == 0)
		router->conf.group = read_addr(value);
	else if (strcmp(option, "ttl") == 0)
		router->conf.unicast_ttl = (uint8_t)atoi(value);
	else if (strcmp(option, "plain") == 0)
		router->conf.is_checksum_plain = true;
	else if (strcmp(option, "source") == 0)
		router->conf.source = read_addr(value);
	else if (strcmp(option, "peers") == 0)
		set_peers(router, value);
	else if (strcmp(option, "priority") == 0)
		router->conf.priority = (uint8_t)atoi(value);
	else if (strcmp(option, "interval") == 0)
		router->conf.advert_int_us = (uint32_t)(atof(value) * US_PER_S + 0.5);
	else if (strcmp(option, "preempt_delay") == 0)
		router->conf.preempt_delay_us = (uint32_t)(atof(value) * US_PER_S + 0.5);
	else if (strcmp(option, "interval_max") == 0)
		router->conf.advert_int_max_us = (uint32_t)(atof(value) * US_PER_S + 0.5);
	else if (strcmp(option, "hold") == 0)
		router->hold_ms = (uint32_t)(atof(value) * 1000 + 0.5);
	else if (strcmp(option, "vmac") == 0)
		set_vmac(router, value);
	else if (strcmp(option, "ipvlan") == 0)
		set_ipvlan(router, value);
	else if (strcmp(option, "base") == 0)
		router->conf.is_by_base = atoi(value) != 0;
	else if (strcmp(option, "run_dir") == 0)
		snprintf(router->run_dir, sizeof(router->run_dir), "%s", value);
	else if (strcmp(option, "broadcast") == 0)
		for (size_t i = 0; i < router->conf.n_vips; i++)
			router->vips[i].broadcast = read_addr(value);
	else
		abort();
}

static void set_vips(struct router *router, char *list)
{
	char *rest, *word;

	router->conf.n_vips = 0;
	for (word = strtok_r(list, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
		struct conf_vip *vip = &router->vips[router->conf.n_vips++];
		char *slash = strchr(word, '/');

		if (slash)
			*slash = '\0';
		*vip = (struct conf_vip){.interface = router->conf.interface, .label = ""};
		vip->addr = read_addr(word);
		vip->prefix_len = (uint8_t)(slash ? atoi(slash + 1) : (int)addr_bits(&vip->addr));
		router->conf.family = vip->addr.family;
	}
}

static void stop(struct router *router)
{
	char text[32];
	int status;

	kill(router->pid, SIGTERM);
	waitpid(router->pid, &status, 0);
	snprintf(text, sizeof(text), "EXIT %d", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
	say(text);
	loop_stop(router->loop);
}

static void crash(struct router *router)
{
	kill(router->pid, SIGKILL);
	waitpid(router->pid, NULL, 0);
	say("CRASHED");
	start_process(router);
}

/* As the director does when it has said hello. */
static void say_hold(struct router *router, const char *seconds)
{
	uint32_t hold_ms = (uint32_t)(atof(seconds) * 1000 + 0.5);

	greeted_send(router->chan, VRRP_FRAME_HOLD, &hold_ms, sizeof(hold_ms));
}

static void obey(struct router *router, char *line)
{
	if (strcmp(line, "crash") == 0)
		crash(router);
	else if (strcmp(line, "ask") == 0)
		start_director(router, true);
	else if (strncmp(line, "set ", 4) == 0) {
		set_option(router, line + 4);
		send_conf(router);
	} else if (strncmp(line, "vips ", 5) == 0) {
		set_vips(router, line + 5);
		send_conf(router);
	} else if (strncmp(line, "hold ", 5) == 0)
		say_hold(router, line + 5);
	else if (strcmp(line, "pause") == 0)
		kill(router->pid, SIGSTOP);
	else if (strcmp(line, "continue") == 0)
		kill(router->pid, SIGCONT);
	else
		stop(router);
}

static void on_command(int fd, unsigned events, void *arg)
{
	struct router *router = arg;
	char line[8192];

	(void)fd;
	(void)events;
	if (!fgets(line, sizeof(line), stdin)) {
		stop(router);
		return;
	}
	line[strcspn(line, "\n")] = '\0';
	obey(router, line);
}

static int run_router(char **args)
{
	struct router router = {.state = VRRP_INIT};
	struct conf_vrrp *conf = &router.conf;

	*conf = (struct conf_vrrp){.name = args[0],
				   .interface = args[1],
				   .vrid = (uint8_t)atoi(args[2]),
				   .priority = (uint8_t)atoi(args[3]),
				   .version = (uint8_t)atoi(args[4]),
				   .advert_int_us = (uint32_t)(atof(args[5]) * US_PER_S + 0.5),
				   .is_preempting = atoi(args[6]),
				   .auth_pass = router.auth_pass,
				   .vmac_name = "",
				   .ipvlan_name = "",
				   .peers = router.peers,
				   .vips = router.vips};
	set_vips(&router, args[7]);
	for (char **option = args + 8; *option; option++)
		set_option(&router, *option);
	setvbuf(stdout, NULL, _IOLBF, 0);
	setvbuf(stdin, NULL, _IONBF, 0);
	if (chan_pair(router.ends) < 0)
		return EXIT_FAILURE;
	start_process(&router);
	router.loop = loop_new();
	start_director(&router, false);
	router.commands = loop_io_new(router.loop, STDIN_FILENO, LOOP_READ, on_command, &router);
	loop_run(router.loop);
	loop_io_free(router.commands);
	greeted_free(router.chan);
	loop_free(router.loop);
	close(router.ends[0]);
	close(router.ends[1]);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	if (argc >= 9)
		return run_router(argv + 1);
	if (argc == 1)
		return run_script();
	fprintf(stderr,
		"usage: %s [NAME INTERFACE VRID PRIORITY VERSION ADVERT_INT PREEMPT VIPS "
		"[OPTION=VALUE]...]\n",
		argv[0]);
	return 2;
}
