/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "admin/real/state.h"

#include "base/mem.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STATE_DIR "/run/lvsadm"

#define PATH_SIZE 64

static void state_path(char path[static PATH_SIZE])
{
	struct stat st = {0};

	stat("/proc/self/ns/net", &st);
	snprintf(path, PATH_SIZE, STATE_DIR "/real-server.%lu.json", (unsigned long)st.st_ino);
}

static json_t *addr_json(const struct addr *addr)
{
	char text[ADDR_TEXT_MAX];

	return addr->family == AF_UNSPEC ? json_null() : json_string(addr_format(addr, text));
}

/* JSON null is no address. Returns 0 or -EBADMSG. */
static int addr_from_json(const json_t *json, struct addr *ret_addr)
{
	if (json_is_null(json)) {
		*ret_addr = (struct addr){0};
		return 0;
	}
	return json_is_string(json) && addr_parse(json_string_value(json), ret_addr) == 0
		   ? 0
		   : -EBADMSG;
}

static json_t *entry_json(const struct real_entry *entry)
{
	return json_pack("{s:o, s:s, s:b, s:s, s:o, s:b, s:b}", "vip", addr_json(&entry->vip),
			 "method", real_method_name(entry->method), "arptables",
			 entry->arp == REAL_ARP_TABLES, "dev", entry->dev, "source",
			 addr_json(&entry->source), "address_added", entry->is_address_added,
			 "rules_added", entry->is_rules_added);
}

static int entry_from_json(json_t *json, struct real_entry *entry)
{
	const char *method, *dev;
	json_t *vip, *source;
	int is_tables, is_address_added, is_rules_added;

	if (json_unpack(json, "{s:o, s:s, s:b, s:s, s:o, s:b, s:b}", "vip", &vip, "method", &method,
			"arptables", &is_tables, "dev", &dev, "source", &source, "address_added",
			&is_address_added, "rules_added", &is_rules_added) < 0 ||
	    addr_from_json(vip, &entry->vip) < 0 || addr_from_json(source, &entry->source) < 0 ||
	    real_method_parse(method) < 0 || strlen(dev) >= sizeof(entry->dev))
		return -EBADMSG;
	entry->method = (enum real_method)real_method_parse(method);
	entry->arp = is_tables ? REAL_ARP_TABLES : REAL_ARP_SYSCTL;
	strcpy(entry->dev, dev);
	entry->is_address_added = is_address_added;
	entry->is_rules_added = is_rules_added;
	return 0;
}

static json_t *former_json(const struct real_former *former)
{
	return json_pack("{s:s, s:i, s:i}", "name", former->name, "before", former->before, "set",
			 former->set);
}

static int former_from_json(json_t *json, struct real_former *former)
{
	const char *name;

	if (json_unpack(json, "{s:s, s:i, s:i}", "name", &name, "before", &former->before, "set",
			&former->set) < 0 ||
	    strlen(name) >= sizeof(former->name) || strncmp(name, "net/", 4) != 0 ||
	    strstr(name, ".."))
		return -EBADMSG;
	strcpy(former->name, name);
	return 0;
}

static json_t *gateway_json(const struct real_gateway *gateway)
{
	const struct real_route *before = &gateway->before;
	json_t *route = json_null();

	if (gateway->has_before)
		route =
		    json_pack("{s:o, s:s, s:o, s:i, s:i}", "gateway", addr_json(&before->gateway),
			      "dev", before->dev, "source", addr_json(&before->source), "protocol",
			      before->protocol, "scope", before->scope);
	return json_pack("{s:o, s:o}", "gateway", addr_json(&gateway->gateway), "before", route);
}

static int gateway_from_json(json_t *json, struct real_gateway *gateway)
{
	struct real_route *before = &gateway->before;
	json_t *via, *route, *former, *source;
	const char *dev;

	if (json_unpack(json, "{s:o, s:o}", "gateway", &via, "before", &route) < 0 ||
	    addr_from_json(via, &gateway->gateway) < 0)
		return -EBADMSG;
	gateway->has_before = !json_is_null(route);
	if (!gateway->has_before)
		return 0;
	if (json_unpack(route, "{s:o, s:s, s:o, s:i, s:i}", "gateway", &former, "dev", &dev,
			"source", &source, "protocol", &before->protocol, "scope",
			&before->scope) < 0 ||
	    addr_from_json(former, &before->gateway) < 0 ||
	    addr_from_json(source, &before->source) < 0 || strlen(dev) >= sizeof(before->dev))
		return -EBADMSG;
	strcpy(before->dev, dev);
	return 0;
}

static json_t *state_json(const struct real_state *state)
{
	json_t *entries = json_array(), *sysctls = json_array();
	json_t *links = json_array(), *gateways = json_array();

	for (size_t i = 0; i < state->entries.n; i++)
		json_array_append_new(entries, entry_json(&state->entries.items[i]));
	for (size_t i = 0; i < state->sysctls.n; i++)
		json_array_append_new(sysctls, former_json(&state->sysctls.items[i]));
	for (size_t i = 0; i < state->links_up.n; i++)
		json_array_append_new(links, json_string(state->links_up.items[i].name));
	for (size_t i = 0; i < 2; i++)
		json_array_append_new(gateways, gateway_json(&state->gateways[i]));
	return json_pack("{s:o, s:o, s:o, s:o}", "addresses", entries, "sysctls", sysctls,
			 "links_up", links, "gateways", gateways);
}

static int dev_from_json(const json_t *json, struct real_dev *dev)
{
	const char *name = json_string_value(json);

	if (!name || strlen(name) >= sizeof(dev->name))
		return -EBADMSG;
	strcpy(dev->name, name);
	return 0;
}

static int state_from_json(json_t *json, struct real_state *state)
{
	json_t *entries, *sysctls, *links, *gateways, *item;
	size_t i;
	int rc = 0;

	if (json_unpack(json, "{s:o, s:o, s:o, s:o}", "addresses", &entries, "sysctls", &sysctls,
			"links_up", &links, "gateways", &gateways) < 0 ||
	    json_array_size(gateways) != 2)
		return -EBADMSG;
	json_array_foreach(entries, i, item) rc |= entry_from_json(item, vec_push(&state->entries));
	json_array_foreach(sysctls, i, item) rc |=
	    former_from_json(item, vec_push(&state->sysctls));
	json_array_foreach(links, i, item) rc |= dev_from_json(item, vec_push(&state->links_up));
	json_array_foreach(gateways, i, item) rc |= gateway_from_json(item, &state->gateways[i]);
	return rc ? -EBADMSG : 0;
}

int real_state_load(struct real_state *ret_state, struct err *err)
{
	struct real_state state = {0};
	char path[PATH_SIZE];
	json_error_t error;
	json_t *json;
	int rc;

	state_path(path);
	if (access(path, F_OK) < 0 && errno == ENOENT) {
		*ret_state = state;
		return 0;
	}
	json = json_load_file(path, 0, &error);
	rc = json ? state_from_json(json, &state) : -EBADMSG;
	json_decref(json);
	if (rc < 0) {
		real_state_free(&state);
		return err_set(err, rc,
			       "%s, which tells what is to be undone, cannot be read; remove it "
			       "to forget what was done",
			       path);
	}
	*ret_state = state;
	return 0;
}

static bool is_empty(const struct real_state *state)
{
	return !state->entries.n && !state->sysctls.n && !state->links_up.n &&
	       state->gateways[0].gateway.family == AF_UNSPEC &&
	       state->gateways[1].gateway.family == AF_UNSPEC;
}

int real_state_save(const struct real_state *state, struct err *err)
{
	char path[PATH_SIZE], new_path[PATH_SIZE + 4];
	json_t *json;
	int rc;

	state_path(path);
	snprintf(new_path, sizeof(new_path), "%s.new", path);
	if (is_empty(state)) {
		unlink(path);
		return 0;
	}
	if (mkdir(STATE_DIR, 0755) < 0 && errno != EEXIST)
		return err_set(err, -errno, "cannot make %s: %s", STATE_DIR, err_errno(errno));
	json = state_json(state);
	rc = json_dump_file(json, new_path, JSON_INDENT(1));
	json_decref(json);
	if (rc < 0 || rename(new_path, path) < 0)
		return err_set(err, -EIO, "cannot write %s: %s", path, err_errno(errno));
	return 0;
}

void real_state_free(struct real_state *state)
{
	vec_free(&state->entries);
	vec_free(&state->sysctls);
	vec_free(&state->links_up);
}

struct real_entry *real_state_find(struct real_state *state, const struct addr *vip)
{
	for (size_t i = 0; i < state->entries.n; i++)
		if (!addr_cmp(&state->entries.items[i].vip, vip))
			return &state->entries.items[i];
	return NULL;
}

struct real_former *real_state_find_sysctl(struct real_state *state, const char *name)
{
	for (size_t i = 0; i < state->sysctls.n; i++)
		if (!strcmp(state->sysctls.items[i].name, name))
			return &state->sysctls.items[i];
	return NULL;
}
