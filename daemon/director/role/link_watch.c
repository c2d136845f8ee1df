/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/role/link_watch.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/socket/change_watch.h"

#include <linux/rtnetlink.h>
#include <stdlib.h>

/* An interface that is made again is announced several times. */
#define TOGETHER_MS 20

struct link_watch {
	struct change_watch *changes; /* NULL: the kernel refuses the socket */
};

struct link_watch *link_watch_new(struct loop *loop, loop_fn *fn, void *arg)
{
	struct link_watch *watch = mem_calloc(1, sizeof(*watch));
	int code = change_watch_new(loop, RTMGRP_LINK, TOGETHER_MS, fn, arg, &watch->changes);

	if (code < 0)
		log_warning("changes of interfaces cannot be watched: %s. If all of lvsd is killed after an interface "
			    "was made again, `lvsd --release-addresses` does not find the addresses on it",
			    err_errno(code));
	return watch;
}

void link_watch_free(struct link_watch *watch)
{
	change_watch_free(watch->changes);
	free(watch);
}
