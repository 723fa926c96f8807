/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any octets as a session description. What must hold: our answer to an offer that parses is one
 * that parses, with as many streams, the same one in use, and what was chosen in it; the offerer
 * of a single stream can accept it; a fault has a text.
 */
#include <trunkgate/sdp/sdp.h>

#include "fuzz/fuzz.h"

#define ROOM 70000

static struct sdp_caps our_caps(bool more)
{
	static const char key[] = "0123456789abcdefghijklmnopqrst";

	return (struct sdp_caps){ .local = { ADDR_IP4, 4000, { 198, 51, 100, 5 } },
				  .session_id = 1,
				  .session_version = 2,
				  .nr_codecs = more ? 4 : 2,
				  .codec = { SDP_PCMA, SDP_PCMU, SDP_G722, SDP_GSM },
				  .telephone_event = more,
				  .comfort_noise = more,
				  .may_sdes = more,
				  .may_dtls = more,
				  .rtcp_mux = more,
				  .nr_keys = 1,
				  .key = { { STR("AES_CM_128_HMAC_SHA1_80"), { key, 30 } } },
				  .hash = STR("sha-256"),
				  .fingerprint = STR("AA:BB"),
				  .telephone_event_pt = 101,
				  .ptime_ms = 20,
				  .dir = SDP_SENDRECV };
}

static void check_choice(const struct sdp_choice *c)
{
	fuzz_check(c->codec > SDP_CODEC_OTHER && c->codec <= SDP_GSM);
	fuzz_check(c->their_key_len == (c->keying == SDP_KEY_SDES ? 30 : 0));
	fuzz_check((c->keying == SDP_KEY_DTLS) == (c->setup != SDP_SETUP_NONE));
	fuzz_check(c->pt_tx < 128 && c->pt_rx < 128 && c->te_pt_tx < 128);
	fuzz_check(c->ptime_tx_ms >= 10 && c->ptime_tx_ms <= 60 && c->ptime_tx_ms % 10 == 0);
	fuzz_check(c->remote.port != 0 && c->remote.family != ADDR_NONE);
}

/* The peer's view of our answer, when it was an offer as ours are. */
static void check_accept(const struct sdp_caps *caps, const struct sdp *answer,
			 const struct sdp_choice *choice)
{
	struct sdp_choice theirs;

	if (answer->nr_media != 1 || choice->keying != SDP_KEY_NONE ||
	    !str_caseeq(answer->media[0].proto, STR("RTP/AVP")))
		return;
	fuzz_check(sdp_accept(caps, answer, &theirs, NULL) == 0);
	check_choice(&theirs);
	fuzz_check(theirs.codec == choice->codec && theirs.pt_tx == choice->pt_rx);
	fuzz_check(theirs.dir == sdp_dir_reverse(choice->dir));
	fuzz_check(theirs.telephone_event == choice->telephone_event);
}

static void check_answer(const struct sdp *offer, bool more)
{
	static char buf[ROOM];
	static struct sdp answer;
	struct sdp_caps caps = our_caps(more);
	struct tg_diag d = TG_DIAG_NONE;
	struct sdp_choice c;
	struct str out;

	if (sdp_answer(&caps, offer, &c, &d) < 0) {
		fuzz_check(d.text[0] && d.clause[0]);
		return;
	}
	check_choice(&c);
	if (sdp_print_answer(&caps, offer, &c, buf, sizeof(buf), &out) < 0)
		return;
	fuzz_check(sdp_parse(&answer, out, NULL) == 0);
	fuzz_check(answer.nr_media == offer->nr_media && answer.audio == (int)c.stream);
	fuzz_check(answer.media[answer.audio].dir == c.dir);
	fuzz_check(answer.media[answer.audio].codec[0].id == c.codec);
	check_accept(&caps, &answer, &c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sdp offer;
	struct tg_diag d = TG_DIAG_NONE;

	if (size > ROOM / 2)
		return 0;
	if (sdp_parse(&offer, str_n(data, size), &d) < 0) {
		fuzz_check(d.text[0] && d.clause[0] && d.offset <= size);
		return 0;
	}
	fuzz_check(offer.nr_media <= SDP_MAX_MEDIA && offer.audio < (int)offer.nr_media);
	check_answer(&offer, false);
	check_answer(&offer, true);
	return 0;
}
