/* SPDX-License-Identifier: GPL-3.0-or-later */
/* qos: RFC 3312 4 to 6. */
#include <string.h>

#include "sdp/qos.h"

static const char *const segments[SDP_QOS_NR_SEGMENTS] = { "e2e", "local", "remote" };
static const char *const directions[] = { "none", "send", "recv", "sendrecv" };
static const char *const strengths[] = { "none", "optional", "mandatory" };

static int find(const char *const *words, unsigned nr, struct str word)
{
	for (unsigned i = 0; i < nr; i++)
		if (str_eq(word, str_of(words[i])))
			return (int)i;
	return -1;
}

static struct str word(struct str *v)
{
	struct str w;

	*v = str_split(str_trim(*v), ' ', &w);
	return w;
}

static void desired(struct sdp_qos *q, int strength, int segment, int dirs)
{
	for (int d = 0; d < 2; d++)
		if (dirs & 1 << d)
			q->strength[segment][d] = (uint8_t)strength;
}

void sdp_qos_line(struct sdp_qos *q, struct str name, struct str value)
{
	bool is_des = str_eq(name, STR("des")), is_conf = str_eq(name, STR("conf"));
	int strength = 0, segment, dirs;
	bool known;

	if (!is_des && !is_conf && !str_eq(name, STR("curr")))
		return;
	known = str_eq(word(&value), STR("qos"));
	if (is_des)
		strength = find(strengths, 3, word(&value));
	segment = find(segments, SDP_QOS_NR_SEGMENTS, word(&value));
	dirs = find(directions, 4, word(&value));
	if (is_des && !known) /* another type of precondition */
		q->unknown |= strength == SDP_QOS_MANDATORY;
	if (!known || strength < 0 || segment < 0 || dirs < 0)
		return;
	q->used |= (uint8_t)(1 << segment);
	if (is_des)
		desired(q, strength, segment, dirs);
	else
		(is_conf ? q->confirm : q->current)[segment] = (uint8_t)dirs;
}

static void line(struct wr *w, const char *name, const char *strength, int segment, unsigned dirs)
{
	wr_z(w, "a=");
	wr_z(w, name);
	wr_z(w, ":qos ");
	if (strength) {
		wr_z(w, strength);
		wr_z(w, " ");
	}
	wr_z(w, segments[segment]);
	wr_z(w, " ");
	wr_z(w, directions[dirs]);
	wr_z(w, "\r\n");
}

/* 5.1.1: one line when both directions are the same. */
void sdp_qos_print(struct wr *w, const struct sdp_qos *q)
{
	for (int s = 0; s < SDP_QOS_NR_SEGMENTS; s++)
		if (q->used & 1 << s)
			line(w, "curr", NULL, s, q->current[s]);
	for (int s = 0; s < SDP_QOS_NR_SEGMENTS; s++) {
		const uint8_t *x = q->strength[s];

		if (!(q->used & 1 << s))
			continue;
		if (x[0] == x[1]) {
			line(w, "des", strengths[x[0]], s, SDP_QOS_SEND | SDP_QOS_RECV);
			continue;
		}
		line(w, "des", strengths[x[0]], s, SDP_QOS_SEND);
		line(w, "des", strengths[x[1]], s, SDP_QOS_RECV);
	}
	for (int s = 0; s < SDP_QOS_NR_SEGMENTS; s++)
		if (q->used & 1 << s && q->confirm[s])
			line(w, "conf", NULL, s, q->confirm[s]);
}

static uint8_t swap(uint8_t dirs)
{
	return (uint8_t)((dirs & SDP_QOS_SEND) << 1 | (dirs & SDP_QOS_RECV) >> 1);
}

/* What is local there is remote here, and what they send we receive. */
static struct sdp_qos reverse(const struct sdp_qos *q)
{
	static const uint8_t from[SDP_QOS_NR_SEGMENTS] = { SDP_QOS_E2E, SDP_QOS_REMOTE,
							   SDP_QOS_LOCAL };
	struct sdp_qos r = { .unknown = q->unknown };

	for (int s = 0; s < SDP_QOS_NR_SEGMENTS; s++) {
		r.used |= (uint8_t)(q->used & 1 << from[s] ? 1 << s : 0);
		r.current[s] = swap(q->current[from[s]]);
		r.strength[s][0] = q->strength[from[s]][1];
		r.strength[s][1] = q->strength[from[s]][0];
	}
	return r;
}

static unsigned missing(const struct sdp_qos *q, int s)
{
	unsigned m = 0;

	for (unsigned d = 0; d < 2; d++)
		if (q->strength[s][d] == SDP_QOS_MANDATORY && !(q->current[s] & 1 << d))
			m |= 1u << d;
	return m;
}

bool sdp_qos_is_met(const struct sdp_qos *q)
{
	for (int s = 0; s < SDP_QOS_NR_SEGMENTS; s++)
		if (missing(q, s))
			return false;
	return !q->unknown;
}

void sdp_qos_answer(const struct sdp_qos *offer, struct sdp_qos *out)
{
	*out = reverse(offer);
	if (!out->used)
		return;
	if (out->used & ~(1 << SDP_QOS_E2E)) {
		out->used |= 1 << SDP_QOS_LOCAL | 1 << SDP_QOS_REMOTE;
		out->current[SDP_QOS_LOCAL] = SDP_QOS_SEND | SDP_QOS_RECV;
	}
	out->confirm[SDP_QOS_E2E] = (uint8_t)missing(out, SDP_QOS_E2E);
	out->confirm[SDP_QOS_REMOTE] = (uint8_t)missing(out, SDP_QOS_REMOTE);
}
