/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The dialogue of TCP_CHECK: its keywords, and the rules of its steps. */
#ifndef LVSD_CONF_KINDS_STEPS_H
#define LVSD_CONF_KINDS_STEPS_H

#include "conf/kind.h"

/* The tables with the fields of a step. */
extern const struct schema_table *const steps_tables[];

/* The functions settle and judge of a kind with a dialogue (struct conf_kind_rules in
 * conf/kind.h). */
void steps_settle(struct draft *draft, const struct node *node,
		  const struct build_heritage *heritage, struct conf_check *check);
void steps_judge(struct draft *draft, const struct conf_check *check);

#endif
