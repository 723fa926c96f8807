/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lab/phone_ear: see the header. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lab/phone_ear.h"

#define PER_MS	   (DSP_RATE_HZ / 1000)
#define MAX_OCTETS ((size_t)PHONE_EAR_MAX_MS * PER_MS)
#define JUMP	   (2 * DSP_RATE_HZ) /* timestamps further off than this are a new stream */
#define ECHO_MAX   DSP_RATE_HZ	     /* delays that are tried */
#define NR_PROBES  16
#define ECHO_PROBE 800 /* octets compared for each */

/* Tapes. --------------------------------------------------------------------------------------- */
static int tape_room(struct phone_tape *t, size_t len)
{
	size_t cap = t->cap ? t->cap : 8192;
	uint8_t *p;

	if (len > MAX_OCTETS)
		return TG_ELIMIT;
	if (len <= t->cap)
		return 0;
	while (cap < len)
		cap *= 2;
	p = t->octet ? mem_grow(t->mem, t->octet, cap) : mem_alloc(t->mem, cap);
	if (!p)
		return TG_ENOMEM;
	t->octet = p;
	t->cap = cap;
	return 0;
}

/* The tape reaches to `len` at least, silent where nothing was. */
static int tape_reach(struct phone_tape *t, size_t len, uint8_t silence)
{
	int err = tape_room(t, len);

	if (err < 0 || len <= t->len)
		return err;
	memset(t->octet + t->len, silence, len - t->len);
	t->len = len;
	return 0;
}

static int tape_lay(struct phone_tape *t, size_t at, struct str octets, uint8_t silence)
{
	int err = tape_reach(t, at + octets.len, silence);

	if (err == 0 && octets.len)
		memcpy(t->octet + at, octets.p, octets.len);
	return err;
}

/* Told. ---------------------------------------------------------------------------------------- */
void phone_ear_init(struct phone_ear *e, struct mem *m, enum dsp_law_kind law,
		    const struct dsp_law *table)
{
	*e = (struct phone_ear){
		.law = law, .table = table, .heard = { .mem = m }, .said = { .mem = m }
	};
}

static size_t place_of(tick_t origin, tick_t now)
{
	int64_t us = tick_diff_us(now, origin);

	return us > 0 ? (size_t)(us * PER_MS / 1000) : 0;
}

static void begin_stream(struct phone_ear *e, tick_t now, const struct rtp_packet *p)
{
	size_t at;

	if (!e->any) {
		e->started = now;
		rtp_seq_init(&e->seq, p->seq);
	} else {
		rtp_seq_restart(&e->seq, p->seq);
		rtp_jitter_restart(&e->jitter);
	}
	at = place_of(e->started, now);
	if (at < e->heard.len)
		at = e->heard.len;
	e->any = true;
	e->ssrc = p->ssrc;
	e->base = p->timestamp - (uint32_t)at;
	e->streams++;
}

static bool continues(const struct phone_ear *e, const struct rtp_packet *p)
{
	int64_t off = (int64_t)(int32_t)(p->timestamp - e->base - (uint32_t)e->heard.len);

	return e->any && p->ssrc == e->ssrc && off > -JUMP && off < JUMP;
}

int phone_ear_packet(struct phone_ear *e, tick_t now, const struct rtp_packet *p)
{
	bool first = !continues(e, p);
	size_t at;
	int err;

	if (first)
		begin_stream(e, now, p);
	e->packets++;
	if (!first && rtp_seq_update(&e->seq, p->seq) == RTP_SEQ_DUPLICATE)
		return 0;
	rtp_jitter_update(&e->jitter, (uint32_t)place_of(TICK_ZERO, now), p->timestamp);
	/* Older than the first packet: there is no place for it. */
	if ((int32_t)(p->timestamp - e->base) < 0)
		return 0;
	at = p->timestamp - e->base;
	err = tape_lay(&e->heard, at, p->payload, dsp_silence(e->law));
	if (err == 0 && at + p->payload.len > e->came)
		e->came = at + p->payload.len;
	return err;
}

void phone_ear_answered(struct phone_ear *e, tick_t now)
{
	e->answered = e->any ? place_of(e->started, now) : 0;
}

int phone_ear_said(struct phone_ear *e, tick_t now, struct str octets)
{
	if (!e->said_any)
		e->said_started = now;
	e->said_any = true;
	return tape_lay(&e->said, e->said.len, octets, 0);
}

int phone_ear_end(struct phone_ear *e, tick_t now)
{
	size_t end = e->any ? place_of(e->started, now) : 0;

	return end > e->heard.len ? tape_reach(&e->heard, end, dsp_silence(e->law)) : 0;
}

/* Asked. --------------------------------------------------------------------------------------- */
void phone_ear_heard(const struct phone_ear *e, const struct lab_meter_tables *tables, bool early,
		     struct lab_heard *out)
{
	size_t split = e->answered < e->heard.len ? e->answered : e->heard.len;
	size_t from = early ? 0 : split, to = early ? split : e->heard.len;
	struct lab_meter k;

	lab_meter_init(&k, tables, 0);
	for (; from < to; from++) {
		int16_t x = dsp_octet_to_linear(e->table, e->law, e->heard.octet[from]);

		lab_meter_feed(&k, &x, 1);
	}
	lab_meter_read(&k, out);
}

/* Where the octet sent at place 0 would be heard without delay; may be before the tape begins. */
static int64_t shift_of(const struct phone_ear *e)
{
	return tick_diff_us(e->said_started, e->started) * PER_MS / 1000;
}

/* The loudest of some stretches of what was sent: silence would fit everywhere. */
static size_t choose_probe(const struct phone_ear *e)
{
	size_t best = 0;
	long loudest = -1;

	for (size_t n = 0; n < NR_PROBES; n++) {
		size_t at = (e->said.len - ECHO_PROBE) / NR_PROBES * n;
		long sum = 0;

		for (size_t i = 0; i < ECHO_PROBE; i++)
			sum += labs(
				(long)dsp_octet_to_linear(e->table, e->law, e->said.octet[at + i]));
		if (sum <= loudest)
			continue;
		loudest = sum;
		best = at;
	}
	return best;
}

/* How many octets of the probe came back `delay` octets later. */
static unsigned fit(const struct phone_ear *e, size_t probe, int64_t delay)
{
	int64_t at = shift_of(e) + (int64_t)probe + delay;
	unsigned equal = 0;

	if (at < 0 || at + ECHO_PROBE > (int64_t)e->came)
		return 0;
	for (size_t i = 0; i < ECHO_PROBE; i++)
		equal += e->said.octet[probe + i] == e->heard.octet[(size_t)at + i];
	return equal;
}

/* Compares all that was sent with what was heard `delay` octets later; the changed part of it. */
static double compare(const struct phone_ear *e, int64_t delay, struct phone_echo *out)
{
	out->compared = out->different = 0;
	for (size_t i = 0; i < e->said.len; i++) {
		int64_t at = shift_of(e) + delay + (int64_t)i;

		if (at < (int64_t)e->answered || at >= (int64_t)e->came)
			continue;
		out->compared++;
		out->different += e->said.octet[i] != e->heard.octet[at];
	}
	return out->compared ? (double)out->different / out->compared : 1;
}

/* Of the delays at which the probe fits about as well as `most` says (what repeats itself fits
 * often), the first that is about as good as the best; -1: none. */
static int64_t first_good(const struct phone_ear *e, size_t probe, unsigned most)
{
	int64_t best = -1;
	double least = 1;
	struct phone_echo c;

	for (int64_t d = 0; d < ECHO_MAX && least > 0; d++) {
		double changed;

		if (fit(e, probe, d) + ECHO_PROBE / 50 < most)
			continue;
		changed = compare(e, d, &c);
		if (best >= 0 && changed > least * 0.75)
			continue;
		least = changed;
		best = d;
	}
	return best;
}

/* In octets; -1: none is found. */
static int64_t find_delay(const struct phone_ear *e)
{
	unsigned most = 0;
	size_t probe;

	if (e->said.len < 2 * ECHO_PROBE)
		return -1;
	probe = choose_probe(e);
	for (int64_t d = 0; d < ECHO_MAX && most < ECHO_PROBE; d++) {
		unsigned equal = fit(e, probe, d);

		if (equal > most)
			most = equal;
	}
	return most > ECHO_PROBE / 4 ? first_good(e, probe, most) : -1;
}

static double correlate(const struct phone_ear *e, int64_t delay)
{
	double ab = 0, aa = 0, bb = 0;

	for (size_t i = 0; i < e->said.len; i++) {
		int64_t at = shift_of(e) + delay + (int64_t)i;
		double a, b;

		if (at < (int64_t)e->answered || at >= (int64_t)e->came)
			continue;
		a = dsp_octet_to_linear(e->table, e->law, e->said.octet[i]);
		b = dsp_octet_to_linear(e->table, e->law, e->heard.octet[at]);
		ab += a * b;
		aa += a * a;
		bb += b * b;
	}
	return aa > 0 && bb > 0 ? ab / sqrt(aa * bb) : 0;
}

void phone_ear_echo(const struct phone_ear *e, struct phone_echo *out)
{
	int64_t delay = e->any && e->said_any ? find_delay(e) : -1;

	*out = (struct phone_echo){ 0 };
	if (delay < 0)
		return;
	compare(e, delay, out);
	out->delay_us = (uint32_t)(delay * 1000 / PER_MS);
	out->correlation = correlate(e, delay);
}
