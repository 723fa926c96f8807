/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bench/sip-calls: complete calls, INVITE 180 200 ACK BYE, by processor time: two stacks in one process
 * in virtual time, so that their transactions come and go as in life (both ends count as one call);
 * and one stack over loopback UDP, whose peer is another process that is not counted. And what an
 * established dialog keeps.
 *
 *	contrib/bench/sip-calls [--quick]
 *
 * Prints lines "figure NAME VALUE UNIT"; of several runs the best counts, for the others were disturbed.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <trunkgate/sip/stack.h>

#define PATH	    1
#define RUNS	    3
#define CALLS_PER_S 1000 /* of virtual time */
#define MAX_CALLS   20000
#define WINDOW	    64 /* calls that the peer holds open over UDP */

static const struct sip_body sdp = {
	.content_type = STR_INIT("application/sdp"),
	.octets =
		STR_INIT("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
			 "m=audio 10000 RTP/AVP 8 0 101\r\na=rtpmap:8 PCMA/8000\r\n"
			 "a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n")
};

struct end {
	struct mem *mem;
	struct rng_seeded seed;
	struct sip_stack *stack;
	struct addr addr;
	struct end *other;
	bool hold; /* calls stay */
	int fd;	   /* -1: in process */
	unsigned nr_ended;
};

static double cpu_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static tick_t clock_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return tick_add_us(TICK_ZERO, (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000);
}

static void fail(const char *why)
{
	fprintf(stderr, "sip-calls: %s\n", why);
	exit(1);
}

static void open_end(struct end *e, const char *addr, uint16_t port, uint64_t seed)
{
	struct sip_cfg cfg = { .max_calls = MAX_CALLS, .max_transactions = 40 * MAX_CALLS };

	e->mem = mem_root("bench");
	cfg.rng = rng_seeded_init(&e->seed, seed);
	e->stack = sip_stack_new(e->mem, &cfg);
	if (!e->stack || addr_parse(&e->addr, str_of(addr), port) < 0 ||
	    sip_stack_path_add(e->stack, PATH, &e->addr) < 0)
		fail("no stack");
}

static void begin(struct end *e, tick_t now)
{
	struct sip_invite inv = { .path = PATH,
				  .target = e->other->addr,
				  .uri = STR("sip:+4930123456@192.0.2.2;user=phone"),
				  .from = STR("\"Alice\" <sip:+4940123456@192.0.2.1;user=phone>"),
				  .to = STR("<sip:+4930123456@192.0.2.2;user=phone>"),
				  .body = sdp };
	sip_call_id id;

	if (sip_call_start(e->stack, now, &inv, &id) < 0)
		fail("no call");
}

static void react(struct end *e, tick_t now, const struct sip_event *ev)
{
	if (ev->type == SIP_EV_INVITE) {
		sip_call_progress(e->stack, now, ev->call, 180, NULL);
		sip_call_answer(e->stack, now, ev->call, &sdp);
	} else if (ev->type == SIP_EV_ANSWERED) {
		sip_call_ack(e->stack, now, ev->call, NULL);
		if (!e->hold)
			sip_call_hangup(e->stack, now, ev->call, 0, NULL);
	} else if (ev->type == SIP_EV_ENDED) {
		e->nr_ended++;
	}
}

/* In process: what one sends is what the other receives, until both are silent. ------------------- */
struct packet {
	size_t len;
	char octets[2000];
};
static struct packet queue[2][64];
static unsigned nr_queued[2];

static void collect(struct end *e, unsigned from, tick_t now)
{
	struct sip_out out;

	while (sip_stack_next_out(e->stack, &out)) {
		struct packet *p = &queue[from][nr_queued[from]];
		if (out.type == SIP_OUT_EVENT) {
			react(e, now, &out.event);
		} else if (out.type == SIP_OUT_SEND) {
			if (nr_queued[from]++ == 64 || out.send.octets.len > sizeof(p->octets))
				fail("too much at once");
			p->len = out.send.octets.len;
			memcpy(p->octets, out.send.octets.p, p->len);
		}
	}
}

static void settle(struct end *e, tick_t now)
{
	bool more = true;

	collect(&e[0], 0, now);
	collect(&e[1], 1, now);
	while (more) {
		more = false;
		for (unsigned from = 0; from < 2; from++) {
			unsigned nr = nr_queued[from], to = !from;
			static struct packet copy[64];

			memcpy(copy, queue[from], nr * sizeof(copy[0]));
			nr_queued[from] = 0;
			for (unsigned i = 0; i < nr; i++) {
				sip_stack_rx(e[to].stack, now, PATH, &e[from].addr,
					     str_n(copy[i].octets, copy[i].len));
				collect(&e[to], to, now);
			}
			more |= nr > 0;
		}
	}
}

static void pass(struct end *e, tick_t now)
{
	for (unsigned i = 0; i < 2; i++)
		while (tick_due(sip_stack_deadline(e[i].stack), now)) {
			sip_stack_tick(e[i].stack, now);
			settle(e, now);
		}
}

static double in_process(unsigned nr)
{
	static struct end e[2];
	tick_t now = TICK_ZERO;
	unsigned warm = 40 * CALLS_PER_S; /* until as many transactions end as begin */
	double start = 0;

	e[0] = (struct end){ .fd = -1 };
	e[1] = (struct end){ .fd = -1 };
	open_end(&e[0], "192.0.2.1", 5060, 1);
	open_end(&e[1], "192.0.2.2", 5060, 2);
	e[0].other = &e[1];
	for (unsigned i = 0; i < warm + nr; i++) {
		if (i == warm)
			start = cpu_s();
		now = tick_add_us(now, 1000000 / CALLS_PER_S);
		pass(e, now);
		begin(&e[0], now);
		settle(e, now);
	}
	start = cpu_s() - start;
	if (e[0].nr_ended != warm + nr || e[1].nr_ended != warm + nr)
		fail("calls are missing");
	mem_free(e[0].mem);
	mem_free(e[1].mem);
	return nr / start;
}

/* One side of a call, when its transactions are gone. */
static double bytes_per_dialog(void)
{
	static struct end e[2];
	unsigned nr = 2000;
	tick_t now = TICK_ZERO;
	size_t before, after;

	e[0] = (struct end){ .fd = -1, .hold = true };
	e[1] = (struct end){ .fd = -1, .hold = true };
	open_end(&e[0], "192.0.2.1", 5060, 1);
	open_end(&e[1], "192.0.2.2", 5060, 2);
	e[0].other = &e[1];
	before = mem_used(e[0].mem) + mem_used(e[1].mem);
	for (unsigned i = 0; i < nr; i++) {
		begin(&e[0], now);
		settle(e, now);
	}
	now = tick_add_ms(now, 70 * 1000);
	pass(e, now);
	after = mem_used(e[0].mem) + mem_used(e[1].mem);
	mem_free(e[0].mem);
	mem_free(e[1].mem);
	return (double)(after - before) / (2 * nr);
}

/* Over UDP. -------------------------------------------------------------------------------------- */
static int open_socket(uint16_t *port)
{
	struct sockaddr_in sa = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(sa);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0), size = 4 << 20;

	if (fd < 0 || bind(fd, (struct sockaddr *)&sa, sizeof(sa)) < 0 ||
	    getsockname(fd, (struct sockaddr *)&sa, &len) < 0)
		fail("no socket");
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	*port = ntohs(sa.sin_port);
	return fd;
}

static void drain_udp(struct end *e, tick_t now)
{
	struct sockaddr_in sa = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sip_out out;

	sa.sin_port = htons(e->other->addr.port);
	while (sip_stack_next_out(e->stack, &out)) {
		if (out.type == SIP_OUT_EVENT)
			react(e, now, &out.event);
		else if (out.type == SIP_OUT_SEND &&
			 sendto(e->fd, out.send.octets.p, out.send.octets.len, 0,
				(struct sockaddr *)&sa, sizeof(sa)) < 0)
			continue; /* as good as lost: it is repeated */
	}
}

static void turn(struct end *e)
{
	struct pollfd p = { .fd = e->fd, .events = POLLIN };
	static char buf[65536];
	tick_t now;
	ssize_t n;

	poll(&p, 1, 10);
	now = clock_now();
	while ((n = recv(e->fd, buf, sizeof(buf), 0)) > 0) {
		sip_stack_rx(e->stack, now, PATH, &e->other->addr, str_n(buf, (size_t)n));
		drain_udp(e, now);
	}
	if (tick_due(sip_stack_deadline(e->stack), now)) {
		sip_stack_tick(e->stack, now);
		drain_udp(e, now);
	}
}

static void call_for_ever(struct end *e)
{
	unsigned begun = 0;

	for (;;) {
		while (begun - e->nr_ended < WINDOW) {
			tick_t now = clock_now();
			begin(e, now);
			begun++;
			drain_udp(e, now);
		}
		turn(e);
	}
}

static double over_udp(double seconds)
{
	static struct end e[2];
	uint16_t port[2];
	tick_t end;
	double cpu;
	pid_t peer;

	for (unsigned i = 0; i < 2; i++) {
		e[i] = (struct end){ .fd = open_socket(&port[i]) };
		open_end(&e[i], "127.0.0.1", port[i], i + 1);
		e[i].other = &e[!i];
	}
	peer = fork();
	if (peer == 0)
		call_for_ever(&e[0]);
	if (peer < 0)
		fail("no process");
	cpu = cpu_s();
	end = tick_add_ms(clock_now(), (int64_t)(1000 * seconds));
	while (tick_before(clock_now(), end))
		turn(&e[1]);
	cpu = cpu_s() - cpu;
	kill(peer, SIGKILL);
	waitpid(peer, NULL, 0);
	for (unsigned i = 0; i < 2; i++) {
		close(e[i].fd);
		mem_free(e[i].mem);
	}
	return e[1].nr_ended / cpu;
}

int main(int argc, char **argv)
{
	bool quick = argc > 1 && strcmp(argv[1], "--quick") == 0;
	double inproc = 0, udp = 0;

	for (unsigned i = 0; i < (quick ? 1 : RUNS); i++) {
		double a = in_process(quick ? 5000 : 60000), b = over_udp(quick ? 1 : 5);

		inproc = a > inproc ? a : inproc;
		udp = b > udp ? b : udp;
	}
	printf("figure calls_per_cpu_s_inproc %.0f 1/s\n", inproc);
	printf("figure calls_per_cpu_s_udp %.0f 1/s\n", udp);
	printf("figure bytes_per_dialog %.0f octets\n", bytes_per_dialog());
	return 0;
}
