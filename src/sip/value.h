/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/value: what the parsers of header values share. Each takes a scan at the first octet of the
 * value and returns false where the grammar is left; whether anything is behind it the caller asks.
 *
 *	bool sip_value_reason(struct sip_value *v, struct sip_scan *s)
 *	{
 *		struct sip_param p;
 *
 *		while (sip_value_param(s, &p) ...
 */
#ifndef TRUNKGATE_SIP_VALUE_H
#define TRUNKGATE_SIP_VALUE_H

#include <trunkgate/sip/headers.h>

#include "sip/scan.h"

/* The next parameter behind a ';': 1; 0 when there is none; -1 against the grammar. */
static inline int sip_value_param(struct sip_scan *s, struct sip_param *p)
{
	sip_scan_lws(s);
	if (!sip_scan_char(s, ';'))
		return 0;
	sip_scan_lws(s);
	return sip_scan_param(s, p) ? 1 : -1;
}

/* A string without the quotes around it, or what has none. */
static inline struct str sip_unquote(struct str s)
{
	if (s.len >= 2 && s.p[0] == '"' && s.p[s.len - 1] == '"')
		return str_n(s.p + 1, s.len - 2);
	return s;
}

static inline void sip_first(struct str *slot, struct str value)
{
	if (!slot->p)
		*slot = value;
}

static inline bool sip_value_token(struct sip_scan *s, struct str *token)
{
	*token = sip_scan_class(s, SIP_C_TOKEN);
	return token->len != 0;
}

bool sip_value_number(struct sip_scan *s, uint32_t *n);
void sip_value_method(struct sip_scan *s, struct sip_method_value *m);
/* qvalue of RFC 3261 25.1, in thousandths. */
bool sip_value_q(struct str text, uint16_t *milli);

typedef bool sip_value_fn(struct sip_value *v, struct sip_scan *s);
sip_value_fn sip_value_media, sip_value_weighted, sip_value_disposition;
sip_value_fn sip_value_retry_after, sip_value_warning, sip_value_date, sip_value_timestamp;
sip_value_fn sip_value_auth, sip_value_auth_info;
sip_value_fn sip_value_reason, sip_value_replaces, sip_value_session_expires;
sip_value_fn sip_value_event, sip_value_subscription_state;
sip_value_fn sip_value_contact, sip_value_privacy, sip_value_diversion, sip_value_history;
sip_value_fn sip_value_user_to_user, sip_value_identity;

#endif
