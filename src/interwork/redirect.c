/* SPDX-License-Identifier: GPL-3.0-or-later */
/* redirect: who the call was for before. */
#include <stdio.h>
#include <stdlib.h>

#include <trunkgate/sip/headers.h>

#include "interwork/redirect.h"
#include "isup/params.h"

#define MAX_COUNTER	   5 /* Q.763 3.45 */
#define DIVERTED	   3
#define DIVERTED_ALL_RESTR 4
#define RESTRICTED	   1 /* Q.763 3.44: presentation */

/* Q.763 3.45, by the code of the reason; RFC 5806 9.1, RFC 4458 2. The last row that has a word or a
 * cause is the one that comes back for it. */
static const struct {
	const char *diversion;
	uint16_t cause;
} reasons[] = {
	{ "unknown", 404 },	  { "user-busy", 486 },	 { "no-answer", 408 },
	{ "unconditional", 302 }, { "deflection", 487 }, { "deflection", 480 },
	{ "unavailable", 503 },
};
#define NR_REASONS (sizeof(reasons) / sizeof(reasons[0]))

struct entry {
	bool known; /* it has a number */
	struct isup_number number;
	uint8_t reason;
	bool restricted;
	unsigned counter;
};

/* To SIP. ------------------------------------------------------------------------------------- */
/* What the IAM says: the number that redirected last, the first one, and how often. */
struct story {
	struct entry last, first;
	unsigned counter;
};

static struct entry read_entry(const struct isup_msg *iam, enum isup_param_code code,
			       uint8_t reason)
{
	struct entry e = { .reason = reason < NR_REASONS ? reason : 0 };

	e.known = isup_get_number(iam, code, &e.number) == 0 && e.number.digits[0];
	e.restricted = e.known && e.number.apri != 0;
	return e;
}

static bool read_story(const struct isup_msg *iam, struct story *s)
{
	struct isup_redirection r = { .counter = 1 };

	isup_get_value(iam, &isup_itu, ISUP_P_REDIRECTION_INFORMATION, &r, sizeof(r));
	s->last = read_entry(iam, ISUP_P_REDIRECTING_NUMBER, r.reason);
	s->first = read_entry(iam, ISUP_P_ORIGINAL_CALLED_NUMBER, r.original_reason);
	s->counter = r.counter ? r.counter : 1;
	if (s->first.known && s->counter == 1 && s->last.known)
		s->first.known = false; /* one redirection: it is the same number */
	return s->last.known;
}

static void add_diversion(const struct entry *e, const struct iw_numbering *plan, const char *host,
			  unsigned counter, struct iw_headers *h)
{
	char text[IW_NUMBER_TEXT_MAX];

	iw_header_add(h, "Diversion", "<sip:%s@%s;user=phone>;reason=%s;privacy=%s;counter=%u",
		      iw_number_text(&e->number, plan, text), host, reasons[e->reason].diversion,
		      e->restricted ? "full" : "off", counter);
}

static void put_diversion(const struct story *s, const struct iw_numbering *plan, const char *host,
			  struct iw_headers *h)
{
	add_diversion(&s->last, plan, host, s->first.known ? s->counter - 1 : s->counter, h);
	if (s->first.known)
		add_diversion(&s->first, plan, host, 1, h);
}

/* An index of this depth: "1.1.1". Numbers between the first and the last are not known: the depth
 * says how many there were. */
static void print_index(char *buf, size_t size, unsigned depth)
{
	size_t len = 0;

	buf[0] = '\0';
	for (unsigned i = 0; i < depth && len < size; i++)
		len += (size_t)snprintf(buf + len, size - len, "%s1", i ? "." : "");
}

/* `reason` 0xff: nobody redirected to it. The URI has the cause why it was reached (RFC 4458 2). */
static void add_history(const char *number, const char *host, uint8_t reason, bool restricted,
			unsigned depth, struct iw_headers *h)
{
	char index[24], cause[16] = "", mp[32] = "";

	print_index(index, sizeof(index), depth - 1);
	if (reason < NR_REASONS)
		snprintf(cause, sizeof(cause), ";cause=%u", reasons[reason].cause);
	if (reason < NR_REASONS)
		snprintf(mp, sizeof(mp), ";mp=%s", index);
	print_index(index, sizeof(index), depth);
	iw_header_add(h, "History-Info", "<sip:%s@%s;user=phone%s%s>;index=%s%s", number, host,
		      cause, restricted ? "?Privacy=history" : "", index, mp);
}

static void put_history(const struct story *s, const struct iw_numbering *plan, const char *host,
			const char *called, struct iw_headers *h)
{
	char text[IW_NUMBER_TEXT_MAX];

	if (s->first.known)
		add_history(iw_number_text(&s->first.number, plan, text), host, 0xff,
			    s->first.restricted, 1, h);
	add_history(iw_number_text(&s->last.number, plan, text), host,
		    s->first.known ? s->first.reason : 0xff, s->last.restricted,
		    s->first.known ? s->counter : 1, h);
	add_history(called, host, s->last.reason, false, s->first.known ? s->counter + 1 : 2, h);
}

void iw_redirect_to_sip(const struct iw_ctx *x, const struct isup_msg *iam,
			const struct iw_numbering *plan, const char *host, const char *called,
			struct iw_headers *h)
{
	struct story s;

	if (!read_story(iam, &s))
		return;
	if (iw_profile_rule(iw_profile_of(x), IW_RULE_REDIRECT_MAX) < 2)
		s.first.known = false;
	if (iw_mapped(x, IW_MAP_DIVERSION, s.last.number.digits, "Diversion"))
		put_diversion(&s, plan, host, h);
	if (iw_mapped(x, IW_MAP_HISTORY_INFO, s.last.number.digits, "History-Info"))
		put_history(&s, plan, host, called, h);
}

/* To ISUP. ------------------------------------------------------------------------------------ */
static void take_number(struct entry *e, const struct sip_uri *u, const struct iw_numbering *plan)
{
	e->known = iw_number_of_uri(u, plan, &e->number, NULL) == 0;
	e->number.apri = e->restricted ? RESTRICTED : 0;
}

static uint8_t reason_of_word(struct str word)
{
	uint8_t reason = 0;

	for (uint8_t i = 0; i < NR_REASONS; i++)
		if (str_caseeq(word, str_of(reasons[i].diversion)))
			reason = i;
	return reason;
}

/* Topmost is last. */
static bool read_diversion(const struct sip_msg *m, const struct iw_numbering *plan,
			   struct story *s)
{
	struct sip_value_walk w = { 0 };
	struct sip_value v;
	struct str text;
	unsigned nr = 0;

	while (sip_msg_next_value(m, SIP_HDR_DIVERSION, &w, &text)) {
		struct entry e = { 0 };

		if (sip_value_parse(&v, SIP_HDR_DIVERSION, text, NULL) < 0)
			continue;
		e.reason = reason_of_word(v.diversion.reason);
		e.restricted = v.diversion.privacy.len &&
			       !str_caseeq(v.diversion.privacy, STR("off"));
		take_number(&e, &v.diversion.address.uri, plan);
		e.counter = v.diversion.has_counter ? v.diversion.counter : 1;
		s->counter += e.counter > MAX_COUNTER ? MAX_COUNTER : e.counter;
		if (!nr++)
			s->last = e;
		else
			s->first = e;
	}
	return nr > 0;
}

static uint8_t reason_of_cause(const struct sip_uri *u)
{
	struct str value;
	uint32_t cause;

	if (!sip_uri_param(u, STR("cause"), &value) || !str_to_u32(value, &cause))
		return 0xff;
	for (uint8_t i = 0; i < NR_REASONS; i++)
		if (reasons[i].cause == cause)
			return i;
	return 0;
}

static bool history_is_restricted(const struct sip_uri *u)
{
	char buf[40];
	struct str value;

	return sip_uri_header(u, STR("Privacy"), buf, sizeof(buf), &value) == 0 &&
	       !str_caseeq(value, STR("none"));
}

static unsigned depth_of(struct str index)
{
	unsigned depth = index.len > 0;

	for (size_t i = 0; i < index.len; i++)
		depth += index.p[i] == '.';
	return depth;
}

/* Entries are in the order in which the targets were tried: one that has a cause was redirected to by
 * the one before. */
static bool read_history(const struct sip_msg *m, const struct iw_numbering *plan, struct story *s)
{
	struct sip_value_walk w = { 0 };
	struct entry before = { 0 };
	struct sip_value v;
	struct str text;
	unsigned nr = 0, entries = 0;

	while (sip_msg_next_value(m, SIP_HDR_HISTORY_INFO, &w, &text)) {
		struct entry e = { 0 };
		uint8_t reason;

		if (sip_value_parse(&v, SIP_HDR_HISTORY_INFO, text, NULL) < 0)
			continue;
		e.restricted = history_is_restricted(&v.history.address.uri);
		take_number(&e, &v.history.address.uri, plan);
		reason = reason_of_cause(&v.history.address.uri);
		if (entries++ && reason != 0xff) {
			before.reason = reason;
			if (!nr++)
				s->first = before;
			s->last = before;
			s->counter = depth_of(v.history.index) > 1 ? depth_of(v.history.index) - 1
								   : nr;
		}
		before = e;
	}
	if (nr == 1)
		s->first = (struct entry){ 0 };
	return nr > 0;
}

static int put_entry(struct isup_msg *iam, enum isup_param_code code, const struct entry *e)
{
	return e->known ? isup_put_number(iam, code, &e->number) : 0;
}

/* RFC 5806 9.2.4. With one entry it is the original called number, too (Q.732.2). */
static int put_story(struct isup_msg *iam, struct story *s)
{
	struct isup_redirection r;
	int err;

	if (!s->first.known)
		s->first = s->last;
	r = (struct isup_redirection){
		.indicator = s->last.restricted ? DIVERTED_ALL_RESTR : DIVERTED,
		.original_reason = s->first.reason,
		.counter = (uint8_t)(s->counter < 1		? 1
				     : s->counter > MAX_COUNTER ? MAX_COUNTER
								: s->counter),
		.reason = s->last.reason,
	};
	err = isup_put_value(iam, &isup_itu, ISUP_P_REDIRECTION_INFORMATION, &r, sizeof(r));
	if (!err)
		err = put_entry(iam, ISUP_P_REDIRECTING_NUMBER, &s->last);
	return err < 0 ? err : put_entry(iam, ISUP_P_ORIGINAL_CALLED_NUMBER, &s->first);
}

int iw_redirect_to_isup(const struct iw_ctx *x, const struct sip_msg *invite,
			const struct iw_numbering *plan, struct isup_msg *iam)
{
	struct story s = { 0 };

	if (read_history(invite, plan, &s) &&
	    iw_mapped(x, IW_MAP_HISTORY_INFO, "History-Info", s.last.number.digits))
		return put_story(iam, &s);
	s = (struct story){ 0 };
	if (read_diversion(invite, plan, &s) &&
	    iw_mapped(x, IW_MAP_DIVERSION, "Diversion", s.last.number.digits))
		return put_story(iam, &s);
	return 0;
}

int iw_redirect_again(struct isup_msg *iam, uint8_t reason)
{
	struct story s = { 0 };
	struct isup_redirection r;
	size_t len;

	if (isup_get_value(iam, &isup_itu, ISUP_P_REDIRECTION_INFORMATION, &r, sizeof(r)) == 0) {
		read_story(iam, &s);
		s.counter = r.counter ? r.counter : 1;
		if (!s.first.known)
			s.first = s.last;
	}
	if (s.counter >= MAX_COUNTER)
		return TG_ELIMIT;
	s.counter++;
	s.last = read_entry(iam, ISUP_P_CALLED_NUMBER, reason);
	if (!s.last.known)
		return TG_ENOENT;
	len = strlen(s.last.number.digits);
	if (s.last.number.digits[len - 1] == 'F') /* ST */
		s.last.number.digits[len - 1] = '\0';
	s.last.number.inn = 0;
	return put_story(iam, &s);
}

/* Backward. ----------------------------------------------------------------------------------- */
enum { EVENT_BUSY = 4, EVENT_NO_REPLY = 5, EVENT_FORWARDED = 6 }; /* Q.763 3.21 */
#define REASON_BUSY	     1
#define REASON_NO_REPLY	     2
#define REASON_UNCONDITIONAL 3
#define WITH_NUMBER	     2 /* Q.763 3.6: presentation allowed with redirection number */
#define NOT_ALLOWED	     1 /* Q.763 3.47 */
#define INN_NOT_ALLOWED	     1 /* Q.763 3.9 */

/* Q.763 3.6 has it in bits D to G; else the event says it. */
static uint8_t reason_of(const struct isup_msg *m)
{
	static const uint8_t reasons_of_event[] = { [EVENT_BUSY] = REASON_BUSY,
						    [EVENT_NO_REPLY] = REASON_NO_REPLY,
						    [EVENT_FORWARDED] = REASON_UNCONDITIONAL };
	struct isup_event e = { 0 };
	uint8_t v;

	if (isup_get_u8(m, ISUP_P_CALL_DIVERSION, &v) == 0 && (v >> 3 & 15) < NR_REASONS)
		return v >> 3 & 15;
	isup_get_event(m, &e);
	return e.event < sizeof(reasons_of_event) ? reasons_of_event[e.event] : 0;
}

void iw_diverted_to_sip(const struct iw_ctx *x, const struct isup_msg *m,
			const struct iw_numbering *plan, const char *host, const char *called,
			struct iw_headers *h)
{
	char text[IW_NUMBER_TEXT_MAX];
	struct isup_number n;
	uint8_t restricted = 0;

	if (isup_get_number(m, ISUP_P_REDIRECTION_NUMBER, &n) < 0 ||
	    !iw_number_text(&n, plan, text)[0] ||
	    !iw_mapped(x, IW_MAP_DIVERTED, n.digits, "History-Info"))
		return;
	isup_get_u8(m, ISUP_P_REDIRECTION_RESTRICTION, &restricted);
	add_history(called, host, 0xff, false, 1, h);
	add_history(text, host, reason_of(m), (restricted & 3) == NOT_ALLOWED, 2, h);
}

/* A CPG says by its event what the reason is; RFC 3398 8.2.3 has the unconditional one for all. */
static void put_diversion_event(struct isup_msg *m, uint8_t reason)
{
	struct isup_event e;

	if (isup_get_event(m, &e) < 0 || e.event != EVENT_FORWARDED)
		return;
	if (reason == REASON_BUSY || reason == REASON_NO_REPLY) {
		e.event = reason == REASON_BUSY ? EVENT_BUSY : EVENT_NO_REPLY;
		isup_put_event(m, &e);
	}
}

void iw_diverted_to_isup(const struct iw_ctx *x, const struct sip_msg *response,
			 const struct iw_numbering *plan, struct isup_msg *m)
{
	struct sip_value_walk w = { 0 };
	struct entry last = { 0 };
	struct sip_value v;
	struct str text;

	while (sip_msg_next_value(response, SIP_HDR_HISTORY_INFO, &w, &text)) {
		uint8_t reason;

		if (sip_value_parse(&v, SIP_HDR_HISTORY_INFO, text, NULL) < 0)
			continue;
		reason = reason_of_cause(&v.history.address.uri);
		if (reason == 0xff)
			continue;
		last = (struct entry){ .reason = reason,
				       .restricted =
					       history_is_restricted(&v.history.address.uri) };
		take_number(&last, &v.history.address.uri, plan);
	}
	if (!last.known || !iw_mapped(x, IW_MAP_DIVERTED, "History-Info", last.number.digits))
		return;
	last.number.apri = 0;
	last.number.inn = INN_NOT_ALLOWED;
	isup_put_number(m, ISUP_P_REDIRECTION_NUMBER, &last.number);
	isup_put_u8(m, ISUP_P_CALL_DIVERSION, (uint8_t)(WITH_NUMBER | last.reason << 3));
	if (last.restricted)
		isup_put_u8(m, ISUP_P_REDIRECTION_RESTRICTION, NOT_ALLOWED);
	put_diversion_event(m, last.reason);
}
