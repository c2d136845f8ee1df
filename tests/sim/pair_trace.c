/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The trace: one line an event, one column a director. What lvsd logs is part of it. */
#include "base/virtual/world.h"
#include "base/log.h"
#include "tests/sim/pair.h"

#include <stdio.h>
#include <string.h>

#define COLUMN 76
/* What a failure that was not traced shows. */
#define LAST_LINES 30

bool pair_is_tracing, pair_is_retelling;
static char last[LAST_LINES][512];
static size_t n_last;
jmp_buf pair_failed;

static void print(const struct pair_node *node, const char *text)
{
	int64_t ms = mono_sub(world_now(), pair.began) / NS_PER_MS;

	if (pair_is_retelling)
		snprintf(last[n_last++ % LAST_LINES], sizeof(last[0]), "%6lld.%03d %s %s",
			 (long long)(ms / 1000), (int)(ms % 1000),
			 !node ? " " : node->number ? "B" : "A", text);
	else
		printf("%6lld.%03d %*s%s\n", (long long)(ms / 1000), (int)(ms % 1000),
		       node ? (int)node->number * COLUMN : 0, "", text);
}

void pair_print_last(void)
{
	for (size_t i = n_last > LAST_LINES ? n_last - LAST_LINES : 0; i < n_last; i++)
		printf("%s\n", last[i % LAST_LINES]);
	n_last = 0;
}

void pair_trace(const struct pair_node *node, const char *format, ...)
{
	char text[1024];
	va_list args;

	if (!pair_is_tracing && !pair_is_retelling)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	print(node, text);
}

void pair_fail(const struct pair_node *node, const char *format, ...)
{
	va_list args;
	int len = 0;

	if (node)
		len = snprintf(pair.failure, sizeof(pair.failure), "director %c: ", 'A' + node->number);
	va_start(args, format);
	vsnprintf(pair.failure + len, sizeof(pair.failure) - (size_t)len, format, args);
	va_end(args);
	pair_trace(node, "FAILED: %s", pair.failure);
	longjmp(pair_failed, 1);
}

/* --- in the place of base/log.c --- */

static const char *const proc_names[PAIR_PROCS] = {"director", "check", "script", "vrrp"};

static void __attribute__((format(printf, 2, 0)))
say(const char *level, const char *format, va_list args)
{
	char line[1024];
	struct pair_proc *proc = pair_caller_proc();
	int len;

	if ((!pair_is_tracing && !pair_is_retelling) || !proc)
		return;
	len = snprintf(line, sizeof(line), "%s: %s", proc_names[proc->name], level);
	vsnprintf(line + len, sizeof(line) - (size_t)len, format, args);
	print(proc->node, line);
}

#define DEFINE_LOG(name, level)                                                                    \
	void log_##name(const char *format, ...)                                                   \
	{                                                                                          \
		va_list args;                                                                      \
                                                                                                   \
		va_start(args, format);                                                            \
		say(level, format, args);                                                          \
		va_end(args);                                                                      \
	}

DEFINE_LOG(error, "ERROR ")
DEFINE_LOG(warning, "WARNING ")
DEFINE_LOG(notice, "")
DEFINE_LOG(info, "")

void log_to_console(void)
{
}

void log_to_socket(int fd)
{
	(void)fd;
}

const char *log_level_name(enum log_level level)
{
	(void)level;
	return "";
}
