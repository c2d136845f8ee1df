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

/* Bytes of a remedy that examine_link_remedy() writes. */
#define EXAMINE_REMEDY_MAX 160

/* "does not exist" (NULL), "is down", "has no carrier"; NULL: it carries packets. */
const char *examine_link_fault(const struct doctor_interface *interface);
/* The way out of that fault of the interface called name: "ip link set eth0 up". Returns text. */
const char *examine_link_remedy(const struct doctor_interface *interface, const char *name,
				char text[static EXAMINE_REMEDY_MAX]);
/* An address of the machine on the interface has addr in its network. */
bool examine_link_has_network(const struct doctor_facts *facts, unsigned interface,
			      const struct addr *addr);
/* The interface that carries no packet and cuts off the address of route; NULL: none does. */
const struct doctor_interface *examine_link_cut(const struct doctor_facts *facts,
						const struct doctor_route *route);

/* The network that an address with its prefix spans has addr in it. */
bool examine_spans(const struct addr *network, uint8_t prefix_len, const struct addr *addr);

/* Parts of examine(), one subject or a few each. */
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
/* What other directors advertise, beside what the configuration says. */
void examine_peers(const struct conf *conf, const struct doctor_facts *facts,
		   struct findings *findings);
void examine_firewall(const struct conf *conf, const struct doctor_facts *facts,
		      struct findings *findings);

#endif
