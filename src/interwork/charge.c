/* SPDX-License-Identifier: GPL-3.0-or-later */
/* charge: parameters of T1.113 about the caller's line: charge number and P-Charge-Info (RFC 8496),
 * jurisdiction information and the rn of the caller's URI. */
#include <ctype.h>
#include <stdio.h>

#include <trunkgate/sip/headers.h>

#include "interwork/params.h"

#define JIP_DIGITS 6 /* area and exchange, BCD, the first digit low */
#define JIP_OCTETS (JIP_DIGITS / 2)

void iw_charge_to_sip(const struct iw_ctx *x, const struct isup_msg *iam,
		      const struct iw_numbering *plan, const char *host, struct iw_headers *h)
{
	char text[IW_NUMBER_TEXT_MAX];
	struct isup_number n;

	if (isup_get_number(iam, ISUP_P_CHARGE_NUMBER, &n) < 0 ||
	    !iw_number_text(&n, plan, text)[0] ||
	    !iw_mapped(x, IW_MAP_CHARGE, n.digits, "P-Charge-Info"))
		return;
	iw_header_add(h, "P-Charge-Info", "<sip:%s@%s;user=phone>", text, host);
}

/* RFC 8496 5.2: one value; its number is national or international, as of the other numbers. */
int iw_charge_to_isup(const struct iw_ctx *x, const struct sip_msg *invite,
		      const struct iw_numbering *plan, struct isup_msg *iam)
{
	const struct sip_header *h = sip_msg_header_named(invite, STR("P-Charge-Info"), 0);
	struct sip_nameaddr a;
	struct isup_number n;

	if (!h || sip_nameaddr_parse(&a, str_trim(h->value), NULL) < 0 ||
	    iw_number_of_uri(&a.uri, plan, &n, NULL) < 0 ||
	    !iw_mapped(x, IW_MAP_CHARGE, "P-Charge-Info", n.digits))
		return 0;
	return isup_put_number(iam, ISUP_P_CHARGE_NUMBER, &n);
}

void iw_jurisdiction_to_sip(const struct iw_ctx *x, const struct isup_msg *iam,
			    const struct iw_numbering *plan, char buf[IW_PARAMS_MAX])
{
	char digits[JIP_DIGITS + 1] = "";
	size_t len = strlen(buf);
	struct str v;

	if (!isup_get(iam, ISUP_P_JURISDICTION, &v) || v.len < JIP_OCTETS)
		return;
	for (unsigned i = 0; i < JIP_DIGITS; i++) {
		unsigned digit = (uint8_t)v.p[i / 2] >> 4 * (i & 1) & 15;

		if (digit > 9)
			return;
		digits[i] = (char)('0' + digit);
	}
	if (!iw_mapped(x, IW_MAP_JURISDICTION, digits, "rn"))
		return;
	if (plan->country[0] && iw_ruled(x, IW_RULE_ROUTING_NUMBER))
		snprintf(buf + len, IW_PARAMS_MAX - len, ";rn=+%s%s", plan->country, digits);
	else
		snprintf(buf + len, IW_PARAMS_MAX - len, ";rn=%s", digits);
}

/* The digits of an rn without '+', country code and separators. */
static size_t routing_digits(struct str rn, const char *country, char *digits, size_t room)
{
	bool global = rn.len && rn.p[0] == '+';
	size_t nr = 0, skip = global ? strlen(country) : 0;

	for (size_t i = global; i < rn.len && nr < room; i++) {
		if (!isdigit((unsigned char)rn.p[i]))
			continue;
		if (skip) {
			if (rn.p[i] != country[strlen(country) - skip])
				return 0;
			skip--;
			continue;
		}
		digits[nr++] = rn.p[i];
	}
	return nr;
}

int iw_jurisdiction_to_isup(const struct iw_ctx *x, const struct sip_phone *caller,
			    const struct iw_numbering *plan, struct isup_msg *iam)
{
	uint8_t octets[JIP_OCTETS];
	char d[JIP_DIGITS];

	if (!caller->rn.len ||
	    routing_digits(caller->rn, plan->country, d, JIP_DIGITS) < JIP_DIGITS ||
	    !iw_mapped(x, IW_MAP_JURISDICTION, "rn", "jurisdiction information"))
		return 0;
	for (unsigned i = 0; i < JIP_OCTETS; i++)
		octets[i] = (uint8_t)((d[2 * i] - '0') | (d[2 * i + 1] - '0') << 4);
	return isup_put(iam, ISUP_P_JURISDICTION, str_n((const char *)octets, sizeof(octets)));
}
