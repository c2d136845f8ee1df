/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/orphan/marks.h"
#include "base/socket/abstract.h"
#include "base/mem.h"
#include "vrrp/orphan/orphan.h"
#include "vrrp/wire.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 64

struct vrrp_marks {
	struct loop *loop;
	struct mark {
		int fd;
		struct loop_io *io;
	} items[VRRP_MARKS_MAX];
	size_t n;
};

struct vrrp_marks *vrrp_marks_new(struct loop *loop)
{
	struct vrrp_marks *marks = mem_calloc(1, sizeof(*marks));

	marks->loop = loop;
	return marks;
}

void vrrp_marks_free(struct vrrp_marks *marks)
{
	for (size_t i = 0; marks && i < marks->n; i++) {
		loop_io_free(marks->items[i].io);
		close(marks->items[i].fd);
	}
	free(marks);
}

/* The kernel has told the asker who holds the name. */
static void on_asked(int fd, unsigned events, void *arg)
{
	int asker = accept4(fd, NULL, NULL, SOCK_CLOEXEC);

	(void)events, (void)arg;
	if (asker >= 0)
		close(asker);
}

void vrrp_marks_add(struct vrrp_marks *marks, const struct vrrp_report *report)
{
	char name[VRRP_ORPHAN_MARK_MAX];
	int fd;

	if (marks->n == VRRP_MARKS_MAX)
		return;
	vrrp_orphan_mark(report->interface, report->family, report->vrid, name);
	fd = abstract_listen(name, BACKLOG);
	if (fd >= 0)
		marks->items[marks->n++] = (struct mark){fd, loop_io_new(marks->loop, fd, LOOP_READ, on_asked, marks)};
}
