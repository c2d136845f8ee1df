/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Scenarios in as many processes as the machine has processors. A scenario is the same in each of them,
 * as all of it comes from its seed. What was met is added up, and what failed is printed one process
 * after another.
 */
#include "base/mem.h"
#include "tests/sim/pair.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define JOBS_MAX 8

struct job {
	pid_t pid;
	FILE *out;                  /* what it printed */
	struct pair_result *result; /* shared with it; the counts follow */
};

static void *shared_alloc(size_t size)
{
	void *memory =
	    mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		abort();
	return memory;
}

static void job_start(struct job *job, unsigned number, unsigned step, pair_job_fn *fn, void *arg)
{
	job->out = tmpfile();
	job->result = shared_alloc(sizeof(*job->result) + pair_events_size());
	fflush(stdout);
	job->pid = job->out ? fork() : -1;
	if (job->pid < 0)
		abort();
	if (job->pid > 0)
		return;
	if (dup2(fileno(job->out), STDOUT_FILENO) < 0)
		abort();
	fn(number, step, job->result, arg);
	pair_events_save(job->result + 1);
	fflush(stdout);
	_exit(EXIT_SUCCESS);
}

static void print_out(FILE *out)
{
	char bytes[4096];
	size_t n;

	rewind(out);
	while ((n = fread(bytes, 1, sizeof(bytes), out)) > 0)
		fwrite(bytes, 1, n, stdout);
	fclose(out);
}

static void job_end(struct job *job, struct pair_result *sum)
{
	int status;

	if (waitpid(job->pid, &status, 0) < 0)
		abort();
	print_out(job->out);
	if (status) {
		printf("FAILED: a process of the simulation died (status %d), in seed %llu\n", status,
		       (unsigned long long)job->result->seed);
		sum->n_failed++;
	}
	sum->n_failed += job->result->n_failed;
	sum->seconds += job->result->seconds;
	sum->cpu_s += job->result->cpu_s;
	pair_events_add(job->result + 1);
	munmap(job->result, sizeof(*job->result) + pair_events_size());
}

struct pair_result pair_jobs_run(pair_job_fn *fn, void *arg)
{
	struct job jobs[JOBS_MAX] = {0};
	struct pair_result sum = {0};
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	n = n < 1 ? 1 : n > JOBS_MAX ? JOBS_MAX : n;
	for (unsigned i = 0; i < n; i++)
		job_start(&jobs[i], i, (unsigned)n, fn, arg);
	for (unsigned i = 0; i < n; i++)
		job_end(&jobs[i], &sum);
	return sum;
}
