/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/sync/key_files.h"
#include "base/log.h"
#include "base/mem.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int hex_value(char digit)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = digit ? strchr(digits, digit) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* Reads the answer of machine_answer_here(). Returns false if it is none. */
static bool hex_read(const char *text, struct sync_key *key)
{
	size_t len = strlen(text) / 2;

	if (strlen(text) % 2 || len < KEY_FILE_MIN || len > KEY_FILE_MAX)
		return false;
	for (size_t i = 0; i < len; i++) {
		int high = hex_value(text[2 * i]), low = hex_value(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		key->bytes[i] = (uint8_t)(high << 4 | low);
	}
	key->len = len;
	return true;
}

static int sync_key_read(const struct conf_responder *responder, const struct conf_relay_key *conf,
			 struct sync_key *ret_key, struct err *err)
{
	char *key = mem_printf(KEY_FILE_WHAT "\n%s", conf->path);
	struct conf_answer answer = {0};
	int code;

	responder->fn(responder->arg, CONF_QUERY_TLS_TEXT, key, &answer);
	free(key);
	code = answer.code;
	if (code < 0)
		err_set(err, code, "%s", answer.note);
	else if (answer.text && hex_read(answer.text, ret_key))
		digest_of_key(ret_key->bytes, ret_key->len, ret_key->digest);
	else
		code = err_set(err, -EINVAL, "key file %s: the loader's answer is no key", conf->path);
	if (answer.text)
		explicit_bzero(answer.text, answer.len);
	conf_answer_fini(&answer);
	return code;
}

static const struct sync_key *key_of(const struct sync_keys *keys, uint8_t id)
{
	for (size_t i = 0; i < keys->n; i++)
		if (keys->keys[i].id == id)
			return &keys->keys[i];
	return NULL;
}

static bool sync_keys_are_same(const struct sync_keys *a, const struct sync_keys *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (a->keys[i].id != b->keys[i].id || a->keys[i].len != b->keys[i].len ||
		    memcmp(a->keys[i].bytes, b->keys[i].bytes, a->keys[i].len))
			return false;
	return true;
}

bool sync_keys_load(struct sync_keys *keys, const struct conf_relay *relay, const struct conf_responder *responder)
{
	struct sync_keys fresh = {0};
	bool is_other;

	for (size_t i = 0; relay->is_on && i < relay->n_keys; i++) {
		const struct sync_key *before = key_of(keys, relay->keys[i].id);
		struct sync_key *key = &fresh.keys[fresh.n];
		struct err err;

		key->id = relay->keys[i].id;
		if (responder && sync_key_read(responder, &relay->keys[i], key, &err) == 0) {
			fresh.n++;
			continue;
		}
		if (responder)
			log_error("sync: %s: key %u %s", err.text, key->id,
				  before ? "stays as it was" : "is not used until a reload can read it");
		if (before)
			fresh.keys[fresh.n++] = *before;
	}
	is_other = !sync_keys_are_same(keys, &fresh);
	*keys = fresh;
	explicit_bzero(&fresh, sizeof(fresh));
	return is_other;
}

void sync_keys_wipe(struct sync_keys *keys)
{
	explicit_bzero(keys, sizeof(*keys));
}
