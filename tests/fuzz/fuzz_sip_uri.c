/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any octets as URIs, one a line, and as a name-addr and a Via value. What must hold: a URI equals
 * itself, and comparison does not depend on the order; an address written again is the same.
 */
#include <string.h>

#include <trunkgate/sip/msg.h>
#include <trunkgate/sip/uri.h>

#include "fuzz/fuzz.h"

static bool inside(struct str part, struct str whole)
{
	return part.len == 0 || (part.p >= whole.p && part.p + part.len <= whole.p + whole.len);
}

static bool one_uri(struct sip_uri *u, struct str text)
{
	struct tg_diag d = TG_DIAG_NONE;
	char buf[256];
	struct addr a;
	struct str out;

	if (sip_uri_parse(u, text, &d) < 0) {
		fuzz_check(d.text[0] && d.offset <= text.len);
		return false;
	}
	fuzz_check(sip_uri_eq(u, u));
	fuzz_check(inside(u->user, text) && inside(u->password, text) && inside(u->host, text));
	fuzz_check(inside(u->params, text) && inside(u->headers, text));
	sip_uri_param(u, STR("maddr"), &out);
	if (sip_uri_addr(u, &a) == 0)
		fuzz_check(a.family != ADDR_NONE && a.port != 0);
	if (sip_unescape(u->user, buf, sizeof(buf), &out) == 0)
		fuzz_check(out.len <= u->user.len && !memchr(buf, '\0', out.len));
	return true;
}

/* Written with quotes and angle brackets it is the same address. */
static void one_nameaddr(struct str text)
{
	static char buf[70000];
	struct sip_nameaddr a, again;
	int n;

	if (sip_nameaddr_parse(&a, text, NULL) < 0 || a.star || memchr(text.p, '\0', text.len))
		return;
	n = snprintf(buf, sizeof(buf), "\"" STR_FMT "\"<" STR_FMT ">%s" STR_FMT, STR_ARG(a.display),
		     STR_ARG(a.uri.text), a.params.len ? ";" : "", STR_ARG(a.params));
	fuzz_check(sip_nameaddr_parse(&again, str_n(buf, (size_t)n), NULL) == 0);
	fuzz_check(str_eq(a.display, again.display) && str_eq(a.tag, again.tag));
	fuzz_check(str_eq(a.uri.text, again.uri.text) && str_eq(a.params, again.params));
}

static void one_via(struct str text)
{
	struct sip_via v, again;

	if (sip_via_parse(&v, text, NULL) < 0)
		return;
	fuzz_check(sip_via_parse(&again, v.text, NULL) == 0);
	fuzz_check(str_eq(v.host, again.host) && v.port == again.port);
	fuzz_check(v.host.len && v.transport.len && inside(v.branch, text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str first, second = str_split(str_n(data, size), '\n', &first);
	struct sip_uri a, b;
	bool is_a, is_b;

	if (size > SIP_MAX_MESSAGE)
		return 0;
	is_a = one_uri(&a, first);
	is_b = one_uri(&b, second);
	if (is_a && is_b)
		fuzz_check(sip_uri_eq(&a, &b) == sip_uri_eq(&b, &a));
	one_nameaddr(str_n(data, size));
	one_via(str_n(data, size));
	return 0;
}
