/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Advertisements with virtual_router_id 0, which is invalid; in a network namespace of its own. */
#include "logged.h"
#include "own_net.h"
#include "tests/unit/vrrp_holds_rig.h"
#include "base/mono.h"
#include "vrrp/pkt.h"

#include <arpa/inet.h>
#include <check.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SHARED "has the address 10.7.0.100 too, under virtual_router_id"
#define FILE_TEXT                                                                                  \
	"global_defs {\nlog_unknown_vrids\n}\n" INSTANCE("virtual_ipaddress {\n10.7.0.100/32\n}\n")

/* A stranger behind far advertises 10.7.0.100. */
static void advertise(uint8_t vrid)
{
	static const uint8_t listed[] = {10, 7, 0, 100};
	const struct vrrp_path path = {{AF_INET, {10, 7, 0, 9}}, {AF_INET, {224, 0, 0, 18}}, 255};
	const struct vrrp_pkt pkt = {.version = 3,
				     .vrid = vrid,
				     .priority = 100,
				     .n_addrs = 1,
				     .interval_ns = NS_PER_S,
				     .addrs = listed,
				     .has_pseudo_header = true};
	uint8_t packet[64] = {0x45, [3] = 32, [8] = 255, [9] = 112, [12] = 10, 7, 0, 9, 224, 0, 0, 18};
	struct sockaddr_ll to = {.sll_family = AF_PACKET,
				 .sll_protocol = htons(0x0800),
				 .sll_ifindex = (int)if_nametoindex("far"),
				 .sll_halen = 6,
				 .sll_addr = {0x01, 0x00, 0x5e, 0x00, 0x00, 0x12}};
	size_t len = vrrp_pkt_encode(&pkt, &path, packet + 20, sizeof(packet) - 20);
	int fd = socket(AF_PACKET, SOCK_DGRAM, 0);
	uint32_t sum = 0;

	ck_assert_uint_eq(len, 12);
	for (size_t i = 0; i < 20; i += 2)
		sum += (uint32_t)(packet[i] << 8 | packet[i + 1]);
	sum = (sum & 0xffff) + (sum >> 16);
	packet[10] = (uint8_t)(~sum >> 8);
	packet[11] = (uint8_t)~sum;
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(sendto(fd, packet, 20 + len, 0, (struct sockaddr *)&to, sizeof(to)),
			 (ssize_t)(20 + len));
	close(fd);
}

static const char *lines_after(uint8_t vrid, size_t n)
{
	configure(FILE_TEXT);
	shows("ip -o addr show dev near", "10.7.0.100/32");
	own_net_await_carrier("near");
	logged_begin();
	for (size_t i = 0; i < n; i++)
		advertise(vrid);
	run_for(100);
	return logged_take();
}

/* The reports that such an advertisement must not cause are those that one with another VRID causes. */
START_TEST(another_virtual_router_is_reported)
{
	const char *text = lines_after(77, 1);

	ck_assert_msg(strstr(text, SHARED " 77"), "%s", text);
	ck_assert_msg(strstr(text, "advertises virtual_router_id 77 on near, which no instance has"), "%s", text);
}
END_TEST

START_TEST(virtual_router_0_is_invalid)
{
	const char *text = lines_after(0, 3);

	ck_assert_msg(!strstr(text, SHARED), "%s", text);
	ck_assert_msg(!strstr(text, "unknown virtual routers"), "%s", text);
	ck_assert_uint_eq(logged_count(text, "10.7.0.9 advertises virtual_router_id 0 on near, which is invalid"), 1);
}
END_TEST

static void teardown(void)
{
	logged_end();
	holds_end();
}

int main(void)
{
	TCase *tcase = tcase_create("vrrp vrid zero");

	tcase_add_checked_fixture(tcase, holds_begin, teardown);
	tcase_add_test(tcase, another_virtual_router_is_reported);
	tcase_add_test(tcase, virtual_router_0_is_invalid);
	return own_net_tests("vrrp vrid zero", tcase);
}
