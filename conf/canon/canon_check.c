/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/canon/canon.h"

/* Status codes that mean success when a url names none. */
#define STATUS_FIRST 200
#define STATUS_LAST  299

const char *conf_check_type_name(enum conf_check_type type)
{
	static const char *const names[] = {"TCP_CHECK", "HTTP_GET", "SSL_GET", "MISC_CHECK"};

	return names[type];
}

const char *canon_http_version_name(enum conf_http_version version)
{
	static const char *const names[] = {"1.0", "1.0C", "1.1"};

	return names[version];
}

void canon_statuses_write(const struct conf_url *url, struct out *out)
{
	for (size_t i = 0; i < url->n_statuses; i++) {
		out_text(out, i ? " " : "");
		out_number(out, url->statuses[i].first);
		if (url->statuses[i].first == url->statuses[i].last)
			continue;
		out_text(out, "-");
		out_number(out, url->statuses[i].last);
	}
}

static void statuses_write(const struct conf_url *url, struct lines *lines)
{
	lines_begin(lines, KW_URL_STATUS_CODE);
	canon_statuses_write(url, lines->out);
	lines_end(lines, url->n_statuses == 1 && url->statuses[0].first == STATUS_FIRST &&
			     url->statuses[0].last == STATUS_LAST);
}

static bool url_rule(struct lines *lines, enum canon_part part, const struct schema_keyword *row,
		     const void *arg)
{
	(void)part;
	if (row->id != KW_URL_STATUS_CODE)
		return false;
	statuses_write(arg, lines);
	return true;
}

static void urls_write(const struct conf_check *check, enum canon_part part, struct lines *lines)
{
	for (size_t i = 0; i < check->n_urls; i++) {
		lines_open(lines, KW_URL, "");
		canon_fields(lines, part, SCHEMA_URL, &check->urls[i], url_rule, &check->urls[i]);
		lines_close(lines);
	}
}

static void user_write(const struct conf_script *script, struct lines *lines)
{
	if (!script->user[0])
		return;
	lines_begin(lines, KW_MISC_USER);
	lines_text(lines->out, script->user);
	out_text(lines->out, script->group[0] ? " " : "");
	lines_text(lines->out, script->group);
	lines_end(lines, false);
}

static void connect_port_write(const struct conf_check *check, uint16_t inherited,
			       struct lines *lines)
{
	if (!check->target.port)
		return;
	lines_begin(lines, KW_CHECK_CONNECT_PORT);
	out_number(lines->out, check->target.port);
	lines_end(lines, check->target.port == inherited);
}

/* A check with what is around it. */
struct around {
	const struct conf_check *check;
	const struct conf_real_server *rs;
	const struct conf_virtual_server *vs;
};

static bool check_rule(struct lines *lines, enum canon_part part, const struct schema_keyword *row,
		       const void *arg)
{
	const struct around *around = arg;
	const struct conf_check *check = around->check;

	switch (row->id) {
	case KW_CHECK_CONNECT_IP:
		lines_addr(lines, row->id, &check->target.addr,
			   !addr_cmp(&check->target.addr, &around->rs->ep.addr));
		return true;
	case KW_CHECK_CONNECT_PORT:
		connect_port_write(check, conf_server_check_port(around->rs), lines);
		return true;
	case KW_MISC_TIMEOUT:
		lines_begin(lines, row->id);
		out_seconds(lines->out, check->script_timeout_us);
		lines_end(lines, check->script_timeout_us == around->vs->delay_loop_us);
		return true;
	case KW_MISC_USER:
		user_write(check->script, lines);
		return true;
	case KW_ENABLE_SNI:
		if (!check->sni[0])
			lines_switch(lines, row->id, false);
		return true;
	case KW_URL:
		urls_write(check, part, lines);
		return true;
	default:
		return false;
	}
}

void canon_write_check(const struct conf_check *check, const struct conf_virtual_server *vs,
		       const struct conf_real_server *rs, enum canon_part part, struct lines *lines)
{
	static const struct {
		enum schema_id id;
		enum schema_block block;
	} kinds[] = {
	    [CONF_CHECK_TCP] = {KW_TCP_CHECK, SCHEMA_TCP_CHECK},
	    [CONF_CHECK_HTTP] = {KW_HTTP_GET, SCHEMA_HTTP_GET},
	    [CONF_CHECK_SSL] = {KW_SSL_GET, SCHEMA_SSL_GET},
	    [CONF_CHECK_MISC] = {KW_MISC_CHECK, SCHEMA_MISC_CHECK},
	};

	lines_open(lines, kinds[check->type].id, "");
	canon_fields(lines, part, kinds[check->type].block, check, check_rule,
		     &(struct around){.check = check, .rs = rs, .vs = vs});
	lines_close(lines);
}
