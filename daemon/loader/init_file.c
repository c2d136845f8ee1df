/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/loader/init_file.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void init_file_write(const char *const *words, size_t n, void *unused)
{
	bool is_overwritten = n == INIT_FILE_WORDS && !strcmp(words[3], INIT_FILE_OVERWRITE);
	int fd;

	(void)unused;
	if (n < INIT_FILE_WORDS - 1)
		return;
	fd = open(words[1],
		  O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK |
		      (is_overwritten ? O_TRUNC : O_EXCL),
		  0644);
	if (fd < 0 && errno == EEXIST && !is_overwritten)
		return;
	if (fd < 0 || dprintf(fd, "%s\n", words[2]) < 0)
		log_warning("track_file=%s: init_file could not write %s: %s; the file counts as it is",
			    words[0], words[1], strerror(errno));
	if (fd >= 0)
		close(fd);
}
