/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The first line is a Content-Type, the rest a body of it. What must hold: every part lies inside the
 * body; there are only so many and so deep ones; parts put together again come apart to the same.
 */
#include <trunkgate/sip/multipart.h>

#include "fuzz/fuzz.h"

static void check_part(const struct sip_part *p, struct str body)
{
	fuzz_check(p->body.len == 0 ||
		   (p->body.p >= body.p && p->body.p + p->body.len <= body.p + body.len));
	fuzz_check(p->depth <= SIP_MAX_PART_DEPTH);
	fuzz_check(p->media.type.len && p->media.subtype.len);
	fuzz_check(!sip_part_is(p, STR("multipart"), p->media.subtype));
}

static void check_again(const struct sip_part *parts, unsigned nr)
{
	static char buf[1 << 18];
	struct sip_multipart b;
	struct sip_part_walk w;
	struct sip_part p;
	struct str type, body;

	sip_multipart_init(&b, buf, sizeof(buf), STR("Zx3"));
	for (unsigned i = 0; i < nr; i++)
		sip_multipart_add(&b, parts[i].content_type, STR(""), parts[i].body);
	if (sip_multipart_done(&b, STR("mixed"), &type, &body) < 0)
		return;
	fuzz_check(sip_part_walk_init(&w, type, STR(""), body, NULL) == 0);
	for (unsigned i = 0; i < nr; i++) {
		fuzz_check(sip_part_next(&w, &p, NULL) == 1);
		fuzz_check(str_eq(p.body, parts[i].body));
		fuzz_check(str_eq(p.media.subtype, parts[i].media.subtype));
	}
	fuzz_check(sip_part_next(&w, &p, NULL) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sip_part parts[SIP_MAX_PARTS];
	struct str type, body = str_split(str_n(data, size), '\n', &type);
	struct tg_diag d = TG_DIAG_NONE;
	struct sip_part_walk w;
	unsigned nr = 0;
	int r;

	if (size > SIP_MAX_MESSAGE || body.len == 0)
		return 0;
	r = sip_part_walk_init(&w, type, STR(""), body, &d);
	while (r == 0 && (r = sip_part_next(&w, &parts[nr], &d)) > 0) {
		check_part(&parts[nr], body);
		fuzz_check(++nr <= SIP_MAX_PARTS);
		if (nr == SIP_MAX_PARTS)
			return 0;
		r = 0;
	}
	if (r < 0)
		fuzz_check(d.text[0] && d.clause[0]);
	else
		check_again(parts, nr);
	return 0;
}
