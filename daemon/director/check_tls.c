/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/check_tls.h"
#include "base/log.h"
#include "base/mem.h"
#include "daemon/loader/machine.h"

#include <stdlib.h>
#include <string.h>

#define UNREADABLE "this file cannot be read\n"

static char *pem_read(const struct conf_look *look, const char *what, const char *path)
{
	char *text = NULL;
	struct err err;

	if (!*path)
		return mem_strdup("");
	if (machine_tls_text(look, what, path, &text, &err) == 0)
		return text;
	log_error("%s: SSL_GET checks have no verdict until this file can be read", err.text);
	return mem_strdup(UNREADABLE);
}

/* Replaces *text by fresh. Returns true if they differ. */
static bool replace(char **text, char *fresh)
{
	bool is_other = strcmp(*text ? *text : "", fresh) != 0;

	free(*text);
	*text = fresh;
	return is_other;
}

bool check_tls_load(struct check_tls_texts *texts, const struct conf *conf,
		    const struct conf_look *look)
{
	bool is_other = replace(&texts->ca, pem_read(look, "ca", conf->global.tls.ca));

	is_other |= replace(&texts->certificate,
			    pem_read(look, "certificate", conf->global.tls.certificate));
	is_other |= replace(&texts->key, pem_read(look, "key", conf->global.tls.key));
	is_other |= replace(&texts->password, mem_strdup(conf->global.tls.password));
	return is_other;
}

void check_tls_fini(struct check_tls_texts *texts)
{
	free(texts->ca);
	free(texts->certificate);
	free(texts->key);
	free(texts->password);
}

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

struct check_tls check_tls_view(const struct check_tls_texts *texts)
{
	return (struct check_tls){or_empty(texts->ca), or_empty(texts->certificate),
				  or_empty(texts->key), or_empty(texts->password)};
}
