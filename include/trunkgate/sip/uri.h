/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/uri: sip, sips (RFC 3261 19.1) and tel (RFC 3966) URIs, parsed in place.
 *
 *	struct sip_uri u;
 *	if (sip_uri_parse(&u, STR("sip:+4930123@192.0.2.1:5060;user=phone"), &diag) == 0)
 *		... u.user is "+4930123", sip_uri_param(&u, STR("user"), &v) gives "phone"
 */
#ifndef TRUNKGATE_SIP_URI_H
#define TRUNKGATE_SIP_URI_H

#include <stdbool.h>
#include <stdint.h>

#include <trunkgate/base/addr.h>
#include <trunkgate/base/err.h>
#include <trunkgate/base/str.h>

enum sip_scheme { SIP_SCHEME_OTHER, SIP_SCHEME_SIP, SIP_SCHEME_SIPS, SIP_SCHEME_TEL };

struct sip_uri {
	struct str text; /* all of it */
	enum sip_scheme scheme;
	struct str scheme_name;
	struct str user; /* as written, escapes and all; for tel the number without parameters */
	struct str password; /* after ':' in the userinfo */
	bool has_user;	     /* false for "sip:host" */
	struct str host;     /* IPv6 references without their brackets */
	bool host_is_ip6;
	uint16_t port;	    /* 0: none written */
	struct str params;  /* from the first ';' on, without it */
	struct str headers; /* after '?' */
};

int sip_uri_parse(struct sip_uri *u, struct str text, struct tg_diag *diag);
/* Looks up `name` (any case) among the ;name=value parameters of a header: white space and quoted
 * strings are honoured, and quotes stay in the value. Value empty for a flag. */
bool sip_params_find(struct str params, struct str name, struct str *value);
/* The same among the parameters of a URI, where a name may be written with escapes. */
bool sip_uri_param(const struct sip_uri *u, struct str name, struct str *value);
/* The comparison of RFC 3261 19.1.4 (sip, sips) and RFC 3966 4 (tel). */
bool sip_uri_eq(const struct sip_uri *a, const struct sip_uri *b);
/* A telephone number with what is said about it (RFC 3966, RFC 4694, RFC 4904): that of a tel URI, or
 * of the user part of a sip URI (RFC 3261 19.1.6). Views as written; p == NULL: not there. */
struct sip_phone {
	struct str number; /* with its separators and '+' */
	bool global;
	struct str context; /* phone-context */
	struct str isub, ext, postd;
	bool npdi; /* a number portability query has been made */
	struct str rn, rn_context, cic, cic_context;
	struct str cpc, oli;
	struct str tgrp, trunk_context;
};
/* TG_ENOENT: no telephone number. TG_EINVAL: a parameter twice or without its value. One of tgrp and
 * trunk-context without the other is as if neither were there (RFC 4904 5). */
int sip_uri_phone(const struct sip_uri *u, struct sip_phone *phone);
/* Decodes %HH into buf; TG_ELIMIT when it does not fit, TG_EINVAL on a bad or NUL escape. */
int sip_unescape(struct str s, char *buf, size_t size, struct str *out);
/* Where a request to this URI goes when its host is an address and no DNS is needed: host and
 * port (5060 when none; the `maddr` parameter wins). TG_ENOTSUP for a host name. */
int sip_uri_addr(const struct sip_uri *u, struct addr *out);

#endif
