/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host/restore.h"
#include "host/save.h"

#include <errno.h>

/* The kind of word that must follow an option. */
enum value {
	NONE,
	PLAIN, /* addresses, ports, numbers, states: nothing that could be an option or is in
		  quotes */
	SET,   /* one of lvsd's sets, and then the directions */
	COMMENT, /* a comment of lvsd's, in quotes */
};

struct option {
	const char *name;
	enum value value;
	const char
	    *words; /* of a PLAIN value: the words that are allowed, with a blank around each;
		       NULL: any */
};

/* The options that host/want.c and host/owner.c use in rules. */
static const struct option options[] = {
    {"!", NONE, NULL},
    {"--syn", NONE, NULL},
    {"-d", PLAIN, NULL},
    {"-i", PLAIN, NULL},
    {"-o", PLAIN, NULL},
    {"-p", PLAIN, NULL},
    {"-m", PLAIN, " set ipvs conntrack comment multiport mark owner tcp udp sctp "},
    {"-j", PLAIN, " SNAT DROP MARK RETURN "},
    {"--match-set", SET, NULL},
    {"--vdir", PLAIN, NULL},
    {"--vmethod", PLAIN, NULL},
    {"--ctstate", PLAIN, NULL},
    {"--dports", PLAIN, NULL},
    {"--dport", PLAIN, NULL},
    {"--uid-owner", PLAIN, NULL},
    {"--to-source", PLAIN, NULL},
    {"--set-mark", PLAIN, NULL},
    {"--mark", PLAIN, NULL},
    {"--icmp-type", PLAIN, NULL},
    {"--icmpv6-type", PLAIN, NULL},
    {"--comment", COMMENT, NULL},
};

/* Options of iptables that are commands, or that run a program. getopt accepts abbreviations of
 * them. */
static const char *const commands[] = {
    "append",    "check",  "delete-chain", "flush",   "insert", "list-rules", "modprobe",
    "new-chain", "policy", "rename-chain", "replace", "table",  "zero",
};

/* Reads the words of a line one after the other. A word in quotes keeps its quotes. */
struct words {
	const char *at;
	const char *word;
	size_t len;
};

static bool next(struct words *words)
{
	words->at += strspn(words->at, " ");
	words->word = words->at;
	words->len = *words->at ? host_save_word_len(words->at) : 0;
	words->at += words->len;
	return words->len > 0;
}

static bool is_word(const struct words *words, const char *text)
{
	return strlen(text) == words->len && !memcmp(words->word, text, words->len);
}

static bool is_plain(const struct words *words)
{
	for (size_t i = 0; i < words->len; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.:,/_-",
			    words->word[i]))
			return false;
	return words->len > 0 && words->word[0] != '-';
}

static bool is_one_of(const struct words *words, const char *all)
{
	char *key = mem_printf(" %.*s ", (int)words->len, words->word);
	bool is_there = strstr(all, key) != NULL;

	free(key);
	return is_there;
}

static bool begins(const struct words *words, const char *text)
{
	return words->len > strlen(text) && !memcmp(words->word, text, strlen(text));
}

static bool take_value(struct words *words, const struct option *option)
{
	switch (option->value) {
	case NONE:
		return true;
	case PLAIN:
		return next(words) && is_plain(words) &&
		       (!option->words || is_one_of(words, option->words));
	case SET:
		return next(words) && is_plain(words) && begins(words, HOST_SET_PREFIX) &&
		       next(words) && (is_word(words, "src") || is_word(words, "dst") ||
					is_word(words, "dst,dst"));
	case COMMENT:
		return next(words) && begins(words, "\"" HOST_RULE_PREFIX) &&
		       words->word[words->len - 1] == '"' && !memchr(words->word, '\\', words->len);
	}
	return false;
}

static bool take_option(struct words *words)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (is_word(words, options[i].name))
			return take_value(words, &options[i]);
	return false;
}

/* Judges "-A LVSD-FNAT -d 10.0.0.1 ... -j DROP", from the word after the chain. */
static bool is_rule(struct words *words)
{
	size_t n = 0;

	for (; next(words); n++)
		if (!take_option(words))
			return false;
	return n > 0;
}

static bool is_command(const struct words *words)
{
	size_t len = words->len - 2;
	const char *name = words->word + 2, *end = memchr(name, '=', len);

	len = end ? (size_t)(end - name) : len;
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strncmp(commands[i], name, len))
			return true;
	return false;
}

/* Whether the present word may stand in a jump that is removed. */
static bool is_harmless(const struct words *words)
{
	if (words->word[0] == '"')
		return words->len > 2 && words->word[1] != '-' &&
		       words->word[words->len - 1] == '"';
	if (memchr(words->word, '"', words->len))
		return false;
	if (words->word[0] != '-' || words->len < 2)
		return true;
	if (words->word[1] == '-')
		return words->len > 2 && !is_command(words);
	return words->len == 2 && strchr("46dfgijmops", words->word[1]);
}

/* Judges a jump to lvsd's chain that somebody may have made in any chain: it may have any matches,
 * but no command. */
static bool is_jump(struct words *words, const char *chain)
{
	const char *rule = words->at + strspn(words->at, " ");

	if (*rule == '-' || !host_save_jumps_to(rule, chain))
		return false;
	for (bool is_module = false; next(words);
	     is_module = is_word(words, "-m") || is_word(words, "-j") || is_word(words, "-g"))
		if (!is_harmless(words) || (is_module && memchr(words->word, '/', words->len)))
			return false;
	return true;
}

static bool is_line_own(const struct host_part_info *part, const char *line)
{
	char *declared = mem_printf(":%s - [0:0]", part->chain);
	char *jump =
	    mem_printf("-I %s 1 -m comment --comment \"lvsd\" -j %s", part->hook, part->chain);
	char *removal = mem_printf("-X %s", part->chain);
	bool is_fixed = !strcmp(line, declared) || !strcmp(line, jump) || !strcmp(line, removal);
	struct words words = {.at = line};

	free(declared);
	free(jump);
	free(removal);
	if (is_fixed)
		return true;
	if (!next(&words))
		return false;
	if (is_word(&words, "-D"))
		return is_jump(&words, part->chain);
	return is_word(&words, "-A") && next(&words) && is_word(&words, part->chain) &&
	       is_rule(&words);
}

static int line_refuse(const char *line, struct err *err)
{
	return err_set(
	    err, -EPERM,
	    "the line '%.200s' is not a line that lvsd writes, so the rules process refuses the "
	    "text",
	    line);
}

/* The first line must name the table and the last line must end it; no other line may do either. */
static int judge_line(const struct host_part_info *part, const char *line, size_t number,
		      bool is_last, struct err *err)
{
	char *table = mem_printf("*%s", part->table);
	bool is_own = number == 0 ? !strcmp(line, table)
		      : is_last   ? !strcmp(line, "COMMIT")
				  : is_line_own(part, line);

	free(table);
	for (const char *at = line; *at; at++)
		if ((unsigned char)*at < ' ' || *at == 127)
			is_own = false;
	return is_own ? 0 : line_refuse(line, err);
}

int host_restore_judge(enum host_part part, const char *text, struct err *err)
{
	char *copy = mem_strdup(text), *line = copy;
	size_t number = 0;
	int code = 0;

	do {
		char *end = strchr(line, '\n');

		if (!end) {
			code = line_refuse(line, err);
			break;
		}
		*end = '\0';
		code = judge_line(&host_parts[part], line, number++, !end[1], err);
		line = end + 1;
	} while (code == 0 && *line);
	if (code == 0 && number < 3)
		code = line_refuse(text, err);
	free(copy);
	return code;
}
