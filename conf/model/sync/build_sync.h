/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Builds connection synchronisation: lvs_sync_daemon, lvs_sync_daemon_interface of an instance, and the sync
 * block. A sync block of mode kernel gives the same values as lvs_sync_daemon. Call build_sync() when
 * global_defs is built, and before the instances are.
 */
#ifndef LVSD_CONF_MODEL_SYNC_BUILD_SYNC_H
#define LVSD_CONF_MODEL_SYNC_BUILD_SYNC_H

struct draft;
struct node;

/* Builds lvs_sync_daemon from its statement. */
void build_sync_daemon(struct draft *draft, const struct node *line);
/* Builds lvs_sync_daemon_interface of an instance, an older spelling of lvs_sync_daemon in keepalived. The first
 * one in the file counts. */
void build_sync_interface(struct draft *draft, const struct node *instance);
/* Builds the sync block, and reports what is missing in it or belongs to another mode. block may be NULL. */
void build_sync(struct draft *draft, const struct node *block);

#endif
