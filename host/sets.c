/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host/sets.h"
#include "host/save.h"

#include <errno.h>
#include <libipset/ipset.h>
#include <libipset/session.h>
#include <libipset/types.h>
#include <stdarg.h>
#include <stdio.h>

/* More addresses than any pool has. The kernel needs memory only for those that are in the set. */
#define MEMBERS_MAX "1048576"

/* The longest command has fewer words. */
#define WORDS_MAX 12

struct host_sets {
	struct ipset *ipset;
	struct host_lines lines;
	host_line_fn *on_line;
	void *arg;
	char error[ERR_TEXT_MAX];
};

static void keep_error(struct host_sets *sets, const char *text)
{
	snprintf(sets->error, sizeof(sets->error), "%.*s", (int)strcspn(text, "\n"), text);
}

__attribute__((format(printf, 4, 5))) static int on_error(struct ipset *ipset, void *arg,
							  int status, const char *format, ...)
{
	char text[ERR_TEXT_MAX];
	va_list args;

	(void)ipset;
	if (!status || !format)
		return 0;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	keep_error(arg, text);
	return -1;
}

static int on_kernel_error(struct ipset *ipset, void *arg)
{
	struct ipset_session *session = ipset_session(ipset);

	if (ipset_session_report_type(session) == IPSET_ERROR)
		keep_error(arg, ipset_session_report_msg(session));
	ipset_session_report_reset(session);
	return -1;
}

__attribute__((format(printf, 3, 4))) static int on_output(struct ipset_session *session, void *arg,
							   const char *format, ...)
{
	struct host_sets *sets = arg;
	char *text = NULL;
	va_list args;
	int len;

	(void)session;
	va_start(args, format);
	len = vasprintf(&text, format, args);
	va_end(args);
	if (len < 0)
		mem_exhausted(0);
	if (sets->on_line)
		host_lines_feed(&sets->lines, text, (size_t)len, sets->on_line, sets->arg);
	free(text);
	return 0;
}

struct host_sets *host_sets_open(void)
{
	struct host_sets *sets = mem_calloc(1, sizeof(*sets));

	ipset_load_types(); /* has no effect on types that are loaded already */
	sets->ipset = ipset_init();
	if (!sets->ipset)
		mem_exhausted(0);
	ipset_custom_printf(sets->ipset, on_error, on_kernel_error, on_output, sets);
	return sets;
}

void host_sets_close(struct host_sets *sets)
{
	ipset_fini(sets->ipset);
	free(sets);
}

/* Runs a command of libipset. words ends with NULL. Returns 0 or -EIO, since the library reports no
 * errno. */
static int command(struct host_sets *sets, const char *const *words, struct err *err)
{
	char *argv[WORDS_MAX];
	int argc = 0, rc;

	for (; words[argc]; argc++)
		argv[argc] = (char *)words[argc];
	argv[argc] = NULL;
	sets->error[0] = '\0';
	rc = ipset_parse_argv(sets->ipset, argc, argv);
	if (rc >= 0 && !sets->error[0])
		return 0;
	return err_set(err, -EIO, "ipset %s %s: %s", words[1], argc > 2 ? words[2] : "",
		       sets->error[0] ? sets->error : "the kernel refused it");
}

/* Runs a command of libipset and gives its output to fn line by line. */
static int listing(struct host_sets *sets, const char *const *words, host_line_fn *fn, void *arg,
		   struct err *err)
{
	int rc;

	sets->on_line = fn;
	sets->arg = arg;
	rc = command(sets, words, err);
	host_lines_end(&sets->lines, fn, arg);
	sets->on_line = NULL;
	return rc;
}

struct names {
	VEC(char *) items;
};

static void on_name(char *line, void *arg)
{
	struct names *names = arg;

	if (!strncmp(line, HOST_SET_PREFIX, strlen(HOST_SET_PREFIX)) &&
	    strlen(line) < HOST_SET_NAME_MAX && !strchr(line, ' '))
		*vec_push(&names->items) = mem_strdup(line);
}

static void on_set(char *line, void *arg)
{
	host_ipset_line(arg, line);
}

/* Other people's sets may be huge, so only their names are read. */
int host_sets_read(struct host_state *state, struct err *err)
{
	static const char *const list[] = {"ipset", "list", "-n", NULL};
	struct host_sets *sets = host_sets_open();
	struct names names = {0};
	int rc = listing(sets, list, on_name, &names, err);

	/* The session keeps this option for later commands, so it must be unset. */
	ipset_envopt_unset(ipset_session(sets->ipset), IPSET_ENV_LIST_SETNAME);
	ipset_session_output(ipset_session(sets->ipset), IPSET_LIST_SAVE);
	for (size_t i = 0; i < names.items.n; i++) {
		const char *const save[] = {"ipset", "save", names.items.items[i], NULL};

		if (rc == 0)
			rc = listing(sets, save, on_set, state, err);
		free(names.items.items[i]);
	}
	vec_free(&names.items);
	host_sets_close(sets);
	if (rc < 0)
		host_sets_clear(state);
	host_state_sort(state);
	return rc;
}

int host_sets_apply(struct host_sets *sets, const struct host_op *op, struct err *err)
{
	const char *family = host_parts[op->part].family == AF_INET6 ? "inet6" : "inet";
	const char *const create[] = {"ipset", "create",  op->name,    op->value, "family",
				      family,  "maxelem", MEMBERS_MAX, NULL};
	const char *const add[] = {"ipset", "-exist", "add", op->name, op->value, NULL};
	const char *const del[] = {"ipset", "-exist", "del", op->name, op->value, NULL};
	const char *const destroy[] = {"ipset", "destroy", op->name, NULL};

	switch (op->kind) {
	case HOST_OP_ADD_SET:
		return command(sets, create, err);
	case HOST_OP_ADD_MEMBER:
		return command(sets, add, err);
	case HOST_OP_DEL_MEMBER:
		return command(sets, del, err);
	case HOST_OP_DESTROY_SET:
		return command(sets, destroy, err);
	default:
		return 0;
	}
}
