/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The datagrams in what a packet socket gives (sync/tap.h). Pure. */
#ifndef LVSD_SYNC_PACKET_H
#define LVSD_SYNC_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The datagram in an IPv4 or IPv6 packet that carries UDP; *ret_len gets its length. NULL: it is another
 * packet, or a fragment, or cut short.
 */
const uint8_t *sync_packet_datagram(const void *packet, size_t len, size_t *ret_len);

#endif
