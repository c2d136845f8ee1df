/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The configurations that Debian's keepalived package ships: each loads, or is refused for what
 * keepalived itself leaves out of it or for what lvsd ignores, with exactly so many errors and
 * warnings. Skipped where the package is not installed.
 */
#include "conf/load.h"
#include "conf/text/expand.h"

#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DIRECTORY "/usr/share/doc/keepalived/samples"
#define PREFIX    "keepalived.conf."

/* What a sample is about, where all of it is understood. */
#define GROUPS     "virtual_server_group a {\n192.0.2.1 80\n}\n"
#define CONDITIONS "@absent nothing\n"

#define ANY SIZE_MAX

#define N_TEXTS 5

static const struct {
	const char *name;
	/* Without acceptance: how many errors; with --accept-ignored: how many are left. */
	size_t n_errors, n_left;
	size_t n_warnings;          /* without acceptance */
	const char *texts[N_TEXTS]; /* "LINE: severity: beginning of the text" */
	const char *needs; /* text that loads where the sample can be judged; NULL: everywhere */
} samples[] = {
    {"HTTP_GET.port", 0, 0, 0, {NULL}, NULL},
    {"IPv6", 0, 0, ANY, {NULL}, GROUPS},
    {"PING_CHECK", 0, 0, 0, {NULL}, NULL},
    {"SMTP_CHECK", 0, 0, 0, {NULL}, NULL},
    {"SSL_GET",
     0,
     0,
     2,
     {"30: warning: virtual_server tcp:192.168.200.100:443: no vrrp_instance carries its address",
      "55: warning: virtual_server tcp:192.168.200.100:80: no vrrp_instance carries its address"},
     NULL},
    {"UDP_CHECK", 0, 0, 0, {NULL}, NULL},
    {"conditional_conf",
     1,
     1,
     ANY,
     {"6: error: vrrp_script check_VI_0: script is missing"},
     CONDITIONS},
    {"fwmark",
     0,
     0,
     1,
     {"12: warning: protocol has no effect on a service by firewall mark"},
     NULL},
    {"inhibit", 0, 0, 0, {NULL}, NULL},
    {"misc_check", 0, 0, 0, {NULL}, NULL},
    {"misc_check_arg", 0, 0, 0, {NULL}, NULL},
    {"quorum", 0, 0, 0, {NULL}, NULL},
    {"sample",
     0,
     0,
     1,
     {"26: warning: virtual_server tcp:10.10.10.2:1358: no vrrp_instance carries its address"},
     NULL},
    {"status_code", 0, 0, 0, {NULL}, NULL},
    {"track_interface", 0, 0, 0, {NULL}, NULL},
    {"virtual_server_group", 0, 0, ANY, {NULL}, GROUPS},
    {"virtualhost", 0, 0, 0, {NULL}, NULL},
    {"vrrp",
     0,
     0,
     1,
     {"32: warning: vrrp_instance VI_1: address 192.168.200.18 is given twice, and advertised"},
     NULL},
    {"vrrp.localcheck",
     0,
     0,
     0,
     {NULL},
     NULL},
    {"vrrp.lvs_syncd",
     3,
     3,
     2,
     {"3: error: vrrp_sync_group VG1: group is missing",
      "4: error: unknown keyword 'VI_2' in vrrp_sync_group",
      "5: error: unknown keyword 'VI_3' in vrrp_sync_group",
      "11: warning: vrrp_instance VI_1: lvs_sync_daemon_interface is the older word: write "
      "`lvs_sync_daemon eth1 inst VI_1` in global_defs"},
     NULL},
    {"vrrp.routes", 0, 0, 0, {NULL}, NULL},
    {"vrrp.rules",
     2,
     2,
     2,
     {"11: error: '192.168.100.' is not an IPv4 or IPv6 address",
      "26: error: '192.168.200.' is not an IPv4 or IPv6 address",
      "10: warning: rule without a preference", "25: warning: rule without a preference"},
     NULL},
    {"vrrp.scripts",
     0,
     0,
     1,
     {"16: warning: vrrp_instance VI_1: smtp_alert has no effect"},
     NULL},
    {"vrrp.static_ipaddress", 0, 0, 0, {NULL}, NULL},
    {"vrrp.sync", 0, 0, 0, {NULL}, NULL},
};

#define N_SAMPLES (sizeof(samples) / sizeof(samples[0]))

static bool loads(const char *text)
{
	struct diags diags = {0};
	struct conf *conf = conf_load_text("t", text, strlen(text), &diags);
	bool is_loaded = conf != NULL;

	conf_free(conf);
	diags_free(&diags);
	return is_loaded;
}

/* The text of a sample, for free(). */
static char *text_of(const char *name)
{
	char path[512], piece[4096], *text;
	size_t len, n;
	FILE *file, *out = open_memstream(&text, &len);

	snprintf(path, sizeof(path), DIRECTORY "/" PREFIX "%s", name);
	file = fopen(path, "r");
	ck_assert_msg(file, "%s is missing", path);
	while ((n = fread(piece, 1, sizeof(piece), file)) > 0)
		fwrite(piece, 1, n, out);
	fclose(file);
	fclose(out);
	return text;
}

static bool has_text(const struct diags *diags, const char *want)
{
	static const char *const names[] = {"error", "warning", "note"};

	for (size_t i = 0; i < diags->list.n; i++) {
		const struct diag *diag = &diags->list.items[i];
		char have[1024];

		snprintf(have, sizeof(have), "%u: %s: %s", diag->line, names[diag->severity],
			 diag->text);
		if (!strncmp(have, want, strlen(want)))
			return true;
	}
	return false;
}

static void none_match(void *arg, const char *pattern, struct expand_paths *paths)
{
	(void)arg, (void)pattern, (void)paths;
}

/* The errors that are left with --accept-ignored. */
static size_t n_left(const char *name, const char *text)
{
	static const struct conf_load_how how = {.accepting = CONF_ACCEPTED_BY_OPTION};
	static const struct expand_host host = {
	    .match = none_match, .directory = "/", .config_id = ""};
	struct diags diags = {0};
	size_t n;

	conf_free(conf_load_from(name, text, strlen(text), &host, &how, &diags, NULL, NULL));
	n = diags.n_errors;
	diags_free(&diags);
	return n;
}

START_TEST(a_sample_has_its_outcome)
{
	char *text;
	struct diags diags = {0};
	struct conf *conf;

	if (samples[_i].needs && !loads(samples[_i].needs)) {
		printf("SKIP %s: what it is about is not understood\n", samples[_i].name);
		return;
	}
	text = text_of(samples[_i].name);
	conf = conf_load_text(samples[_i].name, text, strlen(text), &diags);
	if (diags.n_errors != samples[_i].n_errors)
		diags_print(&diags, stdout);
	ck_assert_uint_eq(diags.n_errors, samples[_i].n_errors);
	ck_assert(!conf == (diags.n_errors > 0));
	if (samples[_i].n_warnings != ANY)
		ck_assert_uint_eq(diags.n_warnings, samples[_i].n_warnings);
	for (size_t k = 0; k < N_TEXTS && samples[_i].texts[k]; k++)
		ck_assert_msg(has_text(&diags, samples[_i].texts[k]), "%s does not say: %s",
			      samples[_i].name, samples[_i].texts[k]);
	conf_free(conf);
	diags_free(&diags);
	ck_assert_uint_eq(n_left(samples[_i].name, text), samples[_i].n_left);
	free(text);
}
END_TEST

START_TEST(every_sample_is_looked_at)
{
	DIR *directory = opendir(DIRECTORY);
	struct dirent *entry;

	ck_assert_ptr_nonnull(directory);
	while ((entry = readdir(directory))) {
		bool is_known = strncmp(entry->d_name, PREFIX, strlen(PREFIX)) != 0;

		for (size_t i = 0; i < N_SAMPLES; i++)
			is_known |= !strcmp(entry->d_name + strlen(PREFIX), samples[i].name);
		ck_assert_msg(is_known, "%s has no outcome here", entry->d_name);
	}
	closedir(directory);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("conf samples");
	TCase *tcase = tcase_create("samples");
	SRunner *runner = srunner_create(suite);
	int failed;

	if (access(DIRECTORY, R_OK) != 0) {
		puts("SKIP: the samples of the package keepalived are not installed");
		return 77;
	}
	tcase_add_loop_test(tcase, a_sample_has_its_outcome, 0, N_SAMPLES);
	tcase_add_test(tcase, every_sample_is_looked_at);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
