/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any octets as a stream of SIP messages. What must hold: the verdict is the same whether the octets
 * come at once or one by one; a framed message that parses ends, for the parser, where the framer
 * said; what the framer refuses the parser refuses too.
 */
#include <trunkgate/sip/frame.h>

#include "fuzz/fuzz.h"

static enum sip_frame slowly(struct sip_framer *f, struct str octets)
{
	enum sip_frame v = SIP_FRAME_MORE;

	sip_framer_init(f);
	for (size_t n = 0; n <= octets.len && v == SIP_FRAME_MORE; n++) {
		uint8_t *copy = malloc(n ? n : 1);

		fuzz_check(copy != NULL);
		memcpy(copy, octets.p, n);
		v = sip_msg_frame(f, str_n(copy, n), NULL);
		free(copy);
	}
	return v;
}

static void check_message(struct str octets)
{
	static struct sip_msg m;
	static struct sip_msg datagram;

	if (sip_msg_parse_stream(&m, octets, NULL) < 0)
		return;
	fuzz_check(m.body.p + m.body.len == octets.p + octets.len);
	fuzz_check(sip_msg_parse(&datagram, octets, NULL) == 0);
	fuzz_check(str_eq(m.body, datagram.body) && m.nr_headers == datagram.nr_headers);
}

static void check_bad(const struct sip_framer *f, struct str octets, const struct tg_diag *d)
{
	static struct sip_msg m;

	fuzz_check(d->text[0] && d->clause[0] && f->len <= octets.len);
	fuzz_check(f->status == 0 || f->status == 400 || f->status == 513);
	fuzz_check(sip_msg_parse_stream(&m, str_n(octets.p, f->len), NULL) < 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str octets = str_n(data, size);

	for (unsigned nr = 0; octets.len && nr < 64; nr++) {
		struct tg_diag d = TG_DIAG_NONE;
		struct sip_framer f = { 0 }, one;
		enum sip_frame v = sip_msg_frame(&f, octets, &d);

		if (size < 2048)
			fuzz_check(slowly(&one, octets) == v && one.status == f.status);
		if (v == SIP_FRAME_BAD)
			check_bad(&f, octets, &d);
		if (v == SIP_FRAME_MORE || v == SIP_FRAME_BAD)
			break;
		fuzz_check(f.len && f.len <= octets.len);
		if (v == SIP_FRAME_MESSAGE)
			check_message(str_n(octets.p, f.len));
		octets = str_from(octets, f.len);
	}
	return 0;
}
