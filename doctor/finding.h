/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `lvsctl doctor` has found out: a list of sentences. Pure. */
#ifndef LVSD_DOCTOR_FINDING_H
#define LVSD_DOCTOR_FINDING_H

#include "base/vec.h"

/* How bad a finding is. With a PROBLEM `lvsctl doctor` ends with an error. */
enum finding_severity {
	FINDING_OK,
	FINDING_UNKNOWN, /* could not be examined */
	FINDING_WARNING, /* it works, but not in every case */
	FINDING_PROBLEM, /* a part of this configuration does not work */
};

/* One finding; it owns text and remedy. */
struct finding {
	enum finding_severity severity;
	const char *subject; /* one word, such as "modules" or "firewall", for sorting and JSON */
	char *text;          /* a sentence */
	char *remedy;        /* what to do, or NULL */
};

/* Findings in the order in which they were made. Begins as {0}. */
struct findings {
	VEC(struct finding) list;
};

/* Appends a finding. remedy may be NULL. */
void finding_add(struct findings *findings, enum finding_severity severity, const char *subject,
		 const char *remedy, const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Frees the findings. */
void findings_fini(struct findings *findings);

/* Returns "ok", "unknown", "warning" or "problem". */
const char *finding_severity_name(enum finding_severity severity);

#endif
