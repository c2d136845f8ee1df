/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/script/users.h"
#include "conf/model/needs/script_uses.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A rollback returns to the configuration before. */
#define AGE_MAX 1

static struct script_users_entry *user_entry_find(const struct script_users *users, const char *user,
					     const char *group)
{
	for (size_t i = 0; i < users->entries.n; i++) {
		struct script_users_entry *entry = &users->entries.items[i];

		if (!strcmp(entry->user, user) && !strcmp(entry->group, group))
			return entry;
	}
	return NULL;
}

static void user_entry_fini(struct script_users_entry *entry)
{
	free(entry->user);
	free(entry->group);
	free(entry->refusal);
}

/* Remembers the answer about a user. NULL with a sentence: the name service has failed, and may be asked
 * again. */
static const struct script_users_entry *user_entry_learn(struct script_users *users,
							 const struct conf_responder *responder,
							 const char *user, const char *group,
							 struct err *err)
{
	struct script_users_entry *entry = user_entry_find(users, user, group), fresh = {0};
	int code = script_user_ask(responder, user, group, &fresh.numbers, err);

	if (code < 0 && code != -ENOENT && code != -E2BIG)
		return NULL;
	fresh.user = mem_strdup(user);
	fresh.group = mem_strdup(group);
	fresh.refusal = code < 0 ? mem_strdup(err->text) : NULL;
	if (entry)
		user_entry_fini(entry);
	else
		entry = vec_push(&users->entries);
	*entry = fresh;
	return entry;
}

/* --- all users of a configuration --- */

struct learning {
	struct script_users *users;
	const struct conf_responder *responder;
};

static void learn_use(const struct conf_script_use *use, void *arg)
{
	const struct learning *learning = arg;
	bool is_named = *use->script->user;
	const char *user = is_named ? use->script->user : SCRIPT_USER_DEFAULT;
	const char *group = is_named ? use->script->group : "";
	const struct script_users_entry *known = user_entry_find(learning->users, user, group);
	struct err err;

	if (!known || known->age)
		user_entry_learn(learning->users, learning->responder, user, group, &err);
}

void script_users_learn(struct script_users *users, const struct conf *conf,
			const struct conf_responder *responder)
{
	struct learning learning = {users, responder};
	size_t n = 0;

	for (size_t i = 0; i < users->entries.n; i++)
		users->entries.items[i].age++;
	conf_script_uses(conf, learn_use, &learning);
	for (size_t i = 0; i < users->entries.n; i++) {
		struct script_users_entry *entry = &users->entries.items[i];

		if (entry->age <= AGE_MAX)
			users->entries.items[n++] = *entry;
		else
			user_entry_fini(entry);
	}
	users->entries.n = n;
}

void script_users_ask(const struct conf *conf, const struct conf_responder *responder)
{
	struct script_users users = {0};

	script_users_learn(&users, conf, responder);
	script_users_fini(&users);
}

void script_users_fini(struct script_users *users)
{
	for (size_t i = 0; i < users->entries.n; i++)
		user_entry_fini(&users->entries.items[i]);
	vec_free(&users->entries);
}

/* --- the user of one script --- */

static bool user_find(struct script_users *users, const char *user, const char *group,
		      struct script_user *ret_user, struct err *err)
{
	const struct script_users_entry *entry = user_entry_find(users, user, group);

	if (!entry)
		entry = user_entry_learn(users, NULL, user, group, err);
	if (!entry)
		return false;
	if (entry->refusal)
		return err_set(err, -ENOENT, "%s", entry->refusal), false;
	*ret_user = entry->numbers;
	return true;
}

bool script_users_find(struct script_users *users, const struct conf_script *script, bool may_be_root,
		       struct script_user *ret_user, struct err *err)
{
	if (*script->user)
		return user_find(users, script->user, script->group, ret_user, err);
	if (user_find(users, SCRIPT_USER_DEFAULT, "", ret_user, err))
		return true;
	if (!may_be_root)
		return err_set(err, -EPERM,
			       "enable_script_security is set, so it does not run as root: create a "
			       "user '" SCRIPT_USER_DEFAULT "', or name a user with script_user"),
		       false;
	*ret_user = (struct script_user){0}; /* root */
	return true;
}
