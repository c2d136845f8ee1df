/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Questions about a configuration and the facts that several files of this room ask. Pure. */
#ifndef LVSD_DOCTOR_EXAMINE_HELP_H
#define LVSD_DOCTOR_EXAMINE_HELP_H

#include "conf/conf.h"
#include "doctor/facts.h"

/* The number of real servers of vs, its sorry server included, and the server with index i. The
 * sorry server is the last. */
size_t examine_n_servers(const struct conf_virtual_server *vs);
const struct conf_real_server *examine_server(const struct conf_virtual_server *vs, size_t i);

/* Whether any real server or sorry server of conf is reached by method. */
bool examine_has_method(const struct conf *conf, enum conf_method method);

/* What to do when a socket could not be opened. The sentence for root differs: a lack of privileges
 * is not the cause then. */
const char *examine_socket_remedy(const struct doctor_facts *facts);

/* Whether addr is in the network with this address and prefix length. */
bool examine_spans(const struct addr *network, uint8_t prefix_len, const struct addr *addr);

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
/* Finds the interface that carries no packets, and over which the address of route would be reached
 * if it did. NULL: there is no such interface. */
const struct doctor_interface *examine_link_cut(const struct doctor_facts *facts,
						const struct doctor_route *route);

#endif
