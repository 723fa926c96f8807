/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sdp: the static payload types of RTP/AVP (RFC 3551 table 4), the codecs that are ours, and the
 * names of directions (RFC 8866 6.7). */
#include "sdp/codec.h"

static const struct {
	struct str name;
	uint32_t clock_hz;
	uint8_t channels;
} statics[] = {
	[0] = { STR_INIT("PCMU"), 8000, 1 },   [3] = { STR_INIT("GSM"), 8000, 1 },
	[4] = { STR_INIT("G723"), 8000, 1 },   [5] = { STR_INIT("DVI4"), 8000, 1 },
	[6] = { STR_INIT("DVI4"), 16000, 1 },  [7] = { STR_INIT("LPC"), 8000, 1 },
	[8] = { STR_INIT("PCMA"), 8000, 1 },   [9] = { STR_INIT("G722"), 8000, 1 },
	[10] = { STR_INIT("L16"), 44100, 2 },  [11] = { STR_INIT("L16"), 44100, 1 },
	[12] = { STR_INIT("QCELP"), 8000, 1 }, [13] = { STR_INIT("CN"), 8000, 1 },
	[14] = { STR_INIT("MPA"), 90000, 1 },  [15] = { STR_INIT("G728"), 8000, 1 },
	[16] = { STR_INIT("DVI4"), 11025, 1 }, [17] = { STR_INIT("DVI4"), 22050, 1 },
	[18] = { STR_INIT("G729"), 8000, 1 },
};

#define NR_STATICS (sizeof(statics) / sizeof(statics[0]))

/* Ours: all at 8000 Hz on one channel. */
static const struct {
	struct str name;
	uint8_t pt;
} ours[] = {
	[SDP_PCMU] = { STR_INIT("PCMU"), 0 },
	[SDP_PCMA] = { STR_INIT("PCMA"), 8 },
	[SDP_TELEPHONE_EVENT] = { STR_INIT("telephone-event"), 101 },
};

#define NR_OURS (sizeof(ours) / sizeof(ours[0]))

void sdp_codec_identify(struct sdp_codec *c)
{
	c->id = SDP_CODEC_OTHER;
	if (c->clock_hz != 8000 || c->channels != 1)
		return;
	for (unsigned i = SDP_PCMU; i < NR_OURS; i++)
		if (str_caseeq(c->name, ours[i].name))
			c->id = (enum sdp_codec_id)i;
}

void sdp_codec_static(struct sdp_codec *c, uint8_t pt)
{
	*c = (struct sdp_codec){ .pt = pt };
	if (pt >= NR_STATICS || !statics[pt].name.p)
		return;
	c->name = statics[pt].name;
	c->clock_hz = statics[pt].clock_hz;
	c->channels = statics[pt].channels;
	sdp_codec_identify(c);
}

uint8_t sdp_codec_pt(enum sdp_codec_id id)
{
	return (unsigned)id < NR_OURS ? ours[id].pt : 0;
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
