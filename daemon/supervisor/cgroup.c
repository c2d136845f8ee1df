/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/supervisor/cgroup.h"
#include "base/err.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#define MOUNT "/sys/fs/cgroup"
#define NAME  "checks"
/* systemd marks a control group that it delegates with one of these; everybody may read the first
 * (since version 251). */
static const char *const marks[] = {"user.delegate", "trusted.delegate"};

bool cgroup_path(const char *text, const char *mount, char ret_path[static PATH_MAX])
{
	const char *line = strncmp(text, "0::/", 4) ? strstr(text, "\n0::/") : text;
	int n;

	if (!line)
		return false;
	line += *line == '\n';
	line += strlen("0::");
	n = snprintf(ret_path, PATH_MAX, "%s%.*s", mount, (int)strcspn(line, "\n"), line);
	return n > 0 && n < PATH_MAX;
}

bool cgroup_is_delegated(const char *path)
{
	char value[8];

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (getxattr(path, marks[i], value, sizeof(value)) == 1 && value[0] == '1')
			return true;
	return false;
}

/* Finds the control group of this process, if it may divide it. */
static bool find_own(char ret_path[static PATH_MAX])
{
	char text[PATH_MAX + 256];
	int fd = open("/proc/self/cgroup", O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		close(fd);
	if (len < 0)
		return false;
	text[len] = '\0';
	return cgroup_path(text, MOUNT, ret_path) && cgroup_is_delegated(ret_path);
}

static int open_file(const struct cgroup *cgroup, const char *name)
{
	char path[PATH_MAX + 32];

	snprintf(path, sizeof(path), "%s/%s", cgroup->path, name);
	return open(path, O_WRONLY | O_CLOEXEC);
}

void cgroup_open(struct cgroup *cgroup)
{
	char own[PATH_MAX];
	int n;

	*cgroup = (struct cgroup){.join_fd = -1};
	if (!find_own(own))
		return;
	n = snprintf(cgroup->path, sizeof(cgroup->path), "%s/" NAME, own);
	if (n >= (int)sizeof(cgroup->path) ||
	    (mkdir(cgroup->path, 0755) < 0 && errno != EEXIST) ||
	    (cgroup->join_fd = open_file(cgroup, "cgroup.procs")) < 0) {
		log_warning("%s: the control group for scripts of checks cannot be created: %s; a "
			    "script that leaves its process group may live longer than lvsd",
			    own, err_errno(-errno));
		*cgroup = (struct cgroup){.join_fd = -1};
		return;
	}
	cgroup_kill(cgroup); /* processes that a killed lvsd has left */
}

void cgroup_kill(const struct cgroup *cgroup)
{
	int fd = *cgroup->path ? open_file(cgroup, "cgroup.kill") : -1;

	if (fd < 0)
		return;
	if (write(fd, "1", 1) != 1)
		log_warning("%s: the scripts of checks cannot be ended: %s", cgroup->path,
			    err_errno(-errno));
	close(fd);
}

void cgroup_close(struct cgroup *cgroup)
{
	if (cgroup->join_fd < 0)
		return;
	cgroup_kill(cgroup);
	close(cgroup->join_fd);
	rmdir(cgroup->path); /* fails while the killed processes are still ending; then the
				service manager removes it */
	*cgroup = (struct cgroup){.join_fd = -1};
}
