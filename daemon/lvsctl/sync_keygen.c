/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/lvsctl/sync_keygen.h"
#include "base/secret/key_file.h"
#include "conf/canon/digest.h"

#include <errno.h>
#include <jansson.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void next_steps_print(const char *path, const char *digest)
{
	printf("%s: a new key, digest %s\n\n"
	       "Copy it to the other director, over a way that nobody else reads:\n"
	       "  scp -p %s OTHER:%s\n"
	       "There it must belong to root with mode 0600:\n"
	       "  chown root %s && chmod 0600 %s\n"
	       "Then write into the sync block of both:\n"
	       "  key_file %s\n",
	       path, digest, path, path, path, path, path);
	if (geteuid() != 0)
		printf("\nlvsd takes a key of root alone: run `chown root %s` here too\n", path);
}

static void json_print(const char *path, const char *digest)
{
	json_t *result = json_pack("{s:s, s:s}", "file", path, "digest", digest);

	json_dumpf(result, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(result);
}

/* The configuration names a key by its absolute path. Returns a text for free(). */
static char *absolute(const char *path)
{
	char *real = realpath(path, NULL);

	return real ? real : strdup(path);
}

int sync_keygen(const char *path, bool is_json)
{
	char folder[] = SYNC_KEYGEN_FILE, text[DIGEST_KEY_TEXT_MAX], *whole;
	uint8_t key[KEY_FILE_MIN];
	struct err err;
	int code;

	if (!path) {
		path = SYNC_KEYGEN_FILE;
		/* What is wrong with the folder, the next step says. */
		(void)!mkdir(dirname(folder), 0755);
	}
	code = key_file_make(path, key, &err);
	if (code < 0) {
		fprintf(stderr, "lvsctl: sync keygen: %s\n", err.text);
		return code;
	}
	digest_of_key(key, sizeof(key), text);
	explicit_bzero(key, sizeof(key));
	whole = absolute(path);
	if (is_json)
		json_print(whole, text);
	else
		next_steps_print(whole, text);
	free(whole);
	return 0;
}
