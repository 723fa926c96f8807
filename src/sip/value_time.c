/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/value: times and warnings: Retry-After, Warning, Date, Timestamp (RFC 3261 20.17, 20.33, 20.38,
 * 20.43). */
#include "sip/value.h"

/* 25.1: comment; parentheses nest, quoted-pairs are passed over. */
static bool take_comment(struct sip_scan *s, struct str *comment)
{
	const char *start = s->p + 1;
	unsigned depth = 0;

	for (; s->p < s->end; s->p++) {
		if (*s->p == '\\' && s->end - s->p > 1)
			s->p++;
		else if (*s->p == '(')
			depth++;
		else if (*s->p == ')' && --depth == 0)
			break;
	}
	if (s->p == s->end)
		return false;
	*comment = str_n(start, (size_t)(s->p - start));
	s->p++;
	return true;
}

bool sip_value_retry_after(struct sip_value *v, struct sip_scan *s)
{
	struct sip_retry_after *x = &v->retry_after;
	struct sip_param p;
	int r;

	if (!sip_value_number(s, &x->seconds))
		return false;
	sip_scan_lws(s);
	if (sip_scan_peek(s) == '(' && !take_comment(s, &x->comment))
		return false;
	while ((r = sip_value_param(s, &p)) > 0) {
		if (!SIP_WORD_IS(p.name, "duration") || x->has_duration)
			continue;
		if (!str_to_u32(p.value, &x->duration_s))
			return false;
		x->has_duration = true;
	}
	return r == 0;
}

/* warn-code SP warn-agent SP warn-text */
bool sip_value_warning(struct sip_value *v, struct sip_scan *s)
{
	struct sip_warning *x = &v->warning;
	struct str code = sip_scan_class(s, SIP_C_TOKEN);
	uint32_t n;

	if (code.len != 3 || !str_to_u32(code, &n))
		return false;
	x->code = (uint16_t)n;
	sip_scan_lws(s);
	x->agent = sip_scan_class(s, SIP_C_VALUE);
	sip_scan_lws(s);
	return x->agent.len && sip_scan_peek(s) == '"' && sip_scan_quoted(s, &x->text);
}

static bool take_digits(struct sip_scan *s, unsigned digits, unsigned *out)
{
	unsigned v = 0;

	for (; digits; digits--, s->p++) {
		if (s->p == s->end || *s->p < '0' || *s->p > '9')
			return false;
		v = v * 10 + (unsigned)(*s->p - '0');
	}
	*out = v;
	return true;
}

/* One of `nr` words of three letters. */
static bool take_word(struct sip_scan *s, const char *words, unsigned nr, unsigned *which)
{
	if (s->end - s->p < 3)
		return false;
	for (unsigned i = 0; i < nr; i++) {
		if (!sip_word_is(str_n(s->p, 3), words + 3 * i, 3))
			continue;
		*which = i;
		s->p += 3;
		return true;
	}
	return false;
}

/* Days from 1970-01-01 by the calendar of 400 years, the year beginning in March. */
static int64_t days_of(unsigned year, unsigned month, unsigned day)
{
	unsigned y = month < 3 ? year - 1 : year, m = month < 3 ? month + 9 : month - 3;

	return (int64_t)y * 365 + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
}

static unsigned days_in(unsigned year, unsigned month)
{
	static const uint8_t days[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap);
}

static bool take_time(struct sip_scan *s, unsigned *seconds)
{
	unsigned h, m, sec;

	if (!take_digits(s, 2, &h) || !sip_scan_char(s, ':') || !take_digits(s, 2, &m) ||
	    !sip_scan_char(s, ':') || !take_digits(s, 2, &sec))
		return false;
	*seconds = h * 3600 + m * 60 + sec;
	return h < 24 && m < 60 && sec < 61;
}

/* rfc1123-date; GMT is the only zone (RFC 4475 3.1.2.12). The day of the week is not believed. */
bool sip_value_date(struct sip_value *v, struct sip_scan *s)
{
	unsigned weekday, day, month, year, seconds;

	if (!take_word(s, "montuewedthufrisatsun", 7, &weekday) || !sip_scan_char(s, ','))
		return false;
	sip_scan_lws(s);
	if (!take_digits(s, 2, &day) || !sip_scan_char(s, ' ') ||
	    !take_word(s, "janfebmaraprmayjunjulaugsepoctnovdec", 12, &month) ||
	    !sip_scan_char(s, ' ') || !take_digits(s, 4, &year) || !sip_scan_char(s, ' ') ||
	    !take_time(s, &seconds) || !sip_scan_char(s, ' '))
		return false;
	month++;
	if (year == 0 || day == 0 || day > days_in(year, month))
		return false;
	v->date_s = days_of(year, month, day) * 86400 + seconds;
	return take_word(s, "gmt", 1, &weekday);
}

/* Digits with a fraction, in milliseconds. */
static bool take_decimal(struct sip_scan *s, uint64_t *ms)
{
	struct str fraction, whole;
	uint64_t n;

	fraction = str_split(sip_scan_class(s, SIP_C_TOKEN), '.', &whole);
	if (!str_to_u64(whole, &n) || n > UINT64_MAX / 1000 - 1)
		return false;
	n *= 1000;
	for (size_t i = 0, unit = 100; i < fraction.len; i++, unit /= 10) {
		if (fraction.p[i] < '0' || fraction.p[i] > '9')
			return false;
		n += (unsigned)(fraction.p[i] - '0') * unit;
	}
	*ms = n;
	return true;
}

bool sip_value_timestamp(struct sip_value *v, struct sip_scan *s)
{
	struct sip_timestamp *x = &v->timestamp;

	if (!take_decimal(s, &x->stamp_ms))
		return false;
	sip_scan_lws(s);
	x->has_delay = !sip_scan_end(s);
	return !x->has_delay || take_decimal(s, &x->delay_ms);
}
