/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's side of the relay in the network namespace that runs it: keeps the private interface, both roles on it,
 * and the sockets of the sync process, as the director does. It is started by tests/lab/test_relay.py.
 *
 * On standard output it says what happens, a line each: "index N", "fault TEXT", "role start master", "heard HEX" (a
 * datagram of the master role), "drops N". Commands on standard input: "say HEX" (to the backup role), "rules" (prints
 * what iptables-restore is to read, and "end"), "remove" (the interface, and the roles). The end of standard input
 * ends it.
 */
#include "base/clock.h"
#include "base/mem.h"
#include "host/owner.h"
#include "host/plan.h"
#include "ipvs/genl.h"
#include "sync/private/drops_watch.h"
#include "sync/private/keeper.h"
#include "sync/private/sockets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEADERS 28 /* of IPv4 and UDP */

struct probe {
	struct loop *loop;
	struct sync_private own;
	struct sync_roles roles;
	struct ipvs_genl *genl;
	struct sync_keeper *keeper;
	struct sync_private_sockets sockets;
	struct loop_io *heard;
	struct sync_drops_watch *drops;
	unsigned index; /* on which the roles run */
	char line[8192];
	size_t len;
};

static void on_probe_heard(int fd, unsigned events, void *arg)
{
	uint8_t packet[2048];
	ssize_t len;

	(void)events;
	(void)arg;
	while ((len = recv(fd, packet, sizeof(packet), 0)) >= HEADERS) {
		fputs("heard ", stdout);
		for (ssize_t i = HEADERS; i < len; i++)
			printf("%02x", packet[i]);
		putchar('\n');
	}
}

static void on_probe_drops(uint32_t n_new, uint64_t total, void *arg)
{
	(void)arg;
	printf("drops %u of %llu\n", n_new, (unsigned long long)total);
}

static void sockets_close(struct probe *probe)
{
	if (!probe->heard)
		return;
	loop_io_free(probe->heard);
	probe->heard = NULL;
	close(probe->sockets.heard);
	close(probe->sockets.said);
}

static void sockets_open(struct probe *probe)
{
	struct err err;

	if (sync_private_sockets_open(&probe->roles, probe->index, &probe->sockets, &err) < 0)
		printf("error %s\n", err.text);
	else
		probe->heard = loop_io_new(probe->loop, probe->sockets.heard, LOOP_READ, on_probe_heard, probe);
}

static void roles_settle(struct probe *probe, bool is_stale)
{
	struct sync_daemon have[2];
	struct sync_op ops[SYNC_OPS_MAX];
	size_t n_have = 0, n;
	struct err err;

	if (ipvs_genl_daemons(probe->genl, have, &n_have, &err) < 0)
		printf("error %s\n", err.text);
	for (size_t i = 0; i < n_have; i++)
		have[i].is_stale = is_stale;
	n = sync_want_roles(&probe->roles, have, n_have, true, ops);
	for (size_t i = 0; i < n; i++) {
		int code = ops[i].kind == SYNC_OP_START ? ipvs_genl_daemon_start(probe->genl, &ops[i].daemon, &err)
							: ipvs_genl_daemon_stop(probe->genl, ops[i].daemon.role, &err);

		if (code < 0)
			printf("error %s\n", err.text);
		printf("role %s %s\n", ops[i].kind == SYNC_OP_START ? "start" : "stop",
		       sync_role_name(ops[i].daemon.role));
	}
}

static void on_probe_change(void *arg)
{
	struct probe *probe = arg;
	unsigned index = sync_keeper_index(probe->keeper);

	if (*sync_keeper_fault(probe->keeper))
		printf("fault %s\n", sync_keeper_fault(probe->keeper));
	if (!index || index == probe->index)
		return;
	sockets_close(probe);
	roles_settle(probe, probe->index != 0);
	probe->index = index;
	sockets_open(probe);
	printf("index %u\n", index);
}

static void probe_say(struct probe *probe, const char *hex)
{
	uint8_t bytes[2048];
	size_t len = 0;
	unsigned byte;

	for (; len < sizeof(bytes) && sscanf(hex + 2 * len, "%2x", &byte) == 1; len++)
		bytes[len] = (uint8_t)byte;
	printf("said %zd\n", send(probe->sockets.said, bytes, len, 0));
}

static void probe_rules(const struct probe *probe)
{
	struct host_owner owner = {.is_on = true,
				   .master_port = probe->roles.master.port,
				   .backup_port = probe->roles.backup.port,
				   .uid = geteuid()};
	struct host_state want = {0}, have = {0};
	struct host_plan plan = {0};
	char *text;

	strcpy(owner.interface, probe->roles.master.interface);
	host_owner_want_chain(&owner, &want);
	host_plan(&want, &have, &plan);
	text = host_op_restore_text(&plan.ops.items[0]);
	printf("%send\n", text);
	free(text);
	host_plan_free(&plan);
	host_state_clear(&want);
}

static void probe_remove(struct probe *probe)
{
	sync_keeper_free(probe->keeper);
	probe->keeper = NULL;
	probe->roles.is_on = false;
	roles_settle(probe, false);
	printf("removed %d\n", sync_keeper_remove(probe->roles.master.interface));
}

static void probe_obey(struct probe *probe, const char *line)
{
	if (!strncmp(line, "say ", 4))
		probe_say(probe, line + 4);
	else if (!strcmp(line, "rules"))
		probe_rules(probe);
	else if (!strcmp(line, "remove"))
		probe_remove(probe);
}

static void on_probe_input(int fd, unsigned events, void *arg)
{
	struct probe *probe = arg;
	ssize_t n = read(fd, probe->line + probe->len, sizeof(probe->line) - probe->len - 1);
	char *end;

	(void)events;
	if (n <= 0) {
		loop_stop(probe->loop);
		return;
	}
	probe->len += (size_t)n;
	probe->line[probe->len] = '\0';
	while ((end = strchr(probe->line, '\n'))) {
		*end = '\0';
		probe_obey(probe, probe->line);
		probe->len -= (size_t)(end + 1 - probe->line);
		memmove(probe->line, end + 1, probe->len + 1);
	}
}

int main(void)
{
	struct probe probe = {.loop = loop_new(), .own = {.is_on = true, .syncid = 51}};
	struct loop_io *input = loop_io_new(probe.loop, STDIN_FILENO, LOOP_READ, on_probe_input, &probe);
	struct endpoint backup;
	struct err err;

	setvbuf(stdout, NULL, _IOLBF, 0);
	probe.roles = sync_roles_private(&probe.own);
	backup = (struct endpoint){.addr = probe.roles.backup.group, .port = probe.roles.backup.port};
	if (ipvs_genl_open(&probe.genl, &err) < 0) {
		printf("error %s\n", err.text);
		return 1;
	}
	probe.keeper = sync_keeper_new(probe.loop, probe.roles.master.interface, on_probe_change, &probe);
	on_probe_change(&probe);
	probe.drops = sync_drops_watch_new(probe.loop, &backup, geteuid(), on_probe_drops, &probe);
	loop_run(probe.loop);
	sync_drops_watch_free(probe.drops);
	sockets_close(&probe);
	sync_keeper_free(probe.keeper);
	loop_io_free(input);
	ipvs_genl_close(probe.genl);
	loop_free(probe.loop);
	return 0;
}
