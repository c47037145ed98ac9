/* The engine's yardstick: the two workloads of the bench with nothing else around them, in plain C.
 *
 *     gcc -O2 -o baseline baseline.c -lm && ./baseline core 10 1000000 1
 *
 * core: n servers with one worker each, first come, first served, at 80 % load; Poisson arrivals, exponential work with
 * mean 1, the less busy of two servers drawn by lot; response times into a log-linear histogram.
 * full: and a lognormal delay on the way to the server and back, a bounded queue, a timeout for every request, and each
 * server's queue and busy time integrated over time; every kind of chance draws from a stream of its own. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LOAD .8
#define QUEUE 100
#define TIMEOUT 20.0
#define HOP 0.25
#define CV 0.5
#define NONE UINT32_MAX
#define RING (1 << 20)

/* Random streams: Doty-Humphrey's sfc64 (PractRand, 2010). */
typedef struct { uint64_t a, b, c, counter; } Stream;
static uint64_t word(Stream *s) {
	uint64_t sum = s->a + s->b + s->counter++;
	s->a = s->b ^ (s->b >> 11);
	s->b = s->c + (s->c << 3);
	s->c = ((s->c << 24) | (s->c >> 40)) + sum;
	return sum;
}
static Stream stream(uint64_t seed, uint64_t purpose) {
	Stream s = {seed, purpose, seed ^ 0x9e3779b97f4a7c15, 1};
	for (int i = 0; i < 18; i++) word(&s);
	return s;
}
static double uniform(Stream *s) { return (word(s) >> 11) * 0x1p-53; }
static uint32_t lot(Stream *s, uint32_t n) { return ((word(s) >> 32) * n) >> 32; }

/* Exponential, mean 1: Marsaglia and Tsang's ziggurat (2000), 256 layers of equal area. */
#define TAIL 7.69711747013104972
static double edge[257], density[257];
static void layers(void) {
	const double area = 0.0039496598225815571993;
	edge[0] = area * exp(TAIL);
	edge[1] = TAIL;
	for (int i = 2; i < 256; i++) edge[i] = -log(exp(-edge[i - 1]) + area / edge[i - 1]);
	for (int i = 0; i < 257; i++) density[i] = exp(-edge[i]);
}
static double exponential(Stream *s) {
	for (double beyond = 0;;) {
		uint64_t bits = word(s);
		int i = bits & 255;
		double x = (bits >> 11) * 0x1p-53 * edge[i];
		if (x < edge[i + 1]) return beyond + x;
		if (i == 0) beyond += TAIL;
		else if (density[i] + uniform(s) * (density[i + 1] - density[i]) < exp(-x)) return beyond + x;
	}
}
/* Marsaglia's polar method; the second normal is kept for the next delay. */
static double delay(Stream *s) {
	static double kept = NAN;
	double normal = kept, x, y, q;
	if (isnan(kept)) {
		do x = 2 * uniform(s) - 1, y = 2 * uniform(s) - 1, q = x * x + y * y;
		while (q >= 1 || q == 0);
		q = sqrt(-2 * log(q) / q);
		normal = x * q, kept = y * q;
	} else kept = NAN;
	const double variance = log(1 + CV * CV);
	return HOP * exp(sqrt(variance) * normal - variance / 2);
}

/* Events by (time, order of planning): a 4-ary heap without branches among the children. Beyond `size` all is at infinity. */
typedef struct { double at; uint32_t order, what; } Event;
static Event *heap;
static uint32_t size, planned;
static uint32_t before(const Event *a, const Event *b) { return (a->at < b->at) | ((a->at == b->at) & (a->order < b->order)); }
static void push(double at, uint32_t what) {
	Event event = {at, planned++, what};
	uint32_t hole = size++;
	for (; hole > 0 && before(&event, &heap[(hole - 1) / 4]); hole = (hole - 1) / 4) heap[hole] = heap[(hole - 1) / 4];
	heap[hole] = event;
}
static void sink(Event event) {
	uint32_t hole = 0;
	for (;;) {
		uint32_t child = 4 * hole + 1;
		if (child >= size) break;
		uint32_t left = child + before(&heap[child + 1], &heap[child]);
		uint32_t right = child + 2 + before(&heap[child + 3], &heap[child + 2]);
		child = left + (right - left) * before(&heap[right], &heap[left]);
		if (before(&event, &heap[child])) break;
		heap[hole] = heap[child];
		hole = child;
	}
	heap[hole] = event;
}
static void pop(void) {
	Event last = heap[--size];
	heap[size] = (Event){INFINITY, 0, 0};
	if (size > 0) sink(last);
}
static void replace(double at, uint32_t what) { sink((Event){at, planned++, what}); }

enum { ARRIVE, REACH, FINISH, BACK, TIMER, KINDS = 8 };
/* `life` tells a request from the one that had its place before; one that is `late` has nobody waiting for it. */
typedef struct { double sent, work; uint32_t server, behind, life, late; } Request;
typedef struct { uint32_t inside, waiting, first, last; double since, queued, busy; } Server;
typedef struct { double due; uint32_t request, life; } Timer;
static Request *requests;
static Server *servers;
static Timer *ring;
static uint32_t spare, oldest, newest, armed;
static uint64_t bins[64 * 64], answered, dropped, late;
static double sum;

static void integrate(Server *s, double now) {
	s->queued += (now - s->since) * s->waiting;
	s->busy += (now - s->since) * (s->first != NONE);
	s->since = now;
}
static void release(uint32_t r) {
	requests[r].life++;
	requests[r].behind = spare;
	spare = r;
}
/* 64 bins for each doubling from 2^-24 on: the exponent and the first six bits of the fraction. */
static void answer(uint32_t r, double now) {
	double response = now - requests[r].sent;
	uint64_t bits;
	memcpy(&bits, &response, 8);
	bins[((bits >> 46) - 64 * (1023 - 24)) & (64 * 64 - 1)]++;
	sum += response;
	answered++;
	servers[requests[r].server].inside--;
	release(r);
}
/* Timers of one length end in the order they began in: a ring, and one event for the oldest that somebody still waits for. */
static void expire(double now) {
	for (; oldest != newest; oldest++) {
		Timer *timer = &ring[oldest & (RING - 1)];
		Request *request = &requests[timer->request];
		if (request->life != timer->life) continue;
		if (timer->due > now) {
			replace(timer->due, TIMER);
			return;
		}
		request->late = 1;
		late++;
		servers[request->server].inside--;
	}
	pop();
	armed = 0;
}

static inline __attribute__((always_inline)) double run(const int full, uint32_t n, uint64_t total, uint64_t seed) {
	Stream arrivals = stream(seed, 1), works = stream(seed, 2), lots = stream(seed, 3), network = stream(seed, 4);
	const double gap = 1 / (LOAD * n);
	uint64_t sent = 0;
	double now = 0;
	push(gap * exponential(&arrivals), ARRIVE);
	while (size > 0) {
		now = heap[0].at;
		uint32_t r = heap[0].what / KINDS;
		switch (heap[0].what % KINDS) {
		case ARRIVE:
			if (++sent < total) replace(now + gap * exponential(&arrivals), ARRIVE);
			else pop();
			if ((r = spare) == NONE) fprintf(stderr, "too many at once\n"), exit(1);
			spare = requests[r].behind;
			uint32_t a = lot(&lots, n), b = n > 1 ? lot(&lots, n - 1) : 0;
			b += n > 1 && b >= a;
			requests[r] = (Request){now, exponential(&works), servers[b].inside < servers[a].inside ? b : a, NONE, requests[r].life, 0};
			servers[requests[r].server].inside++;
			if (!full) goto reach;
			if (newest - oldest == RING) fprintf(stderr, "too many timers\n"), exit(1);
			ring[newest++ & (RING - 1)] = (Timer){now + TIMEOUT, r, requests[r].life};
			if (!armed) push(now + TIMEOUT, TIMER), armed = 1;
			push(now + delay(&network), REACH + r * KINDS);
			break;
		case REACH:
			pop();
		reach:;
			Server *at = &servers[requests[r].server];
			if (full) integrate(at, now);
			if (at->first == NONE) {
				at->first = at->last = r;
				push(now + requests[r].work, FINISH + r * KINDS);
			} else if (full && at->waiting == QUEUE) {
				dropped++;
				if (!requests[r].late) at->inside--;
				release(r);
			} else {
				requests[at->last].behind = r;
				at->last = r;
				at->waiting++;
			}
			break;
		case FINISH:;
			Server *s = &servers[requests[r].server];
			if (full) integrate(s, now);
			s->first = requests[r].behind;
			if (s->first != NONE) {
				s->waiting--;
				replace(now + requests[s->first].work, FINISH + s->first * KINDS);
			} else pop();
			if (full) push(now + delay(&network), BACK + r * KINDS);
			else answer(r, now);
			break;
		case BACK:
			pop();
			if (requests[r].late) release(r);
			else answer(r, now);
			break;
		case TIMER:
			expire(now);
		}
	}
	return now;
}

int main(int count, char **words) {
	if (count != 5) return fprintf(stderr, "usage: baseline core|full SERVERS REQUESTS SEED\n"), 2;
	const int full = strcmp(words[1], "full") == 0;
	const uint32_t n = atoi(words[2]), most = 512 * n + 4096;
	const uint64_t total = strtoull(words[3], NULL, 10), seed = strtoull(words[4], NULL, 10);
	layers();
	heap = malloc((most + 8) * sizeof *heap);
	requests = calloc(most, sizeof *requests);
	servers = calloc(n, sizeof *servers);
	ring = malloc(RING * sizeof *ring);
	for (uint32_t i = 0; i < most + 8; i++) heap[i].at = INFINITY;
	for (uint32_t i = 0; i < most; i++) requests[i].behind = i + 1 < most ? i + 1 : NONE;
	for (uint32_t i = 0; i < n; i++) servers[i].first = NONE;
	clock_t began = clock();
	const double end = full ? run(1, n, total, seed) : run(0, n, total, seed);
	const double seconds = (double)(clock() - began) / CLOCKS_PER_SEC;
	uint64_t rank = 0;
	int median = 0;
	while (median < 64 * 64 - 1 && (rank += bins[median]) < answered / 2) median++;
	double queued = 0, busy = 0;
	for (uint32_t i = 0; i < n; i++) queued += servers[i].queued, busy += servers[i].busy;
	printf("{\"requests\":%.0f,\"seconds\":%.6f,\"mean\":%.6f,\"median\":%.4f,", (double)answered, seconds, sum / answered,
		ldexp(1 + (median % 64 + .5) / 64, median / 64 - 24));
	printf("\"dropped\":%.0f,\"late\":%.0f,\"queue\":%.5f,\"busy\":%.5f}\n", (double)dropped, (double)late, queued / end / n,
		busy / end / n);
}
