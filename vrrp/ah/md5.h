/* SPDX-License-Identifier: GPL-2.0-or-later */
/* HMAC-MD5 (RFC 2104 with RFC 1321), which the AH of VRRP version 2 is made with. MD5 is broken: it
 * must not be used for anything new. It is here, and not taken from a library, since the vrrp process
 * may open no file, as a library does that loads its algorithms. Pure. */
#ifndef LVSD_VRRP_AH_MD5_H
#define LVSD_VRRP_AH_MD5_H

#include <stddef.h>
#include <stdint.h>

#define MD5_LEN   16
#define MD5_BLOCK 64

/* A part of a message. */
struct md5_part {
	const void *bytes;
	size_t len;
};

/* The digest of n parts one behind the other. Example: of one part "abc", 900150983cd24fb0... */
void md5_parts(const struct md5_part *parts, size_t n, uint8_t ret_digest[static MD5_LEN]);

/* The HMAC of two parts, of which each may be empty. key_len is MD5_BLOCK at most. */
void md5_hmac(const uint8_t *key, size_t key_len, const struct md5_part parts[static 2],
	      uint8_t ret_digest[static MD5_LEN]);

#endif
