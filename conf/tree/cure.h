/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Words that people write by mistake and that are in no table of the schema: keywords of other
 * programs, of old versions, or invented ones. For each there is a text that says what to write
 * instead.
 */
#ifndef LVSD_CONF_TREE_CURE_H
#define LVSD_CONF_TREE_CURE_H

/*
 * What to write instead of word, as the end of a sentence; NULL when nothing is known about word.
 * Example: "nat_mask": "leave it out: ...", after "unknown keyword 'nat_mask' in virtual_server; ".
 */
const char *cure_find(const char *word);

#endif
