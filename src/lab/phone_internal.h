/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lab/phone_internal: what the files of the test phone share: phone.c (start, timers, inputs,
 * outputs), phone_call.c (calls and the events of the SIP stack), phone_media.c (descriptions and
 * packets). Not for others.
 *
 *	phone_media_offer(p, &body);
 *	phone_call_place(p);
 */
#ifndef TRUNKGATE_LAB_PHONE_INTERNAL_H
#define TRUNKGATE_LAB_PHONE_INTERNAL_H

#include <trunkgate/sdp/sdp.h>
#include <trunkgate/sip/stack.h>

#include "lab/phone.h"

#define PHONE_PATH	  1
#define PHONE_PER_MS	  (DSP_RATE_HZ / 1000)
#define PHONE_MAX_PAYLOAD (60 * PHONE_PER_MS)
#define PHONE_SDP_MAX	  1500

enum { T_CANCEL, T_HANGUP, T_RING, T_WAIT, NR_T };

struct call {
	struct mem *mem;
	sip_call_id id;
	struct sdp_choice choice;
	bool media, sending, over, offered; /* offered: our 2xx has the offer */
	tick_t began, answered, next_packet;
	struct phone_ear ear;
	uint16_t seq;
	uint32_t timestamp, ssrc;
	struct phone_result result;
};

struct phone {
	struct mem *mem;
	struct phone_env env;
	const struct phone_cfg *cfg;
	struct sip_stack *sip;
	struct sdp_caps caps;
	uint32_t duration_ms, calls_left;
	tick_t now, timer[NR_T];
	struct call *call; /* the one there is, or the last one until the next begins */
	bool busy, result_due, done_due, done;
	char why[PHONE_WHY_MAX];
	char sdp_text[PHONE_SDP_MAX];
	struct sip_body answer; /* made when the INVITE came, in sdp_text */
	uint8_t packet[RTP_HEADER_LEN + PHONE_MAX_PAYLOAD];
};

/* phone.c: the last call is over (why NULL), or there will be none. */
void phone_finish(struct phone *p, const char *why);

/* phone_call.c. Of several failures the first counts. */
void phone_call_fail(struct call *c, const char *what, const char *why);
void phone_call_hang_up(struct phone *p, struct call *c);
void phone_call_place(struct phone *p);
void phone_call_event(struct phone *p, const struct sip_event *ev);
void phone_call_ring_is_over(struct phone *p, struct call *c);
void phone_call_look_for_final(struct phone *p, struct call *c, struct str octets);

/* phone_media.c: descriptions; then packets from phone_media_speak on, one when it is due (false:
 * its time has come and nobody wants it); figures at the end. */
bool phone_media_has_sdp(const struct sip_msg *m);
int phone_media_offer(struct phone *p, struct sip_body *body);
int phone_media_take_answer(struct phone *p, struct call *c, const struct sip_msg *m);
int phone_media_make_answer(struct phone *p, struct call *c, const struct sip_msg *m,
			    struct sip_body *body);
void phone_media_speak(struct phone *p, struct call *c);
bool phone_media_due(const struct phone *p);
bool phone_media_packet(struct phone *p, struct call *c, struct phone_out *out);
void phone_media_measure(struct call *c);

#endif
