/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a configuration needs of the machine it is read on: interfaces, source addresses, users,
 * scripts, files for TLS, the kernel module for FTP. A file can be right and the machine not ready
 * for it (yet), so all this warns and refuses nothing. A configuration that does nothing at all is
 * told as well. Needs no privilege; asks the name service for users.
 */
#ifndef LVSD_DAEMON_DIRECTOR_CONFIG_MACHINE_H
#define LVSD_DAEMON_DIRECTOR_CONFIG_MACHINE_H

#include "conf/conf.h"
#include "conf/text/diag.h"

/*
 * Appends a warning for each thing that is absent or unfit, once each, to the diags of the load
 * that made conf, in file order. conf may be NULL: then nothing is looked at.
 */
void machine_judge(const struct conf *conf, struct diags *diags);

#endif
