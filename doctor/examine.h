/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds out what is wrong with a director, from its configuration and the facts that were gathered
 * about the machine. Each finding says what was examined, what that means for this configuration,
 * and what to do. Pure.
 */
#ifndef LVSD_DOCTOR_EXAMINE_H
#define LVSD_DOCTOR_EXAMINE_H

#include "conf/conf.h"
#include "doctor/facts.h"
#include "doctor/finding.h"

/* Fills ret_findings, in a fixed order of subjects. Each subject has at least one finding. */
void examine(const struct conf *conf, const struct doctor_facts *facts,
	     struct findings *ret_findings);

/* May a handover that was under way while the facts were gathered explain a finding of examine()? Then it
 * is not there when they are gathered again. Example: this director and another one have both advertised. */
bool examine_may_pass(const struct doctor_facts *facts);

/* The parts of examine(). Each adds the findings of one subject or of a few. */
void examine_left(const struct doctor_facts *facts, struct findings *findings);
void examine_links(const struct doctor_facts *facts, struct findings *findings);
void examine_kernel(const struct conf *conf, const struct doctor_facts *facts,
		    struct findings *findings);
void examine_network(const struct conf *conf, const struct doctor_facts *facts,
		     struct findings *findings);
void examine_vrrp(const struct conf *conf, const struct doctor_facts *facts,
		  struct findings *findings);
void examine_sync(const struct conf *conf, const struct doctor_facts *facts,
		  struct findings *findings);
/* What the running lvsd reports about itself. */
void examine_running(const struct doctor_facts *facts, struct findings *findings);
/* Compares the advertisements of other directors with the configuration. */
void examine_peers(const struct conf *conf, const struct doctor_facts *facts,
		   struct findings *findings);
void examine_firewall(const struct conf *conf, const struct doctor_facts *facts,
		      struct findings *findings);

#endif
