/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rtp/recv: RFC 3550 A.1, A.3, A.8 and 8.2 around a buffer of fixed depth. */
#include <assert.h>

#include "rtp/recv.h"

#define OCTETS_PER_MS 8
#define DELAY_SCALE   RTP_RECV_DELAY_SCALE
#define FIX_STEP      80
#define BEFORE	      0x1fe /* of rtp_seq.window: eight packets */

static uint32_t depth_octets(unsigned depth_ms)
{
	return OCTETS_PER_MS *
	       (depth_ms > RTP_RECV_DEPTH_MAX_MS ? RTP_RECV_DEPTH_MAX_MS : depth_ms);
}

void rtp_recv_init(struct rtp_recv *r, unsigned depth_ms)
{
	/* All but the octets, which count only where they are marked valid. */
	memset(r, 0, offsetof(struct rtp_recv, buf));
	rtp_buf_init(&r->buf);
	r->depth = depth_octets(depth_ms);
}

void rtp_recv_adapt(struct rtp_recv *r, const uint8_t *quiet)
{
	if (r->quiet != quiet)
		rtp_adapt_init(&r->adapt);
	r->quiet = quiet;
}

/* From now on `timestamp` is played `depth` from now. */
static void map(struct rtp_recv *r, uint32_t timestamp)
{
	r->offset = timestamp - (r->buf.play + r->depth);
	r->delay = r->depth * DELAY_SCALE;
	r->late_open = false;
}

static void resync(struct rtp_recv *r, uint32_t timestamp)
{
	r->overrun += rtp_buf_cut(&r->buf, r->buf.play + r->depth);
	map(r, timestamp);
	rtp_jitter_restart(&r->jitter);
	rtp_adapt_restart(&r->adapt);
	r->resyncs++;
}

void rtp_recv_set_depth(struct rtp_recv *r, unsigned depth_ms)
{
	uint32_t depth = depth_octets(depth_ms);

	r->offset += r->depth - depth;
	r->depth = depth;
}

/* What comes from now on is played so much later. */
static void move(struct rtp_recv *r, uint32_t by)
{
	r->offset -= by;
	r->delay += by * DELAY_SCALE;
}

/* What was laid last, again and again. */
static void repeat(struct rtp_recv *r, uint32_t octets)
{
	struct rtp_buf *b = &r->buf;

	if ((int32_t)(r->end - b->play) <= 0)
		return;
	for (; octets; octets--, r->end++) {
		char last = (char)b->octet[(r->end - FIX_STEP) & (RTP_BUF_SIZE - 1)];

		rtp_buf_put(b, r->end, str_n(&last, 1), NULL);
	}
}

void rtp_recv_fix(struct rtp_recv *r)
{
	uint32_t max = depth_octets(RTP_RECV_DEPTH_MAX_MS), delay = rtp_recv_delay(r);
	int32_t by = (int32_t)r->depth - rtp_adapt_low(&r->adapt);

	if (!r->quiet)
		return;
	r->quiet = NULL;
	if (!r->started)
		return;
	if (by > (int32_t)(max - delay))
		by = (int32_t)(max - delay);
	if (by > 0) {
		by = (by + FIX_STEP - 1) / FIX_STEP * FIX_STEP;
		move(r, (uint32_t)by);
		delay += (uint32_t)by;
		repeat(r, (uint32_t)by);
	}
	if (delay > r->depth)
		r->depth = delay > max ? max : delay;
}

/* Of a buffer that follows the network. */
static uint32_t depth_now(const struct rtp_recv *r)
{
	return rtp_recv_delay(r) > r->depth ? rtp_recv_delay(r) : r->depth;
}

/* How far ahead of play-out a packet may lie: a burst behind a stall is kept, a clock that runs
 * away is not. */
static int32_t limit(const struct rtp_recv *r)
{
	uint32_t slack = OCTETS_PER_MS * RTP_RECV_SLACK_MS, depth = r->depth;

	if (r->quiet) {
		depth = depth_now(r);
		slack = OCTETS_PER_MS * RTP_RECV_FOLLOW_MS;
	}
	if (depth > depth_octets(RTP_RECV_DEPTH_MAX_MS)) /* or the ring would be too small */
		depth = depth_octets(RTP_RECV_DEPTH_MAX_MS);
	return (int32_t)(depth + (depth > slack ? depth : slack));
}

static void lay(struct rtp_recv *r, int32_t ahead, const struct rtp_packet *p, const uint8_t *table)
{
	struct str octets = p->payload;

	if (ahead < 0) {
		octets = str_from(octets, (size_t)-ahead);
		ahead = 0;
	}
	rtp_buf_put(&r->buf, r->buf.play + (uint32_t)ahead, octets, table);
}

/* Late, at least in part: when nothing else comes for a while, the path has become longer. */
static bool late_for_long(struct rtp_recv *r)
{
	r->late++;
	if (!r->late_open) {
		r->late_open = true;
		r->late_since = r->buf.play;
	}
	return r->buf.play - r->late_since >= OCTETS_PER_MS * RTP_RECV_LATE_MS;
}

/* A packet that is new by its number, at `ahead` octets from play-out: true when the mapping does
 * not fit any more. */
static bool off_the_map(struct rtp_recv *r, int32_t ahead, uint32_t timestamp)
{
	if (ahead > limit(r) || (int32_t)(timestamp - r->last_timestamp) < 0)
		return true;
	if (ahead < 0)
		return late_for_long(r);
	r->late_open = false;
	return false;
}

/* The octets before those, and the first ones, as they will be laid. */
static bool is_quiet(const struct rtp_recv *r, const struct rtp_packet *p, const uint8_t *table,
		     unsigned nr)
{
	for (unsigned i = 0; i < nr && i < p->payload.len; i++) {
		uint8_t octet = (uint8_t)p->payload.p[i];

		if (!r->quiet[table ? table[octet] : octet] ||
		    !r->quiet[r->buf.octet[(r->end - 1 - i) & (RTP_BUF_SIZE - 1)]])
			return false;
	}
	return true;
}

/* The packets before the one that came now are all here: who moves what follows would tear a hole where
 * one that was overtaken belongs. */
static bool is_whole(const struct rtp_recv *r)
{
	return (r->seq.window & BEFORE) == BEFORE;
}

/* Drops octets of the packet before, by laying this one over them, or doubles our first one in the
 * hole between the two. Returns the new distance to play-out. */
static int32_t follow(struct rtp_recv *r, int32_t ahead, const struct rtp_packet *p,
		      const uint8_t *table)
{
	int octets = rtp_adapt_packet(&r->adapt, ahead - (int32_t)(r->wait + r->reserve));

	if (!octets || !is_whole(r) ||
	    !is_quiet(r, p, table, octets > 1 ? 2 * (unsigned)octets : 2) || ahead - octets < 0)
		return ahead;
	rtp_adapt_done(&r->adapt, octets);
	r->offset += (uint32_t)octets;
	if (octets > 0)
		r->dropped += (uint32_t)octets;
	else
		r->doubled++;
	if (octets < 0)
		rtp_buf_put(&r->buf, r->buf.play + (uint32_t)ahead, str_n(p->payload.p, 1), table);
	return ahead - octets;
}

/* True when the buffer is deep enough for the packet now. */
static bool deepen(struct rtp_recv *r, int32_t *ahead)
{
	uint32_t by;

	if (!r->quiet || *ahead >= 0)
		return false;
	by = rtp_adapt_late(&r->adapt, 0u - (uint32_t)*ahead, depth_now(r),
			    depth_octets(RTP_RECV_DEPTH_MAX_MS));
	move(r, by);
	*ahead += (int32_t)by;
	return by > 0;
}

/* What was overtaken has its place by what is there; the buffer may be deeper for those that come. */
static void overtaken(struct rtp_recv *r, int32_t ahead)
{
	int32_t max = (int32_t)depth_octets(RTP_RECV_DEPTH_MAX_MS);

	if (!r->quiet || ahead < -max) /* lost, whatever the depth is */
		return;
	rtp_adapt_overtaken(&r->adapt, ahead - (int32_t)(r->wait + r->reserve));
	if (ahead < 0)
		move(r, rtp_adapt_missed(&r->adapt, (uint32_t)-ahead, depth_now(r), (uint32_t)max));
}

/* False: nothing of it was in time. */
static bool place(struct rtp_recv *r, enum rtp_seq_verdict verdict, const struct rtp_packet *p,
		  const uint8_t *table, bool held)
{
	int32_t ahead = (int32_t)(p->timestamp - r->offset - r->buf.play);
	int32_t behind = -(int32_t)p->payload.len; /* here and below nothing of it is in time */

	if (verdict == RTP_SEQ_NEW || verdict == RTP_SEQ_RESTART) {
		if (deepen(r, &ahead)) {
			r->late++;
		} else if (off_the_map(r, ahead, p->timestamp)) {
			resync(r, p->timestamp);
			ahead = (int32_t)r->depth;
		} else if (ahead >= 0) {
			r->delay += (uint32_t)ahead - rtp_recv_delay(r);
			if (r->quiet && !held && p->seq == (uint16_t)(r->last_seq + 1))
				ahead = follow(r, ahead, p, table);
		}
		r->last_seq = p->seq;
		r->last_timestamp = p->timestamp;
		r->end = r->buf.play + (uint32_t)ahead + (uint32_t)p->payload.len;
	} else {
		r->late += ahead < 0 || ahead > limit(r);
		if (verdict == RTP_SEQ_OLD)
			overtaken(r, ahead);
	}
	r->ahead = ahead;
	if (ahead <= behind || ahead > limit(r))
		return false;
	if (!held)
		lay(r, ahead, p, table);
	return true;
}

static void note(struct rtp_recv *r, enum rtp_seq_verdict verdict, uint16_t seq, bool in_time)
{
	if (verdict == RTP_SEQ_RESTART)
		rtp_burst_restart(&r->burst, seq, in_time);
	else if (verdict != RTP_SEQ_DUPLICATE && verdict != RTP_SEQ_JUMP)
		rtp_burst_packet(&r->burst, seq, in_time);
	if (verdict == RTP_SEQ_OLD) {
		r->swapped = true;
		r->swapped_at = r->buf.play;
	}
}

/* RFC 3550 A.1's two in a row, for another source: true when it takes over. */
static bool takes_over(struct rtp_recv *r, const struct rtp_packet *p)
{
	bool known = r->new_open && r->new_ssrc == p->ssrc;
	bool next = known && r->new_seq == p->seq;

	r->new_open = true;
	r->new_ssrc = p->ssrc;
	r->new_seq = (uint16_t)(p->seq + 1);
	return next;
}

static void start(struct rtp_recv *r, const struct rtp_packet *p)
{
	r->started = true;
	r->ssrc = p->ssrc;
	rtp_seq_init(&r->seq, p->seq);
	map(r, p->timestamp);
}

static void change_source(struct rtp_recv *r, const struct rtp_packet *p)
{
	r->ssrc = p->ssrc;
	rtp_seq_restart(&r->seq, p->seq);
	resync(r, p->timestamp);
}

static void receive(struct rtp_recv *r, uint32_t arrival, const struct rtp_packet *p,
		    const uint8_t *table, bool held)
{
	enum rtp_seq_verdict verdict = RTP_SEQ_NEW;
	bool fresh = false, in_time;

	assert(p->payload.len > 0 && p->payload.len <= RTP_RECV_PAYLOAD_MAX);
	if (!r->started) {
		start(r, p);
		r->last_timestamp = p->timestamp;
	} else if (p->ssrc == r->ssrc) {
		verdict = rtp_seq_update(&r->seq, p->seq);
	} else if (takes_over(r, p)) {
		change_source(r, p);
		r->last_timestamp = p->timestamp;
		fresh = true;
	} else {
		r->strays++;
		return;
	}
	r->new_open = false;
	r->packets++;
	r->octets += (uint32_t)p->payload.len;
	if (verdict == RTP_SEQ_DUPLICATE) {
		r->late++;
		return;
	}
	in_time = place(r, verdict, p, table, held);
	note(r, fresh ? RTP_SEQ_RESTART : verdict, p->seq, in_time);
	if (verdict != RTP_SEQ_JUMP)
		rtp_jitter_update(&r->jitter, arrival, p->timestamp);
}

void rtp_recv_packet(struct rtp_recv *r, uint32_t arrival, const struct rtp_packet *p,
		     const uint8_t *table)
{
	receive(r, arrival, p, table, false);
}

void rtp_recv_held(struct rtp_recv *r, uint32_t arrival, const struct rtp_packet *p)
{
	receive(r, arrival, p, NULL, true);
}

static bool not_laid(struct rtp_recv *r, const struct rtp_packet *p, bool in_time)
{
	enum rtp_seq_verdict verdict;

	if (!r->started)
		return true;
	if (p->ssrc != r->ssrc) {
		r->strays++;
		return false;
	}
	r->packets++;
	r->octets += (uint32_t)p->payload.len;
	verdict = rtp_seq_update(&r->seq, p->seq);
	if (verdict == RTP_SEQ_NEW)
		r->last_seq = p->seq;
	note(r, verdict, p->seq, in_time);
	return true;
}

bool rtp_recv_other(struct rtp_recv *r, const struct rtp_packet *p)
{
	return not_laid(r, p, true);
}

void rtp_recv_late(struct rtp_recv *r, const struct rtp_packet *p)
{
	not_laid(r, p, false);
	r->late++;
}

void rtp_recv_fill(struct rtp_recv *r, uint32_t timestamp, struct str octets)
{
	int32_t ahead = (int32_t)(timestamp - r->offset - r->buf.play);
	struct rtp_packet p = { .payload = octets };

	if (r->started && ahead <= limit(r) && ahead + (int32_t)octets.len > 0)
		lay(r, ahead, &p, NULL);
}
