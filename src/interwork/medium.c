/* SPDX-License-Identifier: GPL-3.0-or-later */
/* medium: transmission medium (Q.763 3.54-3.56) and user service information (3.57), and what RTP
 * carries: speech codecs or CLEARMODE (RFC 4040). */
#include "interwork/params.h"
#include "isup/params.h"

enum { TMR_SPEECH = 0, TMR_64K = 2, TMR_AUDIO = 3, TMR_64K_PREFERRED = 6 };

/* Q.763 3.57, Q.931 4.5.5: unrestricted digital; 3.1 kHz audio and speech by A-law */
#define USI_64K	   STR("\x88\x90")
#define USI_AUDIO  STR("\x90\x90\xa3")
#define USI_SPEECH STR("\x80\x90\xa3")

static bool is_audio(uint8_t tmr)
{
	return tmr == TMR_SPEECH || tmr == TMR_AUDIO;
}

uint8_t iw_medium_fallback(const struct isup_msg *iam)
{
	uint8_t tmr = 0, prime;

	isup_get_u8(iam, ISUP_P_TMR, &tmr);
	if (tmr != TMR_64K_PREFERRED || isup_get_u8(iam, ISUP_P_TMR_PRIME, &prime) < 0 ||
	    !is_audio(prime))
		return IW_NO_FALLBACK;
	return prime;
}

int iw_params_medium(const struct iw_ctx *x, const struct isup_msg *iam, bool can_clear)
{
	bool falls_back = iw_medium_fallback(iam) != IW_NO_FALLBACK;
	uint8_t tmr;

	if (isup_get_u8(iam, ISUP_P_TMR, &tmr) < 0 || is_audio(tmr))
		return IW_MEDIUM_AUDIO;
	if (falls_back && can_clear &&
	    iw_mapped(x, IW_MAP_BEARER, "medium 64 kbit/s preferred", "CLEARMODE, else audio"))
		return IW_MEDIUM_EITHER;
	if (falls_back)
		return IW_MEDIUM_AUDIO;
	if ((tmr == TMR_64K || tmr == TMR_64K_PREFERRED) && can_clear &&
	    iw_mapped(x, IW_MAP_BEARER, "medium 64 kbit/s", "CLEARMODE"))
		return IW_MEDIUM_CLEAR;
	return iw_mapped(x, IW_MAP_BEARER, "medium", "no codec: 65") ? TG_ENOTSUP : 0;
}

int iw_medium_used(const struct iw_ctx *x, uint8_t fallback, bool clear, struct isup_msg *m)
{
	if (fallback == IW_NO_FALLBACK || clear ||
	    !iw_mapped(x, IW_MAP_BEARER, "audio", "medium used: the fallback"))
		return 0;
	return isup_put_u8(m, ISUP_P_TMU, fallback);
}

/* The medium of speech is a rule of the profile: both parameters say the same of it. */
static int put_audio(const struct iw_ctx *x, struct isup_msg *iam)
{
	uint8_t tmr = TMR_AUDIO;

	isup_get_u8(iam, ISUP_P_TMR, &tmr);
	if (!is_audio(tmr) || !iw_profile_rule(iw_profile_of(x), IW_RULE_USER_SERVICE))
		return 0;
	return isup_put(iam, ISUP_P_USI, tmr == TMR_SPEECH ? USI_SPEECH : USI_AUDIO);
}

int iw_medium_to_isup(const struct iw_ctx *x, bool clear, struct isup_msg *iam)
{
	int err;

	if (!clear)
		return put_audio(x, iam);
	if (!iw_mapped(x, IW_MAP_BEARER, "CLEARMODE", "medium 64 kbit/s"))
		return 0;
	err = isup_put_u8(iam, ISUP_P_TMR, TMR_64K);
	return err < 0 ? err : isup_put(iam, ISUP_P_USI, USI_64K);
}
