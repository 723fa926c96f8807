/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sdp: the static payload types of RTP/AVP (RFC 3551 table 4), the codecs that are ours, and the
 * names of directions (RFC 8866 6.7). */
#include "sdp/codec.h"

static const struct {
	struct str name;
	uint32_t clock_hz;
	uint8_t channels;
	enum sdp_codec_id id;
} statics[] = {
	[0] = { STR_INIT("PCMU"), 8000, 1, SDP_PCMU },
	[3] = { STR_INIT("GSM"), 8000, 1, SDP_GSM },
	[4] = { STR_INIT("G723"), 8000, 1, SDP_CODEC_OTHER },
	[5] = { STR_INIT("DVI4"), 8000, 1, SDP_CODEC_OTHER },
	[6] = { STR_INIT("DVI4"), 16000, 1, SDP_CODEC_OTHER },
	[7] = { STR_INIT("LPC"), 8000, 1, SDP_CODEC_OTHER },
	[8] = { STR_INIT("PCMA"), 8000, 1, SDP_PCMA },
	[9] = { STR_INIT("G722"), 8000, 1, SDP_G722 },
	[10] = { STR_INIT("L16"), 44100, 2, SDP_CODEC_OTHER },
	[11] = { STR_INIT("L16"), 44100, 1, SDP_CODEC_OTHER },
	[12] = { STR_INIT("QCELP"), 8000, 1, SDP_CODEC_OTHER },
	[13] = { STR_INIT("CN"), 8000, 1, SDP_CN },
	[14] = { STR_INIT("MPA"), 90000, 1, SDP_CODEC_OTHER },
	[15] = { STR_INIT("G728"), 8000, 1, SDP_CODEC_OTHER },
	[16] = { STR_INIT("DVI4"), 11025, 1, SDP_CODEC_OTHER },
	[17] = { STR_INIT("DVI4"), 22050, 1, SDP_CODEC_OTHER },
	[18] = { STR_INIT("G729"), 8000, 1, SDP_G729 },
};

#define NR_STATICS (sizeof(statics) / sizeof(statics[0]))

/* Ours: at 8000 Hz on one channel but for Opus, which always says 48000/2 (RFC 7587 7). The number is
 * static (RFC 3551 table 4), or the one our offers have for it. */
static const struct {
	struct str name;
	uint8_t pt;
	uint8_t packet_ms; /* a packet time is a multiple of this */
} ours[SDP_NR_CODECS] = {
	[SDP_PCMU] = { STR_INIT("PCMU"), 0, 10 },
	[SDP_PCMA] = { STR_INIT("PCMA"), 8, 10 },
	[SDP_G722] = { STR_INIT("G722"), 9, 10 },
	[SDP_G726_16] = { STR_INIT("G726-16"), 96, 10 },
	[SDP_G726_24] = { STR_INIT("G726-24"), 97, 10 },
	[SDP_G726_32] = { STR_INIT("G726-32"), 98, 10 },
	[SDP_G726_40] = { STR_INIT("G726-40"), 99, 10 },
	[SDP_AAL2_G726_16] = { STR_INIT("AAL2-G726-16"), 102, 10 },
	[SDP_AAL2_G726_24] = { STR_INIT("AAL2-G726-24"), 103, 10 },
	[SDP_AAL2_G726_32] = { STR_INIT("AAL2-G726-32"), 104, 10 },
	[SDP_AAL2_G726_40] = { STR_INIT("AAL2-G726-40"), 105, 10 },
	[SDP_GSM] = { STR_INIT("GSM"), 3, 20 },
	[SDP_L16] = { STR_INIT("L16"), 106, 10 },
	[SDP_G729] = { STR_INIT("G729"), 18, 10 },
	[SDP_OPUS] = { STR_INIT("opus"), 108, 20 },
	[SDP_CLEARMODE] = { STR_INIT("CLEARMODE"), 107, 10 },
	[SDP_CN] = { STR_INIT("CN"), 13, 10 },
	[SDP_TELEPHONE_EVENT] = { STR_INIT("telephone-event"), 101, 10 },
};

#define NR_OURS SDP_NR_CODECS

void sdp_codec_identify(struct sdp_codec *c)
{
	c->id = SDP_CODEC_OTHER;
	for (unsigned i = SDP_PCMU; i < NR_OURS; i++) {
		bool opus = i == SDP_OPUS;

		if (c->clock_hz != (opus ? 48000 : 8000) || c->channels != (opus ? 2 : 1) ||
		    !str_caseeq(c->name, ours[i].name))
			continue;
		c->id = (enum sdp_codec_id)i;
		return;
	}
}

void sdp_codec_static(struct sdp_codec *c, uint8_t pt)
{
	*c = (struct sdp_codec){ .pt = pt };
	if (pt >= NR_STATICS || !statics[pt].name.p)
		return;
	c->name = statics[pt].name;
	c->clock_hz = statics[pt].clock_hz;
	c->channels = statics[pt].channels;
	c->id = statics[pt].id;
}

uint8_t sdp_codec_pt(enum sdp_codec_id id)
{
	return (unsigned)id < NR_OURS ? ours[id].pt : 0;
}

/* Opus has frames of 10 ms too, but not of 30 or 50 (RFC 7587 6.1). */
uint32_t sdp_codec_packet_ms(enum sdp_codec_id id, uint32_t ms)
{
	unsigned unit = (unsigned)id < NR_OURS && ours[id].packet_ms ? ours[id].packet_ms : 10;

	if (id == SDP_OPUS && ms < unit)
		return 10;
	ms -= ms % unit;
	return ms ? ms : unit;
}

const char *sdp_codec_clock(enum sdp_codec_id id)
{
	return id == SDP_OPUS ? "/48000/2" : "/8000";
}

static bool is_on(struct str v)
{
	return str_eq(v, STR("1"));
}

static void opus_parameter(struct sdp_opus *o, struct str name, struct str v)
{
	uint32_t n;

	if (str_caseeq(name, STR("useinbandfec")))
		o->fec = is_on(v);
	else if (str_caseeq(name, STR("usedtx")))
		o->dtx = is_on(v);
	else if (str_caseeq(name, STR("cbr")))
		o->cbr = is_on(v);
	else if (!str_to_u32(v, &n))
		return;
	else if (str_caseeq(name, STR("maxaveragebitrate")))
		o->max_bitrate = n;
	else if (str_caseeq(name, STR("minptime")))
		o->min_ptime_ms = n <= 120 ? (uint8_t)n : 0;
}

void sdp_opus_parse(struct sdp_opus *o, struct str fmtp)
{
	*o = (struct sdp_opus){ 0 };
	while (fmtp.len) {
		struct str one, name, value;

		fmtp = str_split(fmtp, ';', &one);
		value = str_split(one, '=', &name);
		opus_parameter(o, str_trim(name), str_trim(value));
	}
}

const char *sdp_codec_name(enum sdp_codec_id id)
{
	return (unsigned)id < NR_OURS && ours[id].name.p ? ours[id].name.p : "?";
}

static const char *const dirs[] = {
	[SDP_SENDRECV] = "sendrecv",
	[SDP_SENDONLY] = "sendonly",
	[SDP_RECVONLY] = "recvonly",
	[SDP_INACTIVE] = "inactive",
};

const char *sdp_dir_name(enum sdp_dir d)
{
	return (unsigned)d < sizeof(dirs) / sizeof(dirs[0]) ? dirs[d] : "?";
}

bool sdp_dir_of(struct str name, enum sdp_dir *d)
{
	for (unsigned i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		if (!str_eq(name, str_of(dirs[i])))
			continue;
		*d = (enum sdp_dir)i;
		return true;
	}
	return false;
}

bool sdp_dir_sends(enum sdp_dir d)
{
	return d == SDP_SENDRECV || d == SDP_SENDONLY;
}

bool sdp_dir_receives(enum sdp_dir d)
{
	return d == SDP_SENDRECV || d == SDP_RECVONLY;
}

enum sdp_dir sdp_dir_make(bool sends, bool receives)
{
	if (sends)
		return receives ? SDP_SENDRECV : SDP_SENDONLY;
	return receives ? SDP_RECVONLY : SDP_INACTIVE;
}

enum sdp_dir sdp_dir_reverse(enum sdp_dir d)
{
	return sdp_dir_make(sdp_dir_receives(d), sdp_dir_sends(d));
}

bool sdp_is_plain_rtp(struct str proto)
{
	return str_caseeq(proto, STR("RTP/AVP")) || str_caseeq(proto, STR("RTP/AVPF"));
}

bool sdp_is_secure_rtp(struct str proto)
{
	return str_caseeq(proto, STR("RTP/SAVP")) || str_caseeq(proto, STR("RTP/SAVPF"));
}

bool sdp_is_dtls_rtp(struct str proto)
{
	return str_caseeq(proto, STR("UDP/TLS/RTP/SAVP")) ||
	       str_caseeq(proto, STR("UDP/TLS/RTP/SAVPF"));
}

bool sdp_is_usable(const struct sdp_media *m)
{
	return m->port != 0 && str_caseeq(m->kind, STR("audio")) &&
	       (sdp_is_plain_rtp(m->proto) || sdp_is_secure_rtp(m->proto) ||
		sdp_is_dtls_rtp(m->proto));
}

static const char *const setups[] = {
	[SDP_SETUP_ACTIVE] = "active",
	[SDP_SETUP_PASSIVE] = "passive",
	[SDP_SETUP_ACTPASS] = "actpass",
};

enum sdp_setup sdp_setup_of(struct str name)
{
	for (unsigned i = SDP_SETUP_ACTIVE; i <= SDP_SETUP_ACTPASS; i++)
		if (str_caseeq(name, str_of(setups[i])))
			return (enum sdp_setup)i;
	return SDP_SETUP_NONE;
}

const char *sdp_setup_name(enum sdp_setup setup)
{
	return setup >= SDP_SETUP_ACTIVE && setup <= SDP_SETUP_ACTPASS ? setups[setup] : "";
}
