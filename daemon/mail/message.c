/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/mail/message.h"
#include "base/mem.h"
#include "conf/text/mailbox.h"
#include "conf/text/out.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CRLF "\r\n"

/* The longest lines: of a header that is not encoded, and of quoted-printable (RFC 2045). */
#define PLAIN_MAX  900
#define QUOTED_MAX 76
/* How many bytes one encoded word carries: in base64, with its frame, less than 75 characters. */
#define WORD_BYTES 42

static bool is_control(char c)
{
	return (unsigned char)c < ' ' || c == 0x7f;
}

static bool is_plain(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (is_control(text[i]) || (unsigned char)text[i] > 0x7f)
			return false;
	return true;
}

static void base64(struct out *out, const char *text, size_t len)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < len; i += 3) {
		char four[4] = {'=', '=', '=', '='};
		uint32_t bits = 0;

		for (size_t k = 0; k < 3; k++) {
			char c = i + k < len ? text[i + k] : 0;

			bits = bits << 8 | (uint8_t)(is_control(c) && i + k < len ? '?' : c);
		}
		for (size_t k = 0; k < 4 && i + k <= len; k++)
			four[k] = digits[bits >> (18 - 6 * k) & 63];
		out_bytes(out, four, sizeof(four));
	}
}

/* Writes a text as encoded words, which end only between characters of UTF-8. */
static void words_write(struct out *out, const char *text, size_t len)
{
	for (size_t n; len; text += n, len -= n) {
		n = len < WORD_BYTES ? len : WORD_BYTES;
		while (n < len && n > 1 && ((unsigned char)text[n] & 0xc0) == 0x80)
			n--;
		out_text(out, "=?UTF-8?B?");
		base64(out, text, n);
		out_text(out, "?=");
		if (n < len)
			out_text(out, CRLF " ");
	}
}

static void name_write(struct out *out, const char *name, size_t len)
{
	if (!is_plain(name, len)) {
		words_write(out, name, len);
		return;
	}
	out_text(out, "\"");
	for (size_t i = 0; i < len; i++) {
		if (name[i] == '"' || name[i] == '\\')
			out_text(out, "\\");
		out_bytes(out, &name[i], 1);
	}
	out_text(out, "\"");
}

static void mailbox_write(struct out *out, const char *text)
{
	struct mailbox mailbox;

	if (!mailbox_read(text, &mailbox))
		return;
	if (!mailbox.name_len) {
		out_bytes(out, mailbox.address, mailbox.address_len);
		return;
	}
	name_write(out, mailbox.name, mailbox.name_len);
	out_text(out, " <");
	out_bytes(out, mailbox.address, mailbox.address_len);
	out_text(out, ">");
}

char *message_envelope(const char *text)
{
	struct mailbox mailbox = {.address = ""};

	mailbox_read(text, &mailbox);
	return mem_printf("<%.*s>", (int)mailbox.address_len, mailbox.address);
}

static void header_printf(struct out *out, const char *name, char *value)
{
	out_text(out, name);
	out_text(out, ": ");
	out_text(out, value);
	out_text(out, CRLF);
	free(value);
}

/* "Sun, 29 Nov 2026 18:44:22 +0000" */
static char *date_text(int64_t wall_us, int32_t offset_s)
{
	static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
					 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	const time_t local = (time_t)(wall_us / 1000000 + offset_s);
	const unsigned minutes = (unsigned)abs(offset_s) / 60;
	struct tm tm = {0};

	gmtime_r(&local, &tm);
	return mem_printf("%s, %d %s %d %02d:%02d:%02d %c%02u%02u", days[tm.tm_wday], tm.tm_mday,
			  months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec,
			  offset_s < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

static void subject_write(struct out *out, const char *subject)
{
	size_t len = strlen(subject);

	out_text(out, "Subject: ");
	if (is_plain(subject, len) && len < PLAIN_MAX)
		out_bytes(out, subject, len);
	else
		words_write(out, subject, len);
	out_text(out, CRLF);
}

/* Whether the body can be sent as it is: ASCII in lines of bounded length. */
static bool is_plain_body(const char *body)
{
	size_t len;

	for (; *body; body += len + (body[len] == '\n')) {
		len = strcspn(body, "\n");
		if (!is_plain(body, len) || len > PLAIN_MAX)
			return false;
	}
	return true;
}

static void plain_write(struct out *out, const char *body)
{
	for (; *body; body++) {
		if (*body == '\n')
			out_text(out, CRLF);
		else
			out_bytes(out, body, 1);
	}
}

static void quoted_write(struct out *out, const char *body)
{
	char code[4];

	for (size_t column = 0; *body; body++) {
		bool is_safe = *body >= ' ' && *body <= '~' && *body != '=' &&
			       !(*body == ' ' && body[1] == '\n');

		if (*body == '\n') {
			out_text(out, CRLF);
			column = 0;
			continue;
		}
		if (column + 4 > QUOTED_MAX) {
			out_text(out, "=" CRLF);
			column = 0;
		}
		snprintf(code, sizeof(code), is_safe ? "%c" : "=%02X", (unsigned char)*body);
		out_text(out, code);
		column += strlen(code);
	}
}

static void recipients_write(struct out *out, const struct mail_settings *settings)
{
	out_text(out, "To: ");
	for (size_t i = 0; i < settings->n_recipients; i++) {
		out_text(out, i ? "," CRLF " " : "");
		mailbox_write(out, settings->recipients[i]);
	}
	out_text(out, CRLF);
}

char *message_text(const struct mail_settings *settings, const struct mail *mail,
		   const struct message_origin *origin)
{
	bool is_plain_text = is_plain_body(mail->body);
	struct out out;

	out_init(&out, NULL, NULL);
	header_printf(&out, "Date", date_text(mail->wall_us, origin->utc_offset_s));
	out_text(&out, "From: ");
	mailbox_write(&out, settings->from);
	out_text(&out, CRLF);
	subject_write(&out, mail->subject);
	out_text(&out, "X-Mailer: lvsd" CRLF);
	recipients_write(&out, settings);
	header_printf(&out, "Message-ID",
		      mem_printf("<%" PRId64 ".%" PRId64 ".%" PRIu64 "@%s>", mail->wall_us,
				 origin->pid, mail->number, origin->host));
	/* RFC 3834: no out-of-office note is wanted. */
	out_text(&out, "Auto-Submitted: auto-generated" CRLF "MIME-Version: 1.0" CRLF
		       "Content-Type: text/plain; charset=utf-8" CRLF);
	header_printf(&out, "Content-Transfer-Encoding",
		      mem_strdup(is_plain_text ? "7bit" : "quoted-printable"));
	out_text(&out, CRLF);
	if (is_plain_text)
		plain_write(&out, mail->body);
	else
		quoted_write(&out, mail->body);
	/* The last line has an end, too, whatever the director has sent. */
	if (out.text[out.len - 1] != '\n')
		out_text(&out, CRLF);
	return out_take(&out);
}
