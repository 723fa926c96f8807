/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lab/phone_sound: see the header. */
#include <string.h>

#include "lab/phone_sound.h"

int phone_sound_init(struct phone_sound *s, const struct phone_sound_cfg *cfg, struct str file,
		     const struct dsp_law *table, struct tg_diag *diag)
{
	struct tg_diag why = TG_DIAG_NONE;
	int err;

	*s = (struct phone_sound){ .cfg = cfg, .table = table, .raw = file };
	if (cfg->kind == PHONE_RAW && file.len == 0)
		return tg_fail(diag, TG_EINVAL, 0, "", "%.80s: is empty", cfg->path);
	if (cfg->kind != PHONE_WAV)
		return 0;
	err = dsp_wav_parse(&s->wav, file, &why);
	if (err < 0)
		return tg_fail(diag, err, why.offset, "", "%.50s: %.65s", cfg->path, why.text);
	return 0;
}

void phone_sound_start(struct phone_sound *s, enum dsp_law_kind law)
{
	s->law = law;
	s->at = 0;
	s->tone = dsp_tone(s->cfg->hz, s->cfg->cdbm0 / 100.0, law);
}

static size_t next_raw(struct phone_sound *s, uint8_t *out, size_t nr)
{
	struct str rest = str_from(s->raw, s->at);

	if (nr > rest.len)
		nr = rest.len;
	if (nr)
		memcpy(out, rest.p, nr);
	return nr;
}

void phone_sound_next(struct phone_sound *s, uint8_t *out, size_t nr)
{
	size_t done = 0;

	switch (s->cfg->kind) {
	case PHONE_TONE:
		for (; done < nr; done++)
			out[done] = dsp_linear_to_octet(s->table, s->law, dsp_tone_next(&s->tone));
		break;
	case PHONE_WAV:
		done = dsp_wav_octets(&s->wav, s->table, s->law, s->at, out, nr);
		break;
	case PHONE_RAW:
		done = next_raw(s, out, nr);
		break;
	case PHONE_SILENCE:
		break;
	}
	memset(out + done, dsp_silence(s->law), nr - done);
	s->at += nr;
}

uint32_t phone_sound_ms(const struct phone_sound *s)
{
	const size_t per_ms = DSP_RATE_HZ / 1000;

	if (s->cfg->kind == PHONE_WAV)
		return (uint32_t)((s->wav.nr_samples + per_ms - 1) / per_ms);
	return s->cfg->kind == PHONE_RAW ? (uint32_t)((s->raw.len + per_ms - 1) / per_ms) : 0;
}
