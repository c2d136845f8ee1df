/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libFuzzer: the input is the file in memory that a client hands over for a plan. The director asks
 * for what may stand there; what it gets is bounded, and an error has a sentence.
 */
#include "daemon/loader/transcript.h"

#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask(struct transcript *transcript, size_t size)
{
	for (int kind = 0; kind < CONF_QUERY_KINDS; kind++) {
		struct conf_answer answer;

		transcript_answer(transcript, (enum conf_query_kind)kind, "a", &answer);
		assert(answer.len <= size && (!answer.text || !answer.text[answer.len]));
		assert(answer.code >= 0 || answer.note || kind == CONF_QUERY_MODE ||
		       kind == CONF_QUERY_ENVIRONMENT);
		conf_answer_fini(&answer);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct transcript *transcript;
	struct err err = {0};
	uint64_t number;
	int fd = transcript_file_new();

	if (fd < 0 || write(fd, data, size) != (ssize_t)size || transcript_file_seal(fd) < 0)
		abort();
	transcript = transcript_of_file(fd, &err);
	close(fd);
	if (!transcript)
		return 0;
	ask(transcript, size);
	if (transcript_finish(transcript, &number, &err) < 0)
		assert(err.text[0]);
	ask(transcript, size);
	transcript_free(transcript);
	return 0;
}
