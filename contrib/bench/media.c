/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bench/media: what speech costs: N legs RTP to timeslot and back (each timeslot is looped behind
 * its span) through the media worker and its engine, beside a bare reflector: the same sockets,
 * packets, pinning and tick, a receive and a send for each packet and nothing else.
 *
 *	contrib/bench/media [--quick | --legs N --seconds S --side NAME --loss PERCENT] [--loopback]
 *
 * Packets go through an Ethernet between two namespaces where it may make one (media_net.h), for all sides
 * alike; sides and figures with `link` are those with `rtp-send link` (io/rtp_link.h), all others send by
 * their sockets.
 *
 * Legs that are joined with legs, RTP to RTP, stand beside rtpengine in user space on the same core,
 * where it is installed. What that costs hangs on how packets come: it is woken by them, and many at
 * once are one wake-up, while a worker that looks each millisecond does not care. So there are two
 * figures: packets of 1,000 legs in fives each 100 us, which is nearer to calls that know nothing of
 * each other, and `in_bursts`, fifty each millisecond.
 *
 * Prints lines "figure NAME VALUE UNIT". CPU is that of the thread that serves the sockets, user and
 * system, what the kernel does for it in softirq included where it does that in its name (on
 * loopback it does); the generator is another thread and does not count. Ratios are medians of
 * rounds, in each of which everybody has a turn. A run in which an empty worker was held up says so:
 * its figures compare poorly, for the machine was not ours.
 */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "dsp/codec.h"
#include "io/lateness.h"
#include "io/loop.h"
#include "io/rtp_link.h"
#include "io/rtp_ports.h"
#include "io/sock.h"
#include "io/worker.h"
#include "media_gen.h"
#include "media_net.h"
#include "media_peer.h"

#define NR_TS	   31
#define NR_SPANS   ((GEN_MAX + NR_TS - 1) / NR_TS)
#define MAX_ROUNDS 9
#define WORK_CORE  1
#define GEN_CORE   0
#define PTIME	   20
#define PRIORITY   10 /* of all our threads: others on the machine are not to be measured */

#define PAIR_LEGS 1000 /* a core of rtpengine has to do them */

/* From RELAY on: RTP to RTP, legs in pairs: ours, ours with `rtp-send link`, rtpengine's. */
enum side {
	EMPTY,
	REFLECTOR,
	PCMA,
	PCMA_LINK, /* the same with `rtp-send link` */
	GCM,
	CM,
	G722,
	RELAY,
	TRANSCODE,
	TO_SRTP,
	RELAY_LINK,
	TRANSCODE_LINK,
	TO_SRTP_LINK,
	RTPE_RELAY,
	RTPE_TRANSCODE,
	RTPE_TO_SRTP,
	NR_SIDES
};
#define NR_PEER_SIDES (NR_SIDES - RTPE_RELAY)

static const char *const names[NR_SIDES] = {
	"empty",     "reflector",  "pcma",	     "pcma_link", "srtp_gcm",	"srtp_cm",
	"g722",	     "relay",	   "pcmu_pcma",	     "srtp",	  "relay_link", "pcmu_pcma_link",
	"srtp_link", "rtpe relay", "rtpe pcmu_pcma", "rtpe srtp",
};

static bool is_link(enum side s)
{
	return s == PCMA_LINK || (s >= RELAY_LINK && s < RTPE_RELAY);
}

/* What it does, however it sends. */
static enum side job_of(enum side s)
{
	if (s == PCMA_LINK)
		return PCMA;
	return s >= RTPE_RELAY	 ? s - RTPE_RELAY + RELAY
	       : s >= RELAY_LINK ? s - RELAY_LINK + RELAY
				 : s;
}

static bool have_peer, have_link;

struct window {
	double us;  /* CPU of a packet in and out; of EMPTY: of a tick */
	double cpu; /* share of a core */
	double late_p999_ms;
	uint64_t late_ticks, ticks;
	struct gen_result gen;
};

static struct mem *mem;
static struct io_loop *loop;
static struct io_rtp_ports ports;
static struct med_engine *engine;
static struct tdm_block echo[NR_SPANS];
static struct rtp_srtp *near[GEN_MAX], *far[GEN_MAX];
static struct dsp_coder *coder[GEN_MAX];
static double steal_s;

static struct io_worker_cfg cfg;
static unsigned loss; /* per cent that the generator leaves out */

/* A span whose far end returns what it hears. */
static bool echo_read(void *self, struct tdm_block *rx)
{
	*rx = *(struct tdm_block *)self;
	return true;
}

static bool echo_write(void *self, const struct tdm_block *tx)
{
	*(struct tdm_block *)self = *tx;
	return true;
}

static bool echo_up(void *self)
{
	(void)self;
	return true;
}

static const struct tdm_span_ops echo_ops = { echo_read, echo_write, echo_up, NULL, NULL,
					      NULL,	 NULL,	     NULL,    NULL, NULL };

static void woken(void *self)
{
	(void)self;
}

static void sleep_ms(unsigned ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000L };

	while (nanosleep(&t, &t) != 0)
		;
}

static double seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* What the machine under ours took from all cores (proc(5)). */
static double stolen(void)
{
	FILE *f = fopen("/proc/stat", "r");
	unsigned long v[8] = { 0 };

	if (f) {
		if (fscanf(f, "cpu %lu %lu %lu %lu %lu %lu %lu %lu", &v[0], &v[1], &v[2], &v[3],
			   &v[4], &v[5], &v[6], &v[7]) != 8)
			v[7] = 0;
		fclose(f);
	}
	return (double)v[7] / (double)sysconf(_SC_CLK_TCK);
}

/* The reflector. ------------------------------------------------------------------------------- */
static _Atomic bool reflector_stop;
static unsigned reflector_nr;
static struct io_lateness reflector_late;

static void reflect(unsigned at)
{
	static char buf[2048];
	struct addr from;

	for (unsigned c = at; c < reflector_nr; c += PTIME) {
		ssize_t n = io_sock_recv(ports.fd[c], buf, sizeof(buf), &from);

		if (n >= 0)
			io_sock_send(ports.fd[c], &from, str_n(buf, (size_t)n));
	}
}

static void *reflector_main(void *arg)
{
	tick_t next = io_now();
	cpu_set_t one;

	(void)arg;
	CPU_ZERO(&one);
	CPU_SET(WORK_CORE, &one);
	pthread_setaffinity_np(pthread_self(), sizeof(one), &one);
	for (unsigned at = 0; !atomic_load(&reflector_stop); at = (at + 1) % PTIME) {
		struct timespec ts;
		int64_t behind;

		next = tick_add_us(next, 1000);
		ts = (struct timespec){ next.us / 1000000, next.us % 1000000 * 1000 };
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
		behind = tick_diff_us(io_now(), next);
		io_lateness_tick(&reflector_late, behind > 0 ? (uint64_t)behind : 0, 1);
		reflect(at);
	}
	return NULL;
}

/* A window: CPU, late ticks and what the generator saw, between settling and the end. ----------- */
struct meter {
	double cpu, wall;
	uint64_t late, ticks;
};

/* Above those who are measured: who has too much to do never sleeps, and could not be ended. */
static void go_above(bool above)
{
	sched_setscheduler(0, SCHED_FIFO,
			   &(struct sched_param){ PRIORITY + above }); /* if it may */
}

static void start(const struct gen_run *g)
{
	gen_start(g);
	go_above(true);
}

static void finish(struct window *w, const struct meter *a, const struct meter *b, unsigned nr)
{
	double packets = (b->wall - a->wall) * 1000 / PTIME * nr;

	w->gen = gen_stop();
	go_above(false);
	w->cpu = (b->cpu - a->cpu) / (b->wall - a->wall);
	w->late_ticks = b->late - a->late;
	w->ticks = b->ticks - a->ticks;
	/* What was sent, not what should have been: a generator that was held up sends less. */
	if (w->gen.sent)
		packets = (double)w->gen.sent;
	w->us = (b->cpu - a->cpu) * 1e6 / (nr ? packets : (double)w->ticks);
}

static struct meter worker_meter(struct io_worker *w)
{
	struct io_worker_stats s;

	io_worker_stats(w, &s);
	return (struct meter){ (double)s.cpu_us / 1e6, seconds(CLOCK_MONOTONIC), s.late_ticks,
			       s.ticks };
}

static struct window run_worker(unsigned nr, const struct gen_run *g, unsigned ms)
{
	struct window w = { 0 };
	struct io_worker_stats s;
	struct meter a, b;
	struct io_worker *worker = io_worker_new(mem, loop, &cfg, NULL);
	struct gen_run none = { 0 };

	if (!worker || io_worker_start(worker, NULL) < 0)
		abort();
	start(g ? g : &none);
	sleep_ms(300);
	if (cfg.send_link) /* until it knows the way */
		sleep_ms(IO_RTP_LINK_WAYS);
	gen_count();
	a = worker_meter(worker);
	sleep_ms(ms);
	b = worker_meter(worker);
	finish(&w, &a, &b, nr);
	io_worker_stats(worker, &s);
	w.late_p999_ms = (double)s.late_p999_us / 1000;
	io_worker_free(worker);
	return w;
}

static struct meter thread_meter(pthread_t t)
{
	clockid_t clock;
	uint64_t ticks = 0;

	pthread_getcpuclockid(t, &clock);
	for (unsigned i = 0; i < IO_LATENESS_STEPS; i++)
		ticks += reflector_late.ticks[i];
	return (struct meter){ seconds(clock), seconds(CLOCK_MONOTONIC), reflector_late.late,
			       ticks };
}

static struct window run_reflector(unsigned nr, const struct gen_run *g, unsigned ms)
{
	struct window w = { 0 };
	struct meter a, b;
	pthread_t t;

	memset(&reflector_late, 0, sizeof(reflector_late));
	reflector_nr = nr;
	atomic_store(&reflector_stop, false);
	pthread_create(&t, NULL, reflector_main, NULL);
	start(g);
	sleep_ms(300);
	gen_count();
	a = thread_meter(t);
	sleep_ms(ms);
	b = thread_meter(t);
	finish(&w, &a, &b, nr);
	w.late_p999_ms = (double)io_lateness_us(&reflector_late, 999) / 1000;
	atomic_store(&reflector_stop, true);
	pthread_join(t, NULL);
	return w;
}

/* Legs. ---------------------------------------------------------------------------------------- */
static struct rtp_srtp *keys(enum side side, bool is_far)
{
	enum rtp_srtp_suite suite = side == GCM ? RTP_SRTP_AEAD_AES_128_GCM
						: RTP_SRTP_AES_CM_128_SHA1_80;
	static const char key[RTP_SRTP_KEY_MAX * 2] = "benchmarks have no secrets, so this is one";
	size_t len = rtp_srtp_key_len(suite);
	struct str a = str_n(key, len), b = str_n(key + 7, len);

	return rtp_srtp_new(mem, suite, is_far ? b : a, is_far ? a : b);
}

/* In pairs on the spans inside; with TRANSCODE the first of each is mu-law. */
static void move_inside(enum side side, unsigned c, struct med_open *open)
{
	open->span = (uint8_t)(c / (2 * MED_INSIDE_PAIRS));
	open->timeslot = (uint8_t)(1 + c % (2 * MED_INSIDE_PAIRS));
	open->codec = side == TRANSCODE && c % 2 == 0 ? MED_PCMU : MED_PCMA;
	open->pt_tx = open->pt_rx = open->codec == MED_PCMU ? 0 : 8;
}

static void open_leg(enum side side, unsigned c)
{
	struct addr to = gen_addr(c);
	struct med_objects o = { 0 };
	struct med_open open = { .leg = c + 1,
				 .channel = (uint16_t)c,
				 .span = (uint8_t)(c / NR_TS),
				 .timeslot = (uint8_t)(1 + c % NR_TS),
				 .codec = side == G722 ? MED_CODED : MED_PCMA,
				 .through = MED_BOTH,
				 .pt_tx = side == G722 ? 9 : 8,
				 .pt_rx = side == G722 ? 9 : 8,
				 .ptime_ms = PTIME,
				 .ssrc = c + 1,
				 .flags = MED_F_CONCEAL | MED_F_ADAPT | MED_F_RTCP | MED_F_MODEM };
	struct ring_rec rec;

	if (side == G722)
		o.coder = coder[c] = dsp_coder_new(mem, DSP_G722);
	if (side == GCM || side == CM || (side == TO_SRTP && c % 2)) {
		o.srtp = near[c] = keys(side, false);
		far[c] = keys(side, true);
	}
	if (o.coder || o.srtp) {
		open.objects = (uint16_t)(c + 1);
		med_engine_set_objects(engine, open.objects, &o);
	}
	if (side >= RELAY)
		move_inside(side, c, &open);
	med_open_set_remote(&open, &to);
	med_cmd_pack(&rec, MED_CMD_OPEN, &open, sizeof(open));
	med_engine_cmd(engine, &rec);
}

static void free_objects(unsigned nr)
{
	for (unsigned c = 0; c < nr; c++) {
		rtp_srtp_free(near[c]);
		rtp_srtp_free(far[c]);
		dsp_coder_free(coder[c]);
		near[c] = far[c] = NULL;
		coder[c] = NULL;
	}
}

/* The worker is not running: the engine is told directly. */
static void open_legs(enum side side, unsigned nr, bool link)
{
	struct med_cfg m = { .nr_channels = GEN_MAX,
			     .nr_spans = nr ? (nr + NR_TS - 1) / NR_TS : 1,
			     .nr_objects = GEN_MAX };

	if (side >= RELAY) {
		m.nr_spans = 0;
		m.nr_inside = nr / (2 * MED_INSIDE_PAIRS) + 1;
	}
	engine = med_engine_new(mem, &m);
	if (!engine)
		abort();
	for (unsigned c = 0; c < nr; c++)
		open_leg(side, c);
	cfg = (struct io_worker_cfg){ .engine = engine,
				      .rtp = &ports,
				      .nr_lines = m.nr_spans,
				      .core = WORK_CORE + 1,
				      .priority = PRIORITY,
				      .send_link = link,
				      .woken = woken };
	for (unsigned i = 0; i < m.nr_spans; i++)
		cfg.line[i] =
			(struct io_worker_line){ .span = { &echo_ops, &echo[i], TDM_E1, TDM_ALAW },
						 .engine_span = i };
}

/* rtpengine: its process is measured. */
static struct window run_peer(enum side side, unsigned nr, struct gen_run *g, unsigned ms)
{
	static struct addr to[GEN_MAX];
	enum peer_mode mode = (enum peer_mode)(side - RTPE_RELAY);
	struct str key = str_n(PEER_KEY, rtp_srtp_key_len(RTP_SRTP_AES_CM_128_SHA1_80));
	struct window w = { 0 };
	struct meter a, b;

	if (!peer_join(mode, nr, to))
		return w;
	g->to = to;
	for (unsigned c = 1; mode == PEER_SRTP && c < nr; c += 2)
		far[c] = rtp_srtp_new(mem, RTP_SRTP_AES_CM_128_SHA1_80, key, key);
	start(g);
	sleep_ms(500);
	gen_count();
	a = (struct meter){ peer_cpu(), seconds(CLOCK_MONOTONIC), 0, 0 };
	sleep_ms(ms);
	b = (struct meter){ peer_cpu(), seconds(CLOCK_MONOTONIC), 0, 0 };
	finish(&w, &a, &b, nr);
	peer_part(nr);
	return w;
}

static struct window one(enum side side, unsigned nr, unsigned ms, bool bursts)
{
	struct gen_run g = { .nr = nr,
			     .to = ports.local,
			     .bursts = bursts,
			     .loss = loss,
			     .pt = side == G722 ? 9 : 8,
			     .pt_even = side == G722 ? 9 : 8 };
	struct mem *all = mem;
	double before = stolen();
	struct window w;

	mem = mem_sub(all, "window");
	g.marks = side <= PCMA_LINK;
	if (job_of(side) == TRANSCODE)
		g.pt_even = 0;
	g.srtp = side == GCM || side == CM || job_of(side) == TO_SRTP ? far : NULL;
	if (side >= RTPE_RELAY) {
		w = run_peer(side, nr, &g, ms);
		free_objects(nr);
	} else if (side == REFLECTOR) {
		w = run_reflector(nr, &g, ms);
	} else {
		open_legs(job_of(side), nr, is_link(side));
		w = run_worker(nr, side == EMPTY ? NULL : &g, ms);
		free_objects(nr);
	}
	mem_free(mem);
	mem = all;
	if (side == EMPTY)
		steal_s += stolen() - before;
	return w;
}

/* Rounds. -------------------------------------------------------------------------------------- */
static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double median(double *v, unsigned nr)
{
	qsort(v, nr, sizeof(*v), by_value);
	return nr % 2 ? v[nr / 2] : (v[nr / 2 - 1] + v[nr / 2]) / 2;
}

static void print_window(enum side side, unsigned nr, const struct window *w)
{
	printf("%-9s %4u legs: %6.2f us a packet, core %5.1f %%, late ticks %llu of %llu, p99.9 "
	       "%.2f ms, lost %llu of %llu, delay p50 %.1f p99 %.1f ms\n",
	       names[side], nr, w->us, 100 * w->cpu, (unsigned long long)w->late_ticks,
	       (unsigned long long)w->ticks, w->late_p999_ms, (unsigned long long)w->gen.lost,
	       (unsigned long long)w->gen.sent, w->gen.delay_p50_ms, w->gen.delay_p99_ms);
	fflush(stdout);
}

static double us[NR_SIDES][MAX_ROUNDS], ratio[NR_SIDES][MAX_ROUNDS];
static double in_bursts[NR_SIDES][MAX_ROUNDS];
static double late_ms;
static uint64_t late_ticks;
static double empty_late_ms;

/* Can it be measured here? */
static bool is_there(enum side s)
{
	return s >= RTPE_RELAY ? have_peer : have_link || !is_link(s);
}

/* Each job by all who do it. */
static void pairs(unsigned r, unsigned ms, bool bursts)
{
	for (enum side job = RELAY; job < RELAY_LINK; job++) {
		enum side peer = job + 2 * NR_PEER_SIDES;

		for (enum side s = job; s < NR_SIDES; s += NR_PEER_SIDES) {
			struct window w = { 0 };

			if (!is_there(s))
				continue;
			w = one(s, PAIR_LEGS, ms, bursts);
			us[s][r] = w.us;
			print_window(s, PAIR_LEGS, &w);
		}
		for (enum side s = job; s < peer && have_peer; s += NR_PEER_SIDES)
			(bursts ? in_bursts : ratio)[s][r] = us[s][r] / us[peer][r];
	}
}

static void round_of(unsigned r, unsigned nr, unsigned ms)
{
	for (enum side s = EMPTY; s < RELAY; s++) {
		unsigned legs = s == EMPTY ? 0 : nr;
		struct window w;

		if (!is_there(s))
			continue;
		w = one(s, legs, s == EMPTY ? ms / 3 : ms, true);
		us[s][r] = w.us;
		ratio[s][r] = w.us / us[REFLECTOR][r];
		print_window(s, legs, &w);
		if (s == EMPTY && w.late_p999_ms > empty_late_ms)
			empty_late_ms = w.late_p999_ms;
		if (s == PCMA) {
			late_ms = w.late_p999_ms > late_ms ? w.late_p999_ms : late_ms;
			late_ticks += w.late_ticks;
		}
	}
	pairs(r, ms, false);
	pairs(r, ms, true);
}

static void flat(unsigned rounds, unsigned ms, double tick_us)
{
	static const unsigned nrs[] = { 100, 1000, 4000 };
	double v[3][MAX_ROUNDS], base[3][MAX_ROUNDS], link[3][MAX_ROUNDS], beside[MAX_ROUNDS];

	for (unsigned r = 0; r < rounds; r++)
		for (unsigned i = 0; i < 3; i++) {
			struct window ref = one(REFLECTOR, nrs[i], ms, true);
			struct window w = one(PCMA, nrs[i], ms, true);

			v[i][r] = w.us;
			base[i][r] = ref.us;
			print_window(REFLECTOR, nrs[i], &ref);
			print_window(PCMA, nrs[i], &w);
			if (!have_link)
				continue;
			w = one(PCMA_LINK, nrs[i], ms, true);
			link[i][r] = w.us;
			print_window(PCMA_LINK, nrs[i], &w);
		}
	for (unsigned r = 0; r < rounds; r++)
		beside[r] = v[2][r] / base[2][r] / (v[0][r] / base[0][r]);
	for (unsigned i = 0; i < 3; i++)
		printf("figure pcma_us_%u %.2f us (reflector %.2f)\n", nrs[i], median(v[i], rounds),
		       median(base[i], rounds));
	/* What the kernel's path alone leaves room for, on this machine. */
	printf("figure channels_per_core_reflector %.0f channels\n",
	       1e6 / (1000.0 / PTIME) / median(base[2], rounds));
	printf("figure channels_per_core_pcma %.0f channels\n",
	       1e6 / (1000.0 / PTIME) / median(v[2], rounds));
	if (have_link)
		printf("figure channels_per_core_pcma_link %.0f channels\n",
		       1e6 / (1000.0 / PTIME) / median(link[2], rounds));
	/* A tick costs something by itself, a wake-up above all: that is not of the channels. */
	for (unsigned r = 0; r < rounds; r++) {
		v[0][r] -= tick_us * PTIME / 100;
		v[2][r] -= tick_us * PTIME / 4000;
	}
	/* A kernel that is woken for few packets has a higher price for each: the same for all. */
	printf("figure cost_4000_vs_100_beside_reflector %.2f ratio\n", median(beside, rounds));
	printf("figure cost_4000_vs_100 %.2f ratio\n", median(v[2], rounds) / median(v[0], rounds));
}

static size_t bytes_per_leg(void)
{
	struct mem *few = mem_sub(mem, "few"), *many = mem_sub(mem, "many");
	struct med_cfg m = { .nr_channels = 10, .nr_spans = 1 };
	size_t a, b;

	med_engine_new(few, &m);
	m.nr_channels = 1010;
	med_engine_new(many, &m);
	a = mem_used(few);
	b = mem_used(many);
	mem_free(few);
	mem_free(many);
	return (b - a) / 1000;
}

static void figures(unsigned rounds)
{
	for (enum side s = RELAY; s < RTPE_RELAY && have_peer; s++) {
		if (!is_there(s))
			continue;
		printf("figure %s_vs_rtpengine %.2f ratio\n", names[s], median(ratio[s], rounds));
		printf("figure %s_vs_rtpengine_in_bursts %.2f ratio\n", names[s],
		       median(in_bursts[s], rounds));
	}
	if (!have_peer)
		printf("skipped: rtpengine is not here, or cannot be started\n");
	for (enum side s = PCMA; s < RELAY; s++)
		if (is_there(s))
			printf("figure %s_vs_reflector %.2f ratio\n", names[s],
			       median(ratio[s], rounds));
	printf("figure reflector_us %.2f us\n", median(us[REFLECTOR], rounds));
	printf("figure tick_lateness_p999_ms %.2f ms\n", late_ms);
	printf("figure late_ticks %llu ticks\n", (unsigned long long)late_ticks);
	printf("figure bytes_per_leg %zu octets\n", bytes_per_leg());
	if (steal_s > 0 || empty_late_ms > 2)
		printf("invalid: an empty worker was up to %.2f ms late (p99.9), %.2f s of the "
		       "machine were stolen\n",
		       empty_late_ms, steal_s);
}

static enum side side_named(const char *name)
{
	for (enum side s = EMPTY; name && s < NR_SIDES; s++)
		if (strcmp(names[s], name) == 0)
			return s;
	return PCMA;
}

/* Options: --legs N --seconds S run one window alone, as for 60 s and 5,000; of PCMA, or of SIDE. */
static int alone(enum side side, unsigned nr, unsigned s)
{
	struct window w;

	if (side >= RTPE_RELAY && !peer_start(WORK_CORE)) {
		printf("skipped: rtpengine is not here, or cannot be started\n");
		return 0;
	}
	w = one(side, nr, s * 1000, true);
	peer_stop();
	print_window(side, nr, &w);
	printf("figure tick_lateness_p999_ms %.2f ms\n", w.late_p999_ms);
	printf("figure late_ticks %llu ticks\n", (unsigned long long)w.late_ticks);
	return 0;
}

static bool set_up(void)
{
	struct addr at = net_addr(NET_GATEWAY), gen = net_addr(NET_GENERATOR);
	struct tg_diag d = TG_DIAG_NONE;
	bool opened;

	mem = mem_root("bench");
	loop = io_loop_new(mem, NULL);
	if (io_rtp_ports_open(mem, &at, 12000, 31998, GEN_MAX, &ports, &d) < 0) {
		fprintf(stderr, "media: %s\n", d.text);
		return false;
	}
	gen_core(GEN_CORE);
	go_above(false);
	net_there();
	opened = gen_open(mem, &gen);
	net_here();
	return opened;
}

static const char *option(int argc, char **argv, const char *name)
{
	for (int i = 1; i + 1 < argc; i++)
		if (strcmp(argv[i], name) == 0)
			return argv[i + 1];
	return NULL;
}

static bool has_option(int argc, char **argv, const char *name)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], name) == 0)
			return true;
	return false;
}

static unsigned number(const char *text, unsigned otherwise)
{
	return text ? (unsigned)atoi(text) : otherwise;
}

static const char usage[] =
	"usage: media [--quick] [--loopback]\n"
	"       media --legs N [--seconds S] [--side NAME] [--loss PERCENT] [--loopback]\n"
	"what G.711 and other legs cost beside a bare reflector and rtpengine; takes 20 minutes,\n"
	"--quick under one; --legs is one window of one side:";

static int help(void)
{
	puts(usage);
	for (enum side s = EMPTY; s < NR_SIDES; s++)
		printf(" \"%s\"", names[s]);
	puts("");
	return 0;
}

int main(int argc, char **argv)
{
	bool quick = has_option(argc, argv, "--quick");
	unsigned rounds = quick ? 1 : 7, ms = quick ? 500 : 4000,
		 legs = number(option(argc, argv, "--legs"), 0);

	if (has_option(argc, argv, "--help"))
		return help();
	if (sysconf(_SC_NPROCESSORS_ONLN) < 2) {
		printf("skipped: needs two cores\n");
		return 0;
	}
	have_link = net_make(has_option(argc, argv, "--loopback"));
	if (!set_up())
		return 1;
	loss = number(option(argc, argv, "--loss"), 0);
	if (legs)
		return alone(side_named(option(argc, argv, "--side")),
			     legs < GEN_MAX ? legs : GEN_MAX,
			     number(option(argc, argv, "--seconds"), 10));
	have_peer = peer_start(WORK_CORE);
	for (unsigned r = 0; r < rounds; r++)
		round_of(r, quick ? 1000 : 2000, ms);
	peer_stop();
	flat(quick ? 1 : 5, ms, median(us[EMPTY], rounds));
	figures(rounds);
	return 0;
}
