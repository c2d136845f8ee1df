/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/watch.h"
#include "base/mem.h"
#include "base/socket/change_watch.h"

#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* Changes within this time are reported together. */
#define TOGETHER_MS 100

struct sync_watch {
	struct change_watch *changes;
};

int sync_watch_open(struct loop *loop, loop_fn *fn, void *arg, struct sync_watch **ret_watch,
		    struct err *err)
{
	struct sync_watch watch = {0};
	int code = change_watch_new(loop, RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR,
				    TOGETHER_MS, fn, arg, &watch.changes);

	if (code < 0)
		return err_set(err, code,
			       "changes of interfaces cannot be watched: %s. Reload lvsd when the "
			       "interface of connection sync was deleted and created again",
			       err_errno(code));
	*ret_watch = mem_calloc(1, sizeof(watch));
	**ret_watch = watch;
	return 0;
}

void sync_watch_close(struct sync_watch *watch)
{
	if (!watch)
		return;
	change_watch_free(watch->changes);
	free(watch);
}

/* --- reading the state of the interface --- */

char *sync_proc_text(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len = 0, cap = 16384;
	char *text;
	ssize_t n;

	if (fd < 0)
		return NULL;
	text = mem_calloc(cap, 1);
	while ((n = read(fd, text + len, cap - len - 1)) > 0) {
		len += (size_t)n;
		if (cap - len < 4096)
			text = mem_realloc(text, cap *= 2, 1);
	}
	text[len] = '\0';
	close(fd);
	if (n == 0)
		return text;
	free(text);
	return NULL;
}

static void members_read(const struct sync_daemon *daemon, unsigned n_own, struct sync_seen *seen)
{
	bool is_ip6 = daemon->group.family == AF_INET6;
	char *text = sync_proc_text(is_ip6 ? "/proc/net/igmp6" : "/proc/net/igmp");
	unsigned n;

	if (!text)
		return;
	n = sync_members_read(text, seen->index, &daemon->group);
	seen->are_members_known = true;
	seen->n_members = n > n_own ? n - n_own : 0;
	seen->is_own_lost = n < n_own;
	free(text);
}

static void flags_read(const struct sync_daemon *daemon, struct sync_seen *seen)
{
	struct ifreq request = {0};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", daemon->interface);
	if (fd >= 0 && ioctl(fd, SIOCGIFFLAGS, &request) == 0) {
		seen->is_up = request.ifr_flags & IFF_UP;
		seen->has_carrier = request.ifr_flags & IFF_RUNNING;
	}
	if (fd >= 0)
		close(fd);
}

static void addresses_read(const struct sync_daemon *daemon, struct sync_seen *seen)
{
	bool is_source_there = false;
	struct ifaddrs *list;

	if (getifaddrs(&list) < 0) {
		seen->has_address = true; /* not known, which is no reason for a warning */
		return;
	}
	for (const struct ifaddrs *item = list; item; item = item->ifa_next) {
		struct endpoint ep;

		if (!item->ifa_addr || endpoint_from_sockaddr(item->ifa_addr, &ep) < 0)
			continue;
		is_source_there = is_source_there || !addr_cmp(&ep.addr, &seen->source);
		if (ep.addr.family == daemon->group.family &&
		    !strcmp(item->ifa_name, daemon->interface))
			seen->has_address = true;
	}
	freeifaddrs(list);
	seen->is_source_gone = seen->source.family != AF_UNSPEC && !is_source_there;
}

static void source_read(const struct sync_daemon *daemon, struct sync_seen *seen)
{
	struct endpoint group = {.addr = daemon->group, .port = daemon->port};
	char *text =
	    sync_proc_text(daemon->group.family == AF_INET6 ? "/proc/net/udp6" : "/proc/net/udp");

	if (text)
		sync_source_read(text, &group, &seen->source);
	free(text);
}

void sync_watch_read(const struct sync_daemon *daemon, unsigned n_own, unsigned bound,
		     struct sync_seen *ret_seen)
{
	struct sync_seen seen = {.index = if_nametoindex(daemon->interface)};
	char name[IF_NAMESIZE];

	if (!seen.index && errno != ENODEV)
		return;
	if (bound && bound != seen.index && if_indextoname(bound, name))
		snprintf(seen.renamed, sizeof(seen.renamed), "%s", name);
	if (seen.index) {
		flags_read(daemon, &seen);
		members_read(daemon, n_own, &seen);
		source_read(daemon, &seen);
		addresses_read(daemon, &seen);
	}
	*ret_seen = seen;
}
