/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dsp/wav: "Multimedia Programming Interface and Data Specifications 1.0" (RIFF, WAVE). */
#include <math.h>

#include "base/cursor.h"
#include "dsp/wav.h"

#define CLAUSE	       "RIFF WAVE"
#define TAG_EXTENSIBLE 0xfffe
#define LEN_UNKNOWN    0xffffffffu
#define FMT_LEN	       16 /* of the fmt chunk, at least */
#define CUTOFF_HZ      3800.0

static const struct {
	uint16_t tag, bits;
	const char *name;
} formats[] = {
	[DSP_WAV_PCM16] = { 1, 16, "PCM 16 bit" },
	[DSP_WAV_PCM8] = { 1, 8, "PCM 8 bit" },
	[DSP_WAV_ALAW] = { 6, 8, "A-law" },
	[DSP_WAV_MULAW] = { 7, 8, "mu-law" },
};

#define NR_FORMATS (sizeof(formats) / sizeof(formats[0]))

static uint32_t rd_le32(struct rd *r)
{
	uint32_t low = rd_le16(r);

	return low | (uint32_t)rd_le16(r) << 16;
}

static int parse_format(struct dsp_wav *w, uint16_t tag, uint16_t bits, size_t at,
			struct tg_diag *d)
{
	for (size_t i = 0; i < NR_FORMATS; i++) {
		if (formats[i].tag == tag && formats[i].bits == bits) {
			w->format = (enum dsp_wav_format)i;
			return 0;
		}
	}
	return tg_fail(d, TG_ENOTSUP, at, CLAUSE,
		       "format %u with %u bits; PCM of 8 or 16 bits, A-law and mu-law are known",
		       tag, bits);
}

static int parse_fmt(struct dsp_wav *w, struct str chunk, size_t at, struct tg_diag *d)
{
	struct rd r = rd_init(chunk);
	uint16_t tag = rd_le16(&r), channels = rd_le16(&r), bits;

	w->rate_hz = rd_le32(&r);
	rd_bytes(&r, 6); /* octets a second, octets a sample: they follow from the rest */
	bits = rd_le16(&r);
	if (r.err)
		return tg_fail(d, TG_EINVAL, at, CLAUSE, "fmt chunk of %zu octets", chunk.len);
	if (tag == TAG_EXTENSIBLE) {
		rd_bytes(&r, 8);
		tag = rd_le16(&r);
		if (r.err)
			return tg_fail(d, TG_EINVAL, at, CLAUSE, "fmt chunk lacks its extension");
	}
	if (channels != 1)
		return tg_fail(d, TG_ENOTSUP, at, CLAUSE, "%u channels; mono is needed", channels);
	if (w->rate_hz != 8000 && w->rate_hz != 16000)
		return tg_fail(d, TG_ENOTSUP, at, CLAUSE, "%u Hz; 8000 or 16000 is needed",
			       w->rate_hz);
	return parse_format(w, tag, bits, at, d);
}

/* Low-pass as a sinc under a Hamming window, its sum 1. */
static void make_taps(float *taps)
{
	double sum = 0;

	for (int i = 0; i < DSP_WAV_TAPS; i++) {
		double at = i - DSP_WAV_TAPS / 2;
		double x = 2 * M_PI * CUTOFF_HZ / 16000 * at;
		double window = 0.54 + 0.46 * cos(2 * M_PI * at / DSP_WAV_TAPS);

		taps[i] = (float)(window * (at == 0 ? 1 : sin(x) / x));
		sum += taps[i];
	}
	for (int i = 0; i < DSP_WAV_TAPS; i++)
		taps[i] = (float)(taps[i] / sum);
}

static size_t nr_in_file(const struct dsp_wav *w)
{
	return w->data.len / (formats[w->format].bits / 8);
}

static int take_data(struct dsp_wav *w, struct str data, size_t at, struct tg_diag *d)
{
	w->data = data;
	w->nr_samples = nr_in_file(w);
	if (w->rate_hz == 16000) {
		make_taps(w->taps);
		w->nr_samples /= 2;
	}
	if (w->nr_samples == 0)
		return tg_fail(d, TG_EINVAL, at, CLAUSE, "no samples");
	return 0;
}

/* One chunk: 1 when it was the data, 0 when there may be more. */
static int parse_chunk(struct dsp_wav *w, struct rd *r, bool *have_fmt, struct tg_diag *d)
{
	size_t at = rd_at(r);
	struct str id = rd_bytes(r, 4);
	uint32_t len = rd_le32(r);
	bool is_data = str_eq(id, STR("data"));

	if (is_data && len == LEN_UNKNOWN)
		len = (uint32_t)(rd_left(r) < LEN_UNKNOWN ? rd_left(r) : LEN_UNKNOWN);
	if (r->err || len > rd_left(r))
		return tg_fail(d, TG_ETRUNC, at, CLAUSE,
			       "the file ends inside a chunk of %u octets", len);
	if (is_data && !*have_fmt)
		return tg_fail(d, TG_EINVAL, at, CLAUSE, "data chunk before the fmt chunk");
	if (is_data)
		return take_data(w, rd_bytes(r, len), at, d) < 0 ? TG_EINVAL : 1;
	if (str_eq(id, STR("fmt "))) {
		int err = parse_fmt(w, rd_bytes(r, len), at, d);

		*have_fmt = true;
		if (err < 0)
			return err;
	} else {
		rd_bytes(r, len);
	}
	if (len % 2 && rd_left(r) > 0)
		rd_u8(r);
	return 0;
}

int dsp_wav_parse(struct dsp_wav *w, struct str file, struct tg_diag *d)
{
	struct rd r = rd_init(file);
	struct str riff = rd_bytes(&r, 4), wave;
	bool have_fmt = false;
	int done = 0;

	memset(w, 0, sizeof(*w));
	rd_le32(&r);
	wave = rd_bytes(&r, 4);
	if (r.err || !str_eq(riff, STR("RIFF")) || !str_eq(wave, STR("WAVE")))
		return tg_fail(d, TG_EINVAL, 0, CLAUSE, "not a WAV file");
	while (done == 0) {
		if (rd_left(&r) == 0)
			return tg_fail(d, TG_ETRUNC, file.len, CLAUSE, "no %s chunk",
				       have_fmt ? "data" : "fmt");
		done = parse_chunk(w, &r, &have_fmt, d);
	}
	return done < 0 ? done : 0;
}

/* Sample i of the file, at its own rate; 0 outside. */
static int16_t sample(const struct dsp_wav *w, const struct dsp_law *t, size_t i)
{
	const uint8_t *p = (const uint8_t *)w->data.p;

	if (i >= nr_in_file(w))
		return 0;
	switch (w->format) {
	case DSP_WAV_PCM8:
		return (int16_t)((p[i] - 128) * 256);
	case DSP_WAV_ALAW:
		return t->a_linear[p[i]];
	case DSP_WAV_MULAW:
		return t->mu_linear[p[i]];
	default:
		return (int16_t)(uint16_t)(p[2 * i] | p[2 * i + 1] << 8);
	}
}

static int16_t filtered(const struct dsp_wav *w, const struct dsp_law *t, size_t i)
{
	float sum = 0;

	/* Before the first sample the index wraps to one far behind the last: 0 too. */
	for (size_t k = 0; k < DSP_WAV_TAPS; k++)
		sum += w->taps[k] * sample(w, t, i + k - DSP_WAV_TAPS / 2);
	if (sum > INT16_MAX)
		return INT16_MAX;
	return sum < INT16_MIN ? INT16_MIN : (int16_t)lroundf(sum);
}

static size_t there_are(const struct dsp_wav *w, size_t first, size_t n)
{
	if (first >= w->nr_samples)
		return 0;
	return n < w->nr_samples - first ? n : w->nr_samples - first;
}

static int16_t at_8khz(const struct dsp_wav *w, const struct dsp_law *t, size_t i)
{
	return w->rate_hz == 16000 ? filtered(w, t, 2 * i) : sample(w, t, i);
}

size_t dsp_wav_linear(const struct dsp_wav *w, const struct dsp_law *t, size_t first, int16_t *out,
		      size_t n)
{
	n = there_are(w, first, n);
	for (size_t i = 0; i < n; i++)
		out[i] = at_8khz(w, t, first + i);
	return n;
}

/* The table from the file's law to the wanted one; *same when there is nothing to convert. */
static const uint8_t *law_table(const struct dsp_wav *w, const struct dsp_law *t,
				enum dsp_law_kind law, bool *same)
{
	enum dsp_wav_format wanted = law == DSP_ALAW ? DSP_WAV_ALAW : DSP_WAV_MULAW;

	*same = w->rate_hz == 8000 && w->format == wanted;
	if (w->rate_hz != 8000 || w->format < DSP_WAV_ALAW)
		return NULL;
	return law == DSP_ALAW ? t->mu_to_a : t->a_to_mu;
}

size_t dsp_wav_octets(const struct dsp_wav *w, const struct dsp_law *t, enum dsp_law_kind law,
		      size_t first, uint8_t *out, size_t n)
{
	bool same;
	const uint8_t *table = law_table(w, t, law, &same);
	const uint8_t *p = (const uint8_t *)w->data.p + first;

	n = there_are(w, first, n);
	if (same && n > 0)
		memcpy(out, p, n);
	else
		for (size_t i = 0; i < n; i++)
			out[i] = table ? table[p[i]]
				       : dsp_linear_to_octet(t, law, at_8khz(w, t, first + i));
	return n;
}

static uint8_t *put_le(uint8_t *p, unsigned nr, uint32_t v)
{
	for (; nr > 0; nr--, v >>= 8)
		*p++ = (uint8_t)v;
	return p;
}

static uint8_t *put_id(uint8_t *p, const char *id)
{
	memcpy(p, id, 4);
	return p + 4;
}

size_t dsp_wav_header(uint8_t out[DSP_WAV_HEADER_MAX], enum dsp_wav_format format, uint32_t rate_hz,
		      uint32_t data_len)
{
	bool pcm = formats[format].tag == 1;
	uint32_t width = formats[format].bits / 8;
	uint32_t header_len = pcm ? 44 : DSP_WAV_HEADER_MAX;
	uint8_t *p = put_id(out, "RIFF");

	p = put_id(put_le(p, 4, header_len - 8 + data_len + data_len % 2), "WAVE");
	p = put_le(put_id(p, "fmt "), 4, pcm ? FMT_LEN : FMT_LEN + 2);
	p = put_le(put_le(p, 2, formats[format].tag), 2, 1);
	p = put_le(put_le(p, 4, rate_hz), 4, rate_hz * width);
	p = put_le(put_le(p, 2, width), 2, formats[format].bits);
	if (!pcm) {
		p = put_le(p, 2, 0); /* no extension */
		p = put_le(put_id(p, "fact"), 4, 4);
		p = put_le(p, 4, data_len / width);
	}
	p = put_le(put_id(p, "data"), 4, data_len);
	return (size_t)(p - out);
}
