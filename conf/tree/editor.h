/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints the words of the schema for editors and shells: for completion and syntax highlighting. */
#ifndef LVSD_CONF_TREE_EDITOR_H
#define LVSD_CONF_TREE_EDITOR_H

#include <stdio.h>

/* Prints each keyword once, separated by blanks: "PLACE/KEYWORD", or "KEYWORD" for the top level.
 */
void editor_words_print(FILE *out);

/* Prints a syntax file for Vim. */
void editor_vim_print(FILE *out);

#endif
