/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "admin/real/setup.h"

#include "admin/scan.h"

#include <errno.h>
#include <string.h>

enum {
	ID_VIP,
	ID_METHOD,
	ID_DEV,
	ID_ARP,
	ID_GATEWAY,
	ID_SOURCE,
	ID_PRINT_SYSCTL,
	ID_PRINT_SYSTEMD,
	ID_HELP,
};

static const struct scan_option option_table[] = {
    {"vip", 0, SCAN_VALUE_REQUIRED, ID_VIP},
    {"method", 0, SCAN_VALUE_REQUIRED, ID_METHOD},
    {"dev", 0, SCAN_VALUE_REQUIRED, ID_DEV},
    {"arp", 0, SCAN_VALUE_REQUIRED, ID_ARP},
    {"gateway", 0, SCAN_VALUE_REQUIRED, ID_GATEWAY},
    {"source", 0, SCAN_VALUE_REQUIRED, ID_SOURCE},
    {"print-sysctl", 0, SCAN_VALUE_NONE, ID_PRINT_SYSCTL},
    {"print-systemd", 0, SCAN_VALUE_NONE, ID_PRINT_SYSTEMD},
    {"help", 'h', SCAN_VALUE_NONE, ID_HELP},
    {NULL, 0, SCAN_VALUE_NONE, 0},
};

/* The words that were given; some others have a default. */
struct said {
	struct real_setup setup;
	bool has_method, has_arp, is_printed;
};

static const char *const method_names[] = {"DR", "TUN", "NAT"};

const char *real_method_name(enum real_method method)
{
	return method_names[method];
}

int real_method_parse(const char *name)
{
	for (int i = REAL_DR; i <= REAL_NAT; i++)
		if (!strcmp(method_names[i], name))
			return i;
	return -1;
}

static int read_addr(const char *option, const char *text, struct addr *ret_addr, struct err *err)
{
	if (addr_parse(text, ret_addr) < 0 || !addr_is_host(ret_addr))
		return err_set(err, -EINVAL, "--%s %s: this is no address of a host", option, text);
	return 0;
}

static int read_method(struct said *said, const char *text, struct err *err)
{
	int method = real_method_parse(text);

	if (method < 0)
		return err_set(err, -EINVAL, "--method %s: it is one of DR, TUN and NAT", text);
	said->setup.method = (enum real_method)method;
	said->has_method = true;
	return 0;
}

static int read_arp(struct said *said, const char *text, struct err *err)
{
	said->has_arp = true;
	if (!strcmp(text, "sysctl"))
		said->setup.arp = REAL_ARP_SYSCTL;
	else if (!strcmp(text, "arptables"))
		said->setup.arp = REAL_ARP_TABLES;
	else
		return err_set(err, -EINVAL, "--arp %s: it is sysctl or arptables", text);
	return 0;
}

static int read_dev(struct said *said, const char *text, struct err *err)
{
	if (!*text || strlen(text) >= REAL_DEV_MAX || strchr(text, '/') || *text == '.')
		return err_set(err, -EINVAL, "--dev %s: this is no name of a device", text);
	strcpy(said->setup.dev, text);
	return 0;
}

static int read_option(struct said *said, int id, const char *value, struct err *err)
{
	struct real_setup *setup = &said->setup;

	switch (id) {
	case ID_VIP:
		return read_addr("vip", value, vec_push(&setup->vips.list), err);
	case ID_METHOD:
		return read_method(said, value, err);
	case ID_DEV:
		return read_dev(said, value, err);
	case ID_ARP:
		return read_arp(said, value, err);
	case ID_GATEWAY:
		return read_addr("gateway", value, &setup->gateway, err);
	case ID_SOURCE:
		return read_addr("source", value, &setup->source, err);
	case ID_PRINT_SYSCTL:
		setup->action = REAL_PRINT_SYSCTL;
		break;
	case ID_PRINT_SYSTEMD:
		setup->action = REAL_PRINT_SYSTEMD;
		break;
	case ID_HELP:
		setup->action = REAL_HELP;
		break;
	}
	said->is_printed = true;
	return 0;
}

static int read_words(struct said *said, struct scan *scan, struct err *err)
{
	const char *value;
	int id, rc;

	while ((id = scan_next(scan, &value)) >= 0) {
		rc = read_option(said, id, value, err);
		if (rc < 0)
			return rc;
	}
	if (id != SCAN_END)
		return err_set(err, -EINVAL, "%s: %s", scan_bad_word(scan), scan_error(id));
	if (scan->arguments.n)
		return err_set(err, -EINVAL, "unexpected argument %s", scan->arguments.items[0]);
	return 0;
}

/* Counts the VIPs that are IPv4. */
static size_t count_v4(const struct real_addrs *vips)
{
	size_t n = 0;

	for (size_t i = 0; i < vips->list.n; i++)
		n += vips->list.items[i].family == AF_INET;
	return n;
}

static int check_nat(const struct said *said, struct err *err)
{
	const struct real_setup *setup = &said->setup;

	if (setup->gateway.family == AF_UNSPEC)
		return err_set(err, -EINVAL,
			       "with --method NAT all goes back through the director: name its "
			       "address with --gateway");
	if (setup->vips.list.n || *setup->dev || said->has_arp || setup->source.family != AF_UNSPEC)
		return err_set(
		    err, -EINVAL,
		    "with --method NAT a real server has no VIP: --gateway stands alone");
	return 0;
}

static int check_vips(struct said *said, struct err *err)
{
	struct real_setup *setup = &said->setup;
	size_t n_v4 = count_v4(&setup->vips);

	if (!setup->vips.list.n)
		return err_set(err, -EINVAL, "name the virtual address with --vip");
	if (setup->gateway.family != AF_UNSPEC)
		return err_set(err, -EINVAL, "--gateway goes with --method NAT");
	if (setup->source.family != AF_UNSPEC &&
	    (setup->arp != REAL_ARP_TABLES || setup->source.family != AF_INET))
		return err_set(err, -EINVAL,
			       "--source is the IPv4 address of this machine that --arp arptables "
			       "puts into ARP requests");
	if (setup->method == REAL_TUN && n_v4 && n_v4 != setup->vips.list.n)
		return err_set(err, -EINVAL,
			       "IPv4 and IPv6 have different tunnel devices: set them up one by "
			       "one");
	if (!*setup->dev)
		strcpy(setup->dev, setup->method == REAL_DR ? "lo" : n_v4 ? "tunl0" : "ip6tnl0");
	return 0;
}

static int check(struct said *said, struct err *err)
{
	enum real_action action = said->setup.action;

	if (action == REAL_HELP || action == REAL_DOWN)
		return 0;
	if (!said->has_method)
		return err_set(err, -EINVAL,
			       "name how the director forwards: --method DR, TUN or "
			       "NAT");
	return said->setup.method == REAL_NAT ? check_nat(said, err) : check_vips(said, err);
}

static int read_action(struct said *said, const char *word, struct err *err)
{
	if (!strcmp(word, "up"))
		said->setup.action = REAL_UP;
	else if (!strcmp(word, "down"))
		said->setup.action = REAL_DOWN;
	else if (!strcmp(word, "-h") || !strcmp(word, "--help"))
		said->setup.action = REAL_HELP;
	else
		return err_set(err, -EINVAL, "real-server %s: it is up or down", word);
	return 0;
}

int real_parse(const char *const *words, size_t n_words, struct real_setup *ret_setup,
	       struct err *err)
{
	struct said said = {0};
	struct scan scan;
	int rc;

	if (!n_words)
		return err_set(err, -EINVAL, "real-server: it is up or down");
	rc = read_action(&said, words[0], err);
	if (rc == 0) {
		scan_init(&scan, option_table, words + 1, n_words - 1);
		rc = read_words(&said, &scan, err);
		scan_fini(&scan);
	}
	if (rc == 0)
		rc = check(&said, err);
	if (rc < 0)
		real_setup_free(&said.setup);
	else
		*ret_setup = said.setup;
	return rc;
}

void real_setup_free(struct real_setup *setup)
{
	vec_free(&setup->vips.list);
}

static void add_sysctl(struct real_sysctls *sysctls, const char *dev, const char *key, int value)
{
	struct real_sysctl sysctl = {.value = value};

	snprintf(sysctl.name, sizeof(sysctl.name), "net/ipv4/conf/%s/%s", dev, key);
	for (size_t i = 0; i < sysctls->list.n; i++)
		if (!strcmp(sysctls->list.items[i].name, sysctl.name))
			return;
	*vec_push(&sysctls->list) = sysctl;
}

void real_sysctls_add(struct real_sysctls *sysctls, enum real_method method, enum real_arp arp,
		      uint16_t family, const char *dev)
{
	if (method == REAL_NAT || family != AF_INET)
		return;
	if (arp == REAL_ARP_SYSCTL) {
		add_sysctl(sysctls, "all", "arp_ignore", 1);
		add_sysctl(sysctls, dev, "arp_ignore", 1);
		add_sysctl(sysctls, "all", "arp_announce", 2);
		add_sysctl(sysctls, dev, "arp_announce", 2);
	}
	/* The kernel uses the greater value of "all" and the device, so "all" may stay strict. */
	if (method == REAL_TUN)
		add_sysctl(sysctls, dev, "rp_filter", 2);
}

const char *real_sysctl_text(const char *name, char text[static REAL_SYSCTL_MAX])
{
	size_t i;

	for (i = 0; i < REAL_SYSCTL_MAX - 1 && name[i]; i++)
		text[i] = name[i] == '/' ? '.' : name[i] == '.' ? '/' : name[i];
	text[i] = '\0';
	return text;
}

void real_print_sysctl(const struct real_setup *setup, FILE *out)
{
	struct real_sysctls sysctls = {0};
	char text[REAL_SYSCTL_MAX];

	for (size_t i = 0; i < setup->vips.list.n; i++)
		real_sysctls_add(&sysctls, setup->method, setup->arp,
				 setup->vips.list.items[i].family, setup->dev);
	fprintf(out, "# A real server of method %s, for /etc/sysctl.d.\n",
		real_method_name(setup->method));
	if (!sysctls.list.n)
		fputs("# It needs no sysctl.\n", out);
	for (size_t i = 0; i < sysctls.list.n; i++)
		fprintf(out, "%s = %d\n", real_sysctl_text(sysctls.list.items[i].name, text),
			sysctls.list.items[i].value);
	vec_free(&sysctls.list);
}

/* Prints the words that ask for this setup. */
static void print_words(const struct real_setup *setup, FILE *out)
{
	char text[ADDR_TEXT_MAX];

	fprintf(out, " --method %s", real_method_name(setup->method));
	if (setup->method == REAL_NAT) {
		fprintf(out, " --gateway %s", addr_format(&setup->gateway, text));
		return;
	}
	for (size_t i = 0; i < setup->vips.list.n; i++)
		fprintf(out, " --vip %s", addr_format(&setup->vips.list.items[i], text));
	fprintf(out, " --dev %s --arp %s", setup->dev,
		setup->arp == REAL_ARP_SYSCTL ? "sysctl" : "arptables");
	if (setup->source.family != AF_UNSPEC)
		fprintf(out, " --source %s", addr_format(&setup->source, text));
}

void real_print_systemd(const struct real_setup *setup, const char *program, FILE *out)
{
	char text[ADDR_TEXT_MAX];

	fprintf(out,
		"# /etc/systemd/system/lvsadm-real-server.service\n"
		"[Unit]\n"
		"Description=Real server of a Linux Virtual Server (%s)\n"
		"Documentation=man:lvsadm(8)\n"
		"Wants=network-online.target\n"
		"After=network-online.target\n\n"
		"[Service]\n"
		"Type=oneshot\n"
		"RemainAfterExit=yes\n"
		"ExecStart=%s real-server up",
		real_method_name(setup->method), program);
	print_words(setup, out);
	fprintf(out, "\nExecStop=%s real-server down", program);
	for (size_t i = 0; i < setup->vips.list.n; i++)
		fprintf(out, " --vip %s", addr_format(&setup->vips.list.items[i], text));
	fputs("\n\n[Install]\nWantedBy=multi-user.target\n", out);
}

void real_print_help(FILE *out)
{
	fputs("usage:\n"
	      "  lvsadm real-server up --method DR|TUN --vip ADDRESS... [--dev DEVICE]\n"
	      "                        [--arp sysctl|arptables [--source ADDRESS]]\n"
	      "  lvsadm real-server up --method NAT --gateway ADDRESS\n"
	      "  lvsadm real-server down [--vip ADDRESS...]\n"
	      "Prepares this machine as a real server, prints what it changed, and undoes exactly "
	      "that.\n\n"
	      "      --method METHOD    how the director forwards: DR, TUN, NAT\n"
	      "      --vip ADDRESS      a virtual address, again for each\n"
	      "      --dev DEVICE       where it goes: lo, for TUN tunl0 or ip6tnl0\n"
	      "      --arp HOW          keeps others from learning the VIP from this machine: by "
	      "sysctl\n"
	      "                         (the default) or by rules of arptables\n"
	      "      --source ADDRESS   with arptables: what ARP requests have instead of the VIP\n"
	      "      --gateway ADDRESS  the director, which becomes the default route\n"
	      "instead of doing it:\n"
	      "      --print-sysctl     print a file for /etc/sysctl.d\n"
	      "      --print-systemd    print a unit that does it at boot\n",
	      out);
}
