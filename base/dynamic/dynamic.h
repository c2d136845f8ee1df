/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loads a library that is not linked, because most processes never use it: the dynamic linker writes
 * to some pages of each library of a program, and reads more, in every process. The library stays for
 * good, and a process inherits it by fork.
 */
#ifndef LVSD_BASE_DYNAMIC_DYNAMIC_H
#define LVSD_BASE_DYNAMIC_DYNAMIC_H

#include "base/err.h"

#include <stddef.h>

/* A function that lvsd calls: its name, and where its pointer is in the struct of all of them. */
struct dynamic_row {
	const char *name;
	size_t offset;
};

struct dynamic_library {
	const char *name; /* "libcurl" */
	const char *file; /* by which the dynamic linker finds it, "libcurl.so.4" */
	const char *way_out; /* who needs it, and how to get it */
	const struct dynamic_row *rows;
	size_t n_rows;
};

/* Loads the library if that has not been done, and sets the pointers in *ret_functions. 0, or -ELIBACC
 * with a sentence. */
int dynamic_open(const struct dynamic_library *library, void *ret_functions, struct err *err);

/*
 * For programs that make packages: a file of this program names a library that it loads by itself (the
 * ELF note .note.dlopen of systemd.io/ELF_DLOPEN_METADATA).
 */
#define DYNAMIC_NOTE(name, feature, description, file)                                             \
	static const struct {                                                                      \
		unsigned owner_len, text_len, type;                                                \
		char owner[4];                                                                     \
		char text[(sizeof(DYNAMIC_NOTE_TEXT(feature, description, file)) + 3) / 4 * 4];    \
	} name __attribute__((used, section(".note.dlopen"), aligned(4))) = {                      \
	    4, sizeof(DYNAMIC_NOTE_TEXT(feature, description, file)), 0x407c0c0a, "FDO",           \
	    DYNAMIC_NOTE_TEXT(feature, description, file)}

#define DYNAMIC_NOTE_TEXT(feature, description, file)                                              \
	"[{\"feature\":\"" feature "\",\"description\":\"" description                             \
	"\",\"priority\":\"required\",\"soname\":[\"" file "\"]}]"

#endif
