/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages to nf_tables, their attributes, the expressions of rules, and batches of messages. Numbers in attributes
 * are in network order. Pure. */
#ifndef LVSD_HOST_NFT_MESSAGE_H
#define LVSD_HOST_NFT_MESSAGE_H

#include "base/vec.h"

#include <stddef.h>
#include <stdint.h>

/* Netlink messages, one after the other. Begins as {0}; vec_free(&bytes.items) frees it. */
struct host_nft_bytes {
	VEC(uint8_t) items;
};

/* The type of a message of nf_tables: an NFT_MSG_*. */
#define HOST_NFT_TYPE(message) ((uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | (message)))

/* Appends the beginning of a message. Returns where it begins, for nft_message_end(). */
size_t nft_message_begin(struct host_nft_bytes *out, uint16_t type, uint16_t flags, uint32_t seq);
void nft_message_end(struct host_nft_bytes *out, size_t at);

void nft_attribute_put(struct host_nft_bytes *out, uint16_t type, const void *value, size_t len);
void nft_put_be32(struct host_nft_bytes *out, uint16_t type, uint32_t value);
void nft_put_text(struct host_nft_bytes *out, uint16_t type, const char *text);
/* Attributes within an attribute. */
size_t nft_nest_begin(struct host_nft_bytes *out, uint16_t type);
void nft_nest_end(struct host_nft_bytes *out, size_t at);

/* An expression that is being written: where its parts begin. */
struct nft_expression {
	size_t element, data;
};

struct nft_expression nft_expression_begin(struct host_nft_bytes *out, const char *name);
void nft_expression_end(struct host_nft_bytes *out, struct nft_expression expression);

/* Loads a value of the packet (NFT_META_*) into a register. The rule ends there if the packet has none. */
void nft_put_meta(struct host_nft_bytes *out, uint32_t key, uint32_t reg);
/* Loads bytes of a header (NFT_PAYLOAD_*) into registers. */
void nft_put_payload(struct host_nft_bytes *out, uint32_t base, uint32_t offset, uint32_t len, uint32_t reg);
/* The rule goes on only if the bytes from NFT_REG_1 on compare with value as op (NFT_CMP_*) says. */
void nft_put_compare(struct host_nft_bytes *out, uint32_t op, const void *value, size_t len);
void nft_put_verdict(struct host_nft_bytes *out, uint32_t verdict);
void nft_put_counter(struct host_nft_bytes *out);

/* A batch, of which the kernel does all or nothing. Its messages are numbered from 1. */
struct nft_batch {
	struct host_nft_bytes *out;
	const char *table; /* its name */
	uint32_t seq;
	size_t last; /* where the last message begins */
};

struct nft_batch nft_batch_open(struct host_nft_bytes *out, const char *table);
/* Ends a batch that has a message. Returns the number of the message that asks for an acknowledgement. */
uint32_t nft_batch_close(struct nft_batch *batch);

void nft_batch_begin(struct nft_batch *batch, uint16_t message, uint16_t flags);
void nft_batch_end(struct nft_batch *batch);

/* message: NFT_MSG_NEWTABLE or NFT_MSG_DELTABLE. */
void nft_write_table(struct nft_batch *batch, uint16_t message, uint16_t flags);
/* Makes the table, in the place of one that may exist. */
void nft_write_new_table(struct nft_batch *batch);
/* A chain of the type filter, with the policy accept. */
void nft_write_chain(struct nft_batch *batch, const char *chain, uint32_t hook_number, int32_t priority);
/* A rule at the end of the chain; between both stand its expressions. The comment has at most 127 bytes. */
size_t nft_rule_begin(struct nft_batch *batch, const char *chain);
void nft_rule_end(struct nft_batch *batch, size_t list, const char *comment);

#endif
