/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What editors and shells need to know of the language: the words of the schema. */
#ifndef LVSD_CONF_TREE_EDITOR_H
#define LVSD_CONF_TREE_EDITOR_H

#include <stdio.h>

/* Each keyword as "PLACE/KEYWORD", or "KEYWORD" at the top level, once, separated by blanks. */
void editor_words_print(FILE *out);

/* A syntax file of Vim. */
void editor_vim_print(FILE *out);

#endif
