/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SSL_GET: HTTP_GET over TLS. */
#include "conf/canon/canon_fields.h"
#include "conf/kinds/urls.h"

CONF_KIND(SSL, SSL_GET, ssl, CHECK, http,
	  SCHEMA_TIMED_CHECKS | SCHEMA_NETWORK_CHECKS | SCHEMA_RETRYING_CHECKS |
	  SCHEMA_URL_CHECKS | SCHEMA_TLS_CHECKS);

static const struct schema_keyword rows[] = {
    {
	.id = KW_SSL_GET,
	.name = "SSL_GET",
	.in = {SCHEMA_REAL_SERVER},
	.opens = SCHEMA_SSL_GET,
	.is_repeatable = true,
	.help = "HTTP_GET over TLS.",
    },
    {
	.id = KW_ENABLE_SNI,
	.name = "enable_sni",
	.in = {SCHEMA_SSL_GET},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = schema_switch,
	.def = "off",
	.bare = "on",
	.fields = {CHECK_RULED(sni)},
	.help = "The TLS handshake names the server it wants: sni_name, else virtualhost.",
    },
    {
	.id = KW_SNI_NAME,
	.name = "sni_name",
	.in = {SCHEMA_SSL_GET},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "HOST",
	.max = 255,
	.fields = {CHECK_FIELD(sni, .is_crossing = true, .is_meaning = true)},
	.help = "Name for enable_sni, which it switches on.",
    },
};

const struct schema_table schema_ssl = {rows, sizeof(rows) / sizeof(rows[0])};

/* The first host that a url of the check names. */
static const char *first_host(const struct conf_check *check)
{
	for (size_t i = 0; i < check->n_urls; i++)
		if (check->urls[i].host[0])
			return check->urls[i].host;
	return "";
}

/* Can TLS name this host? The check process refuses other names. */
static bool is_server_name(const char *text)
{
	return text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				 "0123456789-._")] == '\0';
}

/* The server name to send: RFC 6066 section 3 allows a host name without a port, and no address. */
static const char *sni_of_host(struct arena *arena, const char *host)
{
	struct addr addr;
	const char *name = arena_strndup(arena, host, strcspn(host, ":"));

	return host[0] == '[' || addr_parse(host, &addr) == 0 || addr_parse(name, &addr) == 0 ||
		       !is_server_name(name)
		   ? ""
		   : name;
}

static void sni_settle(struct draft *draft, const struct node *node, const char *host,
		       struct conf_check *check)
{
	const struct node *name = resolve_child(node, KW_SNI_NAME);
	const struct node *enable = resolve_child(node, KW_ENABLE_SNI);
	struct addr addr;

	/* With `enable_sni off`, sni_name has no effect. */
	check->sni = "";
	if (name && addr_parse(name->value.text, &addr) == 0) {
		report_ignored(draft->report, build_place(node, KW_SNI_NAME),
			       "sni_name %s is an address; TLS has names only (RFC 6066 section 3)",
			       name->value.text);
		name = NULL;
	} else if (name && !is_server_name(name->value.text)) {
		report_ignored(draft->report, build_place(node, KW_SNI_NAME),
			       "sni_name %s is not the name of a host; a name in TLS has letters, "
			       "digits, '-', '.' and '_' (write other letters in punycode)",
			       name->value.text);
		name = NULL;
	}
	if (enable ? !enable->value.number : !name)
		return;
	if (name) {
		check->sni = arena_strdup(draft->conf->arena, name->value.text);
		return;
	}
	check->sni = sni_of_host(draft->conf->arena, host[0] ? host : first_host(check));
	/* A wrong virtualhost has been reported already. */
	if (resolve_is_given(node, KW_VIRTUALHOST) && !resolve_child(node, KW_VIRTUALHOST))
		return;
	if (!check->sni[0])
		report_warning(draft->report, parse_place(enable),
			       "enable_sni has no name to send; write sni_name or virtualhost");
}

static void ssl_settle(struct draft *draft, const struct node *node,
		       const struct build_heritage *heritage, struct conf_check *check)
{
	const char *host = urls_host(draft, node, heritage);

	urls_settle(draft, node, host, check);
	sni_settle(draft, node, host, check);
}

static bool write(struct lines *lines, const struct schema_keyword *row,
		  const struct canon_check *check)
{
	if (row->id != KW_ENABLE_SNI)
		return false;
	if (!check->check->sni[0])
		lines_switch(lines, row->id, false);
	return true;
}

const struct conf_kind_rules conf_kind_ssl = {
    .tables = {&schema_check, &schema_ssl, &schema_urls},
    .settle = ssl_settle,
    .judge = urls_judge,
    .write = write,
    .compare = urls_compare,
};
