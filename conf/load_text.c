/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a text in memory to a snapshot: everything but the files, which conf/load.c reads. */
#include "conf/load.h"
#include "conf/empty.h"
#include "conf/canon/digest.h"
#include "conf/canon/lines.h"
#include "conf/kinds/ssl_ca.h"
#include "conf/model/tracked/tracked.h"
#include "conf/model/route/names.h"
#include "conf/text/config_ids.h"
#include "conf/text/expand.h"
#include "conf/tree/ignored.h"

#include "base/err.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void conf_free(struct conf *conf)
{
	if (conf)
		arena_free(conf->arena);
}

static struct conf *conf_new(void)
{
	struct arena *arena = arena_new();
	struct conf *conf = arena_alloc(arena, sizeof(*conf));

	conf->arena = arena;
	return conf;
}

/* Counts the statements in root with this keyword, good or bad. */
static size_t count_given(const struct node *root, enum schema_id id)
{
	size_t n = 0;

	for (const struct node *node = root->children; node; node = node->next)
		n += node->keyword && node->keyword->id == id;
	return n;
}

/* Counts blocks at the top level that belong into another block, which they have lost. */
static size_t count_outside(const struct draft *draft, enum schema_id id)
{
	const char *name = lookup_row(draft->lookup, id)->name;
	size_t n = 0;

	for (const struct node *node = draft->root->children; node; node = node->next)
		n += !node->keyword && node->has_block && !strcmp(node->words[0].text, name);
	return n;
}

/* Counts the addresses in the statement of an instance that the instance does not have. */
static size_t lost_addrs(const struct conf_vrrp *vrrp, const struct node *instance)
{
	size_t n = 0;

	for (const struct node *node = instance->children; node; node = node->next)
		n += count_given(node, KW_VIP) + count_given(node, KW_PEER);
	return n - conf_n_held(vrrp) - vrrp->n_peers;
}

/* Counts the objects of the file that conf does not have. */
static void lost_count(const struct draft *draft, struct conf *conf)
{
	conf->n_lost_vrrps = count_given(draft->root, KW_VRRP_INSTANCE) - conf->n_vrrps;
	conf->n_lost_virtual_servers =
	    count_given(draft->root, KW_VIRTUAL_SERVER) - conf->n_virtual_servers;
	conf->n_lost_real_servers += count_outside(draft, KW_REAL_SERVER);
	for (size_t i = 0; i < conf->n_vrrps; i++)
		conf->n_lost_addrs += lost_addrs(&conf->vrrps[i], draft->vrrps[i]);
}

/* All stages from the flat text to the checked draft, into conf. */
static void flat_load(struct report *report, const struct conf_load_how *how, struct names *names,
		      const struct table *table, struct conf *conf)
{
	struct arena *arena = arena_new();
	struct ignored *ignored = arena_alloc(arena, sizeof(*ignored));
	struct lookup *lookup = lookup_new();
	struct parse_chunks chunks = {0};
	struct node *root = parse_text(report, arena, &chunks, report->map);
	struct draft draft = {.report = report,
			      .lookup = lookup,
			      .table = table,
			      .conf = conf,
			      .root = root,
			      .chunks = &chunks,
			      .ignored = ignored,
			      .names = names};

	resolve_tree(report, lookup, arena, root);
	ignored_collect(ignored, root);
	/* Before building, which frees the contents of services: these checks look into every
	 * block. */
	check_names(&draft);
	check_secrets(&draft);
	build_draft(&draft, root);
	check_fifos(&draft);
	check_dump_files(&draft);
	check_mail(&draft);
	check_vrrp(&draft);
	check_virtual_servers(&draft);
	check_ca(&draft);
	tracked_settle(&draft);
	ignored_report(ignored, report, lookup, root, how, conf);
	lost_count(&draft, conf);
	build_fini(&draft);
	lookup_free(lookup);
	parse_chunks_free(&chunks);
	arena_free(arena);
}

/*
 * Copies the flat text so that it is a configuration of its own: a '$' that begins no name in it is
 * escaped if names have been replaced, as it could begin one when the text is read again.
 */
static void flat_copy(const struct source_map *map, const struct names *names, char **ret_text,
		      size_t *ret_len)
{
	struct out out;

	out_init(&out, NULL, NULL);
	if (map->owned_flat)
		lines_text(&out, map->flat);
	else
		out_bytes(&out, map->flat, map->len);
	names_write_used(names, &out);
	if (ret_len)
		*ret_len = out.len;
	if (ret_text)
		*ret_text = out_take(&out);
	out_fini(&out);
}

/* ---- a host without files and environment ---- */

static void none_match(void *arg, const char *pattern, struct expand_paths *paths)
{
	(void)arg, (void)pattern, (void)paths;
}

static int none_read(void *arg, const char *path, char **ret_text, size_t *ret_len, struct err *err)
{
	(void)arg, (void)path, (void)ret_text, (void)ret_len;
	return err_set(err, -ENOENT, "this text cannot include a file");
}

static int none_environment(void *arg, const char *name, const char **ret_value, struct err *err)
{
	(void)arg, (void)name, (void)err;
	*ret_value = NULL;
	return 0;
}

static const struct expand_host none = {.match = none_match,
					.read = none_read,
					.environment = none_environment,
					.directory = "/",
					.config_id = ""};

struct conf *conf_load_from(const char *name, const char *text, size_t len,
			    const struct expand_host *host, const struct conf_load_how *how,
			    struct diags *diags, char **ret_text, size_t *ret_len)
{
	struct conf *conf = conf_new();
	const char *file = arena_strdup(conf->arena, name);
	struct source_map *map = source_map_new();
	struct source_spot nul;
	struct names names = {.host = host == &none ? NULL : host, .text = text, .len = len};
	struct table *table = table_new();
	struct report report;

	source_add(map, file, text, len, NULL);
	report_init(&report, diags, map);
	report.is_lenient = how && how->is_lenient;
	if (source_find_nul(file, text, len, &nul)) {
		source_map_set_plain(map, 0);
		report_spot(&report, REPORT_ERROR, &nul, SOURCE_NUL_TEXT);
	} else {
		/* Such a text has an error anyway, and checking millions of statements would help
		 * nobody: anybody may ask for the plan of a text. */
		if (expand(map, &report, conf->arena, host)) {
			flat_load(&report, how, &names, table, conf);
			config_ids_report(&report, host->config_id);
		}
	}
	if (ret_text || ret_len)
		flat_copy(map, &names, ret_text, ret_len);
	names_fini(&names);
	if (report_has_errors(&report)) {
		source_map_free(map);
		conf_free(conf);
		conf = NULL;
		map = NULL;
	} else if (!how || !how->is_without_digest) {
		digest_set(conf, table);
	}
	table_free(table);
	diags_set_map(diags, map);
	diags_sort(diags);
	return conf;
}

struct conf *conf_load_text(const char *name, const char *text, size_t len, struct diags *diags)
{
	return conf_load_from(name, text, len, &none, NULL, diags, NULL, NULL);
}

struct conf *conf_load_in_force(const char *name, const char *text, size_t len, struct diags *diags)
{
	static const struct conf_load_how how = {.is_lenient = true,
						 .accepting = CONF_ACCEPTED_IN_FORCE};

	return conf_load_from(name, text, len, &none, &how, diags, NULL, NULL);
}

struct conf *conf_empty(void)
{
	struct diags diags = {0};
	struct conf *conf = conf_load_text("", "", 0, &diags);

	diags_free(&diags);
	return conf;
}
