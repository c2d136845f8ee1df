/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Is a message of DNS an answer to the question that was asked (RFC 1035, 4.1)? Pure. */
#ifndef LVSD_HEALTHCHECK_TALK_DNS_REPLY_H
#define LVSD_HEALTHCHECK_TALK_DNS_REPLY_H

#include <stddef.h>
#include <stdint.h>

/* The header of each message. */
#define DNS_HEADER_LEN 12

/*
 * asked: the whole message with the one question. reply: a response with RCODE 0, of DNS_HEADER_LEN bytes
 * at least. Returns NULL, or what is wrong with the reply: it must repeat the question, and have the
 * answers that it announces. One that is cut (TC) may lack some of these: the server serves by TCP.
 */
const char *dns_reply_fault(const uint8_t *asked, size_t asked_len, const uint8_t *reply, size_t len);

#endif
