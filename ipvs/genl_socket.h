/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to ipvs/genl*.c: the socket of family IPVS, with requests that dump and batches of
 * requests that change something. It knows messages and sequence numbers, not the content of
 * messages.
 */
#ifndef LVSD_IPVS_GENL_SOCKET_H
#define LVSD_IPVS_GENL_SOCKET_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

struct nl_msg;
struct nl_sock;
struct nlmsghdr;

/* The most datagrams that are received in one call. A small dump has two: the content, and the
 * message that ends it (NLMSG_DONE). */
#define GENL_ANSWERS_MAX 4

/* A socket of generic netlink for one family, such as "IPVS". */
struct genl_socket {
	struct nl_sock *sock; /* NULL after an error: the next request opens a new one */
	int family;           /* the family's number, which is valid as long as the module is loaded */
	uint32_t seq;         /* of the last request */
	uint8_t *answers;     /* the datagrams received last, one after the other */
	struct nl_msg *request; /* the present request */
	size_t lens[GENL_ANSWERS_MAX]; /* of the datagrams in answers, in bytes */
	size_t n_answers, n_taken; /* datagrams in answers, and how many of them are handled */
	uint64_t n_messages, n_sends, n_receives; /* since the beginning (struct
						     ipvs_genl_counters) */
};

/* Connects and finds the family. 0, -ENOENT (no such family), or another -errno. Call
 * genl_socket_fini() in any case. */
int genl_socket_init(struct genl_socket *s, struct err *err);
void genl_socket_fini(struct genl_socket *s);

/*
 * Returns an empty request with room for GENL_MESSAGE_MAX bytes of attributes. The socket owns it; it is
 * valid until the next call. A large table takes many requests, so all use the same memory.
 */
struct nl_msg *genl_socket_request(struct genl_socket *s, uint8_t command);

/* One message of an answer. A negative return marks the dump as failed; its rest is still read. */
typedef int genl_answer_fn(struct nlmsghdr *nlh, void *arg);

/*
 * Sends msg as a dump request and gives each answer to fn. 0, or -errno of the kernel, the socket
 * or fn. what names the request in the sentence of err. Example: "list the services".
 */
int genl_socket_dump(struct genl_socket *s, struct nl_msg *msg, genl_answer_fn *fn, void *arg,
		     const char *what, struct err *err);

/* The same for a request with a single answer and an acknowledgement. */
int genl_socket_get(struct genl_socket *s, struct nl_msg *msg, genl_answer_fn *fn, void *arg,
		    const char *what, struct err *err);

/* Requests that are sent together. Their sequence numbers are consecutive. */
struct genl_batch {
	uint8_t *bytes;     /* len bytes */
	size_t len, n;      /* n: the number of requests */
	uint32_t first_seq; /* the sequence number of the first request */
};

/* The most requests in a batch: their errors must all fit into the socket's receive buffer. */
#define GENL_BATCH_MAX 200

/* Makes an empty batch; genl_batch_fini() frees its memory. */
void genl_batch_init(struct genl_batch *batch);
void genl_batch_fini(struct genl_batch *batch);
/* Appends a copy of msg with the next sequence number. 0; -ENOSPC: the batch is full, send it
 * first. */
int genl_batch_add(struct genl_socket *s, struct genl_batch *batch, struct nl_msg *msg);

/*
 * Sends the batch, waits until the kernel has handled all of it, and empties it. results (room for
 * batch->n) gets 0 or -errno for each request. 0, or -errno of the socket: then requests without an
 * answer have that code.
 */
int genl_batch_run(struct genl_socket *s, struct genl_batch *batch, int *results, struct err *err);

#endif
