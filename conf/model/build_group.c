/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Groups of services, and the members that they give to the services which name them. */
#include "conf/model/build.h"
#include "conf/tree/value.h"

/* Can a line of a group be used? If no client can connect to its address, reports the line. When
 * that is only a warning, the line is left out. */
static bool is_line(struct draft *draft, const struct node *node, const char *group,
		    const struct conf_group_line *line)
{
	if (line->fwmark || (addr_is_host(&line->first) && addr_is_host(&line->last)))
		return true;
	report_ignored(draft->report, &line->place, "virtual_server_group %s: no host can have %s",
		       group, node->words[0].text);
	return !draft->report->is_lenient;
}

static void group_build(struct draft *draft, const struct node *node, struct conf_group *group)
{
	const struct schema_field *list =
	    build_field_of(draft, KW_SERVICE_MEMBER, CONF_OBJECT_GROUP);

	*group = (struct conf_group){
	    .name = arena_strdup(draft->conf->arena, node->value.text),
	    .place = *parse_place(node),
	};
	for (const struct node *child = node->children; child; child = child->next) {
		struct conf_group_line *line;

		if (resolve_id(child) != KW_SERVICE_MEMBER)
			continue;
		line = build_element(draft, child, list, group);
		line->place = *parse_place(child);
		if (!is_line(draft, child, group->name, line))
			group->n_lines--;
	}
}

static int groups_by_name(const void *left, const void *right)
{
	const struct conf_group *const *a = left, *const *b = right;
	int order = strcmp((*a)->name, (*b)->name);

	return order ? order : *a < *b ? -1 : *a > *b;
}

static int group_name_cmp(const void *name, const void *element)
{
	const struct conf_group *const *group = element;

	return strcmp(name, (*group)->name);
}

/* Reports groups with the same name. The first one is used. */
static void names_check(struct draft *draft)
{
	struct conf_group **list = draft->groups;
	size_t n = 0;

	for (size_t i = 0; i < draft->conf->n_groups; i++) {
		if (!n || strcmp(list[i]->name, list[n - 1]->name)) {
			list[n++] = list[i];
			continue;
		}
		report_ignored(draft->report, &list[i]->place,
			       "two virtual_server_groups are named %s", list[i]->name);
		report_note(draft->report, &list[n - 1]->place, "first defined here");
		list[i]->is_used = true; /* so that no warning follows that nobody names it */
	}
	draft->n_groups = n;
}

void build_groups(struct draft *draft, const struct node *root)
{
	struct conf *conf = draft->conf;
	size_t n = resolve_count(root, KW_VIRTUAL_SERVER_GROUP);

	conf->groups = arena_calloc(conf->arena, n, sizeof(*conf->groups));
	draft->groups = mem_calloc(n, sizeof(struct conf_group *));
	for (const struct node *node = root->children; node; node = node->next) {
		if (resolve_id(node) != KW_VIRTUAL_SERVER_GROUP)
			continue;
		draft->groups[conf->n_groups] = &conf->groups[conf->n_groups];
		group_build(draft, node, &conf->groups[conf->n_groups++]);
	}
	if (n)
		qsort(draft->groups, n, sizeof(struct conf_group *), groups_by_name);
	names_check(draft);
}

const struct conf_group *build_group_find(struct draft *draft, const struct node *node)
{
	size_t n = draft->n_groups;
	const char *name = node->value.text;
	struct conf_group **found =
	    n ? bsearch(name, draft->groups, n, sizeof(struct conf_group *), group_name_cmp) : NULL;

	if (!found) {
		report_ignored(draft->report, &node->words[2].place,
			       "virtual_server group %s: there is no virtual_server_group %s", name,
			       name);
		return NULL;
	}
	(*found)->is_used = true;
	return *found;
}

int64_t build_group_port(const struct conf_group *group)
{
	for (size_t i = 0; i < group->n_lines; i++)
		if (group->lines[i].fwmark || group->lines[i].port != group->lines[0].port)
			return SCHEMA_NO_PORT;
	return group->n_lines ? group->lines[0].port : SCHEMA_NO_PORT;
}

bool build_group_has_addresses(const struct conf_group *group)
{
	for (size_t i = 0; i < group->n_lines; i++)
		if (!group->lines[i].fwmark)
			return true;
	return false;
}

/* The last 8 bytes of an address as a number. */
static uint64_t low_part(const struct addr *addr)
{
	size_t len = addr_len(addr);
	uint64_t number = 0;

	for (size_t i = len > 8 ? len - 8 : 0; i < len; i++)
		number = number << 8 | addr->bytes[i];
	return number;
}

/* How many members a line makes. If the type is too small for the number, its greatest value. */
static uint64_t line_size(const struct conf_group_line *line)
{
	uint64_t span;

	if (line->fwmark)
		return 1;
	if (line->first.family == AF_INET6 && memcmp(line->first.bytes, line->last.bytes, 8))
		return UINT32_MAX;
	span = low_part(&line->last) - low_part(&line->first);
	return span < UINT32_MAX ? span + 1 : UINT32_MAX;
}

static uint64_t group_size(const struct conf_group *group)
{
	uint64_t n = 0;

	for (size_t i = 0; i < group->n_lines; i++)
		n += line_size(&group->lines[i]);
	return n;
}

static void addr_increase(struct addr *addr)
{
	for (size_t i = addr_len(addr); i > 0 && ++addr->bytes[i - 1] == 0; i--)
		;
}

static void line_expand(const struct conf_group_line *line, uint16_t mark_family,
			struct conf_virtual_server *vs)
{
	struct svckey key = {.family = line->family, .fwmark = line->fwmark};
	uint64_t n = line_size(line);

	if (line->fwmark) {
		key.family = line->family ? line->family : mark_family;
	} else {
		key.protocol = vs->key.protocol;
		key.ep = (struct endpoint){line->first, line->port};
	}
	vs->has_ipv4 |= key.family == AF_INET;
	vs->has_ipv6 |= key.family == AF_INET6;
	for (uint64_t i = 0; i < n; i++) {
		vs->members[vs->n_members++] = (struct conf_member){key, line};
		addr_increase(&key.ep.addr);
	}
}

/* The families of a group's lines. They decide the family of marks that name none. */
struct families {
	uint16_t family; /* the wanted one, else that of the first line with one */
	const struct conf_group_line *other, /* the first line of another family, or NULL */
	    *mark;                           /* the first mark without a family, or NULL */
};

static struct families families_of(const struct conf_group *group, uint16_t wanted)
{
	struct families families = {.family = wanted};

	for (size_t i = 0; i < group->n_lines; i++) {
		const struct conf_group_line *line = &group->lines[i];

		if (line->fwmark)
			families.mark = families.mark || line->family ? families.mark : line;
		else if (!families.family)
			families.family = line->family;
		else if (families.family != line->family)
			families.other = families.other ? families.other : line;
	}
	return families;
}

/*
 * Decides the family of marks that do not name one. If the group has addresses of both families it
 * cannot be decided, and the first such mark is an error.
 */
static uint16_t mark_family_settle(struct draft *draft, const struct node *node,
				   uint16_t servers_family, struct conf_virtual_server *vs)
{
	const struct conf_group *group = vs->group;
	const struct node *given = resolve_child(node, KW_IP_FAMILY);
	struct families families = families_of(group, given ? (uint16_t)given->value.number : 0);

	if (families.other && given) {
		report_ignored(draft->report, build_place(node, KW_IP_FAMILY),
			       "virtual_server group %s: ip_family %s contradicts an address of "
			       "the group",
			       group->name, given->value.choice.name);
		report_note(draft->report, &families.other->place, "the address is here");
		/* When there is an error there is no snapshot. If the report is lenient, the
		 * service is left out. */
		families = families_of(group, 0);
		if (!draft->report->is_lenient)
			return families.family;
	}
	if (families.other && families.mark) {
		report_ignored(draft->report, &families.mark->place,
			       "virtual_server_group %s has addresses of both families: write "
			       "`fwmark %u inet` or `fwmark %u inet6`",
			       group->name, families.mark->fwmark, families.mark->fwmark);
		vs->is_dropped = true;
	}
	return families.family ? families.family : servers_family;
}

void build_members(struct draft *draft, const struct node *node, uint16_t servers_family,
		   struct conf_virtual_server *vs)
{
	const struct conf_group *group = vs->group;
	uint64_t n = group ? group_size(group) : 0;
	uint16_t family;

	if (!group)
		return;
	draft->n_members += n;
	if (draft->n_members > CONF_MEMBERS_MAX) {
		report_error(
		    draft->report, &vs->place,
		    "virtual_server group %s: groups may have %d members together, and with "
		    "this one they have more",
		    group->name, CONF_MEMBERS_MAX);
		report_note(draft->report, &group->place, "the group is here");
		draft->n_members -= n;
		return;
	}
	family = mark_family_settle(draft, node, servers_family, vs);
	vs->members = arena_calloc(draft->conf->arena, n, sizeof(*vs->members));
	for (size_t i = 0; i < group->n_lines; i++)
		line_expand(&group->lines[i], family, vs);
}
