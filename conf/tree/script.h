/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Command lines of scripts, by keepalived's rules. The line of a script keyword is read once more
 * from the text of the file, because on it '...' quotes as "..." does everywhere, a backslash takes
 * its meaning from the next byte, and pieces that touch each other are one word. Its first word is
 * the command, which is read in the same way once more, into what execve(2) takes.
 */
#ifndef LVSD_CONF_TREE_SCRIPT_H
#define LVSD_CONF_TREE_SCRIPT_H

#include "base/err.h"
#include "conf/tree/parse.h"

/* A command's bytes and words; what runs it has room for some more. */
#define SCRIPT_COMMAND_MAX 4096
#define SCRIPT_WORDS_MAX   100

/*
 * Gives node the words that its line has by these rules, in memory of arena. An open quote is
 * reported and makes node bad.
 */
void script_words_set(struct report *report, struct arena *arena, struct node *node);

/*
 * Refuses what cannot be a command of keyword name; is_run: by lvsd, which takes an absolute path
 * or the name of a program, without a directory. Returns 0 or -EINVAL with the sentence in err.
 */
int script_check(const char *name, bool is_run, const char *command, struct err *err);

/* The words of a command that script_check() took, with a NULL after them, in memory of arena. */
const char *const *script_split(struct arena *arena, const char *command, size_t *ret_n);

#endif
