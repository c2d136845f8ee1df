/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command lines of scripts, by the rules of keepalived. The tokenizer splits words by simpler
 * rules, so the line of a script keyword is read again from the text of the file. On it '...'
 * quotes like "...", a backslash takes the meaning of the next byte away, and pieces without a
 * blank between them are one word. The first word of the line is the command. It is split by the
 * same rules once more, into the words for execve(2).
 */
#ifndef LVSD_CONF_TREE_SCRIPT_H
#define LVSD_CONF_TREE_SCRIPT_H

#include "base/err.h"
#include "conf/tree/parse.h"

/* The most bytes and words of a command. The script process accepts somewhat more, since it appends
 * words. */
#define SCRIPT_COMMAND_MAX 4096
#define SCRIPT_WORDS_MAX   100

/*
 * Sets the words of node to those of its line by these rules, in memory of arena. A quote without
 * an end is reported and makes node bad.
 */
void script_words_set(struct report *report, struct arena *arena, struct node *node);

/*
 * Checks a command of the keyword name. is_run: lvsd runs it, so it must begin with an absolute
 * path, or with the name of a program without a directory. Returns 0, or -EINVAL with err.
 */
int script_check(const char *name, bool is_run, const char *command, struct err *err);

/* The words of a command that script_check() accepted, with a NULL after them, in memory of arena.
 * Example: "/bin/check --name 'two words'": 3 words. */
const char *const *script_split(struct arena *arena, const char *command, size_t *ret_n);

#endif
