/*
 * What stands around a proxy that is measured: servers and clients that cost as little as may be, so that the proxy is
 * what limits. One thread, epoll, Linux.
 *
 *   load serve                                       two servers; prints their ports
 *   load drive PORT CONNECTIONS MS KIND RATE [MOST]   KIND small, large or upload; RATE 0: a closed loop, each connection
 *                                                     asks again when it has its answer; else an open loop of so many a
 *                                                     second, timed from when each was due. Prints a report as JSON.
 *   load hold PORT CONNECTIONS                        one request on each, then silence until standard input ends
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LARGE = 16384, HEAD = 8192, EVENTS = 256 };

static char body[LARGE];
static char scratch[65536];
static int events_fd;

static void die(const char *what) {
	perror(what);
	exit(1);
}

static double now(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static void watch(int fd, void *who) {
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = who};
	if (epoll_ctl(events_fd, EPOLL_CTL_ADD, fd, &event) < 0) die("epoll_ctl");
}

/*
 * What has come, or a nap where nothing has. Never a sleep in epoll itself: to wake a sleeper on the same machine is work
 * that the kernel does in the write of the proxy, more of it the slower the proxy is, and over a network there is none.
 */
static int look(struct epoll_event *events) {
	static const struct timespec nap = {0, 50000};
	int count = epoll_wait(events_fd, events, EVENTS, 0);
	if (count == 0) nanosleep(&nap, NULL);
	return count;
}

/* All of it: what does not fit into the socket's buffer at once is rare, and waited for. */
static int put(int fd, const char *bytes, size_t length) {
	while (length > 0) {
		ssize_t written = send(fd, bytes, length, MSG_NOSIGNAL);
		if (written < 0 && (errno == EINTR || errno == EAGAIN)) continue;
		if (written <= 0) return -1;
		bytes += written;
		length -= (size_t)written;
	}
	return 0;
}

/* A message is read head first; of its body only the length matters. */
struct message {
	char head[HEAD + 1];
	size_t had; /* of the head */
	long left;  /* of the body; -1: chunked, until the last chunk's bytes came */
	int inside; /* the head is whole */
};

enum { MORE, WHOLE, BROKEN };

static int end_of_chunks(struct message *m, const char *bytes, size_t length) {
	/* Its last bytes, kept where the head was. */
	size_t keep = length < 5 ? length : 5;
	memmove(m->head, m->head + keep, 5 - keep);
	memcpy(m->head + 5 - keep, bytes + length - keep, keep);
	return memcmp(m->head, "0\r\n\r\n", 5) == 0 ? WHOLE : MORE;
}

static int take(struct message *m, const char *bytes, size_t length) {
	if (!m->inside) {
		size_t fits = length < HEAD - m->had ? length : HEAD - m->had;
		memcpy(m->head + m->had, bytes, fits);
		m->had += fits;
		m->head[m->had] = 0;
		char *end = strstr(m->head, "\r\n\r\n");
		if (end == NULL) return m->had == HEAD ? BROKEN : MORE;
		size_t head = (size_t)(end + 4 - m->head);
		size_t before = m->had - fits;
		m->inside = 1;
		end[2] = 0;
		char *field = strcasestr(m->head, "\r\ncontent-length:");
		m->left = field != NULL ? atol(field + 17) : strcasestr(m->head, "\r\ntransfer-encoding:") ? -1 : 0;
		bytes += head - before;
		length -= head - before;
		if (m->left < 0 && length == 0) return MORE;
	}
	if (m->left < 0) return end_of_chunks(m, bytes, length);
	m->left -= (long)length;
	return m->left == 0 ? WHOLE : m->left < 0 ? BROKEN : MORE;
}

/* A request or an answer is over: the next may come. */
static void next(struct message *m) {
	m->had = 0;
	m->inside = 0;
}

/* ---- servers ---- */

struct server {
	int fd;
	int listens;
	int large; /* what is asked for */
	struct message request;
};

static struct server *open_server(int fd, int listens) {
	struct server *server = calloc(1, sizeof *server);
	server->fd = fd;
	server->listens = listens;
	watch(fd, server);
	return server;
}

static void greet(struct server *door) {
	int one = 1;
	int fd = accept4(door->fd, NULL, NULL, SOCK_NONBLOCK);
	if (fd < 0) return;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	open_server(fd, 0);
}

static int answer(struct server *server) {
	static const char small[] =
		"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 20\r\n\r\nhello from a backend";
	static char large[LARGE + 200];
	static size_t length;
	if (length == 0) {
		length = (size_t)sprintf(large, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n", LARGE);
		memcpy(large + length, body, LARGE);
		length += LARGE;
	}
	return server->large ? put(server->fd, large, length) : put(server->fd, small, sizeof small - 1);
}

static void hear(struct server *server) {
	ssize_t length = read(server->fd, scratch, sizeof scratch);
	if (length < 0 && errno == EAGAIN) return;
	if (length > 0 && server->request.had == 0) server->large = 0;
	int state = length <= 0 ? BROKEN : take(&server->request, scratch, (size_t)length);
	if (server->request.inside && server->request.had > 0 && server->request.left >= 0)
		server->large = strncmp(server->request.head, "GET /large", 10) == 0;
	if (state == MORE) return;
	if (state == WHOLE && answer(server) == 0) {
		next(&server->request);
		return;
	}
	close(server->fd);
	free(server);
}

static int serve(void) {
	struct epoll_event events[EVENTS];
	for (int i = 0; i < 2; i++) {
		struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
		socklen_t size = sizeof at;
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		if (bind(fd, (void *)&at, size) < 0 || listen(fd, 4096) < 0) die("listen");
		getsockname(fd, (void *)&at, &size);
		printf("%d\n", ntohs(at.sin_port));
		open_server(fd, 1);
	}
	fflush(stdout);
	/* Whoever started it holds the other end of standard input. */
	watch(0, NULL);
	for (;;) {
		int count = look(events);
		for (int i = 0; i < count; i++) {
			struct server *server = events[i].data.ptr;
			if (server == NULL) return 0;
			if (server->listens) greet(server);
			else hear(server);
		}
	}
}

/* ---- clients ---- */

struct client {
	int fd;
	int busy;
	double due;
	struct message reply;
	struct client *free; /* the next that waits for something to ask */
};

static char request[LARGE + 400];
static size_t request_length;

static void make_request(const char *kind) {
	static const char common[] =
		"Host: localhost\r\nUser-Agent: bench\r\nAccept: */*\r\nAccept-Language: en\r\n";
	if (strcmp(kind, "upload") == 0) {
		request_length = (size_t)sprintf(request, "POST /small?from=bench HTTP/1.1\r\n%sContent-Length: %d\r\n\r\n", common, LARGE);
		memcpy(request + request_length, body, LARGE);
		request_length += LARGE;
	} else request_length = (size_t)sprintf(request, "GET /%s?from=bench HTTP/1.1\r\n%s\r\n", kind, common);
}

static int join(int port) {
	int one = 1;
	struct sockaddr_in at = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons((unsigned short)port)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	if (fd < 0) die("socket");
	if (connect(fd, (void *)&at, sizeof at) < 0) die("connect");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	return fd;
}

static int compare(const void *a, const void *b) {
	float x = *(const float *)a, y = *(const float *)b;
	return (x > y) - (x < y);
}

static int drive(int port, int connections, double ms, double rate, long most) {
	struct epoll_event events[EVENTS];
	struct client *clients = calloc((size_t)connections, sizeof *clients), *idle = NULL;
	/* Latencies beyond the first millions are not kept. */
	long room = 4000000, answered = 0, failed = 0, sent = 0, out = 0;
	float *latencies = malloc((size_t)room * sizeof *latencies);
	for (int i = 0; i < connections; i++) {
		clients[i].fd = join(port);
		watch(clients[i].fd, &clients[i]);
		clients[i].free = idle;
		idle = &clients[i];
	}
	double began = now(), end = began + ms;
	/* Answers that are late do not hold up what is due: an open loop waits for a free connection at worst, and counts it. */
	for (double t = began; out > 0 || (t < end && sent < most); t = now()) {
		while (idle != NULL && t < end && sent < most) {
			double due = rate > 0 ? began + sent * 1e3 / rate : t;
			if (due > t) break;
			struct client *client = idle;
			idle = client->free;
			client->due = due;
			client->busy = 1;
			if (put(client->fd, request, request_length) < 0) die("send");
			sent++;
			out++;
		}
		if (t > end + 10000) die("no answer for 10 s");
		int count = look(events);
		for (int i = 0; i < count; i++) {
			struct client *client = events[i].data.ptr;
			ssize_t length = read(client->fd, scratch, sizeof scratch);
			int state = length <= 0 ? BROKEN : take(&client->reply, scratch, (size_t)length);
			if (state == MORE) continue;
			if (client->busy) out--;
			if (state == WHOLE && strncmp(client->reply.head, "HTTP/1.1 200", 12) == 0) {
				if (answered < room) latencies[answered] = (float)(now() - client->due);
				answered++;
				client->busy = 0;
				client->free = idle;
				idle = client;
				next(&client->reply);
			} else {
				failed++;
				close(client->fd);
			}
		}
		if (idle == NULL && out == 0) break;
	}
	long kept = answered < room ? answered : room;
	double took = now() - began;
	qsort(latencies, (size_t)kept, sizeof *latencies, compare);
	printf("{\"answered\":%ld,\"failed\":%ld,\"ms\":%.3f,\"p50\":%.4f,\"p99\":%.4f}\n", answered, failed, took,
		kept ? latencies[kept / 2] : 0, kept ? latencies[kept * 99 / 100] : 0);
	return 0;
}

static int hold(int port, int connections) {
	int *fds = calloc((size_t)connections, sizeof *fds);
	long answered = 0;
	/* A second time at the end, to see that all are still held. */
	for (int again = 0; again < 2; again++) {
		answered = 0;
		for (int i = 0; i < connections; i++) {
			struct message reply = {.had = 0};
			int state = MORE;
			/* Who asks nothing for long is cut off, and rightly. */
			if (!again) fds[i] = join(port);
			if (put(fds[i], request, request_length) < 0) continue;
			while (state == MORE) {
				ssize_t length = read(fds[i], scratch, sizeof scratch);
				state = length <= 0 ? BROKEN : take(&reply, scratch, (size_t)length);
			}
			answered += state == WHOLE && strncmp(reply.head, "HTTP/1.1 200", 12) == 0;
		}
		printf("%ld\n", answered);
		fflush(stdout);
		if (!again) while (read(0, scratch, sizeof scratch) > 0) continue;
	}
	return 0;
}

int main(int argc, char **argv) {
	struct rlimit files;
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	prctl(PR_SET_TIMERSLACK, 1000);
	memset(body, 'x', sizeof body);
	events_fd = epoll_create1(0);
	if (argc == 2 && strcmp(argv[1], "serve") == 0) return serve();
	make_request(argc > 5 ? argv[5] : "small");
	if (argc == 4 && strcmp(argv[1], "hold") == 0) return hold(atoi(argv[2]), atoi(argv[3]));
	if (argc < 7 || strcmp(argv[1], "drive") != 0) return 2;
	return drive(atoi(argv[2]), atoi(argv[3]), atof(argv[4]), atof(argv[6]), argc > 7 ? atol(argv[7]) : 1L << 60);
}
