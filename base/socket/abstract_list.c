/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/socket/abstract_list.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/nonce.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The kernel answers at once. */
#define ANSWER_S 1
#define ANSWER_MAX 65536

void abstract_list_free(struct abstract_list *list)
{
	vec_free(&list->names);
}

bool abstract_name_is(const struct abstract_name *name, const char *wanted)
{
	size_t len = strlen(wanted);

	return !strncmp(name->text, wanted, len) && (name->text[len] == '\0' || name->text[len] == '/');
}

/* A name with a zero within is none of lvsd's. */
static void name_add(struct abstract_list *list, const char *prefix, const char *text, size_t len, uid_t uid)
{
	struct abstract_name name = {.uid = uid};

	if (len > ABSTRACT_NAME_MAX || memchr(text, '\0', len))
		return;
	memcpy(name.text, text, len);
	if (!strncmp(name.text, prefix, strlen(prefix)))
		*vec_push(&list->names) = name;
}

/* --- NETLINK_SOCK_DIAG --- */

static void take_socket(struct abstract_list *list, const char *prefix, const struct nlmsghdr *message)
{
	const struct unix_diag_msg *socket = NLMSG_DATA(message);
	int left = (int)NLMSG_PAYLOAD(message, sizeof(*socket));
	const char *name = NULL;
	size_t len = 0;
	uid_t uid = ABSTRACT_NOBODY;

	if (message->nlmsg_len < NLMSG_LENGTH(sizeof(*socket)) || socket->udiag_type != SOCK_SEQPACKET)
		return;
	for (const struct rtattr *part = (const struct rtattr *)(socket + 1); RTA_OK(part, left);
	     part = RTA_NEXT(part, left)) {
		if (part->rta_type == UNIX_DIAG_NAME) {
			name = RTA_DATA(part);
			len = RTA_PAYLOAD(part);
		} else if (part->rta_type == UNIX_DIAG_UID && RTA_PAYLOAD(part) == sizeof(uid)) {
			memcpy(&uid, RTA_DATA(part), sizeof(uid));
		}
	}
	if (len && name[0] == '\0') /* abstract */
		name_add(list, prefix, name + 1, len - 1, uid);
}

/* Returns 1 when the kernel has said everything, 0 if more is to come, or -errno. */
static int take_names(struct abstract_list *list, const char *prefix, const char *answer, size_t len)
{
	const struct nlmsghdr *message = (const struct nlmsghdr *)answer;

	for (; NLMSG_OK(message, len); message = NLMSG_NEXT(message, len)) {
		if (message->nlmsg_type == NLMSG_DONE)
			return 1;
		if (message->nlmsg_type == NLMSG_ERROR) {
			const struct nlmsgerr *error = NLMSG_DATA(message);

			return error->error ? error->error : -EPROTO;
		}
		take_socket(list, prefix, message);
	}
	return 0;
}

static int ask_kernel(int fd)
{
	struct {
		struct nlmsghdr head;
		struct unix_diag_req body;
	} request = {.head = {.nlmsg_len = sizeof(request),
			      .nlmsg_type = SOCK_DIAG_BY_FAMILY,
			      .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
		     .body = {.sdiag_family = AF_UNIX,
			      .udiag_states = 1u << TCP_LISTEN,
			      .udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_UID}};
	const struct timeval limit = {.tv_sec = ANSWER_S};

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	return send(fd, &request, sizeof(request), 0) < 0 ? -errno : 0;
}

static int read_kernel(struct abstract_list *list, const char *prefix)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	int code = fd < 0 ? -errno : ask_kernel(fd);
	char *answer = mem_calloc(1, ANSWER_MAX);

	while (code == 0) {
		ssize_t len = recv(fd, answer, ANSWER_MAX, 0);

		code = len < 0 ? -errno : take_names(list, prefix, answer, (size_t)len);
	}
	free(answer);
	if (fd >= 0)
		close(fd);
	return code == 1 ? 0 : code;
}

/* --- a kernel without it --- */

/* A line is "ffff8881: 00000002 00000000 00010000 0005 01 3050 @lvsd/door/12ab". */
int abstract_list_read_proc(struct abstract_list *list, const char *prefix)
{
	FILE *file = fopen("/proc/self/net/unix", "re");
	char *line = NULL;
	size_t size = 0;
	ssize_t len;

	if (!file)
		return -errno;
	while ((len = getline(&line, &size, file)) > 0) {
		unsigned flags, type;
		int at = 0;

		if (line[len - 1] == '\n')
			line[--len] = '\0';
		if (sscanf(line, "%*[^:]: %*x %*x %x %x %*x %*u @%n", &flags, &type, &at) == 2 && at &&
		    flags & 1u << 16 && type == SOCK_SEQPACKET)
			name_add(list, prefix, line + at, (size_t)(len - at), ABSTRACT_NOBODY);
	}
	free(line);
	fclose(file);
	return 0;
}

int abstract_list_read(struct abstract_list *list, const char *prefix)
{
	size_t before = list->names.n;
	int code = read_kernel(list, prefix);

	if (code < 0) {
		list->names.n = before;
		code = abstract_list_read_proc(list, prefix);
	}
	return code;
}

/* --- taking a name --- */

static void say_taken(const char *name)
{
	struct ucred holder;
	int fd = abstract_connect(name, 0, &holder);

	if (fd >= 0)
		close(fd);
	if (fd >= 0 && holder.uid != 0 && holder.uid != geteuid())
		log_warning("process %d of user %u listens at the socket \"@%s\", which is a name of lvsd: lvsd takes "
			    "another name; end that process, it is none of lvsd's",
			    (int)holder.pid, holder.uid, name);
	else if (fd == -EAGAIN)
		log_warning("a process that does not answer listens at the socket \"@%s\", which is a name of lvsd: "
			    "lvsd takes another name; `ss -xlp` names the process: end it if it is none of lvsd's",
			    name);
}

int abstract_take(const char *name, int backlog, char ret_name[static ABSTRACT_NAME_MAX + 1])
{
	int fd = abstract_listen(name, backlog);

	snprintf(ret_name, ABSTRACT_NAME_MAX + 1, "%s", name);
	if (fd != -EADDRINUSE)
		return fd;
	say_taken(name);
	snprintf(ret_name, ABSTRACT_NAME_MAX + 1, "%s/%08llx", name, (unsigned long long)(nonce_new() & 0xffffffff));
	return abstract_listen(ret_name, backlog);
}
