/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds out what is wrong with a director, from its configuration and the facts that were gathered
 * about the machine. Each finding says what was examined, what that means for this configuration,
 * and what to do. Pure.
 */
#ifndef LVSD_DOCTOR_EXAMINE_H
#define LVSD_DOCTOR_EXAMINE_H

#include "base/vec.h"
#include "conf/conf.h"
#include "doctor/facts.h"

enum finding_severity {
	FINDING_OK,
	FINDING_UNKNOWN, /* could not be examined */
	FINDING_WARNING, /* it works, but not in every case */
	FINDING_PROBLEM, /* a part of this configuration does not work */
};

struct finding {
	enum finding_severity severity;
	const char *subject; /* one word, such as "modules" or "firewall", for sorting and JSON */
	char *text;          /* a sentence */
	char *remedy;        /* what to do, or NULL */
};

struct findings {
	VEC(struct finding) list;
};

/* Fills ret_findings, in a fixed order of subjects. Each subject has at least one finding. */
void examine(const struct conf *conf, const struct doctor_facts *facts,
	     struct findings *ret_findings);
void findings_fini(struct findings *findings);

/* Returns "ok", "unknown", "warning" or "problem". */
const char *finding_severity_name(enum finding_severity severity);

/* Appends a finding. For the files of this room. remedy may be NULL. */
void finding_add(struct findings *findings, enum finding_severity severity, const char *subject,
		 const char *remedy, const char *format, ...) __attribute__((format(printf, 5, 6)));

/* The number of real servers of vs, its sorry server included, and the server with index i. The
 * sorry server is the last. */
size_t examine_n_servers(const struct conf_virtual_server *vs);
const struct conf_real_server *examine_server(const struct conf_virtual_server *vs, size_t i);

/* Whether any real server or sorry server of conf is reached by method. */
bool examine_has_method(const struct conf *conf, enum conf_method method);

/* What to do when a socket could not be opened. root, who needs no further privileges, gets other
 * words. */
const char *examine_socket_remedy(const struct doctor_facts *facts);

/* Room for the text of examine_link_remedy(), with its NUL. */
#define EXAMINE_REMEDY_MAX 160

/* What is wrong with the interface: "does not exist" (for NULL), "is down" or "has no carrier".
 * NULL: it carries packets. */
const char *examine_link_fault(const struct doctor_interface *interface);
/* What to do about that fault of the interface called name. Example: "ip link set eth0 up". Returns
 * text. */
const char *examine_link_remedy(const struct doctor_interface *interface, const char *name,
				char text[static EXAMINE_REMEDY_MAX]);
/* Whether addr is in the network of an address that the machine has on the interface. */
bool examine_link_has_network(const struct doctor_facts *facts, unsigned interface,
			      const struct addr *addr);
/* The interface that carries no packets and over which the address of route would be reached; NULL:
 * there is none. */
const struct doctor_interface *examine_link_cut(const struct doctor_facts *facts,
						const struct doctor_route *route);

/* Whether addr is in the network with this address and prefix length. */
bool examine_spans(const struct addr *network, uint8_t prefix_len, const struct addr *addr);

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
/* Compares the advertisements of other directors with the configuration. */
void examine_peers(const struct conf *conf, const struct doctor_facts *facts,
		   struct findings *findings);
void examine_firewall(const struct conf *conf, const struct doctor_facts *facts,
		      struct findings *findings);

#endif
