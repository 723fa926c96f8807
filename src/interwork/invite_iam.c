/* SPDX-License-Identifier: GPL-3.0-or-later */
/* invite_iam: INVITE to IAM, RFC 3398 7.2.1.1, without encapsulated ISUP. */
#include "interwork/setup.h"

#define SI_NETWORK	3 /* Q.763 3.10: network provided */
#define APRI_RESTRICTED 1
#define INN_NOT_ALLOWED 1 /* Q.763 3.9 */

/* The mandatory parameters that no INVITE tells: RFC 3398 7.2.1.1 strongly recommends 'no
 * interworking' and 'ISUP used all the way', and lets the access be non-ISDN. */
static int put_defaults(const struct iw_ctx *x, struct isup_msg *iam)
{
	const struct isup_nci nci = { .satellite = (uint8_t)iw_ruled(x, IW_RULE_SATELLITE) };
	const struct isup_fci fci = {
		.interworking = (uint8_t)iw_ruled(x, IW_RULE_INTERWORKING),
		.isup_all_the_way = (uint8_t)iw_ruled(x, IW_RULE_ALL_THE_WAY),
		.isup_preference = (uint8_t)iw_ruled(x, IW_RULE_PREFERENCE),
		.isdn_access = (uint8_t)iw_ruled(x, IW_RULE_ISDN_ACCESS),
	};
	int err = isup_put_nci(iam, &nci);

	if (!err)
		err = isup_put_fci(iam, &fci);
	if (!err)
		err = isup_put_u8(iam, ISUP_P_CPC, (uint8_t)iw_ruled(x, IW_RULE_CPC));
	if (!err)
		err = isup_put_u8(iam, ISUP_P_TMR, (uint8_t)iw_ruled(x, IW_RULE_TMR));
	return err;
}

/* To at variance with the Request-URI is the original called number; without a number it is
 * ignored. */
static int put_original(struct isup_msg *iam, const struct sip_msg *m,
			const struct isup_number *called, const struct iw_numbering *plan)
{
	struct isup_number n;

	if (iw_number_of_uri(&m->to.uri, plan, &n, NULL) < 0)
		return 0;
	if (n.noa == called->noa && strcmp(n.digits, called->digits) == 0)
		return 0;
	return isup_put_number(iam, ISUP_P_ORIGINAL_CALLED_NUMBER, &n);
}

/* RFC 3325 9.1: a sip and a tel URI may stand there; the first with a number counts. */
static bool asserted_number(const struct sip_msg *m, const struct iw_numbering *plan,
			    struct isup_number *n)
{
	struct sip_value_walk w = { 0 };
	struct sip_nameaddr a;
	struct str value;

	while (sip_msg_next_value(m, SIP_HDR_P_ASSERTED_IDENTITY, &w, &value))
		if (sip_nameaddr_parse(&a, value, NULL) == 0 &&
		    iw_number_of_uri(&a.uri, plan, n, NULL) == 0)
			return true;
	return false;
}

/* RFC 3323 4.2: id, user and header ask for it; none and critical do not. */
static bool wants_privacy(const struct sip_msg *m)
{
	const struct sip_header *h = sip_msg_header(m, SIP_HDR_PRIVACY, 0);
	struct str rest = h ? h->value : (struct str){ NULL, 0 };
	struct str token;

	while (rest.len) {
		rest = str_split(rest, ';', &token);
		token = str_trim(token);
		if (str_caseeq(token, STR("id")) || str_caseeq(token, STR("user")) ||
		    str_caseeq(token, STR("header")))
			return true;
	}
	return false;
}

/* 7.2.1.1: left out when From is unusable. 12.2: screening 'network provided'. */
static int put_calling(struct isup_msg *iam, const struct iw_invite_in *in,
		       const struct iw_numbering *plan)
{
	struct isup_number n;
	bool known = in->trusted && asserted_number(in->msg, plan, &n);

	if (!known && iw_number_of_uri(&in->msg->from.uri, plan, &n, NULL) < 0)
		return 0;
	n.si = SI_NETWORK;
	n.apri = wants_privacy(in->msg) ? APRI_RESTRICTED : 0;
	return isup_put_number(iam, ISUP_P_CALLING_NUMBER, &n);
}

int iw_invite_to_iam(const struct iw_ctx *x, struct iw_invite_in *in,
		     const struct iw_numbering *plan, struct isup_msg *iam, struct tg_diag *diag)
{
	struct isup_number called;
	int err = iw_number_of_uri(&in->msg->uri, plan, &called, diag);

	in->status = 0;
	if (err < 0) {
		in->status = iw_number_status(err);
		return err;
	}
	called.inn = INN_NOT_ALLOWED;
	isup_msg_init(iam, ISUP_IAM, 0);
	err = put_defaults(x, iam);
	if (!err)
		err = isup_put_number(iam, ISUP_P_CALLED_NUMBER, &called);
	if (!err)
		err = put_calling(iam, in, plan);
	if (!err)
		err = put_original(iam, in->msg, &called, plan);
	if (err < 0)
		in->status = 500;
	return err;
}
