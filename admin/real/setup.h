/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `lvsadm real-server`: what a real server must look like for a method, as words and as a list of
 * settings. Pure; admin/real/run.c makes the machine so.
 *
 * A real server of DR or TUN has the virtual address too, on a device that nobody asks for it: in
 * IPv4 it must neither answer nor send ARP for it (ndisc answers for addresses of the device
 * alone, so IPv6 needs nothing). Packets out of a tunnel come from clients that are routed
 * elsewhere, which the reverse path filter must let pass. With NAT all goes back through the
 * director.
 */
#ifndef LVSD_ADMIN_REAL_SETUP_H
#define LVSD_ADMIN_REAL_SETUP_H

#include "base/addr.h"
#include "base/err.h"
#include "base/vec.h"

#include <stdio.h>

#define REAL_DEV_MAX    16 /* IFNAMSIZ */
#define REAL_SYSCTL_MAX 64 /* the name of one */

enum real_action {
	REAL_UP,
	REAL_DOWN,
	REAL_PRINT_SYSCTL,
	REAL_PRINT_SYSTEMD,
	REAL_HELP,
};

enum real_method {
	REAL_DR,
	REAL_TUN,
	REAL_NAT,
};

enum real_arp {
	REAL_ARP_SYSCTL,
	REAL_ARP_TABLES,
};

struct real_addrs {
	VEC(struct addr) list;
};

/* What is asked for. down needs nothing but the action: no VIP means all that was set up. */
struct real_setup {
	enum real_action action;
	enum real_method method;
	enum real_arp arp;
	char dev[REAL_DEV_MAX];
	struct real_addrs vips;
	struct addr gateway; /* NAT */
	struct addr source;  /* with arptables: the address that ARP requests have instead */
};

/*
 * Reads the words after "real-server". 0; -EINVAL with the sentence, *ret_setup being untouched.
 * real_setup_free() it.
 */
int real_parse(const char *const *words, size_t n_words, struct real_setup *ret_setup,
	       struct err *err);
void real_setup_free(struct real_setup *setup);

/* "DR", "TUN", "NAT" and back; -1 for other words. */
const char *real_method_name(enum real_method method);
int real_method_parse(const char *name);

/* A sysctl that must have at least this value. */
struct real_sysctl {
	char name[REAL_SYSCTL_MAX]; /* "net.ipv4.conf.all.arp_ignore" with '/' for '.': a path */
	int value;
};

struct real_sysctls {
	VEC(struct real_sysctl) list;
};

/* Appends what a method needs with a VIP of this family on dev. */
void real_sysctls_add(struct real_sysctls *sysctls, enum real_method method, enum real_arp arp,
		      uint16_t family, const char *dev);

/* The name with dots, as sysctl(8) has it; dots in the name of a device become '/'. */
const char *real_sysctl_text(const char *name, char text[static REAL_SYSCTL_MAX]);

/* A file for sysctl.d(5), and a unit that runs `program real-server up` and down. */
void real_print_sysctl(const struct real_setup *setup, FILE *out);
void real_print_systemd(const struct real_setup *setup, const char *program, FILE *out);
void real_print_help(FILE *out);

#endif
