/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The attributes of rtnetlink for the tunnel of a route (`encap`). Edge. */
#ifndef LVSD_VRRP_MACHINE_ENCAP_MESSAGE_H
#define LVSD_VRRP_MACHINE_ENCAP_MESSAGE_H

#include "conf/conf_item.h"

struct nl_msg;

/* Appends RTA_ENCAP_TYPE and RTA_ENCAP to the message of a route, or of a next hop. */
void vrrp_encap_put(struct nl_msg *message, const struct conf_encap *encap);

#endif
