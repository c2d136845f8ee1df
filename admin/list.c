/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "admin/list.h"

#include "admin/conn.h"
#include "admin/format.h"
#include "admin/json.h"
#include "admin/names.h"

#include <stdlib.h>

#define CONN_FILE "/proc/net/ip_vs_conn"

/* One listing of the table. */
struct listing {
	struct ipvs_admin *admin;
	struct format format;
	bool is_numeric, is_sorted, is_json;
	struct json_list json;
	struct ipvs_dest_list dests; /* of the service that is being printed */
};

static int failed(int code)
{
	fprintf(stderr, "%s\n", command_refusal(COMMAND_LIST, code));
	return 1;
}

static enum format_kind kind_of(const struct command *command)
{
	static const struct {
		enum command_option option;
		enum format_kind kind;
	} kinds[] = {
	    {OPTION_STATS, FORMAT_STATS},
	    {OPTION_RATE, FORMAT_RATE},
	    {OPTION_THRESHOLDS, FORMAT_THRESHOLDS},
	    {OPTION_PERSISTENT_CONN, FORMAT_PERSISTENT_CONN},
	    {OPTION_TUN_INFO, FORMAT_TUN_INFO},
	};

	if (command->kind == COMMAND_SAVE)
		return FORMAT_RULES;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (command_has(command, kinds[i].option))
			return kinds[i].kind;
	return FORMAT_PLAIN;
}

static void print_service(struct listing *l, const struct ipvs_listed_service *listed)
{
	const struct svckey *key = &listed->service.key;
	char service[FORMAT_ENDPOINT_MAX] = "", dest[FORMAT_ENDPOINT_MAX];

	if (!key->fwmark)
		names_endpoint(&key->ep, key->protocol, l->is_numeric, service);
	format_service(&l->format, listed, service);
	for (size_t i = 0; i < l->dests.entries.n; i++) {
		const struct ipvs_listed_dest *entry = &l->dests.entries.items[i];

		names_endpoint(&entry->dest.ep, key->protocol, l->is_numeric, dest);
		format_dest(&l->format, &listed->service, service, entry, dest);
	}
}

static int list_entry(struct listing *l, const struct ipvs_listed_service *listed)
{
	int rc = ipvs_admin_dests(l->admin, &listed->service.key, &l->dests, NULL);

	if (rc < 0)
		return failed(rc);
	if (l->is_sorted)
		format_sort_dests(&l->dests);
	if (l->is_json)
		json_list_service(&l->json, listed, &l->dests);
	else
		print_service(l, listed);
	return 0;
}

static int list_one(struct listing *l, const struct svckey *key)
{
	struct ipvs_listed_service listed = {0};
	int rc = ipvs_admin_service(l->admin, key, &listed, NULL);

	if (rc < 0)
		return failed(rc);
	if (l->is_json)
		json_list_begin(&l->json, l->format.out, "services");
	else
		format_title(&l->format);
	rc = list_entry(l, &listed);
	if (l->is_json)
		json_list_end(&l->json);
	return rc;
}

static int list_all(struct listing *l)
{
	struct ipvs_service_list services = {0};
	int rc;

	if (l->format.kind != FORMAT_RULES && !l->is_json)
		format_version(&l->format, ipvs_admin_info(l->admin));
	rc = ipvs_admin_services(l->admin, &services, NULL);
	if (rc < 0)
		return failed(rc);
	if (l->is_sorted)
		format_sort_services(&services);
	if (l->is_json)
		json_list_begin(&l->json, l->format.out, "services");
	else
		format_title(&l->format);
	for (size_t i = 0; i < services.entries.n && rc == 0; i++)
		rc = list_entry(l, &services.entries.items[i]);
	if (l->is_json)
		json_list_end(&l->json);
	vec_free(&services.entries);
	return rc;
}

static int list_table(struct ipvs_admin *admin, const struct command *command, FILE *out)
{
	struct listing l = {
	    .admin = admin,
	    .format = {kind_of(command), command_has(command, OPTION_EXACT), out},
	    .is_numeric = command_has(command, OPTION_NUMERIC),
	    .is_sorted = !command_has(command, OPTION_NOSORT),
	    .is_json = command_has(command, OPTION_JSON),
	};
	int rc;

	ipvs_admin_count(admin, l.is_json || l.format.kind == FORMAT_STATS ||
				    l.format.kind == FORMAT_RATE);
	rc = command_has(command, OPTION_SERVICE) ? list_one(&l, &command->service.key)
						  : list_all(&l);
	vec_free(&l.dests.entries);
	return rc;
}

static int list_timeouts(struct ipvs_admin *admin, bool is_json, FILE *out)
{
	struct ipvs_timeouts timeouts = {0};

	if (ipvs_admin_timeouts(admin, &timeouts, NULL) < 0)
		return 1;
	if (is_json)
		json_timeouts(out, &timeouts);
	else
		format_timeouts(out, &timeouts);
	return 0;
}

static int list_daemons(struct ipvs_admin *admin, bool is_json, FILE *out)
{
	struct sync_daemon daemons[2];
	struct json_list json;
	size_t n = 0;

	if (ipvs_admin_daemons(admin, daemons, &n, NULL) < 0)
		return 1;
	if (is_json)
		json_list_begin(&json, out, "daemons");
	for (size_t i = 0; i < n; i++) {
		if (is_json)
			json_list_daemon(&json, &daemons[i]);
		else
			format_daemon(out, &daemons[i]);
	}
	if (is_json)
		json_list_end(&json);
	return 0;
}

static void print_conn(const struct conn *conn, bool is_numeric, bool with_pe, FILE *out)
{
	char client[FORMAT_ENDPOINT_MAX], virtual[FORMAT_ENDPOINT_MAX], dest[FORMAT_ENDPOINT_MAX];
	uint16_t protocol = conn->protocol_number;

	conn_format(out, conn, with_pe, names_endpoint(&conn->client, protocol, is_numeric, client),
		    names_endpoint(&conn->virtual, protocol, is_numeric, virtual),
		    names_endpoint(&conn->destination, protocol, is_numeric, dest));
}

static void list_conn_lines(FILE *file, const struct command *command, FILE *out)
{
	bool with_pe = command_has(command, OPTION_PERSISTENT_CONN);
	bool is_json = command_has(command, OPTION_JSON);
	struct json_list json;
	struct conn conn;
	char *line = NULL;
	size_t size = 0;

	if (is_json)
		json_list_begin(&json, out, "connections");
	else
		conn_format_title(out, with_pe);
	while (getline(&line, &size, file) >= 0) {
		if (conn_parse(line, &conn) < 0)
			continue;
		if (is_json)
			json_list_conn(&json, &conn);
		else
			print_conn(&conn, command_has(command, OPTION_NUMERIC), with_pe, out);
	}
	if (is_json)
		json_list_end(&json);
	free(line);
}

static int list_conns(const struct command *command, FILE *out)
{
	FILE *file = fopen(CONN_FILE, "re");

	if (!file) {
		fputs("cannot open file " CONN_FILE "\n", stderr);
		return 1;
	}
	list_conn_lines(file, command, out);
	fclose(file);
	return 0;
}

int list_run(struct ipvs_admin *admin, const struct command *command, FILE *out)
{
	bool is_json = command_has(command, OPTION_JSON);

	if (command_has(command, OPTION_CONNECTION))
		return list_conns(command, out);
	if (command_has(command, OPTION_TIMEOUT))
		return list_timeouts(admin, is_json, out);
	if (command_has(command, OPTION_DAEMON))
		return list_daemons(admin, is_json, out);
	return list_table(admin, command, out);
}
