/* SPDX-License-Identifier: GPL-3.0-or-later */
/* objects: see the header. */
#include <assert.h>

#include "gateway/objects.h"

int gw_objects_init(struct gw_objects *o, struct mem *m, unsigned nr)
{
	o->object = MEM_ARRAY(m, nr + 1, struct med_objects);
	o->free = MEM_ARRAY(m, nr + 1, uint16_t);
	if (!o->object || !o->free)
		return TG_ENOMEM;
	o->nr = nr;
	for (unsigned slot = nr; slot > 0; slot--)
		o->free[o->nr_free++] = (uint16_t)slot;
	return TG_OK;
}

static void drop(struct med_objects *o)
{
	dsp_coder_free(o->coder);
	med_hold_free(o->hold);
	rtp_srtp_free(o->srtp);
	*o = (struct med_objects){ 0 };
}

/* The media side is not there any more. */
void gw_objects_fini(struct gw_objects *o)
{
	for (unsigned slot = 1; slot <= o->nr; slot++)
		drop(&o->object[slot]);
}

static const struct {
	enum med_codec way;
	enum dsp_codec coder;
} ways[SDP_NR_CODECS] = {
	[SDP_PCMU] = { MED_PCMU },
	[SDP_PCMA] = { MED_PCMA },
	[SDP_G722] = { MED_CODED, DSP_G722 },
	[SDP_G726_16] = { MED_CODED, DSP_G726_16 },
	[SDP_G726_24] = { MED_CODED, DSP_G726_24 },
	[SDP_G726_32] = { MED_CODED, DSP_G726_32 },
	[SDP_G726_40] = { MED_CODED, DSP_G726_40 },
	[SDP_AAL2_G726_16] = { MED_CODED, DSP_AAL2_G726_16 },
	[SDP_AAL2_G726_24] = { MED_CODED, DSP_AAL2_G726_24 },
	[SDP_AAL2_G726_32] = { MED_CODED, DSP_AAL2_G726_32 },
	[SDP_AAL2_G726_40] = { MED_CODED, DSP_AAL2_G726_40 },
	[SDP_GSM] = { MED_CODED, DSP_GSM },
	[SDP_L16] = { MED_CODED, DSP_L16 },
	[SDP_G729] = { MED_CODED, DSP_G729 },
	[SDP_OPUS] = { MED_CODED, DSP_OPUS },
	[SDP_CLEARMODE] = { MED_CLEAR },
};

enum med_codec gw_codec_way(enum sdp_codec_id codec)
{
	assert(codec < SDP_NR_CODECS);
	return ways[codec].way;
}

bool gw_codec_built(enum sdp_codec_id codec)
{
	return gw_codec_way(codec) != MED_CODED || dsp_codec_built(ways[codec].coder);
}

static struct dsp_coder *coder_of(struct mem *m, const struct sdp_choice *agreed)
{
	struct dsp_coder *c = dsp_coder_new(m, ways[agreed->codec].coder);
	struct dsp_tuning t = { .fec = agreed->opus.fec,
				.dtx = agreed->opus.dtx,
				.cbr = agreed->opus.cbr,
				.max_bitrate = agreed->opus.max_bitrate };

	if (c)
		dsp_coder_tune(c, &t);
	return c;
}

uint16_t gw_objects_new(struct gw_objects *o, struct mem *m, const struct sdp_choice *agreed,
			const struct gw_keys *keys)
{
	bool coded = gw_codec_way(agreed->codec) == MED_CODED;
	struct med_objects made = { 0 };
	bool remembers;

	if (coded)
		made.coder = coder_of(m, agreed);
	remembers = made.coder && dsp_coder_remembers(made.coder);
	if (remembers)
		made.hold = med_hold_new(m);
	if (keys->len)
		made.srtp = rtp_srtp_new(m, keys->suite, str_n(keys->tx, keys->len),
					 str_n(keys->rx, keys->len));
	if (made.srtp)
		rtp_srtp_mki(made.srtp, keys->rx_mki, keys->rx_mki_len);
	if (!o->nr_free || (coded && !made.coder) || (remembers && !made.hold) ||
	    (keys->len && !made.srtp)) {
		drop(&made);
		return 0;
	}
	o->object[o->free[o->nr_free - 1]] = made;
	return o->free[--o->nr_free];
}

void gw_objects_free(struct gw_objects *o, uint16_t slot)
{
	if (slot == 0 || slot > o->nr)
		return;
	drop(&o->object[slot]);
	o->free[o->nr_free++] = slot;
}
