/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/model/check.h"
#include "conf/tree/walk.h"

/* A name that a statement defines or refers to. */
struct name {
	enum schema_id id; /* the row that defines names of this kind */
	const char *text;
	const struct conf_place *place;
	const struct node *node;
	const char *user; /* of a reference: its keyword; else NULL */
	size_t order;     /* the order in the file */
};

struct names {
	VEC(struct name) defined, used;
	size_t n;
	bool is_defining[KW_N]; /* by row: other rows refer to the names that it defines */
};

static void defining_find(bool ret_is_defining[static KW_N])
{
	for (size_t i = 0; i < schema_n_tables; i++)
		for (size_t k = 0; k < schema_tables[i]->n; k++)
			ret_is_defining[schema_tables[i]->rows[k].refers] = true;
}

/* Does the row define names, or refer to them? Only rows of the top level define some. */
static bool is_name(void *arg, const struct schema_keyword *row)
{
	const struct names *names = arg;

	return row->refers ||
	       (row->in[0] == SCHEMA_ROOT && row->opens && names->is_defining[row->id]);
}

static void name_visit(void *arg, const struct node *node)
{
	struct names *names = arg;
	const struct schema_keyword *row = node->keyword;
	uint32_t first = row->is_item ? 0 : 1;
	uint32_t end = row->type == SCHEMA_TYPE_WORDS ? node->n_words : first + 1;

	if (node->is_bad || node->n_words <= first)
		return;
	for (uint32_t i = first; i < end; i++) {
		struct name name = {.id = row->refers ? row->refers : row->id,
				    .text = node->words[i].text,
				    .place = &node->words[i].place,
				    .node = node,
				    .user = row->name,
				    .order = names->n++};

		if (row->refers)
			*vec_push(&names->used) = name;
		else
			*vec_push(&names->defined) = name;
	}
}

static int text_cmp(const struct name *a, const struct name *b)
{
	if (a->id != b->id)
		return a->id < b->id ? -1 : 1;
	return strcmp(a->text, b->text);
}

static int claim_cmp(const void *left, const void *right)
{
	const struct name *a = left, *b = right;
	int order = text_cmp(a, b);

	return order ? order : (a->order > b->order) - (a->order < b->order);
}

static int found_cmp(const void *left, const void *right)
{
	return text_cmp(left, right);
}

static bool words_match(const struct node *a, const struct node *b)
{
	if (a->n_words != b->n_words)
		return false;
	for (uint32_t i = 0; i < a->n_words; i++)
		if (strcmp(a->words[i].text, b->words[i].text))
			return false;
	return true;
}

/* Are both trackers, and do their blocks say the same? Then it does not matter which one is built. */
static bool is_copy(const struct name *name, const struct name *other)
{
	const struct node *a = name->node->children, *b = other->node->children;

	if (name->id != KW_VRRP_SCRIPT && name->id != KW_TRACK_FILE &&
	    name->id != KW_VRRP_TRACK_PROCESS)
		return false;
	while (a && b && !a->has_block && !b->has_block && words_match(a, b)) {
		a = a->next;
		b = b->next;
	}
	return !a && !b;
}

/* Reports names that are defined twice. Those of instances are reported by check_vrrp(). */
static void twice_check(struct draft *draft, const struct names *names)
{
	for (size_t i = 1, first = 0; i < names->defined.n; i++) {
		const struct name *name = &names->defined.items[i];

		if (text_cmp(name, &names->defined.items[first])) {
			first = i;
			continue;
		}
		if (name->id == KW_VRRP_INSTANCE)
			continue;
		if (is_copy(name, &names->defined.items[first]))
			report_warning(draft->report, name->place,
				       "%s %s is defined twice, and both say the same",
				       lookup_row(draft->lookup, name->id)->name, name->text);
		else
			report_ignored(draft->report, name->place, "%s %s is defined twice",
				       lookup_row(draft->lookup, name->id)->name, name->text);
		report_note(draft->report, names->defined.items[first].place, "first defined here");
	}
}

/* The defined name that is so similar that it was probably meant, or NULL. */
static const struct name *nearest(const struct names *names, const struct name *wanted)
{
	unsigned best = (unsigned)(strlen(wanted->text) / 3) + 1;
	const struct name *found = NULL;

	for (size_t i = 0; i < names->defined.n; i++) {
		const struct name *name = &names->defined.items[i];
		unsigned distance;

		if (name->id != wanted->id)
			continue;
		distance = lookup_distance(wanted->text, name->text, best - 1);
		if (distance < best) {
			best = distance;
			found = name;
		}
		if (!best)
			break;
	}
	return found;
}

static void missing_report(struct draft *draft, const struct names *names, const struct name *used)
{
	const struct name *near = report_is_full(draft->report) ? NULL : nearest(names, used);
	const char *kind = lookup_row(draft->lookup, used->id)->name;

	report_ignored(draft->report, used->place, "there is no %s %s", kind, used->text);
	if (near)
		report_note(draft->report, near->place, "did you mean this %s, %s?", kind,
			    near->text);
}

/* Does keepalived resolve this kind of name while it reads the file? It resolves other names after
 * it has read the whole file. */
static bool is_looked_up_early(enum schema_id id)
{
	return id == KW_VRRP_SCRIPT || id == KW_TRACK_FILE || id == KW_VRRP_TRACK_PROCESS ||
	       id == KW_BFD_INSTANCE;
}

static void order_check(struct draft *draft, const struct name *defined, const struct name *used)
{
	if (!draft->report->diags->is_strict || defined->order < used->order ||
	    !is_looked_up_early(used->id))
		return;
	report_error(draft->report, used->place,
		     "keepalived knows no %s %s here: it is defined further down",
		     lookup_row(draft->lookup, used->id)->name, used->text);
	report_note(draft->report, defined->place, "defined here");
}

static void used_check(struct draft *draft, const struct names *names)
{
	for (size_t i = 0; i < names->used.n; i++) {
		const struct name *used = &names->used.items[i];
		const struct name *defined =
		    names->defined.n ? bsearch(used, names->defined.items, names->defined.n,
					       sizeof(*used), found_cmp)
				     : NULL;

		if (defined)
			order_check(draft, defined, used);
		else
			missing_report(draft, names, used);
	}
}

struct members {
	VEC(struct name) list;
	size_t n;
};

/* Collects the members of the sync groups: keepalived allows an instance in one group only. */
static void members_collect(const struct node *root, struct members *members)
{
	for (const struct node *group = root->children; group; group = group->next) {
		const struct node *block = resolve_id(group) == KW_VRRP_SYNC_GROUP
					       ? resolve_child(group, KW_SYNC_GROUP_MEMBERS)
					       : NULL;

		for (const struct node *line = block ? block->children : NULL; line;
		     line = line->next)
			for (uint32_t i = 0; i < line->n_words; i++)
				*vec_push(&members->list) = (struct name){
				    .text = line->words[i].text,
				    .place = &line->words[i].place,
				    .user = group->words[1].text,
				    .order = members->n++,
				};
	}
}

static void members_check(struct draft *draft)
{
	struct members members = {0};

	members_collect(draft->root, &members);
	if (members.list.n)
		qsort(members.list.items, members.list.n, sizeof(*members.list.items), claim_cmp);
	for (size_t i = 1, first = 0; i < members.list.n; i++) {
		const struct name *name = &members.list.items[i];

		if (text_cmp(name, &members.list.items[first])) {
			first = i;
			continue;
		}
		report_ignored(draft->report, name->place,
			       "vrrp_sync_group %s: instance %s is a member of group %s already",
			       name->user, name->text, members.list.items[first].user);
		report_note(draft->report, members.list.items[first].place, "first named here");
	}
	vec_free(&members.list);
}

static bool is_own(void *arg, const struct schema_keyword *row)
{
	(void)arg;
	return row->is_own;
}

static void own_visit(void *arg, const struct node *node)
{
	struct draft *draft = arg;

	report_error(draft->report, parse_place(node),
		     "%s is of lvsd alone: keepalived does not know it", parse_keyword(node));
}

void check_names(struct draft *draft)
{
	struct names names = {0};

	defining_find(names.is_defining);
	walk_tree(draft->root, is_name, name_visit, &names);
	if (names.defined.n)
		qsort(names.defined.items, names.defined.n, sizeof(*names.defined.items),
		      claim_cmp);
	twice_check(draft, &names);
	used_check(draft, &names);
	members_check(draft);
	if (draft->report->diags->is_strict)
		walk_tree(draft->root, is_own, own_visit, draft);
	vec_free(&names.defined);
	vec_free(&names.used);
}
