/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/script/user_query.h"
#include "base/mem.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Between user and group in the key of a question. */
#define SEPARATOR "\n"

/* "1000 1000 4 27": the user, its group, the supplementary groups. */
static char *user_write(const struct script_user *user)
{
	char *text = mem_printf("%u %u", user->uid, user->gid);

	for (size_t i = 0; i < user->n_groups; i++) {
		char *longer = mem_printf("%s %u", text, user->groups[i]);

		free(text);
		text = longer;
	}
	return text;
}

static bool number_read(const char **at, unsigned *ret_number)
{
	int len;

	if (sscanf(*at, "%u%n", ret_number, &len) != 1)
		return false;
	*at += len;
	return true;
}

static int user_read(const char *text, struct script_user *ret_user)
{
	struct script_user user = {0};

	if (!number_read(&text, &user.uid) || !number_read(&text, &user.gid))
		return -EINVAL;
	while (user.n_groups < SCRIPT_GROUPS_MAX && number_read(&text, &user.groups[user.n_groups]))
		user.n_groups++;
	*ret_user = user;
	return 0;
}

int script_user_answer(const char *key, char **ret_text, struct err *err)
{
	char *user = mem_strdup(key), *group = strchr(user, *SEPARATOR);
	struct script_user found;
	int code;

	if (group)
		*group++ = '\0';
	code = script_user_resolve(user, group, &found, err);
	if (code == 0)
		*ret_text = user_write(&found);
	free(user);
	return code;
}

int script_user_ask(const struct conf_responder *responder, const char *user, const char *group,
		    struct script_user *ret_user, struct err *err)
{
	struct conf_answer answer = {0};
	char *key;
	int code;

	if (!responder)
		return script_user_resolve(user, group, ret_user, err);
	key = mem_printf("%s" SEPARATOR "%s", user, group ? group : "");
	responder->fn(responder->arg, CONF_QUERY_USER, key, &answer);
	code = answer.code;
	if (code < 0)
		err_set(err, code, "%s", answer.note);
	else if (!answer.text || user_read(answer.text, ret_user) < 0)
		code = err_set(err, -EINVAL, "the user '%s' cannot be looked up", user);
	conf_answer_fini(&answer);
	free(key);
	return code;
}
