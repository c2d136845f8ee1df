/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a configuration needs of the machine it is read on: interfaces, users, scripts, files for
 * TLS. A file can be right and the machine not ready for it (yet), so all this warns and refuses
 * nothing. Needs no privilege; asks the name service for users.
 */
#ifndef LVSD_DAEMON_MACHINE_H
#define LVSD_DAEMON_MACHINE_H

#include "conf/conf.h"
#include "conf/diag.h"

/*
 * Appends a warning for each thing that is absent or unfit, once each, to diags, in file order.
 * text (len bytes) is the file that conf was made of: warnings show the line they are about. conf
 * may be NULL: then nothing is looked at.
 */
void machine_judge(const struct conf *conf, const char *text, size_t len, struct diags *diags);

#endif
