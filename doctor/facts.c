/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "doctor/facts.h"

#include <stdlib.h>
#include <string.h>

void doctor_facts_fini(struct doctor_facts *facts)
{
	for (size_t i = 0; i < facts->modules.n; i++)
		free(facts->modules.items[i].name);
	for (size_t i = 0; i < facts->sysctls.n; i++)
		free(facts->sysctls.items[i].name);
	for (size_t i = 0; i < facts->files.n; i++)
		free(facts->files.items[i].path);
	for (size_t i = 0; i < facts->rulesets.n; i++)
		free(facts->rulesets.items[i].text);
	for (size_t i = 0; i < facts->adverts.n; i++)
		vec_free(&facts->adverts.items[i].addrs);
	free(facts->nft);
	free(facts->orphan);
	vec_free(&facts->adverts);
	vec_free(&facts->modules);
	vec_free(&facts->sysctls);
	vec_free(&facts->interfaces);
	vec_free(&facts->addresses);
	vec_free(&facts->answers);
	vec_free(&facts->routes);
	vec_free(&facts->hearings);
	vec_free(&facts->files);
	vec_free(&facts->left);
	vec_free(&facts->rulesets);
	vec_free(&facts->sync.peers);
	vec_free(&facts->refusals);
	vec_free(&facts->orders);
	vec_free(&facts->faults);
	vec_free(&facts->mismatches);
	vec_free(&facts->late);
	vec_free(&facts->trackers);
	vec_free(&facts->passages);
}

int doctor_passage_cmp(const void *pa, const void *pb)
{
	const struct doctor_passage *a = pa, *b = pb;
	int r = addr_cmp(&a->server, &b->server);

	return r ? r : addr_cmp(&a->vip, &b->vip);
}

const struct doctor_sysctl *doctor_sysctl_find(const struct doctor_facts *facts, const char *name)
{
	for (size_t i = 0; i < facts->sysctls.n; i++)
		if (strcmp(facts->sysctls.items[i].name, name) == 0)
			return &facts->sysctls.items[i];
	return NULL;
}

const struct doctor_interface *doctor_interface_by_name(const struct doctor_facts *facts,
							const char *name)
{
	for (size_t i = 0; i < facts->interfaces.n; i++)
		if (strcmp(facts->interfaces.items[i].name, name) == 0)
			return &facts->interfaces.items[i];
	return NULL;
}

const struct doctor_interface *doctor_interface_by_index(const struct doctor_facts *facts,
							 unsigned index)
{
	for (size_t i = 0; i < facts->interfaces.n; i++)
		if (facts->interfaces.items[i].index == index)
			return &facts->interfaces.items[i];
	return NULL;
}
