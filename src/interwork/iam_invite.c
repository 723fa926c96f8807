/* SPDX-License-Identifier: GPL-3.0-or-later */
/* iam_invite: IAM to INVITE, RFC 3398 8.2.1.1. */
#include <stdio.h>

#include "interwork/cause.h"
#include "interwork/generic.h"
#include "interwork/identity.h"
#include "interwork/name.h"
#include "interwork/params.h"
#include "interwork/redirect.h"
#include "interwork/setup.h"
#include "isup/params.h"

#define CUG_NO_ACCESS 3 /* Q.763 3.38: without outgoing access */

struct work {
	const struct iw_ctx *x;
	const struct isup_msg *iam;
	const struct iw_numbering *plan;
	const struct iw_hosts *hosts;
	struct iw_invite_out *out;
};

static void print_nameaddr(char *buf, const char *name, const char *number, const char *params,
			   const char *host)
{
	snprintf(buf, IW_URI_MAX, "%s<sip:%s%s@%s;user=phone>", name, number, params, host);
}

/* The called number. ---------------------------------------------------------------------------- */
/* The dialled number of a ported one stands in the generic address, the called number is where it is
 * routed to. RFC 3398 8.2.1.1 wants no '+' before it, RFC 4694 4 wants one. */
static bool ported(const struct work *w, char *routing)
{
	char dialled[IW_NUMBER_TEXT_MAX];
	struct isup_number n;

	if (!iw_generic_find(w->iam, IW_NQI_PORTED, &n) || !iw_number_text(&n, w->plan, dialled)[0])
		return false;
	memcpy(routing, w->out->called, IW_NUMBER_TEXT_MAX);
	memcpy(w->out->called, dialled, sizeof(dialled));
	return true;
}

static void add_portability(const struct work *w, char *params, size_t size)
{
	char routing[IW_NUMBER_TEXT_MAX];
	struct isup_fci fci = { 0 };

	params[0] = '\0';
	isup_get_fci(w->iam, &fci);
	if (!fci.ported || !iw_mapped(w->x, IW_MAP_PORTABILITY, "ported number translated", "npdi"))
		return;
	if (ported(w, routing))
		snprintf(params, size, ";npdi;rn=%s",
			 routing + (routing[0] == '+' && !iw_ruled(w->x, IW_RULE_ROUTING_NUMBER)));
	else
		snprintf(params, size, ";npdi");
}

static int put_called(const struct work *w)
{
	char portability[IW_NUMBER_TEXT_MAX + 12], params[IW_PARAMS_MAX];
	const char *context;
	struct isup_number called;
	int err = isup_get_number(w->iam, ISUP_P_CALLED_NUMBER, &called);

	if (err < 0)
		return err;
	if (!iw_number_text(&called, w->plan, w->out->called)[0])
		return TG_ETRUNC;
	add_portability(w, portability, sizeof(portability));
	iw_params_of_called(w->x, w->iam, w->plan, params);
	iw_mapped(w->x, IW_MAP_CALLED, called.digits, w->out->called);
	context = w->out->called[0] == '+' ? "" : w->plan->context;
	snprintf(w->out->uri, sizeof(w->out->uri), "sip:%s%s%s%s%s@%s;user=phone", w->out->called,
		 context[0] ? ";phone-context=" : "", context, portability, params,
		 w->hosts->theirs);
	return 0;
}

/* To is the original called number when there is one. */
static void put_to(const struct work *w)
{
	char text[IW_NUMBER_TEXT_MAX];
	struct isup_number n;

	if (isup_get_number(w->iam, ISUP_P_ORIGINAL_CALLED_NUMBER, &n) < 0 || n.apri ||
	    !iw_number_text(&n, w->plan, text)[0] ||
	    !iw_mapped(w->x, IW_MAP_TO_ORIGINAL, "original called number", text))
		memcpy(text, w->out->called, sizeof(text));
	print_nameaddr(w->out->to, "", text, "", w->hosts->theirs);
}

/* The caller. ----------------------------------------------------------------------------------- */
/* 12.1: 'address unavailable' is as if the parameter were not there. */
static bool calling_number(const struct work *w, struct isup_number *n)
{
	w->out->calling[0] = '\0';
	if (isup_get_number(w->iam, ISUP_P_CALLING_NUMBER, n) < 0 ||
	    n->apri == IW_APRI_NOT_AVAILABLE)
		return false;
	return iw_number_text(n, w->plan, w->out->calling)[0] != '\0';
}

struct names {
	char from[IW_NAME_TEXT_MAX], identity[IW_NAME_TEXT_MAX];
};

/* Where its number is hidden by Privacy the name of P-Asserted-Identity is, too; where it is not, nothing
 * hides a name but its absence. */
static struct names read_names(const struct work *w, bool hidden)
{
	struct names names = { 0 };
	struct iw_name name;

	if (!iw_name_get(w->iam, hidden, &name) || (name.hidden && !hidden) ||
	    !iw_mapped(w->x, IW_MAP_NAME, name.text, "display-name"))
		return names;
	iw_name_print(&name, names.identity);
	if (!name.hidden)
		iw_name_print(&name, names.from);
	return names;
}

/* RFC 3325 9.1: only a number that the network vouches for is asserted. */
static void put_identity(const struct work *w, const struct isup_number *n, const char *name,
			 const char *params)
{
	bool hidden = n->apri != IW_APRI_ALLOWED;

	if (n->si != IW_SI_VERIFIED && n->si != IW_SI_NETWORK)
		return;
	if (hidden && !w->hosts->trusted)
		return;
	if (!iw_mapped(w->x, IW_MAP_IDENTITY, n->digits, "P-Asserted-Identity"))
		return;
	if (hidden && !iw_mapped(w->x, IW_MAP_PRIVACY, "restricted", "Privacy: id"))
		return; /* without a word on it the number stays here */
	iw_identity_add(&w->out->headers, name, w->out->calling, params, w->hosts->ours);
	if (hidden)
		iw_header_add(&w->out->headers, "Privacy", "id");
}

/* The number that the user gave, beside the network's: it is what From shows. */
static bool given_number(const struct work *w, struct isup_number *n, char *text)
{
	char given[IW_NUMBER_TEXT_MAX];

	if (!iw_generic_find(w->iam, IW_NQI_CALLING, n) || n->apri == IW_APRI_NOT_AVAILABLE ||
	    !iw_number_text(n, w->plan, given)[0] ||
	    !iw_mapped(w->x, IW_MAP_GENERIC_NUMBER, n->digits, "From"))
		return false;
	memcpy(text, given, sizeof(given));
	return true;
}

static void put_no_caller(const struct work *w)
{
	if (iw_ruled(w->x, IW_RULE_NO_CALLER))
		snprintf(w->out->from, IW_URI_MAX, "<sip:unavailable@unknown.invalid>");
	else
		snprintf(w->out->from, IW_URI_MAX, "<sip:%s>", w->hosts->ours);
}

/* From: the number; a host alone when there is none; the anonymous URI of 12.1 when hidden. */
static void put_calling(const struct work *w)
{
	char text[IW_NUMBER_TEXT_MAX], params[IW_PARAMS_MAX];
	struct isup_number n, given;
	struct names names;
	bool hidden;

	if (!calling_number(w, &n)) {
		put_no_caller(w);
		return;
	}
	iw_params_of_calling(w->x, w->iam, w->plan, params);
	hidden = n.apri != IW_APRI_ALLOWED;
	names = read_names(w, hidden);
	put_identity(w, &n, names.identity, params);
	memcpy(text, w->out->calling, sizeof(text));
	if (given_number(w, &given, text))
		hidden = given.apri != IW_APRI_ALLOWED;
	if (!hidden && iw_mapped(w->x, IW_MAP_CALLING, n.digits, text))
		print_nameaddr(w->out->from, names.from, text, params, w->hosts->ours);
	else
		snprintf(w->out->from, IW_URI_MAX,
			 "\"Anonymous\" <sip:anonymous@anonymous.invalid>");
}

/* A closed user group is nothing that SIP can be told but in a body. */
static uint8_t group_cause(const struct iw_ctx *x, const struct isup_msg *iam)
{
	const struct iw_profile *p = iw_profile_of(x);
	struct isup_ofci ofci;

	if (iw_profile_rule(p, IW_RULE_ENCAPSULATION) ||
	    isup_get_value(iam, &isup_itu, ISUP_P_OFCI, &ofci, sizeof(ofci)) < 0 ||
	    ofci.cug_call != CUG_NO_ACCESS)
		return 0;
	return (uint8_t)iw_ruled(x, IW_RULE_CUG_CAUSE);
}

int iw_iam_to_invite(const struct iw_ctx *x, const struct isup_msg *iam,
		     const struct iw_numbering *plan, const struct iw_hosts *hosts,
		     struct iw_invite_out *out)
{
	const struct work w = { x, iam, plan, hosts, out };
	int err;

	memset(out, 0, sizeof(*out));
	err = put_called(&w);
	if (err < 0) {
		out->cause = IW_CAUSE_ADDRESS_INCOMPLETE;
		return err;
	}
	out->cause = group_cause(x, iam);
	if (out->cause)
		return TG_ENOTSUP;
	err = iw_params_medium(x, iam, hosts->can_clear);
	if (err < 0) {
		out->cause = IW_CAUSE_BEARER_NOT_IMPLEMENTED;
		return err;
	}
	out->medium = (uint8_t)err;
	out->fallback = iw_medium_fallback(iam);
	put_calling(&w);
	put_to(&w);
	iw_redirect_to_sip(x, iam, plan, hosts->ours, out->called, &out->headers);
	iw_params_to_sip(x, iam, &out->headers, &out->max_forwards);
	if (hosts->trusted)
		iw_charge_to_sip(x, iam, plan, hosts->ours, &out->headers);
	return 0;
}

void iw_connected_to_sip(const struct iw_ctx *x, const struct isup_msg *answer,
			 const struct iw_numbering *plan, const struct iw_hosts *hosts,
			 struct iw_headers *h)
{
	char text[IW_NUMBER_TEXT_MAX];
	struct isup_number n;

	if (isup_get_number(answer, ISUP_P_CONNECTED_NUMBER, &n) < 0 ||
	    n.apri == IW_APRI_NOT_AVAILABLE || !iw_number_text(&n, plan, text)[0] ||
	    (n.si != IW_SI_VERIFIED && n.si != IW_SI_NETWORK))
		return;
	if ((n.apri && !hosts->trusted) ||
	    !iw_mapped(x, IW_MAP_CONNECTED, n.digits, "P-Asserted-Identity"))
		return;
	iw_identity_add(h, "", text, "", hosts->ours);
	if (n.apri)
		iw_header_add(h, "Privacy", "id");
}
