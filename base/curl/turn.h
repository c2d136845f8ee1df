/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bounds what libcurl reads in one turn. libcurl reads a connection until the kernel has nothing more.
 * A server that sends faster than libcurl reads would keep it there for ever, as one may that sends
 * HTTP/2 frames without data. So recv(2) says in a turn that there is nothing more when the turn has
 * had enough; the rest is for the next turn.
 */
#ifndef LVSD_BASE_CURL_TURN_H
#define LVSD_BASE_CURL_TURN_H

/* The most that is read in a turn. Frames without data cost the most: some 5 ms for these. */
#define CURL_TURN_BYTES (128 * 1024)

/* Until curl_turn_end(), recv(2) of this process reads CURL_TURN_BYTES at most. */
void curl_turn_begin(void);
/* The socket that has more to read, because the turn has had enough; -1: none has. */
int curl_turn_end(void);

#endif
