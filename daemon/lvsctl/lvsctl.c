/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lvsctl: sends requests to a running lvsd over its control socket. */
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/output.h"
#include "base/plural.h"
#include "conf/schema/lookup.h"
#include "daemon/lvsctl/doctor_run.h"
#include "daemon/lvsctl/explain/explain.h"
#include "daemon/lvsctl/orphan_look.h"
#include "daemon/lvsctl/plan_read.h"
#include "daemon/lvsctl/sync_keygen.h"
#include "daemon/lvsctl/syncing_text.h"
#include "daemon/shared/habits.h"
#include "daemon/shared/options.h"
#include "daemon/shared/plan_show.h"
#include "daemon/shared/rundir_names.h"
#include "daemon/lvsctl/status_text.h"
#include "vrrp/order_name.h"

#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum ctl_status {
	CTL_DONE = 0,
	CTL_REFUSED = 1,
	CTL_USAGE = 2,
	CTL_NO_DAEMON = 3,
	CTL_TIMEOUT = 4,
	CTL_PARTLY = 5,
};

/*
 * How long the daemon may take to answer. The largest file is reloaded in well under a second. It
 * is less than the time after which a director that hangs is replaced
 * (daemon/supervisor/director_watch.h).
 */
#define ANSWER_MS 8000
/* A handover takes longer: the daemon answers after 12 s at the latest. */
#define ORDER_ANSWER_MS 15000
/* A command for which the daemon's file is read: the daemon gives a reading 8 s, and the command may
 * come while others are under way. */
#define FILE_ANSWER_MS 30000

struct arguments {
	const char *run_dir;
	bool is_json, is_kernel;
	bool is_yes; /* --yes: reload even a file that leaves no object in force */
	bool is_accepting; /* --accept-ignored */
	bool is_pair; /* --pair: reload all directors of the pair, or none */
	long confirm_s; /* 0: the reload needs no confirmation */
	const struct verb *verb;
	char *file;                        /* an absolute path, or NULL */
	const char *service, *real_server; /* NULL if not given */
	const char *order, *instance;	   /* of vrrp; instance NULL: all */
	const char *explained;		   /* of explain: what is asked about */
	char **words;			   /* of agent, up to a NULL */
};

#define SERVER_OPERANDS "SERVICE REAL_SERVER"
#define AGENT_OPERANDS	"SERVICE REAL_SERVER WORD..."
#define ORDER_OPERANDS	"ORDER [NAME]"
#define EXPLAIN_OPERANDS "NAME"
#define SYNC_OPERANDS	"status|resync|keygen [FILE]"

struct verb {
	const char *name, *operand, *help; /* operand: "" if it takes none, "[FILE]" if it may
					      have one */
	void (*print)(json_t *result, FILE *out); /* NULL: it does not ask the daemon */
	bool is_of_file; /* the daemon may have to read its file before it answers */
};

/* Prints to stderr, since pipelines read the result on stdout. */
static void print_warnings(json_t *result)
{
	const char *warnings = json_string_value(json_object_get(result, "warnings"));

	fputs(warnings ? warnings : "", stderr);
}

/* Prints the result of a reload or a rollback. */
static void print_applied(json_t *result, FILE *out)
{
	const char *changes = json_string_value(json_object_get(result, "changes"));
	const char *pair = json_string_value(json_object_get(result, "pair"));

	print_warnings(result);
	fputs(changes && *changes ? changes : "nothing has changed\n", out);
	if (pair)
		fputs(pair, out);
	plan_show_maintenance(result, out);
	status_text_print_in_force(json_object_get(result, "config"), out);
}

static void print_confirmed(json_t *result, FILE *out)
{
	(void)result;
	fputs("the last reload stays in force\n", out);
}

static void print_plan(json_t *result, FILE *out)
{
	print_warnings(result);
	plan_show(result, out);
}

static void print_drained(json_t *result, FILE *out)
{
	json_t *list = json_object_get(result, "draining");

	status_text_print_draining(list, out);
	if (json_array_size(list) == 0)
		fputs("nothing drains\n", out);
}

static void print_nothing(json_t *result, FILE *out)
{
	(void)result;
	(void)out;
}

static void print_orders(json_t *result, FILE *out)
{
	json_t *line;
	size_t i;

	json_array_foreach(json_object_get(result, "done"), i, line)
	    fprintf(out, "%s\n", json_string_value(line));
}

static void print_reconciled(json_t *result, FILE *out)
{
	long long n_services = json_integer_value(json_object_get(result, "services"));
	long long n_destinations = json_integer_value(json_object_get(result, "destinations"));
	long long n_repairs = json_integer_value(json_object_get(result, "repairs"));
	long long n_foreign = json_integer_value(json_object_get(result, "foreign_removed"));

	fprintf(out, "%lld service%s with %lld destination%s read: %lld repair%s\n", n_services,
		plural((size_t)n_services), n_destinations, plural((size_t)n_destinations),
		n_repairs, plural((size_t)n_repairs));
	if (n_foreign > 0)
		fprintf(out, "%lld service%s that lvsd does not know removed\n", n_foreign,
			plural((size_t)n_foreign));
}

static void print_sync(json_t *result, FILE *out)
{
	json_t *sync = json_object_get(result, "sync");

	if (!json_is_object(sync))
		fputs("connection sync is off: the file has neither lvs_sync_daemon nor a block sync\n", out);
	syncing_text_print(sync, out);
}

static const struct verb verbs[] = {
    {"status", "", "show virtual servers, real servers, checks and VRRP", status_text_print, false},
    {"explain", EXPLAIN_OPERANDS,
     "say why a real or virtual server, VRRP instance or sync group is as it is", print_nothing, false},
    {"reload", "", "read the configuration again; nothing changes if it has an error",
     print_applied, true},
    {"confirm", "", "keep what reload --confirm has put in force", print_confirmed,
     false},
    {"rollback", "", "return to the configuration before the last reload", print_applied, true},
    {"reconcile", "", "read the kernel's whole table now and repair what differs",
     print_reconciled, false},
    {"doctor", "[FILE]",
     "examine this machine as a director with the configuration in force, or FILE", NULL,
     false},
    {"drain", SERVER_OPERANDS, "let a real server drain, and keep it out of service",
     print_drained, false},
    {"undrain", SERVER_OPERANDS, "take a real server back into service", print_drained, false},
    {"agent", AGENT_OPERANDS,
     "say for a real server what it can bear: up, down, ready, drain, maint, N%, weight:N", print_nothing,
     false},
    {"vrrp", ORDER_OPERANDS,
     "release, take, hold or resume: planned handover of VRRP instances (lvsctl(1))", print_orders,
     false},
    {"sync", SYNC_OPERANDS,
     "status: show connection sync; resync: exchange all connections anew; keygen: make a key for mode relay "
     "(" SYNC_KEYGEN_FILE ")",
     print_nothing, false},
    {"plan", "FILE", "show what a reload with FILE would change; do nothing", print_plan, true},
};

/* The words of sync that ask the daemon, by the commands of its socket. */
static const struct verb sync_status = {"status", "", "", print_sync, false};
static const struct verb sync_resync = {"resync", "", "", print_nothing, false};

static void print_help(FILE *out)
{
	fputs("usage: lvsctl [-R DIR] [--json] COMMAND\n\n", out);
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		fprintf(out, "  %-9s %-19s %s\n", verbs[i].name, verbs[i].operand, verbs[i].help);
	fputs("\n  -c, --confirm SECONDS\n"
	      "                     with reload: return to the previous configuration unless\n"
	      "                     lvsctl confirm follows in time\n"
	      "  -p, --pair         with reload: on all directors of the pair, or on none (mode relay)\n"
	      "  -y, --yes          with reload: also when no object would be left in force\n"
	      "      --accept-ignored\n"
	      "                     with reload and plan: go on though lvsd ignores keywords of the\n"
	      "                     file that matter for who serves or what is tested\n"
	      "  -k, --kernel       with status: all that lvsd holds in the kernel\n"
	      "  -R, --run-dir DIR  the run dir of the daemon instead of " OPTIONS_RUN_DIR "\n"
	      "  -j, --json         print JSON (doc/control.md)\n"
	      "  -v, --version      print the version and exit\n"
	      "  -h, --help         print this and exit\n\n"
	      "Exit status: 0 done, 1 refused, 2 usage, 3 no daemon, 4 timeout, 5 partly done.\n",
	      out);
}

static const struct verb *find_verb(const char *name)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (!strcmp(verbs[i].name, name))
			return &verbs[i];
	return NULL;
}

static int usage(const char *text, const char *word)
{
	fprintf(stderr, "lvsctl: %s%s; see lvsctl --help\n", text, word);
	return CTL_USAGE;
}

/* The command whose name is so similar to name that it was probably meant, or NULL. */
static const char *nearest_verb(const char *name)
{
	unsigned least = 3, distance;
	const char *nearest = NULL;

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		distance = lookup_distance(name, verbs[i].name, least - 1);
		if (distance < least) {
			least = distance;
			nearest = verbs[i].name;
		}
	}
	return nearest;
}

static int no_verb(const char *name)
{
	const char *hint = habits_command(name), *nearest = hint ? NULL : nearest_verb(name);

	fprintf(stderr, "lvsctl: there is no command '%s'; %s%s%s\n", name,
		hint      ? hint
		: nearest ? "did you mean '"
			  : "see lvsctl --help",
		nearest ? nearest : "", nearest ? "'?" : "");
	return CTL_USAGE;
}

/* Returns -1 to go on, otherwise the exit status. */
static int parse_server(char **words, struct arguments *args)
{
	if (!words[1] || !words[2])
		return usage(
		    "a service and a real server, as status shows them, are missing after ",
		    words[0]);
	if (words[3])
		return usage("unexpected argument ", words[3]);
	args->service = words[1];
	args->real_server = words[2];
	return -1;
}

/* Returns -1 to go on, otherwise the exit status. */
static int parse_agent(char **words, struct arguments *args)
{
	if (!words[1] || !words[2])
		return usage(
		    "a service and a real server, as status shows them, are missing after ",
		    words[0]);
	if (!words[3])
		return usage("what the agent says is missing, as in: agent ", "SERVICE REAL_SERVER 75%");
	args->service = words[1];
	args->real_server = words[2];
	args->words = words + 3;
	return -1;
}

/* Returns -1 to go on, otherwise the exit status. */
static int parse_order(char **words, struct arguments *args)
{
	enum vrrp_order_kind kind;

	if (!words[1])
		return usage("release, take, hold or resume is missing after ", words[0]);
	if (!vrrp_order_read(words[1], &kind))
		return usage("vrrp takes release, take, hold or resume, not ", words[1]);
	if (words[2] && words[3])
		return usage("unexpected argument ", words[3]);
	args->order = words[1];
	args->instance = words[2];
	return -1;
}

/* Returns -1 to go on, otherwise the exit status. */
static int parse_explained(char **words, struct arguments *args)
{
	if (!words[1])
		return usage("what shall be explained? A name that status shows is missing after ", words[0]);
	if (words[2])
		return usage("unexpected argument ", words[2]);
	args->explained = words[1];
	return -1;
}

/* Makes the key itself, and leaves the rest to the daemon. Returns -1 to go on, otherwise the exit status. */
static int parse_sync(char **words, struct arguments *args)
{
	bool is_keygen = words[1] && !strcmp(words[1], "keygen");

	if (!words[1])
		return usage("status, resync or keygen is missing after ", words[0]);
	if (!is_keygen && strcmp(words[1], "status") && strcmp(words[1], "resync"))
		return usage("sync takes status, resync or keygen, not ", words[1]);
	if (words[2] && (!is_keygen || words[3]))
		return usage("unexpected argument ", words[is_keygen ? 3 : 2]);
	if (is_keygen)
		return sync_keygen(words[2], args->is_json) < 0 ? CTL_REFUSED : CTL_DONE;
	args->verb = strcmp(words[1], "status") ? &sync_resync : &sync_status;
	return -1;
}

/* Reads the words after the options. Returns -1 to go on, otherwise the exit status. */
static int parse_command(char **words, struct arguments *args)
{
	bool has_operand;

	if (!words[0])
		return usage("a command is missing", "");
	args->verb = find_verb(words[0]);
	if (!args->verb)
		return no_verb(words[0]);
	if (args->is_kernel && strcmp(words[0], "status"))
		return usage("--kernel belongs to status, not to ", words[0]);
	if (args->confirm_s && strcmp(words[0], "reload"))
		return usage("--confirm belongs to reload, not to ", words[0]);
	if (args->is_yes && strcmp(words[0], "reload"))
		return usage("--yes belongs to reload, not to ", words[0]);
	if (args->is_pair && strcmp(words[0], "reload"))
		return usage("--pair belongs to reload, not to ", words[0]);
	if (args->is_accepting && strcmp(words[0], "reload") && strcmp(words[0], "plan"))
		return usage("--accept-ignored belongs to reload and plan, not to ", words[0]);
	if (!strcmp(args->verb->operand, SERVER_OPERANDS))
		return parse_server(words, args);
	if (!strcmp(args->verb->operand, AGENT_OPERANDS))
		return parse_agent(words, args);
	if (!strcmp(args->verb->operand, ORDER_OPERANDS))
		return parse_order(words, args);
	if (!strcmp(args->verb->operand, EXPLAIN_OPERANDS))
		return parse_explained(words, args);
	if (!strcmp(args->verb->operand, SYNC_OPERANDS))
		return parse_sync(words, args);
	if (*args->verb->operand && !words[1] && *args->verb->operand != '[')
		return usage("a file is missing after ", words[0]);
	has_operand = *args->verb->operand && words[1];
	words += has_operand ? 2 : 1;
	if (words[0])
		return usage("unexpected argument ", words[0]);
	if (!has_operand)
		return -1;
	/* absolute, because the daemon has another working directory */
	args->file = realpath(words[-1], NULL);
	if (args->file)
		return -1;
	fprintf(stderr, "lvsctl: %s: %s\n", words[-1], err_errno(errno));
	return CTL_REFUSED;
}

/* letter: that of the option; 0: word is a long one, unknown or with a value that it does not take. */
static int option_unknown(int letter, const char *word)
{
	const char option[] = {'-', (char)letter, '\0'};

	if (letter && !strncmp(word, "--", 2))
		return usage("the option takes no value: ", word);
	if (letter == 'n')
		return usage("leave out -n: lvsctl prints addresses and ports as numbers in any case", "");
	return usage("there is no option ", letter && letter < 128 ? option : word);
}

/* Returns -1 to go on, otherwise the exit status. */
static int arguments_parse(int argc, char **argv, struct arguments *args)
{
	static const struct option options[] = {{"accept-ignored", no_argument, NULL, 'a'},
						{"confirm", required_argument, NULL, 'c'},
						{"run-dir", required_argument, NULL, 'R'},
						{"json", no_argument, NULL, 'j'},
						{"kernel", no_argument, NULL, 'k'},
						{"pair", no_argument, NULL, 'p'},
						{"yes", no_argument, NULL, 'y'},
						{"version", no_argument, NULL, 'v'},
						{"help", no_argument, NULL, 'h'},
						{NULL, 0, NULL, 0}};
	char *end;
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, ":c:R:jkpyvh", options, NULL)) != -1) {
		switch (c) {
		case 'a':
			args->is_accepting = true;
			break;
		case 'c':
			args->confirm_s = strtol(optarg, &end, 10);
			if (*end || args->confirm_s < 1 || args->confirm_s > OPTIONS_CONFIRM_MAX_S)
				return usage("--confirm takes " OPTIONS_CONFIRM_RANGE " seconds, not ",
					     optarg);
			break;
		case 'R':
			args->run_dir = optarg;
			break;
		case 'j':
			args->is_json = true;
			break;
		case 'k':
			args->is_kernel = true;
			break;
		case 'p':
			args->is_pair = true;
			break;
		case 'y':
			args->is_yes = true;
			break;
		case 'v':
			puts("lvsctl " PACKAGE_VERSION);
			return CTL_DONE;
		case 'h':
			print_help(stdout);
			return CTL_DONE;
		case ':':
			return usage("a value is missing after ", argv[optind - 1]);
		default:
			return option_unknown(optopt, argv[optind - 1]);
		}
	}
	return parse_command(argv + optind, args);
}

static int no_daemon(const char *run_dir, int error)
{
	char *orphan = error == EACCES ? NULL : orphan_look(run_dir);

	if (error == EACCES)
		fprintf(stderr,
			"lvsctl: %s/%s: not permitted; only root and the group lvsd-admin may use "
			"it\n",
			run_dir, RUNDIR_CONTROL);
	else if (orphan)
		fprintf(stderr,
			"lvsctl: no lvsd runs with the run dir %s, but %s; then it hands over, unless lvsd is started "
			"before (`systemctl start lvsd`): that one takes over without a gap\n",
			run_dir, orphan);
	else
		fprintf(stderr, "lvsctl: no lvsd runs with the run dir %s (%s)\n", run_dir,
			err_errno(error));
	free(orphan);
	return -CTL_NO_DAEMON;
}

/* Returns the socket, or minus the exit status. */
static int connect_to(const char *run_dir)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int len = snprintf(sa.sun_path, sizeof(sa.sun_path), "%s/%s", run_dir, RUNDIR_CONTROL);

	if (fd < 0 || len >= (int)sizeof(sa.sun_path))
		return no_daemon(run_dir, fd < 0 ? errno : ENAMETOOLONG);
	if (connect(fd, (struct sockaddr *)&sa, sizeof(sa)) < 0) {
		int error = errno;

		close(fd);
		return no_daemon(run_dir, error);
	}
	return fd;
}

/* Reads one line, for free(). NULL on a timeout or at the end; *ret_status says which. */
static char *read_line(int fd, int64_t answer_ms, int *ret_status)
{
	struct mono deadline = mono_add_ms(clock_mono(), answer_ms);
	size_t len = 0, cap = 65536;
	char *line = mem_calloc(cap, 1);

	for (;;) {
		struct pollfd ready = {.fd = fd, .events = POLLIN};
		int64_t left_ms = mono_sub(deadline, clock_mono()) / NS_PER_MS;
		ssize_t n;

		if (left_ms <= 0 || poll(&ready, 1, (int)left_ms) == 0) {
			*ret_status = CTL_TIMEOUT;
			break;
		}
		if (len == cap)
			line = mem_realloc(line, cap *= 2, 1);
		n = recv(fd, line + len, cap - len, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			*ret_status = CTL_NO_DAEMON;
			break;
		}
		len += (size_t)n;
		if (line[len - 1] == '\n') {
			line[len - 1] = '\0';
			return line;
		}
	}
	free(line);
	return NULL;
}

/* The words with a blank between them. */
static json_t *words_joined(char **words)
{
	char *text = mem_strdup(*words);
	json_t *joined;

	while (*++words) {
		char *longer = mem_printf("%s %s", text, *words);

		free(text);
		text = longer;
	}
	joined = json_string(text);
	free(text);
	return joined;
}

/* The request as one line, for free(). NULL: the name of the file is not UTF-8. */
static char *request_line(const struct arguments *args)
{
	/* An explanation is made here, of the status. */
	json_t *request = json_pack("{s:s, s:b, s:b}", "command",
				    args->explained ? "status" : args->verb->name, "kernel",
				    args->is_kernel, "accept_ignored", args->is_accepting);
	char *text = NULL, *line = NULL;

	if (args->is_yes)
		json_object_set_new(request, "yes", json_true());
	if (args->is_pair)
		json_object_set_new(request, "pair", json_true());
	if (args->confirm_s)
		json_object_set_new(request, "confirm", json_integer(args->confirm_s));
	if (args->service) {
		json_object_set_new(request, "service", json_string(args->service));
		json_object_set_new(request, "real_server", json_string(args->real_server));
	}
	if (args->words)
		json_object_set_new(request, "words", words_joined(args->words));
	if (args->order)
		json_object_set_new(request, "order", json_string(args->order));
	if (args->instance)
		json_object_set_new(request, "name", json_string(args->instance));
	if (!args->file || json_object_set_new(request, "file", json_string(args->file)) == 0)
		text = json_dumps(request, JSON_COMPACT);
	if (text)
		line = mem_printf("%s\n", text);
	free(text);
	json_decref(request);
	return line;
}

/* passed: a descriptor that goes with the line; -1: none. */
static bool line_send(int fd, char *line, int passed)
{
	struct iovec iov = {line, strlen(line)};
	_Alignas(struct cmsghdr) char space[CMSG_SPACE(sizeof(int))];
	struct msghdr head = {.msg_iov = &iov, .msg_iovlen = 1};

	if (passed >= 0) {
		struct cmsghdr *part = (struct cmsghdr *)space;

		memset(space, 0, sizeof(space));
		*part = (struct cmsghdr){.cmsg_level = SOL_SOCKET,
					 .cmsg_type = SCM_RIGHTS,
					 .cmsg_len = CMSG_LEN(sizeof(int))};
		memcpy(CMSG_DATA(part), &passed, sizeof(passed));
		head.msg_control = space;
		head.msg_controllen = sizeof(space);
	}
	return sendmsg(fd, &head, MSG_NOSIGNAL) >= 0;
}

/* How long to wait for the answer. */
static int64_t answer_ms(const struct arguments *args)
{
	return args->order ? ORDER_ANSWER_MS : args->verb->is_of_file ? FILE_ANSWER_MS : ANSWER_MS;
}

static json_t *director_ask(int fd, const struct arguments *args, int passed, int *ret_status)
{
	char *request = request_line(args), *line;
	json_error_t error;
	json_t *answer;
	bool is_sent;

	if (!request) {
		fprintf(stderr, "lvsctl: the name of %s is not valid UTF-8\n", args->file);
		*ret_status = CTL_REFUSED;
		return NULL;
	}
	is_sent = line_send(fd, request, passed);
	free(request);
	*ret_status = CTL_NO_DAEMON;
	line = is_sent ? read_line(fd, answer_ms(args), ret_status) : NULL;
	if (!line) {
		fprintf(stderr, "lvsctl: %s\n",
			*ret_status == CTL_TIMEOUT ? "the daemon does not answer"
						   : "the daemon ended before it answered");
		return NULL;
	}
	answer = json_loads(line, 0, &error);
	free(line);
	if (!answer) {
		fputs("lvsctl: the daemon's answer is not JSON\n", stderr);
		*ret_status = CTL_REFUSED;
	}
	return answer;
}

/* Sends the request and reads the answer. If the director answers that it needs the contents of the
 * file, reads the file and sends the request again with them. */
static json_t *director_answer(int fd, const struct arguments *args, int *ret_status)
{
	json_t *answer = director_ask(fd, args, -1, ret_status);
	json_t *needs = json_object_get(answer, "needs");
	struct err err;
	int passed;

	if (!needs || !args->file)
		return answer;
	passed = plan_read(args->run_dir, args->file, needs, &err);
	json_decref(answer);
	if (passed < 0) {
		fprintf(stderr, "lvsctl: %s\n", err.text);
		*ret_status = CTL_REFUSED;
		return NULL;
	}
	answer = director_ask(fd, args, passed, ret_status);
	close(passed);
	return answer;
}

static int explanation_show(const struct arguments *args, json_t *status)
{
	json_t *lines = explain(status, args->explained, clock_wall_us()), *line;
	size_t i, n = json_array_size(lines);

	if (!n)
		fprintf(stderr,
			"lvsctl: explain: no real or virtual server, VRRP instance or sync group has the name "
			"%s; `lvsctl status` shows their names\n",
			args->explained);
	if (n && args->is_json) {
		json_dumpf(lines, stdout, JSON_INDENT(2));
		putchar('\n');
	} else {
		json_array_foreach(lines, i, line) puts(json_string_value(line));
	}
	json_decref(lines);
	return n ? CTL_DONE : CTL_REFUSED;
}

static int answer_show(const struct arguments *args, json_t *answer)
{
	json_t *result = json_object_get(answer, "result");
	bool is_ok = json_is_true(json_object_get(answer, "ok"));
	bool is_partly = json_is_true(json_object_get(answer, "partly"));
	bool is_late = json_is_true(json_object_get(answer, "late"));

	if (is_ok && args->explained)
		return explanation_show(args, result);
	if (args->is_json) {
		json_dumpf(is_ok ? result : answer, stdout, JSON_INDENT(2));
		putchar('\n');
	} else if (is_ok) {
		args->verb->print(result, stdout);
	} else {
		const char *error = json_string_value(json_object_get(answer, "error"));
		size_t len = error ? strlen(error) : 0;

		fprintf(stderr, "lvsctl: %s %s%s%s", args->verb->name,
			is_partly || is_late ? "" : "refused:\n", error ? error : "",
			len && error[len - 1] == '\n' ? "" : "\n");
	}
	return is_ok ? CTL_DONE : is_partly ? CTL_PARTLY : is_late ? CTL_TIMEOUT : CTL_REFUSED;
}

/* Returns the exit status. */
static int lvsctl_run(int argc, char **argv)
{
	struct arguments args = {.run_dir = OPTIONS_RUN_DIR};
	int status = arguments_parse(argc, argv, &args), fd;
	json_t *answer;

	if (status >= 0)
		return status;
	if (!args.verb->print) {
		status = doctor_run(args.run_dir, args.file, args.is_json);
		free(args.file);
		return status;
	}
	fd = connect_to(args.run_dir);
	if (fd < 0) {
		free(args.file);
		return -fd;
	}
	answer = director_answer(fd, &args, &status);
	if (answer)
		status = answer_show(&args, answer);
	json_decref(answer);
	free(args.file);
	close(fd);
	return status;
}

int main(int argc, char **argv)
{
	int status;

	output_begin();
	status = lvsctl_run(argc, argv);
	if (!output_finish("lvsctl") && status == CTL_DONE)
		status = CTL_REFUSED;
	return status;
}
