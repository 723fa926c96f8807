/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The first octet says which profile, and what the rest is: an ISUP message from the CIC on, or a SIP
 * message. It is made into the other kind and back. What must hold: headers and URIs that are made have
 * nothing in them but printable characters, and all of what is made can be sent.
 */
#include <stdio.h>

#include <trunkgate/sip/multipart.h>

#include "fuzz/fuzz.h"
#include "interwork/backward.h"
#include "interwork/diagnostic.h"
#include "interwork/dialect.h"
#include "interwork/encap.h"
#include "interwork/progress.h"
#include "interwork/release.h"
#include "interwork/setup.h"

static const struct iw_numbering plan = { ISUP_NOA_NATIONAL, "49" };
static const struct iw_hosts hosts = { "there", "here", true };

static void check_text(const char *s)
{
	for (; *s; s++)
		fuzz_check(*s >= ' ' && *s < 0x7f);
}

static void check_iam(const struct isup_msg *iam)
{
	uint8_t buf[ISUP_MAX_OCTETS + 8];

	fuzz_check(iam->type == ISUP_IAM);
	/* a long one may have no room; a built one has all that is mandatory */
	int err = isup_msg_enc(iam, &isup_itu, buf, sizeof(buf), NULL);
	fuzz_check(err > 0 || err == TG_ELIMIT || err == TG_EINVAL);
}

/* What any message after the IAM may carry, both ways. */
static void backward_to_sip(const struct iw_ctx *x, const struct isup_msg *m)
{
	static struct iw_headers h;

	h.nr = h.len = h.lost = 0;
	iw_backward_to_sip(x, m, &plan, "here", "+49301", &h);
	for (unsigned i = 0; i < h.nr; i++)
		check_text(iw_header_value(&h, i));
	fuzz_check(h.lost == 0);
}

static void backward_to_isup(const struct iw_ctx *x, const struct sip_msg *m)
{
	static const uint8_t types[] = { ISUP_ACM, ISUP_CPG, ISUP_ANM, ISUP_REL };
	uint8_t buf[ISUP_MAX_OCTETS + 8];
	const struct isup_cause c = { .value = 16 };
	const struct isup_bci bci = { 0 };
	const struct isup_event e = { 6 };

	for (unsigned i = 0; i < sizeof(types); i++) {
		struct isup_msg out;

		isup_msg_init(&out, types[i], 0);
		if (types[i] == ISUP_ACM)
			isup_put_bci(&out, &bci);
		else if (types[i] == ISUP_CPG)
			isup_put_event(&out, &e);
		else if (types[i] == ISUP_REL)
			isup_put_cause(&out, &c);
		iw_backward_to_isup(x, m, &plan, &out);
		fuzz_check(isup_msg_enc(&out, &isup_itu, buf, sizeof(buf), NULL) > 0);
	}
}

/* From a trunk as it has its IAMs to one that has them in another way. */
static void dialects(const struct iw_ctx *x, const struct isup_msg *iam, unsigned choice)
{
	const struct iw_dialect from = { (uint8_t)(choice % IW_NR_CALLER_NAMES),
					 (uint8_t)(choice / 4 % IW_NR_PORTED),
					 (uint8_t)(1 + choice / 16 % IW_ROUTING_DIGITS_MAX),
					 choice & 1 };
	const struct iw_dialect to = { (uint8_t)(choice / 16 % IW_NR_CALLER_NAMES),
				       (uint8_t)(choice / 64 % IW_NR_PORTED),
				       (uint8_t)(1 + choice % IW_ROUTING_DIGITS_MAX),
				       choice >> 1 & 1 };
	struct isup_msg m = *iam;

	iw_dialect_rx(x, &from, &m);
	check_iam(&m);
	iw_dialect_tx(x, &to, choice & 4 ? &isup_itu : &isup_ansi95, choice & 8, &m);
	check_iam(&m);
}

static void from_isup(const struct iw_ctx *x, struct str octets)
{
	static struct iw_invite_out out;
	struct iw_release end;
	struct iw_encap e;
	struct isup_msg m;

	if (isup_msg_dec(&m, &isup_itu, octets, NULL) < 0)
		return;
	if (m.type == ISUP_REL) {
		char words[IW_DIAGNOSTIC_MAX];
		struct isup_cause c;

		if (isup_get_cause(&m, &c) == 0)
			check_text(iw_diagnostic_print(&c, words));
		iw_rel_to_sip(x, &m, &plan, "here", &end);
		fuzz_check(end.status >= 300 && end.status <= 699);
		check_text(end.reason);
		check_text(end.contact);
	}
	iw_progress_status(x, &m);
	backward_to_sip(x, &m);
	iw_encap(x, &m, true, STR("v=0\r\n"), NULL, &e);
	if (m.type == ISUP_IAM)
		dialects(x, &m, (unsigned)octets.len + (uint8_t)octets.p[octets.len - 1] * 3u);
	if (m.type != ISUP_IAM || iw_iam_to_invite(x, &m, &plan, &hosts, &out) < 0)
		return;
	check_text(out.uri);
	check_text(out.from);
	check_text(out.to);
	for (unsigned i = 0; i < out.headers.nr; i++)
		check_text(iw_header_value(&out.headers, i));
	fuzz_check(out.headers.lost == 0);
}

/* RFC 6442: from one message to another. */
static void location(const struct iw_ctx *x, const struct sip_msg *m)
{
	static struct iw_location where;
	static struct iw_headers h;
	static struct iw_encap e;
	const struct isup_msg nothing = { 0 };

	h.nr = h.len = h.lost = 0;
	if (!iw_location_take(x, m, &where))
		return;
	fuzz_check(iw_location_to_sip(x, &where, &h));
	for (unsigned i = 0; i < h.nr; i++)
		check_text(iw_header_value(&h, i));
	fuzz_check(h.lost == 0 && h.nr > 0);
	if (where.len)
		fuzz_check(iw_encap(x, &nothing, true, STR("v=0\r\n"), &where, &e) != 0);
}

static void from_sip(const struct iw_ctx *x, struct str octets)
{
	static struct sip_msg m;
	struct isup_msg iam, rel, in_body;
	struct iw_invite_in in = { .msg = &m, .trusted = true };

	if (sip_msg_parse(&m, octets, NULL) < 0)
		return;
	backward_to_isup(x, &m);
	location(x, &m);
	if (!m.is_request) {
		if (m.status >= 300)
			iw_response_to_rel(x, m.status, &m, false, &rel, NULL);
		return;
	}
	iw_request_to_rel(x, &m, &rel, NULL);
	if (iw_invite_to_iam(x, &in, &plan, &iam, NULL) < 0)
		return;
	check_iam(&iam);
	dialects(x, &iam, (unsigned)octets.len);
	if (iw_decap(x, &m, &in_body, NULL) > 0 && iw_merge_iam(x, &in_body, &iam) == 0)
		check_iam(&iam);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct iw_explain explain;
	struct iw_profile p = { 0 };
	struct iw_ctx x = { &p, &explain, 0 };

	if (size < 2 || size > 8000)
		return 0;
	explain.nr = explain.lost = 0;
	p.base = (uint8_t)((data[0] & 0x7f) % IW_NR_BASES);
	iw_profile_set(&p, IW_TABLE_MAP, IW_MAP_GEOLOCATION, 1);
	if (data[0] & 0x80)
		from_isup(&x, str_n(data + 1, size - 1));
	else
		from_sip(&x, str_n(data + 1, size - 1));
	return 0;
}
