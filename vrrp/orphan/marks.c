/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/orphan/marks.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/plural.h"
#include "base/socket/abstract_list.h"
#include "base/socket/listener.h"
#include "base/vec.h"
#include "vrrp/orphan/orphan.h"
#include "vrrp/wire.h"

#include <stdlib.h>

#define BACKLOG 64

struct vrrp_marks {
	struct loop *loop;
	const char *door;
	VEC(struct listener *) items;
	size_t n_missing;
	int error; /* of the last one that is missing */
};

struct vrrp_marks *vrrp_marks_new(struct loop *loop, const char *door)
{
	struct vrrp_marks *marks = mem_calloc(1, sizeof(*marks));

	*marks = (struct vrrp_marks){.loop = loop, .door = door};
	return marks;
}

void vrrp_marks_free(struct vrrp_marks *marks)
{
	if (!marks)
		return;
	for (size_t i = 0; i < marks->items.n; i++)
		listener_free(marks->items.items[i]);
	vec_free(&marks->items);
	free(marks);
}

/* Whoever connects has been told by the kernel who holds the name. */
void vrrp_marks_add(struct vrrp_marks *marks, const struct vrrp_report *report)
{
	char mark[VRRP_ORPHAN_MARK_MAX], name[ABSTRACT_NAME_MAX + 1];
	struct listener *listener;
	int fd;

	vrrp_orphan_mark(report->interface, report->family, report->vrid, marks->door, mark);
	fd = abstract_take(mark, BACKLOG, name);
	if (fd < 0) {
		marks->n_missing++;
		marks->error = fd;
		return;
	}
	listener = listener_new(marks->loop, fd, NULL, NULL);
	listener_accept(listener, true);
	*(struct listener **)vec_push(&marks->items) = listener;
}

void vrrp_marks_settle(const struct vrrp_marks *marks)
{
	if (marks->n_missing)
		log_warning("vrrp: %zu instance%s of this process cannot be marked: %s; an lvsd with another run dir "
			    "would not be refused if its file has one of them",
			    marks->n_missing, plural(marks->n_missing), err_errno(marks->error));
}
