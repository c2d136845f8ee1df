/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The dump files: their texts, of a status that is made by hand here, byte for byte; their names; how
 * they are written; and which of them waits for a loader. */
#include "daemon/director/dump/dump.h"
#include "daemon/loader/dump_file.h"
#include "daemon/shared/wire.h"
#include "daemon/supervisor/load_orders.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* 2026-11-05T12:00:00.25Z */
#define NOON_US (INT64_C(1793880000) * US_PER_S + 250000)

static struct addr addr_of(const char *text)
{
	struct addr addr;

	ck_assert_int_eq(addr_parse(text, &addr), 0);
	return addr;
}

/* ---- the texts ---- */

static const char *const words[] = {"/bin/chk", "a b", NULL};
static struct conf_script command = {.argv = words, .argc = 2};
static struct conf_vrrp_script script_conf = {.name = "chk",
					      .script = &command,
					      .interval_us = 2000000,
					      .timeout_us = 1000000,
					      .rise = 2,
					      .fall = 3};

static struct {
	struct conf_vip vips[2], excluded[1], vips6[2], peer_vip[1];
	struct conf_track tracks[2];
	struct status_tracker trackers[2];
	struct conf_peer peers[1];
	struct conf_vmac vmac;
	struct conf_vrrp vrrps[3];
	struct vrrp_report reports[2];
	struct status_instance instances[3];
	struct conf_sync_group group_conf;
	struct status_group group;
	struct status_script script;
	struct conf conf;
	struct status status;
} it;

static struct conf_vrrp vrrp_of(const char *name, uint16_t family, uint8_t version, uint8_t vrid)
{
	return (struct conf_vrrp){.name = name,
				  .family = family,
				  .version = version,
				  .vrid = vrid,
				  .interface = "eth0",
				  .priority = 100,
				  .advert_int_us = version == 2 ? 1000000 : 500000,
				  .down_timer_adverts = 3,
				  .is_preempting = true,
				  .auth_pass = "",
				  .garp_master_repeat = 5,
				  .garp_master_delay = 5,
				  .garp_master_refresh_repeat = 1,
				  .garp_lower_prio_repeat = 5,
				  .garp_lower_prio_delay = 5};
}

/* MASTER, version 2, with a password, in a sync group, with trackers. */
static void make_master(void)
{
	struct conf_vrrp *conf = &it.vrrps[0];
	struct vrrp_report *report = &it.reports[0];

	it.vips[0] = (struct conf_vip){
	    .addr = addr_of("10.9.0.80"), .prefix_len = 24, .interface = "eth0", .label = ""};
	it.vips[1] = (struct conf_vip){.addr = addr_of("10.9.0.81"),
				       .prefix_len = 32,
				       .interface = "eth1",
				       .broadcast = addr_of("10.9.0.255"),
				       .scope = RT_SCOPE_LINK,
				       .label = "eth1:x"};
	it.excluded[0] = (struct conf_vip){
	    .addr = addr_of("10.9.0.90"), .prefix_len = 32, .interface = "eth0", .label = ""};
	it.tracks[0] = (struct conf_track){.kind = CONF_TRACKER_SCRIPT, .name = "chk", .weight = -20};
	it.tracks[1] = (struct conf_track){
	    .kind = CONF_TRACKER_INTERFACE, .name = "eth1", .weight = 5, .is_reverse = true};
	it.trackers[0] = (struct status_tracker){.conf = &it.tracks[0]};
	it.trackers[1] = (struct status_tracker){.conf = &it.tracks[1], .effect.weight = -20};
	*conf = vrrp_of("VI_1", AF_INET, 2, 51);
	conf->sync_group = "VG";
	conf->auth_pass = "s3cret";
	conf->vips = it.vips;
	conf->n_vips = 2;
	conf->excluded = it.excluded;
	conf->n_excluded = 1;
	conf->tracks = it.tracks;
	conf->n_tracks = 2;
	*report = (struct vrrp_report){.state = VRRP_MASTER,
				       .since_wall_us = NOON_US,
				       .effective_priority = 80,
				       .master = addr_of("10.9.0.1"),
				       .adverts_sent = 7,
				       .adverts_received = 2,
				       .transitions_to_master = 3,
				       .transitions_from_master = 1,
				       .zeros_sent = 4,
				       .zeros_received = 5};
	for (size_t i = 0; i < VRRP_REASONS; i++)
		report->rejections[i] = UINT64_C(1) << i;
	it.instances[0] = (struct status_instance){conf, it.trackers, report, NULL};
}

/* BACKUP, version 3, IPv6, on a macvlan; and one of unicast that the vrrp process has not reported. */
static void make_others(void)
{
	it.vips6[0] = (struct conf_vip){.addr = addr_of("fe80::9"),
					.prefix_len = 128,
					.interface = "eth0",
					.vmac = "vrrp.52",
					.label = ""};
	it.vips6[1] = (struct conf_vip){.addr = addr_of("2001:db8::80"),
					.prefix_len = 64,
					.interface = "eth0",
					.is_probed = true,
					.preferred_lft = 30,
					.label = ""};
	it.vmac = (struct conf_vmac){.name = "vrrp.52", .parent = "eth0", .is_own = true};
	it.vrrps[1] = vrrp_of("VI_6", AF_INET6, 3, 52);
	it.vrrps[1].vips = it.vips6;
	it.vrrps[1].n_vips = 2;
	it.vrrps[1].vmacs = &it.vmac;
	it.vrrps[1].n_vmacs = 1;
	it.vrrps[1].uses_vmac = true;
	it.reports[1] = (struct vrrp_report){.state = VRRP_BACKUP,
					     .since_wall_us = NOON_US,
					     .effective_priority = 100,
					     .master = addr_of("fe80::2"),
					     .master_priority = 150,
					     .master_interval_us = 250000};
	it.instances[1] = (struct status_instance){&it.vrrps[1], NULL, &it.reports[1], NULL};
	it.peer_vip[0] = (struct conf_vip){.addr = addr_of("10.9.0.82"),
					   .prefix_len = 32,
					   .peer = addr_of("10.9.1.1"),
					   .peer_len = 30,
					   .interface = "eth0",
					   .label = ""};
	it.peers[0] = (struct conf_peer){.addr = addr_of("10.9.0.2")};
	it.vrrps[2] = vrrp_of("VI_U", AF_INET, 3, 53);
	it.vrrps[2].vips = it.peer_vip;
	it.vrrps[2].n_vips = 1;
	it.vrrps[2].peers = it.peers;
	it.vrrps[2].n_peers = 1;
	it.vrrps[2].source = addr_of("10.9.0.1");
	it.vrrps[2].is_preempting = false;
	it.vrrps[2].preempt_delay_us = 1500000;
	it.instances[2] = (struct status_instance){&it.vrrps[2], NULL, NULL, NULL};
}

static void make(void)
{
	setenv("TZ", "UTC", 1);
	memset(&it, 0, sizeof(it));
	make_master();
	make_others();
	it.group_conf = (struct conf_sync_group){.name = "VG"};
	it.group = (struct status_group){&it.group_conf, VRRP_MASTER};
	it.script = (struct status_script){&script_conf, VRRP_SOURCE_UP, true};
	it.conf = (struct conf){.vrrps = it.vrrps, .n_vrrps = 3};
	it.conf.global.mail.alert_vrrp = CONF_ALERT_ON;
	it.conf.global.json_version = 1;
	it.status = (struct status){.conf = &it.conf,
				    .router_id = "dir1",
				    .instances = {it.instances, 3, 3},
				    .groups = {&it.group, 1, 1},
				    .scripts = {&it.script, 1, 1}};
}

static void check_dump(enum dump_kind kind, const char *wanted)
{
	char *text = dump_print(kind, &it.status);

	ck_assert_str_eq(text, wanted);
	free(text);
}

#define GARP                                                                                       \
	"   Gratuitous ARP delay = 5\n"                                                            \
	"   Gratuitous ARP repeat = 5\n"                                                           \
	"   Gratuitous ARP refresh = 0\n"                                                          \
	"   Gratuitous ARP refresh repeat = 1\n"                                                   \
	"   Gratuitous ARP lower priority delay = 5\n"                                             \
	"   Gratuitous ARP lower priority repeat = 5\n"                                            \
	"   Down timer adverts = 3\n"                                                              \
	"   Send advert after receive lower priority advert = true\n"                              \
	"   Send advert after receive higher priority advert = true\n"

#define END                                                                                        \
	"   Using smtp notification = yes\n"                                                       \
	"   Notify deleted = Fault\n"                                                              \
	"   Notify priority changes = false\n"

START_TEST(the_state)
{
	check_dump(DUMP_STATE,
		   "------< Global definitions >------\n"
		   " Router ID = dir1\n"
		   "------< VRRP Topology >------\n"
		   " VRRP Instance = VI_1\n"
		   "   VRRP Version = 2\n"
		   "   Sync group = VG\n"
		   "   State = MASTER\n"
		   "   Flags: none\n"
		   "   Wantstate = MASTER\n"
		   "   Number of config faults = 0\n"
		   "   Number of interface and track script faults = 0\n"
		   "   Number of track scripts init = 1\n"
		   "   Last transition = 1793880000.250000 (Thu Nov  5 12:00:00.250000 2026)\n"
		   "   Master down timer = 3687500 usecs\n"
		   "   Interface = eth0\n"
		   "   Using src_ip = 10.9.0.1\n"
		   "   Multicast address 224.0.0.18\n" GARP "   Virtual Router ID = 51\n"
		   "   Priority = 100\n"
		   "   Effective priority = 80\n"
		   "   Total priority = 80\n"
		   "   Advert interval = 1 sec\n"
		   "   Accept = enabled\n"
		   "   Preempt = enabled\n"
		   "   Promote_secondaries = disabled\n"
		   "   Authentication type = SIMPLE_PASSWORD\n"
		   "   Virtual IP (2):\n"
		   "     10.9.0.80/24 dev eth0 scope global set\n"
		   "     10.9.0.81 brd 10.9.0.255 dev eth1 scope link label eth1:x set\n"
		   "   Virtual IP Excluded :\n"
		   "     10.9.0.90 dev eth0 scope global set\n"
		   "   Tracked interfaces :\n"
		   "     eth1 weight 5 reverse\n"
		   "   Tracked scripts :\n"
		   "     chk weight -20\n" END " VRRP Instance = VI_6\n"
		   "   VRRP Version = 3\n"
		   "   Using Native IPv6\n"
		   "   State = BACKUP\n"
		   "   Master router = fe80::2\n"
		   "   Master priority = 150\n"
		   "   Master advert int = 0.25 sec\n"
		   "   Flags:\n"
		   "   Wantstate = BACKUP\n"
		   "   Number of config faults = 0\n"
		   "   Number of interface and track script faults = 0\n"
		   "   Number of track scripts init = 0\n"
		   "   Last transition = 1793880000.250000 (Thu Nov  5 12:00:00.250000 2026)\n"
		   "   Master down timer = 902343 usecs\n"
		   "   Interface = vrrp.52, vmac on eth0\n"
		   "   Multicast address ff02::12\n" GARP "   Virtual Router ID = 52\n"
		   "   Priority = 100\n"
		   "   Effective priority = 100\n"
		   "   Total priority = 100\n"
		   "   Advert interval = 500 milli-sec\n"
		   "   Master advert interval = 250 milli-sec\n"
		   "   Accept = enabled\n"
		   "   Preempt = enabled\n"
		   "   Promote_secondaries = disabled\n"
		   "   Virtual IP (2):\n"
		   "     fe80::9 dev vrrp.52@eth0 scope global deprecated\n"
		   "     2001:db8::80/64 dev eth0 scope global -nodad preferred_lft 30\n" END
		   " VRRP Instance = VI_U\n"
		   "   VRRP Version = 3\n"
		   "   State = INIT\n"
		   "   Flags:\n"
		   "     Using unicast\n"
		   "   Wantstate = BACKUP\n"
		   "   Number of config faults = 0\n"
		   "   Number of interface and track script faults = 0\n"
		   "   Number of track scripts init = 0\n"
		   "   Last transition = 0.000000 (Thu Jan  1 00:00:00.000000 1970)\n"
		   "   Master down timer = 1804687 usecs\n"
		   "   Interface = eth0\n"
		   "   Using src_ip = 10.9.0.1 (from configuration)\n" GARP
		   "   Virtual Router ID = 53\n"
		   "   Priority = 100\n"
		   "   Effective priority = 100\n"
		   "   Total priority = 100\n"
		   "   Advert interval = 500 milli-sec\n"
		   "   Accept = enabled\n"
		   "   Preempt = disabled\n"
		   "   Preempt delay = 1.5 secs\n"
		   "   Promote_secondaries = disabled\n"
		   "   Virtual IP (1):\n"
		   "     10.9.0.82/30 dev eth0 scope global peer 10.9.1.1/30\n"
		   "   Unicast TTL = 255\n"
		   "   Check unicast src : yes\n"
		   "   Unicast Peer :\n"
		   "     10.9.0.2 min_ttl 0 max_ttl 255\n" END
		   "------< VRRP Sync groups >------\n"
		   " VRRP Sync Group = VG, MASTER\n"
		   "   Num member fault 0, num member init 0\n"
		   "   VRRP member instances :\n"
		   "     VI_1\n"
		   "   Using smtp notification = yes\n"
		   "------< VRRP Scripts >------\n"
		   " VRRP Script = chk\n"
		   "   Command = '/bin/chk' 'a b'\n"
		   "   Interval = 2 sec\n"
		   "   Timeout = 1 sec\n"
		   "   Rise = 2\n"
		   "   Fall = 3\n"
		   "   Status = GOOD\n"
		   "   VRRP instances :\n"
		   "     VI_1, weight -20\n"
		   "   State = running\n");
}
END_TEST

/* Each reason has a bit of its own, so that a sum shows which ones it has. */
START_TEST(the_counters)
{
	it.status.instances.n = 1;
	check_dump(DUMP_STATS, "VRRP Instance: VI_1\n"
			       "  Advertisements:\n"
			       "    Received: 2\n"
			       "    Sent: 7\n"
			       "  Became master: 3\n"
			       "  Released master: 1\n"
			       "  Packet Errors:\n"
			       "    Length: 206\n"
			       "    TTL: 1536\n"
			       "    Invalid Type: 32\n"
			       "    Advertisement Interval: 32768\n"
			       "    Address List: 0\n"
			       "  Authentication Errors:\n"
			       "    Invalid Type: 0\n"
			       "    Type Mismatch: 65536\n"
			       "    Failure: 393216\n"
			       "  Priority Zero:\n"
			       "    Received: 5\n"
			       "    Sent: 4\n");
	it.status.instances.items = &it.instances[2]; /* without a report */
	check_dump(DUMP_STATS, "VRRP Instance: VI_U\n"
			       "  Advertisements:\n"
			       "    Received: 0\n"
			       "    Sent: 0\n"
			       "  Became master: 0\n"
			       "  Released master: 0\n"
			       "  Packet Errors:\n"
			       "    Length: 0\n"
			       "    TTL: 0\n"
			       "    Invalid Type: 0\n"
			       "    Advertisement Interval: 0\n"
			       "    Address List: 0\n"
			       "  Authentication Errors:\n"
			       "    Invalid Type: 0\n"
			       "    Type Mismatch: 0\n"
			       "    Failure: 0\n"
			       "  Priority Zero:\n"
			       "    Received: 0\n"
			       "    Sent: 0\n");
}
END_TEST

#define VI_1_JSON                                                                                  \
	"{\"data\":{\"iname\":\"VI_1\",\"dont_track_primary\":0,\"skip_check_adv_addr\":0,"        \
	"\"strict_mode\":0,\"vmac_ifname\":\"\",\"ifp_ifname\":\"eth0\",\"garp_delay\":5,"         \
	"\"garp_refresh\":0,\"garp_rep\":5,\"garp_refresh_rep\":1,\"garp_lower_prio_delay\":5,"    \
	"\"garp_lower_prio_rep\":5,\"lower_prio_no_advert\":0,\"vrid\":51,\"base_priority\":100,"  \
	"\"promote_secondaries\":false,\"adver_int\":1,\"accept\":1,\"nopreempt\":false,"          \
	"\"preempt_delay\":0,\"version\":2,\"notify_deleted\":false,\"state\":2,\"wantstate\":2,"  \
	"\"master_priority\":0,\"last_transition\":1793880000.25,\"effective_priority\":80,"       \
	"\"vipset\":true,\"master_adver_int\":1,\"vips\":[\"10.9.0.80/24 dev eth0 scope global "   \
	"set\",\"10.9.0.81 brd 10.9.0.255 dev eth1 scope link label eth1:x set\"],\"evips\":["     \
	"\"10.9.0.90 dev eth0 scope global set\"],\"track_ifp\":[\"eth1\"],\"auth_type\":1,"       \
	"\"higher_prio_send_advert\":1,\"smtp_alert\":true},"                                      \
	"\"stats\":{\"advert_rcvd\":2,\"advert_sent\":7,\"become_master\":3,\"release_master\":1," \
	"\"packet_len_err\":206,\"advert_interval_err\":32768,\"ip_ttl_err\":1536,"                \
	"\"invalid_type_rcvd\":32,\"addr_list_err\":0,\"invalid_authtype\":0,"                     \
	"\"authtype_mismatch\":65536,\"auth_failure\":393216,\"pri_zero_rcvd\":5,"                 \
	"\"pri_zero_sent\":4}}"

START_TEST(the_json)
{
	it.status.instances.n = 1;
	check_dump(DUMP_JSON, "[" VI_1_JSON "]\n");
	it.conf.global.json_version = 2;
	check_dump(DUMP_JSON, "{\"vrrp\":[" VI_1_JSON "]}\n");
	it.status.instances.n = 0;
	check_dump(DUMP_JSON, "{\"vrrp\":[]}\n");
}
END_TEST

START_TEST(without_anything_to_say)
{
	it.status.instances.n = it.status.groups.n = it.status.scripts.n = 0;
	check_dump(DUMP_STATE, "------< Global definitions >------\n Router ID = dir1\n");
	check_dump(DUMP_STATS, "");
}
END_TEST

/* ---- names ---- */

static void check_path(enum dump_kind kind, const char *value, const char *wanted)
{
	char *path = dump_path(kind, value);

	ck_assert_str_eq(path, wanted);
	free(path);
}

START_TEST(where_the_files_are)
{
	check_path(DUMP_STATE, "/run/x.data", "/run/x.data");
	check_path(DUMP_STATE, "x.data", "/tmp/x.data");
	check_path(DUMP_STATE, "/run/", "/run/keepalived.data");
	check_path(DUMP_STATS, "/run/", "/run/keepalived.stats");
	check_path(DUMP_JSON, "sub/", "/tmp/sub/keepalived.json");
	ck_assert_int_eq(dump_of_signal(SIGUSR1), DUMP_STATE);
	ck_assert_int_eq(dump_of_signal(SIGUSR2), DUMP_STATS);
	ck_assert_int_eq(dump_of_signal(SIGRTMIN + 2), DUMP_JSON);
	ck_assert_int_eq(dump_of_signal(SIGRTMIN + 3), DUMP_KINDS);
	it.conf.global.state_dump_file = it.conf.global.json_dump_file = "";
	it.conf.global.stats_dump_file = "x";
	ck_assert_uint_eq(dump_kinds(&it.conf), DUMP_BIT(DUMP_STATS));
}
END_TEST

/* ---- the files ---- */

static char folder[] = "/tmp/lvsd-dump-XXXXXX";

static int text_file(const char *text)
{
	int fd = memfd_create("text", MFD_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), strlen(text));
	return fd;
}

static const char *path_of(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void check_file(const char *path, const char *wanted)
{
	char text[64] = "";
	FILE *file = fopen(path, "r");

	ck_assert_ptr_nonnull(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	ck_assert_str_eq(text, wanted);
}

/* What lvsd itself needs in this test. */
static struct own_files own;

static int write_to(const char *path, struct err *err)
{
	int fd = text_file("new\n"), code = dump_file_write(path, fd, &own, err);

	close(fd);
	return code;
}

static void make_folder(void)
{
	make();
	strcpy(folder, "/tmp/lvsd-dump-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void remove_folder(void)
{
	char command_line[64];

	snprintf(command_line, sizeof(command_line), "rm -rf %s", folder);
	ck_assert_int_eq(system(command_line), 0);
}

/* Whoever has the old file open does not see the new text, and a link is not followed. */
START_TEST(a_file_is_replaced_and_no_link_followed)
{
	char target[128], link[128];
	struct stat st;
	struct err err;

	snprintf(target, sizeof(target), "%s/target", folder);
	snprintf(link, sizeof(link), "%s/link", folder);
	close(open(target, O_WRONLY | O_CREAT, 0644));
	ck_assert_int_eq(symlink(target, link), 0);
	ck_assert_int_eq(write_to(link, &err), 0);
	check_file(target, "");
	check_file(link, "new\n");
	ck_assert_int_eq(lstat(link, &st), 0);
	ck_assert(S_ISREG(st.st_mode));
	ck_assert_uint_eq(st.st_mode & 07777, 0600);
	/* What a loader left that was killed, or somebody's link in its place. */
	ck_assert_int_eq(symlink(target, path_of("link.new")), 0);
	ck_assert_int_eq(write_to(link, &err), 0);
	check_file(target, "");
	ck_assert_int_lt(access(path_of("link.new"), F_OK), 0);
}
END_TEST

START_TEST(a_folder_of_others_is_refused)
{
	struct err err;

	ck_assert_int_eq(mkdir(path_of("open"), 0755), 0);
	ck_assert_int_eq(chmod(path_of("open"), 0777), 0);
	ck_assert_int_eq(write_to(path_of("open/x"), &err), -EPERM);
	ck_assert_msg(strstr(err.text, "/open (mode 0777) can be written by others than its owner"), "%s",
		      err.text);
	ck_assert_int_eq(chmod(path_of("open"), 01777), 0);
	ck_assert_int_eq(write_to(path_of("open/x"), &err), 0);
	ck_assert_int_eq(write_to(path_of("none/x"), &err), -ENOENT);
	ck_assert_msg(strstr(err.text, "/none cannot be used: No such file"), "%s", err.text);
	ck_assert_int_eq(mkdir(path_of("x"), 0755), 0);
	ck_assert_int_lt(write_to(path_of("x"), &err), 0); /* a folder is not replaced */
	ck_assert_msg(strstr(err.text, "/x cannot be written: Is a directory"), "%s", err.text);
	ck_assert_int_lt(access(path_of("x.new"), F_OK), 0);
	if (geteuid() != 0)
		return;
	/* A link of somebody else's may lead anywhere. */
	ck_assert_int_eq(symlink("/run", path_of("open/link")), 0);
	ck_assert_int_eq(lchown(path_of("open/link"), 4711, 4711), 0);
	ck_assert_int_eq(write_to(path_of("open/link/x"), &err), -EPERM);
	ck_assert_msg(strstr(err.text, "/open/link belongs to uid 4711"), "%s", err.text);
	ck_assert_int_lt(access("/run/x", F_OK), 0);
}
END_TEST

/* Makes the file with this name in the folder, "mine\n". */
static void make_mine(const char *name)
{
	FILE *file = fopen(path_of(name), "w");

	ck_assert_ptr_nonnull(file);
	fputs("mine\n", file);
	fclose(file);
}

static void is_spared(const char *name, const char *said)
{
	struct err err = {0};

	ck_assert_int_eq(write_to(path_of(name), &err), -EPERM);
	ck_assert_msg(strstr(err.text, said) && strstr(err.text, path_of(name)), "%s", err.text);
	ck_assert_msg(strstr(err.text, ": name another file"), "%s", err.text);
}

/* By whatever way: by another name of the folder, as what the name leads to, and as the file beside. */
START_TEST(a_file_of_lvsd_itself_is_not_replaced)
{
	static const char *const of_run_dir[] = {"run/lvsd.pid",  "run/control.sock",
						 "run/owned.json", "run/state/owned.json", "run/state/x",
						 "link/lvsd.pid",  "run/../run/lvsd.pid"};
	char run_dir[128], conf[128], real[128];
	struct err err;

	strcpy(run_dir, path_of("run"));
	ck_assert(mkdir(run_dir, 0755) == 0 && mkdir(path_of("run/state"), 0755) == 0);
	ck_assert_int_eq(symlink(run_dir, path_of("link")), 0);
	make_mine("run/lvsd.pid");
	make_mine("real.conf");
	make_mine("part.conf.new");
	strcpy(real, path_of("real.conf"));
	strcpy(conf, path_of("lvsd.conf"));
	ck_assert_int_eq(symlink(real, conf), 0);
	own.run_dir = run_dir;
	*(const char **)vec_push(&own.read) = conf;
	*(const char **)vec_push(&own.read) = path_of("part.conf.new");
	own.read.items[1] = strdup(own.read.items[1]);
	for (size_t i = 0; i < sizeof(of_run_dir) / sizeof(of_run_dir[0]); i++)
		is_spared(of_run_dir[i], "as lvsd keeps a file of its own there, in its run directory");
	is_spared("lvsd.conf", "lvsd.conf, which lvsd reads");
	is_spared("real.conf", "lvsd.conf, which lvsd reads");
	is_spared("part.conf", "part.conf.new, which lvsd reads");
	check_file(path_of("run/lvsd.pid"), "mine\n");
	check_file(real, "mine\n");
	check_file(path_of("part.conf.new"), "mine\n");
	/* Another file may stand beside them. */
	ck_assert_int_eq(write_to(path_of("run/keepalived.data"), &err), 0);
	ck_assert_int_eq(write_to(path_of("other.conf"), &err), 0);
	free((char *)own.read.items[1]);
	vec_free(&own.read);
	own = (struct own_files){0};
}
END_TEST

/* ---- who waits for a loader ---- */

static bool add(struct load_orders *orders, uint8_t kind, const char *path)
{
	uint8_t body[64] = {kind};

	memcpy(body + 1, path, strlen(path));
	return load_orders_add(orders, body, 1 + strlen(path), text_file(path));
}

static void check_next(struct load_orders *orders, uint8_t kind, const char *path)
{
	struct load_order order;

	ck_assert(load_orders_next(orders, &order));
	ck_assert_uint_eq(order.kind, kind);
	ck_assert_str_eq(order.path, path);
	ck_assert_int_eq(close(order.fd), 0);
}

START_TEST(a_reading_goes_first_and_each_dump_waits_once)
{
	struct load_orders orders;
	struct load_order order;
	int fd = text_file("");

	load_orders_init(&orders);
	ck_assert(!load_orders_next(&orders, &order));
	ck_assert(!add(&orders, LOAD_DUMP, "stats_dump_file"));
	ck_assert(!add(&orders, LOAD_DUMP, "state_dump_file"));
	ck_assert(!add(&orders, LOAD_DUMP, "stats_dump_file"));
	ck_assert(!add(&orders, LOAD_DUMP, "/etc/passwd")); /* no keyword: dropped */
	ck_assert(add(&orders, LOAD_PLAN, "old"));
	ck_assert(add(&orders, LOAD_CONFIG, ""));
	ck_assert(!load_orders_add(&orders, NULL, 0, fd));
	ck_assert_int_lt(fcntl(fd, F_GETFD), 0); /* it was closed */
	check_next(&orders, LOAD_CONFIG, "");
	check_next(&orders, LOAD_DUMP, "state_dump_file");
	check_next(&orders, LOAD_DUMP, "stats_dump_file");
	ck_assert(!load_orders_next(&orders, &order));
	add(&orders, LOAD_DUMP, "json_dump_file");
	load_orders_drop(&orders);
	ck_assert(!load_orders_next(&orders, &order));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("dump");
	TCase *texts = tcase_create("texts"), *files = tcase_create("files");
	SRunner *runner;
	int n_failed;

	tcase_add_checked_fixture(texts, make, NULL);
	tcase_add_test(texts, the_state);
	tcase_add_test(texts, the_counters);
	tcase_add_test(texts, the_json);
	tcase_add_test(texts, without_anything_to_say);
	tcase_add_test(texts, where_the_files_are);
	tcase_add_test(texts, a_reading_goes_first_and_each_dump_waits_once);
	tcase_add_checked_fixture(files, make_folder, remove_folder);
	tcase_add_test(files, a_file_is_replaced_and_no_link_followed);
	tcase_add_test(files, a_folder_of_others_is_refused);
	tcase_add_test(files, a_file_of_lvsd_itself_is_not_replaced);
	suite_add_tcase(suite, texts);
	suite_add_tcase(suite, files);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed != 0;
}
