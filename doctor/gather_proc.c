/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Modules, sysctls, the clock, packet filters. */
#include "base/mem.h"
#include "doctor/gather.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>
#include <sys/utsname.h>
#include <unistd.h>

/* --- modules --- */

/* Whether one of the lists that modules_install leaves names the module. */
static bool is_listed(const char *list, const char *module)
{
	struct utsname name;
	char *path, *line = NULL, *file_name;
	size_t cap = 0;
	bool is_found = false;
	FILE *file;

	if (uname(&name) < 0)
		return false;
	path = mem_printf("/lib/modules/%s/%s", name.release, list);
	file_name = mem_printf("/%s.ko", module);
	file = fopen(path, "re");
	while (file && !is_found && getline(&line, &cap, file) >= 0) {
		line[strcspn(line, ":\n")] = '\0';
		is_found = strstr(line, file_name) != NULL;
	}
	if (file)
		fclose(file);
	free(line);
	free(path);
	free(file_name);
	return is_found;
}

static enum doctor_module_state module_state(const char *module)
{
	char *path = mem_printf("/sys/module/%s", module);
	bool is_loaded = access(path, F_OK) == 0;

	free(path);
	if (is_loaded || is_listed("modules.builtin", module))
		return DOCTOR_MODULE_LOADED;
	return is_listed("modules.dep", module) ? DOCTOR_MODULE_LOADABLE : DOCTOR_MODULE_ABSENT;
}

static void add_scheduler(struct doctor_facts *facts, const char *scheduler)
{
	char module[64];
	struct doctor_module *added;

	snprintf(module, sizeof(module), "ip_vs_%s", scheduler);
	for (size_t i = 0; i < facts->modules.n; i++)
		if (strcmp(facts->modules.items[i].name + strlen("ip_vs_"), scheduler) == 0)
			return;
	added = vec_push(&facts->modules);
	added->name = mem_strdup(module);
	added->state = module_state(module);
}

/* --- sysctls --- */

static void add_sysctl(struct doctor_facts *facts, const char *name)
{
	struct doctor_sysctl *sysctl = vec_push(&facts->sysctls);
	char *path = mem_printf("/proc/sys/%s", name), text[32] = "";
	int fd;

	for (char *at = path + strlen("/proc/sys/"); *at; at++)
		if (*at == '.')
			*at = '/';
	fd = open(path, O_RDONLY | O_CLOEXEC);
	sysctl->name = mem_strdup(name);
	if (fd >= 0) {
		sysctl->is_there = read(fd, text, sizeof(text) - 1) > 0;
		sysctl->value = strtol(text, NULL, 10);
		close(fd);
	}
	free(path);
}

/* --- packet filters --- */

static void add_ruleset(struct doctor_facts *facts, const char *program, uint16_t family)
{
	const char *const argv[] = {program, "-t", "filter", NULL};
	struct doctor_ruleset *ruleset = vec_push(&facts->rulesets);

	ruleset->program = program;
	ruleset->family = family;
	ruleset->text = gather_output(argv);
}

void gather_firewall(struct doctor_facts *facts)
{
	const char *const nft[] = {"nft", "-j", "-n", "list", "ruleset", NULL};

	add_ruleset(facts, "iptables-legacy-save", AF_INET);
	add_ruleset(facts, "ip6tables-legacy-save", AF_INET6);
	add_ruleset(facts, "iptables-nft-save", AF_INET);
	add_ruleset(facts, "ip6tables-nft-save", AF_INET6);
	facts->nft = gather_output(nft);
}

void gather_proc(const struct conf *conf, struct doctor_facts *facts)
{
	static const char *const sysctls[] = {"net.ipv4.ip_forward",
					      "net.ipv6.conf.all.forwarding",
					      "net.ipv4.conf.all.send_redirects",
					      "net.ipv4.conf.all.rp_filter",
					      "net.netfilter.nf_conntrack_max",
					      "net.netfilter.nf_conntrack_count"};
	struct timex clock = {0};
	int state = adjtimex(&clock);

	facts->is_clock_known = state >= 0;
	facts->is_clock_synchronized = state >= 0 && !(clock.status & STA_UNSYNC);
	facts->has_ipvs = access("/proc/net/ip_vs", F_OK) == 0;
	for (size_t i = 0; i < conf->n_virtual_servers; i++)
		add_scheduler(facts, conf->virtual_servers[i].scheduler);
	for (size_t i = 0; i < sizeof(sysctls) / sizeof(sysctls[0]); i++)
		add_sysctl(facts, sysctls[i]);
}
