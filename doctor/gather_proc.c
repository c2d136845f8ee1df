/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Gathers modules, sysctls, the clock and packet filters. */
#include "base/mem.h"
#include "doctor/examine_help.h"
#include "doctor/gather.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>
#include <sys/utsname.h>
#include <unistd.h>

/* --- modules --- */

/*
 * Whether one of the lists that modules_install writes has the module. -ENOENT if there is no list.
 */
static int is_module_listed(const char *list, const char *module)
{
	struct utsname name;
	char *path, *line = NULL, *file_name;
	size_t cap = 0;
	bool is_found = false;
	FILE *file;

	if (uname(&name) < 0)
		return -errno;
	path = mem_printf("/lib/modules/%s/%s", name.release, list);
	file_name = mem_printf("/%s.ko", module);
	file = fopen(path, "re");
	while (file && !is_found && getline(&line, &cap, file) >= 0) {
		line[strcspn(line, ":\n")] = '\0';
		is_found = strstr(line, file_name) != NULL;
	}
	free(line);
	free(path);
	free(file_name);
	if (!file)
		return -ENOENT;
	fclose(file);
	return is_found;
}

static enum doctor_module_state module_state(const char *module)
{
	char *path = mem_printf("/sys/module/%s", module);
	bool is_loaded = access(path, F_OK) == 0;
	int is_loadable;

	free(path);
	if (is_loaded || is_module_listed("modules.builtin", module) > 0)
		return DOCTOR_MODULE_LOADED;
	is_loadable = is_module_listed("modules.dep", module);
	return is_loadable > 0    ? DOCTOR_MODULE_LOADABLE
	       : is_loadable == 0 ? DOCTOR_MODULE_ABSENT
				  : DOCTOR_MODULE_UNKNOWN;
}

static void add_module(struct doctor_facts *facts, const char *prefix, const char *name,
		       const char *loss)
{
	char *module = mem_printf("%s%s", prefix, name);
	struct doctor_module *added;

	for (size_t i = 0; i < facts->modules.n; i++)
		if (strcmp(facts->modules.items[i].name, module) == 0) {
			free(module);
			return;
		}
	added = vec_push(&facts->modules);
	*added = (struct doctor_module){module, loss, module_state(module)};
}

static void add_modules(const struct conf *conf, struct doctor_facts *facts)
{
	static const char full_nat[] = "full NAT does not work",
			  match[] = "match blocks of firewall marks do not work";
	bool has_match = false;

	for (size_t i = 0; i < conf->n_virtual_servers; i++) {
		const struct conf_virtual_server *vs = &conf->virtual_servers[i];

		add_module(facts, "ip_vs_", vs->scheduler,
			   "services with that scheduler cannot be created");
		if (*vs->persistence_engine)
			add_module(facts, "ip_vs_pe_", vs->persistence_engine,
				   "services with that persistence engine cannot be created");
		has_match = has_match || vs->n_matches;
	}
	if (has_match)
		add_module(facts, "", "xt_set", match);
	if (examine_has_method(conf, CONF_METHOD_FNAT)) {
		add_module(facts, "", "xt_set", full_nat);
		add_module(facts, "", "xt_ipvs", full_nat);
	}
}

/* --- sysctls --- */

/* Returns false if there is no such file or no number in it. */
static bool read_number(const char *path, long *ret_value)
{
	char text[32] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool is_read = fd >= 0 && read(fd, text, sizeof(text) - 1) > 0;

	if (fd >= 0)
		close(fd);
	if (is_read)
		*ret_value = strtol(text, NULL, 10);
	return is_read;
}

static void add_sysctl(struct doctor_facts *facts, const char *name)
{
	struct doctor_sysctl *sysctl = vec_push(&facts->sysctls);
	char *path = mem_printf("/proc/sys/%s", name);

	for (char *at = path + strlen("/proc/sys/"); *at; at++)
		if (*at == '.')
			*at = '/';
	sysctl->name = mem_strdup(name);
	sysctl->is_there = read_number(path, &sysctl->value);
	free(path);
}

static void read_ipv4(const struct doctor_interface *interface, const char *name, long *ret_number)
{
	char *path = mem_printf("/proc/sys/net/ipv4/conf/%s/%s", interface->name, name);

	read_number(path, ret_number);
	free(path);
}

void gather_interface_sysctls(struct doctor_facts *facts)
{
	for (size_t i = 0; i < facts->interfaces.n; i++) {
		struct doctor_interface *interface = &facts->interfaces.items[i];

		read_ipv4(interface, "rp_filter", &interface->rp_filter);
		read_ipv4(interface, "send_redirects", &interface->send_redirects);
		read_ipv4(interface, "arp_ignore", &interface->arp_ignore);
	}
}

/* --- packet filters --- */

static void add_ruleset(struct doctor_facts *facts, const char *program, uint16_t family)
{
	const char *const argv[] = {program, NULL};
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
					      "net.ipv4.conf.all.arp_ignore",
					      "net.netfilter.nf_conntrack_max",
					      "net.netfilter.nf_conntrack_count"};
	struct timex clock = {0};
	int state = adjtimex(&clock);

	facts->is_clock_known = state >= 0;
	facts->is_clock_synchronized = state >= 0 && !(clock.status & STA_UNSYNC);
	facts->has_ipvs = access("/proc/net/ip_vs", F_OK) == 0;
	add_modules(conf, facts);
	for (size_t i = 0; i < sizeof(sysctls) / sizeof(sysctls[0]); i++)
		add_sysctl(facts, sysctls[i]);
}
