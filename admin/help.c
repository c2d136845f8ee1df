/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "admin/run.h"

#include <stdio.h>

/* Monitoring compares the output of `ipvsadm --version` with this text. */
#define PLAIN_VERSION "ipvsadm v1.31 2019/12/24 (compiled with popt and IPVS v1.2.1)"

void run_print_version(const struct run *run)
{
	puts(run->is_plain ? PLAIN_VERSION
			   : "lvsadm " PACKAGE_VERSION " (speaks as ipvsadm v1.31 does)");
}

static void print_synopsis(const char *program)
{
	printf(
	    "usage:\n"
	    "  %s -A|-E SERVICE [-s SCHEDULER] [-b FLAGS] [-p [SECONDS]] [-M MASK] [--pe ENGINE] "
	    "[-o]\n"
	    "  %s -D SERVICE\n"
	    "  %s -a|-e SERVICE -r SERVER [-g|-i|-m] [-w WEIGHT] [-x UPPER] [-y LOWER]\n"
	    "  %s -d SERVICE -r SERVER\n"
	    "  %s -C | -S [-n] | -Z [SERVICE]\n"
	    "  %s -L [SERVICE | -c | --timeout | --daemon] [how to list]\n"
	    "  %s -R\n"
	    "  %s --set TCP TCPFIN UDP\n"
	    "  %s --start-daemon|--stop-daemon master|backup [of the daemons]\n",
	    program, program, program, program, program, program, program, program, program);
}

/* Options that ipvsadm does not have. */
static const char own_help[] =
    "lvsadm alone:\n"
    "      --json                   with -L: as JSON\n"
    "      --replace                with -R: make the table equal to the rules read and leave\n"
    "                               alone what is right\n"
    "  real-server up|down          prepare this machine as a real server: see\n"
    "                               lvsadm real-server --help\n\n";

static const char help[] =
    "commands, of which one comes first:\n"
    "  -A, --add-service            add a virtual service\n"
    "  -E, --edit-service           change one\n"
    "  -D, --delete-service         remove one with its real servers\n"
    "  -C, --clear                  remove all\n"
    "  -a, --add-server             add a real server to a virtual service\n"
    "  -e, --edit-server            change one\n"
    "  -d, --delete-server          remove one\n"
    "  -L, -l, --list               list the table, or what an option names\n"
    "  -Z, --zero                   set counters to zero, of one service or of all\n"
    "  -S, --save                   write the table as rules\n"
    "  -R, --restore                read rules from standard input\n"
    "      --set TCP TCPFIN UDP     timeouts in seconds; 0 leaves one as it is\n"
    "      --start-daemon ROLE      start connection synchronization as master or backup\n"
    "      --stop-daemon ROLE       stop it\n"
    "  -h, --help                   print this\n"
    "  -v, --version                print the version\n\n"
    "SERVICE:\n"
    "  -t, --tcp-service HOST[:PORT]\n"
    "  -u, --udp-service HOST[:PORT]\n"
    "      --sctp-service HOST[:PORT]\n"
    "  -f, --fwmark-service MARK\n"
    "  -6, --ipv6                   after -f: for IPv6\n\n"
    "of services:\n"
    "  -s, --scheduler NAME         rr wrr lc wlc lblc lblcr dh sh sed nq fo ovf mh; wlc\n"
    "  -b, --sched-flags FLAGS      sh-port sh-fallback mh-port mh-fallback flag-1 flag-2\n"
    "                               flag-3, divided by commas\n"
    "  -p, --persistent [SECONDS]   keep clients on their real server; 360\n"
    "  -M, --netmask MASK           which clients are one: a mask, for IPv6 a prefix length\n"
    "      --pe ENGINE              persistence engine: sip\n"
    "  -o, --ops                    one-packet scheduling (UDP)\n\n"
    "of real servers:\n"
    "  -r, --real-server HOST[:PORT]\n"
    "  -g, --gatewaying             direct routing; the default\n"
    "  -i, --ipip                   tunnel\n"
    "  -m, --masquerading           NAT\n"
    "      --tun-type TYPE          ipip, gue or gre; ipip\n"
    "      --tun-port PORT          with gue\n"
    "      --tun-nocsum, --tun-csum, --tun-remcsum\n"
    "                               checksums of gue and gre: none, local, remote (gue)\n"
    "  -w, --weight WEIGHT          0 to 65535; 1\n"
    "  -x, --u-threshold N          connections from which on it gets no more\n"
    "  -y, --l-threshold N          connections below which it gets some again\n\n"
    "how to list:\n"
    "  -n, --numeric                no names\n"
    "  -c, --connection             the connections instead of the table\n"
    "      --timeout                the timeouts instead\n"
    "      --daemon                 the synchronization daemons instead\n"
    "      --stats, --rate          counters; what goes through per second\n"
    "  -X, --exact                  whole numbers\n"
    "      --thresholds, --persistent-conn, --tun-info\n"
    "                               other columns\n"
    "      --nosort                 in the kernel's order\n"
    "      --sort                   sorted, as without it\n\n"
    "of the daemons:\n"
    "      --mcast-interface NAME   eth0\n"
    "      --syncid N               0 to 255; 0\n"
    "      --sync-maxlen BYTES      of a message; from the interface's MTU\n"
    "      --mcast-group ADDRESS    224.0.0.81\n"
    "      --mcast-port PORT        8848\n"
    "      --mcast-ttl TTL          1\n\n";

void run_print_help(const struct run *run)
{
	run_print_version(run);
	print_synopsis(run->program);
	putchar('\n');
	fputs(help, stdout);
	if (!run->is_plain)
		fputs(own_help, stdout);
	puts("Exit status: 0 done, 255 refused by the kernel, 2 wrong command line or no IPVS, "
	     "1 a listing failed.");
}
