/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Words that people write and that no table of the schema has: names of other programs, of old
 * versions, or of their own invention. Each has a cure in words.
 */
#ifndef LVSD_CONF_TREE_CURE_H
#define LVSD_CONF_TREE_CURE_H

/*
 * What to write instead of word, as the end of a sentence that begins with "unknown keyword
 * 'nat_mask' in virtual_server; ": "leave it out: ...". NULL when nothing is known of word.
 */
const char *cure_find(const char *word);

#endif
