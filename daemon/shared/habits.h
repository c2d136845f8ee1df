/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hints for options and commands that people type out of habit: those of keepalived and of init
 * scripts. A hint is the second half of a sentence, which says what to write instead.
 */
#ifndef LVSD_DAEMON_SHARED_HABITS_H
#define LVSD_DAEMON_SHARED_HABITS_H

/*
 * The hint for an option of keepalived. letter: its short form, 0 when name is given; name: the word
 * after "--" ("log-detail" or "pid=/run/x.pid"). NULL when keepalived has no such option.
 */
const char *habits_option(int letter, const char *name);

/* The hint for a word like "restart", as an operand of lvsd or a command of lvsctl; or NULL. */
const char *habits_command(const char *word);

#endif
