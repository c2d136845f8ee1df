/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The source ports of TCP checks with through_vip. Linux gives them to no program that leaves the choice to the
 * kernel (net.ipv4.ip_local_port_range, unless somebody has changed it). A firewall must know them. */
#ifndef LVSD_CONF_THROUGH_PORTS_H
#define LVSD_CONF_THROUGH_PORTS_H

#define CONF_THROUGH_PORT_FIRST 61000
#define CONF_THROUGH_PORT_LAST	65535

#endif
