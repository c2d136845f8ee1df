/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes of a fuzzer as a machine with files: an RS byte (0x1e) ends a file and begins the next one.
 * The first is the main file, "main"; those that it may include are "a", "b", "c" and so on, up to
 * "z", and "d/a" like "a".
 */
#ifndef LVSD_TESTS_FUZZ_CONF_FILES_H
#define LVSD_TESTS_FUZZ_CONF_FILES_H

#include "conf/text/expand.h"

struct fuzz_files {
	struct {
		const char *text;
		size_t len;
	} list[27]; /* main, a..z */
	size_t n;
};

/* The files of data, and a host that has them and small bounds; both live as long as data. */
struct expand_host fuzz_files_of(const uint8_t *data, size_t size, struct fuzz_files *files);

#endif
