/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/supervisor/release.h"
#include "base/log.h"
#include "base/plural.h"
#include "base/loop.h"
#include "base/vec.h"
#include "conf/load.h"
#include "daemon/shared/held.h"
#include "daemon/shared/orphan_find.h"
#include "daemon/shared/rundir.h"
#include "daemon/shared/rundir_file.h"
#include "daemon/shared/rundir_json.h"
#include "daemon/shared/rundir_names.h"
#include "daemon/supervisor/release_filter.h"
#include "host/filter.h"
#include "vrrp/holding/item_key.h"
#include "vrrp/holding/vmacs.h"
#include "vrrp/machine/link.h"
#include "vrrp/orphan/orphan.h"
#include "vrrp/machine/route.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void __attribute__((format(printf, 3, 4)))
say(enum release_to to, bool is_error, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (to == RELEASE_TO_LOG && is_error)
		log_error("%s", text);
	else if (to == RELEASE_TO_LOG)
		log_notice("%s", text);
	else if (is_error)
		fprintf(stderr, "lvsd: %s\n", text);
	else
		puts(text);
}

static struct conf *last_conf_load(const struct options *options)
{
	struct diags diags = {0};
	struct conf *conf = NULL;
	char *text;
	size_t len;

	if (rundir_fetch(options->run_dir, RUNDIR_APPLIED, &text, &len) == 0) {
		conf = conf_load_in_force(options->config, text, len, &diags);
		free(text);
	}
	diags_free(&diags);
	return conf;
}

/* There is neither a list of addresses of an lvsd, nor a file that could name them. */
static bool is_nothing_known(const struct options *options, const struct held *held)
{
	char *text;
	size_t len;
	int code = rundir_fetch(options->run_dir, RUNDIR_APPLIED, &text, &len);

	if (code == 0)
		free(text);
	return code == -ENOENT && !held->list.n && !held->items.n &&
	       access(options->config, F_OK) < 0 && errno == ENOENT;
}

static struct conf *load_file(const struct options *options, enum release_to to)
{
	struct conf_load_how how = options->how;
	struct diags diags = {0};
	struct conf *conf;

	/* Nothing is put in force here, so ignored keywords do not matter. */
	how.accepting = CONF_ACCEPTED_BY_OPTION;
	conf = conf_load(options->config, &how, &diags, NULL, NULL);
	if (to == RELEASE_TO_STDIO)
		diags_print(&diags, stderr);
	else if (!conf)
		log_error("%s has errors, so the virtual addresses in it are not known: correct "
			  "it, then run `lvsd --release-addresses`",
			  options->config);
	diags_free(&diags);
	return conf;
}

/* Loads the configuration whose addresses this machine may have: the one that was in force last. */
static struct conf *release_conf_load(const struct options *options, bool is_stale,
				      enum release_to to)
{
	struct conf *conf = is_stale ? NULL : last_conf_load(options);
	struct err err;

	if (conf && to == RELEASE_TO_STDIO && rundir_may_be_stale(options->run_dir, &err))
		say(to, true, "%s: addresses that a later configuration added stay", err.text);
	if (!conf)
		conf = load_file(options, to);
	return conf || !is_stale ? conf : last_conf_load(options);
}

/* Two lists of the same length: what the kernel is asked to remove, and the instance that it is
 * from. */
struct leftovers {
	VEC(struct vrrp_link_change) changes;
	VEC(const struct held_addr *) addrs;
};

static void collect(const struct held *held, const struct vrrp_link *link, struct leftovers *left)
{
	for (size_t i = 0; i < held->list.n; i++) {
		const struct held_addr *item = &held->list.items[i];
		const struct vrrp_link_if *interface = vrrp_link_by_name(link, item->interface);

		if (!interface || !vrrp_link_has_addr(link, interface->index, &item->addr))
			continue;
		*vec_push(&left->changes) =
		    (struct vrrp_link_change){.index = interface->index,
					      .addr = item->addr,
					      .prefix_len = item->prefix_len,
					      .peer = item->peer,
					      .label = ""};
		*vec_push(&left->addrs) = item;
	}
}

/* An address that has another prefix length belongs to somebody else. */
static int leftovers_report(const struct leftovers *left, enum release_to to)
{
	int status = EXIT_STATUS_OK;
	char text[ADDR_TEXT_MAX];

	for (size_t i = 0; i < left->changes.n; i++) {
		const struct held_addr *item = left->addrs.items[i];
		int result = left->changes.items[i].result;

		addr_format(&item->addr, text);
		if (result == 0) {
			say(to, false, "removed %s/%u from %s", text, item->prefix_len,
			    item->interface);
		} else if (result != -EADDRNOTAVAIL) {
			say(to, true, "%s/%u cannot be removed from %s: %s", text, item->prefix_len,
			    item->interface, err_errno(result));
			status = EXIT_STATUS_MACHINE;
		}
	}
	return status;
}

static void on_change(void *arg)
{
	(void)arg; /* the addresses are read once, so changes do not matter */
}

static bool is_item_kept(enum vrrp_item_kind kind, const void *item, void *arg)
{
	const struct held *held = arg;

	return !vrrp_item_is_listed(kind, item, (const char *const *)held->items.items,
				    held->items.n);
}

/* Rules go before the routes that they lead to. */
static void release_items(struct held *held, struct loop *loop, const struct vrrp_link *link,
			  enum release_to to)
{
	struct vrrp_route_net *net;
	struct err err;

	if (vrrp_route_open(loop, link, on_change, NULL, &net, &err) < 0) {
		say(to, true, "%s", err.text);
		return;
	}
	for (int kind = VRRP_ITEM_KINDS - 1; kind >= 0; kind--) {
		size_t n = vrrp_route_sweep(net, (enum vrrp_item_kind)kind, is_item_kept, held);

		if (n)
			say(to, false, "removed %zu %s%s", n,
			    vrrp_item_name((enum vrrp_item_kind)kind), plural(n));
	}
	vrrp_route_close(net);
}

/* The macvlans and ipvlans name the run dir, so that no list of them is needed. */
static void release_vmacs(struct vrrp_link *link, const char *run_dir, enum release_to to)
{
	char *real = rundir_real(run_dir);
	size_t n = vrrp_vmacs_release(link, real);

	if (n)
		say(to, false, "removed %zu macvlan or ipvlan interface%s", n, plural(n));
	free(real);
}

static int release(struct held *held, const char *run_dir, enum release_to to)
{
	struct loop *loop = loop_new();
	struct leftovers left = {0};
	struct vrrp_link *link;
	int status = EXIT_STATUS_MACHINE;
	struct err err;

	if (vrrp_link_open(loop, on_change, NULL, &link, &err) < 0) {
		say(to, true, "%s", err.text);
	} else {
		collect(held, link, &left);
		vrrp_link_del_addrs(link, left.changes.items, left.changes.n);
		status = leftovers_report(&left, to);
		release_items(held, loop, link, to);
		release_vmacs(link, run_dir, to);
		vrrp_link_close(link);
	}
	vec_free(&left.changes);
	vec_free(&left.addrs);
	loop_free(loop);
	return status;
}

/* The addresses, routes and rules of conf, and those of earlier configurations that no vrrp process has
 * reported as removed. */
static void find_held(const struct options *options, const struct conf *conf, struct held *ret_held)
{
	held_read(options->run_dir, ret_held);
	held_add(ret_held, conf);
	held_follow_here(ret_held);
}

int release_addresses_of(const struct options *options, bool is_stale, enum release_to to)
{
	struct held held = {0};
	int status = EXIT_STATUS_CONFIG;
	struct conf *conf;

	held_read(options->run_dir, &held);
	if (is_nothing_known(options, &held)) {
		say(to, false,
		    "nothing to remove: %s has no configuration that was in force, and there is no %s; "
		    "--run-dir and --config name others",
		    options->run_dir, options->config);
		return EXIT_STATUS_OK;
	}
	held_free(&held);
	conf = release_conf_load(options, is_stale, to);
	find_held(options, conf, &held);
	if (conf || held.list.n || held.items.n)
		status = release(&held, options->run_dir, to);
	held_free(&held);
	conf_free(conf);
	return status;
}

static int remove_table(const char *table, struct err *err)
{
	int code = release_filter(table, err);

	if (code > 0)
		say(RELEASE_TO_STDIO, false, "removed the nftables table of no_accept, inet %s", table);
	return code < 0 ? code : 0;
}

/* A dead lvsd's table of no_accept would keep the addresses from whoever has them next. host.json names
 * those that may be there: another lvsd has one too. */
static int release_filters(const char *run_dir)
{
	json_t *root = rundir_json_fetch(run_dir, RUNDIR_HOST,
					 "a table of no_accept that was left behind stays");
	json_t *tables = json_object_get(root, "filter_tables"), *name;
	struct err err;
	int code = 0;
	size_t i;

	if (!tables && json_is_true(json_object_get(root, "filter"))) /* of an older version */
		code = remove_table(HOST_FILTER_TABLE, &err);
	json_array_foreach(tables, i, name)
	{
		if (code == 0 && json_is_string(name) && host_filter_is_table(json_string_value(name)))
			code = remove_table(json_string_value(name), &err);
	}
	json_decref(root);
	if (code < 0)
		say(RELEASE_TO_STDIO, true,
		    "the table of no_accept may be left, which drops what is sent to the addresses: %s",
		    err.text);
	return code < 0 ? EXIT_STATUS_MACHINE : EXIT_STATUS_OK;
}

/* Whether an orphan serves the addresses, or may do so. Says so. */
static bool has_orphan(const char *run_dir)
{
	struct err err;
	pid_t pid;
	int fd = orphan_find(run_dir, &pid);

	if (fd == -ECONNREFUSED)
		return false;
	if (fd >= 0)
		err_set(&err, -EBUSY,
			"the vrrp process of an lvsd that died with the run dir %s serves the addresses: they stay; "
			"it removes them within %d s, unless an lvsd is started before, or at once when it is sent "
			"SIGTERM",
			run_dir, VRRP_ORPHAN_MS / 1000);
	else
		orphan_busy(run_dir, fd, &err);
	if (fd >= 0)
		close(fd);
	fprintf(stderr, "lvsd: %s\n", err.text);
	return true;
}

int release_addresses(const struct options *options)
{
	struct err err;
	int status, filter_status;

	if (rundir_is_used(options->run_dir, &err) || rundir_judge(options->run_dir, &err) < 0) {
		fprintf(stderr, "lvsd: %s: the addresses stay\n", err.text);
		return EXIT_STATUS_MACHINE;
	}
	if (has_orphan(options->run_dir))
		return EXIT_STATUS_MACHINE;
	status = release_addresses_of(options, false, RELEASE_TO_STDIO);
	filter_status = release_filters(options->run_dir);
	/* Addresses that are added from now on are not lvsd's. */
	if (status == EXIT_STATUS_OK)
		rundir_remove(options->run_dir, RUNDIR_ADDRESSES);
	return status == EXIT_STATUS_OK ? filter_status : status;
}
