/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * drain.json: the servers that are draining, and those in maintenance. Times are on
 * CLOCK_MONOTONIC, so they stay valid over restarts of lvsd until the machine is rebooted. After a
 * reboot the IPVS table is empty and no server is draining, but servers in maintenance stay so.
 */
#include "base/log.h"
#include "daemon/director/table/kernel.h"
#include "daemon/shared/rundir_json.h"
#include "daemon/shared/rundir_names.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BOOT_ID_FILE "/proc/sys/kernel/random/boot_id"
#define BOOT_ID_MAX  64

static const char *boot_id(char text[static BOOT_ID_MAX])
{
	int fd = open(BOOT_ID_FILE, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? 0 : read(fd, text, BOOT_ID_MAX - 1);

	if (fd >= 0)
		close(fd);
	text[len > 0 ? len : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return text;
}

static json_t *names_json(const struct svckey *service, const struct endpoint *server)
{
	char vs[SVCKEY_TEXT_MAX], rs[ENDPOINT_TEXT_MAX];

	return json_pack("{s:s, s:s}", "service", svckey_format(service, vs), "server",
			 endpoint_format(server, rs));
}

static json_t *entries_json(const struct drains *drains)
{
	json_t *list = json_array();

	for (size_t i = 0; i < drains->set.entries.n; i++) {
		const struct ipvs_drain_entry *entry = &drains->set.entries.items[i];
		json_t *item = names_json(&entry->service, &entry->server);

		json_object_set_new(item, "since_ns", json_integer(entry->since.ns));
		json_object_set_new(item, "deadline_ns", json_integer(entry->deadline.ns));
		json_object_set_new(item, "reason",
				    json_string(ipvs_drain_reason_name(entry->reason)));
		json_object_set_new(item, "weight", json_integer(entry->weight));
		json_array_append_new(list, item);
	}
	return list;
}

static json_t *maintained_json(const struct maintained *items, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, names_json(&items[i].vs, &items[i].rs));
	return list;
}

void drains_store(struct kernel *k)
{
	struct drains *drains = &k->drains;
	char boot[BOOT_ID_MAX];
	const struct maintained_list *list = &drains->maintained;
	json_t *root = json_pack("{s:i, s:s, s:o, s:o, s:o}", "schema", 1, "boot", boot_id(boot),
				 "draining", entries_json(drains), "held",
				 maintained_json(list->items, list->n), "lost",
				 maintained_json(list->lost.items, list->lost.n));
	struct err err;

	if (rundir_json_store(k->run_dir, RUNDIR_DRAIN, root, &err) == 0) {
		drains->is_unsaved = false;
	} else if (!drains->is_unsaved) {
		log_error("%s; as long as it cannot be written, a restart would forget which "
			  "servers drain", err.text);
		drains->is_unsaved = true;
	}
}

static bool names_read(json_t *item, struct svckey *ret_service, struct endpoint *ret_server)
{
	const char *vs = json_string_value(json_object_get(item, "service"));
	const char *rs = json_string_value(json_object_get(item, "server"));

	return vs && rs && svckey_parse(vs, ret_service) == 0 &&
	       endpoint_parse(rs, ret_server) == 0;
}

static enum ipvs_drain_reason reason_read(json_t *item)
{
	const char *name = json_string_value(json_object_get(item, "reason"));

	for (enum ipvs_drain_reason reason = 0; name && reason < IPVS_DRAIN_REASONS; reason++)
		if (!strcmp(name, ipvs_drain_reason_name(reason)))
			return reason;
	return IPVS_DRAIN_REMOVED;
}

static void entries_read(json_t *list, struct ipvs_drain *set)
{
	json_t *item;
	size_t i;

	json_array_foreach(list, i, item)
	{
		struct ipvs_drain_entry entry = {.reason = reason_read(item)};

		entry.since.ns = json_integer_value(json_object_get(item, "since_ns"));
		entry.deadline.ns = json_integer_value(json_object_get(item, "deadline_ns"));
		entry.weight = (uint32_t)json_integer_value(json_object_get(item, "weight"));
		if (names_read(item, &entry.service, &entry.server))
			*vec_push(&set->entries) = entry;
	}
	ipvs_drain_sort(set);
}

static void maintained_read(json_t *root, struct maintained_list *maintained)
{
	struct maintained one;
	json_t *item;
	size_t i;

	json_array_foreach(json_object_get(root, "held"), i, item)
	{
		if (names_read(item, &one.vs, &one.rs))
			*vec_push(maintained) = one;
	}
	json_array_foreach(json_object_get(root, "lost"), i, item)
	{
		if (names_read(item, &one.vs, &one.rs))
			*vec_push(&maintained->lost) = one;
	}
}

void drains_read(const char *run_dir, struct drains *drains)
{
	char boot[BOOT_ID_MAX];
	const char *stored;
	json_t *root;

	if (rundir_json_load(run_dir, RUNDIR_DRAIN, &root) < 0)
		return;
	if (json_integer_value(json_object_get(root, "schema")) != 1)
		log_warning("%s/%s cannot be read: real servers that were taken out of service "
			    "come back",
			    run_dir, RUNDIR_DRAIN);
	stored = json_string_value(json_object_get(root, "boot"));
	if (stored && !strcmp(stored, boot_id(boot)))
		entries_read(json_object_get(root, "draining"), &drains->set);
	maintained_read(root, &drains->maintained);
	json_decref(root);
}
