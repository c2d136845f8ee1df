/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipvs/genl_socket.h"

#include "base/mem.h"
#include "ipvs/genl_wire.h"

#include <assert.h>
#include <errno.h>
#include <linux/ip_vs.h>
#include <netlink/errno.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

/* The kernel fills each datagram of a dump up to the size of the reader's buffer, at most 32 KiB.
 */
#define ANSWERS_SIZE 65536

/* Far below SEND_BUFFER, into which a whole batch must fit. */
#define BATCH_SIZE  49152
#define SEND_BUFFER 262144

/* GENL_BATCH_MAX errors take less than 200 KiB of it. */
#define RECEIVE_BUFFER 1048576

/* The kernel answers while the request is sent. This takes longest when it loads a module for it.
 */
#define ANSWER_TIMEOUT_S 5

/* An error code of libnl as -errno. Only the codes that the calls below can return. */
static int errno_of(int nle)
{
	switch (-nle) {
	case NLE_OBJ_NOTFOUND:
		return -ENOENT;
	case NLE_PERM:
	case NLE_NOACCESS:
		return -EPERM;
	case NLE_NOMEM:
		return -ENOMEM;
	case NLE_AF_NOSUPPORT:
	case NLE_PROTO_MISMATCH:
		return -EPROTONOSUPPORT;
	case NLE_AGAIN:
		return -ETIMEDOUT;
	}
	return -EIO;
}

static void set_options(struct nl_sock *sock)
{
	const struct timeval timeout = {.tv_sec = ANSWER_TIMEOUT_S};
	const int receive = RECEIVE_BUFFER, one = 1;
	int fd = nl_socket_get_fd(sock);

	/* Failures are ignored: the bounds on a batch are right without these options too. */
	nl_socket_set_buffer_size(sock, RECEIVE_BUFFER, SEND_BUFFER);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &receive, sizeof(receive));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
}

static int resolve_family(struct genl_socket *s, struct err *err)
{
	int code, rc = genl_ctrl_resolve(s->sock, IPVS_GENL_NAME);

	if (rc >= 0) {
		s->family = rc;
		return 0;
	}
	code = errno_of(rc);
	if (code == -ENOENT)
		return err_set(err, code,
			       "this kernel has no IPVS: load the module with `modprobe ip_vs` "
			       "or use a kernel that has it");
	return err_set(err, code, "cannot ask the kernel for IPVS: %s", nl_geterror(rc));
}

static void drop_socket(struct genl_socket *s)
{
	nl_socket_free(s->sock);
	s->sock = NULL;
}

static int connect_socket(struct genl_socket *s, struct err *err)
{
	int rc;

	s->sock = nl_socket_alloc();
	if (!s->sock)
		mem_exhausted(0);
	rc = genl_connect(s->sock);
	if (rc < 0) {
		rc = err_set(err, errno_of(rc), "cannot open a netlink socket for IPVS: %s",
			     nl_geterror(rc));
	} else {
		set_options(s->sock);
		rc = resolve_family(s, err);
	}
	if (rc < 0)
		drop_socket(s);
	return rc;
}

int genl_socket_init(struct genl_socket *s, struct err *err)
{
	*s = (struct genl_socket){.answers = mem_calloc(GENL_ANSWERS_MAX, ANSWERS_SIZE)};
	return connect_socket(s, err);
}

void genl_socket_fini(struct genl_socket *s)
{
	nl_socket_free(s->sock);
	nlmsg_free(s->request);
	free(s->answers);
	*s = (struct genl_socket){0};
}

/* The socket failed. It is closed, so that a late answer cannot be taken for the answer to the next
 * request. */
static int socket_failed(struct genl_socket *s, int code, const char *what, struct err *err)
{
	drop_socket(s);
	if (code == -ENOBUFS)
		return err_set(err, code,
			       "%s: the kernel's answers did not fit into the socket's buffer, so "
			       "it is not known which requests were carried out",
			       what);
	if (code == -ETIMEDOUT)
		return err_set(err, code, "%s: the kernel gave no answer within %d seconds", what,
			       ANSWER_TIMEOUT_S);
	return err_set(err, code, "%s: the netlink socket failed: %s", what, err_errno(code));
}

static int send_bytes(struct genl_socket *s, const void *bytes, size_t len, const char *what,
		      struct err *err)
{
	ssize_t rc;

	if (!s->sock) {
		int code = connect_socket(s, err);

		if (code < 0)
			return code;
	}
	s->n_sends++;
	s->n_answers = s->n_taken = 0;
	do
		rc = send(nl_socket_get_fd(s->sock), bytes, len, 0);
	while (rc < 0 && errno == EINTR);
	return rc < 0 ? socket_failed(s, -errno, what, err) : 0;
}

/* Receives at least one datagram, and further ones that are waiting. Returns 0 or -errno. */
static int receive_datagrams(struct genl_socket *s)
{
	struct mmsghdr messages[GENL_ANSWERS_MAX];
	struct sockaddr_nl from[GENL_ANSWERS_MAX] = {{0}};
	struct iovec iov[GENL_ANSWERS_MAX];
	int n;

	for (size_t i = 0; i < GENL_ANSWERS_MAX; i++) {
		iov[i] = (struct iovec){s->answers + i * ANSWERS_SIZE, ANSWERS_SIZE};
		messages[i] = (struct mmsghdr){.msg_hdr = {.msg_name = &from[i],
							   .msg_namelen = sizeof(from[i]),
							   .msg_iov = &iov[i],
							   .msg_iovlen = 1}};
	}
	do {
		s->n_receives++;
		n = recvmmsg(nl_socket_get_fd(s->sock), messages, GENL_ANSWERS_MAX, MSG_WAITFORONE,
			     NULL);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? -ETIMEDOUT : -errno;
	for (int i = 0; i < n; i++) {
		if (messages[i].msg_hdr.msg_flags & MSG_TRUNC)
			return -EMSGSIZE;
		/* A datagram that does not come from the kernel counts as empty. */
		s->lens[i] = from[i].nl_pid == 0 ? messages[i].msg_len : 0;
	}
	s->n_answers = (size_t)n;
	s->n_taken = 0;
	return 0;
}

/* Finds the next datagram of the kernel. Returns its length, or -errno. */
static ssize_t genl_receive(struct genl_socket *s, struct nlmsghdr **ret_first)
{
	int rc = s->n_taken < s->n_answers ? 0 : receive_datagrams(s);

	if (rc < 0)
		return rc;
	*ret_first = (struct nlmsghdr *)(s->answers + s->n_taken * ANSWERS_SIZE);
	return (ssize_t)s->lens[s->n_taken++];
}

struct nl_msg *genl_socket_request(struct genl_socket *s, uint8_t command)
{
	struct nlmsghdr *nlh;
	struct genlmsghdr *head;

	if (!s->request)
		s->request = nlmsg_alloc_size(NLMSG_HDRLEN + GENL_HDRLEN + GENL_MESSAGE_MAX);
	if (!s->request)
		mem_exhausted(GENL_MESSAGE_MAX);
	nlh = nlmsg_hdr(s->request);
	*nlh = (struct nlmsghdr){.nlmsg_len = NLMSG_HDRLEN + GENL_HDRLEN,
				 .nlmsg_type = (uint16_t)s->family};
	head = genlmsg_hdr(nlh);
	*head = (struct genlmsghdr){.cmd = command, .version = IPVS_GENL_VERSION};
	return s->request;
}

/* The code with which an NLMSG_ERROR or an NLMSG_DONE begins. */
static int final_code(const struct nlmsghdr *nlh)
{
	int code = 0;

	if (nlh->nlmsg_len >= NLMSG_LENGTH(sizeof(code)))
		memcpy(&code, NLMSG_DATA(nlh), sizeof(code));
	return code > 0 ? -EBADMSG : code;
}

/* Returns whether the dump has ended. *code keeps the first error. */
static bool take_dump_answer(struct genl_socket *s, struct nlmsghdr *nlh, genl_answer_fn *fn,
			     void *arg, int *code)
{
	int rc;

	if (nlh->nlmsg_seq != s->seq)
		return false;
	if (nlh->nlmsg_type == NLMSG_DONE || nlh->nlmsg_type == NLMSG_ERROR) {
		if (!*code)
			*code = final_code(nlh);
		return true;
	}
	if (nlh->nlmsg_type != s->family)
		return false;
	rc = fn(nlh, arg);
	if (rc < 0 && !*code)
		*code = rc;
	return false;
}

static int dump_failed(struct genl_socket *s, int code, const char *what, struct err *err)
{
	if (code == -ENOENT) {
		/* The module was unloaded. When it is loaded again its family has another number.
		 */
		drop_socket(s);
		return err_set(err, code, "%s: the kernel no longer has IPVS", what);
	}
	if (code == -EPERM)
		return err_set(err, code, "%s: not permitted to read IPVS: CAP_NET_ADMIN is needed",
			       what);
	if (code == -EBADMSG)
		return err_set(err, code, "%s: the kernel's answer is malformed", what);
	return err_set(err, code, "%s: the kernel refused it: %s", what, err_errno(code));
}

static int genl_ask(struct genl_socket *s, struct nl_msg *msg, uint16_t flags, genl_answer_fn *fn,
		    void *arg, const char *what, struct err *err)
{
	struct nlmsghdr *request = nlmsg_hdr(msg);
	bool is_done = false;
	int code = 0;

	request->nlmsg_seq = ++s->seq;
	request->nlmsg_flags = NLM_F_REQUEST | flags;
	s->n_messages++;
	code = send_bytes(s, request, request->nlmsg_len, what, err);
	if (code < 0)
		return code;
	while (!is_done) {
		struct nlmsghdr *nlh = NULL;
		ssize_t received = genl_receive(s, &nlh);
		int left = (int)received;

		if (received < 0)
			return socket_failed(s, (int)received, what, err);
		for (; nlmsg_ok(nlh, left) && !is_done; nlh = nlmsg_next(nlh, &left))
			is_done = take_dump_answer(s, nlh, fn, arg, &code);
	}
	return code ? dump_failed(s, code, what, err) : 0;
}

int genl_socket_dump(struct genl_socket *s, struct nl_msg *msg, genl_answer_fn *fn, void *arg,
		     const char *what, struct err *err)
{
	return genl_ask(s, msg, NLM_F_DUMP, fn, arg, what, err);
}

int genl_socket_get(struct genl_socket *s, struct nl_msg *msg, genl_answer_fn *fn, void *arg,
		    const char *what, struct err *err)
{
	return genl_ask(s, msg, NLM_F_ACK, fn, arg, what, err);
}

void genl_batch_init(struct genl_batch *batch)
{
	*batch = (struct genl_batch){.bytes = mem_calloc(1, BATCH_SIZE)};
}

void genl_batch_fini(struct genl_batch *batch)
{
	free(batch->bytes);
	*batch = (struct genl_batch){0};
}

int genl_batch_add(struct genl_socket *s, struct genl_batch *batch, struct nl_msg *msg)
{
	struct nlmsghdr *request = nlmsg_hdr(msg);
	size_t size = NLMSG_ALIGN(request->nlmsg_len);

	if (batch->n == GENL_BATCH_MAX || size > BATCH_SIZE - NLMSG_HDRLEN - batch->len)
		return -ENOSPC;
	request->nlmsg_seq = ++s->seq;
	request->nlmsg_flags = NLM_F_REQUEST;
	if (!batch->n)
		batch->first_seq = request->nlmsg_seq;
	memset(batch->bytes + batch->len, 0, size);
	memcpy(batch->bytes + batch->len, request, request->nlmsg_len);
	batch->len += size;
	batch->n++;
	return 0;
}

/*
 * Ends the batch with a message (NLMSG_NOOP) that only asks for an acknowledgement. The requests
 * themselves cannot ask for one: the kernel does not answer a request whose handler returns -EINTR
 * (netlink_rcv_skb). That happens when a sync daemon is stopped a moment after its start.
 */
static void close_batch(struct genl_socket *s, struct genl_batch *batch)
{
	const struct nlmsghdr barrier = {
	    .nlmsg_len = NLMSG_HDRLEN,
	    .nlmsg_type = NLMSG_NOOP,
	    .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
	    .nlmsg_seq = ++s->seq,
	};

	memcpy(batch->bytes + batch->len, &barrier, sizeof(barrier));
	batch->len += sizeof(barrier);
}

/* Takes an answer. Returns true for the answer to the last message of the batch, after which no
 * other answer comes. */
static bool take_result(const struct genl_batch *batch, const struct nlmsghdr *nlh, int *results,
			size_t *n_known)
{
	uint32_t index = nlh->nlmsg_seq - batch->first_seq;

	if (nlh->nlmsg_type != NLMSG_ERROR || index > batch->n)
		return false;
	if (index == batch->n)
		return true;
	results[index] = final_code(nlh);
	*n_known = index + 1;
	return false;
}

/* The socket failed. The kernel answers only requests that fail. So a request before the last answer
 * has succeeded if it has no answer; the results of the requests after it are not known. */
static int batch_failed(struct genl_batch *batch, size_t n_known, int code, int *results)
{
	for (size_t i = n_known; i < batch->n; i++)
		results[i] = code;
	batch->n = batch->len = 0;
	return code;
}

int genl_batch_run(struct genl_socket *s, struct genl_batch *batch, int *results, struct err *err)
{
	static const char what[] = "change IPVS";
	bool is_done = false;
	size_t n_known = 0;
	int code;

	if (!batch->n)
		return 0;
	memset(results, 0, batch->n * sizeof(*results));
	close_batch(s, batch);
	s->n_messages += batch->n + 1;
	code = send_bytes(s, batch->bytes, batch->len, what, err);
	if (code < 0)
		return batch_failed(batch, 0, code, results);
	while (!is_done) {
		struct nlmsghdr *nlh = NULL;
		ssize_t received = genl_receive(s, &nlh);
		int left = (int)received;

		if (received < 0)
			return batch_failed(batch, n_known,
					    socket_failed(s, (int)received, what, err), results);
		for (; nlmsg_ok(nlh, left) && !is_done; nlh = nlmsg_next(nlh, &left))
			is_done = take_result(batch, nlh, results, &n_known);
	}
	batch->n = batch->len = 0;
	return 0;
}
