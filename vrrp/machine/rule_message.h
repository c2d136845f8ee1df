/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules of policy routing as the kernel's rtnetlink has them. Pure: it reads and writes messages only. */
#ifndef LVSD_VRRP_MACHINE_RULE_MESSAGE_H
#define LVSD_VRRP_MACHINE_RULE_MESSAGE_H

#include "conf/conf.h"

struct nl_msg;
struct nlmsghdr;

/* Appends the body of a request for a rule. */
void vrrp_rule_put(struct nl_msg *message, const struct conf_rule *rule);
/* Reads the rule of a message; the texts of *ret_rule point into the message. Returns false if the
 * message has no rule. Values that the kernel does not report are as in a configuration without the
 * keyword. */
bool vrrp_rule_read(struct nlmsghdr *header, struct conf_rule *ret_rule);

#endif
