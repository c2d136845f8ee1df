/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void mark_cut(char *text, int wanted)
{
	if (wanted >= ERR_TEXT_MAX)
		memcpy(text + ERR_TEXT_MAX - 4, "...", 4);
}

int err_set(struct err *err, int code, const char *format, ...)
{
	va_list args;

	if (!err)
		return code;
	va_start(args, format);
	mark_cut(err->text, vsnprintf(err->text, sizeof(err->text), format, args));
	va_end(args);
	return code;
}

int err_wrap(struct err *err, int code, const char *format, ...)
{
	char context[ERR_TEXT_MAX], inner[ERR_TEXT_MAX];
	va_list args;

	if (!err)
		return code;
	va_start(args, format);
	vsnprintf(context, sizeof(context), format, args);
	va_end(args);
	memcpy(inner, err->text, sizeof(inner));
	mark_cut(err->text, snprintf(err->text, sizeof(err->text), "%s: %s", context, inner));
	return code;
}

const char *err_errno(int code)
{
	const char *text = strerrordesc_np(code < 0 ? -code : code);

	return text ? text : "unknown error";
}
