/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Examines whether the packet filter lets through the packets that the configuration needs. */
#include "doctor/examine.h"
#include "base/plural.h"
#include "doctor/firewall.h"
#include "doctor/nft.h"
#include "doctor/openings.h"

#include <stdlib.h>
#include <string.h>

/* The most closed openings that are reported one by one. */
#define REPORTED_MAX 20

struct judge {
	struct findings *findings;
	size_t n_closed;
};

static struct firewall_packet packet_of(const struct opening *opening)
{
	return (struct firewall_packet){.family = opening->family,
					.protocol = opening->protocol,
					.source = opening->source,
					.destination = opening->destination,
					.port = opening->port,
					.port_last = opening->port_last,
					.source_port = opening->source_port,
					.state = opening->state,
					.in = opening->in,
					.out = opening->out};
}

/* Frees remedy. */
static void report_closed(struct judge *judge, const struct opening *opening, const char *program,
			  enum firewall_verdict verdict, const char *why, char *remedy)
{
	if (++judge->n_closed <= REPORTED_MAX)
		finding_add(judge->findings,
			    verdict == FIREWALL_DROPS ? FINDING_PROBLEM : FINDING_WARNING,
			    "firewall", remedy, "%s (%s): %s", opening->why, program, why);
	free(remedy);
}

static void judge_iptables(struct judge *judge, const struct doctor_ruleset *ruleset,
			   const struct openings *openings)
{
	struct firewall *firewall = firewall_parse(ruleset->text);

	for (size_t i = 0; i < openings->list.n; i++) {
		const struct opening *opening = &openings->list.items[i];
		struct firewall_packet packet = packet_of(opening);
		enum firewall_verdict verdict;
		struct firewall_place where;
		struct err why;

		if (opening->family != ruleset->family)
			continue;
		verdict = firewall_judge(firewall, opening->chain, &packet, &why, &where);
		if (verdict != FIREWALL_ACCEPTS)
			report_closed(judge, opening, ruleset->program, verdict, why.text,
				      opening_table_rule(opening, where.table, where.chain));
	}
	firewall_free(firewall);
}

/* Whether the ruleset is that of iptables-nft, which reads its own tables of nftables. */
static bool is_read_by_iptables(const struct doctor_ruleset *ruleset)
{
	return ruleset->text && strstr(ruleset->program, "-nft-") &&
	       strstr(ruleset->text, "*filter\n");
}

static void judge_nft(struct judge *judge, const struct doctor_facts *facts,
		      const struct openings *openings)
{
	struct nft *nft = nft_parse(facts->nft);

	if (!nft) {
		finding_add(judge->findings, FINDING_UNKNOWN, "firewall",
			    "compare `nft list ruleset` with the openings below",
			    "the output of nft is not a list of rules in JSON");
		return;
	}
	for (size_t i = 0; i < facts->rulesets.n; i++)
		if (is_read_by_iptables(&facts->rulesets.items[i]))
			nft_skip_iptables(nft, facts->rulesets.items[i].family);
	for (size_t i = 0; i < openings->list.n; i++) {
		const struct opening *opening = &openings->list.items[i];
		struct firewall_packet packet = packet_of(opening);
		struct err why;
		const char *chain;
		enum firewall_verdict verdict =
		    nft_judge(nft, opening->chain, &packet, &why, &chain);

		if (verdict != FIREWALL_ACCEPTS)
			report_closed(judge, opening, "nft", verdict, why.text,
				      opening_nft_rule(opening, chain));
	}
	nft_free(nft);
}

void examine_firewall(const struct conf *conf, const struct doctor_facts *facts,
		      struct findings *findings)
{
	struct judge judge = {.findings = findings};
	size_t before = findings->list.n, n_read = 0;
	struct openings openings;

	openings_of(conf, &openings);
	for (size_t i = 0; i < facts->rulesets.n; i++) {
		if (!facts->rulesets.items[i].text)
			continue;
		n_read++;
		judge_iptables(&judge, &facts->rulesets.items[i], &openings);
	}
	if (facts->nft)
		judge_nft(&judge, facts, &openings);
	else if (facts->has_nft_rules)
		finding_add(findings, FINDING_UNKNOWN, "firewall", "install nftables",
			    "the kernel has rules of nftables, but the program nft, which lists "
			    "them, is not installed: rules that were not made by iptables are not "
			    "examined");
	if (judge.n_closed > REPORTED_MAX)
		finding_add(findings, FINDING_PROBLEM, "firewall", NULL,
			    "%zu more opening%s closed", judge.n_closed - REPORTED_MAX,
			    plural_of(judge.n_closed - REPORTED_MAX, " is", "s are"));
	if (findings->list.n == before && (n_read || facts->nft))
		finding_add(findings, FINDING_OK, "firewall", NULL,
			    "the rules of %s let all packets through that the configuration needs",
			    !facts->nft ? "iptables"
			    : n_read    ? "iptables and nftables"
					: "nftables");
	else if (findings->list.n == before)
		finding_add(findings, FINDING_UNKNOWN, "firewall", "install iptables or nftables",
			    "neither iptables nor nft could be run, so the packet filter was not "
			    "examined");
	vec_free(&openings.list);
}
