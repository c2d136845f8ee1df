/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/dynamic/dynamic.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>

int dynamic_open(const struct dynamic_library *library, void *ret_functions, struct err *err)
{
	void *handle = dlopen(library->file, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);

	if (!handle)
		return err_set(err, -ELIBACC, "%s cannot be loaded (%s): %s", library->name, dlerror(),
			       library->way_out);
	for (size_t i = 0; i < library->n_rows; i++)
		if (!dlsym(handle, library->rows[i].name))
			return err_set(err, -ELIBACC, "this %s (%s) has no %s: %s", library->name,
				       library->file, library->rows[i].name, library->way_out);
	for (size_t i = 0; i < library->n_rows; i++) {
		void *function = dlsym(handle, library->rows[i].name);

		memcpy((char *)ret_functions + library->rows[i].offset, &function, sizeof(function));
	}
	return 0;
}
