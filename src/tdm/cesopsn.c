/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tdm/cesopsn: see the header. Clauses are of RFC 5086; SAToP's packets differ in their payload. */
#include <assert.h>
#include <stdatomic.h>

#include "base/cursor.h"
#include "tdm/cesopsn.h"
#include "tdm/pipe.h"
#include "tdm/satop.h"

/* Control word (4.3). */
#define CW_L	    0x08000000u
#define CW_R	    0x04000000u
#define CW_M_SHIFT  24
#define CW_FRG	    0x00c00000u
#define CW_LEN(cw)  ((cw) >> 16 & 0x3f)
#define M_RDI	    2
#define LEN_BELOW   64 /* shorter packets say how long they are */
#define RTP_V2	    0x80
#define AIS_OCTET   0xff /* RFC 4553 6.2.2: what replaces lost packets */
#define FAR_AHEAD   256	 /* packets; what jumps further is believed when the next one follows it */
#define MAX_WAITING (2 * TDM_SATOP_MS)

struct tdm_cesopsn {
	struct tdm_cesopsn_cfg cfg;
	struct tdm_recv *recv;
	unsigned nr_ts;
	unsigned payload; /* octets of a packet */

	uint32_t at; /* number of the newest packet, its lower half as on the wire */
	uint16_t stray_next;
	bool any, stray, has_ssrc;
	uint32_t ssrc;
	const char *_Atomic wrong;
	struct tdm_satop satop;
	_Atomic unsigned framing; /* its alarms */

	uint16_t seq;
	uint32_t timestamp;
	unsigned part; /* bits of a frame behind it: of a T1 that is a stream of them */
	bool fault;
	unsigned nr_waiting; /* octets */
	uint8_t waiting[MAX_WAITING];
	uint8_t out[TDM_CESOPSN_MAX];
};

struct tdm_cesopsn *tdm_cesopsn_new(struct mem *m, const struct tdm_cesopsn_cfg *cfg)
{
	struct tdm_recv_cfg r = { .nr_ts = cfg->satop ? tdm_satop_slice(cfg->kind)
						      : tdm_nr_ts(cfg->kind),
				  .idle = cfg->satop ? AIS_OCTET : tdm_idle(cfg->law),
				  .raw = cfg->satop,
				  .depth = cfg->depth_ms * TDM_BLOCK,
				  .max_depth = cfg->max_depth_ms * TDM_BLOCK,
				  .los_ms = cfg->los_ms,
				  .slave = cfg->slave };
	struct tdm_cesopsn *c = MEM_NEW(m, struct tdm_cesopsn);

	assert(cfg->frames >= 1 && cfg->frames <= TDM_CESOPSN_FRAMES);
	if (!c)
		return NULL;
	c->cfg = *cfg;
	c->nr_ts = r.nr_ts;
	tdm_satop_init(&c->satop, cfg->kind, cfg->octet_aligned, cfg->crc4);
	c->payload = cfg->satop ? tdm_satop_payload(&c->satop, cfg->frames) : cfg->frames * r.nr_ts;
	c->seq = cfg->seq;
	c->timestamp = cfg->timestamp;
	c->recv = tdm_recv_new(m, &r);
	return c->recv ? c : NULL;
}

/* What comes in. ------------------------------------------------------------------------------ */

static void is_wrong(struct tdm_cesopsn *c, const char *why)
{
	atomic_store_explicit(&c->wrong, why, memory_order_relaxed);
	tdm_recv_malformed(c->recv);
}

/* 4.4: a fixed header, and one source; NULL or what is wrong. */
static const char *rx_rtp(struct tdm_cesopsn *c, struct rd *r, uint16_t *seq)
{
	uint8_t first = rd_u8(r), pt = rd_u8(r);
	uint32_t ssrc;

	*seq = rd_be16(r);
	rd_be32(r);
	ssrc = rd_be32(r);
	if (r->err || first != RTP_V2)
		return "no RTP header of version 2";
	if (pt != c->cfg.pt)
		return "another RTP payload type";
	if (tdm_recv_alarms(c->recv) & TDM_LOS)
		c->has_ssrc = false;
	if (c->has_ssrc && ssrc != c->ssrc)
		return "another SSRC"; /* 6.3: a stray packet */
	c->has_ssrc = true;
	c->ssrc = ssrc;
	return NULL;
}

/* The packet's number from its sequence number. False: it is not believed yet. */
static bool number_of(struct tdm_cesopsn *c, uint16_t seq)
{
	int16_t ahead = (int16_t)(seq - (uint16_t)c->at);
	bool follows = c->stray && seq == c->stray_next;

	if (!c->any || follows || (ahead > -FAR_AHEAD && ahead < FAR_AHEAD)) {
		c->at = c->any ? c->at + (uint32_t)ahead : seq;
		c->any = true;
		c->stray = false;
		return true;
	}
	c->stray = true;
	c->stray_next = (uint16_t)(seq + 1);
	return false;
}

/* M; SAToP has reserved bits there, which nobody looks at (RFC 4553 4.3.1). */
static unsigned modifier(const struct tdm_cesopsn *c, uint32_t cw)
{
	return c->cfg.satop ? 0 : cw >> CW_M_SHIFT & 3;
}

static void rx_payload(struct tdm_cesopsn *c, uint32_t cw, struct str payload)
{
	unsigned m = modifier(c, cw), far = 0;
	uint32_t newest = c->at, at;

	if (!number_of(c, (uint16_t)cw))
		return;
	at = c->at;
	if ((int32_t)(newest - at) > 0 && newest - at < FAR_AHEAD)
		c->at = newest;
	if (cw & CW_L)
		far |= TDM_AIS;
	if (cw & CW_R || (!(cw & CW_L) && m == M_RDI))
		far |= TDM_RAI;
	tdm_recv_far(c->recv, far);
	if (c->cfg.satop)
		tdm_satop_rx(&c->satop, c->recv, at, c->cfg.frames,
			     cw & CW_L ? str_n("", 0) : payload);
	else if (cw & CW_L)
		tdm_recv_put_idle(c->recv, at * c->cfg.frames, c->cfg.frames);
	else
		tdm_recv_put(c->recv, at * c->cfg.frames, (const uint8_t *)payload.p,
			     c->cfg.frames);
}

/* Table 1: reserved code points are dropped without a word. */
static bool is_known(const struct tdm_cesopsn *c, uint32_t cw)
{
	unsigned m = modifier(c, cw);

	return cw & CW_L ? m == 0 : m == 0 || m == M_RDI;
}

static const char *check_word(const struct tdm_cesopsn *c, uint32_t cw, size_t len, size_t payload)
{
	if (cw & CW_FRG)
		return "fragments, which are for spans with CAS";
	if (CW_LEN(cw) && CW_LEN(cw) != len)
		return "another length than its control word says";
	if (payload != c->payload && !(cw & CW_L && !payload))
		return "another number of timeslots, or of frames a packet";
	return NULL;
}

void tdm_cesopsn_rx(struct tdm_cesopsn *c, struct str octets)
{
	struct rd r = rd_init(octets);
	const char *why = NULL;
	uint16_t seq = 0;
	uint32_t cw;

	if (c->cfg.rtp)
		why = rx_rtp(c, &r, &seq);
	cw = rd_be32(&r);
	if (!why && (r.err || cw >> 28 == 1))
		why = "no control word";
	else if (!why && cw >> 28)
		why = "no control word: its first four bits are not 0";
	if (!why && is_known(c, cw))
		why = check_word(c, cw, octets.len, rd_left(&r));
	if (!why && c->cfg.rtp && seq != (uint16_t)cw)
		why = "another sequence number in RTP than in the control word";
	if (why)
		is_wrong(c, why);
	else if (is_known(c, cw))
		rx_payload(c, cw, rd_rest(&r));
}

/* Bits become timeslots. */
static bool deframe(struct tdm_cesopsn *c, struct tdm_block *b, bool there)
{
	unsigned alarms = tdm_satop_deframe(&c->satop, b, c->cfg.law);

	atomic_store_explicit(&c->framing, there ? alarms : 0, memory_order_relaxed);
	return there && !(alarms & TDM_MISMATCH);
}

bool tdm_cesopsn_read(struct tdm_cesopsn *c, struct tdm_block *b)
{
	bool there = tdm_recv_get(c->recv, b);

	return c->cfg.satop ? deframe(c, b, there) : there;
}

/* What goes out. ------------------------------------------------------------------------------ */

void tdm_cesopsn_write(struct tdm_cesopsn *c, const struct tdm_block *b)
{
	uint8_t *to = c->waiting + c->nr_waiting;
	struct tdm_block idle;
	unsigned nr = c->nr_ts * TDM_BLOCK;

	assert(c->nr_waiting < c->payload);
	c->fault = !b;
	if (!b) {
		tdm_block_idle(&idle, c->cfg.law);
		b = &idle;
	}
	if (c->cfg.satop)
		nr = tdm_satop_frame(&c->satop, b, tdm_cesopsn_alarms(c) & (TDM_LOS | TDM_MISMATCH),
				     to);
	else
		tdm_frames_of(b, c->nr_ts, to);
	c->nr_waiting += nr;
}

static uint32_t control_word(const struct tdm_cesopsn *c, size_t len)
{
	uint32_t cw = c->seq;

	if (c->fault)
		cw |= CW_L;
	if (tdm_recv_alarms(c->recv) & TDM_LOS)
		cw |= CW_R;
	if (len < LEN_BELOW)
		cw |= (uint32_t)len << 16;
	return cw;
}

static void put_rtp(struct tdm_cesopsn *c, struct wr *w)
{
	wr_u8(w, RTP_V2);
	wr_u8(w, c->cfg.pt);
	wr_be16(w, c->seq);
	wr_be32(w, c->timestamp);
	wr_be32(w, c->cfg.ssrc);
}

/* In frames (4.4); what is no whole number of them is kept for the next. */
static void advance(struct tdm_cesopsn *c)
{
	unsigned frames = c->cfg.frames;

	if (c->payload == TDM_SATOP_T1 && c->cfg.satop && c->cfg.kind == TDM_T1) {
		c->part += 8 * c->payload;
		frames = c->part / TDM_T1_BITS;
		c->part %= TDM_T1_BITS;
	}
	c->seq++;
	c->timestamp += frames;
}

bool tdm_cesopsn_next_out(struct tdm_cesopsn *c, struct str *octets)
{
	size_t payload = c->fault ? 0 : c->payload;
	struct wr w = wr_init(c->out, sizeof(c->out));

	if (c->nr_waiting < c->payload)
		return false;
	if (c->cfg.rtp)
		put_rtp(c, &w);
	wr_be32(&w, control_word(c, w.len + 4 + payload));
	wr_bytes(&w, c->waiting, payload);
	c->nr_waiting -= c->payload;
	memmove(c->waiting, c->waiting + c->payload, c->nr_waiting);
	advance(c);
	*octets = wr_str(&w);
	return true;
}

/* What is known of it. ------------------------------------------------------------------------ */

unsigned tdm_cesopsn_alarms(const struct tdm_cesopsn *c)
{
	unsigned alarms = tdm_recv_alarms(c->recv), framing;

	framing = atomic_load_explicit(&c->framing, memory_order_relaxed) & ~TDM_SATOP_NO_CRC4;
	return c->cfg.satop && !(alarms & (TDM_LOS | TDM_AIS)) ? alarms | framing : alarms;
}

int32_t tdm_cesopsn_rate_ppb(const struct tdm_cesopsn *c)
{
	return tdm_recv_rate_ppb(c->recv);
}

void tdm_cesopsn_status(const struct tdm_cesopsn *c, struct tdm_status *out)
{
	tdm_recv_status(c->recv, out);
	out->alarms = tdm_cesopsn_alarms(c);
	out->crc_errors = c->satop.e1.crc.errors;
	out->far_crc_errors = c->satop.e1.crc.far_errors;
}

const char *tdm_cesopsn_wrong(const struct tdm_cesopsn *c)
{
	unsigned framing = atomic_load_explicit(&c->framing, memory_order_relaxed);

	if (c->cfg.satop && framing & TDM_SATOP_NO_CRC4)
		return "no CRC-4 multiframe in it";
	if (c->cfg.satop && framing & TDM_MISMATCH)
		return c->cfg.kind == TDM_E1 ? "no frame alignment of an E1 in it"
					     : "no frame alignment of a T1 (ESF) in it";
	return atomic_load_explicit(&c->wrong, memory_order_relaxed);
}
