/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/bench/server.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

void bench_fail(const char *what)
{
	perror(what);
	exit(1);
}

/* An answer for each connection that has asked; TCP checks just close. */
static void serve_ready(int listener, int epoll, const struct epoll_event *event)
{
	static const char answer[] = "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello";
	struct epoll_event add = {.events = EPOLLIN};
	char request[4096];
	int fd;

	if (event->data.fd != listener) {
		if (read(event->data.fd, request, sizeof(request)) > 0 &&
		    write(event->data.fd, answer, sizeof(answer) - 1) < 0)
			perror("write");
		close(event->data.fd);
		return;
	}
	while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
		add.data.fd = fd;
		epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &add);
	}
}

static _Noreturn void serve(int listener)
{
	struct epoll_event events[256], listen_event = {.events = EPOLLIN, .data.fd = listener};
	int epoll = epoll_create1(0);

	epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &listen_event);
	for (;;) {
		int n = epoll_wait(epoll, events, 256, -1);

		for (int i = 0; i < n; i++)
			serve_ready(listener, epoll, &events[i]);
	}
}

pid_t bench_server(struct endpoint *ret_ep)
{
	struct endpoint ep = {{AF_INET, {0}}, 0};
	struct sockaddr_storage sa;
	socklen_t len = endpoint_to_sockaddr(&ep, 0, &sa);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	pid_t pid;

	if (bind(listener, (struct sockaddr *)&sa, len) < 0 || listen(listener, 4096) < 0 ||
	    getsockname(listener, (struct sockaddr *)&sa, &len) < 0)
		bench_fail("listen");
	endpoint_from_sockaddr((struct sockaddr *)&sa, ret_ep);
	pid = fork();
	if (pid == 0)
		serve(listener);
	close(listener);
	return pid;
}
