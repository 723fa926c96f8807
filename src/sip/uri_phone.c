/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/uri: telephone numbers and what is said about them, in tel URIs (RFC 3966 3, RFC 4694 4, RFC 4904
 * 5) and in the user part of sip URIs (RFC 3261 19.1.6). */
#include <trunkgate/sip/uri.h>

#include "sip/scan.h"

#define SLOT(lit, field)                                         \
	{                                                        \
		STR_INIT(lit), offsetof(struct sip_phone, field) \
	}

/* cpc and oli are of draft-mahy-iptel-cpc; isup-oli is how many a switch writes the latter. */
static const struct {
	struct str name;
	size_t at;
} slots[] = {
	SLOT("phone-context", context),
	SLOT("isub", isub),
	SLOT("ext", ext),
	SLOT("postd", postd),
	SLOT("rn", rn),
	SLOT("rn-context", rn_context),
	SLOT("cic", cic),
	SLOT("cic-context", cic_context),
	SLOT("cpc", cpc),
	SLOT("oli", oli),
	SLOT("isup-oli", oli),
	SLOT("tgrp", tgrp),
	SLOT("trunk-context", trunk_context),
};

/* RFC 3966 3: no parameter more than once. */
static bool take(struct sip_phone *p, struct str one)
{
	struct str name, value = str_split(one, '=', &name);

	if (str_caseeq(name, STR("npdi"))) {
		p->npdi = true;
		return true;
	}
	for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++) {
		struct str *slot = (struct str *)(void *)((char *)p + slots[i].at);

		if (!str_caseeq(name, slots[i].name))
			continue;
		if (slot->p || value.len == 0)
			return false;
		*slot = value;
	}
	return true;
}

static bool is_number(struct str s)
{
	size_t digits = 0, i = s.len && s.p[0] == '+';

	for (; i < s.len; i++) {
		if (sip_hex(s.p[i]) >= 0 || s.p[i] == '*' || s.p[i] == '#')
			digits++;
		else if (!memchr("-.()", s.p[i], 4))
			return false;
	}
	return digits != 0;
}

int sip_uri_phone(const struct sip_uri *u, struct sip_phone *p)
{
	struct str params, one;

	memset(p, 0, sizeof(*p));
	params = str_split(u->user, ';', &p->number);
	if (u->scheme == SIP_SCHEME_TEL)
		params = u->params;
	else if (u->scheme == SIP_SCHEME_OTHER || !is_number(p->number))
		return TG_ENOENT;
	p->global = p->number.len && p->number.p[0] == '+';
	while (params.len) {
		params = str_split(params, ';', &one);
		if (one.len && !take(p, one))
			return TG_EINVAL;
	}
	if (!p->trunk_context.p || !p->tgrp.p) /* RFC 4904 5: as if neither were there */
		p->tgrp = p->trunk_context = str_n(NULL, 0);
	return 0;
}
