/* SPDX-License-Identifier: GPL-3.0-or-later */
/* number: RFC 3398 section 12. */
#include <stdio.h>

#include "interwork/number.h"

static bool is_separator(char c)
{
	return c == '-' || c == '.' || c == '(' || c == ')'; /* RFC 3966 3 */
}

/* Digits of `s` without separators into n->digits. */
static int take_digits(struct str s, struct isup_number *n, struct tg_diag *diag)
{
	size_t nr = 0;

	for (size_t i = 0; i < s.len; i++) {
		if (is_separator(s.p[i]))
			continue;
		if (s.p[i] < '0' || s.p[i] > '9')
			return tg_fail(diag, TG_EINVAL, i, "RFC 3398 7.2.1.1",
				       "not a telephone number: '" STR_FMT "'",
				       STR_ARG(str_n(s.p, s.len > 40 ? 40 : s.len)));
		if (nr == ISUP_MAX_DIGITS)
			return tg_fail(diag, TG_ELIMIT, i, "RFC 3398 12.2",
				       "the number has more than %d digits", ISUP_MAX_DIGITS);
		n->digits[nr++] = s.p[i];
	}
	n->digits[nr] = '\0';
	return nr ? 0 : tg_fail(diag, TG_ETRUNC, 0, "RFC 3398 12.2", "the number has no digits");
}

/* 12.2: a number of our own country is national and loses its country code. */
static void make_national(struct isup_number *n, const char *country)
{
	size_t len = strlen(country);

	if (!len || strncmp(n->digits, country, len) != 0 || !n->digits[len])
		return;
	memmove(n->digits, n->digits + len, strlen(n->digits + len) + 1);
	n->noa = ISUP_NOA_NATIONAL;
}

int iw_number_of_text(struct str text, const struct iw_numbering *plan, struct isup_number *n,
		      struct tg_diag *diag)
{
	bool plus = text.len && text.p[0] == '+';
	int err;

	*n = (struct isup_number){ .noa = plus ? ISUP_NOA_INTERNATIONAL : plan->noa_local,
				   .npi = 1 };
	err = take_digits(str_from(text, plus), n, diag);
	if (err < 0)
		return err;
	if (plus)
		make_national(n, plan->country);
	return 0;
}

int iw_number_of_uri(const struct sip_uri *u, const struct iw_numbering *plan,
		     struct isup_number *n, struct tg_diag *diag)
{
	char buf[128];
	struct str head, number;
	int err;

	if (u->scheme == SIP_SCHEME_OTHER)
		return tg_fail(diag, TG_EINVAL, 0, "RFC 3398 12", "neither a sip nor a tel URI");
	if (u->user.len == 0)
		return tg_fail(diag, TG_ETRUNC, 0, "RFC 3398 12.2", "the URI has no number");
	str_split(u->user, ';', &head);
	/* 32 digits with separators fit; a longer one could not be carried */
	err = sip_unescape(head, buf, sizeof(buf), &number);
	if (err < 0)
		return tg_fail(diag, err, 0, "RFC 3398 7.2.1.1",
			       err == TG_ELIMIT ? "the number is too long"
						: "not a telephone number: bad escape");
	return iw_number_of_text(number, plan, n, diag);
}

unsigned iw_number_status(int err)
{
	return err == TG_EINVAL ? 404 : 484; /* RFC 3398 7.2.1.1, 12.2 */
}

char *iw_number_text(const struct isup_number *n, const struct iw_numbering *plan, char *buf)
{
	bool e164 = n->npi == 1;
	bool national = e164 && n->noa == ISUP_NOA_NATIONAL && plan->country[0];
	bool plus = e164 && (n->noa == ISUP_NOA_INTERNATIONAL || national);
	size_t len = strcspn(n->digits, "F");

	snprintf(buf, IW_NUMBER_TEXT_MAX, "%s%s%.*s", plus ? "+" : "",
		 national ? plan->country : "", (int)len, n->digits);
	return buf;
}
