/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The only file of this room that opens files. */
#include "conf/load.h"
#include "conf/check.h"
#include "conf/digest.h"
#include "conf/resolve.h"

#include "base/err.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

void conf_free(struct conf *conf)
{
	if (conf)
		arena_free(conf->arena);
}

static struct conf *conf_new(void)
{
	struct arena *arena = arena_new();
	struct conf *conf = arena_alloc(arena, sizeof(*conf));

	conf->arena = arena;
	return conf;
}

/* The place of the first NUL byte, which no other stage may meet. */
static bool has_nul(struct report *report, const char *file, const char *text, size_t len)
{
	const char *nul = len ? memchr(text, '\0', len) : NULL, *next;
	struct conf_place place = {file, 1, 1};

	if (!nul)
		return false;
	for (const char *at = text; (next = memchr(at, '\n', (size_t)(nul - at))); at = next + 1)
		place.line++;
	for (const char *at = nul; at > text && at[-1] != '\n'; at--)
		place.column++;
	report_error(report, &place, "there is a NUL byte here: this is not a text file");
	return true;
}

/* Everything from text to checked draft, into conf. */
static void text_load(struct report *report, struct conf *conf, const char *file, const char *text,
		      size_t len)
{
	struct arena *arena = arena_new();
	struct lookup *lookup = lookup_new();
	struct draft draft = {.report = report, .lookup = lookup, .conf = conf};
	struct node *root = parse_text(report, arena, file, text, len);

	resolve_tree(report, lookup, arena, root);
	build_draft(&draft, root);
	check_vrrp(&draft);
	check_virtual_servers(&draft);
	build_fini(&draft);
	lookup_free(lookup);
	arena_free(arena);
}

struct conf *conf_load_text(const char *name, const char *text, size_t len, struct diags *diags)
{
	struct conf *conf = conf_new();
	const char *file = arena_strdup(conf->arena, name);
	struct report report;

	report_init(&report, diags, text, len);
	if (!has_nul(&report, file, text, len))
		text_load(&report, conf, file, text, len);
	if (report_has_errors(&report)) {
		conf_free(conf);
		conf = NULL;
	} else {
		digest_set(conf);
	}
	report_fini(&report);
	diags_sort(diags);
	return conf;
}

/* Reads fd to its end. Returns 0, -EFBIG, or -errno. */
static int fd_read(int fd, size_t size, char **ret_text, size_t *ret_len)
{
	size_t cap = size + 1, len = 0;
	char *text = mem_calloc(cap, 1);
	ssize_t n;

	while ((n = read(fd, text + len, cap - len)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		len += n > 0 ? (size_t)n : 0;
		if (n < 0 || len > CONF_FILE_MAX) {
			n = n < 0 ? -errno : -EFBIG;
			free(text);
			return (int)n;
		}
		/* It grows while it is read: the bound above holds for that too. */
		if (len == cap)
			text = mem_realloc(text, cap *= 2, 1);
	}
	*ret_text = text;
	*ret_len = len;
	return 0;
}

static const char *kind_name(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFDIR:
		return "a directory";
	case S_IFIFO:
		return "a FIFO";
	case S_IFSOCK:
		return "a socket";
	default:
		return "a device";
	}
}

static int file_read(struct report *report, const char *path, char **ret_text, size_t *ret_len)
{
	struct conf_place place = {.file = path};
	struct stat status;
	/* Without O_NONBLOCK the open of a FIFO waits for a writer. */
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC), r = 0;

	if (fd < 0 || fstat(fd, &status) < 0) {
		r = -errno;
		report_error(report, &place, "the file cannot be opened: %s", err_errno(r));
	} else if (!S_ISREG(status.st_mode)) {
		r = -EINVAL;
		report_error(report, &place, "this is %s; a configuration is a regular file",
			     kind_name(status.st_mode));
	} else {
		r = status.st_size > CONF_FILE_MAX
			? -EFBIG
			: fd_read(fd, (size_t)status.st_size, ret_text, ret_len);
		if (r == -EFBIG)
			report_error(report, &place, "the file has more than %u bytes",
				     CONF_FILE_MAX);
		else if (r < 0)
			report_error(report, &place, "the file cannot be read: %s", err_errno(r));
	}
	if (fd >= 0)
		close(fd);
	return r;
}

struct conf *conf_load(const char *path, struct diags *diags, char **ret_text, size_t *ret_len)
{
	struct conf *conf = NULL;
	struct report report;
	char *text = NULL;
	size_t len = 0;

	report_init(&report, diags, "", 0);
	if (file_read(&report, path, &text, &len) == 0)
		conf = conf_load_text(path, text, len, diags);
	report_fini(&report);
	if (ret_len)
		*ret_len = len;
	if (ret_text)
		*ret_text = text;
	else
		free(text);
	return conf;
}
