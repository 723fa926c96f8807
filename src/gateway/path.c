/* SPDX-License-Identifier: GPL-3.0-or-later */
/* path: from the two ends and what is through to one command for the media side. */
#include <string.h>

#include "gateway/core.h"
#include "gateway/objects.h"
#include "isup/params.h"

bool gw_path_joinable(enum gw_end_kind a, enum gw_end_kind b)
{
	return a == GW_END_TIMESLOT ? b != GW_END_NONE
				    : a == GW_END_RTP && (b == GW_END_TIMESLOT || b == GW_END_RTP);
}

void gw_path_changed(struct gw_call *call)
{
	if (!list_linked(&call->media_due))
		list_add_tail(&call->gw->media_due, &call->media_due);
}

static bool is_rtp(const struct gw_path *p)
{
	return p->end[0].kind == GW_END_RTP && p->end[1].kind == GW_END_RTP;
}

static bool is_tdm(const struct gw_path *p)
{
	return p->end[0].kind == GW_END_TIMESLOT &&
	       (p->end[1].kind == GW_END_TIMESLOT || p->end[1].kind == GW_END_TEST);
}

static bool is_agreed(const struct gw_end *e)
{
	return e->kind != GW_END_RTP || e->agreed;
}

/* Both ends are known, and something is through. */
static bool is_ready(const struct gw_path *p)
{
	return p->through != GW_THROUGH_NONE && is_agreed(&p->end[0]) && is_agreed(&p->end[1]) &&
	       gw_path_joinable(p->end[0].kind, p->end[1].kind);
}

/* Backward is from who is called to who called. */
static enum med_through through_of(const struct gw_path *p, unsigned at)
{
	unsigned v = MED_BOTH;

	if (p->through == GW_THROUGH_BACKWARD)
		v = at == 0 ? MED_TO_RTP : MED_FROM_RTP;
	switch (p->end[at].choice.dir) { /* as seen from us */
	case SDP_SENDRECV:
		break;
	case SDP_SENDONLY:
		v &= MED_TO_RTP;
		break;
	case SDP_RECVONLY:
		v &= MED_FROM_RTP;
		break;
	case SDP_INACTIVE:
		v = MED_CUT;
		break;
	}
	return (enum med_through)v;
}

/* An address of 0.0.0.0 or port 0 is an old-style hold (RFC 3264 8.4): nothing is sent. */
static void put_remote(struct med_open *o, const struct sdp_choice *c)
{
	const struct addr none = { 0 };
	bool held = addr_is_any(&c->remote) || c->remote.port == 0;

	med_open_set_remote(o, held ? &none : &c->remote);
}

/* Q.763 3.54: speech and 3.1 kHz audio may be made louder and stretched, octets of data are not touched. */
static bool is_audio(const struct isup_msg *iam)
{
	uint8_t tmr = 0;

	isup_get_u8(iam, ISUP_P_TMR, &tmr);
	return tmr == 0 || tmr == 3;
}

static uint16_t flags_of(const struct gw_call *call, const struct gw_end *r)
{
	const struct gw_media_cfg *m = r->media;
	const struct sdp_choice *c = &r->choice;
	bool audio = is_audio(&call->iam);
	unsigned flags = audio ? MED_F_CONCEAL : 0;

	flags |= !m->fixed_buffer && audio ? MED_F_ADAPT : 0;
	flags |= !m->no_modem_detect && audio ? MED_F_MODEM : 0;
	flags |= m->learn ? MED_F_LEARN : 0;
	flags |= m->no_rtcp ? 0 : MED_F_RTCP;
	/* RFC 3611 5.1: who lists others than these, or none, does not want them */
	flags |= m->metrics && c->xr != SDP_XR_NOTHING ? MED_F_METRICS : 0;
	flags |= c->rtcp_mux ? MED_F_RTCP_MUX : 0;
	flags |= c->comfort_noise && audio ? MED_F_DTX : 0;
	flags |= c->keying != SDP_KEY_NONE ? MED_F_SECURE : 0;
	return (uint16_t)flags;
}

/* The timeslot of the other end, or that of our own inside. */
static void put_timeslot(const struct gw_call *call, unsigned at, struct med_open *o)
{
	const struct gw_path *p = &call->path;
	const struct gw_end *t = &p->end[!at];
	bool inside = is_rtp(p), loud = !inside && is_audio(&call->iam);

	o->span = inside ? p->pair.span : t->span;
	o->timeslot = (uint8_t)(inside ? p->pair.timeslot + at : t->timeslot);
	/* not CLEARMODE: the engine sees to that */
	o->gain_to_rtp = (int8_t)(loud ? t->gain_receive_db : 0);
	o->gain_to_timeslot = (int8_t)(loud ? t->gain_transmit_db : 0);
}

static void build(const struct gw_call *call, unsigned at, struct med_open *o)
{
	const struct gw_path *p = &call->path;
	const struct gw_end *r = &p->end[at];

	memcpy(o, &p->stream[at].open, sizeof(*o)); /* padding too: they are compared whole */
	o->channel = r->channel;
	put_timeslot(call, at, o);
	o->codec = (uint8_t)gw_codec_way(r->choice.codec);
	o->flags = flags_of(call, r);
	o->cn_pt = r->choice.comfort_noise ? r->choice.cn_pt_rx : 0;
	o->rtcp_port = r->choice.rtcp_mux ? 0 : r->choice.rtcp_remote.port;
	o->through = (uint8_t)through_of(p, at);
	o->pt_tx = r->choice.pt_tx;
	o->pt_rx = r->choice.pt_rx;
	o->ptime_ms = (uint8_t)r->choice.ptime_tx_ms;
	put_remote(o, &r->choice);
}

static void log_path(struct gw_call *call, unsigned leg, const char *label,
		     const struct med_open *o)
{
	const struct sdp_choice *c = &call->path.end[leg].choice;
	struct gw_log_at at = { call->gw->now, GW_LOG_MEDIA, is_rtp(&call->path) ? leg : 0, true };
	char remote[ADDR_TEXT_MAX];

	gw_log(call->rec, at, str_of(label), "%s %u ms, channel %u with %s, span %u timeslot %u",
	       sdp_codec_name(c->codec), o->ptime_ms, o->channel,
	       o->family ? addr_print(&c->remote, remote) : "nobody", o->span, o->timeslot);
}

static const char *through_name(unsigned through)
{
	static const char *const names[] = {
		[MED_CUT] = "nothing through",
		[MED_TO_RTP] = "timeslot to RTP",
		[MED_FROM_RTP] = "RTP to timeslot",
		[MED_BOTH] = "both ways through",
	};
	return names[through & MED_BOTH];
}

static bool tell(struct gw_call *call, unsigned at, enum med_cmd_kind kind, struct ring_rec *rec)
{
	struct gw_stream *p = &call->path.stream[at];
	struct med_ref ref = { .leg = p->open.leg,
			       .channel = p->open.channel,
			       .span = p->open.span };

	if (p->state != GW_PATH_OPEN)
		return false;
	if (kind == MED_CMD_CLOSE) {
		p->state = GW_PATH_CLOSING;
		log_path(call, at, "close", &p->open);
	}
	med_cmd_pack(rec, kind, &ref, sizeof(ref));
	return true;
}

/* The keys that the leg is to have: of SDP, or of the handshake with the certificate that SDP names.
 * Another certificate, role or address makes it necessary again (RFC 5763 5, RFC 8842 4). */
static void take_keys(struct gw_stream *p, const struct gw_end *r, struct gw_keys *keys)
{
	const struct sdp_choice *c = &r->choice;

	*keys = r->keys;
	if (c->keying != SDP_KEY_DTLS) {
		p->fingerprint[0] = '\0';
		return;
	}
	if (strcmp(p->fingerprint, r->fingerprint) == 0 && p->setup == c->setup &&
	    addr_eq(&p->dtls_remote, &c->remote)) {
		*keys = p->handshake;
		return;
	}
	memset(&p->handshake, 0, sizeof(p->handshake));
	*keys = p->handshake;
	memcpy(p->fingerprint, r->fingerprint, sizeof(p->fingerprint));
	p->setup = c->setup;
	p->dtls_remote = c->remote;
	p->dtls_due = true;
}

static bool same_keys(const struct gw_keys *a, const struct gw_keys *b)
{
	return a->suite == b->suite && a->len == b->len && a->rx_mki_len == b->rx_mki_len &&
	       a->rx_mki == b->rx_mki && memcmp(a->tx, b->tx, a->len) == 0 &&
	       memcmp(a->rx, b->rx, a->len) == 0;
}

/* The keys agreed on now become the path's. True: they are others than before. */
static bool renew_keys(struct gw_stream *p, const struct gw_end *r)
{
	struct gw_keys keys;
	bool others;

	take_keys(p, r, &keys);
	others = !same_keys(&keys, &p->keys);
	p->keys = keys;
	explicit_bzero(&keys, sizeof(keys));
	return others;
}

/* The objects for what is agreed on now: those there are, when they still fit. False: no memory. */
static bool take_objects(struct gw_call *call, unsigned at, struct med_open *o)
{
	struct gw_stream *p = &call->path.stream[at];
	const struct gw_end *r = &call->path.end[at];
	const struct sdp_choice *c = &r->choice;
	bool others = renew_keys(p, r) || p->coded != c->codec ||
		      memcmp(&p->opus, &c->opus, sizeof(p->opus)) != 0;

	if (p->state == GW_PATH_OPEN && !others)
		return true;
	p->coded = c->codec;
	p->opus = c->opus;
	o->objects = 0;
	if (o->codec != MED_CODED && !p->keys.len)
		return true;
	o->objects = gw_objects_new(&call->gw->objects, call->gw->mem, c, &p->keys);
	return o->objects != 0;
}

/* Streams begin in the lower half, so that a receiver of SRTP that misses the first packets does not
 * miss a wrap (RFC 4568 6.4). */
#define RTP_FIRST_SEQ_END 0x8000

/* A leg's timeslot may go to another thread of the media side: then it is closed there first. */
static bool moves(const struct gw_stream *s, const struct med_open *o)
{
	return s->state == GW_PATH_OPEN && s->open.span != o->span;
}

static void show(struct gw_call *call, unsigned at)
{
	struct gw_call_info *info = &call->rec->info;
	const struct gw_stream *s = &call->path.stream[at];
	const char *cipher = "";

	if (is_rtp(&call->path) && at == 1)
		return; /* who called has been shown */
	if (s->keys.len)
		cipher = rtp_srtp_info(s->keys.suite)->name;
	else if (call->path.end[at].choice.keying != SDP_KEY_NONE)
		cipher = "without keys yet";
	str_copyz(info->codec, sizeof(info->codec),
		  str_of(sdp_codec_name(call->path.end[at].choice.codec)));
	str_copyz(info->cipher, sizeof(info->cipher), str_of(cipher));
}

static void begin(struct gw *g, struct med_open *o)
{
	o->buffer_ms = (uint8_t)g->cfg->rtp_buffer_ms;
	o->leg = ++g->last_path ? g->last_path : ++g->last_path;
	o->seq = rng_u32(&g->rng) % RTP_FIRST_SEQ_END;
	o->ssrc = rng_u32(&g->rng);
	o->timestamp = rng_u32(&g->rng);
}

static bool open_or_modify(struct gw_call *call, unsigned at, struct ring_rec *rec)
{
	struct gw_stream *s = &call->path.stream[at];
	bool opens = s->state == GW_PATH_CLOSED;
	struct med_open o;

	if (s->state == GW_PATH_CLOSING)
		return false;
	build(call, at, &o);
	if (moves(s, &o))
		return tell(call, at, MED_CMD_CLOSE, rec);
	if (!take_objects(call, at, &o)) {
		gw_call_release(call, IW_CAUSE_RESOURCE_UNAVAILABLE,
				"no memory for its codec or keys");
		return false;
	}
	if (opens)
		begin(call->gw, &o);
	else if (memcmp(&o, &s->open, sizeof(o)) == 0)
		return false;
	memcpy(&s->open, &o, sizeof(o));
	s->state = GW_PATH_OPEN;
	show(call, at);
	log_path(call, at, through_name(o.through), &o);
	med_cmd_pack(rec, opens ? MED_CMD_OPEN : MED_CMD_MODIFY, &o, sizeof(o));
	return true;
}

/* Two timeslots: nothing but octets, and no counters. */
static void log_join(struct gw_call *call, const char *what)
{
	struct gw_log_at at = { call->gw->now, GW_LOG_MEDIA, 0, true };
	const struct med_timeslot *j = &call->path.join;

	if (call->path.end[1].kind == GW_END_TEST) {
		gw_log(call->rec, at, str_of(what), "span %u timeslot %u, test line", j->span,
		       j->timeslot);
		return;
	}
	gw_log(call->rec, at, str_of(what), "span %u timeslot %u with span %u timeslot %u%s",
	       j->span, j->timeslot, j->span2, j->timeslot2,
	       j->through == MED_TO_FIRST ? ", backward only" : "");
}

static void put_gain(const struct gw_call *call, struct med_timeslot *j)
{
	const struct gw_end *first = &call->path.end[0], *second = &call->path.end[1];

	if (!is_audio(&call->iam))
		return;
	j->gain_to_first = (int8_t)(second->gain_receive_db + first->gain_transmit_db);
	j->gain_to_second = (int8_t)(first->gain_receive_db + second->gain_transmit_db);
}

static void put_join(const struct gw_call *call, struct med_timeslot *j)
{
	const struct gw_path *p = &call->path;

	memset(j, 0, sizeof(*j)); /* padding too: they are compared whole */
	j->use = p->end[1].use;
	j->span = p->end[0].span;
	j->timeslot = p->end[0].timeslot;
	if (p->end[1].kind == GW_END_TEST)
		return;
	j->use = MED_TS_JOIN;
	j->span2 = p->end[1].span;
	j->timeslot2 = p->end[1].timeslot;
	j->through = p->through == GW_THROUGH_BOTH ? MED_TO_FIRST | MED_TO_SECOND : MED_TO_FIRST;
	put_gain(call, j);
}

static bool part(struct gw_call *call, struct ring_rec *rec)
{
	struct gw_path *p = &call->path;

	if (!p->joined)
		return false;
	log_join(call, "part");
	p->join.use = MED_TS_FREE;
	med_cmd_pack(rec, MED_CMD_TIMESLOT, &p->join, sizeof(p->join));
	p->joined = false;
	gw_call_check_over(call);
	return true;
}

static bool same_timeslots(const struct med_timeslot *a, const struct med_timeslot *b)
{
	return a->span == b->span && a->timeslot == b->timeslot && a->span2 == b->span2 &&
	       a->timeslot2 == b->timeslot2;
}

/* Other timeslots than before may be other threads': those that were joined are parted there first. */
static bool join(struct gw_call *call, struct ring_rec *rec)
{
	struct gw_path *p = &call->path;
	struct gw *g = call->gw;
	struct med_timeslot j;

	put_join(call, &j);
	if (p->joined && !same_timeslots(&j, &p->join))
		return part(call, rec);
	j.leg = p->joined ? p->join.leg : (++g->last_path ? g->last_path : ++g->last_path);
	if (p->joined && memcmp(&j, &p->join, sizeof(j)) == 0)
		return false;
	memcpy(&p->join, &j, sizeof(j));
	p->joined = true;
	log_join(call, p->end[1].kind == GW_END_TEST ? "test" : "join");
	med_cmd_pack(rec, MED_CMD_TIMESLOT, &j, sizeof(j));
	return true;
}

/* Ringing. ------------------------------------------------------------------------------------ */
static struct med_ring ring_of(const struct gw_path *p)
{
	const struct gw_end *t = &p->end[p->end[0].kind == GW_END_RTP];
	struct med_ring r = { .to_rtp = p->end[0].kind == GW_END_RTP };

	if (p->released || p->through == GW_THROUGH_BOTH || t->kind != GW_END_TIMESLOT || is_tdm(p))
		return (struct med_ring){ 0 };
	r.kind = (uint8_t)p->ring;
	r.span = t->span;
	r.timeslot = t->timeslot;
	return r;
}

/* One that rings elsewhere is ended there first. */
static bool ring(struct gw_call *call, struct ring_rec *rec)
{
	struct gw_log_at at = { call->gw->now, GW_LOG_MEDIA, 0, true };
	struct gw_path *p = &call->path;
	struct med_ring r = ring_of(p);
	struct gw *g = call->gw;

	r.leg = p->rung.leg;
	if (r.kind == p->rung.kind && (!r.kind || memcmp(&r, &p->rung, sizeof(r)) == 0))
		return false;
	if (p->rung.kind) {
		r = p->rung;
		r.kind = DSP_RINGBACK_NONE;
	} else {
		r.leg = ++g->last_path ? g->last_path : ++g->last_path;
	}
	p->rung = r;
	gw_log(call->rec, at, STR("ringback"), "%s, span %u timeslot %u%s",
	       dsp_ringback_name((enum dsp_ringback_kind)r.kind), r.span, r.timeslot,
	       r.to_rtp ? ", to RTP" : "");
	med_cmd_pack(rec, MED_CMD_RING, &r, sizeof(r));
	if (!r.kind)
		gw_call_check_over(call);
	return true;
}

bool gw_path_is_closed(const struct gw_path *p)
{
	return p->stream[0].state == GW_PATH_CLOSED && p->stream[1].state == GW_PATH_CLOSED &&
	       !p->joined && !p->rung.kind;
}

/* DTLS. --------------------------------------------------------------------------------------- */
static bool next_dtls(struct gw_path *path, unsigned at, struct gw_dtls *out)
{
	struct gw_stream *p = &path->stream[at];
	bool begin = p->dtls_due && p->state == GW_PATH_OPEN && !path->released;

	if (p->dtls_open && (begin || p->state != GW_PATH_OPEN || !p->fingerprint[0])) {
		p->dtls_open = false;
		*out = (struct gw_dtls){ .leg = p->open.leg };
		return true;
	}
	if (!begin)
		return false;
	p->dtls_due = false;
	p->dtls_open = true;
	*out = (struct gw_dtls){ .leg = p->open.leg,
				 .channel = p->open.channel,
				 .begin = true,
				 .active = p->setup == SDP_SETUP_ACTIVE,
				 .remote = p->dtls_remote,
				 .hash = str_of(path->end[at].hash),
				 .fingerprint = str_of(p->fingerprint) };
	return true;
}

bool gw_path_next_dtls(struct gw_call *call, struct gw_dtls *out)
{
	return next_dtls(&call->path, 0, out) || next_dtls(&call->path, 1, out);
}

struct gw_stream *gw_path_stream(struct gw_call *call, uint32_t leg)
{
	for (int i = 0; i < 2; i++) {
		struct gw_stream *s = &call->path.stream[i];

		if (s->state != GW_PATH_CLOSED && s->open.leg == leg)
			return s;
	}
	return NULL;
}

void gw_path_dtls_done(struct gw_call *call, uint32_t leg, const struct gw_keys *keys,
		       const char *why)
{
	struct gw_log_at at = { call->gw->now, GW_LOG_MEDIA, 0, false };
	struct gw_stream *s = gw_path_stream(call, leg);

	if (!s || !s->dtls_open)
		return;
	gw_log(call->rec, at, STR("DTLS"), "%s", keys ? rtp_srtp_info(keys->suite)->name : why);
	if (!keys) {
		gw_call_release(call, IW_CAUSE_UNSPECIFIED, "DTLS failed");
		return;
	}
	s->handshake = *keys;
	gw_path_changed(call);
}

void gw_path_fini(struct gw_call *call)
{
	struct gw_path *p = &call->path;

	for (int i = 0; i < 2; i++) {
		explicit_bzero(&p->stream[i].keys, sizeof(p->stream[i].keys));
		explicit_bzero(&p->stream[i].handshake, sizeof(p->stream[i].handshake));
		explicit_bzero(&p->end[i].keys, sizeof(p->end[i].keys));
		explicit_bzero(p->end[i].choice.their_key, sizeof(p->end[i].choice.their_key));
	}
	gw_inside_put(&call->gw->inside, &p->pair);
}

void gw_path_query(struct gw_call *call)
{
	call->path.stream[0].query = call->path.stream[1].query = true;
	gw_path_changed(call);
}

/* Two RTP ends need a place inside. False: there is none, and the call ends. */
static bool take_pair(struct gw_call *call)
{
	struct gw_path *p = &call->path;
	bool mu_law = p->end[0].choice.codec == SDP_PCMU && p->end[1].choice.codec == SDP_PCMU;
	struct gw_inside *in = &call->gw->inside;

	if (!is_rtp(p) || p->pair.timeslot || gw_inside_get(in, mu_law, &p->pair) ||
	    gw_inside_get(in, !mu_law, &p->pair))
		return true;
	gw_call_release(call, IW_CAUSE_RESOURCE_UNAVAILABLE, "no place for RTP to RTP (rtp-joins)");
	return false;
}

static bool close_streams(struct gw_call *call, struct ring_rec *rec)
{
	return tell(call, 0, MED_CMD_CLOSE, rec) || tell(call, 1, MED_CMD_CLOSE, rec);
}

static bool next_stream(struct gw_call *call, unsigned at, struct ring_rec *rec)
{
	struct gw_path *p = &call->path;

	if (p->end[at].kind != GW_END_RTP)
		return tell(call, at, MED_CMD_CLOSE, rec);
	if (is_ready(p) && open_or_modify(call, at, rec))
		return true;
	if (!p->stream[at].query)
		return false;
	p->stream[at].query = false;
	return tell(call, at, MED_CMD_QUERY, rec);
}

static bool is_streaming(const struct gw_path *p)
{
	return p->stream[0].state != GW_PATH_CLOSED || p->stream[1].state != GW_PATH_CLOSED;
}

bool gw_path_next(struct gw_call *call, struct ring_rec *rec)
{
	struct gw_path *p = &call->path;

	if (ring(call, rec))
		return true;
	if (is_tdm(p) && is_streaming(p)) /* a transfer to a trunk */
		return close_streams(call, rec);
	if (is_tdm(p))
		return p->released ? part(call, rec) : is_ready(p) && join(call, rec);
	if (p->joined)
		return part(call, rec);
	if (p->released)
		return close_streams(call, rec);
	if (is_ready(p) && !take_pair(call))
		return false;
	return next_stream(call, 0, rec) || next_stream(call, 1, rec);
}

/* What was heard of a leg and what it heard, for the call's record: of both legs, where there are two. */
static void log_quality(struct gw_call *call, struct gw_log_at at, const struct med_counters *c)
{
	gw_log(call->rec, at, STR("closed"),
	       "received %u packets, %u lost, %u late, jitter %u us, %u ms without speech; sent %u",
	       c->rx_packets, c->rx_lost, c->rx_late, c->jitter_us8 * 8u, c->gaps_ms,
	       c->tx_packets);
	if (c->far_lost_permille != MED_UNKNOWN)
		gw_log(call->rec, at, STR("far end"), "%u.%u %% lost, jitter %u us",
		       c->far_lost_permille / 10, c->far_lost_permille % 10,
		       c->far_jitter_us8 * 8u);
	if (c->modem)
		gw_log(call->rec, at, STR("modem or fax"), "answered %s",
		       c->modem == MED_MODEM_FROM_RTP ? "on the RTP side" : "behind the timeslot");
}

void gw_path_report(struct gw_call *call, enum med_report_kind kind, const struct med_counters *c)
{
	struct gw_log_at at = { call->gw->now, GW_LOG_MEDIA, 0, false };
	struct gw_stream *s = gw_path_stream(call, c->leg);

	if (!s)
		return;
	if (s == &call->path.stream[0] || !is_rtp(&call->path)) {
		call->rec->info.media = *c;
		call->rec->info.media_known = true;
	} else {
		at.leg = 1;
	}
	if (kind != MED_REP_CLOSED)
		return;
	s->state = GW_PATH_CLOSED;
	log_quality(call, at, c);
	gw_path_changed(call);
	gw_call_check_over(call);
}
