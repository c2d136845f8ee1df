/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/script/wire.h"
#include "base/pack.h"
#include "base/err.h"
#include "base/mem.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define FLAG_SUPERSEDABLE 1u
#define FLAG_CHECK        2u
#define FLAG_SECURE       4u
#define FLAG_LASTING      8u
#define FLAG_FIRST_LINE   16u
#define FLAGS                                                                                      \
	(FLAG_SUPERSEDABLE | FLAG_CHECK | FLAG_SECURE | FLAG_LASTING | FLAG_FIRST_LINE)

/* Larger than any errno value of Linux. */
#define ERRNO_END 4096

static size_t args_bytes(const struct script_run *run)
{
	size_t bytes = 0;

	for (size_t i = 0; i < run->n_args && bytes <= SCRIPT_ARG_BYTES_MAX; i++)
		bytes += strlen(run->argv[i]) + 1;
	return bytes;
}

/*
 * To setresuid(2) (uid_t)-1 means "do not change", so the script would run as this process's user.
 */
static bool is_user_sound(const struct script_user *user)
{
	if (user->uid == (uid_t)-1 || user->gid == (gid_t)-1 || user->n_groups > SCRIPT_GROUPS_MAX)
		return false;
	for (size_t i = 0; i < user->n_groups; i++)
		if (user->groups[i] == (gid_t)-1)
			return false;
	return true;
}

static bool is_head_sound(const struct script_run *run)
{
	return run->id && is_user_sound(&run->user) && run->timeout_us > 0 &&
	       run->timeout_us <= SCRIPT_TIMEOUT_MAX_US && run->n_args > 0 &&
	       run->n_args <= SCRIPT_ARGS_MAX;
}

size_t script_run_encode(const struct script_run *run, void *buffer, size_t size)
{
	struct pack_writer writer = {.at = buffer, .left = size};

	if (!is_head_sound(run) || !run->argv[0][0] || args_bytes(run) > SCRIPT_ARG_BYTES_MAX)
		return 0;
	pack_put_u64(&writer, run->id);
	pack_put_u64(&writer, run->object);
	pack_put_u64(&writer, run->event);
	pack_put_u8(&writer, (run->is_supersedable ? FLAG_SUPERSEDABLE : 0) |
				 (run->is_check ? FLAG_CHECK : 0) |
				 (run->is_secure ? FLAG_SECURE : 0) |
				 (run->is_lasting ? FLAG_LASTING : 0) |
				 (run->is_first_line ? FLAG_FIRST_LINE : 0));
	pack_put_u32(&writer, run->user.uid);
	pack_put_u32(&writer, run->user.gid);
	pack_put_u8(&writer, (unsigned)run->user.n_groups);
	for (size_t i = 0; i < run->user.n_groups; i++)
		pack_put_u32(&writer, run->user.groups[i]);
	pack_put_u64(&writer, (uint64_t)run->timeout_us);
	pack_put_u16(&writer, strlen(run->cause));
	pack_put(&writer, run->cause, strlen(run->cause));
	pack_put_u16(&writer, run->n_args);
	for (size_t i = 0; i < run->n_args; i++)
		pack_put(&writer, run->argv[i], strlen(run->argv[i]) + 1);
	return writer.is_full ? 0 : size - writer.left;
}

static void take_cause(struct pack_reader *reader, char cause[static SCRIPT_CAUSE_MAX])
{
	size_t len = pack_take_u16(reader);

	pack_require(reader, len < SCRIPT_CAUSE_MAX);
	if (!reader->is_bad)
		pack_take_into(reader, cause, len);
	for (size_t i = 0; !reader->is_bad && i < len; i++)
		pack_require(reader, cause[i] == script_line_printable((uint8_t)cause[i]));
}

static void take_user(struct pack_reader *reader, struct script_user *user)
{
	user->uid = pack_take_u32(reader);
	user->gid = pack_take_u32(reader);
	user->n_groups = pack_take_u8(reader);
	pack_require(reader, user->n_groups <= SCRIPT_GROUPS_MAX);
	for (size_t i = 0; !reader->is_bad && i < user->n_groups; i++)
		user->groups[i] = pack_take_u32(reader);
}

/* Whether the rest of the frame is n strings, each with its NUL, and nothing else. */
static bool is_args_sound(const struct pack_reader *reader, size_t n)
{
	const uint8_t *at = reader->at, *end = at + reader->left;

	if (reader->is_bad || reader->left > SCRIPT_ARG_BYTES_MAX || reader->left < n || !*at)
		return false;
	while (n-- > 0) {
		at = at < end ? memchr(at, '\0', (size_t)(end - at)) : NULL;
		if (!at)
			return false;
		at++;
	}
	return at == end;
}

/* Makes one block with the run, its argv and the texts. */
static struct script_run *make_run(const struct script_run *head, const struct pack_reader *args)
{
	size_t pointers = (head->n_args + 1) * sizeof(char *);
	struct script_run *run = mem_calloc(1, sizeof(*run) + pointers + args->left);
	const char **argv = (const char **)(run + 1);
	char *text = (char *)argv + pointers;

	*run = *head;
	run->argv = argv;
	memcpy(text, args->at, args->left);
	for (size_t i = 0; i < run->n_args; i++) {
		argv[i] = text;
		text += strlen(text) + 1;
	}
	return run;
}

int script_run_not_sent(int code, struct err *err)
{
	if (code == -E2BIG)
		return err_set(err, code,
			       "its command line is too long: at most %d words and %d bytes",
			       SCRIPT_ARGS_MAX, SCRIPT_ARG_BYTES_MAX);
	if (code == -EPIPE || code == -ECONNRESET)
		return err_set(err, code, "the script process has ended");
	return err_set(err, code, "the script process cannot be reached: %s", err_errno(code));
}

int script_run_decode(const void *body, size_t len, struct script_run **ret_run)
{
	struct pack_reader reader = {.at = body, .left = len};
	struct script_run head = {0};
	uint8_t flags;

	head.id = pack_take_u64(&reader);
	head.object = pack_take_u64(&reader);
	head.event = pack_take_u64(&reader);
	flags = pack_take_u8(&reader);
	head.is_supersedable = flags & FLAG_SUPERSEDABLE;
	head.is_check = flags & FLAG_CHECK;
	head.is_secure = flags & FLAG_SECURE;
	head.is_lasting = flags & FLAG_LASTING;
	head.is_first_line = flags & FLAG_FIRST_LINE;
	take_user(&reader, &head.user);
	head.timeout_us = (int64_t)pack_take_u64(&reader);
	take_cause(&reader, head.cause);
	head.n_args = pack_take_u16(&reader);
	if (flags & ~FLAGS || !is_head_sound(&head) ||
	    !is_args_sound(&reader, head.n_args))
		return -EBADMSG;
	*ret_run = make_run(&head, &reader);
	return 0;
}

size_t script_done_encode(const struct script_done *done, void *buffer, size_t size)
{
	struct pack_writer writer = {.at = buffer, .left = size};

	pack_put_u64(&writer, done->id);
	pack_put_u8(&writer, done->how);
	pack_put_u32(&writer, (uint32_t)done->value);
	pack_put_u64(&writer, (uint64_t)done->duration_us);
	pack_put(&writer, done->line, strnlen(done->line, sizeof(done->line) - 1));
	return writer.is_full ? 0 : size - writer.left;
}

static bool is_value_sound(enum script_how how, int value)
{
	switch (how) {
	case SCRIPT_HOW_EXITED:
		return 0 <= value && value <= 255;
	case SCRIPT_HOW_SIGNALED:
		return 0 < value && value < _NSIG;
	case SCRIPT_HOW_NOT_STARTED:
	case SCRIPT_HOW_REFUSED:
		return 0 < value && value < ERRNO_END;
	case SCRIPT_HOW_TIMED_OUT:
	case SCRIPT_HOW_SUPERSEDED:
	case SCRIPT_HOW_OBSOLETE:
		return value == 0;
	}
	return false;
}

int script_done_decode(const void *body, size_t len, struct script_done *ret_done)
{
	struct pack_reader reader = {.at = body, .left = len};
	struct script_done done = {0};

	done.id = pack_take_u64(&reader);
	done.how = pack_take_u8(&reader);
	done.value = (int)pack_take_u32(&reader);
	done.duration_us = (int64_t)pack_take_u64(&reader);
	if (reader.is_bad || !done.id || reader.left >= sizeof(done.line) ||
	    !is_value_sound(done.how, done.value) || done.duration_us < 0)
		return -EBADMSG;
	for (size_t i = 0; i < reader.left; i++)
		done.line[i] = script_line_printable(reader.at[i]);
	*ret_done = done;
	return 0;
}

size_t script_fifo_encode(const struct script_fifo *fifo, void *buffer, size_t size)
{
	struct pack_writer writer = {.at = buffer, .left = size};

	if (fifo->slot >= SCRIPT_FIFOS || strlen(fifo->path) >= PATH_MAX)
		return 0;
	pack_put_u8(&writer, fifo->slot);
	pack_put_u32(&writer, fifo->uid);
	pack_put_u32(&writer, fifo->gid);
	pack_put(&writer, fifo->path, strlen(fifo->path));
	return writer.is_full ? 0 : size - writer.left;
}

int script_fifo_decode(const void *body, size_t len, char path[static PATH_MAX],
		       struct script_fifo *ret_fifo)
{
	struct pack_reader reader = {.at = body, .left = len};
	struct script_fifo fifo = {.path = path};

	fifo.slot = pack_take_u8(&reader);
	fifo.uid = pack_take_u32(&reader);
	fifo.gid = pack_take_u32(&reader);
	if (reader.is_bad || fifo.slot >= SCRIPT_FIFOS || fifo.uid == (uid_t)-1 ||
	    fifo.gid == (gid_t)-1 || reader.left >= PATH_MAX || (reader.left && *reader.at != '/') ||
	    memchr(reader.at, '\0', reader.left))
		return -EBADMSG;
	memcpy(path, reader.at, reader.left);
	path[reader.left] = '\0';
	*ret_fifo = fifo;
	return 0;
}

size_t script_fifo_answer_encode(const struct script_fifo_answer *answer, void *buffer, size_t size)
{
	struct pack_writer writer = {.at = buffer, .left = size};

	pack_put_u8(&writer, answer->slot);
	pack_put_u32(&writer, (uint32_t)-answer->code);
	if (answer->code)
		pack_put(&writer, answer->err.text, strlen(answer->err.text));
	return writer.is_full ? 0 : size - writer.left;
}

int script_fifo_answer_decode(const void *body, size_t len, struct script_fifo_answer *ret_answer)
{
	struct pack_reader reader = {.at = body, .left = len};
	struct script_fifo_answer answer = {0};
	uint32_t code;

	answer.slot = pack_take_u8(&reader);
	code = pack_take_u32(&reader);
	if (reader.is_bad || answer.slot >= SCRIPT_FIFOS || code >= ERRNO_END ||
	    (!code && reader.left) || reader.left >= sizeof(answer.err.text))
		return -EBADMSG;
	answer.code = -(int)code;
	for (size_t i = 0; i < reader.left; i++)
		answer.err.text[i] = script_line_printable(reader.at[i]);
	*ret_answer = answer;
	return 0;
}

static int describe_end(const struct script_done *done, char *text, size_t size)
{
	const char *name;

	switch (done->how) {
	case SCRIPT_HOW_EXITED:
		return snprintf(text, size, "exit status %d", done->value);
	case SCRIPT_HOW_SIGNALED:
		name = sigabbrev_np(done->value);
		return snprintf(text, size, "killed by signal %d%s%s%s", done->value,
				name ? " (SIG" : "", name ? name : "", name ? ")" : "");
	case SCRIPT_HOW_TIMED_OUT:
		return snprintf(text, size, "not finished after %lld.%03lld s, so it was ended",
				(long long)(done->duration_us / 1000000),
				(long long)(done->duration_us / 1000 % 1000));
	case SCRIPT_HOW_NOT_STARTED:
		return snprintf(text, size, "not started (%s)", err_errno(done->value));
	case SCRIPT_HOW_SUPERSEDED:
		return snprintf(text, size, "not run: a newer state of the same object replaced it");
	case SCRIPT_HOW_REFUSED:
		return snprintf(text, size, "not run");
	case SCRIPT_HOW_OBSOLETE:
		return snprintf(text, size,
				"ended after %lld.%03lld s, since the script of a newer state waited "
				"for it",
				(long long)(done->duration_us / 1000000),
				(long long)(done->duration_us / 1000 % 1000));
	}
	return 0;
}

const char *script_done_describe(const struct script_done *done,
				 char text[static SCRIPT_DONE_TEXT_MAX])
{
	int len = describe_end(done, text, SCRIPT_DONE_TEXT_MAX);

	if (done->line[0])
		snprintf(text + len, SCRIPT_DONE_TEXT_MAX - (size_t)len, ": %s", done->line);
	return text;
}
