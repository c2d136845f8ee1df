/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SSL_GET: HTTP_GET over TLS. */
#include "conf/canon/canon_fields.h"
#include "conf/kinds/urls.h"

CONF_KIND(SSL, SSL_GET, ssl, CHECK, http,
	  SCHEMA_TIMED_CHECKS | SCHEMA_NETWORK_CHECKS | SCHEMA_RETRYING_CHECKS | SCHEMA_COUNTING_CHECKS |
	  SCHEMA_PASSING_CHECKS | SCHEMA_URL_CHECKS | SCHEMA_TLS_CHECKS);

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
    {
	.id = KW_TLS_NAME,
	.name = "tls_verify_name",
	.in = {SCHEMA_SSL_GET},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "NAME",
	.max = 255,
	.is_own = true,
	.fields = {CHECK_FIELD(tls_name, .is_late = true, .is_crossing = true, .is_meaning = true)},
	.help = "Name or address that the server's certificate must be for, whatever name TLS sends. Who "
		"signed it is verified only with `ca` in the block SSL.",
    },
    {
	.id = KW_TLS_PIN,
	.name = "tls_pin",
	.in = {SCHEMA_SSL_GET},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "sha256//HASH[;...]",
	.max = 1024,
	.is_own = true,
	.fields = {CHECK_FIELD(tls_pin, .is_late = true, .is_crossing = true, .is_meaning = true)},
	.help = "The server's public key must have one of these SHA-256 hashes, in base64, whoever "
		"signed its certificate. `openssl x509 -pubkey -noout -in FILE | openssl pkey -pubin "
		"-outform der | openssl dgst -sha256 -binary | base64` prints the hash.",
    },
    {
	.id = KW_TLS_DAYS,
	.name = "tls_expiry_warning",
	.in = {SCHEMA_SSL_GET},
	.type = SCHEMA_TYPE_NUMBER,
	.argument = "DAYS",
	.min = 1,
	.max = 3650,
	.unit = "days",
	.is_own = true,
	.fields = {CHECK_FIELD(tls_days, .is_late = true, .is_crossing = true, .is_meaning = true)},
	.help = "A certificate that the server shows and that expires within so many days is named in "
		"the status and, once a day, in the log. It does not make the server fail.",
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

/* The length of a SHA-256 hash in base64. */
#define PIN_LEN 44

bool ssl_is_pin(const char *text)
{
	static const char prefix[] = "sha256//";
	static const char base64[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "0123456789+/";

	for (;;) {
		if (strncmp(text, prefix, strlen(prefix)))
			return false;
		text += strlen(prefix);
		if (strspn(text, base64) != PIN_LEN - 1 || text[PIN_LEN - 1] != '=')
			return false;
		text += PIN_LEN;
		if (!*text)
			return true;
		if (*text++ != ';')
			return false;
	}
}

static void pin_judge(struct draft *draft, const struct node *node, const struct conf_check *check)
{
	if (*check->tls_pin && !ssl_is_pin(check->tls_pin))
		report_error(draft->report, build_place(node, KW_TLS_PIN),
			     "tls_pin '%s' is not sha256// and 44 characters of base64; several are "
			     "separated by ';'",
			     check->tls_pin);
}

static void ssl_settle(struct draft *draft, const struct node *node,
		       const struct build_heritage *heritage, struct conf_check *check)
{
	const char *host = urls_host(draft, node, heritage);

	urls_settle(draft, node, host, check);
	sni_settle(draft, node, host, check);
	pin_judge(draft, node, check);
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
