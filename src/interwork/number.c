/* SPDX-License-Identifier: GPL-3.0-or-later */
/* number: RFC 3398 section 12. */
#include <stdio.h>

#include "interwork/number.h"
#include "isup/value.h"

static bool is_separator(char c)
{
	return c == '-' || c == '.' || c == '(' || c == ')'; /* RFC 3966 3 */
}

/* RFC 3966 3: what a local number may have beside digits. ST is none of it. NUL: not this. */
static char hex_digit(char c)
{
	if (c == '*' || c == '#')
		return c == '*' ? 'B' : 'C';
	if (c >= 'a' && c <= 'e')
		return (char)(c - 'a' + 'A');
	return c >= 'A' && c <= 'E' ? c : '\0';
}

/* Digits of `s` without separators into n->digits. */
static int take_digits(struct str s, bool hex, struct isup_number *n, struct tg_diag *diag)
{
	size_t nr = 0;

	for (size_t i = 0; i < s.len; i++) {
		if (is_separator(s.p[i]))
			continue;
		if ((s.p[i] < '0' || s.p[i] > '9') && !(hex && hex_digit(s.p[i])))
			return tg_fail(diag, TG_EINVAL, i, "RFC 3398 7.2.1.1",
				       "not a telephone number: '" STR_FMT "'",
				       STR_ARG(str_n(s.p, s.len > 40 ? 40 : s.len)));
		if (nr == ISUP_MAX_DIGITS)
			return tg_fail(diag, TG_ELIMIT, i, "RFC 3398 12.2",
				       "the number has more than %d digits", ISUP_MAX_DIGITS);
		n->digits[nr++] = s.p[i] >= '0' && s.p[i] <= '9' ? s.p[i] : hex_digit(s.p[i]);
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

/* Its own plan's number with a prefix: nothing is left of a prefix alone. */
static void take_prefix(struct isup_number *n, const struct iw_numbering *plan)
{
	const char *prefix = plan->international;
	uint8_t noa = ISUP_NOA_INTERNATIONAL;
	size_t len = strlen(prefix);

	if (!len || strncmp(n->digits, prefix, len) != 0) {
		prefix = plan->national;
		noa = ISUP_NOA_NATIONAL;
		len = strlen(prefix);
	}
	if (!len || strncmp(n->digits, prefix, len) != 0 || !n->digits[len])
		return;
	memmove(n->digits, n->digits + len, strlen(n->digits + len) + 1);
	n->noa = noa;
}

int iw_number_of_text(struct str text, const struct iw_numbering *plan, struct isup_number *n,
		      struct tg_diag *diag)
{
	bool plus = text.len && text.p[0] == '+';
	int err;

	*n = (struct isup_number){ .noa = plus ? ISUP_NOA_INTERNATIONAL : plan->noa_local,
				   .npi = 1 };
	err = take_digits(str_from(text, plus), plan->hex && !plus, n, diag);
	if (err < 0)
		return err;
	if (!plus)
		take_prefix(n, plan);
	if (n->noa == ISUP_NOA_INTERNATIONAL)
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
	bool e164 = n->npi == 1, own = e164 && plan->country[0];
	bool subscriber = own && n->noa == ISUP_NOA_SUBSCRIBER && plan->area[0];
	bool national = own && (n->noa == ISUP_NOA_NATIONAL || subscriber);
	bool plus = national || (e164 && n->noa == ISUP_NOA_INTERNATIONAL);
	size_t len = strcspn(n->digits, "F");

	if (!len) {
		buf[0] = '\0';
		return buf;
	}
	snprintf(buf, IW_NUMBER_TEXT_MAX, "%s%s%s%.*s", plus ? "+" : "",
		 national ? plan->country : "", subscriber ? plan->area : "", (int)len, n->digits);
	return buf;
}

/* Another plan. ------------------------------------------------------------------------------- */
static bool has_meaning(const struct isup_number *n, const struct iw_numbering *from, bool local)
{
	if (n->npi != 1)
		return false;
	if (n->noa == ISUP_NOA_INTERNATIONAL || (local && n->noa == from->noa_local))
		return true;
	if (!from->country[0])
		return false;
	return n->noa == ISUP_NOA_NATIONAL || (n->noa == ISUP_NOA_SUBSCRIBER && from->area[0]);
}

static struct str param_of(const struct isup_msg *m, int i)
{
	return str_n((const char *)m->octets + m->param[i].at, m->param[i].len);
}

static void renumber_one(struct isup_msg *m, int i, const struct iw_numbering *from,
			 const struct iw_numbering *to, bool local)
{
	enum isup_number_layout layout = isup_layout_of(m->v, m->param[i].code);
	uint8_t buf[ISUP_NUMBER_OCTETS];
	char text[IW_NUMBER_TEXT_MAX];
	struct isup_number n, there;
	size_t len;
	int size;

	if (!layout || isup_number_dec(&n, layout, param_of(m, i)) < 0 ||
	    !has_meaning(&n, from, local) ||
	    iw_number_of_text(str_of(iw_number_text(&n, from, text)), to, &there, NULL) < 0)
		return;
	len = strlen(there.digits);
	if (strchr(n.digits, 'F') && len < ISUP_MAX_DIGITS)
		memcpy(there.digits + len, "F", 2);
	memcpy(n.digits, there.digits, sizeof(n.digits));
	n.noa = there.noa;
	size = isup_number_enc(&n, layout, buf);
	if (size >= 0) /* longer by a country code at most: else it stays */
		isup_put_at(m, i, str_n((const char *)buf, (size_t)size));
}

void iw_renumber(struct isup_msg *m, const struct iw_numbering *from, const struct iw_numbering *to,
		 bool local)
{
	static const uint8_t codes[] = { ISUP_P_CALLED_NUMBER,		ISUP_P_CALLING_NUMBER,
					 ISUP_P_GENERIC_NUMBER,		ISUP_P_REDIRECTING_NUMBER,
					 ISUP_P_ORIGINAL_CALLED_NUMBER, ISUP_P_CONNECTED_NUMBER,
					 ISUP_P_REDIRECTION_NUMBER,	ISUP_P_CHARGE_NUMBER };

	for (int i = 0; i < m->nr_params; i++)
		if (memchr(codes, m->param[i].code, sizeof(codes)))
			renumber_one(m, i, from, to, local);
}
