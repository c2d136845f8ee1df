/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looks at the machine (edge). Changes nothing on it; the only packets sent are ARP requests and
 * neighbour solicitations, and it waits about as long as it listens for advertisements. What cannot
 * be had is left unknown.
 */
#ifndef LVSD_DOCTOR_GATHER_H
#define LVSD_DOCTOR_GATHER_H

#include "doctor/facts.h"

/* At most so long is listened, whatever the interval of the instances. */
#define DOCTOR_LISTEN_MAX_MS 10000

/* conf_path and run_dir are the files of the daemon, for their permissions. */
void doctor_gather(const struct conf *conf, const char *conf_path, const char *run_dir,
		   struct doctor_facts *ret_facts);

/* The parts of it. */
void gather_proc(const struct conf *conf, struct doctor_facts *facts);
void gather_net(const struct conf *conf, struct doctor_facts *facts);
/* After gather_net(). */
void gather_interface_sysctls(struct doctor_facts *facts);
void gather_firewall(struct doctor_facts *facts);
/* After gather_net(). */
void gather_neighbours(const struct conf *conf, struct doctor_facts *facts);
void gather_adverts(const struct conf *conf, struct doctor_facts *facts);

/*
 * Runs a program with what it prints on stdout as text, for free(); NULL when it is not there,
 * fails, or takes longer than a few seconds.
 */
char *gather_output(const char *const argv[]);

#endif
