/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/script/vouched.h"
#include "base/mem.h"
#include "base/vec.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define N_TABLES 8
#define N_PINNED 2

/* Words that lvsd puts behind those of `notify`: INSTANCE, name, state, priority; or GROUP,
 * name, state, 0. */
#define STATE_WORDS 4

struct table {
	_Atomic(uint64_t) number; /* 0: empty, or being written */
	uint32_t len;
	uint8_t
	    bytes[VOUCHED_BYTES_MAX]; /* commands, each with its length (u32) in front, sorted */
};

struct vouched {
	_Atomic(uint64_t) newest; /* the number of the newest table */
	_Atomic(uint64_t) pinned[N_PINNED];
	struct table tables[N_TABLES];
};

struct vouched *vouched_new(void)
{
	struct vouched *vouched = mmap(NULL, sizeof(*vouched), PROT_READ | PROT_WRITE,
				       MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (vouched == MAP_FAILED)
		return NULL;
	return vouched;
}

void vouched_free(struct vouched *vouched)
{
	if (vouched)
		munmap(vouched, sizeof(*vouched));
}

/* ---- commands as bytes ---- */

struct command {
	uint8_t *bytes;
	size_t len;
};

struct bytes {
	VEC(uint8_t) all;
};

static void put(struct bytes *bytes, const void *from, size_t len)
{
	if (bytes->all.n + len > bytes->all.cap) {
		bytes->all.cap = 2 * (bytes->all.n + len);
		bytes->all.items = mem_realloc(bytes->all.items, bytes->all.cap, 1);
	}
	if (len)
		memcpy(bytes->all.items + bytes->all.n, from, len);
	bytes->all.n += len;
}

static struct command encode(const struct vouched_command *command)
{
	const struct script_user *user = command->user;
	struct bytes bytes = {0};
	uint8_t letters[] = {(uint8_t)command->kind, command->is_secure};
	uint32_t n = (uint32_t)user->n_groups;

	put(&bytes, letters, sizeof(letters));
	put(&bytes, &user->uid, sizeof(user->uid));
	put(&bytes, &user->gid, sizeof(user->gid));
	put(&bytes, &n, sizeof(n));
	put(&bytes, user->groups, user->n_groups * sizeof(user->groups[0]));
	for (size_t i = 0; i < command->n_args; i++)
		put(&bytes, command->argv[i], strlen(command->argv[i]) + 1);
	if (command->instance)
		put(&bytes, command->instance, strlen(command->instance) + 1);
	return (struct command){bytes.all.items, bytes.all.n};
}

static int by_bytes(const void *a, const void *b)
{
	const struct command *x = a, *y = b;
	int order = memcmp(x->bytes, y->bytes, x->len < y->len ? x->len : y->len);

	return order ? order : (x->len > y->len) - (x->len < y->len);
}

/* ---- the loader ---- */

struct vouched_list {
	VEC(struct command) commands;
};

struct vouched_list *vouched_list_new(void)
{
	return mem_calloc(1, sizeof(struct vouched_list));
}

void vouched_list_free(struct vouched_list *list)
{
	if (!list)
		return;
	for (size_t i = 0; i < list->commands.n; i++)
		free(list->commands.items[i].bytes);
	vec_free(&list->commands);
	free(list);
}

void vouched_list_add(struct vouched_list *list, const struct vouched_command *command)
{
	*vec_push(&list->commands) = encode(command);
}

static const struct script_user root;

static struct vouched_command file_command(const char *const *path)
{
	return (struct vouched_command){
	    .kind = VOUCHED_FILE, .user = &root, .argv = path, .n_args = 1};
}

void vouched_list_add_file(struct vouched_list *list, const char *path)
{
	const struct vouched_command command = file_command(&path);

	vouched_list_add(list, &command);
}

void vouched_list_add_source(struct vouched_list *list, const char *path)
{
	struct vouched_command command = file_command(&path);

	command.kind = VOUCHED_SOURCE;
	vouched_list_add(list, &command);
}

/* The bytes of a table, each command once. */
static struct bytes table_bytes(struct vouched_list *list)
{
	const struct command *commands = list->commands.items;
	struct bytes bytes = {0};

	if (list->commands.n)
		qsort(list->commands.items, list->commands.n, sizeof(*commands), by_bytes);
	for (size_t i = 0; i < list->commands.n; i++) {
		uint32_t len = (uint32_t)commands[i].len;

		if (i && by_bytes(&commands[i - 1], &commands[i]) == 0)
			continue;
		put(&bytes, &len, sizeof(len));
		put(&bytes, commands[i].bytes, commands[i].len);
	}
	return bytes;
}

static bool is_pinned(const struct vouched *vouched, uint64_t number)
{
	for (size_t i = 0; i < N_PINNED; i++)
		if (number && atomic_load(&vouched->pinned[i]) == number)
			return true;
	return false;
}

/* Returns a table with the same bytes, or else the oldest table that may be overwritten. */
static struct table *choose(struct vouched *vouched, const struct bytes *bytes)
{
	struct table *oldest = NULL;

	for (size_t i = 0; i < N_TABLES; i++) {
		struct table *table = &vouched->tables[i];
		uint64_t number = atomic_load(&table->number);

		if (number && table->len == bytes->all.n &&
		    (!table->len || !memcmp(table->bytes, bytes->all.items, table->len)))
			return table;
		if (!is_pinned(vouched, number) &&
		    (!oldest || number < atomic_load(&oldest->number)))
			oldest = table;
	}
	return oldest;
}

uint64_t vouched_publish(struct vouched *vouched, struct vouched_list *list)
{
	struct bytes bytes = table_bytes(list);
	uint64_t number = 0;
	struct table *table;

	if (bytes.all.n <= VOUCHED_BYTES_MAX) {
		table = choose(vouched, &bytes);
		number = atomic_load(&table->number);
		if (!number || table->len != bytes.all.n ||
		    (table->len && memcmp(table->bytes, bytes.all.items, table->len))) {
			atomic_store(&table->number, 0);
			table->len = (uint32_t)bytes.all.n;
			if (table->len)
				memcpy(table->bytes, bytes.all.items, table->len);
			number = atomic_load(&vouched->newest) + 1;
			atomic_store(&table->number, number);
			atomic_store(&vouched->newest, number);
		}
	}
	vec_free(&bytes.all);
	return number;
}

/* ---- the supervisor ---- */

void vouched_pin(struct vouched *vouched, uint64_t number)
{
	uint64_t now = atomic_load(&vouched->pinned[0]);

	if (number == now)
		return;
	if (!number)
		number = atomic_load(&vouched->pinned[1]);
	if (!number)
		return;
	atomic_store(&vouched->pinned[1], now);
	atomic_store(&vouched->pinned[0], number);
}

uint64_t vouched_in_force(const struct vouched *vouched)
{
	return atomic_load(&vouched->pinned[0]);
}

/* ---- the script process ---- */

struct vouched_reader {
	const struct vouched *vouched;
	uint64_t newest; /* when the copies were made */
	struct copy {
		uint64_t number;
		uint8_t *bytes;
		VEC(struct command) commands; /* in bytes, sorted */
	} copies[N_TABLES];
};

struct vouched_reader *vouched_reader_new(const struct vouched *vouched)
{
	struct vouched_reader *reader = mem_calloc(1, sizeof(*reader));

	reader->vouched = vouched;
	return reader;
}

static void forget(struct copy *copy)
{
	vec_free(&copy->commands);
	free(copy->bytes);
	*copy = (struct copy){0};
}

void vouched_reader_free(struct vouched_reader *reader)
{
	for (size_t i = 0; i < N_TABLES; i++)
		forget(&reader->copies[i]);
	free(reader);
}

static void commands_split(struct copy *copy, uint32_t len)
{
	for (uint32_t at = 0, n; at + sizeof(n) <= len; at += n) {
		memcpy(&n, copy->bytes + at, sizeof(n));
		at += (uint32_t)sizeof(n);
		if (n > len - at)
			return;
		*vec_push(&copy->commands) = (struct command){copy->bytes + at, n};
	}
}

/* A loader that writes the table meanwhile leaves it without a number until it is whole. */
static void copy_table(const struct table *table, struct copy *copy)
{
	uint64_t number = atomic_load(&table->number);
	uint32_t len = table->len;

	if (number == copy->number)
		return;
	forget(copy);
	if (!number || len > VOUCHED_BYTES_MAX)
		return;
	copy->bytes = mem_calloc((size_t)len + 1, 1);
	memcpy(copy->bytes, table->bytes, len);
	if (atomic_load(&table->number) != number) {
		forget(copy);
		return;
	}
	copy->number = number;
	commands_split(copy, len);
}

static void renew(struct vouched_reader *reader)
{
	uint64_t newest = atomic_load(&reader->vouched->newest);

	if (newest == reader->newest)
		return;
	reader->newest = newest;
	for (size_t i = 0; i < N_TABLES; i++)
		copy_table(&reader->vouched->tables[i], &reader->copies[i]);
}

static bool is_listed(struct vouched_reader *reader, const struct vouched_command *wanted)
{
	struct command command = encode(wanted);
	bool is_there = false;

	for (size_t i = 0; i < N_TABLES && !is_there; i++) {
		const struct copy *copy = &reader->copies[i];

		is_there = copy->commands.n && bsearch(&command, copy->commands.items,
						       copy->commands.n, sizeof(command), by_bytes);
	}
	free(command.bytes);
	return is_there;
}

static bool is_state(const char *word)
{
	return !strcmp(word, "MASTER") || !strcmp(word, "BACKUP") || !strcmp(word, "FAULT") ||
	       !strcmp(word, "STOP") || !strcmp(word, "DELETED");
}

static bool is_priority(const char *word)
{
	size_t len = strspn(word, "0123456789");

	return len > 0 && len <= 3 && !word[len];
}

/* Whether a configuration with or without enable_script_security has the command of the run. */
static bool knows_command(struct vouched_reader *reader, const struct script_run *run, bool is_secure)
{
	const char *const *argv = run->argv;
	size_t n = run->n_args;
	struct vouched_command command = {.kind = run->is_lasting ? VOUCHED_READER
						  : run->is_check ? VOUCHED_CHECK
								  : VOUCHED_NOTIFY,
					  .is_secure = is_secure,
					  .user = &run->user,
					  .argv = argv,
					  .n_args = n};

	if (is_listed(reader, &command))
		return true;
	if (run->is_check || run->is_lasting || n <= STATE_WORDS || !is_state(argv[n - 2]) || !is_priority(argv[n - 1]))
		return false;
	if (!strcmp(argv[n - 4], "INSTANCE"))
		command.kind = VOUCHED_STATE;
	else if (!strcmp(argv[n - 4], "GROUP"))
		command.kind = VOUCHED_GROUP;
	else
		return false;
	command.n_args = n - STATE_WORDS;
	command.instance = argv[n - 3];
	return is_listed(reader, &command);
}

bool vouched_reader_knows(struct vouched_reader *reader, struct script_run *run)
{
	if (!reader->vouched)
		return true;
	renew(reader);
	if (knows_command(reader, run, false))
		return true;
	run->is_secure = true;
	return knows_command(reader, run, true);
}

bool vouched_reader_knows_file(struct vouched_reader *reader, const char *path)
{
	const struct vouched_command command = file_command(&path);

	renew(reader);
	return is_listed(reader, &command);
}

bool vouched_reader_knows_fifo(struct vouched_reader *reader, const struct script_fifo *fifo)
{
	const struct script_user user = {.uid = fifo->uid, .gid = fifo->gid};
	const struct vouched_command command = {
	    .kind = VOUCHED_FIFO, .user = &user, .argv = &fifo->path, .n_args = 1};

	if (!reader->vouched)
		return true;
	renew(reader);
	return is_listed(reader, &command);
}

/* The words of a command of one of lvsd's own processes. */
static size_t words_split(const struct command *command, const char *words[static SCRIPT_ARGS_MAX])
{
	static const struct vouched_command none = {.user = &root};
	struct command head = encode(&none);
	size_t n = 0;

	for (size_t at = head.len; at < command->len && n < SCRIPT_ARGS_MAX; n++) {
		words[n] = (const char *)command->bytes + at;
		at += strlen(words[n]) + 1;
	}
	free(head.bytes);
	return n;
}

void vouched_reader_each(struct vouched_reader *reader, uint64_t number, enum vouched_kind kind,
			 void (*fn)(const char *const *words, size_t n, void *arg), void *arg)
{
	const char *words[SCRIPT_ARGS_MAX];

	renew(reader);
	for (size_t i = 0; i < N_TABLES; i++) {
		const struct copy *copy = &reader->copies[i];

		for (size_t k = 0; copy->number == number && k < copy->commands.n; k++)
			if (copy->commands.items[k].bytes[0] == (uint8_t)kind)
				fn(words, words_split(&copy->commands.items[k], words), arg);
	}
}
