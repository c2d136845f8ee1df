/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/loader/transcript.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/mono.h"
#include "base/vec.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define END UINT32_MAX

#define GONE                                                                                       \
	"the process that reads the file for the director has ended before it was done; the log "  \
	"says why"

/* The head of an answer. Three texts follow, each with a NUL that its length does not count. */
struct head {
	uint32_t kind;
	int32_t code;
	uint32_t key_len, note_len, text_len; /* UINT32_MAX: there is none */
	uint32_t unused;
	uint64_t number; /* of the end */
};

#define OTHER_VERSION                                                                              \
	"lvsctl has not read what lvsd asks for: lvsctl and the lvsd that runs are of different "   \
	"versions; restart lvsd, or use `lvsd --plan`"

#define SEALS (F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK)

/* ---- the loader, lvsctl ---- */

int transcript_file_new(void)
{
	int fd = memfd_create("lvsd-transcript", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	return fd < 0 ? -errno : fd;
}

int transcript_file_seal(int fd)
{
	return fcntl(fd, F_ADD_SEALS, SEALS) < 0 ? -errno : 0;
}

static ssize_t some_put(int fd, const void *bytes, size_t len)
{
	ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);

	return n < 0 && errno == ENOTSOCK ? write(fd, bytes, len) : n;
}

static int bytes_put(int fd, const void *bytes, size_t len)
{
	const char *at = bytes;

	while (len > 0) {
		ssize_t n = some_put(fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

static uint32_t length_of(const char *text, size_t len)
{
	return text ? (uint32_t)len : UINT32_MAX;
}

static int text_put(int fd, const char *text, uint32_t len)
{
	return text ? bytes_put(fd, text, len) : 0;
}

static int answer_put(int fd, struct head *head, const char *key, const char *note, const char *text,
		   size_t len)
{
	int code;

	head->key_len = length_of(key, key ? strlen(key) : 0);
	head->note_len = length_of(note, note ? strlen(note) : 0);
	head->text_len = length_of(text, len);
	code = bytes_put(fd, head, sizeof(*head));
	if (code == 0)
		code = text_put(fd, key, head->key_len);
	if (code == 0)
		code = text_put(fd, note, head->note_len);
	return code == 0 ? text_put(fd, text, head->text_len) : code;
}

int transcript_put(int fd, enum conf_look_kind kind, const char *key,
		   const struct conf_looked *looked)
{
	struct head head = {.kind = kind, .code = looked->code};

	return answer_put(fd, &head, key, looked->note, looked->text, looked->len);
}

int transcript_end(int fd, uint64_t number, const char *refusal)
{
	struct head head = {.kind = END, .code = refusal ? -EPERM : 0, .number = number};

	return answer_put(fd, &head, NULL, refusal, NULL, 0);
}

/* ---- the director ---- */

struct answer {
	enum conf_look_kind kind;
	char *key;
	struct conf_looked looked;
};

struct transcript {
	int fd; /* -1: no further bytes come */
	VEC(struct answer) answers;
	size_t next;    /* where the next question is likely to be answered */
	size_t n_bytes; /* how many bytes have come */
	size_t bytes_max;
	bool is_file;   /* it was whole when it came: nothing is waited for */
	struct mono deadline; /* MONO_NEVER: there is none */
	unsigned wait_ms;     /* the time from setting the deadline to the deadline */
	bool is_late;
	bool is_whole; /* the end of the transcript has come */
	uint64_t number;
	char *refusal;
};

struct transcript *transcript_new(int fd)
{
	struct transcript *transcript = mem_calloc(1, sizeof(*transcript));

	transcript->fd = fd;
	transcript->deadline = MONO_NEVER;
	transcript->bytes_max = TRANSCRIPT_BYTES_MAX;
	return transcript;
}

struct transcript *transcript_of_file(int fd, struct err *err)
{
	int seals = fcntl(fd, F_GET_SEALS), own;
	struct transcript *transcript;
	struct stat status;

	if (seals < 0 || (seals & SEALS) != SEALS || fstat(fd, &status) < 0) {
		err_set(err, -EINVAL, "what was handed over with the command is no sealed file in "
				      "memory, as lvsctl makes it");
		return NULL;
	}
	if (status.st_size > TRANSCRIPT_FILE_MAX) {
		err_set(err, -EFBIG,
			"the file and what it includes have more than %u MiB, and a plan of them "
			"would keep the director from its work; use `lvsd --plan`",
			TRANSCRIPT_FILE_MAX / 1024 / 1024);
		return NULL;
	}
	own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (own < 0) {
		err_set(err, -errno, "what was handed over cannot be read: %s", err_errno(errno));
		return NULL;
	}
	transcript = transcript_new(own);
	transcript->is_file = true;
	transcript->bytes_max = (size_t)status.st_size;
	return transcript;
}

void transcript_wait_at_most(struct transcript *transcript, unsigned ms)
{
	transcript->deadline = mono_add_ms(clock_mono(), ms);
	transcript->wait_ms = ms;
}

bool transcript_is_late(const struct transcript *transcript)
{
	return transcript->is_late;
}

/* Why there is no further answer; to be freed. */
static char *end_text(const struct transcript *transcript)
{
	if (transcript->is_file)
		return mem_strdup(OTHER_VERSION);
	if (!transcript->is_late)
		return mem_strdup(GONE);
	return mem_printf("the process that reads the file for the director has not answered within "
			  "%u s: it was stopped, or a file system does not answer; try again",
			  transcript->wait_ms / 1000);
}

static void transcript_close(struct transcript *transcript)
{
	if (transcript->fd >= 0)
		close(transcript->fd);
	transcript->fd = -1;
}

static void answer_fini(struct answer *answer)
{
	free(answer->key);
	conf_looked_fini(&answer->looked);
}

void transcript_free(struct transcript *transcript)
{
	if (!transcript)
		return;
	transcript_close(transcript);
	for (size_t i = 0; i < transcript->answers.n; i++)
		answer_fini(&transcript->answers.items[i]);
	vec_free(&transcript->answers);
	free(transcript->refusal);
	free(transcript);
}

/* Waits for bytes, or for the end. After the deadline it takes the bytes that have come already,
 * and no longer waits. */
static bool bytes_await(struct transcript *transcript)
{
	struct pollfd item = {.fd = transcript->fd, .events = POLLIN};

	for (;;) {
		int64_t ns = mono_sub(transcript->deadline, clock_mono());
		int ms = mono_is_never(transcript->deadline) ? -1
			 : ns > 0 ? (int)(ns / NS_PER_MS) + 1
				  : 0;
		int n = poll(&item, 1, ms);

		if (n < 0 && errno == EINTR)
			continue;
		transcript->is_late |= n == 0;
		return n > 0;
	}
}

/* The place in the file is the transcript's own: who handed it over could move that of the
 * descriptor. */
static bool file_take(struct transcript *transcript, void *bytes, size_t len)
{
	off_t at = (off_t)transcript->n_bytes;

	transcript->n_bytes += len;
	return pread(transcript->fd, bytes, len, at) == (ssize_t)len;
}

static bool stream_take(struct transcript *transcript, void *bytes, size_t len)
{
	char *at = bytes;

	transcript->n_bytes += len;
	while (len > 0) {
		ssize_t n;

		if (!bytes_await(transcript))
			return false;
		n = recv(transcript->fd, at, len, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += n;
		len -= (size_t)n;
	}
	return true;
}

static bool bytes_take(struct transcript *transcript, void *bytes, size_t len)
{
	if (len > transcript->bytes_max - transcript->n_bytes)
		return false;
	return transcript->is_file ? file_take(transcript, bytes, len)
				   : stream_take(transcript, bytes, len);
}

static bool text_take(struct transcript *transcript, uint32_t len, char **ret_text)
{
	*ret_text = NULL;
	if (len == UINT32_MAX)
		return true;
	if (len > transcript->bytes_max - transcript->n_bytes)
		return false;
	*ret_text = mem_calloc((size_t)len + 1, 1);
	return bytes_take(transcript, *ret_text, len);
}

static bool answer_take(struct transcript *transcript, struct head *ret_head, struct answer *answer)
{
	*answer = (struct answer){0};
	if (!bytes_take(transcript, ret_head, sizeof(*ret_head)) ||
	    !text_take(transcript, ret_head->key_len, &answer->key) ||
	    !text_take(transcript, ret_head->note_len, &answer->looked.note) ||
	    !text_take(transcript, ret_head->text_len, &answer->looked.text))
		return false;
	answer->kind = (enum conf_look_kind)ret_head->kind;
	answer->looked.code = ret_head->code;
	answer->looked.len = answer->looked.text ? ret_head->text_len : 0;
	if (ret_head->kind == END)
		return true;
	/* Code that reads the note of an error relies on there being one. */
	return ret_head->kind < CONF_LOOK_KINDS && answer->key &&
	       (answer->looked.code >= 0 || answer->looked.note ||
		ret_head->kind == CONF_LOOK_MODE || ret_head->kind == CONF_LOOK_ENVIRONMENT);
}

/* Receives the next answer; false: no further answer comes. */
static bool answer_receive(struct transcript *transcript)
{
	struct answer answer;
	struct head head;

	if (transcript->fd < 0)
		return false;
	if (!answer_take(transcript, &head, &answer)) {
		answer_fini(&answer);
		transcript_close(transcript);
		return false;
	}
	if (head.kind != END) {
		*vec_push(&transcript->answers) = answer;
		return true;
	}
	transcript->is_whole = true;
	transcript->number = head.number;
	transcript->refusal = answer.looked.note;
	answer.looked.note = NULL;
	answer_fini(&answer);
	transcript_close(transcript);
	return false;
}

static bool is_asked(const struct answer *answer, enum conf_look_kind kind, const char *key)
{
	return answer->kind == kind && !strcmp(answer->key, key);
}

static const struct answer *answer_find(struct transcript *transcript, enum conf_look_kind kind,
				 const char *key)
{
	for (;;) {
		for (size_t i = transcript->next; i < transcript->answers.n; i++)
			if (is_asked(&transcript->answers.items[i], kind, key)) {
				transcript->next = i + 1;
				return &transcript->answers.items[i];
			}
		for (size_t i = 0; i < transcript->next && i < transcript->answers.n; i++)
			if (is_asked(&transcript->answers.items[i], kind, key))
				return &transcript->answers.items[i];
		if (!answer_receive(transcript))
			return NULL;
	}
}

static char *copy_of(const char *text, size_t len)
{
	char *copy = text ? mem_calloc(len + 1, 1) : NULL;

	if (text)
		memcpy(copy, text, len);
	return copy;
}

void transcript_look(void *transcript, enum conf_look_kind kind, const char *key,
		     struct conf_looked *ret_looked)
{
	const struct answer *answer = answer_find(transcript, kind, key);

	*ret_looked = (struct conf_looked){0};
	if (!answer) {
		ret_looked->code = -EIO;
		ret_looked->note = end_text(transcript);
		return;
	}
	ret_looked->code = answer->looked.code;
	ret_looked->note = answer->looked.note ? mem_strdup(answer->looked.note) : NULL;
	ret_looked->text = copy_of(answer->looked.text, answer->looked.len);
	ret_looked->len = answer->looked.len;
}

int transcript_finish(struct transcript *transcript, uint64_t *ret_number, struct err *err)
{
	while (answer_receive(transcript))
		;
	if (!transcript->is_whole) {
		char *text = end_text(transcript);

		err_set(err, -EIO, "%s", text);
		free(text);
		return -EIO;
	}
	if (transcript->refusal)
		return err_set(err, -EPERM, "%s",
			       *transcript->refusal ? transcript->refusal : OTHER_VERSION);
	*ret_number = transcript->number;
	return 0;
}

void transcript_prune(struct transcript *transcript)
{
	size_t n = 0;

	for (size_t i = 0; i < transcript->answers.n; i++) {
		struct answer *answer = &transcript->answers.items[i];

		if (answer->kind == CONF_LOOK_TLS_TEXT)
			transcript->answers.items[n++] = *answer;
		else
			answer_fini(answer);
	}
	transcript->answers.n = n;
	transcript->next = 0;
}
