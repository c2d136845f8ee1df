/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Advice for words that people write by mistake and that no table of the schema has: keywords of
 * other programs or of old versions, and invented ones. The advice says what to write instead.
 */
#ifndef LVSD_CONF_TREE_CURE_H
#define LVSD_CONF_TREE_CURE_H

/*
 * The advice for word, as the end of a sentence; NULL if there is none. Example: "nat_mask": "leave
 * it out: ...", which follows "unknown keyword 'nat_mask' in virtual_server; ".
 */
const char *cure_find(const char *word);

#endif
