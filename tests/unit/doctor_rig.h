/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of doctor share: a file, the facts about a machine, and what doctor finds. */
#ifndef LVSD_TESTS_UNIT_DOCTOR_RIG_H
#define LVSD_TESTS_UNIT_DOCTOR_RIG_H

#include "conf/load.h"
#include "doctor/examine.h"

extern struct conf *conf;
extern struct doctor_facts facts;
extern struct findings findings;

struct addr address(const char *text);

/* Makes text the file. */
void reload(const char *text);

/* Frees all three. */
void teardown(void);

/* The first finding of subject whose text has part in it. */
const struct finding *find(const char *subject, const char *part);

/* There is such a finding, of this severity. */
void expect(enum finding_severity severity, const char *subject, const char *part);

#endif
