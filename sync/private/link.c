/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/private/link.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* One socket for the requests of one call. */
struct private_link {
	struct nl_sock *sock;
	const char *name;
	int code; /* of the last request: 0 or -errno */
	struct sync_private_seen *seen;
};

/* ---- requests ---- */

static int on_private_error(struct sockaddr_nl *from, struct nlmsgerr *error, void *arg)
{
	struct private_link *link = arg;

	(void)from;
	link->code = error->error;
	return NL_STOP;
}

static int on_private_answer(struct nl_msg *message, void *arg);

static int private_link_open(struct private_link *link, struct err *err)
{
	int code;

	link->sock = nl_socket_alloc();
	if (!link->sock)
		mem_exhausted(0);
	nl_socket_disable_auto_ack(link->sock);
	nl_socket_modify_err_cb(link->sock, NL_CB_CUSTOM, on_private_error, link);
	nl_socket_modify_cb(link->sock, NL_CB_VALID, NL_CB_CUSTOM, on_private_answer, link);
	code = nl_connect(link->sock, NETLINK_ROUTE);
	if (code < 0) {
		nl_socket_free(link->sock);
		return err_set(err, -EIO, "no socket to the kernel's interfaces: %s", nl_geterror(code));
	}
	nl_socket_set_msg_buf_size(link->sock, 64 * 1024);
	return 0;
}

static struct nl_msg *private_request(int type, int flags)
{
	struct nl_msg *message = nlmsg_alloc_simple(type, NLM_F_REQUEST | flags);

	if (!message)
		mem_exhausted(0);
	return message;
}

/* Sends the request, and reads the acknowledgement of a change, or the answer: one, or all of a dump. 0 or -errno. */
static int private_ask(struct private_link *link, struct nl_msg *message, bool is_question)
{
	int code;

	link->code = 0;
	code = nl_send_auto(link->sock, message);
	nlmsg_free(message);
	if (code >= 0)
		code = is_question ? nl_recvmsgs_default(link->sock) : nl_wait_for_ack(link->sock);
	if (link->code)
		return link->code;
	return code < 0 ? -EIO : 0;
}

/* ---- reading ---- */

static void attr_text_take(const struct nlattr *attr, char *to, size_t size)
{
	to[0] = '\0';
	if (attr)
		snprintf(to, size, "%.*s", nla_len(attr), (const char *)nla_data(attr));
}

static void kind_take(const struct nlattr *info, char kind[static SYNC_PRIVATE_KIND_MAX])
{
	attr_text_take(info ? nla_find(nla_data(info), nla_len(info), IFLA_INFO_KIND) : NULL, kind,
		  SYNC_PRIVATE_KIND_MAX);
}

static void interface_take(struct private_link *link, struct nlmsghdr *header)
{
	const struct ifinfomsg *info = nlmsg_data(header);
	const struct nlattr *mtu = nlmsg_find_attr(header, sizeof(*info), IFLA_MTU);
	struct sync_private_seen *seen = link->seen;
	char name[CONF_IFNAME_MAX], alias[SYNC_PRIVATE_ALIAS_MAX], own[SYNC_PRIVATE_ALIAS_MAX];
	char kind[SYNC_PRIVATE_KIND_MAX];
	bool is_ours;

	attr_text_take(nlmsg_find_attr(header, sizeof(*info), IFLA_IFNAME), name, sizeof(name));
	attr_text_take(nlmsg_find_attr(header, sizeof(*info), IFLA_IFALIAS), alias, sizeof(alias));
	kind_take(nlmsg_find_attr(header, sizeof(*info), IFLA_LINKINFO), kind);
	is_ours = !strcmp(alias, sync_private_alias(link->name, own));
	if (strcmp(name, link->name)) {
		if (is_ours && !strcmp(kind, "dummy"))
			seen->stray = (unsigned)info->ifi_index;
		return;
	}
	seen->index = (unsigned)info->ifi_index;
	memcpy(seen->kind, kind, sizeof(kind));
	seen->is_ours = is_ours;
	seen->has_alias = *alias;
	seen->has_master = nlmsg_find_attr(header, sizeof(*info), IFLA_MASTER) != NULL;
	seen->is_up = info->ifi_flags & IFF_UP;
	seen->is_multicast = info->ifi_flags & IFF_MULTICAST;
	seen->mtu = mtu ? nla_get_u32(mtu) : 0;
}

static void address_take(struct private_link *link, struct nlmsghdr *header)
{
	const struct ifaddrmsg *info = nlmsg_data(header);
	const struct nlattr *local = nlmsg_find_attr(header, sizeof(*info), IFA_LOCAL);
	const struct nlattr *address = nlmsg_find_attr(header, sizeof(*info), IFA_ADDRESS);
	struct sync_private_seen *seen = link->seen;
	struct sync_private_addr found = {.addr.family = info->ifa_family, .prefix_len = info->ifa_prefixlen};
	struct addr own;

	if (!local)
		local = address;
	/* A peer's address would be another way of the same address. */
	if (info->ifa_index != seen->index || (info->ifa_family != AF_INET && info->ifa_family != AF_INET6) || !local ||
	    (size_t)nla_len(local) != addr_len(&found.addr))
		return;
	memcpy(found.addr.bytes, nla_data(local), addr_len(&found.addr));
	addr_parse(SYNC_PRIVATE_ADDRESS, &own);
	if (!addr_cmp(&found.addr, &own) && found.prefix_len == SYNC_PRIVATE_ADDRESS_LEN)
		seen->has_address = true;
	else if (seen->n_others < SYNC_PRIVATE_ADDRS_MAX)
		seen->others[seen->n_others++] = found;
}

static int on_private_answer(struct nl_msg *message, void *arg)
{
	struct private_link *link = arg;
	struct nlmsghdr *header = nlmsg_hdr(message);

	if (header->nlmsg_type == RTM_NEWLINK && nlmsg_datalen(header) >= (int)sizeof(struct ifinfomsg))
		interface_take(link, header);
	if (header->nlmsg_type == RTM_NEWADDR && nlmsg_datalen(header) >= (int)sizeof(struct ifaddrmsg))
		address_take(link, header);
	return NL_OK;
}

static int interface_ask(struct private_link *link)
{
	struct nl_msg *message = private_request(RTM_GETLINK, 0);
	struct ifinfomsg info = {0};

	nlmsg_append(message, &info, sizeof(info), NLMSG_ALIGNTO);
	nla_put_string(message, IFLA_IFNAME, link->name);
	return private_ask(link, message, true);
}

static int all_ask(struct private_link *link, int type)
{
	struct nl_msg *message = private_request(type, NLM_F_DUMP);
	/* Longer than the header of a request for addresses. */
	struct ifinfomsg info = {.ifi_family = AF_UNSPEC};

	nlmsg_append(message, &info, type == RTM_GETADDR ? sizeof(struct ifaddrmsg) : sizeof(info), NLMSG_ALIGNTO);
	return private_ask(link, message, true);
}

static void ip6_path(const char *name, char *path, size_t size)
{
	snprintf(path, size, "/proc/sys/net/ipv6/conf/%s/disable_ipv6", name);
}

/* Without the file the machine has no IPv6. */
static bool ip6_is_on(const char *name)
{
	char path[128], digit = '1';
	int fd;

	ip6_path(name, path, sizeof(path));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	if (read(fd, &digit, 1) != 1)
		digit = '1';
	close(fd);
	return digit == '0';
}

/* The list of all interfaces is long on some machines. It is needed only if the interface may have been renamed. */
static int seen_read(struct private_link *link)
{
	int code = interface_ask(link);

	if (code == -ENODEV || (code == 0 && !link->seen->is_ours))
		code = all_ask(link, RTM_GETLINK);
	if (code == 0 && link->seen->index)
		code = all_ask(link, RTM_GETADDR);
	return code;
}

int sync_private_read(const char *name, struct sync_private_seen *ret_seen, struct err *err)
{
	struct sync_private_seen seen = {0};
	struct private_link link = {.name = name, .seen = &seen};
	int code = private_link_open(&link, err);

	if (code < 0)
		return code;
	code = seen_read(&link);
	nl_socket_free(link.sock);
	if (code < 0)
		return err_set(err, code, "the private interface %s of connection sync cannot be read: %s", name,
			       err_errno(code));
	seen.has_ip6 = seen.index && ip6_is_on(name);
	*ret_seen = seen;
	return 0;
}

/* ---- changes ---- */

static void put_header(struct nl_msg *message, unsigned index, unsigned flags)
{
	struct ifinfomsg info = {.ifi_index = (int)index, .ifi_flags = flags, .ifi_change = flags};

	nlmsg_append(message, &info, sizeof(info), NLMSG_ALIGNTO);
}

static int private_make(struct private_link *link)
{
	struct nl_msg *message = private_request(RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
	struct nlattr *info;
	int code;

	put_header(message, 0, 0);
	nla_put_string(message, IFLA_IFNAME, link->name);
	nla_put_u32(message, IFLA_MTU, SYNC_PRIVATE_MTU);
	info = nla_nest_start(message, IFLA_LINKINFO);
	nla_put_string(message, IFLA_INFO_KIND, "dummy");
	nla_nest_end(message, info);
	code = private_ask(link, message, false);
	return code ? code : interface_ask(link);
}

static int private_delete(struct private_link *link, unsigned index)
{
	struct nl_msg *message = private_request(RTM_DELLINK, NLM_F_ACK);
	int code;

	put_header(message, index, 0);
	code = private_ask(link, message, false);
	return code == -ENODEV ? 0 : code;
}

static int private_set(struct private_link *link, enum sync_private_op op)
{
	struct nl_msg *message = private_request(RTM_SETLINK, NLM_F_ACK);
	char alias[SYNC_PRIVATE_ALIAS_MAX];

	put_header(message, link->seen->index, op == SYNC_PRIVATE_SET_UP ? IFF_UP | IFF_MULTICAST : 0);
	if (op == SYNC_PRIVATE_SET_ALIAS)
		nla_put_string(message, IFLA_IFALIAS, sync_private_alias(link->name, alias));
	if (op == SYNC_PRIVATE_FREE)
		nla_put_u32(message, IFLA_MASTER, 0);
	if (op == SYNC_PRIVATE_SET_MTU)
		nla_put_u32(message, IFLA_MTU, SYNC_PRIVATE_MTU);
	return private_ask(link, message, false);
}

static int private_change_address(struct private_link *link, int type, int flags, const struct addr *addr,
				  uint8_t prefix_len)
{
	struct nl_msg *message = private_request(type, NLM_F_ACK | flags);
	/* The kernel's roles and the sockets of lvsd take it as their source, which needs the scope of the world. */
	struct ifaddrmsg info = {.ifa_family = (uint8_t)addr->family,
				 .ifa_prefixlen = prefix_len,
				 .ifa_scope = RT_SCOPE_UNIVERSE,
				 .ifa_index = link->seen->index};
	int code;

	nlmsg_append(message, &info, sizeof(info), NLMSG_ALIGNTO);
	nla_put(message, IFA_LOCAL, (int)addr_len(addr), addr->bytes);
	if (type == RTM_NEWADDR)
		nla_put(message, IFA_ADDRESS, (int)addr_len(addr), addr->bytes);
	code = private_ask(link, message, false);
	return code == (type == RTM_NEWADDR ? -EEXIST : -EADDRNOTAVAIL) ? 0 : code;
}

static int others_delete(struct private_link *link)
{
	const struct sync_private_seen *seen = link->seen;
	int code = 0;

	for (size_t i = 0; i < seen->n_others && code == 0; i++)
		code = private_change_address(link, RTM_DELADDR, 0, &seen->others[i].addr,
					      seen->others[i].prefix_len);
	return code;
}

static int ip6_off(const char *name)
{
	char path[128];
	int fd, code;

	ip6_path(name, path, sizeof(path));
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	code = write(fd, "1", 1) == 1 ? 0 : -errno;
	close(fd);
	return code;
}

static int private_do(struct private_link *link, enum sync_private_op op)
{
	struct addr own;

	switch (op) {
	case SYNC_PRIVATE_DELETE_STRAY:
		return private_delete(link, link->seen->stray);
	case SYNC_PRIVATE_MAKE:
		return private_make(link);
	case SYNC_PRIVATE_IP6_OFF:
		return ip6_off(link->name);
	case SYNC_PRIVATE_DEL_OTHERS:
		return others_delete(link);
	case SYNC_PRIVATE_ADD_ADDRESS:
		addr_parse(SYNC_PRIVATE_ADDRESS, &own);
		return private_change_address(link, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &own,
					      SYNC_PRIVATE_ADDRESS_LEN);
	case SYNC_PRIVATE_DELETE:
		return private_delete(link, link->seen->index);
	case SYNC_PRIVATE_SET_ALIAS:
	case SYNC_PRIVATE_FREE:
	case SYNC_PRIVATE_SET_MTU:
	case SYNC_PRIVATE_SET_UP:
		break;
	}
	return private_set(link, op);
}

static int private_refused(const char *name, enum sync_private_op op, int code, struct err *err)
{
	char word[SYNC_PRIVATE_OPS_TEXT];

	if (op == SYNC_PRIVATE_MAKE && (code == -EOPNOTSUPP || code == -ENOTSUP))
		return err_set(err, -EOPNOTSUPP,
			       "the private interface %s of connection sync cannot be made: this kernel has no dummy "
			       "interfaces. Load the module dummy; some distributions have it in a package of "
			       "further modules",
			       name);
	return err_set(err, code, "the private interface %s of connection sync cannot be set up (%s): %s", name,
		       sync_private_ops_text(op, word), err_errno(code));
}

int sync_private_apply(const char *name, const struct sync_private_seen *seen, unsigned ops, struct err *err)
{
	struct sync_private_seen now = *seen;
	struct private_link link = {.name = name, .seen = &now};
	int code = private_link_open(&link, err);

	if (code < 0)
		return code;
	for (unsigned op = 1; op <= SYNC_PRIVATE_DELETE && code == 0; op <<= 1) {
		if (!(ops & op))
			continue;
		code = private_do(&link, (enum sync_private_op)op);
		if (code < 0)
			private_refused(name, (enum sync_private_op)op, code, err);
	}
	nl_socket_free(link.sock);
	return code;
}
