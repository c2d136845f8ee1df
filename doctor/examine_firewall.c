/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the packet filter lets through what the configuration needs. */
#include "doctor/examine.h"
#include "doctor/firewall.h"
#include "doctor/openings.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/* Openings that are closed and said one by one. */
#define SAID_MAX 20

struct judge {
	struct findings *findings;
	size_t n_closed;
};

static void judge_opening(struct judge *judge, const struct firewall *firewall, const char *program,
			  const struct opening *opening)
{
	const struct firewall_packet packet = {.protocol = opening->protocol,
					       .source = opening->source,
					       .destination = opening->destination,
					       .port = opening->port,
					       .in = opening->in,
					       .out = opening->out};
	struct err why;
	enum firewall_verdict verdict = firewall_judge(firewall, opening->chain, &packet, &why);
	char *rule;

	if (verdict == FIREWALL_ACCEPTS || ++judge->n_closed > SAID_MAX)
		return;
	rule = opening_rule(opening);
	finding_add(judge->findings, verdict == FIREWALL_DROPS ? FINDING_PROBLEM : FINDING_WARNING,
		    "firewall", rule, "%s (%s): %s", opening->why, program, why.text);
	free(rule);
}

static const char *hook_of(const char *chain)
{
	return strcmp(chain, "INPUT") == 0    ? "input"
	       : strcmp(chain, "OUTPUT") == 0 ? "output"
					      : "forward";
}

/* Rules of nftables are a language of their own, which is not read here: only said. */
static void judge_nft(const struct openings *openings, const struct doctor_facts *facts,
		      struct findings *findings)
{
	for (size_t i = 0; i < facts->nft_chains.n; i++) {
		const struct doctor_nft_chain *chain = &facts->nft_chains.items[i];
		size_t n = 0;

		for (size_t j = 0; j < openings->list.n; j++)
			n += strcmp(hook_of(openings->list.items[j].chain), chain->hook) == 0;
		if (n)
			finding_add(
			    findings, FINDING_UNKNOWN, "firewall",
			    "compare its rules with the openings below",
			    "the chain %s of nftables drops what none of its rules accepts; "
			    "whether they accept the %zu openings of that hook is not examined",
			    chain->name, n);
	}
}

void examine_firewall(const struct conf *conf, const struct doctor_facts *facts,
		      struct findings *findings)
{
	struct judge judge = {.findings = findings};
	size_t before = findings->list.n, n_read = 0;
	struct openings openings;

	openings_of(conf, &openings);
	for (size_t i = 0; i < facts->rulesets.n; i++) {
		const struct doctor_ruleset *ruleset = &facts->rulesets.items[i];
		struct firewall *firewall;

		if (!ruleset->text)
			continue;
		n_read++;
		firewall = firewall_parse(ruleset->text);
		for (size_t j = 0; j < openings.list.n; j++)
			if (openings.list.items[j].family == ruleset->family)
				judge_opening(&judge, firewall, ruleset->program,
					      &openings.list.items[j]);
		firewall_free(firewall);
	}
	if (judge.n_closed > SAID_MAX)
		finding_add(findings, FINDING_PROBLEM, "firewall", NULL,
			    "%zu more openings are closed", judge.n_closed - SAID_MAX);
	judge_nft(&openings, facts, findings);
	if (findings->list.n == before)
		finding_add(findings, n_read ? FINDING_OK : FINDING_UNKNOWN, "firewall", NULL,
			    n_read ? "the rules of iptables let everything through that is needed"
				   : "no iptables program is there whose rules could be read");
	vec_free(&openings.list);
}
