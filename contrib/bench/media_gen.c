/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench/media_gen: see the header. What the main thread reads is read behind pthread_join. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "io/loop.h"
#include "io/rtp_link.h"
#include "io/sock.h"
#include "media_gen.h"
#include "rtp/packet.h"

#define NR_SOCKETS ((GEN_MAX + GEN_PORTS_PER - 1) / GEN_PORTS_PER)
#define PTIME	   20
#define PAYLOAD	   160
#define FINE	   10 /* ticks of a ms, when it does not send in bursts */
#define BATCH	   32
#define DELAY_US   100 /* width of a step of the histogram */
#define STEPS	   4096

static int fd[NR_SOCKETS];
static struct addr local[NR_SOCKETS];
static const struct io_rtp_ports own = { .nr = NR_SOCKETS, .fd = fd, .local = local };
static struct io_rtp_link *link; /* so that it is not the one who has too much to do */
static struct gen_run run;
static uint16_t seq[GEN_MAX], first_seq[GEN_MAX];
static uint32_t sent_us[GEN_MAX][256]; /* by mark */
static uint32_t steps[STEPS];
static struct gen_result result;
static pthread_t thread;
static unsigned core;
static _Atomic bool stop, counting;

bool gen_open(struct mem *m, const struct addr *bind)
{
	link = io_rtp_link_new(m, &own);
	for (unsigned i = 0; i < NR_SOCKETS; i++) {
		int size = 4 << 20;

		if (io_sock_udp(bind, &fd[i], NULL) < 0 || io_sock_local(fd[i], &local[i]) < 0)
			return false;
		setsockopt(fd[i], SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	}
	return true;
}

struct addr gen_addr(unsigned channel)
{
	return local[channel / GEN_PORTS_PER];
}

void gen_core(unsigned c)
{
	core = c;
}

static uint8_t mark_of(uint16_t s)
{
	return (uint8_t)(s & 0x7f) ^ 0x55;
}

/* One in so many by chance, the same ones each time. */
static bool is_lost(void)
{
	static uint32_t random = 1;

	random = random * 1664525u + 1013904223u;
	return (random >> 8) % 100 < run.loss;
}

static void send_one(unsigned c, uint32_t now_us)
{
	uint8_t out[RTP_HEADER_LEN + PAYLOAD + RTP_SRTP_TRAILER];
	struct rtp_packet p = { .pt = c % 2 ? run.pt : run.pt_even,
				.seq = seq[c]++,
				.ssrc = c + 1 };
	size_t len = RTP_HEADER_LEN + PAYLOAD;

	p.timestamp = p.seq * (uint32_t)PAYLOAD;
	rtp_header_enc(out, &p);
	memset(out + RTP_HEADER_LEN, mark_of(p.seq), PAYLOAD);
	sent_us[c][mark_of(p.seq)] = now_us;
	if (run.srtp && run.srtp[c])
		len = rtp_srtp_protect(run.srtp[c], out, len);
	if (is_lost())
		return;
	if ((io_rtp_link_send(link, c / GEN_PORTS_PER, &run.to[c], str_n(out, len)) ||
	     io_sock_send(fd[c / GEN_PORTS_PER], &run.to[c], str_n(out, len)) == 0) &&
	    atomic_load_explicit(&counting, memory_order_relaxed))
		result.sent++;
}

/* From where the mark changes: that octet was the first of its packet. */
static void note_delay(unsigned c, const uint8_t *payload, uint32_t now_us)
{
	unsigned i = 1;
	uint32_t step;

	while (i < PAYLOAD && payload[i] == payload[0])
		i++;
	step = (now_us - sent_us[c][payload[i % PAYLOAD]]) / DELAY_US;
	if (step < STEPS)
		steps[step]++;
}

static void take(const uint8_t *packet, size_t len, uint32_t now_us)
{
	uint32_t ssrc = 0;

	for (unsigned i = 8; i < RTP_HEADER_LEN && len >= RTP_HEADER_LEN; i++)
		ssrc = ssrc << 8 | packet[i];
	if (!atomic_load_explicit(&counting, memory_order_relaxed))
		return;
	result.received++;
	if (run.marks && ssrc - 1 < run.nr && len == RTP_HEADER_LEN + PAYLOAD)
		note_delay(ssrc - 1, packet + RTP_HEADER_LEN, now_us);
}

static void receive(unsigned socket)
{
	static uint8_t in[BATCH][512];
	struct mmsghdr m[BATCH] = { 0 };
	struct iovec v[BATCH];
	int nr;

	do {
		for (unsigned i = 0; i < BATCH; i++) {
			v[i] = (struct iovec){ in[i], sizeof(in[i]) };
			m[i].msg_hdr = (struct msghdr){ .msg_iov = &v[i], .msg_iovlen = 1 };
		}
		nr = recvmmsg(fd[socket], m, BATCH, MSG_DONTWAIT, NULL);
		for (int i = 0; i < nr; i++)
			take(in[i], m[i].msg_len, (uint32_t)io_now().us);
	} while (nr == BATCH);
}

/* `per_ms` of these are a millisecond; it is received at the first of them. */
static void tick(unsigned at, unsigned per_ms)
{
	uint32_t now_us = (uint32_t)io_now().us;

	for (unsigned c = at; c < run.nr; c += PTIME * per_ms)
		send_one(c, now_us);
	io_rtp_link_flush(link);
	for (unsigned s = 0; at % per_ms == 0 && s * GEN_PORTS_PER < run.nr; s++)
		receive(s);
}

static double cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The first packet of a stream is when the library makes its keys. */
static void warm(void)
{
	uint8_t out[RTP_HEADER_LEN + RTP_SRTP_TRAILER];
	struct rtp_packet p = { .pt = run.pt };

	for (unsigned c = 0; run.srtp && c < run.nr; c++) {
		p.ssrc = c + 1;
		p.seq = seq[c]++;
		rtp_header_enc(out, &p);
		if (run.srtp[c])
			rtp_srtp_protect(run.srtp[c], out, RTP_HEADER_LEN);
	}
}

static void *gen_main(void *arg)
{
	unsigned per_ms = run.bursts ? 1 : FINE;
	tick_t next = io_now();
	cpu_set_t one;

	(void)arg;
	CPU_ZERO(&one);
	CPU_SET(core, &one);
	pthread_setaffinity_np(pthread_self(), sizeof(one), &one);
	for (unsigned at = 0; !atomic_load(&stop); at = (at + 1) % (PTIME * per_ms)) {
		struct timespec ts;

		next = tick_add_us(next, 1000 / per_ms);
		ts = (struct timespec){ next.us / 1000000, next.us % 1000000 * 1000 };
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
		result.late_ticks += tick_diff_us(io_now(), next) > 2000;
		tick(at, per_ms);
	}
	result.cpu_s = cpu_seconds();
	return NULL;
}

void gen_start(const struct gen_run *r)
{
	run = *r;
	memset(steps, 0, sizeof(steps));
	memset(&result, 0, sizeof(result));
	memcpy(first_seq, seq, sizeof(seq));
	atomic_store(&counting, false);
	atomic_store(&stop, false);
	for (unsigned s = 0; s < NR_SOCKETS; s++)
		receive(s); /* of the run before */
	warm();
	pthread_create(&thread, NULL, gen_main, NULL);
}

void gen_count(void)
{
	atomic_store(&counting, true);
}

static double delay_ms(unsigned permille)
{
	uint64_t all = 0, seen = 0;

	for (unsigned i = 0; i < STEPS; i++)
		all += steps[i];
	for (unsigned i = 0; i < STEPS && all; i++) {
		seen += steps[i];
		if (seen * 1000 >= all * permille)
			return (i + 0.5) * DELAY_US / 1000;
	}
	return 0;
}

struct gen_result gen_stop(void)
{
	atomic_store(&stop, true);
	pthread_join(thread, NULL);
	result.lost = result.sent > result.received ? result.sent - result.received : 0;
	result.delay_p50_ms = delay_ms(500);
	result.delay_p99_ms = delay_ms(990);
	return result;
}
