/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "admin/real/run.h"

#include "admin/real/arp.h"
#include "admin/real/exec.h"
#include "admin/real/link.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STATUS_FAILED 1
#define STATUS_WRONG  2

#define PROGRAM_PATH_MAX 4096

/* A run: the state that was read at its beginning, and is written after each change. */
struct real {
	struct real_link *link;
	struct real_state state;
	size_t n_changes;
	struct err *err;
};

/* Writes the state file, so that each change is remembered before the next is made. */
static int changed(struct real *r)
{
	r->n_changes++;
	return real_state_save(&r->state, r->err);
}

static const char *addr_text(const struct addr *addr, char text[static ADDR_TEXT_MAX])
{
	return addr_format(addr, text);
}

static FILE *open_sysctl(const char *name, const char *mode)
{
	char path[REAL_SYSCTL_MAX + 16];

	snprintf(path, sizeof(path), "/proc/sys/%s", name);
	return fopen(path, mode);
}

static int read_sysctl(const char *name, int *ret_value)
{
	FILE *file = open_sysctl(name, "re");
	int n;

	if (!file)
		return -errno;
	n = fscanf(file, "%d", ret_value);
	fclose(file);
	return n == 1 ? 0 : -EIO;
}

static int write_sysctl(const char *name, int value)
{
	FILE *file = open_sysctl(name, "we");
	bool is_written;

	if (!file)
		return -errno;
	is_written = fprintf(file, "%d\n", value) > 0;
	return fclose(file) == 0 && is_written ? 0 : -EIO;
}

/* A value that is stricter already stays. */
static int raise_sysctl(struct real *r, const struct real_sysctl *sysctl)
{
	char text[REAL_SYSCTL_MAX];
	int before, rc = read_sysctl(sysctl->name, &before);
	struct real_former *former = real_state_find_sysctl(&r->state, sysctl->name);

	if (rc == 0 && before >= sysctl->value)
		return 0;
	if (rc == 0)
		rc = write_sysctl(sysctl->name, sysctl->value);
	if (rc < 0)
		return err_set(r->err, rc, "%s cannot be set: %s",
			       real_sysctl_text(sysctl->name, text), err_errno(rc));
	printf("%s: %d -> %d\n", real_sysctl_text(sysctl->name, text), before, sysctl->value);
	if (!former) {
		former = vec_push(&r->state.sysctls);
		snprintf(former->name, sizeof(former->name), "%s", sysctl->name);
		former->before = before;
	}
	former->set = sysctl->value;
	return changed(r);
}

static int raise_sysctls(struct real *r, const struct real_entry *entry)
{
	struct real_sysctls sysctls = {0};
	int rc = 0;

	real_sysctls_add(&sysctls, entry->method, entry->arp, entry->vip.family, entry->dev);
	for (size_t i = 0; i < sysctls.list.n && rc == 0; i++)
		rc = raise_sysctl(r, &sysctls.list.items[i]);
	vec_free(&sysctls.list);
	return rc;
}

static int add_rules(struct real *r, struct real_entry *entry)
{
	char vip[ADDR_TEXT_MAX], source[ADDR_TEXT_MAX];
	bool is_changed = false;
	int rc;

	if (entry->arp != REAL_ARP_TABLES || entry->vip.family != AF_INET)
		return 0;
	if (entry->source.family == AF_UNSPEC)
		entry->source = real_link_only_addr(r->link);
	if (entry->source.family == AF_UNSPEC)
		return err_set(r->err, -EINVAL,
			       "this machine has not one address alone that ARP requests could "
			       "have: name it with --source");
	rc = real_arp_add(&entry->vip, &entry->source, &is_changed, r->err);
	if (rc < 0 || !is_changed)
		return rc;
	entry->is_rules_added = true;
	printf("arptables: ARP requests for %s are dropped, own ones have %s\n",
	       addr_text(&entry->vip, vip), addr_text(&entry->source, source));
	return changed(r);
}

/* Finds a device; the kernel's tunnel devices exist once their module is loaded. */
static int find_dev(struct real *r, const char *dev, bool *ret_is_up)
{
	const char *module = !strcmp(dev, "tunl0") ? "ipip" : "ip6_tunnel";
	const char *const argv[] = {"modprobe", module, NULL};
	bool is_tunnel = !strcmp(dev, "tunl0") || !strcmp(dev, "ip6tnl0");

	if (real_link_find(r->link, dev, ret_is_up) == 0)
		return 0;
	if (is_tunnel && real_exec(argv, NULL) == 0 &&
	    real_link_find(r->link, dev, ret_is_up) == 0) {
		printf("module %s: loaded\n", module);
		return 0;
	}
	return err_set(r->err, -ENODEV, "there is no device %s%s", dev,
		       is_tunnel ? ", and its module cannot be loaded" : "");
}

static int raise_dev(struct real *r, const char *dev)
{
	bool is_up;
	int rc = find_dev(r, dev, &is_up);

	if (rc < 0 || is_up)
		return rc;
	rc = real_link_set_up(r->link, dev, true, r->err);
	if (rc < 0)
		return rc;
	printf("%s: up\n", dev);
	strcpy(vec_push(&r->state.links_up)->name, dev);
	return changed(r);
}

static int add_address(struct real *r, struct real_entry *entry)
{
	char text[ADDR_TEXT_MAX];
	int rc;

	if (real_link_has_addr(r->link, entry->dev, &entry->vip))
		return 0;
	rc = real_link_add_addr(r->link, entry->dev, &entry->vip, r->err);
	if (rc < 0)
		return err_wrap(r->err, rc, "%s on %s", addr_text(&entry->vip, text), entry->dev);
	entry->is_address_added = true;
	printf("%s/%u on %s: added\n", addr_text(&entry->vip, text), addr_bits(&entry->vip),
	       entry->dev);
	return changed(r);
}

/* A VIP that is set up already keeps its device and its method. */
static struct real_entry *entry_for(struct real *r, const struct real_setup *setup,
				    const struct addr *vip)
{
	struct real_entry *entry = real_state_find(&r->state, vip);

	if (entry)
		return entry;
	entry = vec_push(&r->state.entries);
	*entry = (struct real_entry){
	    .vip = *vip, .method = setup->method, .arp = setup->arp, .source = setup->source};
	strcpy(entry->dev, setup->dev);
	return entry;
}

static bool is_same_setup(const struct real_entry *entry, const struct real_setup *setup)
{
	return entry->method == setup->method && entry->arp == setup->arp &&
	       !strcmp(entry->dev, setup->dev);
}

/* The address comes last, so that at no time others can learn it from this machine. */
static int up_vip(struct real *r, const struct real_setup *setup, const struct addr *vip)
{
	struct real_entry *entry = entry_for(r, setup, vip);
	char text[ADDR_TEXT_MAX];
	int rc;

	if (!is_same_setup(entry, setup))
		return err_set(r->err, -EEXIST,
			       "%s was set up otherwise (--method %s --dev %s --arp %s): first "
			       "lvsadm real-server down --vip %s",
			       addr_text(vip, text), real_method_name(entry->method), entry->dev,
			       entry->arp == REAL_ARP_SYSCTL ? "sysctl" : "arptables", text);
	rc = raise_dev(r, entry->dev);
	if (rc == 0)
		rc = raise_sysctls(r, entry);
	if (rc == 0)
		rc = add_rules(r, entry);
	if (rc == 0)
		rc = add_address(r, entry);
	return rc == 0 ? real_state_save(&r->state, r->err) : rc;
}

static struct real_gateway *gateway_of(struct real *r, uint16_t family)
{
	return &r->state.gateways[family == AF_INET6];
}

static int up_gateway(struct real *r, const struct addr *gateway)
{
	struct real_route wanted = {
	    .gateway = *gateway, .protocol = RTPROT_STATIC, .scope = RT_SCOPE_UNIVERSE};
	struct real_gateway *state = gateway_of(r, gateway->family);
	struct real_route before = {0};
	char old[ADDR_TEXT_MAX], new[ADDR_TEXT_MAX];
	int rc = real_link_default_route(r->link, gateway->family, &before);
	bool has_before = rc == 0;

	if (rc == -EOPNOTSUPP)
		return err_set(r->err, rc,
			       "the default route has several next hops: set it by hand");
	if (has_before && !addr_cmp(&before.gateway, gateway))
		return 0;
	rc = real_link_set_default(r->link, &wanted, r->err);
	if (rc < 0)
		return rc;
	printf("default route: %s%s -> %s\n", has_before ? "by " : "",
	       !has_before                          ? "none"
	       : before.gateway.family == AF_UNSPEC ? before.dev
						    : addr_text(&before.gateway, old),
	       addr_text(gateway, new));
	if (state->gateway.family == AF_UNSPEC) {
		state->has_before = has_before;
		state->before = before;
	}
	state->gateway = *gateway;
	return changed(r);
}

static int up(struct real *r, const struct real_setup *setup)
{
	int rc = 0;

	if (setup->method == REAL_NAT)
		return up_gateway(r, &setup->gateway);
	for (size_t i = 0; i < setup->vips.list.n && rc == 0; i++)
		rc = up_vip(r, setup, &setup->vips.list.items[i]);
	return rc;
}

static int down_entry(struct real *r, size_t index)
{
	struct real_entry entry = r->state.entries.items[index];
	char text[ADDR_TEXT_MAX];
	int rc = 0;

	if (entry.is_address_added) {
		rc = real_link_del_addr(r->link, entry.dev, &entry.vip, r->err);
		if (rc < 0)
			return rc;
		printf("%s/%u on %s: removed\n", addr_text(&entry.vip, text), addr_bits(&entry.vip),
		       entry.dev);
	}
	if (entry.is_rules_added) {
		rc = real_arp_del(&entry.vip, &entry.source, r->err);
		if (rc < 0)
			return rc;
		printf("arptables: rules for %s removed\n", addr_text(&entry.vip, text));
	}
	r->state.entries.items[index] = r->state.entries.items[--r->state.entries.n];
	return changed(r);
}

static bool is_needed(const struct real *r, const char *name)
{
	struct real_sysctls sysctls = {0};
	bool is_found = false;

	for (size_t i = 0; i < r->state.entries.n; i++) {
		const struct real_entry *entry = &r->state.entries.items[i];

		real_sysctls_add(&sysctls, entry->method, entry->arp, entry->vip.family,
				 entry->dev);
	}
	for (size_t i = 0; i < sysctls.list.n && !is_found; i++)
		is_found = !strcmp(sysctls.list.items[i].name, name);
	vec_free(&sysctls.list);
	return is_found;
}

/* A sysctl that somebody else has changed since stays as it is; one that is gone needs nothing. */
static int restore_sysctl(struct real *r, const struct real_former *former)
{
	char text[REAL_SYSCTL_MAX];
	int value, rc = read_sysctl(former->name, &value);

	real_sysctl_text(former->name, text);
	if (rc < 0)
		return 0;
	if (value != former->set) {
		printf("%s: left at %d, which somebody else has set\n", text, value);
		return 0;
	}
	rc = write_sysctl(former->name, former->before);
	if (rc < 0)
		return err_set(r->err, rc, "%s cannot be set: %s", text, err_errno(rc));
	printf("%s: %d -> %d\n", text, value, former->before);
	return 0;
}

static int restore_sysctls(struct real *r)
{
	for (size_t i = r->state.sysctls.n; i-- > 0;) {
		struct real_former former = r->state.sysctls.items[i];
		int rc;

		if (is_needed(r, former.name))
			continue;
		rc = restore_sysctl(r, &former);
		if (rc < 0)
			return rc;
		r->state.sysctls.items[i] = r->state.sysctls.items[--r->state.sysctls.n];
		rc = changed(r);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static bool is_dev_used(const struct real *r, const char *dev)
{
	for (size_t i = 0; i < r->state.entries.n; i++)
		if (!strcmp(r->state.entries.items[i].dev, dev))
			return true;
	return false;
}

static int lower_devs(struct real *r)
{
	for (size_t i = r->state.links_up.n; i-- > 0;) {
		struct real_dev dev = r->state.links_up.items[i];
		bool is_up;
		int rc;

		if (is_dev_used(r, dev.name))
			continue;
		if (real_link_find(r->link, dev.name, &is_up) == 0 && is_up) {
			rc = real_link_set_up(r->link, dev.name, false, r->err);
			if (rc < 0)
				return rc;
			printf("%s: down\n", dev.name);
		}
		r->state.links_up.items[i] = r->state.links_up.items[--r->state.links_up.n];
		rc = changed(r);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* Restores the default route only if it is still the one that was set. */
static int down_gateway(struct real *r, struct real_gateway *state)
{
	struct addr gateway = state->gateway;
	struct real_route now = {0};
	char text[ADDR_TEXT_MAX];
	int rc;

	if (gateway.family == AF_UNSPEC)
		return 0;
	if (real_link_default_route(r->link, gateway.family, &now) < 0 ||
	    addr_cmp(&now.gateway, &gateway) != 0) {
		printf("default route: left, as somebody else has changed it\n");
	} else {
		rc = state->has_before ? real_link_set_default(r->link, &state->before, r->err)
				       : real_link_del_default(r->link, &gateway, r->err);
		if (rc < 0)
			return rc;
		printf("default route: by %s -> %s\n", addr_text(&gateway, text),
		       state->has_before ? "as before" : "none");
	}
	*state = (struct real_gateway){0};
	return changed(r);
}

static bool is_vip_named(const struct real_setup *setup, const struct addr *vip)
{
	for (size_t i = 0; i < setup->vips.list.n; i++)
		if (!addr_cmp(&setup->vips.list.items[i], vip))
			return true;
	return !setup->vips.list.n;
}

static int down(struct real *r, const struct real_setup *setup)
{
	int rc = 0;

	for (size_t i = r->state.entries.n; i-- > 0 && rc == 0;)
		if (is_vip_named(setup, &r->state.entries.items[i].vip))
			rc = down_entry(r, i);
	if (rc == 0)
		rc = restore_sysctls(r);
	if (rc == 0)
		rc = lower_devs(r);
	for (size_t i = 0; i < 2 && rc == 0 && !setup->vips.list.n; i++)
		rc = down_gateway(r, &r->state.gateways[i]);
	return rc;
}

static int setup_carry_out(const struct real_setup *setup, struct err *err)
{
	struct real r = {.err = err};
	int rc = real_state_load(&r.state, err);

	if (rc < 0)
		return rc;
	rc = real_link_open(&r.link, err);
	if (rc == 0)
		rc = setup->action == REAL_UP ? up(&r, setup) : down(&r, setup);
	if (rc == 0 && !r.n_changes)
		puts(setup->action == REAL_UP ? "nothing to do" : "nothing to undo");
	real_link_close(r.link);
	real_state_free(&r.state);
	return rc;
}

static void print_systemd(const struct real_setup *setup)
{
	char program[PROGRAM_PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", program, sizeof(program) - 1);

	program[len > 0 ? len : 0] = '\0';
	real_print_systemd(setup, len > 0 ? program : "lvsadm", stdout);
}

int real_run(const char *const *words, size_t n_words)
{
	struct real_setup setup;
	struct err err = {""};
	int status = 0;

	if (real_parse(words, n_words, &setup, &err) < 0) {
		fprintf(stderr, "lvsadm: %s; see lvsadm real-server --help\n", err.text);
		return STATUS_WRONG;
	}
	switch (setup.action) {
	case REAL_HELP:
		real_print_help(stdout);
		break;
	case REAL_PRINT_SYSCTL:
		real_print_sysctl(&setup, stdout);
		break;
	case REAL_PRINT_SYSTEMD:
		print_systemd(&setup);
		break;
	case REAL_UP:
	case REAL_DOWN:
		if (setup_carry_out(&setup, &err) < 0) {
			fflush(stdout);
			fprintf(stderr, "lvsadm: %s\n", err.text);
			status = STATUS_FAILED;
		}
		break;
	}
	real_setup_free(&setup);
	return status;
}
