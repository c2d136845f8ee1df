/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/check_tls.h"
#include "base/log.h"
#include "base/mem.h"
#include "daemon/loader/machine.h"

#include <stdlib.h>
#include <string.h>

#define UNREADABLE "this file cannot be read\n"

static char *pem_read(const struct conf_responder *responder, const char *what, const char *path)
{
	char *text = NULL;
	struct err err;

	if (!*path)
		return mem_strdup("");
	if (machine_tls_text(responder, what, path, &text, &err) == 0)
		return text;
	log_error("%s: SSL_GET checks have no verdict until this file can be read", err.text);
	return mem_strdup(UNREADABLE);
}

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

/* Replaces *text by fresh. Returns true if they differ. */
static bool replace(char **text, char *fresh)
{
	bool is_other = strcmp(or_empty(*text), fresh) != 0;

	free(*text);
	*text = fresh;
	return is_other;
}

static bool file_load(struct check_tls_file *file, const struct conf_responder *responder,
		      const char *what, const char *path)
{
	replace(&file->path, mem_strdup(path));
	return replace(&file->text, pem_read(responder, what, path));
}

bool check_tls_load(struct check_tls_texts *texts, const struct conf *conf,
		    const struct conf_responder *responder)
{
	bool is_other = file_load(&texts->ca, responder, "ca", conf->global.tls.ca);

	is_other |=
	    file_load(&texts->certificate, responder, "certificate", conf->global.tls.certificate);
	is_other |= file_load(&texts->key, responder, "key", conf->global.tls.key);
	is_other |= replace(&texts->password, mem_strdup(conf->global.tls.password));
	return is_other;
}

static bool is_path(const struct check_tls_file *file, const char *path)
{
	return !strcmp(or_empty(file->path), path);
}

bool check_tls_has(const struct check_tls_texts *texts, const struct conf *conf)
{
	return is_path(&texts->ca, conf->global.tls.ca) &&
	       is_path(&texts->certificate, conf->global.tls.certificate) &&
	       is_path(&texts->key, conf->global.tls.key) &&
	       !strcmp(or_empty(texts->password), conf->global.tls.password);
}

static void file_fini(struct check_tls_file *file)
{
	free(file->path);
	free(file->text);
}

void check_tls_fini(struct check_tls_texts *texts)
{
	file_fini(&texts->ca);
	file_fini(&texts->certificate);
	file_fini(&texts->key);
	free(texts->password);
}

struct check_tls check_tls_view(const struct check_tls_texts *texts)
{
	return (struct check_tls){or_empty(texts->ca.text), or_empty(texts->certificate.text),
				  or_empty(texts->key.text), or_empty(texts->password)};
}
