/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/loader/vouch.h"
#include "base/vec.h"
#include "conf/model/needs/script_uses.h"
#include "daemon/loader/init_file.h"
#include "daemon/script/user.h"
#include "daemon/shared/dump.h"
#include "daemon/shared/tracked_command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A name service may be slow: each user is looked up once. */
struct known {
	const char *name, *group;
	struct script_user user;
	bool exists;
};

struct vouch {
	struct vouched_list *list;
	bool is_secure; /* enable_script_security */
	VEC(struct known) users;
};

/* The director does not fall back to root either, if enable_script_security is set. */
static bool find_user(const struct vouch *vouch, const struct conf_script *script,
		      struct script_user *ret_user)
{
	if (vouch->is_secure && !*script->user)
		return script_user_resolve(SCRIPT_USER_DEFAULT, "", ret_user, NULL) == 0;
	return script_user_find(script->user, script->group, ret_user) == 0;
}

static const struct known *known_find(struct vouch *vouch, const struct conf_script *script)
{
	struct known *known;

	for (size_t i = 0; i < vouch->users.n; i++) {
		known = &vouch->users.items[i];
		if (!strcmp(known->name, script->user) && !strcmp(known->group, script->group))
			return known;
	}
	known = vec_push(&vouch->users);
	*known = (struct known){.name = script->user, .group = script->group};
	known->exists = find_user(vouch, script, &known->user);
	return known;
}

static void vouch_add(struct vouch *vouch, enum vouched_kind kind, const struct conf_script *script,
		      const char *name)
{
	const struct known *known = script->argc ? known_find(vouch, script) : NULL;
	struct vouched_command command = {
	    .kind = kind, .is_secure = vouch->is_secure, .instance = name};

	if (!known || !known->exists)
		return;
	command.user = &known->user;
	command.argv = script->argv;
	command.n_args = script->argc < SCRIPT_ARGS_MAX ? script->argc : SCRIPT_ARGS_MAX;
	vouched_list_add(vouch->list, &command);
}

/* enable_script_security says nothing about the owner of a FIFO. */
static void vouch_fifo(struct vouch *vouch, const struct conf_script *fifo)
{
	struct script_user user;
	const struct vouched_command command = {
	    .kind = VOUCHED_FIFO, .user = &user, .argv = fifo->argv, .n_args = 1};

	if (script_user_find(fifo->user, fifo->group, &user) < 0)
		return;
	user.n_groups = 0; /* they mean nothing to a file */
	vouched_list_add(vouch->list, &command);
}

/* Vouches for the command as the director runs it: that of a vrrp_script may be run by a shell. */
static void vouch_check(struct vouch *vouch, const struct conf_script_use *use)
{
	struct tracked_command command;

	if (use->object == CONF_OBJECT_VRRP_SCRIPT) {
		tracked_command_make(&command, use->script);
		vouch_add(vouch, VOUCHED_CHECK, &command.script, NULL);
	} else {
		vouch_add(vouch, VOUCHED_CHECK, use->script, NULL);
	}
}

/* The further words of `notify` begin with the name of its object. */
static void vouch_state(struct vouch *vouch, const struct conf_script_use *use)
{
	if (use->object == CONF_OBJECT_SYNC_GROUP)
		vouch_add(vouch, VOUCHED_GROUP, use->script,
			  ((const struct conf_sync_group *)use->owner)->name);
	else
		vouch_add(vouch, VOUCHED_STATE, use->script,
			  ((const struct conf_vrrp *)use->owner)->name);
}

static void vouch_use(const struct conf_script_use *use, void *arg)
{
	struct vouch *vouch = arg;
	struct script_user user;

	switch (use->role) {
	case CONF_SCRIPT_CHECK:
		vouch_check(vouch, use);
		break;
	case CONF_SCRIPT_NOTIFY:
		vouch_add(vouch, VOUCHED_NOTIFY, use->script, NULL);
		break;
	case CONF_SCRIPT_STATE:
		vouch_state(vouch, use);
		break;
	case CONF_SCRIPT_FIFO:
		vouch_fifo(vouch, use->script);
		break;
	case CONF_SCRIPT_READER:
		/* Without the user of its FIFO there is nothing to read. */
		if (script_user_find(use->fifo->user, use->fifo->group, &user) == 0)
			vouch_add(vouch, VOUCHED_READER, use->script, use->fifo->argv[0]);
		break;
	}
}

static void vouch_init_file(struct vouch *vouch, const struct conf_track_file *file)
{
	static const struct script_user root;
	char number[16];
	const char *const words[] = {file->name, file->path, number,
				     file->is_overwritten ? INIT_FILE_OVERWRITE : ""};
	const struct vouched_command command = {
	    .kind = VOUCHED_INIT, .user = &root, .argv = words, .n_args = INIT_FILE_WORDS};

	snprintf(number, sizeof(number), "%d", file->number);
	if (file->is_made)
		vouched_list_add(vouch->list, &command);
}

static void vouch_dump(struct vouch *vouch, const struct conf *conf, enum dump_kind kind)
{
	static const struct script_user root;
	const char *value = dump_value(conf, kind);
	char *path = dump_path(kind, value);
	const char *const words[] = {dump_keyword(kind), path};
	const struct vouched_command command = {
	    .kind = VOUCHED_DUMP, .user = &root, .argv = words, .n_args = 2};

	if (*value)
		vouched_list_add(vouch->list, &command);
	free(path);
}

static void vouch_file(struct vouch *vouch, const char *path)
{
	if (*path)
		vouched_list_add_file(vouch->list, path);
}

void vouch_for(const struct conf *conf, struct vouched_list *list)
{
	struct vouch vouch = {.list = list, .is_secure = conf->global.is_script_security};

	conf_script_uses(conf, vouch_use, &vouch);
	for (size_t i = 0; i < conf->n_track_files; i++)
		vouch_init_file(&vouch, &conf->track_files[i]);
	for (enum dump_kind kind = 0; kind < DUMP_KINDS; kind++)
		vouch_dump(&vouch, conf, kind);
	vouch_file(&vouch, conf->global.tls.ca);
	vouch_file(&vouch, conf->global.tls.certificate);
	vouch_file(&vouch, conf->global.tls.key);
	for (size_t i = 0; i < conf->global.relay.n_keys; i++)
		vouch_file(&vouch, conf->global.relay.keys[i].path);
	vec_free(&vouch.users);
}
