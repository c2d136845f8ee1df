/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The canonical text of a snapshot: every value in force, and a comment at those that are defaults.
 */
#ifndef LVSD_CONF_CANON_PRINT_H
#define LVSD_CONF_CANON_PRINT_H

#include "conf/conf.h"

#include <stdio.h>

/* For people: "***" stands for passwords. But for them it gives an equal snapshot when parsed. */
void conf_print(const struct conf *conf, FILE *out);

/* With the passwords, for what is shown to nobody: it gives an equal snapshot when parsed. */
void conf_print_secrets(const struct conf *conf, FILE *out);

/* Room for conf_lost(). */
#define CONF_LOST_MAX 128

/* Something is left out, because of --lenient. */
bool conf_has_lost(const struct conf *conf);
/*
 * Names what --lenient has left out: "0 virtual servers, 1 VRRP instance, 2 addresses". Real
 * servers count where their service is left; the addresses are VIPs and peers. Returns text, or
 * NULL when nothing is left out.
 */
const char *conf_lost(const struct conf *conf, char text[static CONF_LOST_MAX]);

#endif
