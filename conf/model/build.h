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

/* One object of each kind with all its defaults, as an empty block gives it. */
struct build_templates {
	struct conf_global global;
	void *trackers[CONF_TRACKERS]; /* definitions, by kind; NULL: the kind has none */
	struct conf_sync_group sync_group;
	struct conf_vrrp vrrp;
	struct conf_virtual_server virtual_server;
	struct conf_real_server real_server;
	struct conf_check checks[CONF_CHECK_KINDS];
	void *elements[CONF_OBJECTS]; /* elements of lists, by object; else NULL */
};

/* The definition of a tracker. An instance has its values, except those that the line of the
 * instance gives. */
struct build_tracker {
	enum conf_tracker kind;
	const char *name;
	int32_t weight;
	bool is_reverse;
	bool is_used;        /* some instance or check tracks it */
	bool is_ineffective; /* a line names it in vain: the sync group takes its effect */
	size_t order;        /* the index of its definition among those of its kind */
};

/* A snapshot in the making, with the statement of each object for messages. */
struct names;

struct draft {
	struct report *report;
	const struct lookup *lookup;
	const struct table *table;
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
	/* the statement of sync_daemon, a sync block of mode kernel, or NULL */
	const struct node *sync_daemon;
	const struct node *sync;             /* the block, or NULL */
	struct conf_group **groups;          /* conf->groups, sorted by name, each name once */
	size_t n_groups;                     /* of groups */
	uint64_t n_members;                  /* members so far, of all services that name a group */
	struct build_tracker *trackers;      /* the trackers that are defined, by kind and name */
	size_t n_trackers;
	struct ignored *ignored;
	struct names *names; /* of iproute2 */
	struct build_templates templates;
};

/* Fills draft->conf from root. build_fini() frees all memory of the draft except draft->conf. */
void build_draft(struct draft *draft, const struct node *root);
void build_fini(struct draft *draft);

/* The value that holds when the keyword is absent, from the schema. */
struct schema_value build_default(const struct draft *draft, enum schema_id id);

/* The value of a keyword without an argument. The row must have such a value. */
struct schema_value build_bare(const struct draft *draft, enum schema_id id);

/* The place of the child id of node: of its value. If node has no such child, the place of node. */
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

/* Has the statement the word that may stand before its number (`all 100`)? */
bool build_has_lead(const struct node *node);

/*
 * Adds an element to a list of base, from a good statement that is a line of the list's block or a
 * block of its own. Returns the element, which may move when a further one is added.
 */
void *build_element(struct draft *draft, const struct node *node, const struct schema_field *list,
		    void *base);

/* Gives a list of base, which has no element, the default of its row. object is the kind of
 * base. */
void build_list_default(struct draft *draft, const struct schema_keyword *row,
			enum conf_object object, void *base);

/* The field of object that has the value of the keyword id, or NULL. */
const struct schema_field *build_field_of(const struct draft *draft, enum schema_id id,
					  enum conf_object object);

/* Each function builds one object from a good statement. */
void build_vrrp(struct draft *draft, const struct node *node, struct conf_vrrp *vrrp);
void build_virtual_server(struct draft *draft, const struct node *node,
			  struct conf_virtual_server *vs);

/* Finds a definition of draft, or NULL. If two have the same name, which is an error, either is
 * found. */
struct build_tracker *build_tracker_find(const struct draft *draft, enum conf_tracker kind,
					 const char *name);
/* Reads "weight N [reverse | noreverse]" from weight (NULL: the line has none). Values that the
 * line does not give stay as they are. */
void build_weight_take(const struct node *weight, int32_t *ret_weight, bool *ret_is_reverse);
/* Builds the definitions of trackers; call it before the instances are built. */
void build_trackers(struct draft *draft, const struct node *root);
/* Builds the trackers of an instance, from its statement. */
void build_tracks(struct draft *draft, const struct node *node, struct conf_vrrp *vrrp);
/* Builds the trackers of a sync group, from its statement. */
void build_group_tracks(struct draft *draft, const struct node *node,
			struct conf_sync_group *group);
/* Gives a member of a sync group the trackers of the group, and removes those of the member that
 * have no effect in the group. */
void build_tracks_join(struct draft *draft, const struct conf_sync_group *group,
		       struct conf_vrrp *vrrp);
/* Gives an instance a tracker that another object names for it, unless the instance has that
 * tracker already. */
void build_track_add(struct draft *draft, const struct conf_track *track, struct conf_vrrp *vrrp);
/* Builds the sync groups and makes instances their members. Call it when all instances are
 * built. */
void build_sync_groups(struct draft *draft, const struct node *root);
/* Leaves out the definitions that no instance tracks, with a warning. Call it when all instances
 * are built. */
void build_trackers_settle(struct draft *draft);

/* Builds lvs_timeouts. */
void build_timeouts(struct draft *draft, const struct node *node);

/* Builds the groups of the file. Call it before the virtual servers are built. */
void build_groups(struct draft *draft, const struct node *root);

/* Finds the group that a virtual_server names, and notes that it is used. If there is no such
 * group, reports an error and returns NULL. */
const struct conf_group *build_group_find(struct draft *draft, const struct node *node);

/* The port that all members of the group have; SCHEMA_NO_PORT if they differ or one of them is a
 * mark. */
int64_t build_group_port(const struct conf_group *group);

/* Is any member of the group an address, not a mark? */
bool build_group_has_addresses(const struct conf_group *group);

/*
 * Builds the members of a service that names a group, once its protocol is known. servers_family is
 * the family of its real servers: marks that give no family have this one.
 */
void build_members(struct draft *draft, const struct node *node, uint16_t servers_family,
		   struct conf_virtual_server *vs);

/* Sets the method from the statement node, and the tunnel if the method is TUN. Does nothing when
 * node is NULL. */
void build_forwarding(struct draft *draft, const struct node *node, enum conf_method *method,
		      struct conf_tunnel *tunnel);

/* Builds persistence_granularity. */
void build_granularity(const struct node *node, struct conf_virtual_server *vs);

/* The last step in building a service: sets the values that depend on several settings, and checks
 * the rules between settings. */
void build_settings_settle(struct draft *draft, const struct node *node,
			   struct conf_virtual_server *vs);

/* Builds fnat_source and the matches of a service. The real servers of vs must be built. */
void build_host(struct draft *draft, const struct node *node, struct conf_virtual_server *vs);

/* How many values of checks the blocks around them may give; the schema has fewer. */
#define BUILD_HERITAGE_MAX 16

/* The values that checks inherit from the blocks around them; an inner block wins. */
struct build_heritage {
	struct {
		const struct schema_field *field; /* the field of a check that gets the value */
		uint64_t number;
	} given[BUILD_HERITAGE_MAX];
	size_t n_given;
	const char *host;               /* the virtualhost; "": none was given */
	uint64_t service_delay_loop_us; /* of the service; real servers may have another one */
};

/* Notes the value of a statement of an outer block, if checks inherit it. */
void build_heritage_set(struct draft *draft, struct build_heritage *heritage,
			const struct node *node);

/* Refuses two statements of a block that give checks the same value in other words: retry and fall,
 * delay_before_retry and fast_interval. */
void build_pace_judge(struct draft *draft, const struct node *block);

/* Builds the checks of rs. node is the statement of rs, whose id and ep must be set. */
void build_checks(struct draft *draft, const struct node *node,
		  const struct build_heritage *heritage, struct conf_real_server *rs);

/* Sets the user and the group that a value names; "" where it names none. */
void build_user(struct draft *draft, const struct schema_value *value, const char **ret_user,
		const char **ret_group);

/* Builds the script of a statement; the memory is of the snapshot. A statement that names no user
 * gets script_user. */
struct conf_script *build_script(struct draft *draft, const struct node *node);

/* Sets the user and the group of a script from the statement node. Its value is a VALUE_SCRIPT, and
 * word number `at` of the statement is the user. */
void build_script_user(struct draft *draft, const struct node *node, size_t at,
		       struct conf_script *script);

#endif
