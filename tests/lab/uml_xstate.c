/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Preloaded into linux.uml, so that the lab runs on hosts whose processors have AMX.
 *
 * User Mode Linux 6.1 keeps the floating-point state of its processes in a buffer of 2696 bytes,
 * which ends after the PKRU component. It loads the state with PTRACE_SETREGSET(NT_X86_XSTATE),
 * and the host refuses a buffer that is shorter than the state that its processor has (AMX needs
 * some 11 kB): the first process of the guest dies. Reading is no problem, the host cuts the
 * answer. So this file puts itself in front of ptrace(2) and extends what is to be loaded to the
 * size that the host wants. The header of the state says which components are present
 * (XSTATE_BV); those that User Mode Linux did not keep are left out, which is their initial state.
 *
 * On a host whose state fits, every call goes through as it is.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

/* Layout of the state (Intel SDM vol. 1, 13.4): XSTATE_BV follows the 512 bytes of the legacy part. */
#define XSTATE_BV_OFFSET 512
/* x87, SSE, AVX, MPX, AVX-512 and PKRU: the components that lie within 2696 bytes. */
#define XSTATE_BV_KEPT 0x2ffULL

/* Static, because ptrace() is called on the small kernel stacks of the guest, by one thread only. */
static uint8_t state[65536] __attribute__((aligned(64)));
static size_t state_size; /* what the host wants; 0 until it was asked */

static long sys_ptrace(long request, pid_t pid, void *addr, void *data)
{
	return syscall(SYS_ptrace, request, pid, addr, data);
}

static long host_state_size(pid_t pid, size_t *ret_size)
{
	struct iovec all = {state, sizeof(state)};

	if (!state_size) {
		if (sys_ptrace(PTRACE_GETREGSET, pid, (void *)NT_X86_XSTATE, &all) < 0)
			return -1;
		state_size = all.iov_len;
	}
	*ret_size = state_size;
	return 0;
}

static long set_xstate(pid_t pid, const struct iovec *given)
{
	struct iovec all = {state, 0};
	uint64_t components;

	if (host_state_size(pid, &all.iov_len) < 0)
		return -1;
	if (all.iov_len <= given->iov_len || given->iov_len < XSTATE_BV_OFFSET + sizeof(components))
		return sys_ptrace(PTRACE_SETREGSET, pid, (void *)NT_X86_XSTATE, (void *)given);
	memcpy(state, given->iov_base, given->iov_len);
	memset(state + given->iov_len, 0, all.iov_len - given->iov_len);
	memcpy(&components, state + XSTATE_BV_OFFSET, sizeof(components));
	components &= XSTATE_BV_KEPT;
	memcpy(state + XSTATE_BV_OFFSET, &components, sizeof(components));
	return sys_ptrace(PTRACE_SETREGSET, pid, (void *)NT_X86_XSTATE, &all);
}

/* As ptrace(2) of the C library: the PEEK requests return the word that the kernel stores. */
long ptrace(enum __ptrace_request request, ...)
{
	va_list args;
	pid_t pid;
	void *addr, *data;
	long word;

	va_start(args, request);
	pid = va_arg(args, pid_t);
	addr = va_arg(args, void *);
	data = va_arg(args, void *);
	va_end(args);
	if (request == PTRACE_SETREGSET && (uintptr_t)addr == NT_X86_XSTATE)
		return set_xstate(pid, data);
	if (request != PTRACE_PEEKTEXT && request != PTRACE_PEEKDATA &&
	    request != PTRACE_PEEKUSER)
		return sys_ptrace(request, pid, addr, data);
	if (sys_ptrace(request, pid, addr, &word) < 0)
		return -1;
	errno = 0;
	return word;
}
