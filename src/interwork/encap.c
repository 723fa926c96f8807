/* SPDX-License-Identifier: GPL-3.0-or-later */
/* encap: ISUP in SIP and out of it. */
#include <stdio.h>
#include <string.h>

#include <trunkgate/sip/multipart.h>

#include "interwork/encap.h"
#include "interwork/identity.h"
#include "isup/params.h"
#include "isup/variant.h"

#define CIC_OCTETS 2
#define Q	   "Q.1912.5 profile C"
#define RFC                               \
	{                                 \
		"RFC 3398 7.2.1.1", false \
	}

const struct iw_precedence_row iw_precedence_rows[] = {
	{ ISUP_P_CALLED_NUMBER, IW_WINS_HEADER, RFC },
	{ ISUP_P_CALLING_NUMBER, IW_WINS_HEADER, RFC },
	{ ISUP_P_GENERIC_NUMBER, IW_WINS_HEADER, { Q, true } },
	{ ISUP_P_HOP_COUNTER, IW_WINS_HEADER, { Q, true } },
	{ ISUP_P_REDIRECTING_NUMBER, IW_WINS_HEADER, RFC },
	{ ISUP_P_REDIRECTION_INFORMATION, IW_WINS_HEADER, RFC },
	{ ISUP_P_USER_TO_USER_INFORMATION, IW_WINS_HEADER, { "RFC 7434 4", false } },
	{ ISUP_P_TRANSIT_NETWORK, IW_WINS_HEADER, RFC },
	{ ISUP_P_NCI, IW_WINS_HERE, { Q ", Q.764 2.1.8", true } },
	{ ISUP_P_PROPAGATION_DELAY, IW_WINS_HERE, { Q, true } }, /* rule propagation-delay */
};
const size_t iw_nr_precedence_rows = sizeof(iw_precedence_rows) / sizeof(iw_precedence_rows[0]);

/* RFC 3204 3.1, by the values of IW_RULE_ISUP_VERSION. */
static const struct {
	const char *word;
	const struct isup_variant *variant;
} versions[] = {
	{ "itu-t92+", &isup_itu },  { "itu-t88", &isup_itu },	{ "ansi88", &isup_ansi95 },
	{ "ansi00", &isup_ansi95 }, { "etsi121", &isup_etsi3 }, { "etsi356", &isup_etsi3 },
};

static const struct isup_variant *variant_of(struct str word)
{
	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++)
		if (str_caseeq(word, str_of(versions[i].word)))
			return versions[i].variant;
	return NULL;
}

/* Out. ---------------------------------------------------------------------------------------- */
static const char *disposition(const struct iw_ctx *x, bool invite)
{
	bool required = invite && iw_profile_rule(iw_profile_of(x), IW_RULE_ISUP_HANDLING);

	return required ? "signal;handling=required" : "signal;handling=optional";
}

struct parts {
	struct str sdp, isup;
	const char *type, *disposition; /* of the ISUP */
	const struct iw_location *where;
};

/* Another boundary when a part holds it. */
static int put_parts(const struct parts *p, struct iw_encap *out)
{
	char boundary[16];
	int err = TG_EINVAL;

	for (unsigned i = 0; i < 10 && err == TG_EINVAL; i++) {
		struct sip_multipart m;

		snprintf(boundary, sizeof(boundary), "tg-part-%u", i);
		sip_multipart_init(&m, out->text, sizeof(out->text), str_of(boundary));
		if (p->sdp.len)
			sip_multipart_add(&m, STR("application/sdp"), STR(""), p->sdp);
		if (p->isup.len)
			sip_multipart_add(&m, str_of(p->type), str_of(p->disposition), p->isup);
		if (p->where)
			sip_multipart_add_id(&m, STR("application/pidf+xml"), str_of(p->where->id),
					     str_n(p->where->body, p->where->len));
		err = sip_multipart_done(&m, STR("mixed"), &out->content_type, &out->body);
	}
	return err < 0 ? err : 1;
}

/* Empty: the profile has none, or it is none of this variant: the headers say what they can. */
static struct str isup_of(const struct iw_ctx *x, const struct isup_msg *m, uint8_t *octets,
			  size_t size, char *type, size_t type_size)
{
	const struct iw_profile *p = iw_profile_of(x);
	unsigned version = iw_profile_rule(p, IW_RULE_ISUP_VERSION);
	int len;

	if (!iw_profile_rule(p, IW_RULE_ENCAPSULATION))
		return STR("");
	len = isup_msg_enc(m, versions[version].variant, octets, size, NULL);
	if (len <= CIC_OCTETS)
		return STR("");
	snprintf(type, type_size, "application/isup;version=%s", versions[version].word);
	iw_explain(x, "encapsulation",
		   iw_profile_find(p, IW_TABLE_RULE, IW_RULE_ENCAPSULATION).source, "message",
		   "body of application/isup, type %u", m->type);
	return str_n((const char *)octets + CIC_OCTETS, (size_t)len - CIC_OCTETS);
}

int iw_encap(const struct iw_ctx *x, const struct isup_msg *m, bool invite, struct str sdp,
	     const struct iw_location *where, struct iw_encap *out)
{
	uint8_t octets[ISUP_MAX_OCTETS + 8];
	struct str isup = isup_of(x, m, octets, sizeof(octets), out->type, sizeof(out->type));
	const struct parts p = { sdp, isup, out->type, disposition(x, invite),
				 where && where->len ? where : NULL };

	out->disposition = NULL;
	if (!isup.len && !p.where)
		return 0;
	if (sdp.len || p.where)
		return put_parts(&p, out);
	memcpy(out->text, isup.p, isup.len);
	out->body = str_n(out->text, isup.len);
	out->content_type = str_of(out->type);
	out->disposition = p.disposition;
	return 1;
}

/* In. ----------------------------------------------------------------------------------------- */
static int dec(const struct sip_part *part, struct isup_msg *out, struct tg_diag *diag)
{
	const struct isup_variant *v = variant_of(part->media.version);
	char octets[ISUP_MAX_OCTETS + 8] = { 0 };
	int err;

	if (!v)
		v = variant_of(part->media.base);
	if (!v)
		return tg_fail(diag, TG_ENOTSUP, 0, "RFC 3204 3.1",
			       "ISUP of no version known here");
	if (part->body.len > sizeof(octets) - CIC_OCTETS)
		return tg_fail(diag, TG_ENOTSUP, 0, "RFC 3204 3.1", "ISUP longer than a message");
	memcpy(octets + CIC_OCTETS, part->body.p, part->body.len);
	err = isup_msg_dec(out, v, str_n(octets, part->body.len + CIC_OCTETS), diag);
	out->cic = 0;
	return err;
}

int iw_decap(const struct iw_ctx *x, const struct sip_msg *m, struct isup_msg *out,
	     struct tg_diag *diag)
{
	static const struct iw_source here = { "RFC 3204 3, RFC 5621 3.2", false };
	struct sip_part part;

	if (!m || !m->body.len ||
	    sip_msg_find_part(m, STR("application"), STR("isup"), &part, NULL) < 0)
		return 0;
	if (!iw_profile_rule(iw_profile_of(x), IW_RULE_ENCAPSULATION))
		tg_fail(diag, TG_ENOTSUP, 0, "RFC 5621 3.2", "no ISUP in bodies with this peer");
	else if (dec(&part, out, diag) == 0) {
		iw_explain(x, "encapsulation", here, "application/isup", "message, type %u",
			   out->type);
		return 1;
	}
	iw_explain(x, "encapsulation", here, "application/isup",
		   part.optional ? "left out: not understood" : "refused: not understood");
	return part.optional ? 0 : TG_ENOTSUP;
}

/* Precedence. --------------------------------------------------------------------------------- */
/* The same number says the same in both: the body has more of it (ST, INN). */
static bool same_number(const struct isup_msg *a, const struct isup_msg *b, uint8_t code)
{
	struct isup_number na, nb;
	size_t len;

	if (isup_get_number(a, (enum isup_param_code)code, &na) < 0 ||
	    isup_get_number(b, (enum isup_param_code)code, &nb) < 0)
		return false;
	len = strcspn(na.digits, "F");
	return na.noa == nb.noa && na.apri == nb.apri && len == strcspn(nb.digits, "F") &&
	       memcmp(na.digits, nb.digits, len) == 0;
}

/* A number that SIP does not tell is no value of a header. */
static bool says_nothing(const struct isup_msg *headers, uint8_t code)
{
	struct isup_number n;

	return code == ISUP_P_CALLING_NUMBER &&
	       isup_get_number(headers, ISUP_P_CALLING_NUMBER, &n) == 0 &&
	       n.apri == IW_APRI_NOT_AVAILABLE;
}

static int put_header_values(const struct iw_ctx *x, const struct isup_msg *headers,
			     struct isup_msg *out)
{
	for (size_t i = 0; i < iw_nr_precedence_rows; i++) {
		const struct iw_precedence_row *r = &iw_precedence_rows[i];
		char code[16];
		struct str v;
		int err;

		if (r->winner != IW_WINS_HEADER ||
		    !isup_get(headers, (enum isup_param_code)r->code, &v) ||
		    same_number(headers, out, r->code) || says_nothing(headers, r->code))
			continue;
		snprintf(code, sizeof(code), "parameter %02x", r->code);
		iw_explain(x, "precedence", r->source, code, "header");
		err = isup_put(out, (enum isup_param_code)r->code, v);
		if (err < 0)
			return err;
	}
	return 0;
}

/* Q.763 3.42: SIP and RTP are one more part of the way. */
static int add_delay(const struct iw_ctx *x, struct isup_msg *out)
{
	struct isup_delay d = { 0 };
	unsigned ours = iw_profile_rule(iw_profile_of(x), IW_RULE_DELAY);

	if (!ours)
		return 0;
	isup_get_value(out, &isup_itu, ISUP_P_PROPAGATION_DELAY, &d, sizeof(d));
	d.ms = d.ms + ours > UINT16_MAX ? UINT16_MAX : d.ms + ours;
	return isup_put_value(out, &isup_itu, ISUP_P_PROPAGATION_DELAY, &d, sizeof(d));
}

/* Continuity checks are a matter of each circuit. */
static int put_own(struct isup_msg *out)
{
	struct isup_nci nci = { 0 };

	isup_get_nci(out, &nci);
	nci.continuity = 0;
	return isup_put_nci(out, &nci);
}

int iw_merge_iam(const struct iw_ctx *x, const struct isup_msg *body, struct isup_msg *iam)
{
	struct isup_msg out = *body;
	int err;

	if (body->type != ISUP_IAM)
		return 0;
	err = put_header_values(x, iam, &out);
	if (!err)
		err = put_own(&out);
	if (!err)
		err = add_delay(x, &out);
	if (err < 0)
		return err;
	out.cic = 0;
	*iam = out;
	return 0;
}

bool iw_merge_backward(const struct iw_ctx *x, const struct isup_msg *body, bool reason,
		       struct isup_msg *m)
{
	static const struct iw_source rel = { "RFC 3398 8.2.6.1, RFC 6432 3", false };
	struct isup_cause c, in_body;
	bool keep = reason && isup_get_cause(m, &c) == 0;

	if (body->type != m->type)
		return false;
	/* the same cause: the body has its diagnostics, too */
	if (keep && isup_get_cause(body, &in_body) == 0 && in_body.value == c.value &&
	    in_body.location == c.location)
		keep = false;
	*m = *body;
	if (keep)
		isup_put_cause(m, &c);
	iw_explain(x, "precedence", rel, "message", keep ? "body, but the cause" : "body");
	return true;
}

bool iw_encap_in_call(uint8_t type)
{
	static const uint8_t types[] = { ISUP_CPG, ISUP_SUS, ISUP_RES, ISUP_FAC, ISUP_USR,
					 ISUP_CRG, ISUP_FOT, ISUP_INR, ISUP_INF, ISUP_APM,
					 ISUP_PRI, ISUP_NRM, ISUP_IDR, ISUP_IRS, ISUP_LOP };

	for (size_t i = 0; i < sizeof(types); i++)
		if (types[i] == type)
			return true;
	return false;
}
