/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Settings of a VRRP instance that vary the protocol (schema_protocol.c), and strict mode. */
#ifndef LVSD_CONF_MODEL_VRRP_BUILD_PROTOCOL_H
#define LVSD_CONF_MODEL_VRRP_BUILD_PROTOCOL_H

#include "conf/model/build.h"

/* Is the instance of this statement in strict mode, by its own strict_mode or else by
 * vrrp_strict? */
bool build_is_strict(const struct draft *draft, const struct node *node);

/* Sets the values of vrrp that depend on other keywords of the instance and on global_defs, and
 * reports combinations that do not fit. Call it when family, version, priority and peers are
 * known. */
void build_protocol_settle(struct draft *draft, const struct node *node, struct conf_vrrp *vrrp);

/* Reports keywords of global_defs about the protocol that are wrong or have no effect. Call it when
 * global_defs is known. */
void build_protocol_check_global(struct draft *draft);

#endif
