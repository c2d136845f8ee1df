/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/model/route/names.h"
#include "base/mem.h"
#include "conf/text/out.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ETC_DIR        "/etc/iproute2"
#define USR_SHARE_DIR  "/usr/share/iproute2"
#define USR_LIB_DIR    "/usr/lib/iproute2"
#define MARK           "# lvsd: name of iproute2: "
#define BLANKS         " \t\r"

static void entry_free(struct name_entry *entry)
{
	free(entry->file);
	free(entry->name);
}

void names_fini(struct names *names)
{
	for (size_t i = 0; i < names->files.n; i++)
		free(names->files.items[i]);
	for (size_t i = 0; i < names->known.n; i++)
		entry_free(&names->known.items[i]);
	for (size_t i = 0; i < names->used.n; i++)
		entry_free(&names->used.items[i]);
	vec_free(&names->files);
	vec_free(&names->known);
	vec_free(&names->used);
	free(names->failure);
}

/* Takes a line "100 web", or "0x64 web # a comment"; other lines are passed over. */
static void line_take(struct names *names, const char *file, const char *line, size_t len)
{
	char *copy = mem_printf("%.*s", (int)len, line), *end, *name;
	unsigned long number;

	copy[strcspn(copy, "#")] = '\0';
	errno = 0;
	number = strtoul(copy, &end, 0);
	name = end + strspn(end, BLANKS);
	name[strcspn(name, BLANKS)] = '\0';
	if (end > copy && name > end && *name && !errno && number <= UINT32_MAX)
		*vec_push(&names->known) =
		    (struct name_entry){mem_strdup(file), mem_strdup(name), (uint32_t)number};
	free(copy);
}

static void names_text_take(struct names *names, const char *file, const char *text, size_t len)
{
	const char *end = text + len;

	while (text < end) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));
		size_t n = (size_t)((stop ? stop : end) - text);

		line_take(names, file, text, n);
		text += n + 1;
	}
}

/* The first failure explains the others. */
static void failure_note(struct names *names, const char *path, int code, const struct err *err)
{
	names->is_failed |= expand_is_failure(code);
	if (!names->failure)
		names->failure = mem_printf("%s: %s", path, err->text);
}

static void path_take(struct names *names, const char *file, const char *path)
{
	char *text = NULL;
	struct err err;
	size_t len;
	int r = names->host->read(names->host->arg, path, &text, &len, &err);

	if (r == 0)
		names_text_take(names, file, text, len);
	else if (r != -ENOENT)
		failure_note(names, path, r, &err);
	free(text);
}

static void dir_take(struct names *names, const char *file, const char *dir)
{
	char *path = mem_printf("%s/%s", dir, file);
	char *pattern = mem_printf("%s/%s.d/*.conf", dir, file);
	struct expand_paths paths = {0};

	path_take(names, file, path);
	names->host->match(names->host->arg, pattern, &paths);
	if (paths.code < 0)
		failure_note(names, pattern, paths.code, &paths.err);
	for (size_t i = 0; i < paths.list.n; i++) {
		path_take(names, file, paths.list.items[i]);
		free(paths.list.items[i]);
	}
	vec_free(&paths.list);
	free(path);
	free(pattern);
}

/* Takes the names that an earlier load has written behind the text. */
static void marks_take(struct names *names, const char *file)
{
	char *mark = mem_printf(MARK "%s ", file);
	size_t len = strlen(mark);
	const char *at = names->text, *end = at + names->len;

	while (at && at < end) {
		const char *found = memmem(at, (size_t)(end - at), mark, len), *stop;

		if (!found)
			break;
		at = found + len;
		stop = memchr(at, '\n', (size_t)(end - at));
		if (found == names->text || found[-1] == '\n')
			line_take(names, file, at, (size_t)((stop ? stop : end) - at));
	}
	free(mark);
}

static void names_file_read(struct names *names, const char *file)
{
	for (size_t i = 0; i < names->files.n; i++)
		if (!strcmp(names->files.items[i], file))
			return;
	*(char **)vec_push(&names->files) = mem_strdup(file);
	if (!names->host) {
		marks_take(names, file);
		return;
	}
	dir_take(names, file, *names->etc_dir ? names->etc_dir : ETC_DIR);
	dir_take(names, file, *names->usr_dir ? names->usr_dir : USR_SHARE_DIR);
	if (!*names->usr_dir)
		dir_take(names, file, USR_LIB_DIR);
}

static void use(struct names *names, const struct name_entry *entry)
{
	for (size_t i = 0; i < names->used.n; i++)
		if (!strcmp(names->used.items[i].name, entry->name) &&
		    !strcmp(names->used.items[i].file, entry->file))
			return;
	*vec_push(&names->used) = (struct name_entry){mem_strdup(entry->file),
						      mem_strdup(entry->name), entry->number};
}

bool names_find(struct names *names, const char *file, const char *name, uint32_t *ret_number)
{
	names_file_read(names, file);
	/* Of several files with a name the first counts, so another one would give another number.
	 */
	for (size_t i = 0; i < names->known.n && !names->is_failed; i++) {
		const struct name_entry *entry = &names->known.items[i];

		if (strcmp(entry->file, file) || strcmp(entry->name, name))
			continue;
		use(names, entry);
		*ret_number = entry->number;
		return true;
	}
	return false;
}

const char *names_failure(const struct names *names)
{
	return names->failure;
}

void names_write_used(const struct names *names, struct out *out)
{
	for (size_t i = 0; i < names->used.n; i++) {
		const struct name_entry *entry = &names->used.items[i];

		out_text(out, "\n" MARK);
		out_text(out, entry->file);
		out_text(out, " ");
		out_number(out, entry->number);
		out_text(out, " ");
		out_text(out, entry->name);
		out_text(out, "\n");
	}
}

const char *names_places(const struct names *names, char text[static NAMES_PLACES_MAX])
{
	snprintf(text, NAMES_PLACES_MAX, "%s%s%s", *names->etc_dir ? names->etc_dir : ETC_DIR,
		 *names->usr_dir ? " and " : ", ",
		 *names->usr_dir ? names->usr_dir : USR_SHARE_DIR " and " USR_LIB_DIR);
	return text;
}
