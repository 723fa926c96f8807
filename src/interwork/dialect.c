/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dialect: see dialect.h. */
#include <string.h>

#include "interwork/dialect.h"
#include "interwork/generic.h"
#include "interwork/identity.h"
#include "interwork/name.h"

#define GENERIC_NAME_MAX 15 /* T1.113 */

const char *const iw_caller_names[IW_NR_CALLER_NAMES] = {
	[IW_NAME_VARIANT] = "variant",
	[IW_NAME_NONE] = "none",
	[IW_NAME_GENERIC] = "generic-name",
	[IW_NAME_DISPLAY] = "display",
};

const char *const iw_portability_names[IW_NR_PORTED] = {
	[IW_PORTED_GAP] = "gap",
	[IW_PORTED_CONCATENATED] = "concatenated",
	[IW_PORTED_INDICATOR] = "indicator",
	[IW_PORTED_NONE] = "none",
};

/* The name of who calls. ------------------------------------------------------------------------ */
static bool number_is_hidden(const struct isup_msg *iam)
{
	struct isup_number n;

	return isup_get_number(iam, ISUP_P_CALLING_NUMBER, &n) == 0 && n.apri != IW_APRI_ALLOWED;
}

static void explain_name(const struct iw_ctx *x, const char *from, const char *to)
{
	static const struct iw_source source = { "T1.113 generic name, Q.763 3.77", true };

	iw_explain(x, "caller-name", source, from, "%s", to);
}

/* Q.763 3.77: display information is Q.931 4.5.16 from octet 3 on: the text. Who hides his number does
 * not want his name to be seen either. */
static void rx_display(const struct iw_ctx *x, struct isup_msg *iam)
{
	struct iw_name name = { .hidden = number_is_hidden(iam) };
	struct str v;

	if (!isup_get(iam, ISUP_P_DISPLAY, &v) ||
	    isup_get(iam, ISUP_P_GENERIC_NAME, &(struct str){ 0 }))
		return;
	iw_name_of_text(v, name.text);
	isup_del(iam, ISUP_P_DISPLAY);
	if (name.text[0] && iw_name_put(iam, &name) == 0)
		explain_name(x, "display information", name.text);
}

static void tx_display(const struct iw_ctx *x, struct isup_msg *iam)
{
	struct iw_name name;
	bool found = iw_name_get(iam, number_is_hidden(iam), &name);

	isup_del(iam, ISUP_P_GENERIC_NAME);
	if (!found)
		return;
	explain_name(x, name.text, name.hidden ? "left out: restricted" : "display information");
	if (!name.hidden)
		isup_put(iam, ISUP_P_DISPLAY, str_of(name.text));
}

static void tx_generic(const struct iw_ctx *x, struct isup_msg *iam)
{
	struct iw_name name;

	if (!iw_name_get(iam, number_is_hidden(iam), &name))
		return;
	explain_name(x, name.text, "generic name");
	if (strlen(name.text) <= GENERIC_NAME_MAX)
		return;
	name.text[GENERIC_NAME_MAX] = '\0';
	iw_name_put(iam, &name);
}

static bool is_ansi(const struct isup_variant *v)
{
	while (v && v != &isup_ansi95)
		v = v->base;
	return v != NULL;
}

static void tx_name(const struct iw_ctx *x, const struct iw_dialect *d,
		    const struct isup_variant *v, bool from_isup, struct isup_msg *iam)
{
	if (d->caller_name == IW_NAME_DISPLAY)
		tx_display(x, iam);
	else if (d->caller_name == IW_NAME_GENERIC ||
		 (d->caller_name == IW_NAME_VARIANT && is_ansi(v)))
		tx_generic(x, iam);
	else if (d->caller_name == IW_NAME_NONE || !from_isup)
		isup_del(iam, ISUP_P_GENERIC_NAME);
}

/* Ported numbers. ------------------------------------------------------------------------------- */
#define NOA_CONCATENATED 8 /* Q.763 3.9, Q.769.1: routing number with called directory number */

static void explain_ported(const struct iw_ctx *x, const char *from, const char *to)
{
	static const struct iw_source source = { "RFC 3398 7.2.1.1, Q.769.1", true };

	iw_explain(x, "number-portability", source, from, "%s", to);
}

static void set_indicator(struct isup_msg *iam, bool on)
{
	struct isup_fci fci;

	if (isup_get_fci(iam, &fci) < 0 || fci.ported == on)
		return;
	fci.ported = on;
	isup_put_fci(iam, &fci);
}

static bool has_indicator(const struct isup_msg *iam)
{
	struct isup_fci fci = { 0 };

	isup_get_fci(iam, &fci);
	return fci.ported;
}

static bool take_st(char *digits)
{
	size_t len = strlen(digits);

	if (!len || digits[len - 1] != 'F')
		return false;
	digits[len - 1] = '\0';
	return true;
}

/* The dialled number is called, the routing number is gone. */
static void call_dialled(const struct iw_ctx *x, struct isup_msg *iam)
{
	struct isup_number dialled, called;

	if (!iw_generic_find(iam, IW_NQI_PORTED, &dialled) ||
	    isup_get_number(iam, ISUP_P_CALLED_NUMBER, &called) < 0)
		return;
	explain_ported(x, called.digits, "left out");
	if (take_st(called.digits) && strlen(dialled.digits) < ISUP_MAX_DIGITS)
		strcat(dialled.digits, "F");
	dialled.inn = called.inn;
	if (isup_put_number(iam, ISUP_P_CALLED_NUMBER, &dialled) == 0)
		iw_generic_del(iam, IW_NQI_PORTED);
}

/* Those of other countries are not routed by ours. */
static void tx_concatenated(const struct iw_ctx *x, const struct iw_dialect *d,
			    struct isup_msg *iam)
{
	struct isup_number dialled, called;
	bool st;

	if (!iw_generic_find(iam, IW_NQI_PORTED, &dialled) ||
	    isup_get_number(iam, ISUP_P_CALLED_NUMBER, &called) < 0)
		return;
	st = take_st(called.digits);
	if (dialled.noa == ISUP_NOA_INTERNATIONAL || strlen(called.digits) != d->routing_digits ||
	    strlen(called.digits) + strlen(dialled.digits) + st > ISUP_MAX_DIGITS) {
		call_dialled(x, iam);
		return;
	}
	strcat(called.digits, dialled.digits);
	explain_ported(x, "routing and dialled number", called.digits);
	if (st)
		strcat(called.digits, "F");
	if (d->routing_noa)
		called.noa = NOA_CONCATENATED;
	if (isup_put_number(iam, ISUP_P_CALLED_NUMBER, &called) == 0)
		iw_generic_del(iam, IW_NQI_PORTED);
}

static void rx_concatenated(const struct iw_ctx *x, const struct iw_dialect *d,
			    struct isup_msg *iam)
{
	struct isup_number called, dialled;
	bool st;

	if (isup_get_number(iam, ISUP_P_CALLED_NUMBER, &called) < 0 ||
	    (d->routing_noa ? called.noa != NOA_CONCATENATED : !has_indicator(iam)))
		return;
	st = take_st(called.digits);
	if (strlen(called.digits) <= d->routing_digits)
		return;
	dialled = (struct isup_number){ .noa = ISUP_NOA_NATIONAL,
					.npi = called.npi,
					.nqi = IW_NQI_PORTED };
	strcpy(dialled.digits, called.digits + d->routing_digits);
	explain_ported(x, called.digits, dialled.digits);
	called.digits[d->routing_digits] = '\0';
	if (st)
		strcat(called.digits, "F");
	if (d->routing_noa)
		called.noa = ISUP_NOA_NATIONAL;
	set_indicator(iam, true);
	if (iw_generic_put(iam, &dialled) == 0)
		isup_put_number(iam, ISUP_P_CALLED_NUMBER, &called);
}

static void rx_portability(const struct iw_ctx *x, const struct iw_dialect *d, struct isup_msg *iam)
{
	if (d->portability == IW_PORTED_CONCATENATED)
		rx_concatenated(x, d, iam);
	if (d->portability != IW_PORTED_NONE)
		return;
	call_dialled(x, iam);
	set_indicator(iam, false);
}

static void tx_portability(const struct iw_ctx *x, const struct iw_dialect *d, struct isup_msg *iam)
{
	if (d->portability == IW_PORTED_CONCATENATED)
		tx_concatenated(x, d, iam);
	if (d->portability == IW_PORTED_INDICATOR || d->portability == IW_PORTED_NONE)
		call_dialled(x, iam);
	if (d->portability == IW_PORTED_NONE)
		set_indicator(iam, false);
}

void iw_dialect_rx(const struct iw_ctx *x, const struct iw_dialect *d, struct isup_msg *iam)
{
	if (d->caller_name == IW_NAME_DISPLAY)
		rx_display(x, iam);
	else if (d->caller_name == IW_NAME_NONE)
		isup_del(iam, ISUP_P_GENERIC_NAME);
	rx_portability(x, d, iam);
}

void iw_dialect_tx(const struct iw_ctx *x, const struct iw_dialect *d, const struct isup_variant *v,
		   bool from_isup, struct isup_msg *iam)
{
	tx_name(x, d, v, from_isup, iam);
	tx_portability(x, d, iam);
}
