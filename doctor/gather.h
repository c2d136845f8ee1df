/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Gathers the facts about the machine (edge). It changes nothing. It sends only ARP requests and
 * neighbour solicitations, and takes about as long as it listens for advertisements. Facts that it
 * cannot get stay unknown.
 */
#ifndef LVSD_DOCTOR_GATHER_H
#define LVSD_DOCTOR_GATHER_H

#include "doctor/facts.h"

/* The longest time to listen for advertisements, whatever the interval of the instances. */
#define DOCTOR_LISTEN_MAX_MS 10000

/* Fills *ret_facts. conf_path and run_dir are the daemon's configuration file and run dir, whose
 * permissions are read. conf_path NULL: conf is lvsd's own copy in the run dir. */
void doctor_gather(const struct conf *conf, const char *conf_path, const char *run_dir,
		   struct doctor_facts *ret_facts);

/* The parts of doctor_gather(). */
void gather_proc(const struct conf *conf, struct doctor_facts *facts);
void gather_net(const struct conf *conf, struct doctor_facts *facts);
/* To be called after gather_net(). */
void gather_interface_sysctls(struct doctor_facts *facts);
void gather_firewall(struct doctor_facts *facts);
/* To be called after gather_net(). */
void gather_neighbours(const struct conf *conf, struct doctor_facts *facts);
void gather_adverts(const struct conf *conf, struct doctor_facts *facts);

/* Runs a program. Returns its standard output as text, for free(); NULL if the program does not
 * exist, fails, or takes longer than a few seconds. */
char *gather_output(const char *const argv[]);

#endif
