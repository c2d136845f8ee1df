/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an HTTP probe makes of the certificates that the server has shown. */
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "healthcheck/probes/certificate.h"
#include "healthcheck/probes/http_internal.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

/* Room for "expires in 2147483647 days". */
#define EXPIRY_TEXT_MAX 40

/* Calls each with the certificates that the server has shown, its own one first, as long as it returns
 * true. */
static void certificates_walk(struct http_probe *probe, bool (*each)(struct http_probe *, const char *))
{
	struct curl_certinfo *chain = NULL;

	probe->http->curl->easy_getinfo(probe->easy, CURLINFO_CERTINFO, (char **)&chain);
	for (int i = 0; chain && i < chain->num_of_certs; i++)
		for (const struct curl_slist *line = chain->certinfo[i]; line; line = line->next)
			if (!strncmp(line->data, "Cert:", 5) && !each(probe, line->data + 5))
				return;
}

static bool name_judge_one(struct http_probe *probe, const char *pem)
{
	probe->has_name = certificate_has_name(&probe->http->crypto, pem, probe->check->tls_name);
	return false;
}

static bool days_note_one(struct http_probe *probe, const char *pem)
{
	int days;

	if (certificate_days(&probe->http->crypto, pem, &days) && days < probe->days)
		probe->days = days;
	return true;
}

/* Writes for example "expires in 12 days". */
static const char *expiry_text(int days, char text[static EXPIRY_TEXT_MAX])
{
	if (days < 0)
		snprintf(text, EXPIRY_TEXT_MAX, "expired %d day%s ago", -days, days == -1 ? "" : "s");
	else
		snprintf(text, EXPIRY_TEXT_MAX, "expires in %d day%s", days, days == 1 ? "" : "s");
	return text;
}

/* Notes that the warning of this hash was logged. False: it was before. A table that is half full is
 * emptied: each warning may then come once more. */
static bool warning_note(struct http *http, uint64_t hash)
{
	size_t i = hash % WARNINGS_MAX;

	if (!http->warnings)
		http->warnings = mem_calloc(WARNINGS_MAX, sizeof(*http->warnings));
	for (; http->warnings[i]; i = (i + 1) % WARNINGS_MAX)
		if (http->warnings[i] == hash)
			return false;
	if (++http->n_warnings > WARNINGS_MAX / 2) {
		memset(http->warnings, 0, WARNINGS_MAX * sizeof(*http->warnings));
		http->n_warnings = 1;
		i = hash % WARNINGS_MAX;
	}
	http->warnings[i] = hash;
	return true;
}

static void warning_log(const struct http_probe *probe, const char *text)
{
	char target[ENDPOINT_TEXT_MAX];
	uint64_t hash = hash_mix(hash_text(endpoint_format(&probe->check->target, target)),
				 hash_mix(hash_text(probe->check->sni), hash_text(text)));

	if (!warning_note(probe->http, hash ? hash : 1))
		return;
	log_warning("%s of %s%s%s: a certificate that the server shows %s",
		    conf_check_kind(probe->check)->name, target, *probe->check->sni ? ", name " : "",
		    probe->check->sni, text);
}

void http_certificate_warn(struct http_probe *probe, char reason[static PROBE_REASON_MAX])
{
	char text[EXPIRY_TEXT_MAX];
	size_t len = strlen(reason);

	probe->days = INT_MAX;
	certificates_walk(probe, days_note_one);
	if (probe->days >= (int)probe->check->tls_days)
		return;
	expiry_text(probe->days, text);
	snprintf(reason + len, PROBE_REASON_MAX - len, "; the certificate %s", text);
	warning_log(probe, text);
}

bool http_certificate_has_name(struct http_probe *probe)
{
	probe->has_name = false;
	certificates_walk(probe, name_judge_one);
	return probe->has_name;
}
