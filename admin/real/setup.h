/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `lvsadm real-server`: the settings that a real server needs for a forwarding method, from the
 * words of a command line. admin/real/run.c carries them out. Pure.
 *
 * A real server of DR or TUN has the virtual address, too, on a device that others do not ask for
 * it. For IPv4 it must neither answer nor send ARP for that address. IPv6 needs nothing, since
 * ndisc answers only for addresses of the device that was asked. Packets out of a tunnel come from
 * clients whose route is on another device, so the reverse path filter must accept them. With NAT
 * all answers go back through the director.
 */
#ifndef LVSD_ADMIN_REAL_SETUP_H
#define LVSD_ADMIN_REAL_SETUP_H

#include "base/addr.h"
#include "base/err.h"
#include "base/vec.h"

#include <stdio.h>

#define REAL_DEV_MAX    16 /* IFNAMSIZ */
#define REAL_SYSCTL_MAX 64 /* the longest name of a sysctl */

/* What `lvsadm real-server` does: up, down, print sysctl, print systemd, --help. */
enum real_action {
	REAL_UP,
	REAL_DOWN,
	REAL_PRINT_SYSCTL,
	REAL_PRINT_SYSTEMD,
	REAL_HELP,
};

/* The forwarding method of the director's service. */
enum real_method {
	REAL_DR,
	REAL_TUN,
	REAL_NAT,
};

/* How ARP for the VIP is suppressed: by arp_ignore and arp_announce, or by rules of arptables. */
enum real_arp {
	REAL_ARP_SYSCTL,
	REAL_ARP_TABLES,
};

/* Begins as {0}. */
struct real_addrs {
	VEC(struct addr) list;
};

/* The words of a command line. "down" needs only the action: without a VIP it removes all that was
 * set up. */
struct real_setup {
	enum real_action action;
	enum real_method method;
	enum real_arp arp;
	char dev[REAL_DEV_MAX]; /* the device that gets the VIPs */
	struct real_addrs vips;
	struct addr gateway; /* with NAT */
	struct addr source;  /* with arptables: the source that ARP requests get */
};

/* Reads the words after "real-server". Returns 0, and real_setup_free() frees *ret_setup; or
 * -EINVAL with the sentence, and *ret_setup is untouched. */
int real_parse(const char *const *words, size_t n_words, struct real_setup *ret_setup,
	       struct err *err);
void real_setup_free(struct real_setup *setup);

/* real_method_name() gives "DR", "TUN" or "NAT"; the other function is the reverse, -1 for other
 * words. */
const char *real_method_name(enum real_method method);
int real_method_parse(const char *name);

/* A sysctl, and the value that it must at least have. */
struct real_sysctl {
	char name[REAL_SYSCTL_MAX]; /* a path: "net.ipv4.conf.all.arp_ignore" with '/' for '.' */
	int value;
};

/* Begins as {0}. */
struct real_sysctls {
	VEC(struct real_sysctl) list;
};

/* Appends the sysctls that a method needs for a VIP of this family on dev. */
void real_sysctls_add(struct real_sysctls *sysctls, enum real_method method, enum real_arp arp,
		      uint16_t family, const char *dev);

/* The name with dots, as sysctl(8) has it. A dot in the name of a device becomes '/'. */
const char *real_sysctl_text(const char *name, char text[static REAL_SYSCTL_MAX]);

/* Print a file for sysctl.d(5), and a systemd unit that runs `program real-server up` and down. */
void real_print_sysctl(const struct real_setup *setup, FILE *out);
void real_print_systemd(const struct real_setup *setup, const char *program, FILE *out);
void real_print_help(FILE *out);

#endif
