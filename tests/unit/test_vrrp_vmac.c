/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Macvlans of use_vmac: which one must be made, how lvsd knows its own, and the frames on them. */
#include "vrrp/holding/vmac.h"
#include "vrrp/machine/frame.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define RUN_DIR "/run/lvsd"

static const struct conf_vmac vmac = {
    .name = "vrrp.51", .parent = "eth0", .family = AF_INET, .mac = UINT64_C(0x00005e000133)};
static const struct vrrp_link_if parent = {.index = 2, .name = "eth0"};

/* The macvlan as the machine shows it once it is made. */
static struct vrrp_link_if made(void)
{
	struct vrrp_link_if found = {.index = 7,
				     .name = "vrrp.51",
				     .is_macvlan = true,
				     .parent = 2,
				     .mac = {0x00, 0x00, 0x5e, 0x00, 0x01, 0x33}};

	vrrp_vmac_alias(&(struct vrrp_vmac_saved){0, 1}, RUN_DIR, found.alias);
	return found;
}

START_TEST(a_macvlan_is_made_where_it_is_missing)
{
	struct vrrp_link_if found = made();

	ck_assert_int_eq(vrrp_vmac_judge(&vmac, NULL, NULL, RUN_DIR), VRRP_VMAC_WAIT);
	ck_assert_int_eq(vrrp_vmac_judge(&vmac, NULL, &found, RUN_DIR), VRRP_VMAC_WAIT);
	ck_assert_int_eq(vrrp_vmac_judge(&vmac, &parent, NULL, RUN_DIR), VRRP_VMAC_MAKE);
	ck_assert_int_eq(vrrp_vmac_judge(&vmac, &parent, &found, RUN_DIR), VRRP_VMAC_KEEP);
}
END_TEST

START_TEST(an_own_one_with_another_parent_or_address_is_made_again)
{
	struct vrrp_link_if found = made();

	found.parent = 3;
	ck_assert_int_eq(vrrp_vmac_judge(&vmac, &parent, &found, RUN_DIR), VRRP_VMAC_REMAKE);
	found = made();
	found.mac[5] = 0x34;
	ck_assert_int_eq(vrrp_vmac_judge(&vmac, &parent, &found, RUN_DIR), VRRP_VMAC_REMAKE);
}
END_TEST

START_TEST(a_foreign_interface_is_refused)
{
	struct vrrp_link_if found = made();

	/* The very macvlan: keepalived was killed. */
	found.alias[0] = '\0';
	ck_assert_int_eq(vrrp_vmac_judge(&vmac, &parent, &found, RUN_DIR), VRRP_VMAC_KEEP);
	found.mac[5] = 0x34;
	ck_assert_int_eq(vrrp_vmac_judge(&vmac, &parent, &found, RUN_DIR), VRRP_VMAC_REFUSE);
	found = made();
	found.is_macvlan = false;
	ck_assert_int_eq(vrrp_vmac_judge(&vmac, &parent, &found, RUN_DIR), VRRP_VMAC_REFUSE);
}
END_TEST

START_TEST(why_an_interface_is_foreign)
{
	struct vrrp_link_if found = made();
	char text[VRRP_VMAC_WHY_MAX];

	found.parent = 3;
	ck_assert_str_eq(vrrp_vmac_why_foreign(&vmac, &parent, &found, text),
			 "it is on another interface");
	found = made();
	found.mac[0] = 2;
	ck_assert_str_eq(vrrp_vmac_why_foreign(&vmac, &parent, &found, text),
			 "its hardware address is 02:00:5e:00:01:33, not 00:00:5e:00:01:33");
	found.is_macvlan = false;
	ck_assert_str_eq(vrrp_vmac_why_foreign(&vmac, &parent, &found, text), "it is no macvlan");
}
END_TEST

START_TEST(the_alias_says_what_to_put_back)
{
	struct vrrp_link_if found = made();
	struct vrrp_vmac_saved saved = {9, 9};

	ck_assert(vrrp_vmac_read_alias(&found, &saved));
	ck_assert_uint_eq(saved.arp_ignore, 0);
	ck_assert_uint_eq(saved.arp_announce, 1);
	strcpy(found.alias, "lvsd use_vmac");
	ck_assert(!vrrp_vmac_read_alias(&found, &saved));
	ck_assert(!vrrp_vmac_is_of(&found, RUN_DIR));
}
END_TEST

/* Several lvsd may run in one network namespace. */
START_TEST(the_alias_says_whose_it_is)
{
	struct vrrp_link_if found = made();
	struct vrrp_vmac_saved saved = {9, 9};

	ck_assert(vrrp_vmac_is_of(&found, RUN_DIR));
	ck_assert(!vrrp_vmac_is_of(&found, "/run/lvsd2"));
	ck_assert(!vrrp_vmac_is_of(&found, NULL));
	ck_assert_str_eq(vrrp_vmac_run_dir(&found), RUN_DIR);
	ck_assert_int_eq(vrrp_vmac_judge(&vmac, &parent, &found, "/run/lvsd2"), VRRP_VMAC_REFUSE);
	found.mac[5] = 0x34;
	ck_assert_int_eq(vrrp_vmac_judge(&vmac, &parent, &found, "/run/lvsd2"), VRRP_VMAC_REFUSE);
	/* As former versions wrote it, and read it. */
	strcpy(found.alias, "lvsd use_vmac, before: arp_ignore 0, arp_announce 1");
	ck_assert(vrrp_vmac_is_of(&found, RUN_DIR));
	ck_assert(vrrp_vmac_is_of(&found, NULL));
	ck_assert_str_eq(vrrp_vmac_run_dir(&found), "");
	ck_assert_int_eq(vrrp_vmac_judge(&vmac, &parent, &found, RUN_DIR), VRRP_VMAC_REMAKE);
	vrrp_vmac_alias(&(struct vrrp_vmac_saved){0, 1}, NULL, found.alias);
	ck_assert_str_eq(found.alias, "lvsd use_vmac, before: arp_ignore 0, arp_announce 1");
	ck_assert(vrrp_vmac_read_alias(&found, &saved));
	ck_assert_uint_eq(saved.arp_announce, 1);
}
END_TEST

static const struct conf_vmac ipvlan = {
    .name = "vrrp.51", .parent = "eth0", .family = AF_INET, .mode = CONF_IPVLAN_VEPA};

/* The ipvlan as the machine shows it once it is made. */
static struct vrrp_link_if made_ipvlan(void)
{
	struct vrrp_link_if found = {
	    .index = 7, .name = "vrrp.51", .is_ipvlan = true, .parent = 2, .mac = {2, [5] = 1}};

	vrrp_vmac_alias(NULL, RUN_DIR, found.alias);
	return found;
}

START_TEST(an_ipvlan_is_known_by_kind_parent_and_alias)
{
	struct vrrp_link_if found = made_ipvlan();

	ck_assert_str_eq(found.alias, "lvsd use_ipvlan, run dir " RUN_DIR);
	ck_assert_int_eq(vrrp_vmac_judge(&ipvlan, &parent, NULL, RUN_DIR), VRRP_VMAC_MAKE);
	ck_assert_int_eq(vrrp_vmac_judge(&ipvlan, NULL, &found, RUN_DIR), VRRP_VMAC_WAIT);
	ck_assert_int_eq(vrrp_vmac_judge(&ipvlan, &parent, &found, RUN_DIR), VRRP_VMAC_KEEP);
	ck_assert_int_eq(vrrp_vmac_judge(&ipvlan, &parent, &found, "/run/lvsd2"), VRRP_VMAC_REFUSE);
	found.parent = 3;
	ck_assert_int_eq(vrrp_vmac_judge(&ipvlan, &parent, &found, RUN_DIR), VRRP_VMAC_REMAKE);
	found = made_ipvlan();
	found.alias[0] = '\0'; /* keepalived was killed */
	ck_assert_int_eq(vrrp_vmac_judge(&ipvlan, &parent, &found, RUN_DIR), VRRP_VMAC_KEEP);
	strcpy(found.alias, "of somebody");
	ck_assert_int_eq(vrrp_vmac_judge(&ipvlan, &parent, &found, RUN_DIR), VRRP_VMAC_REFUSE);
	ck_assert(!vrrp_vmac_is_of(&found, RUN_DIR));
}
END_TEST

START_TEST(a_change_between_macvlan_and_ipvlan_makes_it_anew)
{
	struct vrrp_link_if macvlan = made(), other = made_ipvlan();

	ck_assert_int_eq(vrrp_vmac_judge(&ipvlan, &parent, &macvlan, RUN_DIR), VRRP_VMAC_REMAKE);
	ck_assert_int_eq(vrrp_vmac_judge(&vmac, &parent, &other, RUN_DIR), VRRP_VMAC_REMAKE);
	macvlan.alias[0] = '\0';
	ck_assert_int_eq(vrrp_vmac_judge(&ipvlan, &parent, &macvlan, RUN_DIR), VRRP_VMAC_REFUSE);
}
END_TEST

START_TEST(one_that_is_deleted_again_and_again_is_made_later_and_later)
{
	static const int after_s[] = {0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 30, 30};
	struct vrrp_vmac_losses losses = {0};
	struct mono now = {NS_PER_S}, at;

	for (size_t i = 0; i < sizeof(after_s) / sizeof(*after_s); i++) {
		at = vrrp_vmac_lose(&losses, now);
		ck_assert_int_eq(mono_sub(at, now), after_s[i] * NS_PER_S);
		now = mono_add_ns(at, NS_PER_S);
	}
	/* The row ends after a minute. */
	now = mono_add_ns(losses.at, 60 * NS_PER_S);
	ck_assert_int_eq(mono_sub(vrrp_vmac_lose(&losses, now), now), 0);
	ck_assert_uint_eq(losses.n, 1);
}
END_TEST

/* The kernel makes a macvlan on a macvlan beside it. It was made anew for ever. */
START_TEST(an_interface_that_is_such_a_one_itself_can_be_the_parent)
{
	struct vrrp_link_if found = made(), other = made_ipvlan();
	struct vrrp_link_if above = {.index = 5, .name = "eth0", .is_macvlan = true, .parent = 2};

	ck_assert_int_eq(vrrp_vmac_judge(&vmac, &above, &found, RUN_DIR), VRRP_VMAC_KEEP);
	/* In another namespace than this one, as in a container: the kernel does not say which it is. */
	above.parent = found.parent = 0;
	ck_assert_int_eq(vrrp_vmac_judge(&vmac, &above, &found, RUN_DIR), VRRP_VMAC_KEEP);
	above = (struct vrrp_link_if){.index = 5, .name = "eth0", .is_ipvlan = true, .parent = 2};
	ck_assert_int_eq(vrrp_vmac_judge(&ipvlan, &above, &other, RUN_DIR), VRRP_VMAC_KEEP);
	above = (struct vrrp_link_if){.index = 5, .name = "eth0", .is_macvlan = true, .parent = 2};
	other.parent = 5;
	ck_assert_int_eq(vrrp_vmac_judge(&ipvlan, &above, &other, RUN_DIR), VRRP_VMAC_KEEP);
}
END_TEST

static struct vrrp_path path_of(const char *source, const char *destination)
{
	struct vrrp_path path = {.hop_limit = 255};

	ck_assert_int_eq(addr_parse(source, &path.source), 0);
	ck_assert_int_eq(addr_parse(destination, &path.destination), 0);
	return path;
}

START_TEST(an_ipv4_header_is_read_as_it_was_written)
{
	const struct vrrp_path path = path_of("192.0.2.1", "224.0.0.18");
	uint8_t bytes[FRAME_HEADER_MAX + 8] = {0};
	const uint8_t *body;
	struct vrrp_path back;
	size_t len, header = frame_put(&path, 8, bytes);

	ck_assert_uint_eq(header, FRAME_IP4_LEN);
	ck_assert(frame_is_intact(AF_INET, bytes, header + 8));
	ck_assert(!frame_is_signed(AF_INET, bytes, header + 8));
	ck_assert_int_eq(vrrp_ip4_decode(bytes, header + 8, &back, &body, &len), VRRP_ACCEPTED);
	ck_assert_int_eq(addr_cmp(&back.source, &path.source), 0);
	ck_assert_int_eq(addr_cmp(&back.destination, &path.destination), 0);
	ck_assert_uint_eq(back.hop_limit, 255);
	ck_assert_uint_eq(len, 8);
	bytes[8]--; /* the checksum is wrong then */
	ck_assert(!frame_is_intact(AF_INET, bytes, header + 8));
}
END_TEST

START_TEST(an_ipv6_header_is_read_as_it_was_written)
{
	const struct vrrp_path path = path_of("fe80::1", "ff02::12");
	uint8_t bytes[FRAME_HEADER_MAX + 8] = {0};
	const uint8_t *body;
	struct vrrp_path back;
	size_t len, header = frame_put(&path, 8, bytes);

	ck_assert_uint_eq(header, FRAME_HEADER_MAX);
	ck_assert(frame_is_intact(AF_INET6, bytes, sizeof(bytes)));
	ck_assert_int_eq(frame_ip6_decode(bytes, sizeof(bytes), &back, &body, &len), VRRP_ACCEPTED);
	ck_assert_int_eq(addr_cmp(&back.source, &path.source), 0);
	ck_assert_int_eq(addr_cmp(&back.destination, &path.destination), 0);
	ck_assert_uint_eq(len, 8);
	ck_assert_int_eq(frame_ip6_decode(bytes, sizeof(bytes) - 1, &back, &body, &len),
			 VRRP_REJECT_IP_HEADER);
	ck_assert(!frame_is_intact(AF_INET6, bytes, FRAME_HEADER_MAX - 1));
}
END_TEST

/* Each header that is made has its right checksum, and with any other byte it has not. */
START_TEST(any_ipv4_header_is_intact_and_no_changed_one_is)
{
	srandom(1);
	for (unsigned i = 0; i < 1000; i++) {
		uint8_t bytes[FRAME_HEADER_MAX], whole[FRAME_IP4_LEN];
		struct vrrp_path path = path_of("192.0.2.1", "224.0.0.18");

		for (size_t k = 0; k < 4; k++) {
			path.source.bytes[k] = (uint8_t)random();
			path.destination.bytes[k] = (uint8_t)random();
		}
		path.hop_limit = (uint8_t)random();
		ck_assert_uint_eq(frame_put(&path, (size_t)random() % 1000, bytes), FRAME_IP4_LEN);
		if (i % 2) { /* what somebody else filled in, but for the checksum */
			memcpy(whole, bytes, sizeof(whole));
			whole[4] = (uint8_t)random();
			whole[10] = whole[11] = (uint8_t)random();
			ck_assert_uint_eq(frame_ip4_complete(whole, bytes), FRAME_IP4_LEN);
		}
		ck_assert(frame_is_intact(AF_INET, bytes, FRAME_IP4_LEN));
		bytes[random() % FRAME_IP4_LEN] ^= (uint8_t)(1 + random() % 255);
		ck_assert(!frame_is_intact(AF_INET, bytes, FRAME_IP4_LEN));
	}
}
END_TEST

START_TEST(a_group_has_its_hardware_address)
{
	static const uint8_t ip4[] = {0x01, 0x00, 0x5e, 0x7f, 0x01, 0x02};
	static const uint8_t ip6[] = {0x33, 0x33, 0x00, 0x00, 0x00, 0x12};
	struct vrrp_path path = path_of("192.0.2.1", "239.255.1.2");
	uint8_t mac[VRRP_MAC_LEN];

	frame_group_mac(&path.destination, mac);
	ck_assert_mem_eq(mac, ip4, sizeof(ip4));
	path = path_of("fe80::1", "ff02::12");
	frame_group_mac(&path.destination, mac);
	ck_assert_mem_eq(mac, ip6, sizeof(ip6));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vrrp vmac");
	TCase *tcase = tcase_create("vmac");
	SRunner *runner;
	int n_failed;

	tcase_add_test(tcase, a_macvlan_is_made_where_it_is_missing);
	tcase_add_test(tcase, an_own_one_with_another_parent_or_address_is_made_again);
	tcase_add_test(tcase, a_foreign_interface_is_refused);
	tcase_add_test(tcase, why_an_interface_is_foreign);
	tcase_add_test(tcase, the_alias_says_what_to_put_back);
	tcase_add_test(tcase, the_alias_says_whose_it_is);
	tcase_add_test(tcase, an_ipvlan_is_known_by_kind_parent_and_alias);
	tcase_add_test(tcase, a_change_between_macvlan_and_ipvlan_makes_it_anew);
	tcase_add_test(tcase, one_that_is_deleted_again_and_again_is_made_later_and_later);
	tcase_add_test(tcase, an_interface_that_is_such_a_one_itself_can_be_the_parent);
	tcase_add_test(tcase, an_ipv4_header_is_read_as_it_was_written);
	tcase_add_test(tcase, an_ipv6_header_is_read_as_it_was_written);
	tcase_add_test(tcase, any_ipv4_header_is_intact_and_no_changed_one_is);
	tcase_add_test(tcase, a_group_has_its_hardware_address);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
