/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Connection synchronisation in the file: the spellings of lvs_sync_daemon that keepalived has, and the
 * sync block. What is refused, and how it is printed, is in tests/golden/conf/sync_*. */
#include "conf/canon/diff.h"
#include "conf/load.h"
#include "conf/model/needs/needs.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INSTANCE                                                                                   \
	"vrrp_instance VI_1 {\ninterface eth0\nvirtual_router_id 7\npriority 100\n"                   \
	"virtual_ipaddress {\n10.9.0.100/24\n}\n}\n"
#define RELAY "mode relay\nlisten 10.0.0.1\npeer 10.0.0.2\nkey_file /k\n"

/* Loads the text. NULL: it is refused, and said has the first error. */
static struct conf *loaded(const char *text, char *said, size_t size)
{
	struct diags diags = {0};
	struct conf *conf;

	conf = conf_load_text("t", text, strlen(text), &diags);
	*said = '\0';
	for (size_t i = 0; i < diags.list.n && !*said; i++)
		if (!conf == (diags.list.items[i].severity == DIAG_ERROR))
			snprintf(said, size, "%s", diags.list.items[i].text);
	if (!conf && !*said)
		diags_first_error(&diags, said, size);
	diags_free(&diags);
	return conf;
}

static struct conf *of_sync(const char *block)
{
	char *text, said[1024];
	struct conf *conf;

	ck_assert_int_gt(asprintf(&text, "sync {\n%s}\n" INSTANCE, block), 0);
	conf = loaded(text, said, sizeof(said));
	ck_assert_msg(conf, "%s: %s", block, said);
	free(text);
	return conf;
}

static struct conf *of_daemon(const char *line, char *said, size_t size)
{
	char *text;
	struct conf *conf;

	ck_assert_int_gt(asprintf(&text, "global_defs {\n%s\n}\n" INSTANCE, line), 0);
	conf = loaded(text, said, size);
	free(text);
	return conf;
}

#define GIVES "an instance here only gives the default syncid"
#define OTHER "51 is taken for the sync id, while a peer with keepalived leaves it out and has another id"

/* keepalived 2.2.7 reads "IF [[inst] VRRP] [id N] ..." (lvs_syncd_handler()), and a second number without a word is the
 * syncid there if it is the fourth word of the line. */
static const struct {
	const char *line;
	int syncid; /* -1: refused */
	uint16_t maxlen;
	const char *said; /* in the last message that is expected */
} spellings[] = {
    {"lvs_sync_daemon eth0", 0, 0, ""},
    {"lvs_sync_daemon eth0 VI_1", 7, 0, GIVES},
    {"lvs_sync_daemon eth0 inst VI_1", 7, 0, GIVES},
    {"lvs_sync_daemon eth0 VI_1 51", 51, 0, GIVES},
    {"lvs_sync_daemon eth0 VI_1 id 51", 51, 0, GIVES},
    {"lvs_sync_daemon eth0 inst VI_1 id 51", 51, 0, GIVES},
    {"lvs_sync_daemon eth0 id 51", 51, 0, ""},
    {"lvs_sync_daemon eth0 id 51 inst VI_1", 51, 0, GIVES},
    {"lvs_sync_daemon eth0 VI_1 51 maxlen 1400", 51, 1400, GIVES},
    {"lvs_sync_daemon eth0 maxlen 1400 inst VI_1", 7, 1400, GIVES},
    /* keepalived leaves out a word of these, and takes the rest. */
    {"lvs_sync_daemon eth0 inst VI_1 51", 51, 0, GIVES},
    {"lvs_sync_daemon eth0 51", -1, 0, "there is no vrrp_instance 51; a sync id is written `id 51`"},
    {"lvs_sync_daemon eth0 id 51 VI_1", -1, 0, "unknown keyword 'VI_1' in lvs_sync_daemon"},
    {"lvs_sync_daemon eth0 VI_1 300", -1, 0, "unknown keyword '300' in lvs_sync_daemon"},
    {"lvs_sync_daemon eth0 VI_1 51 id 52", -1, 0, "id sets the same as 51, to another value"},
};

START_TEST(each_spelling_of_keepalived)
{
	char said[1024];
	struct conf *conf = of_daemon(spellings[_i].line, said, sizeof(said));
	const struct conf_sync_daemon *sync;

	ck_assert_msg(strstr(said, spellings[_i].said), "%s: %s", spellings[_i].line, said);
	ck_assert_int_eq(conf != NULL, spellings[_i].syncid >= 0);
	if (!conf)
		return;
	sync = &conf->global.sync_daemon;
	ck_assert_str_eq(sync->interface, "eth0");
	ck_assert_uint_eq(sync->syncid, (unsigned)spellings[_i].syncid);
	ck_assert_uint_eq(sync->maxlen, spellings[_i].maxlen);
	ck_assert_int_eq(conf_sync_mode(&conf->global), CONF_SYNC_KERNEL);
	conf_free(conf);
}
END_TEST

/* Whether a message about the line has the text. */
static bool line_says(const char *line, const char *text)
{
	struct diags diags = {0};
	bool is_said = false;
	struct conf *conf;
	char *whole;

	ck_assert_int_gt(asprintf(&whole, "global_defs {\n%s\n}\n" INSTANCE, line), 0);
	conf = conf_load_text("t", whole, strlen(whole), &diags);
	ck_assert_ptr_nonnull(conf);
	for (size_t i = 0; i < diags.list.n; i++)
		is_said |= strstr(diags.list.items[i].text, text) != NULL;
	conf_free(conf);
	diags_free(&diags);
	free(whole);
	return is_said;
}

START_TEST(a_number_that_keepalived_leaves_out_is_named)
{
	ck_assert(line_says("lvs_sync_daemon eth0 inst VI_1 51", OTHER));
	ck_assert(line_says("lvs_sync_daemon eth0 VI_1 maxlen 1400 51", OTHER));
	ck_assert(!line_says("lvs_sync_daemon eth0 VI_1 51", OTHER));
	ck_assert(line_says("lvs_sync_daemon eth0 VI_1 51", "51 is taken for the sync id; write `id 51`"));
}
END_TEST

START_TEST(mode_kernel_is_lvs_sync_daemon)
{
	char said[1024];
	struct conf *daemon = of_daemon("lvs_sync_daemon eth1 id 51 maxlen 1400 port 9000 ttl 3 group 224.0.0.9", said,
					sizeof(said));
	struct conf *block = of_sync("mode kernel\ninterface eth1\nsyncid 51\nmaxlen 1400\nport 9000\nttl 3\n"
				     "group 224.0.0.9\n");
	struct conf_diff diff;

	ck_assert_ptr_nonnull(daemon);
	ck_assert_int_eq(conf_sync_mode(&block->global), CONF_SYNC_KERNEL);
	ck_assert_str_eq(daemon->digest, block->digest);
	conf_diff(daemon, block, &diff);
	ck_assert_uint_eq(diff.changes.n, 0);
	conf_diff_fini(&diff);
	conf_free(daemon);
	conf_free(block);
}
END_TEST

START_TEST(mode_off_is_no_block)
{
	char said[1024];
	struct conf *none = loaded(INSTANCE, said, sizeof(said));
	struct conf *off = of_sync("mode off\ninterface eth1\nsyncid 3\n");
	struct conf_diff diff;

	ck_assert_int_eq(conf_sync_mode(&off->global), CONF_SYNC_OFF);
	ck_assert_str_eq(none->digest, off->digest);
	conf_diff(none, off, &diff);
	ck_assert_uint_eq(diff.changes.n, 0);
	conf_diff_fini(&diff);
	conf_free(none);
	conf_free(off);
}
END_TEST

START_TEST(a_relay_has_its_values)
{
	struct conf *conf = of_sync("listen 10.0.0.1 port 9000\npeer 10.0.0.2\npeer 10.0.0.3 port 9001\n"
				    "key_file /new id 2\nkey_file /old\n");
	const struct conf_relay *relay = &conf->global.relay;

	ck_assert_int_eq(conf_sync_mode(&conf->global), CONF_SYNC_RELAY);
	ck_assert(!conf->global.sync_daemon.is_on);
	ck_assert_uint_eq(relay->listen_port, 9000);
	ck_assert_uint_eq(relay->n_peers, 2);
	ck_assert_uint_eq(relay->peers[0].addr.bytes[3], 2);
	ck_assert_uint_eq(relay->peers[0].port, 8850);
	ck_assert_uint_eq(relay->peers[1].port, 9001);
	ck_assert_uint_eq(relay->n_keys, 2);
	ck_assert_str_eq(relay->keys[0].path, "/new");
	ck_assert_uint_eq(relay->keys[0].id, 2);
	ck_assert_uint_eq(relay->keys[1].id, 1);
	ck_assert_str_eq(relay->private_interface, "lvsd-sync0");
	ck_assert_uint_eq(relay->syncid, 0);
	ck_assert_uint_eq(relay->sync_wait_us, 30000000);
	ck_assert_uint_eq(relay->coverage_min, 98);
	ck_assert_uint_eq(relay->resync_rate, 20000);
	conf_free(conf);
}
END_TEST

/* What `lvsctl plan` and the log say of a reload. */
static const struct {
	const char *older, *newer, *text;
	bool is_shared; /* both directors must have it */
} changes[] = {
    {"", RELAY, "add sync mode relay, 1 peer", true},
    {RELAY, "", "remove sync mode relay, 1 peer", true},
    {RELAY, RELAY "peer 10.0.0.3\n", "change sync peer added 10.0.0.3 port 8850", false},
    {RELAY "key_file /j id 2\n", "listen 10.0.0.1\npeer 10.0.0.2\nkey_file /j id 2\nkey_file /k\n",
     "change sync key_file /k id 1 /j id 2 -> /j id 2 /k id 1", false},
    {RELAY "syncid 4\n", RELAY "syncid 5\n",
     "restart sync syncid 4 -> 5 # the kernel's two sync threads are stopped and started", true},
    {RELAY, RELAY "private_interface s0\n",
     "restart sync private_interface lvsd-sync0 -> s0 # the kernel's two sync threads are stopped and started", false},
    {RELAY, RELAY "resync_rate 500\nsync_wait 5\ncoverage_min 90\n",
     "change sync sync_wait 30 -> 5, coverage_min 98 -> 90, resync_rate 20000 -> 500", false},
    {RELAY, "listen 10.0.0.1 port 9000\npeer 10.0.0.2\nkey_file /k\n", "change sync listen port 8850 -> 9000", false},
};

START_TEST(a_reload_says_what_changes)
{
	bool had = *changes[_i].older, has = *changes[_i].newer;
	struct conf *older = of_sync(had ? changes[_i].older : "mode off\n");
	struct conf *newer = of_sync(has ? changes[_i].newer : "mode off\n");
	struct conf_diff diff;

	conf_diff(older, newer, &diff);
	ck_assert_uint_eq(diff.changes.n, 1);
	ck_assert_str_eq(diff.changes.items[0].text, changes[_i].text);
	ck_assert_int_eq(strcmp(older->digest, newer->digest) != 0, changes[_i].is_shared);
	conf_diff_fini(&diff);
	conf_free(older);
	conf_free(newer);
}
END_TEST

START_TEST(a_relay_needs_its_keys_and_a_library)
{
	struct conf *conf = of_sync(RELAY "key_file /j id 2\n");
	struct conf_need *needs;
	size_t n = conf_needs(conf, &needs), n_keys = 0;

	for (size_t i = 0; i < n; i++)
		if (needs[i].kind == CONF_NEED_KEY_FILE)
			ck_assert_str_eq(needs[i].text, n_keys++ ? "/j" : "/k");
	ck_assert_uint_eq(n_keys, 2);
	ck_assert(conf_needs_libraries(conf));
	free(needs);
	conf_free(conf);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("conf sync");
	TCase *tcase = tcase_create("sync");
	SRunner *runner;
	int n_failed;

	tcase_add_loop_test(tcase, each_spelling_of_keepalived, 0, (int)(sizeof(spellings) / sizeof(spellings[0])));
	tcase_add_test(tcase, a_number_that_keepalived_leaves_out_is_named);
	tcase_add_test(tcase, mode_kernel_is_lvs_sync_daemon);
	tcase_add_test(tcase, mode_off_is_no_block);
	tcase_add_test(tcase, a_relay_has_its_values);
	tcase_add_loop_test(tcase, a_reload_says_what_changes, 0, (int)(sizeof(changes) / sizeof(changes[0])));
	tcase_add_test(tcase, a_relay_needs_its_keys_and_a_library);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
