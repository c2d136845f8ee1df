/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/check/accept_local.h"
#include "base/log.h"
#include "daemon/shared/rundir_json.h"
#include "daemon/shared/rundir_names.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define NAME "accept_local"

static void dir_of(const char *interface, char dir[static 64])
{
	snprintf(dir, 64, "/proc/sys/net/ipv4/conf/%s", interface);
}

static bool is_interface(const char *name)
{
	return name && *name && strlen(name) < CONF_IFNAME_MAX && !strchr(name, '/') && strcmp(name, ".") &&
	       strcmp(name, "..");
}

static struct accept_local *item_add(struct accept_locals *locals, const char *interface,
				     const char *former)
{
	struct accept_local *item = vec_push(&locals->items);

	snprintf(item->interface, sizeof(item->interface), "%s", interface);
	snprintf(item->former, sizeof(item->former), "%s", former);
	return item;
}

void accept_locals_store(const struct accept_locals *locals)
{
	json_t *formers = json_object();
	struct err err;

	for (size_t i = 0; i < locals->items.n; i++)
		json_object_set_new(formers, locals->items.items[i].interface,
				    json_string(locals->items.items[i].former));
	if (rundir_json_store(locals->run_dir, RUNDIR_THROUGH,
			      locals->items.n ? json_pack("{s:i, s:O}", "schema", 1, NAME, formers)
					      : NULL,
			      &err) < 0)
		log_error("%s; as long as it cannot be written, a crash would make lvsd forget the values of "
			  "accept_local before",
			  err.text);
	json_decref(formers);
}

void accept_locals_open(struct accept_locals *locals, const char *run_dir)
{
	const char *interface;
	json_t *root, *former;

	locals->run_dir = run_dir;
	root = rundir_json_fetch(run_dir, RUNDIR_THROUGH,
				 "interfaces whose accept_local an earlier lvsd has set to 1 keep it");
	json_object_foreach(json_object_get(root, NAME), interface, former)
	{
		if (json_is_string(former) && strlen(json_string_value(former)) < HOST_SYSCTL_MAX &&
		    is_interface(interface))
			item_add(locals, interface, json_string_value(former));
	}
	json_decref(root);
}

void accept_locals_close(struct accept_locals *locals)
{
	vec_free(&locals->items);
}

static struct accept_local *local_find(const struct accept_locals *locals, const char *interface)
{
	for (size_t i = 0; i < locals->items.n; i++)
		if (!strcmp(locals->items.items[i].interface, interface))
			return &locals->items.items[i];
	return NULL;
}

int accept_local_read(const char *interface, char ret_value[static HOST_SYSCTL_MAX])
{
	char dir[64];

	dir_of(interface, dir);
	return host_sysctl_read(dir, NAME, ret_value, NULL);
}

/* Sets the sysctl for the first time; its former value is in the run dir before. */
static int set_first(struct accept_locals *locals, const char *dir, const char *interface,
		     const char *former, struct err *err)
{
	int code;

	item_add(locals, interface, former)->is_needed = true;
	accept_locals_store(locals);
	code = host_sysctl_write(dir, NAME, "1", err);
	if (code == 0) {
		log_notice("through_vip: net.ipv4.conf.%s.%s is 1 from now on, so that answers from virtual "
			   "addresses of this director are taken; it is put back to %s when no check needs it",
			   interface, NAME, former);
		return 0;
	}
	locals->items.n--;
	accept_locals_store(locals);
	return code;
}

int accept_local_take(struct accept_locals *locals, const char *interface, bool *ret_was_lost,
		      struct err *err)
{
	struct accept_local *item = local_find(locals, interface);
	char dir[64], value[HOST_SYSCTL_MAX];
	int code;

	*ret_was_lost = false;
	dir_of(interface, dir);
	code = host_sysctl_read(dir, NAME, value, err);
	if (code < 0)
		return code;
	if (item)
		item->is_needed = true;
	if (!strcmp(value, "1"))
		return 0;
	if (!item)
		return set_first(locals, dir, interface, value, err);
	code = host_sysctl_write(dir, NAME, "1", err);
	if (code == 0) {
		*ret_was_lost = true;
		log_warning("through_vip: somebody else has set net.ipv4.conf.%s.%s to %s; it is 1 again",
			    interface, NAME, value);
	}
	return code;
}

void accept_locals_unneed(struct accept_locals *locals)
{
	for (size_t i = 0; i < locals->items.n; i++)
		locals->items.items[i].is_needed = false;
}

/* A value that somebody else has set meanwhile stays. So does an interface that is gone. */
static void put_back(const struct accept_local *item)
{
	char dir[64], value[HOST_SYSCTL_MAX];
	struct err err;

	dir_of(item->interface, dir);
	if (host_sysctl_read(dir, NAME, value, NULL) < 0 || strcmp(value, "1"))
		return;
	if (host_sysctl_write(dir, NAME, item->former, &err) < 0)
		log_warning("through_vip: %s", err.text);
	else
		log_notice("through_vip: net.ipv4.conf.%s.%s is %s again, as before", item->interface, NAME,
			   item->former);
}

void accept_locals_sweep(struct accept_locals *locals)
{
	size_t n = 0, n_before = locals->items.n;

	for (size_t i = 0; i < n_before; i++) {
		if (locals->items.items[i].is_needed)
			locals->items.items[n++] = locals->items.items[i];
		else
			put_back(&locals->items.items[i]);
	}
	locals->items.n = n;
	if (n < n_before)
		accept_locals_store(locals);
}
