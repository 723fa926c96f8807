/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any octets as a WAV file. What must hold: what parses has samples, all within the file, and as
 * many as it says can be read, in either law; a fault has a text.
 */
#include "dsp/wav.h"
#include "fuzz/fuzz.h"

static void check_read(const struct dsp_wav *w, const struct dsp_law *law)
{
	int16_t x[100];
	uint8_t octets[100];
	size_t all = 0, n;

	while ((n = dsp_wav_linear(w, law, all, x, 100)) > 0) {
		fuzz_check(dsp_wav_octets(w, law, all % 2 ? DSP_ALAW : DSP_MULAW, all, octets,
					  100) == n);
		all += n;
	}
	fuzz_check(all == w->nr_samples);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct dsp_law law;
	struct tg_diag d = TG_DIAG_NONE;
	struct dsp_wav w;

	if (law.mu_to_a[0] == 0)
		dsp_law_init(&law);
	if (dsp_wav_parse(&w, str_n(data, size), &d) < 0) {
		fuzz_check(d.text[0] && d.clause[0] && d.offset <= size);
		return 0;
	}
	fuzz_check(w.nr_samples > 0 && w.data.len <= size);
	fuzz_check(w.data.p >= (const char *)data &&
		   w.data.p + w.data.len <= (const char *)data + size);
	check_read(&w, &law);
	return 0;
}
