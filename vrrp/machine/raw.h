/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sockets of the vrrp process (edge): one raw socket of protocol 112 for each family and interface,
 * for receiving and sending; one packet socket for each family for the frames of all macvlans; one
 * packet socket for announcements. None decides anything, and no call here waits but the closing of a
 * packet socket: the kernel needs some 13 ms for each. So there is never one for each interface.
 */
#ifndef LVSD_VRRP_MACHINE_RAW_H
#define LVSD_VRRP_MACHINE_RAW_H

#include "base/err.h"
#include "vrrp/machine/link.h"
#include "vrrp/pkt.h"

struct vrrp_raw;

/* A received packet. body points into the socket's buffer and is valid until the next receive. */
struct vrrp_raw_packet {
	struct vrrp_path path;
	const uint8_t *body;
	size_t len;
	bool is_signed; /* with an AH: body begins with the AH, ip_id is of the IP header */
	uint16_t ip_id;
	unsigned index;            /* of a frame: the interface by which it came */
	uint8_t mac[VRRP_MAC_LEN]; /* of a frame: the hardware address that it came from */
	enum vrrp_reason reason; /* when not VRRP_ACCEPTED, only index and mac are set */
};

/* A message to send. */
struct vrrp_raw_message {
	struct vrrp_path path;
	const uint8_t *body; /* the caller's; of a socket for AH the whole IP packet */
	size_t len;
	unsigned index; /* of a frame: the interface by which it goes */
	bool is_whole; /* body has an IPv4 header too (vrrp/ah/ah.h), also on a socket of frames */
	int code; /* what became of it: 0 or -errno */
};

#define VRRP_RAW_BATCH 64

/* is_signed: a socket for packets with an AH (vrrp/ah/ah.h); IPv4 only. */
int vrrp_raw_open(uint16_t family, bool is_signed, const struct vrrp_link_if *interface, struct vrrp_raw **ret_raw,
		  struct err *err);
void vrrp_raw_close(struct vrrp_raw *raw);

/*
 * A socket of frames for all macvlans of use_vmac, which need no address for it. It sends to groups by
 * the interface that the message names, from the hardware address of that. It receives the VRRP packets
 * of the interfaces that vrrp_raw_watch_frames() names, at first of none. The kernel gives frames that
 * come from a macvlan's own hardware address, so from the other director, to no other socket. Packets
 * with an AH come and go by it too.
 */
int vrrp_raw_open_frames(uint16_t family, struct vrrp_raw **ret_raw, struct err *err);
/* From now on frames of the interfaces with the indexes first to last are received; all others are
 * dropped in the kernel. 0 or -errno; then nothing has changed. */
int vrrp_raw_watch_frames(struct vrrp_raw *raw, unsigned first, unsigned last);

/* Joins and leaves multicast groups, so that the socket is a member of these n (each given once) and
 * of no others. 0 or -errno; after an error, call it again. */
int vrrp_raw_set_groups(struct vrrp_raw *raw, const struct addr *groups, size_t n);

/* The descriptor, for loop_io_new(). */
int vrrp_raw_fd(const struct vrrp_raw *raw);

/* Reads the next waiting packet. 0; -EAGAIN when none is waiting; or another -errno. */
int vrrp_raw_receive(struct vrrp_raw *raw, struct vrrp_raw_packet *ret_packet);

/* Sends n messages, VRRP_RAW_BATCH at most, each from its path's source to its destination (a group or
 * a peer), with the path's hop limit (not 0). Sets the code of each; one that fails does not keep the
 * others back. */
void vrrp_raw_send(struct vrrp_raw *raw, struct vrrp_raw_message *const *messages, size_t n);

/* Opens a packet socket for announcements, which receives nothing. Returns a descriptor, which the
 * caller closes, or -errno. */
int vrrp_raw_announce_open(void);
void vrrp_raw_announce_close(int fd);
/* An address that is now at this hardware address, for the neighbours on an interface. */
struct vrrp_raw_announcement {
	unsigned index; /* of the interface */
	uint8_t mac[VRRP_MAC_LEN];
	struct addr vip;
};

/* Sends n announcements, VRRP_GARP_BATCH at most, by one system call. One that fails does not matter, since
 * each address is announced several times. */
void vrrp_raw_announce(int fd, const struct vrrp_raw_announcement *list, size_t n);

#endif
