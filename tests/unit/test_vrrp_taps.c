/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Many macvlans go without keeping the process, and need one socket; in a network namespace of its own. */
#include "own_net.h"
#include "vrrp/holding/frames.h"
#include "vrrp/holding/vmac.h"
#include "vrrp/holding/vmacs.h"
#include "vrrp/machine/frame.h"
#include "vrrp/machine/vmac.h"

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define RUN_DIR  "/run/one"
#define LIMIT_MS 20000

static struct {
	struct loop *loop;
	struct vrrp_link *link;
} bench;

static void on_link(void *arg)
{
	(void)arg;
}

static size_t count_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	size_t n = 0;

	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static void setup(void)
{
	struct err err;

	own_net_run("ip link add near type veth peer name far");
	own_net_run("ip link set near up");
	own_net_run("ip link set far up");
	own_net_await_carrier("near");
	bench.loop = loop_new();
	ck_assert_int_eq(vrrp_link_open(bench.loop, on_link, NULL, &bench.link, &err), 0);
}

static void teardown(void)
{
	vrrp_link_close(bench.link);
	loop_free(bench.loop);
	own_net_run("ip link del near");
}

/* A macvlan of an lvsd with that run dir. */
static void macvlan_make(const char *name, uint8_t vrid, const char *run_dir)
{
	const struct conf_vmac conf = {.name = name,
				       .parent = "near",
				       .family = AF_INET,
				       .mac = UINT64_C(0x00005e000100) + vrid};
	const struct vrrp_vmac_saved saved = {0};
	char alias[VRRP_LINK_ALIAS_MAX];

	vrrp_vmac_alias(&saved, run_dir, alias);
	ck_assert_int_eq(vrrp_vmac_make(bench.link, &conf, alias), 0);
}

static bool is_there(const char *name)
{
	return vrrp_link_by_name(bench.link, name) != NULL;
}

START_TEST(macvlans_of_one_lvsd_go_together)
{
	macvlan_make("one.1", 1, RUN_DIR);
	macvlan_make("one.2", 2, RUN_DIR);
	macvlan_make("one.3", 3, RUN_DIR);
	macvlan_make("two.4", 4, "/run/two");
	own_net_run("ip link add other link near type macvlan");
	ck_assert_uint_eq(vrrp_vmacs_release(bench.link, RUN_DIR), 3);
	ck_assert(!is_there("one.1") && !is_there("one.2") && !is_there("one.3"));
	ck_assert(is_there("two.4"));
	own_net_run("ip link show other");
	ck_assert_uint_eq(vrrp_vmacs_release(bench.link, RUN_DIR), 0);
}
END_TEST

/* The group that they get is nobody's: also where somebody has the first one. */
START_TEST(a_group_that_somebody_has_is_left_alone)
{
	struct vrrp_link_if going[2];

	own_net_run("ip link add other link near type macvlan");
	own_net_run("ip link set other group 1819698021"); /* 0x6c767365 */
	macvlan_make("one.1", 1, RUN_DIR);
	macvlan_make("one.2", 2, RUN_DIR);
	vrrp_link_read(bench.link, "other");
	going[0] = *vrrp_link_by_name(bench.link, "one.1");
	going[1] = *vrrp_link_by_name(bench.link, "one.2");
	ck_assert_int_eq(vrrp_vmac_delete_all(bench.link, going, 2), 0);
	ck_assert(!is_there("one.1") && !is_there("one.2"));
	own_net_run("ip link show other");
	/* One that somebody has deleted meanwhile is no failure. */
	macvlan_make("one.1", 1, RUN_DIR);
	going[0] = *vrrp_link_by_name(bench.link, "one.1");
	ck_assert_int_eq(vrrp_vmac_delete_all(bench.link, going, 2), 0);
	ck_assert(!is_there("one.1"));
}
END_TEST

/* --- frames --- */

#define N_MANY 100

static const uint16_t families[] = {AF_INET, AF_INET6};

static void on_readable(struct vrrp_port *port)
{
	(void)port;
}

static struct vrrp_port_host host = {.on_readable = on_readable};

static unsigned macvlan_up(unsigned vrid)
{
	char name[16], line[64];

	snprintf(name, sizeof(name), "one.%u", vrid);
	macvlan_make(name, (uint8_t)vrid, RUN_DIR);
	snprintf(line, sizeof(line), "ip link set %s up", name);
	own_net_run(line);
	own_net_await_carrier(name); /* what is sent before that is lost */
	return vrrp_link_by_name(bench.link, name)->index;
}

static const struct vrrp_link_if *interface_at(unsigned index)
{
	char name[IF_NAMESIZE];
	const struct vrrp_link_if *interface;

	ck_assert_ptr_nonnull(if_indextoname(index, name));
	interface = vrrp_link_by_name(bench.link, name);
	ck_assert_ptr_nonnull(interface);
	return interface;
}

/* The far end sends a packet of the protocol to the group, from the hardware address. */
static void far_send(uint16_t family, uint8_t protocol, const uint8_t mac[static VRRP_MAC_LEN])
{
	uint8_t bytes[14 + FRAME_HEADER_MAX + 8] = {0};
	struct vrrp_path path = {.hop_limit = VRRP_HOP_LIMIT};
	struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex("far")};
	int fd = socket(AF_PACKET, SOCK_RAW, 0);
	size_t len;

	ck_assert_int_eq(addr_parse(family == AF_INET ? "192.0.2.1" : "fe80::1", &path.source), 0);
	ck_assert_int_eq(addr_parse(family == AF_INET ? "224.0.0.18" : "ff02::12", &path.destination), 0);
	frame_group_mac(&path.destination, bytes);
	memcpy(bytes + 6, mac, VRRP_MAC_LEN);
	bytes[12] = family == AF_INET ? 0x08 : 0x86;
	bytes[13] = family == AF_INET ? 0x00 : 0xdd;
	len = 14 + frame_put(&path, 8, bytes + 14) + 8;
	bytes[14 + (family == AF_INET ? FRAME_IP4_PROTOCOL_AT : FRAME_IP6_NEXT_AT)] = protocol;
	ck_assert_int_eq(sendto(fd, bytes, len, 0, (struct sockaddr *)&to, sizeof(to)), (ssize_t)len);
	close(fd);
}

static const uint8_t stranger[VRRP_MAC_LEN] = {2, 0, 0, 0, 0, 9};

/* The index of the macvlan by which the next frame for a tap has come; counts those for none. Those of the
 * stranger do not count: a macvlan knows its groups by a hash, so that some may come by there. */
static unsigned receive(struct vrrp_frames *frames, struct vrrp_raw *raw, const struct vrrp_port *port,
			unsigned *n_others)
{
	struct pollfd events = {.fd = vrrp_raw_fd(raw), .events = POLLIN};
	struct vrrp_raw_packet packet = {0};
	struct vrrp_port *found;

	for (;;) {
		int code = vrrp_frames_receive(frames, port->family, &packet, &found);

		if (code == 0) {
			ck_assert_ptr_eq(found, port);
			return packet.index;
		}
		*n_others += code != -EAGAIN && memcmp(packet.mac, stranger, VRRP_MAC_LEN) != 0;
		if (code == -EAGAIN)
			ck_assert_int_eq(poll(&events, 1, LIMIT_MS), 1);
	}
}

/* What comes from the address of a macvlan is heard there, and nothing else is. */
START_TEST(a_frame_is_heard_on_its_macvlan)
{
	const uint16_t family = families[_i];
	unsigned first = macvlan_up(1), between = macvlan_up(2), last = macvlan_up(3), n_others = 0;
	struct vrrp_port port = {.host = &host, .family = family};
	struct vrrp_frames *frames = vrrp_frames_new(bench.loop);
	struct vrrp_raw *raw, *same;
	struct err err;

	ck_assert_int_eq(vrrp_frames_join(frames, &port, interface_at(last), &raw, &err), 0);
	ck_assert_int_eq(vrrp_frames_join(frames, &port, interface_at(first), &same, &err), 0);
	ck_assert_ptr_eq(raw, same);
	far_send(family, IPPROTO_UDP, interface_at(first)->mac);
	far_send(family, VRRP_PROTOCOL, stranger);
	far_send(family, VRRP_PROTOCOL, interface_at(last)->mac);
	ck_assert_uint_eq(receive(frames, raw, &port, &n_others), last);
	ck_assert_uint_eq(n_others, 0); /* so UDP was dropped in the kernel */
	far_send(family, VRRP_PROTOCOL, interface_at(between)->mac);
	far_send(family, VRRP_AH_PROTOCOL, interface_at(first)->mac);
	ck_assert_uint_eq(receive(frames, raw, &port, &n_others), first);
	ck_assert_uint_eq(n_others, 1); /* that between them */
	/* The first leaves, and those up to the last are not received at all any more. */
	vrrp_frames_leave(frames, &port, first);
	far_send(family, VRRP_PROTOCOL, interface_at(first)->mac);
	far_send(family, VRRP_PROTOCOL, interface_at(between)->mac);
	far_send(family, VRRP_PROTOCOL, interface_at(last)->mac);
	ck_assert_uint_eq(receive(frames, raw, &port, &n_others), last);
	ck_assert_uint_eq(n_others, 1);
	vrrp_frames_leave(frames, &port, last);
	vrrp_frames_free(frames);
}
END_TEST

/* A message leaves by the macvlan that it names, from its hardware address. */
START_TEST(a_message_leaves_by_its_macvlan)
{
	const uint16_t family = families[_i];
	unsigned first = macvlan_up(1), last = macvlan_up(2);
	struct vrrp_port port = {.host = &host, .family = family};
	struct vrrp_frames *frames = vrrp_frames_new(bench.loop);
	struct vrrp_raw_message messages[2] = {{.body = (const uint8_t *)"12345678", .len = 8, .index = last}};
	struct vrrp_raw_message *list[2] = {&messages[0], &messages[1]};
	struct vrrp_raw *ears, *raw;
	struct err err;

	ck_assert_int_eq(vrrp_raw_open_frames(family, &ears, &err), 0);
	ck_assert_int_eq(vrrp_raw_watch_frames(ears, if_nametoindex("far"), if_nametoindex("far")), 0);
	ck_assert_int_eq(vrrp_frames_join(frames, &port, interface_at(first), &raw, &err), 0);
	ck_assert_int_eq(vrrp_frames_join(frames, &port, interface_at(last), &raw, &err), 0);
	messages[0].path.hop_limit = VRRP_HOP_LIMIT;
	ck_assert_int_eq(addr_parse(family == AF_INET ? "192.0.2.1" : "fe80::1", &messages[0].path.source), 0);
	ck_assert_int_eq(addr_parse(family == AF_INET ? "224.0.0.18" : "ff02::12", &messages[0].path.destination), 0);
	messages[1] = messages[0];
	messages[1].index = first;
	vrrp_raw_send(raw, list, 2);
	for (size_t i = 0; i < 2; i++) {
		struct pollfd events = {.fd = vrrp_raw_fd(ears), .events = POLLIN};
		struct vrrp_raw_packet packet;
		int code;

		ck_assert_int_eq(messages[i].code, 0);
		while ((code = vrrp_raw_receive(ears, &packet)) == -EAGAIN)
			ck_assert_int_eq(poll(&events, 1, LIMIT_MS), 1);
		ck_assert_int_eq(code, 0);
		ck_assert_mem_eq(packet.mac, interface_at(messages[i].index)->mac, VRRP_MAC_LEN);
	}
	vrrp_raw_close(ears);
	vrrp_frames_leave(frames, &port, first);
	vrrp_frames_leave(frames, &port, last);
	vrrp_frames_free(frames);
}
END_TEST

/* The kernel needs an RCU grace period to close each packet socket, so their number must not grow. */
START_TEST(many_macvlans_need_one_socket)
{
	size_t before = count_descriptors();
	struct vrrp_port port = {.host = &host, .family = AF_INET};
	struct vrrp_frames *frames = vrrp_frames_new(bench.loop);
	unsigned indexes[N_MANY];
	struct vrrp_raw *raw;
	struct err err;

	for (unsigned i = 0; i < N_MANY; i++) {
		indexes[i] = macvlan_up(i + 1);
		ck_assert_int_eq(vrrp_frames_join(frames, &port, interface_at(indexes[i]), &raw, &err), 0);
	}
	ck_assert_uint_eq(count_descriptors(), before + 1);
	for (unsigned i = 0; i < N_MANY; i++) {
		ck_assert_uint_eq(count_descriptors(), before + 1);
		vrrp_frames_leave(frames, &port, indexes[(i * 37) % N_MANY]);
	}
	/* It is open only while it is needed, as it sees every packet of the machine. */
	ck_assert_uint_eq(count_descriptors(), before);
	vrrp_frames_free(frames);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("taps");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, macvlans_of_one_lvsd_go_together);
	tcase_add_test(tcase, a_group_that_somebody_has_is_left_alone);
	tcase_add_loop_test(tcase, a_frame_is_heard_on_its_macvlan, 0, 2);
	tcase_add_loop_test(tcase, a_message_leaves_by_its_macvlan, 0, 2);
	tcase_add_test(tcase, many_macvlans_need_one_socket);
	return own_net_tests("vrrp taps", tcase);
}
