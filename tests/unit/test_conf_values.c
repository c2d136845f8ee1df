/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Words read as values: for each type what is accepted and what it means, what is refused and with
 * which sentence, at the boundaries. Then the same for each row of the schema, with values that are
 * made from its bounds and its choices.
 */
#include "conf/text/out.h"
#include "conf/text/seconds.h"
#include "conf/tree/value.h"

#include <check.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Between the words of a value in the tables below. */
#define BREAK "^"

#define MAX_WORDS 4

/* --- a value as a text --- */

static void write_bytes(struct out *out, const uint8_t *bytes, size_t n)
{
	char text[4];

	for (size_t i = 0; i < n; i++) {
		snprintf(text, sizeof(text), "%s%02x", i ? ":" : "", bytes[i]);
		out_text(out, text);
	}
}

__attribute__((format(printf, 2, 3))) static void write(struct out *out, const char *format, ...)
{
	char text[512];
	va_list words;

	va_start(words, format);
	vsnprintf(text, sizeof(text), format, words);
	va_end(words);
	out_text(out, text);
}

static void write_list(struct out *out, const struct schema_value *value)
{
	if (value->tag == VALUE_WORDS)
		for (uint32_t i = 0; i < value->words.n; i++)
			write(out, "%s%s", i ? "|" : "", value->words.items[i]);
	else
		for (uint32_t i = 0; i < value->ranges.n; i++)
			write(out, "%s%" PRId64 "-%" PRId64, i ? "|" : "",
			      value->ranges.items[i].first, value->ranges.items[i].last);
}

static void write_addr(struct out *out, const struct schema_value *value)
{
	char text[ADDR_TEXT_MAX], last[ADDR_TEXT_MAX];

	switch (value->tag) {
	case VALUE_ADDR:
		out_text(out, addr_format(&value->addr, text));
		return;
	case VALUE_NETWORK:
		write(out, "%s/%u", addr_format(&value->addr, text), value->network.len);
		return;
	case VALUE_ENDPOINT:
		write(out, "%s port %d", addr_format(&value->addr, text), value->endpoint.port);
		return;
	case VALUE_ADDRS:
		write(out, "%s to %s port %d", addr_format(&value->addrs.ends[0], text),
		      addr_format(&value->addrs.ends[1], last), value->addrs.port);
		return;
	default:
		ck_abort_msg("tag %d is not written", value->tag);
	}
}

static const char *or_none(const char *text)
{
	return text ? text : "-";
}

static void write_value(struct out *out, const struct schema_value *value)
{
	switch (value->tag) {
	case VALUE_NUMBER:
		write(out, "%" PRId64, value->number);
		return;
	case VALUE_CHOICE:
		write(out, "%s %" PRId64, value->choice.name, value->choice.number);
		return;
	case VALUE_TEXT:
	case VALUE_GROUP:
		out_text(out, value->text);
		return;
	case VALUE_SCRIPT:
		write(out, "%s user %s group %s", or_none(value->script.command),
		      or_none(value->script.user), or_none(value->script.group));
		return;
	case VALUE_HOST_BITS:
		out_text(out, value->sets_host_bits ? "ones" : "zeros");
		return;
	case VALUE_MARK:
		write(out, "mark %x/%x family %u", value->mark.mark, value->mark.mask,
		      value->mark.family);
		return;
	case VALUE_RANGE:
		write(out, "%" PRId64 "-%" PRId64, value->range.first, value->range.last);
		return;
	case VALUE_RANGES:
	case VALUE_WORDS:
		write_list(out, value);
		return;
	case VALUE_HOST:
		write(out, "%s port %d", value->host.name, value->host.port);
		return;
	case VALUE_MAC:
		write_bytes(out, value->mac.bytes, value->mac.n);
		return;
	case VALUE_KEY:
		write(out, "%" PRId64 " of %zu", value->key.number, strlen(value->key.secret));
		return;
	case VALUE_BYTES:
		write_bytes(out, value->bytes.items, value->bytes.n);
		return;
	default:
		write_addr(out, value);
	}
}

/* --- reading --- */

struct reading {
	char *text; /* of the value, or the sentence */
	int result; /* of the last word that was read */
};

/* Reads the words; of a refusal the sentence, of a rounding the value and the sentence. */
static struct reading value_read(const struct schema_keyword *row, const char *words)
{
	struct schema_value value = {0};
	struct reading reading = {0};
	struct arena *arena = arena_new();
	char *copy = strdup(words), *rest = copy;
	struct err err = {0};
	struct out out;

	for (size_t i = 0; rest && reading.result >= 0; i++) {
		const char *word = strsep(&rest, BREAK);
		struct schema_value judged = value;

		err = (struct err){0};
		reading.result = value_parse(row, i, word, &value, arena, &err);
		/* Without an arena the judgement is the same. */
		ck_assert_int_eq(value_parse(row, i, word, &judged, NULL, NULL), reading.result);
	}
	out_init(&out, NULL, NULL);
	if (reading.result >= 0)
		write_value(&out, &value);
	if (reading.result)
		write(&out, "%s%s", reading.result > 0 ? "; " : "", err.text);
	reading.text = out_take(&out);
	free(copy);
	arena_free(arena);
	return reading;
}

/* --- each type --- */

static const struct schema_choice words_of_numbers[] = {{"one", 1}, {"many", 9}, {0}};
static const struct schema_choice methods[] = {{"DR", 0}, {"NAT", 1}, {"TUN", 2}, {0}};

enum {
	ROW_NUMBER,
	ROW_SIGNED,
	ROW_PORT,
	ROW_LEAD,
	ROW_WHOLE,
	ROW_TIMER,
	ROW_MILLISECONDS,
	ROW_SPAN,
	ROW_UMASK,
	ROW_STATUSES,
	ROW_RANGE,
	ROW_MARK,
	ROW_ADDRESS,
	ROW_PREFIX,
	ROW_BROADCAST,
	ROW_ENDPOINT,
	ROW_SERVICE,
	ROW_MEMBER,
	ROW_INTERFACE,
	ROW_TEXT,
	ROW_HEX,
	ROW_PATH,
	ROW_CHOICE,
	ROW_MAC,
	ROW_BYTES,
	ROW_PATTERN,
	ROW_CLIENTS,
	ROW_HOST,
	ROW_KEY,
	ROW_NUMBERS,
	ROW_DESTINATION,
	ROW_USER,
	ROW_SCRIPT,
	ROW_COMMAND,
	ROW_FIFO,
	ROW_WORDS,
};

static const struct schema_keyword rows[] = {
    [ROW_NUMBER] = {.name = "number", .type = SCHEMA_TYPE_NUMBER, .min = 1, .max = 250},
    [ROW_SIGNED] = {.name = "signed", .type = SCHEMA_TYPE_NUMBER, .min = -253, .max = 253},
    [ROW_PORT] = {.name = "port", .type = SCHEMA_TYPE_NUMBER, .min = 1, .max = 65535},
    [ROW_LEAD] = {.name = "lead",
		  .type = SCHEMA_TYPE_NUMBER,
		  .min = 1,
		  .max = 9,
		  .choices = words_of_numbers},
    [ROW_WHOLE] = {.name = "whole", .type = SCHEMA_TYPE_NUMBER, .min = 0, .max = 60, .unit = "s"},
    [ROW_TIMER] = {.name = "timer", .type = SCHEMA_TYPE_TIMER, .min = 100000, .max = 60000000},
    [ROW_MILLISECONDS] = {.name = "milliseconds",
			  .type = SCHEMA_TYPE_MILLISECONDS,
			  .min = 0,
			  .max = 5000000},
    [ROW_SPAN] = {.name = "span", .type = SCHEMA_TYPE_SPAN},
    [ROW_UMASK] = {.name = "umask", .type = SCHEMA_TYPE_UMASK},
    [ROW_STATUSES] = {.name = "statuses", .type = SCHEMA_TYPE_STATUSES, .min = 100, .max = 599},
    [ROW_RANGE] = {.name = "range", .type = SCHEMA_TYPE_RANGE, .min = 0, .max = 65535},
    [ROW_MARK] = {.name = "mark", .type = SCHEMA_TYPE_MARK},
    [ROW_ADDRESS] = {.name = "address", .type = SCHEMA_TYPE_ADDRESS},
    [ROW_PREFIX] = {.name = "prefix", .type = SCHEMA_TYPE_PREFIX},
    [ROW_BROADCAST] = {.name = "broadcast", .type = SCHEMA_TYPE_BROADCAST},
    [ROW_ENDPOINT] = {.name = "endpoint", .type = SCHEMA_TYPE_ENDPOINT},
    [ROW_SERVICE] = {.name = "service", .type = SCHEMA_TYPE_SERVICE},
    [ROW_MEMBER] = {.name = "member", .type = SCHEMA_TYPE_MEMBER},
    [ROW_INTERFACE] = {.name = "interface", .type = SCHEMA_TYPE_INTERFACE},
    [ROW_TEXT] = {.name = "text", .type = SCHEMA_TYPE_TEXT, .max = 4},
    [ROW_HEX] = {.name = "hex", .type = SCHEMA_TYPE_HEX, .max = 4},
    [ROW_PATH] = {.name = "path", .type = SCHEMA_TYPE_PATH},
    [ROW_CHOICE] = {.name = "choice", .type = SCHEMA_TYPE_CHOICE, .choices = methods},
    [ROW_MAC] = {.name = "mac", .type = SCHEMA_TYPE_MAC},
    [ROW_BYTES] = {.name = "bytes", .type = SCHEMA_TYPE_BYTES, .min = 1, .max = 4},
    [ROW_PATTERN] = {.name = "pattern", .type = SCHEMA_TYPE_PATTERN, .min = 1, .max = 4},
    [ROW_CLIENTS] = {.name = "clients", .type = SCHEMA_TYPE_CLIENTS, .min = 1, .max = 128},
    [ROW_HOST] = {.name = "host", .type = SCHEMA_TYPE_HOST},
    [ROW_KEY] = {.name = "key", .type = SCHEMA_TYPE_KEY, .min = 0, .max = 255},
    [ROW_NUMBERS] = {.name = "numbers", .type = SCHEMA_TYPE_NUMBERS, .min = 1, .max = 4094},
    [ROW_DESTINATION] = {.name = "destination", .type = SCHEMA_TYPE_DESTINATION},
    [ROW_USER] = {.name = "user", .type = SCHEMA_TYPE_USER},
    [ROW_SCRIPT] = {.name = "script", .type = SCHEMA_TYPE_SCRIPT, .max = 3},
    [ROW_COMMAND] = {.name = "command", .type = SCHEMA_TYPE_COMMAND, .max = 3},
    [ROW_FIFO] = {.name = "fifo", .type = SCHEMA_TYPE_FIFO},
    [ROW_WORDS] = {.name = "words", .type = SCHEMA_TYPE_WORDS, .min = 1, .max = 3},
};

static const struct {
	int row;
	const char *words, *text;
	int result;
} cases[] = {
    {ROW_NUMBER, "1", "1", 0},
    {ROW_NUMBER, "250", "250", 0},
    {ROW_NUMBER, "0", "number 0 is out of range: 1..250", -22},
    {ROW_NUMBER, "251", "number 251 is out of range: 1..250", -22},
    {ROW_NUMBER, "007", "7", 0},
    {ROW_NUMBER, "+5", "number '+5' is not a whole number", -22},
    {ROW_NUMBER, "-1", "number '-1' is not a whole number", -22},
    {ROW_NUMBER, "", "number '' is not a whole number", -22},
    {ROW_NUMBER, "1.0", "number '1.0' is not a whole number", -22},
    {ROW_NUMBER, "0x10", "number '0x10' is not a whole number", -22},
    {ROW_NUMBER, "1e2", "number '1e2' is not a whole number", -22},
    {ROW_NUMBER, "99999999999999999999", "number 99999999999999999999 is out of range: 1..250",
     -22},
    {ROW_NUMBER, "5%", "number '5%' is not a whole number; leave the '%' out", -22},
    {ROW_NUMBER, " 5", "number ' 5' is not a whole number", -22},
    {ROW_NUMBER, "5 ", "number '5 ' is not a whole number", -22},
    {ROW_SIGNED, "-253", "-253", 0},
    {ROW_SIGNED, "253", "253", 0},
    {ROW_SIGNED, "-254", "signed -254 is out of range: -253..253", -22},
    {ROW_SIGNED, "254", "signed 254 is out of range: -253..253", -22},
    {ROW_SIGNED, "-0", "0", 0},
    {ROW_SIGNED, "--1", "signed '--1' is not a whole number", -22},
    {ROW_SIGNED, "-", "signed '-' is not a whole number", -22},
    {ROW_SIGNED, "+1", "signed '+1' is not a whole number", -22},
    {ROW_PORT, "1", "1", 0},
    {ROW_PORT, "65535", "65535", 0},
    {ROW_PORT, "65536", "port 65536 is out of range: 1..65535", -22},
    {ROW_PORT, "0", "port 0 is out of range: 1..65535", -22},
    {ROW_PORT, "https",
     "port 'https' is not a whole number; names of services are not looked up: write `443`", -22},
    {ROW_PORT, "any", "port 'any' is not a whole number", -22},
    {ROW_PORT, "*", "port '*' is not a whole number", -22},
    {ROW_PORT, "80,443",
     "port '80,443' is not one port; a virtual_server_group has a line for each", -22},
    {ROW_PORT, "80-90", "port '80-90' is not one port; a virtual_server_group has a line for each",
     -22},
    {ROW_PORT, "-80", "port '-80' is not a whole number", -22},
    {ROW_PORT, "Https",
     "port 'Https' is not a whole number; names of services are not looked up: write `443`", -22},
    {ROW_LEAD, "1", "1", 0},
    {ROW_LEAD, "one", "1", 0},
    {ROW_LEAD, "many", "9", 0},
    {ROW_LEAD, "two", "lead 'two' is neither a whole number nor one of one, many", -22},
    {ROW_LEAD, "ONE", "lead 'ONE' is not known; write `one`", -22},
    {ROW_LEAD, "10", "lead 10 is out of range: 1..9", -22},
    {ROW_WHOLE, "0", "0", 0},
    {ROW_WHOLE, "60", "60", 0},
    {ROW_WHOLE, "61", "whole 61 is out of range: 0..60", -22},
    {ROW_WHOLE, "1.5", "whole '1.5' is not a whole number of seconds", -22},
    {ROW_WHOLE, "5s", "whole '5s' is not a whole number of seconds; write `5`", -22},
    {ROW_WHOLE, "500ms", "whole '500ms' is not a whole number of seconds", -22},
    {ROW_WHOLE, "2m", "whole '2m' is not a whole number of seconds", -22},
    {ROW_WHOLE, "1h", "whole '1h' is not a whole number of seconds", -22},
    {ROW_WHOLE, "1500ms", "whole '1500ms' is not a whole number of seconds", -22},
    {ROW_WHOLE, "0s", "whole '0s' is not a whole number of seconds", -22},
    {ROW_WHOLE, "s", "whole 's' is not a whole number of seconds", -22},
    {ROW_TIMER, "0.1", "100000", 0},
    {ROW_TIMER, "60", "60000000", 0},
    {ROW_TIMER, "0.099999", "timer 0.099999 is out of range: 0.1..60 s", -22},
    {ROW_TIMER, "60.000001", "timer 60.000001 is out of range: 0.1..60 s", -22},
    {ROW_TIMER, "0.0999996", "100000; timer 0.0999996 has more than 6 decimals; 0.1 s is used", 1},
    {ROW_TIMER, "1.", "1000000", 0},
    {ROW_TIMER, ".5", "500000", 0},
    {ROW_TIMER, ".", "timer '.' is not a number of seconds", -22},
    {ROW_TIMER, "1.5", "1500000", 0},
    {ROW_TIMER, "1.1234567",
     "1123457; timer 1.1234567 has more than 6 decimals; 1.123457 s is used", 1},
    {ROW_TIMER, "1.0000004", "1000000; timer 1.0000004 has more than 6 decimals; 1 s is used", 1},
    {ROW_TIMER, "59.9999996", "60000000; timer 59.9999996 has more than 6 decimals; 60 s is used",
     1},
    {ROW_TIMER, "1e1", "timer '1e1' is not a number of seconds", -22},
    {ROW_TIMER, "-1", "timer '-1' is not a number of seconds", -22},
    {ROW_TIMER, "5s", "timer '5s' is not a number of seconds; write `5`", -22},
    {ROW_TIMER, "500ms", "timer '500ms' is not a number of seconds; write `0.5`", -22},
    {ROW_TIMER, "1h", "timer '1h' is not a number of seconds", -22},
    {ROW_TIMER, "0.1ms", "timer '0.1ms' is not a number of seconds", -22},
    {ROW_TIMER, "1,5", "timer '1,5' is not a number of seconds", -22},
    {ROW_TIMER, "1..5", "timer '1..5' is not a number of seconds", -22},
    {ROW_MILLISECONDS, "0", "0", 0},
    {ROW_MILLISECONDS, "5000", "5000000", 0},
    {ROW_MILLISECONDS, "5000.001", "milliseconds 5000.001 is out of range: 0..5000 ms", -22},
    {ROW_MILLISECONDS, "0.0004", "0; milliseconds 0.0004 has more than 3 decimals; 0 ms is used",
     1},
    {ROW_MILLISECONDS, "0.001", "1", 0},
    {ROW_MILLISECONDS, "1.0005",
     "1001; milliseconds 1.0005 has more than 3 decimals; 1.001 ms is used", 1},
    {ROW_MILLISECONDS, "1s", "milliseconds '1s' is not a number of milliseconds; write `1000`",
     -22},
    {ROW_MILLISECONDS, "5ms", "milliseconds '5ms' is not a number of milliseconds; write `5`", -22},
    {ROW_MILLISECONDS, "1.0015",
     "1002; milliseconds 1.0015 has more than 3 decimals; 1.002 ms is used", 1},
    {ROW_SPAN, "0", "0", 0},
    {ROW_SPAN, "4294967", "4294967000000", 0},
    {ROW_SPAN, "4294968", "span 4294968 is out of range: 0..4294967", -22},
    {ROW_SPAN, "200ms", "200000", 0},
    {ROW_SPAN, "1.5", "1500000", 0},
    {ROW_SPAN, "1.5s", "1500000", 0},
    {ROW_SPAN, "1.5ms", "1500", 0},
    {ROW_SPAN, "s", "span 's' is neither a number of seconds nor of milliseconds, like 200ms", -22},
    {ROW_SPAN, "ms", "span 'ms' is neither a number of seconds nor of milliseconds, like 200ms",
     -22},
    {ROW_SPAN, "1m", "span '1m' is neither a number of seconds nor of milliseconds, like 200ms",
     -22},
    {ROW_SPAN, "4294967.999999", "4294967999999", 0},
    {ROW_SPAN, "0.0000005", "1", 0},
    {ROW_SPAN, "0.0000004", "0", 0},
    {ROW_SPAN, ".5", "span '.5' is neither a number of seconds nor of milliseconds, like 200ms",
     -22},
    {ROW_SPAN, "5ss", "span '5ss' is neither a number of seconds nor of milliseconds, like 200ms",
     -22},
    {ROW_SPAN, "18446744073709551616", "span 18446744073709551616 is out of range: 0..4294967",
     -22},
    {ROW_UMASK, "022", "18", 0},
    {ROW_UMASK, "0", "0", 0},
    {ROW_UMASK, "7777", "4095", 0},
    {ROW_UMASK, "77777", "umask '77777' is neither an octal number nor names like IRWXG|IRWXO",
     -22},
    {ROW_UMASK, "8", "umask '8' is neither an octal number nor names like IRWXG|IRWXO", -22},
    {ROW_UMASK, "", "umask '' is neither an octal number nor names like IRWXG|IRWXO", -22},
    {ROW_UMASK, "IRWXG", "56", 0},
    {ROW_UMASK, "IRWXG|IRWXO", "63", 0},
    {ROW_UMASK, "IRWXG|", "umask 'IRWXG|' is neither an octal number nor names like IRWXG|IRWXO",
     -22},
    {ROW_UMASK, "|IRWXG", "umask '|IRWXG' is neither an octal number nor names like IRWXG|IRWXO",
     -22},
    {ROW_UMASK, "irwxg", "umask 'irwxg' is neither an octal number nor names like IRWXG|IRWXO",
     -22},
    {ROW_UMASK, "0x12", "umask '0x12' is neither an octal number nor names like IRWXG|IRWXO", -22},
    {ROW_UMASK, "IRWXGX", "umask 'IRWXGX' is neither an octal number nor names like IRWXG|IRWXO",
     -22},
    {ROW_STATUSES, "100", "100-100", 0},
    {ROW_STATUSES, "599", "599-599", 0},
    {ROW_STATUSES, "99", "statuses 99 is out of range: 100..599", -22},
    {ROW_STATUSES, "600", "statuses 600 is out of range: 100..599", -22},
    {ROW_STATUSES, "200-299", "200-299", 0},
    {ROW_STATUSES, "299-200", "statuses 299-200 ends before it begins", -22},
    {ROW_STATUSES, "200-", "statuses '200-' is neither a number nor a range like 200-299", -22},
    {ROW_STATUSES, "-200", "statuses '-200' is neither a number nor a range like 200-299", -22},
    {ROW_STATUSES, "200-700", "statuses 200-700 is out of range: 100..599", -22},
    {ROW_STATUSES, "50-200", "statuses 50-200 is out of range: 100..599", -22},
    {ROW_STATUSES, "200-299-300",
     "statuses '200-299-300' is neither a number nor a range like 200-299", -22},
    {ROW_STATUSES, "200.5", "statuses '200.5' is neither a number nor a range like 200-299", -22},
    {ROW_RANGE, "0", "0-0", 0},
    {ROW_RANGE, "65535", "65535-65535", 0},
    {ROW_RANGE, "0-65535", "0-65535", 0},
    {ROW_RANGE, "1-0", "range 1-0 ends before it begins", -22},
    {ROW_RANGE, "65535-65536", "range 65535-65536 is out of range: 0..65535", -22},
    {ROW_RANGE, "-", "range '-' is neither a number nor a range like 200-299", -22},
    {ROW_RANGE, "5-5", "5-5", 0},
    {ROW_MARK, "0", "mark 0/ffffffff family 0", 0},
    {ROW_MARK, "1", "mark 1/ffffffff family 0", 0},
    {ROW_MARK, "4294967295", "mark ffffffff/ffffffff family 0", 0},
    {ROW_MARK, "4294967296",
     "mark '4294967296' is neither a number of 32 bits nor two like 0x10/0xff", -22},
    {ROW_MARK, "0x10", "mark 10/ffffffff family 0", 0},
    {ROW_MARK, "0x10/0xff", "mark 10/ff family 0", 0},
    {ROW_MARK, "1/", "mark '1/' is neither a number of 32 bits nor two like 0x10/0xff", -22},
    {ROW_MARK, "/1", "mark '/1' is neither a number of 32 bits nor two like 0x10/0xff", -22},
    {ROW_MARK, "1/1/1", "mark '1/1/1' is neither a number of 32 bits nor two like 0x10/0xff", -22},
    {ROW_MARK, "-1", "mark '-1' is neither a number of 32 bits nor two like 0x10/0xff", -22},
    {ROW_MARK, " 1", "mark ' 1' is neither a number of 32 bits nor two like 0x10/0xff", -22},
    {ROW_MARK, "010", "mark 8/ffffffff family 0", 0},
    {ROW_MARK, "08", "mark '08' is neither a number of 32 bits nor two like 0x10/0xff", -22},
    {ROW_MARK, "0x", "mark '0x' is neither a number of 32 bits nor two like 0x10/0xff", -22},
    {ROW_MARK, "0xg", "mark '0xg' is neither a number of 32 bits nor two like 0x10/0xff", -22},
    {ROW_MARK, "1/4294967296",
     "mark '1/4294967296' is neither a number of 32 bits nor two like 0x10/0xff", -22},
    {ROW_MARK, "18446744073709551617",
     "mark '18446744073709551617' is neither a number of 32 bits nor two like 0x10/0xff", -22},
    {ROW_ADDRESS, "192.0.2.1", "192.0.2.1", 0},
    {ROW_ADDRESS, "2001:DB8::1", "2001:db8::1", 0},
    {ROW_ADDRESS, "192.0.2.1/24",
     "192.0.2.1; '192.0.2.1/24' stands for one host: 192.0.2.1 is used", 1},
    {ROW_ADDRESS, "192.0.2.256", "'192.0.2.256' is not an IPv4 or IPv6 address", -22},
    {ROW_ADDRESS, "192.0.2", "'192.0.2' is not an IPv4 or IPv6 address", -22},
    {ROW_ADDRESS, "web",
     "'web' is not an IPv4 or IPv6 address; lvsd looks no names up, so that it never waits for a "
     "name server: write the address",
     -22},
    {ROW_ADDRESS, "10.0.0.1-9",
     "'10.0.0.1-9' is a range, which only a virtual_server_group takes; write one address", -22},
    {ROW_ADDRESS, "[fd00::1]", "'[fd00::1]' is in brackets; write `fd00::1`", -22},
    {ROW_ADDRESS, "10.0.0.1:80",
     "'10.0.0.1:80' has a port, and only an address stands here; write `10.0.0.1`", -22},
    {ROW_ADDRESS, "[fd00::1]:80",
     "'[fd00::1]:80' has a port, and only an address stands here; write `fd00::1`", -22},
    {ROW_ADDRESS, "", "'' is not an IPv4 or IPv6 address", -22},
    {ROW_ADDRESS, "::ffff:10.0.0.1", "::ffff:10.0.0.1", 0},
    {ROW_ADDRESS, "fe80::1%eth0", "'fe80::1%eth0' is not an IPv4 or IPv6 address", -22},
    {ROW_ADDRESS, "0.0.0.0", "0.0.0.0", 0},
    {ROW_ADDRESS, "192.000.2.1", "'192.000.2.1' is not an IPv4 or IPv6 address", -22},
    {ROW_ADDRESS, "1.2.3.4/", "'1.2.3.4/' is not an IPv4 or IPv6 address", -22},
    {ROW_ADDRESS, "1.2.3.4/x", "'1.2.3.4/x' is not an IPv4 or IPv6 address", -22},
    {ROW_PREFIX, "192.0.2.0/24", "192.0.2.0/24", 0},
    {ROW_PREFIX, "192.0.2.1", "192.0.2.1/32", 0},
    {ROW_PREFIX, "192.0.2.1/0", "192.0.2.1/0", 0},
    {ROW_PREFIX, "192.0.2.1/32", "192.0.2.1/32", 0},
    {ROW_PREFIX, "192.0.2.1/33", "prefix length 33 is out of range: 0..32", -22},
    {ROW_PREFIX, "fd00::/128", "fd00::/128", 0},
    {ROW_PREFIX, "fd00::/129", "prefix length 129 is out of range: 0..128", -22},
    {ROW_PREFIX, "10.0.0.0/255.0.0.0",
     "a netmask stands behind 10.0.0.0; write the prefix length: 10.0.0.0/8", -22},
    {ROW_PREFIX, "10.0.0.0/", "prefix length '' is not a whole number", -22},
    {ROW_PREFIX, "10.0.0.0/8/9", "prefix length '8/9' is not a whole number", -22},
    {ROW_PREFIX, "/24", "'' is not an IPv4 or IPv6 address", -22},
    {ROW_PREFIX, "10.0.0.0/-1", "prefix length '-1' is not a whole number", -22},
    {ROW_PREFIX, "10.0.0.0/ 8", "prefix length ' 8' is not a whole number", -22},
    {ROW_PREFIX, "10.0.0.0/255.0.255.0", "prefix length '255.0.255.0' is not a whole number", -22},
    {ROW_BROADCAST, "+", "ones", 0},
    {ROW_BROADCAST, "-", "zeros", 0},
    {ROW_BROADCAST, "192.0.2.255", "192.0.2.255", 0},
    {ROW_BROADCAST, "fd00::1", "broadcast 'fd00::1' is not an IPv4 address, '+' or '-'", -22},
    {ROW_BROADCAST, "++", "broadcast '++' is not an IPv4 address, '+' or '-'", -22},
    {ROW_BROADCAST, "any", "broadcast 'any' is not an IPv4 address, '+' or '-'", -22},
    {ROW_ENDPOINT, "10.0.0.1", "10.0.0.1 port -1", 0},
    {ROW_ENDPOINT, "10.0.0.1^80", "10.0.0.1 port 80", 0},
    {ROW_ENDPOINT, "10.0.0.1^0", "10.0.0.1 port 0", 0},
    {ROW_ENDPOINT, "10.0.0.1^65536", "port 65536 is out of range: 1..65535", -22},
    {ROW_ENDPOINT, "10.0.0.1^http",
     "port 'http' is not a whole number; names of services are not looked up: write `80`", -22},
    {ROW_ENDPOINT, "10.0.0.1:80",
     "'10.0.0.1:80' is an address and a port in one word; write `10.0.0.1 80`", -22},
    {ROW_ENDPOINT, "fd00::1^65535", "fd00::1 port 65535", 0},
    {ROW_ENDPOINT, "10.0.0.1^-1", "port '-1' is not a whole number", -22},
    {ROW_SERVICE, "10.0.0.1^80", "10.0.0.1 port 80", 0},
    {ROW_SERVICE, "fwmark^1", "mark 1/0 family 0", 0},
    {ROW_SERVICE, "fwmark^0",
     "fwmark 0 cannot be served: the kernel reads mark 0 as \"no mark\"; write the mark that your "
     "firewall rule sets, from 1 on",
     -22},
    {ROW_SERVICE, "fwmark^00",
     "fwmark 0 cannot be served: the kernel reads mark 0 as \"no mark\"; write the mark that your "
     "firewall rule sets, from 1 on",
     -22},
    {ROW_SERVICE, "fwmark^4294967295", "mark ffffffff/0 family 0", 0},
    {ROW_SERVICE, "fwmark^4294967296", "fwmark 4294967296 is out of range: 1..4294967295", -22},
    {ROW_SERVICE, "fwmark^x", "fwmark 'x' is not a whole number", -22},
    {ROW_SERVICE, "group^web", "web", 0},
    {ROW_SERVICE, "fwmark^0x1", "fwmark '0x1' is not a whole number", -22},
    {ROW_MEMBER, "10.0.0.1^80", "10.0.0.1 to 10.0.0.1 port 80", 0},
    {ROW_MEMBER, "10.0.0.1-9^80", "10.0.0.1 to 10.0.0.9 port 80", 0},
    {ROW_MEMBER, "10.0.0.9-1^80", "'10.0.0.9-1' ends before or where it begins", -22},
    {ROW_MEMBER, "10.0.0.1-10.0.0.9", "10.0.0.1 to 10.0.0.9 port -1", 0},
    {ROW_MEMBER, "10.0.0.1-10.0.0.9^80", "10.0.0.1 to 10.0.0.9 port 80", 0},
    {ROW_MEMBER, "fd00::1-ff^80", "fd00::1 to fd00::ff port 80", 0},
    {ROW_MEMBER, "fd00::ff-1", "'fd00::ff-1' ends before or where it begins", -22},
    {ROW_MEMBER, "10.0.0.1-256",
     "'10.0.0.1-256': a range ends with the last octet or with a whole address", -22},
    {ROW_MEMBER, "10.0.0.8/30^443", "10.0.0.8 to 10.0.0.11 port 443", 0},
    {ROW_MEMBER, "10.0.0.0/33", "prefix length 33 is out of range: 0..32", -22},
    {ROW_MEMBER, "fwmark^7", "mark 7/0 family 0", 0},
    {ROW_MEMBER, "fwmark^7^inet6", "mark 7/0 family 10", 0},
    {ROW_MEMBER, "fwmark^7^inet", "mark 7/0 family 2", 0},
    {ROW_MEMBER, "fwmark^7^ipx", "'ipx' is not one of inet, inet6", -22},
    {ROW_MEMBER, "10.0.0.1-",
     "'10.0.0.1-': a range ends with the last octet or with a whole address", -22},
    {ROW_MEMBER, "10.0.0.1-fd00::1", "'10.0.0.1-fd00::1' is not of one family", -22},
    {ROW_MEMBER, "10.0.0.1^80^inet", "'inet' stands behind the port, where nothing may", -22},
    {ROW_INTERFACE, "eth0", "eth0", 0},
    {ROW_INTERFACE, "a", "a", 0},
    {ROW_INTERFACE, "abcdefghijklmno", "abcdefghijklmno", 0},
    {ROW_INTERFACE, "abcdefghijklmnop", "interface 'abcdefghijklmnop' is longer than 15 bytes",
     -22},
    {ROW_INTERFACE, "eth 0", "interface 'eth 0' cannot be the name of an interface", -22},
    {ROW_INTERFACE, "eth/0", "interface 'eth/0' cannot be the name of an interface", -22},
    {ROW_INTERFACE, "eth0:1", "interface 'eth0:1' cannot be the name of an interface", -22},
    {ROW_INTERFACE, ".", "interface '.' cannot be the name of an interface", -22},
    {ROW_INTERFACE, "..", "interface '..' cannot be the name of an interface", -22},
    {ROW_INTERFACE, "", "interface '' cannot be the name of an interface", -22},
    {ROW_INTERFACE, "\303\251", "interface '\303\251' cannot be the name of an interface", -22},
    {ROW_TEXT, "a", "a", 0},
    {ROW_TEXT, "abcd", "abcd", 0},
    {ROW_TEXT, "abcde", "text 'abcde' has 5 bytes; the most is 4", -22},
    {ROW_TEXT, "", "text is empty", -22},
    {ROW_TEXT, "\303\251\303\251", "\303\251\303\251", 0},
    {ROW_TEXT, "\303\251\303\251a", "text '\303\251\303\251a' has 5 bytes; the most is 4", -22},
    {ROW_TEXT, "a\tb", "text 'a\011b' has a control character in it", -22},
    {ROW_TEXT, "a\177", "text 'a\177' has a control character in it", -22},
    {ROW_TEXT, "\303", "text '\303' is not valid UTF-8", -22},
    {ROW_TEXT, "\300\200", "text '\300\200' is not valid UTF-8", -22},
    {ROW_TEXT, "\355\240\200", "text '\355\240\200' is not valid UTF-8", -22},
    {ROW_TEXT, "\364\220\200\200", "text '\364\220\200\200' is not valid UTF-8", -22},
    {ROW_HEX, "abcd", "abcd", 0},
    {ROW_HEX, "ABCD", "ABCD", 0},
    {ROW_HEX, "12", "hex '12' is not 4 hex digits", -22},
    {ROW_HEX, "12345", "hex '12345' is not 4 hex digits", -22},
    {ROW_HEX, "12xy", "hex '12xy' is not 4 hex digits", -22},
    {ROW_PATH, "/a", "/a", 0},
    {ROW_PATH, "a", "a; path 'a' is not an absolute path; /a is used", 1},
    {ROW_PATH, "/", "/", 0},
    {ROW_PATH, "", "path is empty", -22},
    {ROW_PATH, "/a/../b", "/a/../b", 0},
    {ROW_PATH, "./a", "./a; path './a' is not an absolute path; /./a is used", 1},
    {ROW_CHOICE, "NAT", "NAT 1", 0},
    {ROW_CHOICE, "nat", "choice 'nat' is not known; write `NAT`", -22},
    {ROW_CHOICE, "DSR", "choice 'DSR' is not known; write `DR`", -22},
    {ROW_CHOICE, "TUN", "TUN 2", 0},
    {ROW_CHOICE, "", "choice '' is not one of DR, NAT, TUN", -22},
    {ROW_CHOICE, "DRX", "choice 'DRX' is not one of DR, NAT, TUN", -22},
    {ROW_CHOICE, "gatewaying", "choice 'gatewaying' is not known; write `DR`", -22},
    {ROW_CHOICE, "ipip", "choice 'ipip' is not known; write `TUN`", -22},
    {ROW_MAC, "00:11:22:33:44:55", "00:11:22:33:44:55", 0},
    {ROW_MAC, "00:11:22:33:44", "00:11:22:33:44", 0},
    {ROW_MAC, "00:11:22:33", "mac '00:11:22:33' is not a hardware address of 5 or 6 octets", -22},
    {ROW_MAC, "00:11:22:33:44:55:66",
     "mac '00:11:22:33:44:55:66' is not a hardware address of 5 or 6 octets", -22},
    {ROW_MAC, "0:1:2:3:4:5", "mac '0:1:2:3:4:5' is not a hardware address of 5 or 6 octets", -22},
    {ROW_MAC, "00-11-22-33-44-55",
     "mac '00-11-22-33-44-55' is not a hardware address of 5 or 6 octets", -22},
    {ROW_MAC, "00:11:22:33:44:gg",
     "mac '00:11:22:33:44:gg' is not a hardware address of 5 or 6 octets", -22},
    {ROW_MAC, "00:11:22:33:44:", "mac '00:11:22:33:44:' is not a hardware address of 5 or 6 octets",
     -22},
    {ROW_MAC, "001:1:22:33:44:55",
     "mac '001:1:22:33:44:55' is not a hardware address of 5 or 6 octets", -22},
    {ROW_BYTES, "00", "00", 0},
    {ROW_BYTES, "aBcD", "ab:cd", 0},
    {ROW_BYTES, "abc", "bytes 'abc' is not pairs of hex digits", -22},
    {ROW_BYTES, "", "bytes has 0 bytes, out of range: 1..4", -22},
    {ROW_BYTES, "0011223344", "bytes has 5 bytes, out of range: 1..4", -22},
    {ROW_BYTES, "xx", "bytes 'xx' is not pairs of hex digits", -22},
    {ROW_BYTES, "0X", "bytes '0X' is not pairs of hex digits", -22},
    {ROW_PATTERN, "00", "00", 0},
    {ROW_PATTERN, "XX", "XX", 0},
    {ROW_PATTERN, "x1", "x1", 0},
    {ROW_PATTERN, "1", "pattern '1' is not pairs of hex digits or X", -22},
    {ROW_PATTERN, "0011223344", "pattern has 5 bytes, out of range: 1..4", -22},
    {ROW_PATTERN, "gg", "pattern 'gg' is not pairs of hex digits or X", -22},
    {ROW_CLIENTS, "255.255.255.0", "255.255.255.0", 0},
    {ROW_CLIENTS, "255.0.255.0", "255.0.255.0", 0},
    {ROW_CLIENTS, "0.0.0.0", "0.0.0.0", 0},
    {ROW_CLIENTS, "255.255.255.255", "255.255.255.255", 0},
    {ROW_CLIENTS, "64", "64", 0},
    {ROW_CLIENTS, "128", "128", 0},
    {ROW_CLIENTS, "129", "clients 129 is out of range: 1..128", -22},
    {ROW_CLIENTS, "0", "clients 0 is out of range: 1..128", -22},
    {ROW_CLIENTS, "/24",
     "clients '/24': write `255.255.255.0` for an IPv4 service, `24` for an IPv6 one", -22},
    {ROW_CLIENTS, "/0", "clients '/0': write the prefix length without the '/'", -22},
    {ROW_CLIENTS, "/33", "clients '/33': write the prefix length without the '/'", -22},
    {ROW_CLIENTS, "/64", "clients '/64': write the prefix length without the '/'", -22},
    {ROW_CLIENTS, "/999", "clients '/999': write the prefix length without the '/'", -22},
    {ROW_CLIENTS, "128.0.0.0", "128.0.0.0", 0},
    {ROW_CLIENTS, "fd00::",
     "clients 'fd00::' is neither an IPv4 netmask like 255.255.255.0 nor an IPv6 prefix length",
     -22},
    {ROW_HOST, "web", "web port -1", 0},
    {ROW_HOST, "web^80", "web port 80", 0},
    {ROW_HOST, "web^0", "port 0 is out of range: 1..65535", -22},
    {ROW_HOST, "10.0.0.1^65536", "port 65536 is out of range: 1..65535", -22},
    {ROW_HOST, "web^http",
     "port 'http' is not a whole number; names of services are not looked up: write `80`", -22},
    {ROW_KEY, "0^0123456789abcdef0123456789abcdef", "0 of 32", 0},
    {ROW_KEY, "256^0123456789abcdef0123456789abcdef", "key 256 is out of range: 0..255", -22},
    {ROW_KEY, "1^short", "key has not 32 to 64 bytes", -22},
    {ROW_KEY, "1^file:/k", "1 of 7", 0},
    {ROW_KEY, "1^hex:00", "key has not 32 to 64 bytes", -22},
    {ROW_KEY, "1^hex:0000000000000000000000000000000000000000000000000000000000000000", "1 of 68",
     0},
    {ROW_KEY, "1^hex:0g0g0g0g0g0g0g0g0g0g0g0g0g0g0g0g0g0g0g0g0g0g0g0g0g0g0g0g0g0g0g0g",
     "key has not 32 to 64 bytes", -22},
    {ROW_KEY, "1^aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "1 of 64", 0},
    {ROW_KEY, "1^aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
     "key has not 32 to 64 bytes", -22},
    {ROW_NUMBERS, "1", "1-1", 0},
    {ROW_NUMBERS, "4094", "4094-4094", 0},
    {ROW_NUMBERS, "4095", "numbers 4095 is out of range: 1..4094", -22},
    {ROW_NUMBERS, "0", "numbers 0 is out of range: 1..4094", -22},
    {ROW_NUMBERS, "1-2", "numbers '1-2' is not a whole number", -22},
    {ROW_NUMBERS, "1^2^3", "1-1|2-2|3-3", 0},
    {ROW_DESTINATION, "default", "default", 0},
    {ROW_DESTINATION, "default6", "default6", 0},
    {ROW_DESTINATION, "any", "any", 0},
    {ROW_DESTINATION, "all", "all", 0},
    {ROW_DESTINATION, "10.0.0.0/8", "10.0.0.0/8", 0},
    {ROW_DESTINATION, "0.0.0.0/0", "0.0.0.0/0", 0},
    {ROW_DESTINATION, "none",
     "'none' is not an IPv4 or IPv6 address; lvsd looks no names up, so that it never waits for a "
     "name server: write the address",
     -22},
    {ROW_DESTINATION, "10.0.0.1", "10.0.0.1/32", 0},
    {ROW_USER, "nobody", "- user nobody group -", 0},
    {ROW_USER, "nobody^nogroup", "- user nobody group nogroup", 0},
    {ROW_USER, "root:root", "'root:root' cannot be the name of a user", -22},
    {ROW_USER, "1000", "- user 1000 group -", 0},
    {ROW_USER, "", "'' cannot be the name of a user", -22},
    {ROW_USER, "a^b", "- user a group b", 0},
    {ROW_USER, "#1", "'#1' cannot be the name of a user", -22},
    {ROW_USER, "nob\303\251dy", "'nob\303\251dy' cannot be the name of a user", -22},
    {ROW_SCRIPT, "/bin/a", "/bin/a user - group -", 0},
    {ROW_SCRIPT, "a", "a user - group -", 0},
    {ROW_SCRIPT, "", "script: the command is empty", -22},
    {ROW_SCRIPT, "/bin/a^user", "/bin/a user user group -", 0},
    {ROW_SCRIPT, "/bin/a^user^group", "/bin/a user user group group", 0},
    {ROW_SCRIPT, "/bin/a^us:er", "'us:er' cannot be the name of a user", -22},
    {ROW_SCRIPT, "/bin/a'b", "script: a quote inside the command is not closed", -22},
    {ROW_COMMAND, "/bin/a", "/bin/a user - group -", 0},
    {ROW_COMMAND, "a", "a user - group -", 0},
    {ROW_COMMAND, "</a", "</a user - group -", 0},
    {ROW_COMMAND, "<a", "<a user - group -", 0},
    {ROW_COMMAND, "", "command: the command is empty", -22},
    {ROW_COMMAND, "./a", "./a user - group -", 0},
    {ROW_FIFO, "/a", "/a user - group -", 0},
    {ROW_FIFO, "a", "a user - group -; fifo 'a' is not an absolute path; /a is used", 1},
    {ROW_FIFO, "/a^user^group", "/a user user group group", 0},
    {ROW_WORDS, "a", "a", 0},
    {ROW_WORDS, "a^b^c", "a|b|c", 0},
    {ROW_WORDS, "", "words is empty", -22},
};

START_TEST(each_type_at_its_boundaries)
{
	struct reading reading = value_read(&rows[cases[_i].row], cases[_i].words);
	const char *name = rows[cases[_i].row].name;

	ck_assert_msg(!strcmp(reading.text, cases[_i].text), "%s '%s': %s", name, cases[_i].words,
		      reading.text);
	ck_assert_msg(reading.result == cases[_i].result, "%s '%s': %d", name, cases[_i].words,
		      reading.result);
	free(reading.text);
}
END_TEST

/* --- each row of the schema --- */

typedef void row_fn(const struct schema_keyword *row);

static void each_row(row_fn *check)
{
	for (size_t i = 0; i < schema_n_tables; i++)
		for (size_t k = 0; k < schema_tables[i]->n; k++)
			check(&schema_tables[i]->rows[k]);
}

static void accepts(const struct schema_keyword *row, const char *words, int64_t number)
{
	struct schema_value value = {0};
	struct err err = {0};

	ck_assert_msg(value_parse(row, 0, words, &value, NULL, &err) == 0, "%s: %s", row->name,
		      err.text);
	ck_assert_msg(value.number == number, "%s %s is %" PRId64, row->name, words, value.number);
}

static void refuses(const struct schema_keyword *row, const char *words)
{
	struct reading reading = value_read(row, words);

	ck_assert_msg(reading.result < 0, "%s '%s' is accepted: %s", row->name, words,
		      reading.text);
	ck_assert_msg(strstr(reading.text, row->name), "%s '%s': %s", row->name, words,
		      reading.text);
	free(reading.text);
}

static bool is_word_of(const struct schema_keyword *row, int64_t number)
{
	for (const struct schema_choice *choice = row->choices; choice && choice->name; choice++)
		if (choice->number == number)
			return true;
	return false;
}

/* A word may stand for a number out of the range: "0" of preferred_lft. */
static bool is_choice(const struct schema_keyword *row, const char *word)
{
	for (const struct schema_choice *choice = row->choices; choice && choice->name; choice++)
		if (!strcmp(choice->name, word))
			return true;
	return false;
}

static void bounds_of_number(const struct schema_keyword *row)
{
	static const char *const wrong[] = {
	    "", "-", "+1", "1 ", "0x1", "1e1", "1,0", "1:0", "1\xc2\xb2", "99999999999999999999"};
	char text[32];

	ck_assert_msg(row->min <= row->max, "%s has no value", row->name);
	snprintf(text, sizeof(text), "%" PRId64, row->max);
	accepts(row, text, row->max);
	snprintf(text, sizeof(text), "%" PRId64, row->min);
	accepts(row, text, row->min);
	snprintf(text, sizeof(text), "%" PRIu64, (uint64_t)row->max + 1);
	refuses(row, text);
	snprintf(text, sizeof(text), "%" PRId64, row->min - 1);
	if (!is_choice(row, text))
		refuses(row, text);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		refuses(row, wrong[i]);
	for (const struct schema_choice *choice = row->choices; choice && choice->name; choice++)
		accepts(row, choice->name, choice->number);
}

static void bounds_of_time(const struct schema_keyword *row)
{
	static const char *const wrong[] = {"", ".", "-1", "+1", "1 ", "1..5", "1e3", "0x1", "1,5"};
	int64_t unit = row->type == SCHEMA_TYPE_MILLISECONDS ? 1000 : 1;
	char text[SECONDS_TEXT_MAX];

	accepts(row, seconds_format((uint64_t)(row->max * unit), text), row->max);
	accepts(row, seconds_format((uint64_t)(row->min * unit), text), row->min);
	refuses(row, seconds_format((uint64_t)((row->max + 1) * unit), text));
	if (row->min > 0)
		refuses(row, seconds_format((uint64_t)((row->min - 1) * unit), text));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		refuses(row, wrong[i]);
}

static void bounds_of(const struct schema_keyword *row)
{
	if (row->type == SCHEMA_TYPE_NUMBER)
		bounds_of_number(row);
	if (row->type == SCHEMA_TYPE_TIMER || row->type == SCHEMA_TYPE_MILLISECONDS)
		bounds_of_time(row);
}

START_TEST(each_number_and_time_has_the_bounds_of_its_row)
{
	each_row(bounds_of);
}
END_TEST

static void choices_of(const struct schema_keyword *row)
{
	char word[64];

	if (row->type != SCHEMA_TYPE_CHOICE)
		return;
	for (const struct schema_choice *choice = row->choices; choice->name; choice++) {
		accepts(row, choice->name, choice->number);
		snprintf(word, sizeof(word), "%sx", choice->name);
		refuses(row, word);
	}
	refuses(row, "");
}

START_TEST(each_choice_is_known_and_no_other_word)
{
	each_row(choices_of);
}
END_TEST

/* What value_read() says of the words that a sentence tells to write: `10.0.0.1 80`. */
static void cure_works(const struct schema_keyword *row, const char *word, const char *sentence)
{
	const char *from = strstr(sentence, "write `"), *end;
	struct reading reading;
	char *words;

	if (!from || !(end = strchr(from + 7, '`')))
		return;
	words = strndup(from + 7, (size_t)(end - from - 7));
	for (char *at = words; (at = strchr(at, ' ')); at++)
		*at = BREAK[0];
	reading = value_read(row, words);
	ck_assert_msg(reading.result >= 0, "%s '%s': %s; but then: %s", row->name, word, sentence,
		      reading.text);
	free(reading.text);
	free(words);
}

static void cures_of(const struct schema_keyword *row)
{
	static const char *const wrong[] = {"http",
					    "HTTPS",
					    "*",
					    "any",
					    "5%",
					    "80,443",
					    "10.0.0.1:80",
					    "[fd00::1]",
					    "[fd00::1]:443",
					    "10.0.0.1-9",
					    "500ms",
					    "5s",
					    "2m",
					    "1h",
					    "100d",
					    "1.5h",
					    "1us",
					    "gatewaying",
					    "DSR",
					    "ROUND_ROBIN",
					    "leastconn",
					    "Master",
					    "slave",
					    "TRUE",
					    "On",
					    "/24",
					    "/64",
					    "10.0.0.0/255.0.0.0",
					    "/32",
					    "0s"};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct reading reading;

		if (value_count(row, wrong[i]).max == 0)
			continue;
		reading = value_read(row, wrong[i]);
		if (reading.result < 0)
			cure_works(row, wrong[i], reading.text);
		free(reading.text);
	}
}

/* Whoever writes what the sentence says is not refused again. */
START_TEST(what_a_sentence_tells_to_write_is_accepted)
{
	each_row(cures_of);
}
END_TEST

static void default_of(const struct schema_keyword *row)
{
	if (row->def)
		value_default(row);
	if (row->bare)
		value_bare(row);
	if (row->def && row->type == SCHEMA_TYPE_NUMBER &&
	    !is_word_of(row, value_default(row).number))
		ck_assert(value_default(row).number >= row->min &&
			  value_default(row).number <= row->max);
}

START_TEST(each_default_is_a_value_of_its_row)
{
	each_row(default_of);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("conf values");
	TCase *tcase = tcase_create("values");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(tcase, each_type_at_its_boundaries, 0,
			    (int)(sizeof(cases) / sizeof(cases[0])));
	tcase_add_test(tcase, each_number_and_time_has_the_bounds_of_its_row);
	tcase_add_test(tcase, each_choice_is_known_and_no_other_word);
	tcase_add_test(tcase, what_a_sentence_tells_to_write_is_accepted);
	tcase_add_test(tcase, each_default_is_a_value_of_its_row);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
