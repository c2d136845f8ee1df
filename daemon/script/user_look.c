/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/script/user_look.h"
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

int script_user_ask(const struct conf_look *look, const char *user, const char *group,
		    struct script_user *ret_user, struct err *err)
{
	struct conf_looked looked = {0};
	char *key;
	int code;

	if (!look)
		return script_user_resolve(user, group, ret_user, err);
	key = mem_printf("%s" SEPARATOR "%s", user, group ? group : "");
	look->fn(look->arg, CONF_LOOK_USER, key, &looked);
	code = looked.code;
	if (code < 0)
		err_set(err, code, "%s", looked.note);
	else if (!looked.text || user_read(looked.text, ret_user) < 0)
		code = err_set(err, -EINVAL, "the user '%s' cannot be looked up", user);
	conf_looked_fini(&looked);
	free(key);
	return code;
}
