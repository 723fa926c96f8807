/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any octets as the value of a challenge and of credentials. What must hold: nobody gets in without
 * the secret; an answer to a challenge is one that parses, and of a realm that is configured.
 */
#include <string.h>

#include <trunkgate/sip/digest.h>

#include "fuzz/fuzz.h"

#define HEAD                                                                               \
	"Via: SIP/2.0/UDP h;branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\n" \
	"Call-ID: x@y\r\nCSeq: 1 REGISTER\r\n"
#define ROOM SIP_MAX_MESSAGE

static struct sip_digest_server server = { .realm = STR_INIT("r"),
					   .key = { 1 },
					   .lifetime_us = S_US(60) };
static char text[ROOM];

static const struct sip_msg *message(const char *start, const char *name, struct str value)
{
	static struct sip_msg m;
	int n = snprintf(text, sizeof(text), "%s" HEAD "%s: ", start, name);

	if (value.len + 4 > sizeof(text) - (size_t)n)
		return NULL;
	memcpy(text + n, value.p, value.len);
	memcpy(text + n + value.len, "\r\n\r\n", 4);
	return sip_msg_parse(&m, str_n(text, (size_t)n + value.len + 4), NULL) == 0 ? &m : NULL;
}

static void check_challenge(struct str value, const struct sip_digest_user *u)
{
	static char buf[2 * ROOM];
	const struct sip_msg *m =
		message("SIP/2.0 401 Unauthorized\r\n", "WWW-Authenticate", value);
	struct sip_digest_choice c;
	struct sip_value v;
	struct str answer;

	if (!m || sip_digest_choose(m, u, 1, &c) < 0)
		return;
	fuzz_check(str_eq(c.challenge.realm, u->realm));
	if (sip_digest_answer(&c, STR("REGISTER"), STR("sip:b"), STR("c"), 1, buf, sizeof(buf),
			      &answer) < 0)
		return;
	fuzz_check(sip_value_parse(&v, SIP_HDR_AUTHORIZATION, answer, NULL) == 0);
	fuzz_check(v.auth.is_digest && str_eq(v.auth.nonce, c.challenge.nonce));
	fuzz_check(v.auth.response.len == (v.auth.algorithm == SIP_DIGEST_MD5 ? 32 : 64));
}

static void check_credentials(struct str value, const struct sip_digest_user *u)
{
	const struct sip_msg *m = message("REGISTER sip:b SIP/2.0\r\n", "Authorization", value);
	tick_t now = { S_US(100) };
	struct sip_auth a;

	if (!m || sip_digest_find(m, SIP_HDR_AUTHORIZATION, server.realm, &a, NULL) < 0)
		return;
	fuzz_check(sip_digest_check(&server, &a, m->method_name, NULL, now) != SIP_DIGEST_GOOD);
	fuzz_check(sip_digest_check(&server, &a, m->method_name, &u->ha1, now) != SIP_DIGEST_GOOD);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sip_digest_user u = { STR_INIT("u"), STR_INIT("r"), { { "" } } };

	if (size > ROOM / 2)
		return 0;
	fuzz_check(sip_digest_ha1_init(&u.ha1, u.name, u.realm, STR("p")) == 0);
	check_challenge(str_n(data, size), &u);
	check_credentials(str_n(data, size), &u);
	return 0;
}
