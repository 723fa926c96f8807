/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/extension: option tags and methods; see extension.h. */
#include "sip/extension.h"

#include "sip/session.h"

static bool has_method(const struct sip_features *f, enum sip_method method)
{
	switch (method) {
	case SIP_INVITE:
	case SIP_ACK:
	case SIP_BYE:
	case SIP_CANCEL:
	case SIP_OPTIONS:
		return true;
	case SIP_PRACK:
		return f->rel100 != SIP_REL100_OFF;
	case SIP_UPDATE:
		return f->update;
	case SIP_INFO:
		return f->info;
	default:
		return false;
	}
}

static bool is_spoken(const struct sip_stack *s, enum sip_method method)
{
	if (method == SIP_SUBSCRIBE)
		return s->cfg.max_subscriptions && s->cfg.events.len && !s->cfg.no_events;
	if (method == SIP_NOTIFY)
		return s->cfg.max_subscriptions;
	if (method == SIP_REFER)
		return s->cfg.max_subscriptions && s->cfg.features.refer;
	return has_method(&s->cfg.features, method);
}

bool sip_ext_method(const struct sip_stack *s, enum sip_method method)
{
	return method != SIP_ACK && method != SIP_CANCEL && is_spoken(s, method);
}

struct str sip_allow(const struct sip_stack *s, char *buf)
{
	static const enum sip_method order[] = { SIP_INVITE,  SIP_ACK,	     SIP_BYE,
						 SIP_CANCEL,  SIP_OPTIONS,   SIP_PRACK,
						 SIP_UPDATE,  SIP_INFO,	     SIP_REGISTER,
						 SIP_MESSAGE, SIP_SUBSCRIBE, SIP_NOTIFY,
						 SIP_PUBLISH, SIP_REFER };
	struct sip_build b;

	sip_build_init(&b, buf, SIP_ALLOW_MAX);
	for (unsigned i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		if (!is_spoken(s, order[i]) && !sip_is_asked(s, order[i]))
			continue;
		sip_put_raw(&b, i ? STR(", ") : STR(""));
		sip_put_raw(&b, str_of(sip_method_name(order[i])));
	}
	return str_n(b.buf, b.len);
}

struct str sip_ext_supported(const struct sip_stack *s)
{
	bool rel100 = s->cfg.features.rel100 != SIP_REL100_OFF;

	if (s->cfg.features.replaces)
		return rel100 ? STR("timer, replaces, 100rel") : STR("timer, replaces");
	return rel100 ? STR("timer, 100rel") : STR("timer");
}

static bool is_supported(const struct sip_stack *s, struct str tag)
{
	return str_caseeq(tag, STR("timer")) ||
	       (s->cfg.features.replaces && str_caseeq(tag, STR("replaces"))) ||
	       (s->cfg.features.precondition && str_caseeq(tag, STR("precondition"))) ||
	       (s->cfg.features.rel100 != SIP_REL100_OFF && str_caseeq(tag, STR("100rel")));
}

int sip_ext_unsupported(const struct sip_stack *s, char *buf, size_t size, struct str *value)
{
	struct sip_value_walk w = { 0 };
	bool any = false, known = false;
	struct sip_build b;
	struct str tag;

	sip_build_init(&b, buf, size);
	while (sip_msg_next_value(&s->rx.msg, SIP_HDR_REQUIRE, &w, &tag)) {
		if (is_supported(s, tag)) {
			known = true;
			continue;
		}
		sip_put_raw(&b, any ? STR(", ") : STR(""));
		sip_put_raw(&b, tag);
		any = true;
	}
	*value = str_n(b.buf, b.len);
	return !any ? 0 : known && !b.overflow ? 1 : 2;
}

static void put_rel100(const struct sip_session *ses, struct sip_build *b)
{
	if (ses->features.rel100 == SIP_REL100_REQUIRED)
		sip_build_header(b, SIP_HDR_REQUIRE, STR("100rel"));
	else if (ses->features.rel100 != SIP_REL100_OFF)
		sip_build_header(b, SIP_HDR_SUPPORTED, STR("100rel"));
}

void sip_ext_put_request(const struct sip_session *ses, enum sip_method method, bool first,
			 struct sip_build *b)
{
	if (first)
		put_rel100(ses, b);
	if (first && ses->expires_s)
		sip_build_header_f(b, SIP_HDR_EXPIRES, "%u", ses->expires_s);
	if (method == SIP_INVITE || method == SIP_UPDATE)
		sip_expiry_put_request(ses, b);
}
