/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Options and commands that people type out of habit: keepalived's, and those of init scripts. Each
 * has a hint, the rest of a sentence: what to write instead.
 */
#ifndef LVSD_DAEMON_SHARED_HABITS_H
#define LVSD_DAEMON_SHARED_HABITS_H

/*
 * What keepalived's option is in lvsd. letter: its short form, 0 when name is given; name: the word
 * behind "--" ("log-detail" or "pid=/run/x.pid"). NULL when keepalived has no such option.
 */
const char *habits_option(int letter, const char *name);

/* What a word like "restart" is, as an operand of lvsd or a command of lvsctl; or NULL. */
const char *habits_command(const char *word);

#endif
