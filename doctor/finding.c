/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "doctor/finding.h"
#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void finding_add(struct findings *findings, enum finding_severity severity, const char *subject,
		 const char *remedy, const char *format, ...)
{
	struct finding *finding = vec_push(&findings->list);
	char *text = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		mem_exhausted(1);
	va_end(args);
	finding->severity = severity;
	finding->subject = subject;
	finding->text = text;
	finding->remedy = remedy ? mem_strdup(remedy) : NULL;
}

void findings_fini(struct findings *findings)
{
	for (size_t i = 0; i < findings->list.n; i++) {
		free(findings->list.items[i].text);
		free(findings->list.items[i].remedy);
	}
	vec_free(&findings->list);
}

const char *finding_severity_name(enum finding_severity severity)
{
	static const char *const names[] = {"ok", "unknown", "warning", "problem"};

	return names[severity];
}
