/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What seccomp and Landlock leave a process, on the kernel that this runs on. */
#include "daemon/supervisor/sandbox.h"
#include "sync/relay/session.h"

#include <check.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The kernel has none. */
#define IS_ABSENT 77

/* The status of a process that runs body. */
static int status_of(int (*body)(void))
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		_exit(body());
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static bool opens(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static int confine(const char *const *calls)
{
	struct sandbox_filter filter;
	int code = sandbox_filter_make(calls, &filter);

	if (code == 0)
		code = sandbox_calls(&filter);
	return code;
}

static int vrrp_calls(void)
{
	if (confine(sandbox_vrrp_calls) < 0)
		return IS_ABSENT;
	if (execl("/bin/true", "true", NULL) == 0 || errno != EPERM)
		return 1;
	if (fork() >= 0 || errno != EPERM)
		return 2;
	if (chmod("/tmp", 0) == 0 || errno != EPERM)
		return 3;
	if (socket(AF_INET, SOCK_DGRAM, 0) < 0 || !opens("/dev/null", O_RDONLY))
		return 4;
	return 0;
}

static int check_calls(void)
{
	const struct itimerspec never = {{0, 0}, {0, 0}};
	timer_t timer;

	if (confine(sandbox_check_calls) < 0)
		return IS_ABSENT;
	if (execl("/bin/true", "true", NULL) == 0 || errno != EPERM)
		return 1;
	if (unlink("/nowhere") == 0 || errno != EPERM)
		return 2;
	/* base/curl/overtime.h */
	if (timer_create(CLOCK_THREAD_CPUTIME_ID, NULL, &timer) < 0 ||
	    timer_settime(timer, 0, &never, NULL) < 0 || timer_delete(timer) < 0)
		return 4;
	return opens("/etc/passwd", O_RDONLY) ? 0 : 3;
}

static void random_fill(void *arg, uint8_t *bytes, size_t len)
{
	(void)arg;
	if (getrandom(bytes, len, 0) != (ssize_t)len)
		_exit(8);
}

/* Gives what one end says to the other one. */
static void ends_say(struct relay_session *from, struct relay_session *to, struct mono now)
{
	uint8_t frame[RELAY_FRAME_MAX];
	size_t len;

	while ((len = relay_session_say(from, now, frame)))
		relay_session_take(to, frame, len, now);
}

/* A handshake, and a frame that crosses. */
static bool seals(const struct relay_crypto *crypto)
{
	const struct relay_node nodes[2] = {{.node = 1, .payload_max = RELAY_PAYLOAD_MAX},
					    {.node = 2, .payload_max = RELAY_PAYLOAD_MAX}};
	const uint8_t bytes[RELAY_KEY_FILE_MIN] = {1};
	struct relay_session *ends[2];
	struct relay_keys keys = {0};
	struct relay_taken taken;
	struct mono now = {NS_PER_S};
	uint8_t frame[RELAY_FRAME_MAX];
	size_t len;

	if (relay_keys_add(&keys, crypto, 1, bytes, sizeof(bytes)) < 0)
		return false;
	for (int i = 0; i < 2; i++)
		ends[i] = relay_session_new(crypto, &nodes[i], &keys, random_fill, NULL);
	for (int i = 0; i < 8; i++, now = mono_add_ns(now, NS_PER_S))
		ends_say(ends[i % 2], ends[1 - i % 2], now);
	len = relay_session_seal(ends[0], RELAY_DATA, 0, "hello", 5, frame);
	taken = relay_session_take(ends[1], frame, len, now);
	return len && taken.has_frame && !memcmp(taken.payload, "hello", 5);
}

/* The process finds out that it needs libcrypto when it has no privilege any more. */
static int sync_calls(void)
{
	struct relay_crypto *crypto;
	struct err err;

	if (dlopen(LVSD_LIBCRYPTO, RTLD_LAZY | RTLD_NOLOAD))
		return 1; /* then this would show nothing */
	if (confine(sandbox_sync_calls) < 0)
		return IS_ABSENT;
	if (execl("/bin/true", "true", NULL) == 0 || errno != EPERM)
		return 2;
	if (relay_crypto_open(&crypto, &err) < 0)
		return 3;
	return seals(crypto) ? 0 : 4;
}

static int vrrp_paths(void)
{
	int code = sandbox_paths(sandbox_vrrp_paths);

	if (code == -ENOSYS || code == -EOPNOTSUPP)
		return IS_ABSENT;
	if (code < 0)
		return 1;
	if (opens("/etc/passwd", O_RDONLY) || errno != EACCES)
		return 2;
	if (opens("/tmp/lvsd-test-sandbox", O_CREAT | O_WRONLY) || errno != EACCES)
		return 3;
	if (!opens("/proc/sys/net/ipv4/ip_forward", O_RDONLY) || !opens("/proc/self/maps", O_RDONLY))
		return 4;
	return opens("/proc/1/status", O_RDONLY) ? 5 : 0;
}

static void expect(int status)
{
	if (status == IS_ABSENT)
		return;
	ck_assert_int_eq(status, 0);
}

START_TEST(vrrp_executes_nothing)
{
	expect(status_of(vrrp_calls));
}
END_TEST

START_TEST(check_executes_nothing)
{
	expect(status_of(check_calls));
}
END_TEST

START_TEST(sync_loads_libcrypto_itself)
{
	expect(status_of(sync_calls));
}
END_TEST

START_TEST(vrrp_has_no_files_but_its_sysctls)
{
	expect(status_of(vrrp_paths));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sandbox");
	TCase *tcase = tcase_create("sandbox");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, vrrp_executes_nothing);
	tcase_add_test(tcase, check_executes_nothing);
	tcase_add_test(tcase, sync_loads_libcrypto_itself);
	tcase_add_test(tcase, vrrp_has_no_files_but_its_sysctls);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
