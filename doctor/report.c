/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "doctor/report.h"
#include "base/plural.h"

#include <jansson.h>
#include <stdlib.h>

void doctor_report_text(const struct findings *findings, const struct openings *openings, FILE *out)
{
	unsigned counts[FINDING_PROBLEM + 1] = {0};

	for (size_t i = 0; i < findings->list.n; i++) {
		const struct finding *finding = &findings->list.items[i];

		counts[finding->severity]++;
		fprintf(out, "%-8s %s: %s\n", finding_severity_name(finding->severity),
			finding->subject, finding->text);
		if (finding->remedy)
			fprintf(out, "%-8s   way out: %s\n", "", finding->remedy);
	}
	fprintf(out, "%u problem%s, %u warning%s, %u not examined\n", counts[FINDING_PROBLEM],
		plural(counts[FINDING_PROBLEM]), counts[FINDING_WARNING],
		plural(counts[FINDING_WARNING]), counts[FINDING_UNKNOWN]);
	if (openings->list.n)
		fputs("\nopenings that this configuration needs:\n", out);
	for (size_t i = 0; i < openings->list.n; i++) {
		char *rule = opening_rule(&openings->list.items[i]);

		fprintf(out, "  %s  # %s\n", rule, openings->list.items[i].why);
		free(rule);
	}
}

void doctor_report_json(const struct findings *findings, const struct openings *openings, FILE *out)
{
	json_t *all = json_array(), *open = json_array();
	json_t *root;

	for (size_t i = 0; i < findings->list.n; i++) {
		const struct finding *finding = &findings->list.items[i];

		json_array_append_new(all, json_pack("{s:s, s:s, s:s, s:s?}", "severity",
						     finding_severity_name(finding->severity),
						     "subject", finding->subject, "text",
						     finding->text, "remedy", finding->remedy));
	}
	for (size_t i = 0; i < openings->list.n; i++) {
		const struct opening *opening = &openings->list.items[i];
		char *rule = opening_rule(opening);

		json_array_append_new(open, json_pack("{s:s, s:s, s:s}", "chain", opening->chain,
						      "why", opening->why, "rule", rule));
		free(rule);
	}
	root = json_pack("{s:i, s:o, s:o}", "schema", 1, "findings", all, "openings", open);
	json_dumpf(root, out, JSON_INDENT(2));
	fputc('\n', out);
	json_decref(root);
}
