/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rows: a gateway whose peer has a profile of our own, and calls of either side with one parameter or
 * header more; for test_rows.c and test_rules.c.
 *
 *	begin(IW_SIP_I, IW_TABLE_RULE, IW_RULE_T11, 0);
 *	call_from_trunk("20:0448 3d:0a");		(w.invite, or w.sent is a REL)
 *	respond(180, "History-Info", "...");		(w.sent)
 *	over_from_trunk();
 *	end();
 */
#ifndef TRUNKGATE_UNIT_GATEWAY_ROWS_H
#define TRUNKGATE_UNIT_GATEWAY_ROWS_H

#include <stdio.h>
#include <stdlib.h>

#include "isup/params.h"
#include "unit/gateway/world.h"

static struct world w;
static struct iw_profile mine;

/* The gateway with a profile of our own, derived from `base`, and a row of it changed. */
static inline void with_mine(struct gw_config *c)
{
	struct iw_profile *p = gw_config_profile_add(c, "mine");

	assert_non_null(p);
	*p = mine;
	strcpy(p->name, "mine");
	strcpy(c->peer[0].interworking, "mine");
	c->trunk[0].ringback = DSP_RINGBACK_ETSI;
	c->trunk[0].dialect.caller_name = IW_NAME_GENERIC;
	strcpy(c->trunk[0].group, "TG-1");
	strcpy(c->trunk[0].group_context, "example.com");
	c->peer[0].nr_codecs = 2;
	c->peer[0].codec[0] = SDP_PCMA;
	c->peer[0].codec[1] = SDP_CLEARMODE;
}

static inline void begin(uint8_t base, int table, unsigned key, unsigned value)
{
	mine = (struct iw_profile){ .base = base };
	if (table >= 0)
		assert_int_equal(iw_profile_set(&mine, (enum iw_table)table, (uint16_t)key,
						(uint16_t)value),
				 0);
	world_open_with(&w, with_mine);
	w.host = NULL;
}

static inline void end(void)
{
	w.deaf_phone = false;
	world_wait(&w, 70000);
	w.trace[0] = '\0';
	world_close(&w);
}

static inline struct str unhex(const char *hex, uint8_t *buf)
{
	size_t n = 0;
	unsigned v;

	for (; hex[2 * n] && hex[2 * n] != ' '; n++) {
		assert_int_equal(sscanf(hex + 2 * n, "%2x", &v), 1);
		buf[n] = (uint8_t)v;
	}
	return str_n((const char *)buf, n);
}

/* "20:0401 3d:0a": code in hex, octets; 00 without octets takes one away */
static inline void put_params(struct isup_msg *m, const char *params)
{
	uint8_t buf[200];

	for (const char *p = params; p && *p;) {
		unsigned code = (unsigned)strtoul(p, NULL, 16);
		struct str v = unhex(strchr(p, ':') + 1, buf);

		if (v.len)
			assert_int_equal(isup_put(m, (enum isup_param_code)code, v), 0);
		else
			isup_del(m, (enum isup_param_code)code);
		p = strchr(p, ' ');
		p = p ? p + 1 : NULL;
	}
}

static inline const char *param(const struct isup_msg *m, unsigned code)
{
	struct str v;

	return isup_get(m, (enum isup_param_code)code, &v) ? hex_of(v) : "none";
}

/* An IAM from +49200 to 200 with these parameters: the INVITE, or the REL. */
static inline void call_from_trunk(const char *params)
{
	const struct isup_nci nci = { 0 };
	const struct isup_fci fci = { .isup_all_the_way = 1 };
	struct isup_msg m = trunk_msg(ISUP_IAM);

	isup_put_nci(&m, &nci);
	isup_put_fci(&m, &fci);
	isup_put_u8(&m, ISUP_P_CPC, 10);
	isup_put_u8(&m, ISUP_P_TMR, 3);
	put_params(&m, "04:03900200 0a:8413940200");
	put_params(&m, params);
	w.invite[0] = '\0';
	w.sent.type = 0;
	trunk_send(&w, &m, 5);
}

static inline void over_from_trunk(void)
{
	trunk_rel(&w, 5, 16);
	w.trace[0] = '\0';
}

struct dial {
	const char *uri, *from, *to, *name, *value, *sdp;
};

static inline void call_from_sip(const struct dial *d)
{
	struct sip_extra extra = { STR(""), STR("") };
	struct sip_invite inv = { .path = 1, .target = w.gw_addr };

	inv.uri = str_of(d->uri ? d->uri : "sip:100@192.0.2.1");
	inv.from = str_of(d->from ? d->from : "<sip:+49200@192.0.2.9>");
	inv.to = str_of(d->to ? d->to : "<sip:someone@192.0.2.1>");
	inv.body.content_type = STR("application/sdp");
	inv.body.octets = str_of(d->sdp ? d->sdp : phone_sdp(&w));
	if (d->name) {
		extra = (struct sip_extra){ str_of(d->name), str_of(d->value) };
		inv.body.extra = &extra;
		inv.body.nr_extra = 1;
	}
	w.sent.type = 0;
	assert_int_equal(sip_call_start(w.phone, w.now, &inv, &w.call), 0);
	world_run(&w);
}

static inline void over_from_sip(void)
{
	if (w.sent.type == ISUP_IAM)
		trunk_rel(&w, w.sent.cic, 16);
	w.trace[0] = '\0';
}

/* A response of the phone with one more header. */
static inline void respond(unsigned status, const char *name, const char *value)
{
	struct sip_extra extra = { str_of(name ? name : ""), str_of(value ? value : "") };
	struct sip_body body = { .extra = &extra, .nr_extra = name ? 1 : 0 };

	if (status == 200) {
		body.content_type = STR("application/sdp");
		body.octets = str_of(phone_sdp(&w));
	}
	if (status < 200)
		sip_call_progress(w.phone, w.now, w.call, status, &body);
	else if (status == 200)
		sip_call_answer(w.phone, w.now, w.call, &body);
	else
		sip_call_reject(w.phone, w.now, w.call, status, &body);
	world_run(&w);
}

#define DATA                                                                        \
	"v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n" \
	"m=audio 40000 RTP/AVP 97\r\na=rtpmap:97 CLEARMODE/8000\r\n"

#endif
