/* SPDX-License-Identifier: GPL-3.0-or-later */
/* world: see world.h. */
#include <stdarg.h>
#include <stdio.h>

#include "interwork/encap.h"
#include "unit/gateway/world.h"

__attribute__((format(printf, 2, 3))) static void note(struct world *w, const char *fmt, ...)
{
	size_t len = strlen(w->trace);
	va_list ap;

	if (len)
		strcat(w->trace, " ");
	len = strlen(w->trace);
	va_start(ap, fmt);
	vsnprintf(w->trace + len, sizeof(w->trace) - len - 2, fmt, ap);
	va_end(ap);
}

void world_saw(struct world *w, const char *words, const char *file, int line)
{
	if (strcmp(w->trace, words) != 0) {
		print_error("%s:%d: wanted '%s', saw '%s'\n", file, line, words, w->trace);
		_fail(file, line);
	}
	w->trace[0] = '\0';
}

/* Set up. ------------------------------------------------------------------------------------- */
static struct addr address(const char *text)
{
	struct addr a;

	assert_int_equal(addr_parse(&a, str_of(text), 5060), 0);
	return a;
}

struct gw_config *world_config(struct mem *m)
{
	struct gw_config *c = gw_config_new(m);
	struct gw_trunk_cfg *t;
	struct gw_route_cfg *r;

	if (!c)
		return NULL;
	gw_config_span_add(c, 0);
	t = gw_config_trunk_add(c, "east");
	t->opc = WORLD_OPC;
	t->dpc = WORLD_DPC;
	t->hunt = GW_HUNT_ASCENDING;
	t->ringback = DSP_RINGBACK_NONE;
	t->nr_ranges = 2;
	t->range[0] = (struct gw_range_cfg){ 0, 1, 15, 1 };
	t->range[1] = (struct gw_range_cfg){ 0, 17, 31, 17 };
	gw_config_peer_add(c, "phone")->addr = address("192.0.2.9:5060");
	r = gw_config_route_add(c);
	*r = (struct gw_route_cfg){ .from = GW_SIDE_SIP, .to = GW_SIDE_TRUNK, .to_name = "east" };
	r = gw_config_route_add(c);
	*r = (struct gw_route_cfg){ .from = GW_SIDE_TRUNK, .to = GW_SIDE_SIP, .to_name = "phone" };
	return c;
}

static bool open_phone(struct world *w, struct rng rng)
{
	struct sip_cfg cfg = { .rng = rng,
			       .isup_bodies = true,
			       .location_bodies = true,
			       .max_subscriptions = 4,
			       .features = { .rel100 = SIP_REL100_SUPPORTED,
					     .info = true,
					     .update = true,
					     .precondition = true } };

	w->phone = sip_stack_new(w->mem, &cfg);
	w->caps = (struct sdp_caps){ .local = address("192.0.2.9:40000"),
				     .session_id = 1,
				     .session_version = 1,
				     .nr_codecs = 2,
				     .codec = { SDP_PCMA, SDP_PCMU },
				     .ptime_ms = 20 };
	return w->phone && sip_stack_path_add(w->phone, 1, &w->phone_addr) == 0;
}

bool world_try_open(struct world *w, void (*change)(struct gw_config *c))
{
	struct gw_env env;
	struct tg_diag d = TG_DIAG_NONE;
	const char *host = w->host;
	bool loose = w->loose;

	memset(w, 0, sizeof(*w));
	w->host = host;
	w->loose = loose;
	w->now = (tick_t){ S_US(1000) };
	w->gw_addr = address("192.0.2.1:5060");
	w->phone_addr = address("192.0.2.9:5060");
	for (unsigned i = 0; i < NR_OF(w->rtp); i++) {
		w->rtp[i] = w->gw_addr;
		w->rtp[i].port = (uint16_t)(10000 + 2 * i);
	}
	env = (struct gw_env){ .rng = rng_seeded_init(&w->seed, 7),
			       .product = "trunkgate/test",
			       .sip_local = w->gw_addr,
			       .rtp = w->rtp,
			       .nr_rtp = NR_OF(w->rtp),
			       .first_inside = GW_MAX_SPANS,
			       .fingerprint = WORLD_FINGERPRINT };
	w->mem = mem_root("world");
	w->cfg = w->mem ? world_config(w->mem) : NULL;
	if (!w->cfg)
		return false;
	if (change)
		change(w->cfg);
	if (gw_config_check(w->cfg, &d) < 0)
		fail_msg("%s", d.text);
	env.nr_inside = gw_config_nr_inside(w->cfg);
	w->gw = gw_new(w->mem, w->cfg, &env);
	if (!w->gw || !open_phone(w, env.rng))
		return false;
	gw_start(w->gw, w->now);
	world_wait(w, 1000);
	w->trace[0] = '\0';
	return true;
}

void world_open_with(struct world *w, void (*change)(struct gw_config *c))
{
	w->loose = false;
	assert_true(world_try_open(w, change));
}

void world_open(struct world *w)
{
	world_open_with(w, NULL);
}

void world_check_empty(struct world *w)
{
	struct gw_stats s;

	gw_stats(w->gw, &s);
	assert_int_equal(s.calls, 0);
	assert_int_equal(s.legs, 0);
	assert_int_equal(s.channels_busy, 0);
	assert_int_equal(s.sip.calls, 0);
	assert_int_equal(s.sip.transactions, 0);
	assert_int_equal(s.sip.timers, 0);
	assert_int_equal(s.isup.busy, 0);
	assert_int_equal(s.isup.timers, 0);
}

void world_close(struct world *w)
{
	world_wait(w, 40000);
	world_check_empty(w);
	gw_free(w->gw);
	mem_free(w->mem);
}

/* Going on. ----------------------------------------------------------------------------------- */
static void put(struct datagram *q, unsigned *nr, struct str octets)
{
	if (*nr == WORLD_QUEUE || octets.len >= sizeof(q->octets))
		fail_msg("the world's queue is full");
	memcpy(q[*nr].octets, octets.p, octets.len);
	q[*nr].octets[octets.len] = '\0';
	q[(*nr)++].len = octets.len;
}

/* What an exchange answers to messages about circuits, with the same range and status. */
static uint8_t answer_to(uint8_t type)
{
	switch (type) {
	case ISUP_RSC:
	case ISUP_REL:
		return ISUP_RLC;
	case ISUP_BLO:
		return ISUP_BLA;
	case ISUP_UBL:
		return ISUP_UBA;
	case ISUP_CGB:
		return ISUP_CGBA;
	case ISUP_CGU:
		return ISUP_CGUA;
	default:
		return 0;
	}
}

static bool about_circuits(uint8_t type)
{
	return type != ISUP_REL && answer_to(type);
}

/* That of the trunk on which the world's exchange is. */
static const struct isup_variant *variant(const struct world *w)
{
	return gw_config_variant(w->cfg, &w->cfg->trunk[0]);
}

static void saw_isup(struct world *w, struct str sif)
{
	char name[8], cause_text[8] = "";
	struct isup_cause c;
	struct isup_msg m;
	uint8_t answer;
	int err;

	err = isup_msg_dec(&m, variant(w), sif, NULL);
	assert_true(err == 0 || err == TG_ENOTSUP);
	answer = answer_to(m.type);
	if (isup_get_cause(&m, &c) == 0)
		snprintf(cause_text, sizeof(cause_text), "/%u", c.value);
	if (!about_circuits(m.type))
		note(w, "%s:%u%s", isup_msg_name(m.type, name), m.cic, cause_text);
	if (!about_circuits(m.type) && m.type != ISUP_RLC)
		w->sent = m;
	if (!answer || w->mute_trunk)
		return;
	assert_true(w->nr_to_trunk < WORLD_QUEUE);
	if (m.type == ISUP_REL)
		isup_msg_init(&m, ISUP_RLC, m.cic);
	m.type = answer;
	w->to_trunk[w->nr_to_trunk++] = m;
}

static void saw_timeslot(struct world *w)
{
	const struct med_timeslot *t = &w->timeslot;
	static const char *const use[] = { "free",	"loop",	   "tone",	 "join",
					   "milliwatt", "silence", "transponder" };
	static const char *const through[] = { "cut", "second", "first", "both" };

	if (t->use == MED_TS_JOIN)
		note(w, "join:%u-%u:%s", t->timeslot, t->timeslot2, through[t->through]);
	else
		note(w, "%s:%u", use[t->use], t->timeslot);
}

/* The engine has other objects now than before. */
static void let_go(struct world *w, uint16_t now)
{
	struct med_released r = { w->open.objects };

	if (!r.slot || r.slot == now)
		return;
	assert_true(w->nr_reports < WORLD_QUEUE);
	med_cmd_pack(&w->report[w->nr_reports++], (enum med_cmd_kind)MED_REP_RELEASED, &r,
		     sizeof(r));
}

static void saw_media(struct world *w, const struct ring_rec *rec)
{
	static const char *const through[] = { "cut", "to-rtp", "from-rtp", "both" };
	struct med_counters c = { .rx_packets = 50, .far_lost_permille = MED_UNKNOWN };
	struct med_ref ref;

	memcpy(&ref, rec->body, sizeof(ref));
	switch (rec->kind) {
	case MED_CMD_TIMESLOT:
		memcpy(&w->timeslot, rec->body, sizeof(w->timeslot));
		saw_timeslot(w);
		break;
	case MED_CMD_RING:
		memcpy(&w->ring, rec->body, sizeof(w->ring));
		note(w, "ring:%u:%s%s", w->ring.timeslot,
		     dsp_ringback_name((enum dsp_ringback_kind)w->ring.kind),
		     w->ring.to_rtp ? ":rtp" : "");
		break;
	case MED_CMD_OPEN:
	case MED_CMD_MODIFY:
		if (rec->kind == MED_CMD_MODIFY)
			let_go(w, ((const struct med_open *)rec->body)->objects);
		memcpy(&w->open, rec->body, sizeof(w->open));
		note(w, "%s:%u:%s", rec->kind == MED_CMD_OPEN ? "open" : "modify", w->open.timeslot,
		     through[w->open.through]);
		break;
	default:
		note(w, rec->kind == MED_CMD_CLOSE ? "close" : "query");
		if (rec->kind == MED_CMD_CLOSE)
			let_go(w, 0);
		if (w->heard)
			c = *w->heard;
		c.leg = ref.leg;
		c.channel = ref.channel;
		assert_true(w->nr_reports < WORLD_QUEUE);
		if (!w->mute_media)
			med_cmd_pack(&w->report[w->nr_reports++],
				     (enum med_cmd_kind)(rec->kind == MED_CMD_CLOSE
								 ? MED_REP_CLOSED
								 : MED_REP_COUNTERS),
				     &c, sizeof(c));
	}
}

static void take_question(struct world *w, const struct gw_out *out)
{
	assert_true(w->nr_questions < WORLD_QUEUE);
	w->question_hits[w->nr_questions] = out->resolve.type == SIP_DNS_ADDR && w->host &&
					    str_eq(out->resolve.name, str_of(w->host));
	w->question[w->nr_questions++] = out->resolve.id;
}

static void answer_question(struct world *w)
{
	struct sip_dns_record rec = { .addr = w->phone_addr };
	struct sip_dns_answer a = { .result = SIP_DNS_NONE, .rec = &rec };

	w->nr_questions--;
	if (w->question_hits[w->nr_questions]) {
		a.result = SIP_DNS_FOUND;
		a.ttl_s = 60;
		a.nr = 1;
	}
	gw_sip_resolved(w->gw, w->now, w->question[w->nr_questions], &a);
}

static bool drain_gw(struct world *w)
{
	struct gw_out out;
	bool any = false;

	for (; gw_next_out(w->gw, &out); any = true)
		switch (out.type) {
		case GW_OUT_SIP:
			assert_int_equal(out.sip.path, GW_SIP_PATH);
			if (!w->deaf_phone && addr_ip_eq(&out.sip.to, &w->phone_addr))
				put(w->to_phone, &w->nr_to_phone, out.sip.octets);
			else if (!addr_ip_eq(&out.sip.to, &w->phone_addr))
				note(w, "elsewhere:%.*s", 11, out.sip.octets.p);
			break;
		case GW_OUT_MTP:
			assert_int_equal(out.mtp.label.opc, WORLD_OPC);
			assert_int_equal(out.mtp.label.dpc, WORLD_DPC);
			saw_isup(w, out.mtp.sif);
			break;
		case GW_OUT_MEDIA:
			saw_media(w, &out.media);
			break;
		case GW_OUT_DTLS:
			note(w, "dtls:%s",
			     !out.dtls.begin   ? "end"
			     : out.dtls.active ? "active"
					       : "passive");
			w->dtls_leg = out.dtls.leg;
			break;
		case GW_OUT_RESOLVE:
			take_question(w, &out);
			break;
		case GW_OUT_CALL_ENDED:
			note(w, "ended");
			w->ended_nr = out.call_nr;
			w->nr_ended++;
			break;
		}
	return any;
}

static void keep_sdp(struct world *w, const struct sip_msg *m)
{
	if (m->body.len)
		str_copyz(w->answer_sdp, sizeof(w->answer_sdp), m->body);
}

static struct sip_body body_of(const char *sdp)
{
	return (struct sip_body){ .content_type = STR("application/sdp"), .octets = str_of(sdp) };
}

const char *phone_sdp(struct world *w)
{
	static char text[1500];
	struct str s;

	assert_int_equal(sdp_print_offer(&w->caps, text, sizeof(text) - 1, &s), 0);
	text[s.len] = '\0';
	return text;
}

/* With an answer when the 2xx had the offer. */
static void phone_ack(struct world *w, const struct sip_event *ev)
{
	struct sip_body body = body_of(w->ack_sdp ? w->ack_sdp : "");

	if (!w->no_ack)
		sip_call_ack(w->phone, w->now, ev->call, &body);
}

static void keep_isup(struct world *w, const struct sip_msg *m)
{
	static const struct iw_profile p = IW_PROFILE(IW_SIP_I, "sip-i");
	const struct iw_ctx x = { .profile = &p };

	w->in_body.type = 0;
	if (m && iw_decap(&x, m, &w->in_body, NULL) <= 0)
		w->in_body.type = 0;
}

/* A response or request as a word. */
static void saw_sip(struct world *w, const char *word, const struct sip_event *ev)
{
	int cause = ev->msg ? sip_msg_reason_cause(ev->msg, STR("Q.850"), NULL) : -1;
	char text[40];

	snprintf(text, sizeof(text), "%s%s", word, ev->msg && ev->msg->body.len ? "+" : "");
	if (cause >= 0)
		note(w, "%s/%d", text, cause);
	else
		note(w, "%s", text);
	keep_isup(w, ev->msg);
	if (ev->msg)
		keep_sdp(w, ev->msg);
}

/* The gateway's: answered with the direction that fits. */
static void phone_rx_reinvite(struct world *w, const struct sip_event *ev)
{
	char text[1500];
	struct sip_body body;
	bool held;

	str_copyz(text, sizeof(text), ev->msg->body);
	held = strstr(text, "a=sendonly") != NULL;
	note(w, "re-INVITE:%s", held ? "sendonly" : "sendrecv");
	if (w->glare) {
		w->glare = false;
		sip_call_reject(w->phone, w->now, ev->call, 491, NULL);
		return;
	}
	w->caps.dir = held ? SDP_RECVONLY : SDP_SENDRECV;
	w->caps.session_version++;
	body = body_of(phone_sdp(w));
	sip_call_answer(w->phone, w->now, ev->call, &body);
}

static void phone_rx_update(struct world *w, const struct sip_event *ev)
{
	struct sip_body body;

	saw_sip(w, "UPDATE", ev);
	if (w->no_update) {
		sip_call_respond(w->phone, w->now, ev->call, 488, NULL);
		return;
	}
	w->caps.session_version++;
	body = body_of(phone_sdp(w));
	sip_call_respond(w->phone, w->now, ev->call, 200, &body);
}

static void phone_event(struct world *w, const struct sip_event *ev)
{
	char status[8];

	snprintf(status, sizeof(status), "%u", ev->status);
	switch (ev->type) {
	case SIP_EV_INVITE:
		w->call = ev->call;
		str_copyz(w->invite, sizeof(w->invite), ev->msg->octets);
		saw_sip(w, "INVITE", ev);
		break;
	case SIP_EV_REJECTED:
		if (ev->msg)
			str_copyz(w->final, sizeof(w->final), ev->msg->octets);
		/* fall through */
	case SIP_EV_PROGRESS:
		if (ev->msg)
			str_copyz(w->progress, sizeof(w->progress), ev->msg->octets);
		saw_sip(w, ev->local ? "local" : status, ev);
		break;
	case SIP_EV_ANSWERED:
		str_copyz(w->ok, sizeof(w->ok), ev->msg->octets);
		saw_sip(w, "200", ev);
		phone_ack(w, ev);
		break;
	case SIP_EV_NOTIFY:
		str_copyz(w->notify, sizeof(w->notify), ev->msg->octets);
		saw_sip(w, "NOTIFY", ev);
		break;
	case SIP_EV_UNSUBSCRIBED:
		saw_sip(w, "unsubscribed", ev);
		break;
	case SIP_EV_RESPONSE:
		saw_sip(w, status, ev);
		break;
	case SIP_EV_PRACK:
		saw_sip(w, "PRACK", ev);
		break;
	case SIP_EV_UPDATE:
		phone_rx_update(w, ev);
		break;
	case SIP_EV_REINVITE:
		phone_rx_reinvite(w, ev);
		break;
	case SIP_EV_CANCELLED:
		str_copyz(w->bye, sizeof(w->bye), ev->msg ? ev->msg->octets : STR(""));
		saw_sip(w, "CANCEL", ev);
		break;
	case SIP_EV_BYE:
		str_copyz(w->bye, sizeof(w->bye), ev->msg ? ev->msg->octets : STR(""));
		saw_sip(w, "BYE", ev);
		break;
	case SIP_EV_INFO:
		saw_sip(w, "INFO", ev);
		break;
	case SIP_EV_ACKED:
		saw_sip(w, "ACK", ev);
		break;
	case SIP_EV_REINVITE_FAILED:
		saw_sip(w, "re-INVITE-failed", ev);
		break;
	default:
		break;
	}
}

static bool drain_phone(struct world *w)
{
	struct sip_out out;
	bool any = false;

	for (; sip_stack_next_out(w->phone, &out); any = true)
		if (out.type == SIP_OUT_SEND)
			put(w->to_gw, &w->nr_to_gw, out.send.octets);
		else
			phone_event(w, &out.event);
	return any;
}

static void take_first(struct datagram *q, unsigned *nr, struct datagram *out)
{
	*out = q[0];
	memmove(q, q + 1, --*nr * sizeof(*q));
}

static void gw_trunk(struct world *w, const struct isup_msg *m)
{
	uint8_t buf[300];
	struct isup_msg adapted = *m;
	int len = isup_msg_adapt(&adapted, variant(w));
	struct mtp_prim p = {
		.type = MTP_TRANSFER,
		.label = { .opc = WORLD_DPC, .dpc = WORLD_OPC, .si = MTP_SI_ISUP, .ni = 2 }
	};

	if (len == 0)
		len = isup_msg_enc(&adapted, variant(w), buf, sizeof(buf), NULL);
	assert_true(len > 0);
	p.sif = str_n(buf, (size_t)len);
	gw_mtp_rx(w->gw, w->now, &p);
	drain_gw(w);
}

/* One thing that waits somewhere goes on its way. */
static bool step(struct world *w)
{
	static struct datagram d;

	if (drain_gw(w) || drain_phone(w))
		return true;
	if (w->nr_questions) {
		answer_question(w);
	} else if (w->nr_to_trunk) {
		struct isup_msg m = w->to_trunk[0];
		memmove(w->to_trunk, w->to_trunk + 1, --w->nr_to_trunk * sizeof(m));
		gw_trunk(w, &m);
	} else if (w->nr_to_phone) {
		take_first(w->to_phone, &w->nr_to_phone, &d);
		sip_stack_rx(w->phone, w->now, 1, &w->gw_addr, str_n(d.octets, d.len));
		drain_phone(w);
	} else if (w->nr_to_gw) {
		take_first(w->to_gw, &w->nr_to_gw, &d);
		gw_sip_rx(w->gw, w->now, GW_SIP_PATH, &w->phone_addr, str_n(d.octets, d.len));
		drain_gw(w);
	} else if (w->nr_reports) {
		struct ring_rec r = w->report[0];
		memmove(w->report, w->report + 1, --w->nr_reports * sizeof(r));
		gw_media_rx(w->gw, w->now, &r);
		drain_gw(w);
	} else {
		return false;
	}
	return true;
}

void world_run(struct world *w)
{
	int steps = 0;

	while (step(w))
		if (++steps > 100000)
			fail_msg("the world does not come to rest: %s", w->trace);
}

void world_wait(struct world *w, int64_t ms)
{
	tick_t until = tick_add_ms(w->now, ms);

	world_run(w);
	for (;;) {
		tick_t at = tick_min(gw_deadline(w->gw), sip_stack_deadline(w->phone));
		if (!tick_due(at, until))
			break;
		if (tick_before(w->now, at))
			w->now = at;
		gw_tick(w->gw, w->now);
		drain_gw(w);
		sip_stack_tick(w->phone, w->now);
		drain_phone(w);
		world_run(w);
	}
	w->now = until;
}

/* The phone. ---------------------------------------------------------------------------------- */
void phone_call_uri(struct world *w, const char *uri, const char *sdp, const char *from)
{
	struct sip_invite inv = { .path = 1,
				  .target = w->gw_addr,
				  .uri = str_of(uri),
				  .from = str_of(from ? from : "<sip:200@192.0.2.9>"),
				  .to = STR("<sip:someone@192.0.2.1>"),
				  .body = body_of(sdp ? sdp : ""),
				  .features = w->features };
	int err;

	inv.body.extra = &w->extra;
	inv.body.nr_extra = w->extra.name.len > 0;
	err = sip_call_start(w->phone, w->now, &inv, &w->call);
	assert_true(err == 0 || w->loose);
	world_run(w);
}

void phone_call(struct world *w, const char *number)
{
	char uri[100];

	snprintf(uri, sizeof(uri), "sip:%s@192.0.2.1", number);
	phone_call_uri(w, uri, phone_sdp(w), NULL);
}

void phone_progress(struct world *w, unsigned status, bool sdp)
{
	struct sip_body body = body_of(sdp ? phone_sdp(w) : "");
	int err = sip_call_progress(w->phone, w->now, w->call, status, &body);

	assert_true(err == 0 || w->loose);
	world_run(w);
}

void phone_answer(struct world *w)
{
	struct sip_body body = body_of(phone_sdp(w));
	int err = sip_call_answer(w->phone, w->now, w->call, &body);

	assert_true(err == 0 || w->loose);
	world_run(w);
}

static struct sip_body reason_body(struct sip_extra *x, const char *reason)
{
	*x = (struct sip_extra){ STR("Reason"), str_of(reason) };
	return (struct sip_body){ .extra = x, .nr_extra = reason ? 1 : 0 };
}

void phone_reject(struct world *w, unsigned status, const char *reason)
{
	struct sip_extra x;
	struct sip_body body = reason_body(&x, reason);
	int err = sip_call_reject(w->phone, w->now, w->call, status, &body);

	assert_true(err == 0 || w->loose);
	world_run(w);
}

void phone_hangup(struct world *w, const char *reason)
{
	struct sip_extra x;
	struct sip_body body = reason_body(&x, reason);
	int err = sip_call_hangup(w->phone, w->now, w->call, 0, &body);

	assert_true(err == 0 || w->loose);
	world_run(w);
}

void phone_reinvite(struct world *w, const char *sdp)
{
	struct sip_body body = body_of(sdp);
	int err = sip_call_reinvite(w->phone, w->now, w->call, &body);

	assert_true(err == 0 || w->loose);
	world_run(w);
}

void world_sip(struct world *w, const struct addr *from, const char *text)
{
	gw_sip_rx(w->gw, w->now, GW_SIP_PATH, from, str_of(text));
	world_run(w);
}

/* The exchange. ------------------------------------------------------------------------------- */
struct isup_msg trunk_msg(uint8_t type)
{
	const struct isup_bci bci = { .charge = 2, .called_status = 1, .called_category = 1 };
	const struct isup_event event = { .event = ISUP_EVENT_ALERTING };
	struct isup_msg m;

	isup_msg_init(&m, type, 0);
	if (type == ISUP_ACM || type == ISUP_CON)
		assert_int_equal(isup_put_bci(&m, &bci), 0);
	if (type == ISUP_CPG)
		assert_int_equal(isup_put_event(&m, &event), 0);
	return m;
}

void trunk_send(struct world *w, const struct isup_msg *m, uint16_t cic)
{
	struct isup_msg copy = *m;

	copy.cic = cic;
	gw_trunk(w, &copy);
	world_run(w);
}

void trunk_says(struct world *w, uint8_t type, uint16_t cic)
{
	struct isup_msg m = trunk_msg(type);

	trunk_send(w, &m, cic);
}

void trunk_rel(struct world *w, uint16_t cic, uint8_t cause)
{
	const struct isup_cause c = { .location = ISUP_LOC_TRANSIT, .value = cause };
	struct isup_msg m = trunk_msg(ISUP_REL);

	assert_int_equal(isup_put_cause(&m, &c), 0);
	trunk_send(w, &m, cic);
}

void trunk_iam(struct world *w, uint16_t cic, const char *called, const char *calling)
{
	const struct isup_nci nci = { 0 };
	const struct isup_fci fci = { .isup_all_the_way = 1 };
	struct isup_number n = { .noa = 3, .npi = 1 };
	struct isup_msg m = trunk_msg(ISUP_IAM);

	isup_put_nci(&m, &nci);
	isup_put_fci(&m, &fci);
	isup_put_u8(&m, ISUP_P_CPC, 10);
	isup_put_u8(&m, ISUP_P_TMR, 3);
	strcpy(n.digits, called);
	assert_int_equal(isup_put_number(&m, ISUP_P_CALLED_NUMBER, &n), 0);
	n.si = 3;
	strcpy(n.digits, calling ? calling : "");
	if (calling)
		assert_int_equal(isup_put_number(&m, ISUP_P_CALLING_NUMBER, &n), 0);
	trunk_send(w, &m, cic);
}

void trunk_acm(struct world *w, uint16_t cic, uint8_t called_status, bool in_band)
{
	const struct isup_bci bci = { .charge = 2, .called_status = called_status };
	const struct isup_obci obci = { .in_band = 1 };
	struct isup_msg m = trunk_msg(ISUP_ACM);

	assert_int_equal(isup_put_bci(&m, &bci), 0);
	if (in_band)
		assert_int_equal(isup_put_obci(&m, &obci), 0);
	trunk_send(w, &m, cic);
}

void trunk_cpg(struct world *w, uint16_t cic, uint8_t event)
{
	const struct isup_event e = { .event = event };
	struct isup_msg m = trunk_msg(ISUP_CPG);

	assert_int_equal(isup_put_event(&m, &e), 0);
	trunk_send(w, &m, cic);
}

const char *world_log(struct world *w, uint32_t nr)
{
	static char text[8000];
	struct gw_log_line l;
	unsigned pos = 0;
	size_t len = 0;

	text[0] = '\0';
	while (gw_log_walk(w->gw, nr, &pos, &l) && len < sizeof(text) - 200)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%u%c%s\n", l.leg,
					"<>-"[l.kind == GW_LOG_NOTE ? 2 : l.out], l.label);
	return text;
}
