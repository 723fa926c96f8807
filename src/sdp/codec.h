/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sdp/codec: what parser, negotiation and printer share about payload types and directions.
 *
 *	sdp_codec_static(&c, 8);			(c.id is SDP_PCMA)
 *	c.name = STR("PCMU");				(an rtpmap says otherwise)
 *	sdp_codec_identify(&c);				(c.id is SDP_PCMU)
 */
#ifndef TRUNKGATE_SDP_CODEC_H
#define TRUNKGATE_SDP_CODEC_H

#include <trunkgate/sdp/sdp.h>

/* A format as its number alone says (RFC 3551 table 4); without a name when it says nothing. */
void sdp_codec_static(struct sdp_codec *c, uint8_t pt);
/* Sets id from name, clock and channels. */
void sdp_codec_identify(struct sdp_codec *c);
/* The payload type that we offer it with. */
uint8_t sdp_codec_pt(enum sdp_codec_id id);

/* The longest packet time up to `ms` that the codec can, else its shortest. */
uint32_t sdp_codec_packet_ms(enum sdp_codec_id id, uint32_t ms);
/* What is behind its name in an rtpmap: clock and channels. */
const char *sdp_codec_clock(enum sdp_codec_id id);
/* Parameters of Opus in an fmtp; what is not known, or makes no sense, is passed over. */
void sdp_opus_parse(struct sdp_opus *o, struct str fmtp);

/* RTP without encryption: RTP/AVP, and RTP/AVPF (RFC 4585 10), which without a=rtcp-fb asks for nothing
 * but another timing of RTCP. */
bool sdp_is_plain_rtp(struct str proto);
/* RTP/SAVP and RTP/SAVPF (RFC 3711, RFC 5124): keys come by a=crypto or by DTLS. */
bool sdp_is_secure_rtp(struct str proto);
/* The same with DTLS in the name (RFC 5764 8). */
bool sdp_is_dtls_rtp(struct str proto);

/* Audio over RTP, not refused. */
bool sdp_is_usable(const struct sdp_media *m);

enum sdp_setup sdp_setup_of(struct str name);
const char *sdp_setup_name(enum sdp_setup setup);

bool sdp_dir_of(struct str name, enum sdp_dir *d);
bool sdp_dir_sends(enum sdp_dir d);
bool sdp_dir_receives(enum sdp_dir d);
enum sdp_dir sdp_dir_make(bool sends, bool receives);

#endif
