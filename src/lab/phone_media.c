/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lab/phone_media: session descriptions by offer and answer (RFC 3264), and packets of speech. */
#include <trunkgate/sip/multipart.h>

#include "lab/phone_internal.h"

#define LATE_MAX_MS 1000 /* packets this late are not made up for */

/* Media. --------------------------------------------------------------------------------------- */
static enum dsp_law_kind law_of(const struct sdp_choice *choice)
{
	return choice->codec == SDP_PCMU ? DSP_MULAW : DSP_ALAW;
}

static void media_set(struct phone *p, struct call *c, const struct sdp_choice *choice)
{
	bool same = c->media && law_of(choice) == c->ear.law;

	c->choice = *choice;
	c->result.codec = choice->codec;
	c->result.ptime_ms = p->cfg->ptime_ms;
	if (!same)
		phone_ear_init(&c->ear, c->mem, law_of(choice), p->env.law);
	c->media = true;
}

void phone_media_speak(struct phone *p, struct call *c)
{
	if (c->sending || c->over)
		return;
	phone_ear_answered(&c->ear, p->now);
	phone_sound_start(p->env.sound, c->ear.law);
	c->seq = (uint16_t)rng_u32(&p->env.rng);
	c->timestamp = rng_u32(&p->env.rng);
	c->ssrc = rng_u32(&p->env.rng);
	c->next_packet = p->now;
	c->sending = true;
}

/* RFC 3264 5.1: whether they want to hear us. */
static bool may_send(const struct call *c)
{
	return c->choice.remote.port && !addr_is_any(&c->choice.remote) &&
	       (c->choice.dir == SDP_SENDRECV || c->choice.dir == SDP_SENDONLY);
}

/* False when its time has come and nobody wants it. */
bool phone_media_packet(struct phone *p, struct call *c, struct phone_out *out)
{
	size_t nr = (size_t)c->result.ptime_ms * PHONE_PER_MS;
	struct rtp_packet k = { .timestamp = c->timestamp,
				.ssrc = c->ssrc,
				.seq = c->seq++,
				.pt = c->choice.pt_tx,
				.marker = c->result.tx_packets == 0 };
	uint8_t *payload = p->packet + RTP_HEADER_LEN;

	rtp_header_enc(p->packet, &k);
	phone_sound_next(p->env.sound, payload, nr);
	phone_ear_said(&c->ear, c->next_packet, str_n(payload, nr));
	c->timestamp += (uint32_t)nr;
	c->next_packet = tick_add_ms(c->next_packet, c->result.ptime_ms);
	if (tick_diff_us(p->now, c->next_packet) > MS_US(LATE_MAX_MS))
		c->next_packet = p->now;
	if (!may_send(c))
		return false;
	c->result.tx_packets++;
	*out = (struct phone_out){ .type = PHONE_OUT_RTP,
				   .to = c->choice.remote,
				   .octets = str_n(p->packet, RTP_HEADER_LEN + nr) };
	return true;
}

bool phone_media_due(const struct phone *p)
{
	const struct call *c = p->call;

	return p->busy && c->sending && tick_due(c->next_packet, p->now);
}

void phone_rtp_rx(struct phone *p, tick_t now, const struct addr *from, struct str octets)
{
	struct call *c = p->call;
	struct rtp_packet k;

	p->now = now;
	if (!p->busy || !c->media || c->over)
		return;
	if (rtp_packet_dec(&k, octets, NULL) < 0 || k.pt != c->choice.pt_rx ||
	    !addr_ip_eq(from, &c->choice.remote) || k.payload.len == 0) {
		c->result.rx_other++;
		return;
	}
	c->result.rx_packets++;
	phone_ear_packet(&c->ear, now, &k);
}

void phone_media_measure(struct call *c)
{
	struct lab_meter_tables *tables = lab_meter_tables_new(c->mem, c->ear.law);

	if (!tables) {
		phone_call_fail(c, "out of memory", "");
		return;
	}
	phone_ear_heard(&c->ear, tables, false, &c->result.heard);
	phone_ear_heard(&c->ear, tables, true, &c->result.early);
	phone_ear_echo(&c->ear, &c->result.echo);
	c->result.rx_lost = c->ear.any ? rtp_seq_lost(&c->ear.seq) : 0;
	c->result.jitter_us = rtp_jitter(&c->ear.jitter) * 1000 / PHONE_PER_MS;
}

/* Descriptions. -------------------------------------------------------------------------------- */
bool phone_media_has_sdp(const struct sip_msg *m)
{
	struct str sdp;

	return m && sip_msg_description(m, &sdp);
}

static struct sip_body sdp_body(struct str text)
{
	return (struct sip_body){ .content_type = STR("application/sdp"), .octets = text };
}

int phone_media_offer(struct phone *p, struct sip_body *body)
{
	struct str text;
	int err = sdp_print_offer(&p->caps, p->sdp_text, sizeof(p->sdp_text), &text);

	if (err == 0)
		*body = sdp_body(text);
	return err;
}

/* Their answer to our offer. */
int phone_media_take_answer(struct phone *p, struct call *c, const struct sip_msg *m)
{
	struct tg_diag why = TG_DIAG_NONE;
	struct sdp_choice choice;
	struct sdp s;
	struct str text = STR("");
	int err;

	sip_msg_description(m, &text);
	err = sdp_parse(&s, text, &why);
	if (err == 0)
		err = sdp_accept(&p->caps, &s, &choice, &why);
	if (err == 0)
		media_set(p, c, &choice);
	else
		phone_call_fail(c, "their session description", why.text);
	return err;
}

/* Our answer to their offer, as the body of a 2xx. */
int phone_media_make_answer(struct phone *p, struct call *c, const struct sip_msg *m,
			    struct sip_body *body)
{
	struct tg_diag why = TG_DIAG_NONE;
	struct sdp_choice choice;
	struct sdp s;
	struct str text = STR("");
	int err;

	sip_msg_description(m, &text);
	err = sdp_parse(&s, text, &why);
	if (err == 0)
		err = sdp_answer(&p->caps, &s, &choice, &why);
	if (err == 0)
		err = sdp_print_answer(&p->caps, &s, &choice, p->sdp_text, sizeof(p->sdp_text),
				       &text);
	if (err < 0) {
		phone_call_fail(c, "their session description", why.text);
		return err;
	}
	media_set(p, c, &choice);
	*body = sdp_body(text);
	return 0;
}
