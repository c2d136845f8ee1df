/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/loader/vouch.h"
#include "base/vec.h"
#include "daemon/loader/init_file.h"
#include "daemon/script/user.h"
#include "daemon/shared/tracked_command.h"

#include <stdio.h>
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

static const struct known *look_up(struct vouch *vouch, const struct conf_script *script)
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
		const char *instance)
{
	const struct known *known = script && script->argc ? look_up(vouch, script) : NULL;

	struct vouched_command command = {
	    .kind = kind, .is_secure = vouch->is_secure, .instance = instance};

	if (!known || !known->exists)
		return;
	command.user = &known->user;
	command.argv = script->argv;
	command.n_args = script->argc < SCRIPT_ARGS_MAX ? script->argc : SCRIPT_ARGS_MAX;
	vouched_list_add(vouch->list, &command);
}

static void vouch_fifo(struct vouch *vouch, const struct conf_script *fifo,
		       const struct conf_script *reader)
{
	struct script_user user;
	const struct vouched_command command = {
	    .kind = VOUCHED_FIFO, .user = &user, .argv = fifo ? fifo->argv : NULL, .n_args = 1};

	if (!fifo || script_user_find(fifo->user, fifo->group, &user) < 0)
		return;
	user.n_groups = 0; /* they mean nothing to a file */
	vouched_list_add(vouch->list, &command);
	vouch_add(vouch, VOUCHED_READER, reader, fifo->argv[0]);
}

static void vouch_instance(struct vouch *vouch, const struct conf_vrrp *vrrp)
{
	vouch_add(vouch, VOUCHED_NOTIFY, vrrp->notify_master, NULL);
	vouch_add(vouch, VOUCHED_NOTIFY, vrrp->notify_backup, NULL);
	vouch_add(vouch, VOUCHED_NOTIFY, vrrp->notify_fault, NULL);
	vouch_add(vouch, VOUCHED_NOTIFY, vrrp->notify_stop, NULL);
	vouch_add(vouch, VOUCHED_NOTIFY, vrrp->notify_deleted, NULL);
	vouch_add(vouch, VOUCHED_NOTIFY, vrrp->notify_lower, NULL);
	vouch_add(vouch, VOUCHED_STATE, vrrp->notify, vrrp->name);
}

static void vouch_sync_group(struct vouch *vouch, const struct conf_sync_group *group)
{
	vouch_add(vouch, VOUCHED_NOTIFY, group->notify_master, NULL);
	vouch_add(vouch, VOUCHED_NOTIFY, group->notify_backup, NULL);
	vouch_add(vouch, VOUCHED_NOTIFY, group->notify_fault, NULL);
	vouch_add(vouch, VOUCHED_NOTIFY, group->notify_stop, NULL);
	vouch_add(vouch, VOUCHED_GROUP, group->notify, group->name);
}

static void vouch_tracked(struct vouch *vouch, const struct conf_vrrp_script *tracked)
{
	struct tracked_command command;

	tracked_command_make(&command, tracked->script);
	vouch_add(vouch, VOUCHED_CHECK, &command.script, NULL);
}

static void vouch_service(struct vouch *vouch, const struct conf_virtual_server *vs)
{
	vouch_add(vouch, VOUCHED_NOTIFY, vs->quorum_up, NULL);
	vouch_add(vouch, VOUCHED_NOTIFY, vs->quorum_down, NULL);
	for (size_t i = 0; i < vs->n_real_servers; i++) {
		const struct conf_real_server *rs = &vs->real_servers[i];

		vouch_add(vouch, VOUCHED_NOTIFY, rs->notify_up, NULL);
		vouch_add(vouch, VOUCHED_NOTIFY, rs->notify_down, NULL);
		for (size_t k = 0; k < rs->n_checks; k++)
			vouch_add(vouch, VOUCHED_CHECK, rs->checks[k].script, NULL);
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

static void vouch_file(struct vouch *vouch, const char *path)
{
	if (*path)
		vouched_list_add_file(vouch->list, path);
}

void vouch_for(const struct conf *conf, struct vouched_list *list)
{
	struct vouch vouch = {.list = list, .is_secure = conf->global.is_script_security};

	vouch_fifo(&vouch, conf->global.notify_fifo, conf->global.notify_fifo_script);
	vouch_fifo(&vouch, conf->global.vrrp_notify_fifo, conf->global.vrrp_notify_fifo_script);
	vouch_fifo(&vouch, conf->global.lvs_notify_fifo, conf->global.lvs_notify_fifo_script);
	for (size_t i = 0; i < conf->n_vrrp_scripts; i++)
		vouch_tracked(&vouch, &conf->vrrp_scripts[i]);
	for (size_t i = 0; i < conf->n_sync_groups; i++)
		vouch_sync_group(&vouch, &conf->sync_groups[i]);
	for (size_t i = 0; i < conf->n_vrrps; i++)
		vouch_instance(&vouch, &conf->vrrps[i]);
	for (size_t i = 0; i < conf->n_virtual_servers; i++)
		vouch_service(&vouch, &conf->virtual_servers[i]);
	for (size_t i = 0; i < conf->n_track_files; i++)
		vouch_init_file(&vouch, &conf->track_files[i]);
	vouch_file(&vouch, conf->global.tls.ca);
	vouch_file(&vouch, conf->global.tls.certificate);
	vouch_file(&vouch, conf->global.tls.key);
	vec_free(&vouch.users);
}
