/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vty_config_media: codecs, keys and reports of RTP: for a peer, and in `media` for all others. */
#include <stdlib.h>
#include <string.h>

#include "gateway/objects.h"
#include "ops/vty_config.h"
#include "ops/vty_internal.h"

#define NO_OPTION_STR "Take back, or back to the default\n"

/* In `media` for callers who are no peer, in `peer` for that one. */
static struct gw_peer_cfg *codec_owner(struct vty *vty)
{
	if (vty->node == OPS_PEER_NODE)
		return ops_peer_here(vty);
	return ops_edit(vty) ? &ops_edit(vty)->peer_default : NULL;
}

DEFUN(cfg_codecs, cfg_codecs_cmd, "codecs .CODEC",
      "Speech codecs, the preferred one first\npcma, pcmu, g722, g726-16 to g726-40 (aal2-g726-... in the other order of bits), gsm, l16, g729, opus; "
      "clearmode for data\n")
{
	struct gw_peer_cfg *p = codec_owner(vty);
	enum sdp_codec_id id[SDP_NR_CODECS];

	if (!p)
		return CMD_WARNING;
	if (argc >= SDP_NR_CODECS)
		return ops_refuse(vty, "too many codecs");
	for (int i = 0; i < argc; i++) {
		int found = ops_word_find(ops_codec_word, SDP_NR_CODECS, argv[i]);

		if (found < 0)
			return ops_refuse(
				vty,
				"no codec %s; there are pcma, pcmu, g722, g726-*, gsm, l16, g729, opus, clearmode",
				argv[i]);
		id[i] = (enum sdp_codec_id)found;
		if (!gw_codec_built(id[i]))
			return ops_refuse(vty, "%s is not built in: its library was not there",
					  argv[i]);
		for (int j = 0; j < i; j++)
			if (id[j] == id[i])
				return ops_refuse(vty, "%s is there twice", argv[i]);
	}
	memcpy(p->codec, id, (size_t)argc * sizeof(id[0]));
	p->nr_codecs = (unsigned)argc;
	return CMD_SUCCESS;
}

DEFUN(cfg_ptime, cfg_ptime_cmd, "ptime (10|20|30|40|50|60)",
      "Speech in a packet that we ask for and send\n10 ms\n20 ms\n30 ms\n40 ms\n50 ms\n60 ms\n")
{
	struct gw_peer_cfg *p = codec_owner(vty);

	if (!p)
		return CMD_WARNING;
	p->ptime_ms = (uint32_t)atoi(argv[0]);
	return CMD_SUCCESS;
}

DEFUN(cfg_srtp, cfg_srtp_cmd, "srtp (refuse|accept|best-effort|sdes|dtls)",
      "Encrypted RTP\nPlain RTP only (default)\n"
      "Our offers are plain; its offers are taken as they come\n"
      "Our offers are RTP/AVP with keys in SDP; its offers are taken as they come\n"
      "Nothing without keys in SDP (RFC 4568): use it over TLS\n"
      "Nothing without DTLS-SRTP (RFC 5763)\n")
{
	struct gw_peer_cfg *p = codec_owner(vty);

	if (!p)
		return CMD_WARNING;
	p->media.srtp = (enum gw_srtp)ops_word_find(ops_srtp_word, GW_NR_SRTP, argv[0]);
	return CMD_SUCCESS;
}

/* Words that are there, or not. */
#define SWITCH(name, word, field, on, help)               \
	DEFUN(cfg_##name, cfg_##name##_cmd, word, help)   \
	{                                                 \
		struct gw_peer_cfg *p = codec_owner(vty); \
                                                          \
		if (!p)                                   \
			return CMD_WARNING;               \
		p->media.field = on;                      \
		return CMD_SUCCESS;                       \
	}

#define LEARN_HELP \
	"Send RTP to where it comes from, when that is the host of SDP (default: to SDP's)\n"
#define RTCP_HELP "Reports of what is received (RFC 3550; default: they are sent)\n"
#define XR_HELP	  "Reports have VoIP metrics, too (RFC 3611; default: they have not)\n"
#define MUX_HELP  "RTCP on the port of RTP, when the peer can (RFC 5761)\n"
#define CN_HELP	  "Silence is told, not sent, when the peer can (RFC 3389)\n"
#define MODEM_HELP                                                                         \
	"After the answering tone of a modem or fax machine the receive buffer is fixed, " \
	"nothing is concealed (default: it is)\n"

SWITCH(learn, "rtp-learn", learn, true, LEARN_HELP)
SWITCH(no_learn, "no rtp-learn", learn, false, NO_OPTION_STR LEARN_HELP)
SWITCH(rtcp, "rtcp", no_rtcp, false, RTCP_HELP)
SWITCH(no_rtcp, "no rtcp", no_rtcp, true, NO_OPTION_STR RTCP_HELP)
SWITCH(xr, "rtcp-xr", metrics, true, XR_HELP)
SWITCH(no_xr, "no rtcp-xr", metrics, false, NO_OPTION_STR XR_HELP)
SWITCH(mux, "rtcp-mux", rtcp_mux, true, MUX_HELP)
SWITCH(no_mux, "no rtcp-mux", rtcp_mux, false, NO_OPTION_STR MUX_HELP)
SWITCH(cn, "comfort-noise", comfort_noise, true, CN_HELP)
SWITCH(no_cn, "no comfort-noise", comfort_noise, false, NO_OPTION_STR CN_HELP)
SWITCH(modem, "modem-detect", no_modem_detect, false, MODEM_HELP)
SWITCH(no_modem, "no modem-detect", no_modem_detect, true, NO_OPTION_STR MODEM_HELP)
SWITCH(adaptive, "receive-buffer adaptive", fixed_buffer, false,
       "How long what is received waits\nAs long as the network needs; data always the same time (default)\n")
SWITCH(fixed, "receive-buffer fixed", fixed_buffer, true,
       "How long what is received waits\nAlways the same time: octets as they came, for fax and modems too\n")

static void install(int node)
{
	struct cmd_element *const all[] = {
		&cfg_codecs_cmd,   &cfg_ptime_cmd,    &cfg_srtp_cmd,   &cfg_learn_cmd,
		&cfg_no_learn_cmd, &cfg_xr_cmd,	      &cfg_no_xr_cmd,  &cfg_rtcp_cmd,
		&cfg_no_rtcp_cmd,  &cfg_mux_cmd,      &cfg_no_mux_cmd, &cfg_cn_cmd,
		&cfg_no_cn_cmd,	   &cfg_adaptive_cmd, &cfg_fixed_cmd,  &cfg_modem_cmd,
		&cfg_no_modem_cmd,
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		install_element(node, all[i]);
}

void ops_vty_config_media_init(void)
{
	install(OPS_MEDIA_NODE);
	install(OPS_PEER_NODE);
	ops_vty_config_worker_init();
}
