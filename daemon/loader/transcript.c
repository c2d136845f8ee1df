/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/loader/transcript.h"
#include "base/mem.h"
#include "base/vec.h"

#include <errno.h>
#include <fcntl.h>
#include <search.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define END UINT32_MAX

#define GONE                                                                                       \
	"the process that reads the file for the director has ended before it was done, or could " \
	"not be started; the log says why"

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

int transcript_put(int fd, enum conf_query_kind kind, const char *key,
		   const struct conf_answer *value)
{
	struct head head = {.kind = kind, .code = value->code};

	return answer_put(fd, &head, key, value->note, value->text, value->len);
}

int transcript_end(int fd, uint64_t number, const char *refusal)
{
	struct head head = {.kind = END, .code = refusal ? -EPERM : 0, .number = number};

	return answer_put(fd, &head, NULL, refusal, NULL, 0);
}

/* ---- the director ---- */

struct answer {
	enum conf_query_kind kind;
	char *key;
	struct conf_answer value;
	size_t place; /* in the list of the answers */
};

struct transcript {
	bool is_over; /* no further answer comes */
	int fd;       /* -1: there is none */
	VEC(struct answer *) answers;
	/* An index: for each question its first answer (tsearch(3)). A stranger may have made the
	 * file, so finding an answer must not take time for each of them. */
	void *by_question;
	size_t next;    /* where the next question is likely to be answered */
	size_t n_bytes; /* how many bytes have come */
	size_t bytes_max;
	const char *bytes; /* of a transcript that is there as a whole; else NULL */
	char *owned;       /* bytes, if they are freed with the transcript */
	unsigned late_s;   /* see transcript_of_bytes() */
	bool is_whole; /* the end of the transcript has come */
	uint64_t number;
	char *refusal;
};

struct transcript *transcript_new(int fd)
{
	struct transcript *transcript = mem_calloc(1, sizeof(*transcript));

	transcript->fd = fd;
	transcript->bytes_max = TRANSCRIPT_BYTES_MAX;
	return transcript;
}

struct transcript *transcript_of_bytes(const char *bytes, size_t len, unsigned late_s)
{
	struct transcript *transcript = transcript_new(-1);

	transcript->bytes = bytes;
	transcript->bytes_max = len;
	transcript->late_s = late_s;
	return transcript;
}

/* Reads all bytes of a sealed file. After an error the rest is zeros, which are no valid answer.
 * The offset of the descriptor is not used, since the client who has handed it over could move
 * it. */
static char *sealed_bytes_read(int fd, size_t len)
{
	char *bytes = mem_calloc(len + 1, 1);
	size_t at = 0;
	ssize_t n;

	while (at < len && (n = pread(fd, bytes + at, len - at, (off_t)at)) > 0)
		at += (size_t)n;
	return bytes;
}

struct transcript *transcript_of_file(int fd, struct err *err)
{
	int seals = fcntl(fd, F_GET_SEALS);
	struct transcript *transcript;
	struct stat status;
	size_t len;
	char *bytes;

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
	len = (size_t)status.st_size;
	bytes = sealed_bytes_read(fd, len);
	transcript = transcript_of_bytes(bytes, len, 0);
	transcript->owned = bytes;
	return transcript;
}

/* Why there is no further answer; to be freed. */
static char *end_text(const struct transcript *transcript)
{
	if (transcript->owned)
		return mem_strdup(OTHER_VERSION);
	if (!transcript->late_s)
		return mem_strdup(GONE);
	return mem_printf("the process that reads the file for the director has not answered within "
			  "%u s: it was stopped, or a file system or the name service does not "
			  "answer; try again",
			  transcript->late_s);
}

static void transcript_close(struct transcript *transcript)
{
	if (transcript->fd >= 0)
		close(transcript->fd);
	transcript->fd = -1;
	transcript->is_over = true;
}

static void answer_free(struct answer *answer)
{
	free(answer->key);
	conf_answer_fini(&answer->value);
	free(answer);
}

/* The index does not own the answers: the list frees them. */
static void index_entry_leave(void *answer)
{
	(void)answer;
}

void transcript_free(struct transcript *transcript)
{
	if (!transcript)
		return;
	transcript_close(transcript);
	tdestroy(transcript->by_question, index_entry_leave);
	for (size_t i = 0; i < transcript->answers.n; i++)
		answer_free(transcript->answers.items[i]);
	vec_free(&transcript->answers);
	free(transcript->owned);
	free(transcript->refusal);
	free(transcript);
}

static bool whole_take(struct transcript *transcript, void *bytes, size_t len)
{
	memcpy(bytes, transcript->bytes + transcript->n_bytes, len);
	transcript->n_bytes += len;
	return true;
}

static bool stream_take(struct transcript *transcript, void *bytes, size_t len)
{
	char *at = bytes;

	transcript->n_bytes += len;
	while (len > 0) {
		ssize_t n = recv(transcript->fd, at, len, 0);

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
	return transcript->bytes ? whole_take(transcript, bytes, len)
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

/* Whether the parts of an answer belong together. Code that reads the note of an error relies on there
 * being one, and no file has an empty path. */
static bool makes_sense(const struct head *head, const struct answer *answer)
{
	bool is_file = head->kind == CONF_QUERY_FILE || head->kind == CONF_QUERY_INCLUDED;

	if (head->kind == END)
		return true;
	if (head->kind >= CONF_QUERY_KINDS || !answer->key)
		return false;
	if (head->code >= 0)
		return !is_file || (*answer->key && answer->value.text);
	return answer->value.note || head->kind == CONF_QUERY_MODE ||
	       head->kind == CONF_QUERY_ENVIRONMENT;
}

static bool answer_take(struct transcript *transcript, struct head *ret_head, struct answer *answer)
{
	if (!bytes_take(transcript, ret_head, sizeof(*ret_head)) ||
	    !text_take(transcript, ret_head->key_len, &answer->key) ||
	    !text_take(transcript, ret_head->note_len, &answer->value.note) ||
	    !text_take(transcript, ret_head->text_len, &answer->value.text))
		return false;
	answer->kind = (enum conf_query_kind)ret_head->kind;
	answer->value.code = ret_head->code;
	answer->value.len = answer->value.text ? ret_head->text_len : 0;
	return makes_sense(ret_head, answer);
}

static int question_cmp(const void *left, const void *right)
{
	const struct answer *a = left, *b = right;

	return a->kind != b->kind ? (a->kind < b->kind ? -1 : 1) : strcmp(a->key, b->key);
}

/* Appends an answer to the list. The index gets it only if it is the first answer to its
 * question. */
static void answer_add(struct transcript *transcript, struct answer *answer)
{
	answer->place = transcript->answers.n;
	*vec_push(&transcript->answers) = answer;
	if (!tsearch(answer, &transcript->by_question, question_cmp))
		mem_exhausted(sizeof(*answer));
}

/* Receives the next answer; false: no further answer comes. */
static bool answer_receive(struct transcript *transcript)
{
	struct answer *answer;
	struct head head;

	if (transcript->is_over)
		return false;
	answer = mem_calloc(1, sizeof(*answer));
	if (!answer_take(transcript, &head, answer)) {
		answer_free(answer);
		transcript_close(transcript);
		return false;
	}
	if (head.kind != END) {
		answer_add(transcript, answer);
		return true;
	}
	transcript->is_whole = true;
	transcript->number = head.number;
	transcript->refusal = answer->value.note;
	answer->value.note = NULL;
	answer_free(answer);
	transcript_close(transcript);
	return false;
}

/* The answer to the question of wanted that has come already, or NULL. Most questions come in the
 * order of the answers. */
static const struct answer *answer_known(const struct transcript *transcript,
					 const struct answer *wanted)
{
	const struct answer *const *found;

	if (transcript->next < transcript->answers.n &&
	    !question_cmp(wanted, transcript->answers.items[transcript->next]))
		return transcript->answers.items[transcript->next];
	found = tfind(wanted, &transcript->by_question, question_cmp);
	return found ? *found : NULL;
}

static const struct answer *answer_find(struct transcript *transcript, enum conf_query_kind kind,
					const char *key)
{
	const struct answer wanted = {.kind = kind, .key = (char *)key};
	const struct answer *found = answer_known(transcript, &wanted);

	while (!found && answer_receive(transcript)) {
		const struct answer *last = transcript->answers.items[transcript->answers.n - 1];

		found = question_cmp(&wanted, last) ? NULL : last;
	}
	if (found && found->place >= transcript->next)
		transcript->next = found->place + 1;
	return found;
}

static char *copy_of(const char *text, size_t len)
{
	char *copy = text ? mem_calloc(len + 1, 1) : NULL;

	if (text)
		memcpy(copy, text, len);
	return copy;
}

void transcript_answer(void *transcript, enum conf_query_kind kind, const char *key,
		       struct conf_answer *ret_answer)
{
	const struct answer *answer = answer_find(transcript, kind, key);

	*ret_answer = (struct conf_answer){0};
	if (!answer) {
		ret_answer->code = -EIO;
		ret_answer->note = end_text(transcript);
		return;
	}
	ret_answer->code = answer->value.code;
	ret_answer->note = answer->value.note ? mem_strdup(answer->value.note) : NULL;
	ret_answer->text = copy_of(answer->value.text, answer->value.len);
	ret_answer->len = answer->value.len;
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
	size_t n = transcript->answers.n;

	tdestroy(transcript->by_question, index_entry_leave);
	transcript->by_question = NULL;
	transcript->answers.n = transcript->next = 0;
	for (size_t i = 0; i < n; i++) {
		struct answer *answer = transcript->answers.items[i];

		if (answer->kind == CONF_QUERY_TLS_TEXT || answer->kind == CONF_QUERY_USER)
			answer_add(transcript, answer);
		else
			answer_free(answer);
	}
}
