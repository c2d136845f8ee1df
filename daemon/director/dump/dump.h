/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The texts of the dump files, as prints of the status. Programs that read those of keepalived 2.2
 * find the lines that they look for, spelled and ordered as there. Lines about what lvsd does not
 * know are left out, and so are passwords. Pure.
 */
#ifndef LVSD_DAEMON_DIRECTOR_DUMP_DUMP_H
#define LVSD_DAEMON_DIRECTOR_DUMP_DUMP_H

#include "conf/text/out.h"
#include "daemon/director/status.h"
#include "daemon/shared/dump.h"

/* The whole text of a dump file, for free(). */
char *dump_print(enum dump_kind kind, const struct status *status);

/* ---- for the files of this folder ---- */

/* Writes a line and its end. */
void dump_line(struct out *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

void dump_state_print(const struct status *status, struct out *out);
void dump_stats_print(const struct status *status, struct out *out);
void dump_json_print(const struct status *status, struct out *out);

/* An address of an instance, without the end of the line: "10.9.0.80/24 dev eth0 scope global set".
 * is_held: the instance is MASTER. */
void dump_vip_print(const struct conf_vip *vip, bool is_held, struct out *out);

/* The counters of an instance by keepalived's names. */
struct dump_stats {
	uint64_t received, sent, became_master, released_master;
	uint64_t length, ttl, type, interval; /* packets that were not accepted */
	uint64_t auth_type, auth_data;        /* another authentication; a wrong one */
	uint64_t zeros_received, zeros_sent;  /* priority 0 */
};
/* report NULL: all are 0. */
struct dump_stats dump_stats_of(const struct vrrp_report *report);

/* The state of the instance, and the state that keepalived calls the wanted one. */
enum vrrp_state_name dump_state_of(const struct status_instance *instance);
enum vrrp_state_name dump_want_of(const struct status_instance *instance);
/* Does an instance or group with that smtp_alert of its own send mail? */
bool dump_alerts(const struct status *status, uint8_t own);
/* The name of the interface on which the instance works: with use_vmac, of its macvlan. */
const char *dump_interface_of(const struct conf_vrrp *conf);

#endif
