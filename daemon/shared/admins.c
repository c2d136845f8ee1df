/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/shared/admins.h"
#include "base/err.h"
#include "base/log.h"
#include "daemon/shared/apart.h"

#include <errno.h>
#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* A peer with more groups is treated as if it were in none of them. */
#define PEER_GROUPS_MAX 1024

/* A name service that takes longer to find the group lets root alone in. */
#define LOOKUP_MS 1000

struct admins {
	bool are_there;
	gid_t group;
};

static void find_admins(const void *name, void *ret_admins)
{
	const struct group *group = getgrnam(name);

	if (group)
		*(struct admins *)ret_admins = (struct admins){true, group->gr_gid};
}

void admins_let_in(const char *path)
{
	struct admins admins;
	int code = apart_ask(find_admins, ADMINS_GROUP, &admins, sizeof(admins), LOOKUP_MS);

	if (code < 0)
		log_warning("only root can use %s, as the group " ADMINS_GROUP
			    " cannot be looked up: %s",
			    path, err_errno(code));
	if (code < 0 || !admins.are_there)
		return;
	if (chown(path, (uid_t)-1, admins.group) < 0 || chmod(path, 0660) < 0)
		log_warning("only root can use %s; the group " ADMINS_GROUP " cannot: %s", path,
			    err_errno(errno));
}

static bool is_in_group(int fd, gid_t own, gid_t wanted)
{
	gid_t groups[PEER_GROUPS_MAX];
	socklen_t size = sizeof(groups);

	if (own == wanted)
		return true;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &size) < 0)
		return false;
	for (size_t i = 0; i < size / sizeof(groups[0]); i++)
		if (groups[i] == wanted)
			return true;
	return false;
}

bool admins_have_peer(int fd)
{
	struct sockaddr_un own = {0};
	socklen_t size = sizeof(own) - 1, peer_size = sizeof(struct ucred);
	struct ucred peer;
	struct stat socket;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &peer_size) < 0)
		return false;
	if (peer.uid == 0)
		return true;
	if (getsockname(fd, (struct sockaddr *)&own, &size) < 0 || stat(own.sun_path, &socket) < 0)
		return false;
	return (socket.st_mode & S_IWGRP) && is_in_group(fd, peer.gid, socket.st_gid);
}
