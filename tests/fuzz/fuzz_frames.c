/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libFuzzer target for what the mail process, the process of iptables and the director read from each
 * other, and for the files that instances track. The first byte chooses the decoder. What is accepted
 * must be the same when it is encoded again, and no word of a mail may begin a line of its own.
 */
#include "daemon/director/track/number.h"
#include "daemon/mail/message.h"
#include "daemon/rules/wire.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_BYTES 998

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool is_true)
{
	if (!is_true)
		abort();
}

static const char *const recipients[] = {"ops@example.net", "\"A B\" <a@b>"};
static const struct mail_settings sound_settings = {.server = "mail.example.net",
						    .port = 25,
						    .helo = "dir1",
						    .timeout_s = 30,
						    .user = "u",
						    .password = "p",
						    .from = "lvsd@dir1",
						    .recipients = (const char **)recipients,
						    .n_recipients = 2};
static const struct mail sound_mail = {
    .wall_us = 1793880000250000, .subject = "VI_1 is MASTER", .body = "line\n\tline\n"};

/* Each line ends in CRLF, is short enough, and has no control character but a tab; the body follows an
 * empty line. */
static void check_text(const char *text)
{
	const char *at = text, *end;

	must(strstr(text, "\r\n\r\n") != NULL);
	for (; *at; at = end + 2) {
		end = strstr(at, "\r\n");
		must(end && end - at < LINE_MAX_BYTES);
		for (const char *c = at; c < end; c++)
			must(((unsigned char)*c >= ' ' || *c == '\t') && (unsigned char)*c < 0x7f);
	}
}

static void check_message(const struct mail_settings *settings, const struct mail *mail)
{
	const struct message_origin origin = {.utc_offset_s = 3600, .host = "dir1", .pid = 7};
	char *text = message_text(settings, mail, &origin), *envelope;

	check_text(text);
	free(text);
	for (size_t i = 0; i < settings->n_recipients; i++) {
		envelope = message_envelope(settings->recipients[i]);
		must(envelope[0] == '<' && envelope[strlen(envelope) - 1] == '>');
		must(!strpbrk(envelope, "\r\n"));
		free(envelope);
	}
}

static void try_settings(const uint8_t *data, size_t size)
{
	static uint8_t again[MAIL_SETTINGS_MAX];
	struct arena *arena = arena_new();
	struct mail_settings settings;

	if (mail_settings_decode(data, size, arena, &settings) == 0) {
		must(settings.n_recipients > 0 && settings.timeout_s > 0);
		must(mail_settings_encode(&settings, again, sizeof(again)) == size);
		must(!memcmp(again, data, size));
		check_message(&settings, &sound_mail);
	}
	arena_free(arena);
}

static void try_mail(const uint8_t *data, size_t size)
{
	static uint8_t again[MAIL_MAIL_MAX];
	struct arena *arena = arena_new();
	struct mail mail;

	if (mail_decode(data, size, arena, &mail) == 0) {
		must(mail_encode(&mail, again, sizeof(again)) == size);
		must(!memcmp(again, data, size));
		check_message(&sound_settings, &mail);
	}
	arena_free(arena);
}

static void try_state(const uint8_t *data, size_t size)
{
	uint8_t again[MAIL_STATE_MAX + 64];
	struct mail_state state;

	if (mail_state_decode(data, size, &state) == 0)
		must(mail_state_encode(&state, again, sizeof(again)) <= size); /* likewise */
}

static void try_rules(const uint8_t *data, size_t size)
{
	uint8_t again[RULES_DONE_MAX + 64];
	struct rules_request request;
	struct rules_done done;

	if (rules_request_decode(data, size, &request) == 0)
		must(rules_request_encode(&request, again, sizeof(again)) == size);
	if (rules_done_decode(data, size, &done) == 0) {
		must(memchr(done.error, '\0', sizeof(done.error)) != NULL);
		must(rules_done_encode(&done, again, sizeof(again)) <= size); /* a text ends at a NUL */
	}
}

/* What was read is the number that strtol(3) reads in the same text, or the one before. */
static void try_number(const uint8_t *data, size_t size)
{
	char text[TRACK_NUMBER_MAX + 1] = "";
	int32_t number = 1;
	const char *why;

	size = size < TRACK_NUMBER_MAX ? size : TRACK_NUMBER_MAX;
	memcpy(text, data, size);
	why = track_number_read(text, size, &number);
	must(why || number == strtol(text, NULL, 0) || number == INT32_MAX);
	must(number == 1 || number == strtol(text, NULL, 0) || number == INT32_MAX);
}

/* A sound frame with some bytes changed: random bytes alone hardly ever are one. */
static void try_changed(void (*try)(const uint8_t *, size_t), const uint8_t *sound, size_t len,
			const uint8_t *data, size_t size)
{
	uint8_t body[512];

	must(len > 0 && len <= sizeof(body));
	memcpy(body, sound, len);
	for (size_t at = 0; at + 1 < size; at += 2)
		body[data[at] % len] ^= data[at + 1];
	try(body, len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t sound[512];

	if (!size)
		return 0;
	switch (data[0] % 7) {
	case 0:
		try_settings(data + 1, size - 1);
		break;
	case 1:
		try_mail(data + 1, size - 1);
		break;
	case 2:
		try_state(data + 1, size - 1);
		break;
	case 3:
		try_rules(data + 1, size - 1);
		break;
	case 4:
		try_number(data + 1, size - 1);
		break;
	case 5:
		try_changed(try_settings, sound,
			    mail_settings_encode(&sound_settings, sound, sizeof(sound)), data + 1,
			    size - 1);
		break;
	default:
		try_changed(try_mail, sound, mail_encode(&sound_mail, sound, sizeof(sound)), data + 1,
			    size - 1);
		break;
	}
	return 0;
}
