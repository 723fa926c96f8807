/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lab/phone_sound: what the test phone plays, as octets of the codec: a tone, silence, a WAV file's
 * octets or raw ones, then silence. The file is read by somebody else and must outlive the sound.
 *
 *	struct phone_sound s;
 *	if (phone_sound_init(&s, &cfg->play, file, law, &diag) < 0) ... diag.text
 *	phone_sound_start(&s, DSP_ALAW);
 *	phone_sound_next(&s, payload, 160);
 */
#ifndef TRUNKGATE_LAB_PHONE_SOUND_H
#define TRUNKGATE_LAB_PHONE_SOUND_H

#include <trunkgate/base/err.h>
#include <trunkgate/base/str.h>
#include "dsp/law.h"
#include "dsp/tone.h"
#include "dsp/wav.h"
#include "lab/phone_args.h"

struct phone_sound {
	const struct phone_sound_cfg *cfg;
	const struct dsp_law *table;
	enum dsp_law_kind law;
	struct str raw;
	struct dsp_wav wav;
	struct dsp_tone tone;
	size_t at; /* octets played */
};

/* `file`: the octets at cfg->path, for WAV and RAW. */
int phone_sound_init(struct phone_sound *s, const struct phone_sound_cfg *cfg, struct str file,
		     const struct dsp_law *table, struct tg_diag *diag);
/* From the start, in this law. */
void phone_sound_start(struct phone_sound *s, enum dsp_law_kind law);
void phone_sound_next(struct phone_sound *s, uint8_t *out, size_t nr);
/* How long a file lasts; 0 for what has no end. */
uint32_t phone_sound_ms(const struct phone_sound *s);

#endif
