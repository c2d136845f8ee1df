/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/doctor_rig.h"

#include <check.h>
#include <string.h>

struct conf *conf;
struct doctor_facts facts;
struct findings findings;

struct addr address(const char *text)
{
	struct addr addr;

	ck_assert_int_eq(addr_parse(text, &addr), 0);
	return addr;
}

void teardown(void)
{
	findings_fini(&findings);
	doctor_facts_fini(&facts);
	conf_free(conf);
}

const struct finding *find(const char *subject, const char *part)
{
	for (size_t i = 0; i < findings.list.n; i++)
		if (!strcmp(findings.list.items[i].subject, subject) &&
		    strstr(findings.list.items[i].text, part))
			return &findings.list.items[i];
	return NULL;
}

void expect(enum finding_severity severity, const char *subject, const char *part)
{
	const struct finding *finding = find(subject, part);

	ck_assert_msg(finding != NULL, "no finding of %s has \"%s\"", subject, part);
	ck_assert_int_eq(finding->severity, severity);
	ck_assert(severity != FINDING_PROBLEM || strcmp(subject, "vrrp") == 0 || finding->remedy);
}

void reload(const char *text)
{
	struct diags diags = {0};

	conf_free(conf);
	conf = conf_load_text("pair", text, strlen(text), &diags);
	if (!conf)
		diags_print(&diags, stderr);
	ck_assert_ptr_nonnull(conf);
	diags_free(&diags);
}
