/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine in memory for the expansion of configurations: its files and its environment. */
#ifndef LVSD_TESTS_CONF_HOST_H
#define LVSD_TESTS_CONF_HOST_H

#include "conf/text/expand.h"

struct host_file {
	const char *path, *text; /* a NULL text: a directory */
};

/* The files end with a NULL path. A path that begins with "broken" cannot be read (-EIO), nor can
 * it be found out which files match such a pattern. */
struct expand_host host_of_files(const struct host_file *files);

#endif
