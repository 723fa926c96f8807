/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The first octet picks a header, the rest is a value of it. What must hold: all views lie inside the
 * value, a fault has a text and a place, and a value that parses does so again and to the same when
 * it is written into a message.
 */
#include <trunkgate/sip/headers.h>

#include "fuzz/fuzz.h"

#define HEAD                                                                                \
	"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h;branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=1\r\n" \
	"To: <sip:a@b>;tag=2\r\nCall-ID: x@y\r\nCSeq: 1 INVITE\r\n"

static void inside(struct str part, struct str whole)
{
	fuzz_check(part.len == 0 ||
		   (part.p >= whole.p && part.p + part.len <= whole.p + whole.len));
}

static void check_auth(const struct sip_auth *a, struct str text)
{
	const struct str all[] = { a->scheme,	     a->params, a->realm,    a->nonce,
				   a->opaque,	     a->domain, a->username, a->uri,
				   a->response,	     a->cnonce, a->rspauth,  a->nextnonce,
				   a->algorithm_name };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		inside(all[i], text);
}

static void check_views(const struct sip_value *v)
{
	struct str t = v->text;

	switch (v->kind) {
	case SIP_VALUE_AUTH:
	case SIP_VALUE_AUTH_INFO:
		check_auth(&v->auth, t);
		break;
	case SIP_VALUE_CONTACT:
		fuzz_check(v->contact.q_milli <= 1000);
		inside(v->contact.address.uri.text, t);
		inside(v->contact.instance, t);
		break;
	case SIP_VALUE_DIVERSION:
		inside(v->diversion.address.params, t);
		inside(v->diversion.reason, t);
		break;
	case SIP_VALUE_HISTORY:
		inside(v->history.index, t);
		inside(v->history.target_index, t);
		break;
	case SIP_VALUE_IDENTITY:
		fuzz_check(v->identity.digest.len && v->identity.info.len);
		inside(v->identity.info, t);
		inside(v->identity.ppt, t);
		break;
	case SIP_VALUE_MEDIA:
		fuzz_check(v->media.type.len && v->media.subtype.len && v->media.q_milli <= 1000);
		inside(v->media.boundary, t);
		inside(v->media.params, t);
		break;
	case SIP_VALUE_REPLACES:
		fuzz_check(v->replaces.to_tag.len && v->replaces.from_tag.len);
		inside(v->replaces.call_id, t);
		break;
	case SIP_VALUE_RETRY_AFTER:
		inside(v->retry_after.comment, t);
		break;
	case SIP_VALUE_REASON:
		inside(v->reason.text, t);
		break;
	case SIP_VALUE_USER_TO_USER:
		inside(v->user_to_user.data, t);
		inside(v->user_to_user.encoding, t);
		break;
	case SIP_VALUE_WARNING:
		inside(v->warning.text, t);
		break;
	default:
		break;
	}
}

/* Values cut apart and then read, and read one behind the other, are the same, up to a bad one. Not
 * those of In-Reply-To, where a '"' quotes nothing (RFC 3261 25.1, word): cutting knows no headers. */
static void check_both_ways(const struct sip_msg *m, enum sip_hdr id)
{
	const struct sip_header *h = &m->header[m->nr_headers - 2];
	struct sip_value_walk w = { .line = m->nr_headers - 2 };
	struct sip_value v, cut;
	struct str one;
	size_t at = 0;

	if (id == SIP_HDR_IN_REPLY_TO)
		return;
	while (sip_msg_next_value(m, id, &w, &one)) {
		int r = sip_value_parse(&cut, id, one, NULL);

		if (r == 0 && cut.kind == SIP_VALUE_CONTACT && cut.contact.address.star)
			return; /* which only the whole line can be (RFC 3261 20.10) */
		fuzz_check((sip_header_next(h, &at, &v, NULL) > 0) == (r == 0));
		if (r < 0)
			return;
		fuzz_check(str_eq(str_trim(v.text), one) && v.kind == cut.kind);
	}
	fuzz_check(sip_header_next(h, &at, &v, NULL) == 0);
}

/* In a message, where it may turn out to be several values. */
static void check_in_message(enum sip_hdr id, struct str value)
{
	static char buf[SIP_MAX_MESSAGE];
	static struct sip_msg m;
	struct sip_value_walk w = { 0 };
	struct sip_build b;
	struct sip_value v;
	struct str out, one;

	sip_build_init(&b, buf, sizeof(buf));
	memcpy(buf, HEAD, sizeof(HEAD) - 1);
	b.len = sizeof(HEAD) - 1;
	sip_build_header(&b, id, value);
	sip_build_other(&b, STR("X-Z"), STR(""));
	if (sip_build_done(&b, &out) < 0 || b.len + 2 > sizeof(buf))
		return;
	memcpy(buf + out.len, "\r\n", 2);
	if (sip_msg_parse(&m, str_n(buf, out.len + 2), NULL) < 0)
		return;
	while (sip_msg_next_value(&m, id, &w, &one)) {
		inside(one, m.octets);
		if (sip_value_parse(&v, id, one, NULL) == 0)
			check_views(&v);
	}
	check_both_ways(&m, id);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tg_diag d = TG_DIAG_NONE;
	struct sip_value v;
	struct str value;
	enum sip_hdr id;

	if (size < 1 || size > SIP_MAX_MESSAGE / 2)
		return 0;
	id = (enum sip_hdr)(data[0] % SIP_NR_HDRS);
	value = str_n(data + 1, size - 1);
	if (sip_value_parse(&v, id, value, &d) < 0)
		fuzz_check(d.text[0] && d.offset <= value.len);
	else
		check_views(&v);
	check_in_message(id, value);
	return 0;
}
