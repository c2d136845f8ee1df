/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a file that brings `ca` from keepalived expects that it is verified. */
#ifndef LVSD_CONF_KINDS_SSL_CA_H
#define LVSD_CONF_KINDS_SSL_CA_H

struct draft;

/* Says that `ca` is verified, to a file that seems to be written for keepalived. To be called when the services
 * have been built. */
void check_ca(struct draft *draft);

#endif
