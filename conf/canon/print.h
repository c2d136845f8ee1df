/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints the canonical text of a snapshot: every value in force, with a comment at each default. */
#ifndef LVSD_CONF_CANON_PRINT_H
#define LVSD_CONF_CANON_PRINT_H

#include "conf/conf.h"

#include <stdio.h>

/* Prints for people: passwords are shown as "***". With the passwords put back, the text gives an
 * equal snapshot when it is loaded. */
void conf_print(const struct conf *conf, FILE *out);

/* Prints with the passwords, for files that only root and lvsd can read. The text gives an equal
 * snapshot when it is loaded. */
void conf_print_secrets(const struct conf *conf, FILE *out);

/* The size of the text of conf_lost(). */
#define CONF_LOST_MAX 128

/* Was an object or an address of the file left out because of --lenient? */
bool conf_has_lost(const struct conf *conf);
/*
 * Says what --lenient has left out. Returns text, or NULL when nothing was left out. Real servers
 * are counted only where their service is in the snapshot. Addresses are VIPs and peers. Example:
 * "0 virtual servers, 1 VRRP instance, 2 addresses".
 */
const char *conf_lost(const struct conf *conf, char text[static CONF_LOST_MAX]);

#endif
