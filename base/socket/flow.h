/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How much has come over a TCP socket, and its end. All functions may be called by a signal handler. */
#ifndef LVSD_BASE_SOCKET_FLOW_H
#define LVSD_BASE_SOCKET_FLOW_H

#include <stdint.h>

/* A number that no other socket of the machine has had; 0: fd is none. When fd was closed and given to
 * another socket, its number is another one. */
uint64_t flow_id(int fd);

/* The bytes that were read from the socket at least; 0: the kernel does not say. */
uint64_t flow_bytes_read(int fd);

/* Drops all that has come and ends the connection: the next read fails. */
void flow_cut(int fd);

#endif
