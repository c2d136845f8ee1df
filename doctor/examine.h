/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is wrong with a director, from its configuration and what was seen of the machine. Pure:
 * each finding says what was looked at, what that means for this configuration, and the way out.
 */
#ifndef LVSD_DOCTOR_EXAMINE_H
#define LVSD_DOCTOR_EXAMINE_H

#include "base/vec.h"
#include "conf/conf.h"
#include "doctor/facts.h"

enum finding_severity {
	FINDING_OK,
	FINDING_UNKNOWN, /* could not be examined */
	FINDING_WARNING, /* works, but not in every case */
	FINDING_PROBLEM, /* part of this configuration does not work */
};

struct finding {
	enum finding_severity severity;
	const char *subject; /* "modules", "firewall": one word, for sorting and JSON */
	char *text;          /* a sentence */
	char *remedy;        /* the way out, or NULL */
};

struct findings {
	VEC(struct finding) list;
};

/* Fills ret_findings, in a fixed order of subjects; each subject has at least one finding. */
void examine(const struct conf *conf, const struct doctor_facts *facts,
	     struct findings *ret_findings);
void findings_fini(struct findings *findings);

/* "ok", "unknown", "warning", "problem". */
const char *finding_severity_name(enum finding_severity severity);

/* Appends one; for the files of this room. remedy may be NULL. */
void finding_add(struct findings *findings, enum finding_severity severity, const char *subject,
		 const char *remedy, const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Real servers of vs, and its sorry server, which comes last: how many, and number i. */
size_t examine_n_servers(const struct conf_virtual_server *vs);
const struct conf_real_server *examine_server(const struct conf_virtual_server *vs, size_t i);

/* Whether some real server of conf, or a sorry server, is reached by method. */
bool examine_has_method(const struct conf *conf, enum conf_method method);

/* The way out when a socket could not be had: other words for somebody who is root already. */
const char *examine_socket_remedy(const struct doctor_facts *facts);

/* Parts of examine(), one subject or a few each. */
void examine_kernel(const struct conf *conf, const struct doctor_facts *facts,
		    struct findings *findings);
void examine_network(const struct conf *conf, const struct doctor_facts *facts,
		     struct findings *findings);
void examine_vrrp(const struct conf *conf, const struct doctor_facts *facts,
		  struct findings *findings);
void examine_sync(const struct conf *conf, const struct doctor_facts *facts,
		  struct findings *findings);
/* What other directors advertise, beside what the configuration says. */
void examine_peers(const struct conf *conf, const struct doctor_facts *facts,
		   struct findings *findings);
void examine_firewall(const struct conf *conf, const struct doctor_facts *facts,
		      struct findings *findings);

#endif
