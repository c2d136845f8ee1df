/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints findings and openings, for a person or as JSON for a program. */
#ifndef LVSD_DOCTOR_REPORT_H
#define LVSD_DOCTOR_REPORT_H

#include "doctor/finding.h"
#include "doctor/openings.h"

#include <stdio.h>

/* Prints a line for each finding, then the openings, as `lvsctl doctor` shows them. */
void doctor_report_text(const struct findings *findings, const struct openings *openings,
			FILE *out);

/* doc/control.md describes the JSON. */
void doctor_report_json(const struct findings *findings, const struct openings *openings,
			FILE *out);

#endif
