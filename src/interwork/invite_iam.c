/* SPDX-License-Identifier: GPL-3.0-or-later */
/* invite_iam: INVITE to IAM, RFC 3398 7.2.1.1, without encapsulated ISUP. */
#include "interwork/generic.h"
#include "interwork/identity.h"
#include "interwork/name.h"
#include "interwork/params.h"
#include "interwork/redirect.h"
#include "interwork/setup.h"
#include "isup/params.h"

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
 * ignored. A redirection that is told says it better. */
static int put_original(const struct iw_ctx *x, struct isup_msg *iam, const struct sip_msg *m,
			const struct isup_number *called, const struct iw_numbering *plan)
{
	struct isup_number n;

	if (isup_get(iam, ISUP_P_REDIRECTING_NUMBER, &(struct str){ 0 }) ||
	    iw_number_of_uri(&m->to.uri, plan, &n, NULL) < 0)
		return 0;
	if (n.noa == called->noa && strcmp(n.digits, called->digits) == 0)
		return 0;
	if (!iw_mapped(x, IW_MAP_TO_ORIGINAL, "To", n.digits))
		return 0;
	return isup_put_number(iam, ISUP_P_ORIGINAL_CALLED_NUMBER, &n);
}

static uint8_t apri_of(const struct iw_ctx *x, bool hidden)
{
	return hidden && iw_mapped(x, IW_MAP_PRIVACY, "Privacy", "restricted") ? IW_APRI_RESTRICTED
									       : IW_APRI_ALLOWED;
}

/* Q.763 3.10, 3.16: an address that is not available has neither digits nor nature. */
static int put_not_available(const struct iw_ctx *x, enum isup_param_code code, struct isup_msg *m)
{
	const struct isup_number n = { .apri = IW_APRI_NOT_AVAILABLE, .si = IW_SI_NETWORK };

	return iw_ruled(x, IW_RULE_NO_NUMBER) ? isup_put_number(m, code, &n) : 0;
}

/* The number that the user gave beside the one that the network knows: Q.763 3.26. */
static int put_given(const struct iw_ctx *x, struct isup_msg *iam, const struct isup_number *known,
		     struct isup_number *given, unsigned privacy)
{
	if (strcmp(known->digits, given->digits) == 0 && known->noa == given->noa)
		return 0;
	if (!iw_mapped(x, IW_MAP_GENERIC_NUMBER, "From", given->digits))
		return 0;
	given->nqi = IW_NQI_CALLING;
	given->si = IW_SI_NOT_VERIFIED;
	given->apri = apri_of(x, privacy & IW_PRIVACY_USER);
	return iw_generic_put(iam, given);
}

/* 7.2.1.1: left out when From is unusable. 12.2: screening of an asserted number 'network provided';
 * privacy of any kind hides it. `caller`: whose URI it was. */
static int put_calling(const struct iw_ctx *x, struct isup_msg *iam, const struct iw_invite_in *in,
		       const struct iw_numbering *plan, struct sip_nameaddr *caller)
{
	unsigned privacy = iw_privacy(in->msg);
	struct isup_number n, given;
	bool known, named;
	int err;

	known = in->trusted && iw_identity_find(in->msg, plan, &n, caller) &&
		iw_mapped(x, IW_MAP_IDENTITY, "P-Asserted-Identity", n.digits);
	named = iw_number_of_uri(&in->msg->from.uri, plan, &given, NULL) == 0;
	if (!known) {
		*caller = in->msg->from;
		if (!named || !iw_mapped(x, IW_MAP_CALLING, "From", given.digits))
			return put_not_available(x, ISUP_P_CALLING_NUMBER, iam);
		n = given;
	}
	n.si = known ? IW_SI_NETWORK : (uint8_t)iw_ruled(x, IW_RULE_SCREENING);
	n.apri = apri_of(x, privacy != 0);
	err = isup_put_number(iam, ISUP_P_CALLING_NUMBER, &n);
	if (!err && in->trusted) /* nothing would say that nobody has verified it */
		err = iw_name_to_isup(x, caller, &in->msg->from, n.apri, iam);
	return err < 0 || !known || !named ? err : put_given(x, iam, &n, &given, privacy);
}

/* npdi: the portability of the number has been looked up; with rn that is where it goes, and the
 * number itself is in the generic address (RFC 3398 7.2.1.1, as in ANSI). */
static int put_portability(const struct iw_ctx *x, struct isup_msg *iam, const struct sip_uri *u,
			   const struct iw_numbering *plan, struct isup_number *called)
{
	struct isup_number rn, dialled = *called;
	struct sip_phone phone;
	struct isup_fci fci;
	int err;

	if (sip_uri_phone(u, &phone) < 0 || !phone.npdi ||
	    !iw_mapped(x, IW_MAP_PORTABILITY, "npdi", "ported number translated"))
		return 0;
	err = isup_get_fci(iam, &fci);
	if (err < 0)
		return err;
	fci.ported = 1;
	err = isup_put_fci(iam, &fci);
	if (err < 0 || !phone.rn.len || iw_number_of_text(phone.rn, plan, &rn, NULL) < 0)
		return err;
	rn.inn = called->inn;
	*called = rn;
	dialled.nqi = IW_NQI_PORTED;
	return iw_generic_put(iam, &dialled);
}

/* Who answers is asked for when it can be told (Q.763 3.38). */
static int ask_for_connected(const struct iw_ctx *x, struct isup_msg *iam)
{
	const struct isup_ofci ofci = { .connected_line = 1 };

	if (!iw_profile_has(iw_profile_of(x), IW_MAP_CONNECTED))
		return 0;
	return isup_put_value(iam, &isup_itu, ISUP_P_OFCI, &ofci, sizeof(ofci));
}

static int put_called(const struct iw_ctx *x, struct isup_msg *iam, const struct iw_invite_in *in,
		      const struct iw_numbering *plan, const struct isup_number *main_number)
{
	struct isup_number called = *main_number;
	int err = put_portability(x, iam, &in->msg->uri, plan, &called);

	iw_mapped(x, IW_MAP_CALLED, "Request-URI", called.digits);
	return err < 0 ? err : isup_put_number(iam, ISUP_P_CALLED_NUMBER, &called);
}

static int build(const struct iw_ctx *x, const struct iw_invite_in *in,
		 const struct iw_numbering *plan, const struct isup_number *called,
		 struct isup_msg *iam)
{
	struct sip_nameaddr caller;
	int err;

	isup_msg_init(iam, ISUP_IAM, 0);
	err = put_defaults(x, iam);
	if (!err)
		err = put_called(x, iam, in, plan, called);
	if (!err)
		err = put_calling(x, iam, in, plan, &caller);
	if (!err)
		err = iw_redirect_to_isup(x, in->msg, plan, iam);
	if (!err)
		err = put_original(x, iam, in->msg, called, plan);
	if (!err)
		err = ask_for_connected(x, iam);
	return err < 0 ? err : iw_params_to_isup(x, in->msg, plan, &caller.uri, in->trusted, iam);
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
	err = build(x, in, plan, &called, iam);
	if (err < 0)
		in->status = 500;
	return err;
}

int iw_connected_to_isup(const struct iw_ctx *x, const struct sip_msg *answer,
			 const struct iw_numbering *plan, struct isup_msg *anm)
{
	struct sip_nameaddr identity;
	struct isup_number n;

	if (!iw_identity_find(answer, plan, &n, &identity) ||
	    !iw_mapped(x, IW_MAP_CONNECTED, "P-Asserted-Identity", n.digits))
		return put_not_available(x, ISUP_P_CONNECTED_NUMBER, anm);
	n.si = IW_SI_NETWORK;
	n.apri = apri_of(x, iw_privacy(answer) != 0);
	return isup_put_number(anm, ISUP_P_CONNECTED_NUMBER, &n);
}
