/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Builds a draft of the snapshot from a resolved tree: values, defaults and inheritance (from
 * service to real server to check). Statements that break the schema are left out. Rules about more
 * than one object are in check.h.
 */
#ifndef LVSD_CONF_MODEL_BUILD_H
#define LVSD_CONF_MODEL_BUILD_H

#include "conf/model/table.h"
#include "conf/schema/lookup.h"
#include "conf/tree/resolve.h"

/* Objects with all their defaults, as when their blocks are empty. */
struct build_templates {
	struct conf_global global;
	void *trackers[CONF_TRACKERS]; /* definitions; NULL of kinds that have none */
	struct conf_sync_group sync_group;
	struct conf_vrrp vrrp;
	struct conf_virtual_server virtual_server;
	struct conf_real_server real_server;
	struct conf_check checks[CONF_CHECK_KINDS];
	void *elements[CONF_OBJECTS]; /* of lists, by their objects; NULL of what is no element */
};

/* The definition of a tracker. Its values count for an instance, except those that the line of the
 * instance gives. */
struct build_tracker {
	enum conf_tracker kind;
	const char *name;
	int32_t weight;
	bool is_reverse;
	bool is_used;       /* by an instance */
	bool is_ineffective; /* a line of an instance names it, and has no effect in its sync group */
};

/* A snapshot in the making, with the statement of each object for messages. */
struct draft {
	struct report *report;
	const struct lookup *lookup;
	struct conf *conf;
	const struct node *root;
	uint8_t vrrp_version;                /* the value of vrrp_version; 0: absent */
	bool is_vrrp_strict;                 /* vrrp_strict is given */
	const struct node *global_defs;      /* the block, or NULL */
	/* Memory of the parse tree. Once a service has been built, the contents of its blocks are
	 * freed; only the block's own statement stays, for messages. */
	struct parse_chunks *chunks;
	const struct node **vrrps;           /* the statements of conf->vrrps, in the same order */
	const struct node **virtual_servers; /* the statements of conf->virtual_servers */
	const struct node *sync_daemon;      /* its statement, or NULL */
	struct conf_group **groups;          /* conf->groups, sorted by name, each name once */
	size_t n_groups;                     /* of groups */
	uint64_t n_members;                  /* members of all services of groups so far */
	struct build_tracker *trackers;      /* the trackers that are defined, by kind and name */
	size_t n_trackers;
	struct ignored *ignored;
	struct build_templates templates;
};

/* Fills draft->conf from root. build_fini() frees all memory of the draft except draft->conf. */
void build_draft(struct draft *draft, const struct node *root);
void build_fini(struct draft *draft);

/* The value in force when the keyword is absent, from the schema. */
struct schema_value build_default(const struct draft *draft, enum schema_id id);

/* The value of a keyword that stands alone; it must have one. */
struct schema_value build_bare(const struct draft *draft, enum schema_id id);

/* The place of the value of the child id of node; the place of node when it has no such child. */
const struct conf_place *build_place(const struct node *node, enum schema_id id);

/* Fills draft->templates. */
void build_templates_make(struct draft *draft);

/*
 * Sets the member of base that the row of a statement names to the value of the statement. base is
 * an object of the given kind. Returns false, and does nothing, when the statement is bad or is no
 * plain value of such an object. Example: `weight 5` and a struct conf_real_server: its weight is
 * 5.
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

/* Build one object each, from a statement that is good. */
void build_vrrp(struct draft *draft, const struct node *node, struct conf_vrrp *vrrp);
void build_virtual_server(struct draft *draft, const struct node *node,
			  struct conf_virtual_server *vs);

/* Builds the definitions of trackers; call it before the instances are built. */
void build_trackers(struct draft *draft, const struct node *root);
/* Builds what an instance tracks, from its statement. */
void build_tracks(struct draft *draft, const struct node *node, struct conf_vrrp *vrrp);
/* Builds what a sync group tracks, from its statement. */
void build_group_tracks(struct draft *draft, const struct node *node,
			struct conf_sync_group *group);
/* Gives a member of a sync group the trackers of the group, and takes away those that have no effect
 * in it. */
void build_tracks_join(struct draft *draft, const struct conf_sync_group *group,
		       struct conf_vrrp *vrrp);
/* Gives an instance one more tracker, which another object names, unless the instance has it. */
void build_track_add(struct draft *draft, const struct conf_track *track, struct conf_vrrp *vrrp);
/* Builds the sync groups and makes instances their members; call it when all instances are built. */
void build_sync_groups(struct draft *draft, const struct node *root);
/* Call it when all instances are built: leaves out the definitions that nobody tracks, with a warning. */
void build_trackers_settle(struct draft *draft);

/* Builds lvs_timeouts. */
void build_timeouts(struct draft *draft, const struct node *node);

/* Builds the groups of the file; call it before the virtual servers are built. */
void build_groups(struct draft *draft, const struct node *root);

/* The group that a virtual_server names, which counts as used from now on. When there is no such
 * group reports an error and returns NULL. */
const struct conf_group *build_group_find(struct draft *draft, const struct node *node);

/* The port that all members share; SCHEMA_NO_PORT when they differ or one of them is a mark. */
int64_t build_group_port(const struct conf_group *group);

/* Is any member of the group an address, not a mark? */
bool build_group_has_addresses(const struct conf_group *group);

/*
 * Builds the members of a service of a group, once its protocol is known. servers_family: the
 * family of its real servers, which is the family of marks that name none.
 */
void build_members(struct draft *draft, const struct node *node, uint16_t servers_family,
		   struct conf_virtual_server *vs);

/* Sets the method of a statement, and with TUN its tunnel. Does nothing when node is NULL. */
void build_forwarding(struct draft *draft, const struct node *node, enum conf_method *method,
		      struct conf_tunnel *tunnel);

/* Builds persistence_granularity. */
void build_granularity(const struct node *node, struct conf_virtual_server *vs);

/* The last step of a service: settings that follow from others, and rules between them. */
void build_settings_settle(struct draft *draft, const struct node *node,
			   struct conf_virtual_server *vs);

/* Builds the translated source and the packets to mark of a service; vs has its servers already. */
void build_host(struct draft *draft, const struct node *node, struct conf_virtual_server *vs);

/* The most fields of checks that blocks around them may give; more than the schema has. */
#define BUILD_HERITAGE_MAX 16

/* The values that checks inherit from the blocks around them; an inner block wins. */
struct build_heritage {
	struct {
		const struct schema_field *field; /* of a check */
		uint64_t number;
	} given[BUILD_HERITAGE_MAX];
	size_t n_given;
	const char *host;               /* virtualhost; "": none was given */
	uint64_t service_delay_loop_us; /* of the service itself, not of the real server */
};

/* Notes the value of a statement, if checks inherit it. */
void build_heritage_set(struct draft *draft, struct build_heritage *heritage,
			const struct node *node);

/* Builds the checks of rs, whose statement is node and whose id and ep are set. */
void build_checks(struct draft *draft, const struct node *node,
		  const struct build_heritage *heritage, struct conf_real_server *rs);

/* The user and the group that a value names, "" where it names none. */
void build_user(struct draft *draft, const struct schema_value *value, const char **ret_user,
		const char **ret_group);

/* Builds the script of a statement, with the user in force; memory of the snapshot. */
struct conf_script *build_script(struct draft *draft, const struct node *node);

/* Sets the user and the group of a script. The value of node is a VALUE_SCRIPT that names them; its
 * word `at` is the user. */
void build_script_user(struct draft *draft, const struct node *node, size_t at,
		       struct conf_script *script);

#endif
