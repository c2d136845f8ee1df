/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A resolved tree to a draft of the snapshot: values, defaults and inheritance (service to real
 * server to check). Statements that the schema found wrong are left out; what has to do with more
 * than one object is looked at by check.h.
 */
#ifndef LVSD_CONF_MODEL_BUILD_H
#define LVSD_CONF_MODEL_BUILD_H

#include "conf/model/table.h"
#include "conf/schema/lookup.h"
#include "conf/tree/resolve.h"

/* Objects as they are when their blocks say nothing. */
struct build_templates {
	struct conf_global global;
	struct conf_vrrp vrrp;
	struct conf_virtual_server virtual_server;
	struct conf_real_server real_server;
	struct conf_check checks[CONF_CHECK_KINDS];
	void *elements[CONF_OBJECTS]; /* of lists, by their objects; NULL of what is no element */
};

/* A snapshot in the making, with the statement of each object for messages. */
struct draft {
	struct report *report;
	const struct lookup *lookup;
	struct conf *conf;
	const struct node *root;
	uint8_t vrrp_version;                /* of vrrp_version; 0: absent */
	bool is_vrrp_strict;                 /* of vrrp_strict */
	/* Of the tree. Of a service that is built the insides of its blocks are gone. */
	struct parse_chunks *chunks;
	const struct node **vrrps;           /* of conf->vrrps, in the same order */
	const struct node **virtual_servers; /* of conf->virtual_servers */
	const struct node *sync_daemon;      /* or NULL */
	struct conf_group **groups;          /* of conf->groups, sorted by name, each name once */
	size_t n_groups;                     /* of groups */
	uint64_t n_members;                  /* of all services of groups so far */
	struct ignored *ignored;
	struct build_templates templates;
};

/* Fills draft->conf from root. Fini frees what the draft has beside it. */
void build_draft(struct draft *draft, const struct node *root);
void build_fini(struct draft *draft);

/* The value in force without the keyword, as the schema has it. */
struct schema_value build_default(const struct draft *draft, enum schema_id id);

/* The value of a keyword that stands alone; it must have one. */
struct schema_value build_bare(const struct draft *draft, enum schema_id id);

/* The place of the value of child id of node; that of node when it has no such child. */
const struct conf_place *build_place(const struct node *node, enum schema_id id);

/* Fills draft->templates. */
void build_templates_make(struct draft *draft);

/*
 * Puts the value of a statement into the member of base that its row names, base being an object of
 * that kind. Returns false, and does nothing, when the statement is bad or no plain value of such
 * an object. Example: `weight 5` and a struct conf_real_server: its weight is 5.
 */
bool build_field(struct draft *draft, const struct node *node, enum conf_object object, void *base);

/*
 * Adds an element to a list of base, from a good statement that is a line of the list's block or a
 * block of its own. Returns the element, which may move when a further one is added.
 */
void *build_element(struct draft *draft, const struct node *node, const struct schema_field *list,
		    void *base);

/* Gives a list of base, an object of that kind that has no element, the default of its row. */
void build_list_default(struct draft *draft, const struct schema_keyword *row,
			enum conf_object object, void *base);

/* The field of an object for which a keyword stands. */
const struct schema_field *build_field_of(const struct draft *draft, enum schema_id id,
					  enum conf_object object);

/* One object each, from its good statement. */
void build_vrrp(struct draft *draft, const struct node *node, struct conf_vrrp *vrrp);
/* The version of an instance of a family that does not name one: 2, and 3 for IPv6. */
uint8_t build_vrrp_version(uint16_t family);
void build_virtual_server(struct draft *draft, const struct node *node,
			  struct conf_virtual_server *vs);

/* lvs_timeouts. */
void build_timeouts(struct draft *draft, const struct node *node);

/* The groups of the file, before its virtual servers. */
void build_groups(struct draft *draft, const struct node *root);

/* The group that a virtual_server names, now in use; NULL, which is said, when there is none. */
const struct conf_group *build_group_find(struct draft *draft, const struct node *node);

/* The port that all members share; SCHEMA_NO_PORT when they differ or one is a mark. */
int64_t build_group_port(const struct conf_group *group);

/* A member of the group is an address, not a mark. */
bool build_group_has_addresses(const struct conf_group *group);

/*
 * The members of a service of a group, when its protocol is known. servers_family is what its real
 * servers say about the family of marks.
 */
void build_members(struct draft *draft, const struct node *node, uint16_t servers_family,
		   struct conf_virtual_server *vs);

/*
 * The method of a statement, and with TUN its tunnel; both stay when node is NULL.
 */
void build_forwarding(struct draft *draft, const struct node *node, enum conf_method *method,
		      struct conf_tunnel *tunnel);

/* persistence_granularity. */
void build_granularity(const struct node *node, struct conf_virtual_server *vs);

/* What the settings of a service imply for one another and ask of it, when all else is there. */
void build_settings_settle(struct draft *draft, const struct node *node,
			   struct conf_virtual_server *vs);

/* What node says of translated sources and marks; vs has its servers. */
void build_host(struct draft *draft, const struct node *node, struct conf_virtual_server *vs);

/* Fields of checks that blocks around them may give; more than the schema has. */
#define BUILD_HERITAGE_MAX 16

/* What checks inherit: values that blocks around them have given, the innermost ones. */
struct build_heritage {
	struct {
		const struct schema_field *field; /* of a check */
		uint64_t number;
	} given[BUILD_HERITAGE_MAX];
	size_t n_given;
	const char *host;               /* "" when none was given */
	uint64_t service_delay_loop_us; /* of the service itself, whatever stands further in */
};

/* Takes a statement's value over when checks inherit it. */
void build_heritage_set(struct draft *draft, struct build_heritage *heritage,
			const struct node *node);

/* Fills the checks of rs, whose statement is node and whose id and ep are set. */
void build_checks(struct draft *draft, const struct node *node,
		  const struct build_heritage *heritage, struct conf_real_server *rs);

/* The script of a statement, with the user in force; of the snapshot. */
struct conf_script *build_script(struct draft *draft, const struct node *node);

/* The user and the group of a VALUE_SCRIPT that names a user; "" without a group. */
void build_user(struct draft *draft, const struct schema_value *value, const char **ret_user,
		const char **ret_group);

#endif
