/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `lvsctl reload --pair` over a wire that fails and directors that die, with up to three directors. What must hold
 * however it goes: a director that is not in the leader's favour changes nothing; "nothing has changed" and "in force
 * on all" are true; nobody waits for ever.
 */
#include <check.h>

#include "base/hash.h"
#include "daemon/director/pair/agree.h"

#include <stdlib.h>
#include <string.h>

#define N_MAX 3
#define N_WAY 64
#define DIGEST(c) c "123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const char *const digests[] = {DIGEST("a"), DIGEST("b")};

struct node {
	struct agree agree;
	const char *file;	/* its digest; NULL: it is refused */
	const char *staged;	/* what is prepared */
	uint64_t reading;	/* 0: no file is being read */
	struct mono read_at;
	uint64_t applied;	/* the reload of which a configuration is in force */
	unsigned n_applied;
	bool is_dead;
	enum agree_outcome outcome;
};

struct letter_on_way {
	struct pair_message message; /* its text is a copy */
	char text[200];
};

struct world {
	struct node nodes[N_MAX];
	size_t n;
	struct mono now;
	uint64_t random;
	struct {
		struct letter_on_way letters[N_WAY];
		size_t n;
		bool is_lost; /* the wire failed: the receiver will learn of it */
	} ways[N_MAX][N_MAX]; /* from, to */
	bool has_failed; /* something went wrong on the way */
};

static unsigned below(struct world *w, unsigned n)
{
	w->random = hash_mix(w->random, n);
	return (unsigned)(w->random % n);
}

/* The members of a node are the others in their order. */
static size_t node_of(size_t self, size_t member)
{
	return member < self ? member : member + 1;
}

static size_t member_of(size_t self, size_t node)
{
	return node < self ? node : node - 1;
}

static void act(struct world *w, size_t self, const struct agree_actions *actions)
{
	struct node *node = &w->nodes[self];
	uint64_t id = node->agree.id;

	if (actions->is_applying) {
		ck_assert(node->staged);
		node->staged = NULL;
		node->applied = id;
		node->n_applied++;
	}
	if (actions->is_dropping)
		node->staged = NULL;
	for (size_t i = 0; i < actions->n_sends; i++) {
		size_t to = node_of(self, actions->sends[i].peer);
		struct letter_on_way *letter = &w->ways[self][to].letters[w->ways[self][to].n];

		if (w->nodes[to].is_dead)
			continue;
		ck_assert_uint_lt(w->ways[self][to].n, N_WAY);
		w->ways[self][to].n++;
		letter->message = actions->sends[i].message;
		if (letter->message.text) {
			strncpy(letter->text, letter->message.text, sizeof(letter->text) - 1);
			letter->message.text = letter->text;
		}
	}
	if (actions->outcome != AGREE_PENDING) {
		ck_assert_int_eq(node->outcome, AGREE_PENDING);
		node->outcome = actions->outcome;
		ck_assert_int_eq(node->agree.state, AGREE_IDLE);
	}
	if (actions->is_staging) {
		node->reading = id;
		node->read_at = mono_add_ms(w->now, 10 + below(w, 3000));
	}
	/* Only what is prepared or being prepared may keep other reloads waiting. */
	if (node->agree.state == AGREE_IDLE)
		ck_assert(!node->staged);
}

static void deliver(struct world *w, size_t from, size_t to)
{
	struct letter_on_way letter = w->ways[from][to].letters[0];
	struct agree_actions actions;

	w->ways[from][to].n--;
	memmove(w->ways[from][to].letters, w->ways[from][to].letters + 1, w->ways[from][to].n * sizeof(letter));
	for (size_t i = 0; i < w->ways[from][to].n; i++)
		if (w->ways[from][to].letters[i].message.text)
			w->ways[from][to].letters[i].message.text = w->ways[from][to].letters[i].text;
	if (letter.message.text)
		letter.message.text = letter.text;
	agree_hear(&w->nodes[to].agree, member_of(to, from), &letter.message, w->now, &actions);
	act(w, to, &actions);
}

static void lose(struct world *w, size_t at, size_t other)
{
	struct agree_actions actions;

	w->ways[other][at].is_lost = false;
	agree_lost(&w->nodes[at].agree, member_of(at, other), &actions);
	act(w, at, &actions);
}

/* The wire between both fails for longer than a session lives: what is under way is given up. */
static void cut(struct world *w, size_t a, size_t b)
{
	w->has_failed = true;
	w->ways[a][b].n = w->ways[b][a].n = 0;
	w->ways[a][b].is_lost = w->ways[b][a].is_lost = true;
}

static void kill_node(struct world *w, size_t at)
{
	struct node *node = &w->nodes[at];

	w->has_failed = true;
	node->is_dead = true;
	for (size_t i = 0; i < w->n; i++)
		if (i != at)
			cut(w, at, i);
}

static bool step(struct world *w, size_t i)
{
	struct node *node = &w->nodes[i];
	struct agree_actions actions;

	if (node->is_dead)
		return false;
	for (size_t k = 0; k < w->n; k++) {
		if (k != i && w->ways[k][i].is_lost && below(w, 3) == 0) {
			lose(w, i, k);
			return true;
		}
		if (k != i && w->ways[k][i].n && !w->ways[k][i].is_lost && below(w, 2) == 0) {
			deliver(w, k, i);
			return true;
		}
	}
	if (node->reading && mono_reached(w->now, node->read_at)) {
		uint64_t id = node->reading;

		node->reading = 0;
		node->staged = node->file;
		agree_staged(&node->agree, id, node->file, "lvsd.conf:1: wrong", w->now, &actions);
		act(w, i, &actions);
		return true;
	}
	agree_tick(&node->agree, w->now, &actions);
	act(w, i, &actions);
	return false;
}

static void begin(struct world *w, size_t at, uint64_t id)
{
	struct agree_actions actions;

	agree_begin(&w->nodes[at].agree, id, w->n - 1, false, false, w->now, &actions);
	act(w, at, &actions);
}

static void break_something(struct world *w)
{
	size_t a = below(w, (unsigned)w->n), b = below(w, (unsigned)w->n);

	if (below(w, 3) == 0)
		kill_node(w, a);
	else if (a != b)
		cut(w, a, b);
}

/* Runs for so long that every deadline has come, with n_failures somewhere on the way. Half of them come when somebody
 * has just put its file in force: that is a short time. */
static void run(struct world *w, unsigned n_failures)
{
	unsigned fails_at = below(w, 150);

	for (unsigned i = 0; i < 600; i++) {
		bool is_fresh = false;

		w->now = mono_add_ms(w->now, below(w, 60));
		step(w, below(w, (unsigned)w->n));
		for (size_t k = 0; k < w->n; k++)
			is_fresh = is_fresh || (w->nodes[k].n_applied && w->nodes[k].outcome == AGREE_PENDING);
		if (n_failures && (i == fails_at || (is_fresh && below(w, 4) == 0))) {
			n_failures--;
			fails_at = i + below(w, 100);
			break_something(w);
		}
	}
	w->now = mono_add_ms(w->now, AGREE_HOLD_MS);
	for (int i = 0; i < 100; i++)
		for (size_t k = 0; k < w->n; k++)
			step(w, k);
}

static void world_begin(struct world *w, size_t n, uint64_t seed)
{
	memset(w, 0, sizeof(*w));
	w->n = n;
	w->random = hash_mix(4711, seed);
	w->now.ns = NS_PER_S;
	for (size_t i = 0; i < n; i++)
		w->nodes[i].file = digests[0];
}

static void world_end(struct world *w)
{
	for (size_t i = 0; i < w->n; i++)
		agree_fini(&w->nodes[i].agree);
}

static void claim(const struct world *w, size_t leader, uint64_t id)
{
	size_t n_applied = 0;

	for (size_t i = 0; i < w->n; i++) {
		const struct node *node = &w->nodes[i];

		ck_assert(node->is_dead || node->agree.state == AGREE_IDLE);
		ck_assert(node->is_dead || !node->staged);
		ck_assert_uint_le(node->n_applied, 1);
		n_applied += node->applied == id;
		if (node->applied) /* none whose file differs or is wrong */
			ck_assert_str_eq(node->file, w->nodes[leader].file);
	}
	if (w->nodes[leader].is_dead)
		return;
	switch (w->nodes[leader].outcome) {
	case AGREE_DONE:
		ck_assert_uint_eq(n_applied, w->n);
		break;
	case AGREE_FAILED:
		ck_assert_uint_eq(n_applied, 0);
		break;
	case AGREE_PARTLY: /* never but for a failure after the decision */
		ck_assert(w->has_failed);
		ck_assert_uint_eq(w->nodes[leader].applied, id);
		break;
	default:
		ck_abort_msg("the client has no answer");
	}
}

START_TEST(without_a_failure_all_or_none_apply)
{
	static const struct {
		size_t n;
		int files[N_MAX]; /* -1: refused */
		enum agree_outcome outcome;
	} rows[] = {
	    {2, {0, 0}, AGREE_DONE},	  {2, {0, 1}, AGREE_FAILED},	 {2, {0, -1}, AGREE_FAILED},
	    {2, {-1, 0}, AGREE_FAILED},	  {2, {-1, -1}, AGREE_FAILED},	 {3, {0, 0, 0}, AGREE_DONE},
	    {3, {0, 0, 1}, AGREE_FAILED}, {3, {1, -1, 1}, AGREE_FAILED}, {1, {0}, AGREE_DONE},
	};
	struct world w;

	for (uint64_t seed = 0; seed < 50; seed++) {
		world_begin(&w, rows[_i].n, seed);
		for (size_t i = 0; i < w.n; i++)
			w.nodes[i].file = rows[_i].files[i] < 0 ? NULL : digests[rows[_i].files[i]];
		begin(&w, 0, 77);
		run(&w, 0);
		ck_assert_int_eq(w.nodes[0].outcome, rows[_i].outcome);
		for (size_t i = 0; i < w.n; i++)
			ck_assert_uint_eq(w.nodes[i].applied, rows[_i].outcome == AGREE_DONE ? 77 : 0);
		claim(&w, 0, 77);
		world_end(&w);
	}
}
END_TEST

START_TEST(however_it_fails_the_answer_is_true)
{
	unsigned n_outcomes[AGREE_FAILED + 1] = {0};
	struct world w;

	for (uint64_t seed = 0; seed < 6000; seed++) {
		world_begin(&w, 2 + seed % 2, seed);
		if (seed % 7 == 0)
			w.nodes[1].file = seed % 2 ? NULL : digests[1];
		begin(&w, 0, 77);
		run(&w, seed % 4);
		claim(&w, 0, 77);
		if (!w.nodes[0].is_dead)
			n_outcomes[w.nodes[0].outcome]++;
		world_end(&w);
	}
	/* All of them are seen. */
	ck_assert_uint_gt(n_outcomes[AGREE_DONE], 100);
	ck_assert_uint_gt(n_outcomes[AGREE_PARTLY], 100);
	ck_assert_uint_gt(n_outcomes[AGREE_FAILED], 100);
}
END_TEST

START_TEST(two_leaders_at_once_do_not_mix)
{
	struct world w;

	for (uint64_t seed = 0; seed < 1000; seed++) {
		size_t n_77 = 0, n_78 = 0;

		world_begin(&w, 2, seed);
		begin(&w, 0, 77);
		for (unsigned i = below(&w, 8); i; i--)
			step(&w, below(&w, 2));
		if (w.nodes[1].agree.state == AGREE_IDLE && w.nodes[1].agree.id == 0)
			begin(&w, 1, 78);
		run(&w, 0);
		for (size_t i = 0; i < 2; i++) {
			n_77 += w.nodes[i].applied == 77;
			n_78 += w.nodes[i].applied == 78;
			ck_assert_int_eq(w.nodes[i].agree.state, AGREE_IDLE);
		}
		ck_assert(n_77 == 0 || n_77 == 2);
		ck_assert(n_78 == 0 || n_78 == 2);
		world_end(&w);
	}
}
END_TEST

/* --- words --- */

static struct agree_actions hear(struct agree *agree, enum pair_type type, const char *digest, const char *text)
{
	struct pair_message message = {.type = type, .id = 77, .text = (char *)text};
	struct agree_actions actions;

	if (digest)
		strcpy(message.digest, digest);
	agree_hear(agree, 0, &message, (struct mono){0}, &actions);
	return actions;
}

static const char *said(struct agree *agree, enum agree_outcome outcome)
{
	static char *text;
	const char *const names[] = {"192.0.2.2"};

	free(text);
	text = agree_text(agree, outcome, names);
	return text;
}

START_TEST(the_answer_names_whose_file_it_was)
{
	struct agree agree = {0};
	struct agree_actions actions;

	agree_begin(&agree, 77, 1, false, false, (struct mono){0}, &actions);
	agree_staged(&agree, 77, digests[0], NULL, (struct mono){0}, &actions);
	actions = hear(&agree, PAIR_SAYS_REFUSED, NULL, "lvsd.conf:3: wrong");
	ck_assert_int_eq(actions.outcome, AGREE_FAILED);
	ck_assert(actions.is_dropping);
	ck_assert_str_eq(said(&agree, AGREE_FAILED), "this director: its file is without errors\n"
						     "192.0.2.2: its file is refused:\nlvsd.conf:3: wrong\n");
	agree_begin(&agree, 77, 1, false, false, (struct mono){0}, &actions);
	agree_staged(&agree, 77, digests[0], NULL, (struct mono){0}, &actions);
	actions = hear(&agree, PAIR_SAYS_PREPARED, digests[1], NULL);
	ck_assert_int_eq(actions.outcome, AGREE_FAILED);
	ck_assert_ptr_nonnull(strstr(said(&agree, AGREE_FAILED), "digest b12345678"));
	agree_begin(&agree, 77, 1, false, false, (struct mono){0}, &actions);
	agree_staged(&agree, 77, digests[0], NULL, (struct mono){0}, &actions);
	actions = hear(&agree, PAIR_SAYS_PREPARED, digests[0], NULL);
	ck_assert(actions.is_applying && actions.is_leader);
	ck_assert_int_eq(actions.sends[0].message.type, PAIR_SAYS_APPLY);
	agree_lost(&agree, 0, &actions);
	ck_assert_int_eq(actions.outcome, AGREE_PARTLY);
	ck_assert_ptr_nonnull(strstr(said(&agree, AGREE_PARTLY), "192.0.2.2: went before it said"));
	agree_fini(&agree);
}
END_TEST

START_TEST(a_follower_without_its_leader_drops)
{
	struct agree agree = {0};
	struct agree_actions actions = hear(&agree, PAIR_SAYS_PREPARE, NULL, NULL);

	ck_assert(actions.is_staging);
	agree_staged(&agree, 77, digests[0], NULL, (struct mono){0}, &actions);
	ck_assert_int_eq(actions.sends[0].message.type, PAIR_SAYS_PREPARED);
	agree_tick(&agree, mono_add_ms((struct mono){0}, AGREE_HOLD_MS - 1), &actions);
	ck_assert(!actions.is_dropping);
	agree_tick(&agree, mono_add_ms((struct mono){0}, AGREE_HOLD_MS), &actions);
	ck_assert(actions.is_dropping);
	/* What comes later is not obeyed. */
	actions = hear(&agree, PAIR_SAYS_APPLY, NULL, NULL);
	ck_assert(!actions.is_applying);
	ck_assert_int_eq(actions.sends[0].message.type, PAIR_SAYS_NOT_APPLIED);
	agree_fini(&agree);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("pair agree");
	TCase *tcase = tcase_create("pair agree");
	SRunner *runner = srunner_create(suite);
	int n_failed;

	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, without_a_failure_all_or_none_apply, 0, 9);
	tcase_add_test(tcase, however_it_fails_the_answer_is_true);
	tcase_add_test(tcase, two_leaders_at_once_do_not_mix);
	tcase_add_test(tcase, the_answer_names_whose_file_it_was);
	tcase_add_test(tcase, a_follower_without_its_leader_drops);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
