/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checks whether this machine has what a configuration needs: interfaces, source addresses, users,
 * scripts, files for TLS, the kernel module for FTP. A correct file may be read on a machine that
 * is not ready for it yet, so this only warns. It also warns of a configuration that does nothing
 * at all. Needs no privilege; asks the name service for users.
 */
#ifndef LVSD_DAEMON_DIRECTOR_CONFIG_MACHINE_H
#define LVSD_DAEMON_DIRECTOR_CONFIG_MACHINE_H

#include "conf/conf.h"
#include "conf/text/diag.h"

/* Appends a warning for each thing that is missing or not fit, in the order of the file, to diags
 * of the load that made conf. With conf NULL nothing is checked. */
void machine_judge(const struct conf *conf, struct diags *diags);

#endif
