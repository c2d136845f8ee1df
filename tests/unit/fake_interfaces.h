/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The interfaces of a machine in memory, in the place of daemon/shared/held_machine.c. */
#ifndef LVSD_TESTS_UNIT_FAKE_INTERFACES_H
#define LVSD_TESTS_UNIT_FAKE_INTERFACES_H

#include <ifaddrs.h>
#include <net/if.h>

/* Ends with {0}; NULL: they cannot be read. */
extern const struct if_nameindex *fake_interfaces;
/* Their addresses; NULL: they cannot be read. */
extern const struct ifaddrs *fake_addresses;

#endif
