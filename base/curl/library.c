/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/curl/library.h"
#include "base/curl/load.h"

#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>

/* For programs that make packages: a file of this program names a library that it loads by itself
 * (the ELF note .note.dlopen of systemd.io/ELF_DLOPEN_METADATA). */
#define NOTE                                                                                       \
	"[{\"feature\":\"curl\",\"description\":\"checks of the network and mail\","              \
	"\"priority\":\"required\",\"soname\":[\"" LVSD_LIBCURL "\"]}]"

struct dlopen_note {
	unsigned owner_len, text_len, type;
	char owner[4];
	char text[(sizeof(NOTE) + 3) / 4 * 4];
};

__attribute__((used, section(".note.dlopen"), aligned(4))) static const struct dlopen_note
    dlopen_note = {4, sizeof(NOTE), 0x407c0c0a, "FDO", NOTE};

struct row {
	const char *name;
	size_t offset;
};

#define ROW(name, member) {#name, offsetof(struct curl_library, member)},

static const struct row rows[] = {CURL_LIBRARY_ROWS(ROW)};

#define WAY_OUT                                                                                    \
	"checks of the network and mail need it: install it (on Debian: apt-get install libcurl4)"

int curl_load(struct err *err)
{
	struct curl_library library;

	return curl_library_open(&library, err);
}

int curl_library_open(struct curl_library *ret_library, struct err *err)
{
	void *handle = dlopen(LVSD_LIBCURL, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	struct curl_library library;

	if (!handle)
		return err_set(err, -ELIBACC, "libcurl cannot be loaded (%s): " WAY_OUT, dlerror());
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		void *function = dlsym(handle, rows[i].name);

		if (!function)
			return err_set(err, -ELIBACC,
				       "this libcurl (" LVSD_LIBCURL ") has no %s: " WAY_OUT,
				       rows[i].name);
		memcpy((char *)&library + rows[i].offset, &function, sizeof(function));
	}
	*ret_library = library;
	return 0;
}
