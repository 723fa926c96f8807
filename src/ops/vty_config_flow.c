/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vty_config_flow: the words of a peer and of a trunk that choose
 * between ways in which a call may be signalled. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "ops/vty_config.h"
#include "ops/vty_internal.h"

#define REL100_STR "Provisional responses that are acknowledged (RFC 3262)\n"

static int set_rel100(struct vty *vty, char word)
{
	struct gw_peer_cfg *p = ops_peer_here(vty);

	if (!p)
		return CMD_WARNING;
	p->flow.rel100 = word == 'o'   ? SIP_REL100_OFF
			 : word == 's' ? SIP_REL100_SUPPORTED
			 : word == 'u' ? SIP_REL100_USED
				       : SIP_REL100_REQUIRED;
	return CMD_SUCCESS;
}

DEFUN(cfg_peer_rel100, cfg_peer_rel100_cmd, "reliable-responses (off|supported|used|required)",
      REL100_STR
      "We do not offer them; where the peer requires them they are sent\n"
      "We offer them, and send them where the peer requires them (default)\n"
      "We send them wherever the peer supports them, with our offer when it has made none\n"
      "As used; calls to it require them, and calls from it without them get 421\n")
{
	return set_rel100(vty, argv[0][0]);
}

/* One of two words; the second is not the default. */
static int set_bool(struct vty *vty, size_t offset, bool value)
{
	struct gw_peer_cfg *p = ops_peer_here(vty);

	if (!p)
		return CMD_WARNING;
	*(bool *)((char *)&p->flow + offset) = value;
	return CMD_SUCCESS;
}

DEFUN(cfg_peer_early_sdp, cfg_peer_early_sdp_cmd, "early-sdp (always|in-band)",
      "Which of our 18x have a session description\n"
      "All (default): a tone of the network is heard even when it was not announced\n"
      "Those that say that something is to be heard\n")
{
	return set_bool(vty, offsetof(struct gw_flow_cfg, bare_progress), argv[0][0] == 'i');
}

DEFUN(cfg_peer_early_media, cfg_peer_early_media_cmd, "early-media-authorization (ask|none)",
      "P-Early-Media (RFC 5009)\n"
      "Our INVITEs say that we know it\nThey do not (default); what comes is obeyed\n")
{
	return set_bool(vty, offsetof(struct gw_flow_cfg, asks_early_media), argv[0][0] == 'a');
}

DEFUN(cfg_peer_hold, cfg_peer_hold_cmd, "hold (notify|ignore)",
      "When it puts the call on hold (RFC 3398 9.2)\n"
      "The trunk hears of it: CPG, remote hold and remote retrieval (default)\n"
      "The trunk hears nothing of it\n")
{
	return set_bool(vty, offsetof(struct gw_flow_cfg, quiet_hold), argv[0][0] == 'i');
}

DEFUN(cfg_peer_suspend, cfg_peer_suspend_cmd, "suspend (hold|ignore)",
      "When the trunk suspends the call or puts it on hold (RFC 3398 9.1)\n"
      "A re-INVITE asks it to send nothing meanwhile (default)\nIt hears nothing of it\n")
{
	return set_bool(vty, offsetof(struct gw_flow_cfg, quiet_suspend), argv[0][0] == 'i');
}

DEFUN(cfg_peer_overlap, cfg_peer_overlap_cmd, "overlap (invites|info|none)",
      "Numbers in pieces (RFC 3578)\n"
      "Each further INVITE of a call from it has more digits of the number\n"
      "INFO in a call from it has more digits (SubsDigits); each INVITE gets a 183 at once\n"
      "Each INVITE is a call of its own (default)\n")
{
	struct gw_peer_cfg *p = ops_peer_here(vty);

	if (!p)
		return CMD_WARNING;
	p->flow.overlap = (enum gw_overlap)ops_word_find(ops_overlap_word, GW_NR_OVERLAP, argv[0]);
	return CMD_SUCCESS;
}

DEFUN(cfg_peer_qos, cfg_peer_qos_cmd, "preconditions (continuity|none)",
      "Preconditions of a stream (RFC 3312) and the continuity check of a trunk\n"
      "A mandatory one is an IAM that announces COT, and an IAM that announces COT a mandatory one\n"
      "There are none, and no INVITE before COT (default)\n")
{
	return set_bool(vty, offsetof(struct gw_flow_cfg, preconditions), argv[0][0] == 'c');
}

DEFUN(cfg_peer_transfers, cfg_peer_transfers_cmd, "transfers (accept|refuse)",
      "When it wants another leg in the place of its own: REFER (RFC 3515), INVITE with Replaces "
      "(RFC 3891)\n"
      "The routes of calls from the trunk say where to (default)\nIt gets 403\n")
{
	return set_bool(vty, offsetof(struct gw_flow_cfg, no_transfers), argv[0][0] == 'r');
}

DEFUN(cfg_peer_redirects, cfg_peer_redirects_cmd, "redirects (release|route|follow)",
      "When it answers a call from a trunk with a 3xx (RFC 3398 8.2.5)\n"
      "The trunk hears it: REL with the number in its diagnostic (default)\n"
      "Numbers in its Contacts are called as the routes say, the best q first\n"
      "The same for numbers of this gateway and for tel; other URIs are called where they are\n")
{
	struct gw_peer_cfg *p = ops_peer_here(vty);

	if (!p)
		return CMD_WARNING;
	p->flow.redirects =
		(enum gw_redirect)ops_word_find(ops_redirect_word, GW_NR_REDIRECT, argv[0]);
	return CMD_SUCCESS;
}

#define RINGBACK_STR                                           \
	"Nothing\n"                                            \
	"425 Hz, 1 s of 5 s: most of Europe\n"                 \
	"440 and 480 Hz, 2 s of 6 s: North America\n"          \
	"400 and 450 Hz, twice 0.4 s in 3 s: United Kingdom\n" \
	"440 Hz, 1.5 s of 5 s: France\n"

static enum dsp_ringback_kind ringback_of(const char *word)
{
	unsigned k = DSP_NR_RINGBACKS;

	while (k-- > 1 && strcmp(word, dsp_ringback_name((enum dsp_ringback_kind)k)) != 0)
		;
	return (enum dsp_ringback_kind)k;
}

DEFUN(cfg_trunk_ringback, cfg_trunk_ringback_cmd, "ringback (none|etsi|us|uk|france)",
      "What its callers hear while a SIP user rings, until the first RTP packet; default etsi\n" RINGBACK_STR)
{
	struct gw_trunk_cfg *t = ops_trunk_here(vty);

	if (!t)
		return CMD_WARNING;
	t->ringback = ringback_of(argv[0]);
	return CMD_SUCCESS;
}

DEFUN(cfg_peer_ringback, cfg_peer_ringback_cmd, "ringback (none|etsi|us|uk|france)",
      "What its callers hear while a trunk's user rings, until the trunk announces a sound; default "
      "none\n" RINGBACK_STR)
{
	struct gw_peer_cfg *p = ops_peer_here(vty);

	if (!p)
		return CMD_WARNING;
	p->flow.ringback = ringback_of(argv[0]);
	return CMD_SUCCESS;
}

DEFUN(cfg_peer_overlap_out, cfg_peer_overlap_out_cmd, "overlap-out (invites|info|none)",
      "Numbers in pieces from a trunk with a called-digits timer (RFC 3578 3)\n"
      "An INVITE with what there is, and another one with each further digit\n"
      "An INVITE with what there is, and INFO with the rest (SubsDigits)\n"
      "They are collected, and one INVITE has them all (default)\n")
{
	struct gw_peer_cfg *p = ops_peer_here(vty);

	if (!p)
		return CMD_WARNING;
	p->flow.overlap_out =
		(enum gw_overlap)ops_word_find(ops_overlap_word, GW_NR_OVERLAP, argv[0]);
	return CMD_SUCCESS;
}

#define T10_STR \
	"Overlap from there\nTo SIP: what is without ST waits so long for more digits, T10\n"

static int set_t10(struct vty *vty, int seconds)
{
	struct gw_trunk_cfg *t = ops_trunk_here(vty);

	if (!t)
		return CMD_WARNING;
	t->overlap_s = (uint8_t)seconds;
	return CMD_SUCCESS;
}

DEFUN(cfg_t10, cfg_t10_cmd, "called-digits timer <1-20>", T10_STR "Seconds; Q.764 has 4 to 6\n")
{
	return set_t10(vty, atoi(argv[0]));
}

DEFUN(cfg_no_t10, cfg_no_t10_cmd, "no called-digits timer", "Take away\n" T10_STR)
{
	return set_t10(vty, 0);
}

void ops_vty_config_flow_init(void)
{
	install_element(OPS_TRUNK_NODE, &cfg_t10_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_no_t10_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_trunk_ringback_cmd);
	install_element(OPS_PEER_NODE, &cfg_peer_ringback_cmd);
	install_element(OPS_PEER_NODE, &cfg_peer_overlap_out_cmd);
	install_element(OPS_PEER_NODE, &cfg_peer_redirects_cmd);
	install_element(OPS_PEER_NODE, &cfg_peer_transfers_cmd);
	install_element(OPS_PEER_NODE, &cfg_peer_qos_cmd);
	install_element(OPS_PEER_NODE, &cfg_peer_overlap_cmd);
	install_element(OPS_PEER_NODE, &cfg_peer_rel100_cmd);
	install_element(OPS_PEER_NODE, &cfg_peer_early_sdp_cmd);
	install_element(OPS_PEER_NODE, &cfg_peer_early_media_cmd);
	install_element(OPS_PEER_NODE, &cfg_peer_hold_cmd);
	install_element(OPS_PEER_NODE, &cfg_peer_suspend_cmd);
}
