/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Real speech over a network that loses, delays and has another clock, in virtual time: how far the
 * spectrum of what the timeslot hears is from what was said (log-spectral distance), how long it
 * hears nothing, and whether anything clicks. Each case is a row with a seed: the same each time.
 *
 * espeak-ng says the text; without it the tests are skipped. A case is 30 s of speech;
 * TG_SPEECH_SECONDS makes it longer (make swarm: 600), TG_SPEECH_SEED chooses other ones.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <trunkgate/base/rng.h>

#include "unit/support.h"
#include "unit/media/world.h"
#include "dsp/codec.h"
#include "dsp/law.h"

#define PTIME	   20
#define LEN	   (PTIME * 8)
#define FLY	   4096 /* packets that may be on their way */
#define SPEECH_MAX (60 * 8000)
#define SECONDS	   30
#define LEARNING   3000 /* ms in which the buffer may find its depth */

/* What was said, as A-law and linear: N samples, again and again. */
static uint8_t said[SPEECH_MAX];
static int16_t said_linear[SPEECH_MAX];
static uint32_t nr_said;
static struct dsp_law law;

static struct world w;

/* What the timeslot heard. */
static struct {
	uint8_t *octet;
	uint8_t *gap; /* by millisecond: octets of it that did not come */
	uint32_t ms, room_ms;
	uint32_t gaps;
} heard;

static uint32_t from_environment(const char *name, uint32_t otherwise)
{
	const char *text = getenv(name);

	return text ? (uint32_t)strtoul(text, NULL, 10) : otherwise;
}

static uint32_t only_s; /* not 0: a case is so long */

static uint32_t seconds(void)
{
	return only_s ? only_s : from_environment("TG_SPEECH_SECONDS", SECONDS);
}

/* Speech. -------------------------------------------------------------------------------------- */

#define TEXT                                                                                       \
	"The birch canoe slid on the smooth planks. Glue the sheet to the dark blue background. "  \
	"It is easy to tell the depth of a well. These days a chicken leg is a rare dish. "        \
	"Rice is often served in round bowls. The juice of lemons makes fine punch. "              \
	"The box was thrown beside the parked truck. The hogs were fed chopped corn and garbage. " \
	"Four hours of steady work faced us. A large size in stockings is hard to sell."

/* From any rate to 8 kHz, through a low pass of 3.4 kHz (a windowed sinc). */
static void resample(const int16_t *in, uint32_t nr, double rate)
{
	double step = rate / 8000, half = 16 * step;

	nr_said = 0;
	for (double at = half; at + half < nr && nr_said < SPEECH_MAX; at += step) {
		double sum = 0, norm = 0;

		for (int i = (int)ceil(at - half); i <= (int)floor(at + half); i++) {
			double x = (i - at) / step * 2 * 3400 / 8000 * M_PI;
			double weight = (fabs(x) < 1e-9 ? 1 : sin(x) / x) *
					(0.5 + 0.5 * cos((i - at) / half * M_PI));

			sum += in[i] * weight;
			norm += weight;
		}
		said[nr_said] = dsp_linear_to_octet(&law, DSP_ALAW, (int16_t)(sum / norm * 0.7));
		said_linear[nr_said] = dsp_octet_to_linear(&law, DSP_ALAW, said[nr_said]);
		nr_said++;
	}
}

static bool read_wav(FILE *f)
{
	static uint8_t octets[30 * 2 * 22050];
	size_t n = fread(octets, 1, sizeof(octets), f), at = 12;
	uint32_t rate;

	if (n < 44)
		return false;
	rate = octets[24] | (uint32_t)octets[25] << 8;
	while (at + 8 < n && memcmp(octets + at, "data", 4) != 0)
		at += 8 + octets[at + 4] + ((size_t)octets[at + 5] << 8);
	if (at + 8 >= n)
		return false;
	resample((const int16_t *)(const void *)(octets + at + 8), (uint32_t)((n - at - 8) / 2),
		 rate);
	return nr_said > 8 * 8000;
}

static int speak(void **state)
{
	FILE *f = popen("espeak-ng -v en --stdout '" TEXT "' 2>/dev/null", "r");
	bool done;

	(void)state;
	dsp_law_init(&law);
	if (!f)
		return 0;
	done = read_wav(f);
	if (pclose(f) != 0 || !done)
		nr_said = 0; /* it is not there */
	return 0;
}

/* The network. --------------------------------------------------------------------------------- */

struct network {
	const char *name;
	double loss; /* of 1, each packet by itself */
	unsigned jitter_ms;
	int ppm; /* of the sender's clock to ours */
	uint8_t flags;
	double lsd_max;	   /* what must hold, dB */
	unsigned later_ms; /* it takes this longer than 30 ms */
	enum { A_LAW, OPUS, OPUS_COPIES, G722 } codec;
	double click_max; /* 0: as for A-law */
};

struct flight {
	uint32_t at_ms, n;
	bool lost;
	uint8_t octets[LEN];
	size_t len;
};

static struct flight fly[FLY];
static uint32_t nr_sent, nr_lost;
static struct dsp_coder *far_coder; /* NULL: A-law */
static unsigned far_clock;	    /* of RTP timestamps to samples */
static uint32_t *lost_at;	    /* ms at which lost packets would have come */

static void listen(struct world *world, const struct tdm_block *rx, struct tdm_block *tx)
{
	(void)world;
	(void)tx;
	if (heard.ms < heard.room_ms)
		memcpy(heard.octet + 8 * heard.ms, rx->octet[1], TDM_BLOCK);
}

/* What is said in the n-th packet; in order, as a coder is told it. */
static void say(struct flight *f)
{
	int16_t x[LEN];

	f->len = LEN;
	for (uint32_t i = 0; i < LEN; i++) {
		f->octets[i] = said[(f->n * LEN + i) % nr_said];
		x[i] = said_linear[(f->n * LEN + i) % nr_said];
	}
	if (far_coder)
		f->len = dsp_coder_enc(far_coder, x, LEN, f->octets, LEN);
}

static void send_packet(const struct flight *f)
{
	uint8_t octets[12 + LEN];
	struct wr wr = wr_init(octets, sizeof(octets));
	struct rtp_packet p = {
		.seq = (uint16_t)f->n, .timestamp = f->n * LEN * far_clock, .ssrc = 77, .pt = 8
	};

	p.payload = str_n(f->octets, f->len);
	rtp_packet_enc(&wr, &p);
	world_datagram(&w, 0, wr_str(&wr));
}

static void send(uint32_t n)
{
	struct flight f = { .n = n };

	say(&f);
	send_packet(&f);
}

/* Packets that were sent by now, and those that arrive now. */
static void network(const struct network *k, struct rng *rng, uint32_t ms)
{
	static uint32_t first;

	if (ms == 0)
		first = 0;
	while (nr_sent * PTIME * (1 + k->ppm * 1e-6) <= ms) {
		struct flight *f = &fly[nr_sent % FLY];

		f->n = nr_sent++;
		say(f);
		f->lost = rng_below(rng, 10000) < k->loss * 10000;
		f->at_ms = ms + 30 + k->later_ms +
			   (k->jitter_ms ? rng_below(rng, k->jitter_ms + 1) : 0);
		if (f->lost)
			lost_at[nr_lost++] = f->at_ms;
	}
	for (uint32_t i = first; i < nr_sent; i++)
		if (fly[i % FLY].at_ms == ms && !fly[i % FLY].lost)
			send_packet(&fly[i % FLY]);
	while (first < nr_sent && fly[first % FLY].at_ms <= ms && first + 20 < nr_sent)
		first++;
}

static void count_gaps(void)
{
	struct med_counters c;

	world_ref(&w, MED_CMD_QUERY, 1, 0);
	c = world_report(&w, MED_REP_COUNTERS, 1);
	heard.gap[heard.ms] = (uint8_t)(c.gaps_ms - heard.gaps);
	heard.gaps = c.gaps_ms;
}

static struct med_objects objects[2]; /* [1]: of the leg */

/* Narrow band of 16 or 20 kbit/s, at both ends. */
static void use_opus(bool copies)
{
	struct dsp_tuning t = { .fec = copies };

	mem_fail_after(0);
	far_coder = dsp_coder_new(w.m, DSP_OPUS);
	objects[1].coder = dsp_coder_new(w.m, DSP_OPUS);
	objects[1].hold = med_hold_new(w.m);
	dsp_coder_tune(far_coder, &t);
	dsp_coder_loss(far_coder, 10);
	mem_fail_after(1);
}

static void use_g722(void)
{
	mem_fail_after(0);
	far_coder = dsp_coder_new(w.m, DSP_G722);
	objects[1].coder = dsp_coder_new(w.m, DSP_G722);
	objects[1].hold = med_hold_new(w.m);
	mem_fail_after(1);
}

static void use_codec(struct med_open *o, const struct network *k)
{
	far_clock = 1;
	if (k->codec == A_LAW)
		return;
	if (k->codec == G722)
		use_g722();
	else
		use_opus(k->codec == OPUS_COPIES);
	far_clock = dsp_codec_info(dsp_coder_codec(far_coder))->clock_khz / 8;
	o->codec = MED_CODED;
	o->objects = 1;
	med_engine_set_objects(w.e, 1, &objects[1]);
}

static struct med_counters run(const struct network *k, uint32_t seed)
{
	struct rng_seeded s;
	struct rng rng = rng_seeded_init(&s, seed);
	struct med_open o;
	struct med_counters c;

	heard.room_ms = seconds() * 1000;
	heard.octet = malloc(8 * heard.room_ms);
	heard.gap = malloc(heard.room_ms);
	lost_at = malloc((heard.room_ms / PTIME + 64) * sizeof(*lost_at));
	assert_true(heard.octet && heard.gap && lost_at);
	heard.gaps = nr_sent = nr_lost = 0;
	world_init(&w, TDM_ALAW);
	w.exchange = listen;
	o = world_open(&w, 1, 0);
	o.flags = k->flags;
	use_codec(&o, k);
	world_cmd(&w, MED_CMD_OPEN, &o);
	for (heard.ms = 0; heard.ms < heard.room_ms; heard.ms++) {
		network(k, &rng, heard.ms);
		world_pass(&w, 1);
		count_gaps();
	}
	world_ref(&w, MED_CMD_CLOSE, 1, 0);
	c = world_report(&w, MED_REP_CLOSED, 1);
	dsp_coder_free(far_coder);
	dsp_coder_free(objects[1].coder);
	med_hold_free(objects[1].hold);
	far_coder = objects[1].coder = NULL;
	objects[1].hold = NULL;
	world_fini(&w);
	return c;
}

static void forget(void)
{
	free(heard.octet);
	free(heard.gap);
	free(lost_at);
}

/* What is measured. ---------------------------------------------------------------------------- */

#define FRAME 256 /* 32 ms */

static double heard_linear(uint32_t t)
{
	return dsp_octet_to_linear(&law, DSP_ALAW, heard.octet[t]);
}

static double ref(int64_t k)
{
	return k < 0 ? 0 : said_linear[k % nr_said];
}

/* Power spectrum of a frame under a Hann window, in dB above a floor that no ear minds. */
static void spectrum(const double *x, double *db)
{
	double re[FRAME], im[FRAME];

	for (unsigned i = 0; i < FRAME; i++) {
		unsigned r = 0;

		for (unsigned bit = 1, v = i; bit < FRAME; bit <<= 1, v >>= 1)
			r = r << 1 | (v & 1);
		re[r] = x[i] * (0.5 - 0.5 * cos(2 * M_PI * i / FRAME));
		im[r] = 0;
	}
	for (unsigned half = 1; half < FRAME; half *= 2)
		for (unsigned j = 0; j < half; j++) {
			double c = cos(M_PI * j / half), s = -sin(M_PI * j / half);

			for (unsigned i = j; i < FRAME; i += 2 * half) {
				double tr = re[i + half] * c - im[i + half] * s;
				double ti = re[i + half] * s + im[i + half] * c;

				re[i + half] = re[i] - tr;
				im[i + half] = im[i] - ti;
				re[i] += tr;
				im[i] += ti;
			}
		}
	for (unsigned i = 0; i < FRAME / 2; i++)
		db[i] = 10 * log10((re[i] * re[i] + im[i] * im[i]) / FRAME + 1000);
}

/* How alike the frame at t is to what was said `lag` before: 1, the same. */
static double alike(uint32_t t, int64_t lag)
{
	double ab = 0, aa = 1, bb = 1;

	for (uint32_t i = 0; i < FRAME; i++) {
		double a = heard_linear(t + i), b = ref((int64_t)(t + i) - lag);

		ab += a * b;
		aa += a * a;
		bb += b * b;
	}
	return ab / sqrt(aa * bb);
}

/* Is the frame as it came, and what was heard just before too? */
static bool is_whole(uint32_t t)
{
	for (uint32_t ms = t / 8 - 8; ms <= (t + FRAME) / 8; ms++)
		if (heard.gap[ms])
			return false;
	return true;
}

/* The lag near the last one at which the frame fits best. What was concealed repeats a pitch, and
 * would fit best where it was not said. */
static int64_t follow_lag(uint32_t t, int64_t lag)
{
	double best = alike(t, lag);
	int64_t at = lag;

	if (!is_whole(t))
		return lag;
	for (int64_t wide = 24; wide <= 1600 && best < 0.98; wide += 1576)
		for (int64_t l = lag - wide; l <= lag + wide; l++) {
			double v = alike(t, l);

			if (v > best + 0.01) {
				best = v;
				at = l;
			}
		}
	return best > 0.9 ? at : lag;
}

struct quality {
	double lsd; /* dB, mean of frames in which something was said */
	unsigned frames;
	unsigned long_gaps; /* more than 10 ms, and no lost packet to blame */
	uint32_t longest_ms;
	double click; /* worst step beyond those of what was said */
	uint32_t click_at;
};

static double lsd_of(uint32_t t, int64_t lag)
{
	double a[FRAME], b[FRAME], da[FRAME / 2], db[FRAME / 2], sum = 0;

	for (uint32_t i = 0; i < FRAME; i++) {
		a[i] = heard_linear(t + i);
		b[i] = ref((int64_t)(t + i) - lag);
	}
	spectrum(a, da);
	spectrum(b, db);
	for (unsigned i = 0; i < FRAME / 2; i++)
		sum += (da[i] - db[i]) * (da[i] - db[i]);
	return sqrt(sum / (FRAME / 2));
}

static bool is_active(uint32_t t, int64_t lag)
{
	double sum = 0;

	for (uint32_t i = 0; i < FRAME; i++)
		sum += ref((int64_t)(t + i) - lag) * ref((int64_t)(t + i) - lag);
	return sum / FRAME > 200 * 200;
}

static double bend(double a, double b, double c)
{
	return fabs(a - 2 * b + c);
}

/* A click is a bend of the wave that what was said has nowhere near. */
static void clicks(struct quality *q, uint32_t t, int64_t lag)
{
	double most = 0;

	for (int64_t k = (int64_t)t - lag - 160; k < (int64_t)t + FRAME - lag + 160; k++)
		most = fmax(most, bend(ref(k), ref(k - 1), ref(k - 2)));
	for (uint32_t i = t + 2; i < t + FRAME + 2; i++) {
		double v = bend(heard_linear(i), heard_linear(i - 1), heard_linear(i - 2)) - most;

		if (v <= q->click)
			continue;
		q->click = v;
		q->click_at = i;
	}
}

/* Lost packets that would have been heard in a gap: those that would have come shortly before. */
static unsigned lost_near(uint32_t ms, uint32_t len)
{
	unsigned nr = 0;

	for (uint32_t i = 0; i < nr_lost; i++)
		nr += lost_at[i] <= ms + len && lost_at[i] + 250 >= ms;
	return nr;
}

static void gaps(struct quality *q)
{
	for (uint32_t ms = LEARNING, run = 0; ms < heard.ms; ms++) {
		run = heard.gap[ms] ? run + 1 : 0;
		if (run > q->longest_ms)
			q->longest_ms = run;
		if (run > 10 && (ms + 1 == heard.ms || !heard.gap[ms + 1]))
			q->long_gaps += run > 10 + PTIME * lost_near(ms - run, run);
	}
}

static struct quality measure(void)
{
	struct quality q = { 0 };
	int64_t lag = 90 * 8;

	for (uint32_t t = LEARNING * 8; t + FRAME + 2 < heard.ms * 8; t += FRAME) {
		if (!is_active(t, lag))
			continue;
		lag = follow_lag(t, lag);
		q.lsd += lsd_of(t, lag);
		q.frames++;
		clicks(&q, t, lag);
	}
	q.lsd /= q.frames ? q.frames : 1;
	gaps(&q);
	return q;
}

#define SPEECH	   (MED_F_CONCEAL | MED_F_ADAPT)
#define PLAIN	   MED_F_CONCEAL /* of fixed depth: no more jitter than that, and no drift */
#define G722_CLICK 2000		 /* its own, with nothing wrong */
#define G722_LOSS  40000	 /* its decoder is out of step behind a loss */

static const struct network networks[] = {
	{ "nothing wrong", 0, 0, 0, SPEECH, 0.2 },
	{ "jitter 20", 0, 20, 0, SPEECH, 0.2 },
	{ "jitter 60", 0, 60, 0, SPEECH, 0.2 },
	{ "+100 ppm", 0, 0, 100, SPEECH, 0.2 },
	{ "-100 ppm", 0, 0, -100, SPEECH, 0.2 },
	{ "jitter 60, +100 ppm", 0, 60, 100, SPEECH, 0.2 },
	{ "jitter 60, -100 ppm", 0, 60, -100, SPEECH, 0.2 },
	{ "loss 1 %", 0.01, 0, 0, SPEECH, 0.4 },
	{ "loss 5 %", 0.05, 0, 0, SPEECH, 1.1 },
	{ "loss 10 %", 0.1, 0, 0, SPEECH, 1.9 },
	{ "loss 10 %, jitter 60, +100 ppm", 0.1, 60, 100, SPEECH, 1.9 },
	{ "loss 10 %, jitter 60, -100 ppm", 0.1, 60, -100, SPEECH, 1.9 },
	{ "loss 3 %, jitter 30, +50 ppm", 0.03, 30, 50, SPEECH, 0.7 },
	{ "plain", 0, 0, 0, PLAIN, 0.01 },
	{ "plain, jitter 20", 0, 20, 0, PLAIN, 0.01 },
	{ "plain, loss 10 %, jitter 20", 0.1, 20, 0, PLAIN, 1.9 },
	{ "G.722", 0, 0, 0, SPEECH, 1.2, .codec = G722, .click_max = G722_CLICK },
	{ "G.722, jitter 20, +100 ppm", 0, 20, 100, SPEECH, 1.2, .codec = G722,
	  .click_max = G722_CLICK },
	{ "G.722, jitter 20, -100 ppm", 0, 20, -100, SPEECH, 1.2, .codec = G722,
	  .click_max = G722_CLICK },
	{ "G.722, jitter 60, +100 ppm", 0, 60, 100, SPEECH, 1.2, .codec = G722,
	  .click_max = G722_CLICK },
	{ "G.722, jitter 60, -100 ppm", 0, 60, -100, SPEECH, 1.2, .codec = G722,
	  .click_max = G722_CLICK },
	{ "G.722, loss 5 %", 0.05, 0, 0, SPEECH, 2.2, .codec = G722, .click_max = G722_LOSS },
	{ "G.722, loss 10 %", 0.1, 0, 0, SPEECH, 3.2, .codec = G722, .click_max = G722_LOSS },
	{ "G.722, plain", 0, 0, 0, PLAIN, 1.2, .codec = G722, .click_max = G722_CLICK },
};

#define CLICK_SLIP 100	/* without loss: nothing that a law's steps do not explain */
#define CLICK_LOSS 4000 /* where a pitch is repeated that was not said: a tenth of full scale */

static void tell(const struct network *k, const struct quality *q, const struct med_counters *c)
{
	print_message("# %s: %.2f dB in %u frames, click %.0f, longest gap %u ms (%u unexplained), "
		      "%u lost, %u late, %u ms of gaps, buffer %u ms\n",
		      k->name, q->lsd, q->frames, q->click, q->longest_ms, q->long_gaps, c->rx_lost,
		      c->rx_late, c->gaps_ms, c->delay_ms);
}

static void check(const struct network *k, uint32_t seed)
{
	double most = k->click_max > 0 ? k->click_max : k->loss > 0 ? CLICK_LOSS : CLICK_SLIP;
	struct med_counters c = run(k, seed);
	struct quality q = measure();

	tell(k, &q, &c);
	assert_true(q.frames > seconds() * 10);
	assert_true(q.lsd <= k->lsd_max);
	assert_true(q.click <= most);
	assert_int_equal(q.long_gaps, 0);
	assert_in_range(c.rx_lost + 8, nr_lost, nr_lost + 16); /* some are on their way */
	assert_true(c.gaps_ms <= c.rx_lost * PTIME + 150); /* what it cost to learn the jitter */
	assert_int_equal(c.rx_overrun, 0);
	assert_true(c.delay_ms <= k->jitter_ms + 40);
	forget();
}

static void test_networks(void **state)
{
	(void)state;
	if (!nr_said)
		skip_because("espeak-ng is not installed");
	for (size_t i = 0; i < NR_OF(networks); i++)
		check(&networks[i], from_environment("TG_SPEECH_SEED", 0) + (uint32_t)i + 1);
}

/* Packets that others overtake are late first where a stream begins with a fast one, and too early for a
 * buffer that is not yet deep where it begins with a slow one. Both are learnt within three seconds and
 * cost little. */
static void test_learning(void **state)
{
	(void)state;
	if (!nr_said)
		skip_because("espeak-ng is not installed");
	for (uint32_t seed = 100; seed < 140; seed++) {
		const struct network k = { "jitter 60", 0, 60, 0, SPEECH };
		struct quality q;
		struct med_counters c;

		only_s = 6;
		c = run(&k, seed);
		q = measure();
		only_s = 0;
		if (c.rx_late > 4 || c.gaps_ms > 120 || c.rx_overrun || q.longest_ms > 1)
			fail_msg("seed %u: %u late, %u ms of gaps, %u too many, then %u ms", seed,
				 c.rx_late, c.gaps_ms, c.rx_overrun, q.longest_ms);
		forget();
	}
}

/* Packets that come just behind the visit of their socket wait for the next: whichever moment it is,
 * a clock that drifts over it costs nothing. */
static void test_phases(void **state)
{
	(void)state;
	if (!nr_said)
		skip_because("espeak-ng is not installed");
	for (unsigned later_ms = 0; later_ms < PTIME; later_ms++)
		for (int ppm = -100; ppm <= 100; ppm += 200) {
			struct network k = { .flags = SPEECH, .ppm = ppm, .later_ms = later_ms };
			struct med_counters c = run(&k, 1);

			if (c.rx_late || c.gaps_ms || c.rx_overrun)
				fail_msg("%d ppm, %u ms: %u late, %u ms of gaps", ppm, later_ms,
					 c.rx_late, c.gaps_ms);
			forget();
		}
}

/* The measures see what they are to see: loss that is not concealed, a clock that nobody follows. */
static struct quality seen_of(const struct network *k)
{
	struct med_counters c = run(k, 10);
	struct quality q = measure();

	tell(k, &q, &c);
	forget();
	return q;
}

static void test_measures(void **state)
{
	const struct network good = { "10 % concealed", 0.1, 0, 0, SPEECH, 0, 0 };
	const struct network silent = { "10 % silence", 0.1, 0, 0, MED_F_ADAPT, 0, 0 };
	const struct network slow = { "fixed, +3000 ppm", 0, 0, 3000, MED_F_CONCEAL, 0, 0 };
	const struct network fast = { "fixed, -10000 ppm", 0, 0, -10000, MED_F_CONCEAL, 0, 0 };

	(void)state;
	if (!nr_said)
		skip_because("espeak-ng is not installed");
	assert_true(seen_of(&silent).lsd > seen_of(&good).lsd);
	assert_true(seen_of(&slow).long_gaps > 0);
	assert_true(seen_of(&fast).click > CLICK_SLIP);
}

/* Opus makes up for loss itself; with a copy of each packet in the next, most of it is no loss. */
static void test_opus(void **state)
{
	const struct network silent = { "Opus, 10 %, silence", 0.1, .codec = OPUS };
	double lsd[2][2]; /* copies; loss */

	(void)state;
	if (!nr_said)
		skip_because("espeak-ng is not installed");
	if (!dsp_codec_built(DSP_OPUS))
		skip_because("Opus is not built in");
	for (int copies = 0; copies < 2; copies++)
		for (int lost = 0; lost < 2; lost++) {
			const struct network k = { copies ? "Opus with copies" : "Opus",
						   lost ? 0.1 : 0, .flags = SPEECH,
						   .codec = copies ? OPUS_COPIES : OPUS };

			lsd[copies][lost] = seen_of(&k).lsd;
		}
	assert_true(lsd[0][0] < 3.5);
	assert_true(seen_of(&silent).lsd > lsd[0][1]);
	assert_true(lsd[1][1] - lsd[1][0] < 0.7 * (lsd[0][1] - lsd[0][0]));
}

static double loudness(void)
{
	double sum = 0;

	for (int i = 0; i < TDM_BLOCK; i++) {
		double v = dsp_octet_to_linear(&law, DSP_ALAW, w.near_tx.octet[1][i]);

		sum += v * v;
	}
	return sqrt(sum / TDM_BLOCK);
}

/* After a pause that was too long to conceal the next loss is concealed like any other: no noise in
 * place of a tone. */
static void test_after_an_outage(void **state)
{
	double least = 1e9;
	struct med_open o;

	(void)state;
	nr_said = 8000;
	for (uint32_t i = 0; i < nr_said; i++)
		said[i] = dsp_linear_to_octet(&law, DSP_ALAW,
					      (int16_t)(8000 * sin(2 * M_PI * 1000 * i / 8000)));
	far_clock = 1;
	world_init(&w, TDM_ALAW);
	o = world_open(&w, 1, 0);
	o.flags = SPEECH;
	world_cmd(&w, MED_CMD_OPEN, &o);
	for (uint32_t n = 0; n < 200; n++) {
		if ((n < 100 || n >= 110) && n != 150)
			send(n);
		for (uint32_t ms = 0; ms < PTIME; ms++) {
			world_pass(&w, 1);
			if (n >= 140)
				least = fmin(least, loudness());
		}
	}
	assert_true(least > 2000);
	world_fini(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_networks),
		cmocka_unit_test(test_phases),
		cmocka_unit_test(test_learning),
		cmocka_unit_test(test_measures),
		cmocka_unit_test(test_opus),
		cmocka_unit_test(
			test_after_an_outage), /* has a tone in place of speech: the last */
	};

	return cmocka_run_group_tests(tests, speak, NULL);
}
