/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Configurations by the number: every implemented row of the schema may stand in one, with a value
 * as its type says. What a cross check refuses is taken out again, so that each one loads. Names
 * and addresses come from small sets: two configurations share objects.
 */
#ifndef LVSD_TESTS_UNIT_CONF_RANDOM_H
#define LVSD_TESTS_UNIT_CONF_RANDOM_H

#include "conf/conf.h"
#include "conf/schema/schema.h"

/* Splitmix: a seed names the same sequence for ever. */
struct random {
	uint64_t state;
};

/* 0..n - 1. */
unsigned random_pick(struct random *random, unsigned n);

/* mutation: 0, or one statement has another value than the configuration of the seed alone. */
struct conf_seed {
	uint64_t seed;
	unsigned mutation;
};

/* Ends the test when what is generated cannot be loaded. is_used, when not NULL: by id, rows that
 * stand in it. */
struct conf *conf_random(struct conf_seed seed, bool *is_used);
/* Its text, for free(). */
char *conf_random_text(struct conf_seed seed, bool *is_used);

#endif
