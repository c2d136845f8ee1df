/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/table/drains_dir.h"
#include "base/log.h"

#include <stdlib.h>
#include <string.h>

/* ---- names ---- */

static void name_complain(const struct maint_file *file, enum maint_name found)
{
	static const char *const why[] = {
	    [MAINT_NAME_BAD] = "it is no ADDRESS, ADDRESS:PORT or ADDRESS:PORT@SERVICE",
	    [MAINT_NAME_NO_SERVICE] = "the configuration in force has no such virtual_server",
	    [MAINT_NAME_NO_SERVER] = "the configuration in force has no such real_server",
	    [MAINT_NAME_AMBIGUOUS] = "several real_servers of the service could be meant",
	};

	log_warning("maintenance_dir: the file '%s' takes no server out of service, since %s; `lvsctl "
		    "status` shows the keys of servers and services",
		    file->name, why[found]);
}

/* ---- the files ---- */

void drains_dir_free(struct drains_dir *dir)
{
	vec_free(&dir->files);
	vec_free(&dir->held);
}

/* The file of this name as it was; NULL: there was none. */
static const struct maint_file *former_of(const struct drains_dir *dir, const char *name)
{
	for (size_t i = 0; i < dir->files.n; i++)
		if (!strcmp(dir->files.items[i].name, name))
			return &dir->files.items[i];
	return NULL;
}

void drains_dir_store(struct drains_dir *dir, const struct maint_file *files, size_t n)
{
	struct drains_dir fresh = {0};

	for (size_t i = 0; i < n; i++) {
		struct maint_file *file = vec_push(&fresh.files);

		const struct maint_file *former = former_of(dir, files[i].name);

		*file = files[i];
		file->is_said = former && former->is_said;
		/* A shell makes the file first and writes into it then. */
		file->is_reason_new = former && strcmp(former->reason, file->reason) != 0;
	}
	vec_free(&dir->files);
	dir->files.items = fresh.files.items;
	dir->files.n = fresh.files.n;
	dir->files.cap = fresh.files.cap;
}

/* ---- the servers ---- */

/* A server, and the first file that names it. */
struct hold {
	struct maint_server server;
	size_t file;
};

static int hold_cmp(const void *left, const void *right)
{
	const struct hold *a = left, *b = right;

	if (a->server.vs != b->server.vs)
		return a->server.vs < b->server.vs ? -1 : 1;
	if (a->server.rs != b->server.rs)
		return a->server.rs < b->server.rs ? -1 : 1;
	return (a->file > b->file) - (a->file < b->file);
}

struct holds {
	struct hold *items;
	size_t n, cap;
};

/* All servers that files name, sorted, a server with several files several times. */
static void holds_find(struct drains_dir *dir, const struct conf *conf, struct holds *holds)
{
	struct maint_servers servers = {0};

	for (size_t i = 0; i < dir->files.n; i++) {
		struct maint_file *file = &dir->files.items[i];
		enum maint_name found;

		vec_clear(&servers);
		found = maint_name_find(conf, file->name, &servers);
		if (found != MAINT_NAME_OK && !file->is_said && !dir->is_quiet)
			name_complain(file, found);
		file->is_said = found != MAINT_NAME_OK;
		for (size_t s = 0; s < servers.n; s++)
			*vec_push(holds) = (struct hold){servers.items[s], i};
	}
	if (holds->n)
		qsort(holds->items, holds->n, sizeof(*holds->items), hold_cmp);
	vec_free(&servers);
}

static void server_say(const struct conf_virtual_server *vs, const struct conf_real_server *rs,
		       const struct maint_file *file)
{
	char service[SVCKEY_TEXT_MAX], server[ENDPOINT_TEXT_MAX];

	svckey_format(&vs->key, service);
	endpoint_format(&rs->id, server);
	if (file)
		log_notice("drain: vs=%s rs=%s is out of service by the file '%s' of maintenance_dir%s%s",
			   service, server, file->name, file->reason[0] ? ": " : "", file->reason);
	else
		log_notice("drain: vs=%s rs=%s is back in service as far as maintenance_dir is concerned",
			   service, server);
}

/* The first file of a server. holds begin with those of this server, or of a later one. */
static const struct maint_file *hold_take(struct drains_dir *dir, struct holds *holds, size_t *at,
					  struct maint_server server)
{
	const struct hold *first = NULL;

	for (; *at < holds->n && holds->items[*at].server.vs == server.vs &&
	       holds->items[*at].server.rs == server.rs;
	     ++*at)
		first = first ? first : &holds->items[*at];
	return first ? &dir->files.items[first->file] : NULL;
}

bool drains_dir_apply(struct drains_dir *dir, const struct conf *conf, struct health *health,
		      struct mono now)
{
	struct holds holds = {0};
	bool is_changed = false;
	size_t at = 0;

	vec_clear(&dir->held);
	holds_find(dir, conf, &holds);
	for (size_t i = 0; i < conf->n_virtual_servers; i++) {
		const struct conf_virtual_server *vs = &conf->virtual_servers[i];

		for (size_t j = 0; j < vs->n_real_servers; j++) {
			const struct conf_real_server *rs = &vs->real_servers[j];
			const struct maint_file *file =
			    hold_take(dir, &holds, &at, (struct maint_server){i, j});

			if (file)
				*vec_push(&dir->held) = (struct drains_held){
				    {vs->key, rs->id}, (size_t)(file - dir->files.items)};
			if (health_maintain_by_file(health, i, j, file != NULL, now))
				is_changed = true;
			else if (!file || !file->is_reason_new)
				continue;
			if (!dir->is_quiet)
				server_say(vs, rs, file);
		}
	}
	for (size_t i = 0; i < dir->files.n; i++)
		dir->files.items[i].is_reason_new = false;
	free(holds.items);
	return is_changed;
}
