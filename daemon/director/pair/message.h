/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the directors of a pair tell each other, beside connections: JSON objects, over the relay
 * (sync/relay/courier.h). Unknown members are ignored, and so are messages of an unknown type, so
 * that two versions can speak. Pure.
 */
#ifndef LVSD_DAEMON_DIRECTOR_PAIR_MESSAGE_H
#define LVSD_DAEMON_DIRECTOR_PAIR_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The longest message. */
#define PAIR_MESSAGE_MAX (256 * 1024)
/* The longest text in a message, with its NUL; a longer one is cut when it is sent, and refused
 * when it comes. */
#define PAIR_TEXT_MAX (64 * 1024)

#define PAIR_DIGEST_MAX  65
#define PAIR_VERSION_MAX 64
#define PAIR_NAME_MAX    256

enum pair_type {
	PAIR_SAYS_HELLO, /* version, digest, name, applied_wall_us, run, is_asking */
	/* Of a reload of the pair (agree.h); each has the id of that reload: */
	PAIR_SAYS_PREPARE,     /* read your file, and check it: is_empty_meant, is_accepting */
	PAIR_SAYS_PREPARED,    /* it could come into force: digest */
	PAIR_SAYS_REFUSED,     /* it could not: text */
	PAIR_SAYS_APPLY,       /* put it in force */
	PAIR_SAYS_DROP,        /* do not */
	PAIR_SAYS_APPLIED,     /* it is in force */
	PAIR_SAYS_NOT_APPLIED, /* it is not: text */
	PAIR_SAYS_N_TYPES,
};

struct pair_message {
	enum pair_type type;
	char version[PAIR_VERSION_MAX];
	char digest[PAIR_DIGEST_MAX]; /* of a configuration (conf.h): 64 hex digits */
	char name[PAIR_NAME_MAX];     /* router_id; "": none */
	int64_t applied_wall_us;      /* when the configuration came into force */
	uint64_t run;   /* a number of the director process: another one after a replacement */
	bool is_asking; /* a HELLO is wanted in return */
	uint64_t id;    /* at most INT64_MAX */
	bool is_empty_meant, is_accepting;
	char *text; /* several lines; the message's owner frees it; NULL: none */
};

/* Returns the bytes, for free(). */
char *pair_message_encode(const struct pair_message *message, size_t *ret_len);
/* Returns 0, and the caller calls pair_message_fini(); -ENOTSUP: the type is unknown; -EBADMSG. */
int pair_message_decode(const void *bytes, size_t len, struct pair_message *ret_message);
void pair_message_fini(struct pair_message *message);

#endif
