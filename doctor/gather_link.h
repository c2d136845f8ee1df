/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Receives packets on links, for the gather_ files. */
#ifndef LVSD_DOCTOR_GATHER_LINK_H
#define LVSD_DOCTOR_GATHER_LINK_H

#include "doctor/facts.h"

#include <netpacket/packet.h>
#include <stddef.h>
#include <stdint.h>

/* Gets a packet without the header of the link. */
typedef void gather_packet_fn(struct doctor_facts *facts, const struct conf *conf,
			      const struct sockaddr_ll *from, const uint8_t *packet, size_t len);

/* Calls on_packet for every packet that fd, a packet socket, receives within ms milliseconds. */
void gather_receive(int fd, int64_t ms, gather_packet_fn *on_packet, struct doctor_facts *facts,
		    const struct conf *conf);

#endif
