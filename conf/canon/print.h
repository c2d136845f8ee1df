/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints the canonical text of a snapshot: every value in force, with a comment at each default. */
#ifndef LVSD_CONF_CANON_PRINT_H
#define LVSD_CONF_CANON_PRINT_H

#include "conf/conf.h"

#include <stdio.h>

/* For people: passwords are shown as "***". Except for them, the text gives an equal snapshot when
 * it is loaded. */
void conf_print(const struct conf *conf, FILE *out);

/* With the passwords, for files that nobody else can read. The text gives an equal snapshot when it
 * is loaded. */
void conf_print_secrets(const struct conf *conf, FILE *out);

/* The size of the text of conf_lost(). */
#define CONF_LOST_MAX 128

/* Was anything of the file left out because of --lenient? */
bool conf_has_lost(const struct conf *conf);
/*
 * Says what --lenient has left out. Returns text, or NULL when nothing was left out. Real servers
 * are counted if their service is not itself left out. Addresses are VIPs and peers.
 * Example: "0 virtual servers, 1 VRRP instance, 2 addresses".
 */
const char *conf_lost(const struct conf *conf, char text[static CONF_LOST_MAX]);

#endif
