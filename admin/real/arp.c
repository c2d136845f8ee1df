/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "admin/real/arp.h"

#include "admin/real/exec.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The most words of a rule after -A CHAIN or -D CHAIN. */
#define RULE_WORDS 8

struct rule {
	const char *chain;
	const char *words[RULE_WORDS]; /* NULL after the last one */
	const char *match, *target;    /* as a listing shows them */
};

/* arptables may be the one of nftables, for which the kernel may lack ARP support. */
static const char *const programs[] = {"arptables", "arptables-legacy"};

#define N_PROGRAMS (sizeof(programs) / sizeof(programs[0]))

/* Whether a line of the listing has the rule's target, and its match with this address. */
static bool is_rule_listed(char *listing, const struct rule *rule, const char *vip)
{
	char *rest = NULL, wanted[ADDR_TEXT_MAX + 8];
	size_t len;

	snprintf(wanted, sizeof(wanted), "%s %s", rule->match, vip);
	len = strlen(wanted);
	for (char *line = strtok_r(listing, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		const char *found = strstr(line, wanted);

		if (found && (found[len] == ' ' || !found[len]) && strstr(line, rule->target))
			return true;
	}
	return false;
}

static bool is_there(const char *program, const struct rule *rule, const char *vip)
{
	const char *argv[] = {program, "-n", "-L", rule->chain, NULL};
	char *listing;
	bool is_found = real_exec(argv, &listing) == 0 && is_rule_listed(listing, rule, vip);

	free(listing);
	return is_found;
}

static int change(const char *program, const char *action, const struct rule *rule, struct err *err)
{
	const char *argv[RULE_WORDS + 4] = {program, action, rule->chain};
	char *output;
	int status;

	memcpy(argv + 3, rule->words, sizeof(rule->words));
	status = real_exec(argv, &output);
	if (status)
		err_set(err, -EIO, "%s %s %s: %.*s", program, action, rule->chain,
			(int)strcspn(output, "\n"), output);
	free(output);
	return status ? -EIO : 0;
}

static void make_rules(const char *vip, const char *source, struct rule rules[static 2])
{
	rules[0] = (struct rule){"INPUT", {"-d", vip, "-j", "DROP", NULL}, "-d", "DROP"};
	rules[1] = (struct rule){
	    "OUTPUT", {"-s", vip, "-j", "mangle", "--mangle-ip-s", source, NULL}, "-s", "mangle"};
}

static int add_rules(const char *program, const struct rule rules[static 2], const char *vip,
		     bool *ret_is_changed, struct err *err)
{
	*ret_is_changed = false;
	for (size_t i = 0; i < 2; i++) {
		if (is_there(program, &rules[i], vip))
			continue;
		if (change(program, "-A", &rules[i], err) < 0)
			return -EIO;
		*ret_is_changed = true;
	}
	return 0;
}

int real_arp_add(const struct addr *vip, const struct addr *source, bool *ret_is_changed,
		 struct err *err)
{
	char vip_text[ADDR_TEXT_MAX], source_text[ADDR_TEXT_MAX];
	struct rule rules[2];

	make_rules(addr_format(vip, vip_text), addr_format(source, source_text), rules);
	for (size_t i = 0; i < N_PROGRAMS; i++)
		if (add_rules(programs[i], rules, vip_text, ret_is_changed, err) == 0)
			return 0;
	return err_wrap(err, -EIO,
			"arptables is not there or does not work with this kernel (apt-get install "
			"arptables, or use --arp sysctl)");
}

int real_arp_del(const struct addr *vip, const struct addr *source, struct err *err)
{
	char vip_text[ADDR_TEXT_MAX], source_text[ADDR_TEXT_MAX];
	struct rule rules[2];

	make_rules(addr_format(vip, vip_text), addr_format(source, source_text), rules);
	for (size_t i = 0; i < N_PROGRAMS; i++)
		for (size_t k = 0; k < 2; k++)
			if (is_there(programs[i], &rules[k], vip_text) &&
			    change(programs[i], "-D", &rules[k], err) < 0)
				return -EIO;
	return 0;
}
