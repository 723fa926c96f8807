/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vty_call: one call: what is known of it, its ladder, and ending it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ops/ladder.h"
#include "ops/vty_internal.h"
#include "rtp/quality.h"
#include "rtp/rtcp.h"

static bool next_line(void *ctx, unsigned *pos, struct gw_log_line *line)
{
	const struct gw_call_info *i = ctx;

	return gw_log_walk(ops_state.gw, i->nr, pos, line);
}

static void leg_lines(struct vty *vty, const char *what, const struct gw_leg_info *leg)
{
	if (leg->side == GW_SIDE_TRUNK && !leg->cic)
		vty_out(vty, " %s: trunk %s, no circuit%s", what, leg->name, VTY_NEWLINE);
	else if (leg->side == GW_SIDE_TRUNK)
		vty_out(vty, " %s: trunk %s, CIC %u, span %u timeslot %u%s", what, leg->name,
			leg->cic, leg->span, leg->timeslot, VTY_NEWLINE);
	else if (leg->side == GW_SIDE_SIP)
		vty_out(vty, " %s: SIP %s, Call-ID %s%s", what, leg->name, leg->sip_call_id,
			VTY_NEWLINE);
}

static void rejected_line(struct vty *vty, const struct gw_call_info *i)
{
	const char *sep = " rejected: ";

	for (int why = 0; why < MED_NR_REJECTS; why++) {
		if (!i->rejected[why])
			continue;
		vty_out(vty, "%s%u %s", sep, i->rejected[why], med_reject_name(why));
		sep = ", ";
	}
	if (*sep == ',')
		vty_out(vty, "%s", VTY_NEWLINE);
}

/* What the E-model makes of it (G.107): one way's loss, and the time from mouth to ear. */
static double mos_of(const struct gw_call_info *i, double loss)
{
	const struct med_counters *m = &i->media;
	double way_ms = m->round_trip_ms == MED_UNKNOWN ? 0 : m->round_trip_ms / 2.0;
	struct rtp_quality q = { loss, way_ms + m->delay_ms + 20, RTP_QUALITY_G711_PLC };

	if (strcmp(i->codec, "GSM") == 0)
		q.codec = RTP_QUALITY_GSM;
	else if (strcmp(i->codec, "G729") == 0)
		q.codec = RTP_QUALITY_G729;
	else if (strcmp(i->codec, "opus") == 0)
		q.codec = RTP_QUALITY_OPUS;
	else if (strcmp(i->codec, "G722") == 0)
		q.codec = RTP_QUALITY_G722;
	else if (strstr(i->codec, "G726"))
		q.codec = RTP_QUALITY_G726_32;
	return rtp_quality_mos(rtp_quality_r(&q));
}

static void quality_lines(struct vty *vty, const struct gw_call_info *i)
{
	const struct med_counters *m = &i->media;
	double missing = m->rx_lost + m->rx_late, all = m->rx_packets + m->rx_lost;
	static const char *const modem[] = {
		[MED_MODEM_NONE] = "",
		[MED_MODEM_FROM_RTP] = "; fixed: a modem or fax answers on the RTP side",
		[MED_MODEM_TO_RTP] = "; fixed: a modem or fax answers behind the timeslot",
	};

	vty_out(vty, " receive buffer: %u ms%s; MOS here %.1f%s", m->delay_ms,
		m->modem <= MED_MODEM_TO_RTP ? modem[m->modem] : "",
		mos_of(i, all > 0 ? missing / all : 0), VTY_NEWLINE);
	if (m->far_lost_permille == MED_UNKNOWN)
		return;
	vty_out(vty, " the far end: %u.%u %% lost, jitter %u us, MOS there %.1f",
		m->far_lost_permille / 10, m->far_lost_permille % 10, m->far_jitter_us8 * 8u,
		mos_of(i, m->far_lost_permille / 1000.0));
	if (m->round_trip_ms != MED_UNKNOWN)
		vty_out(vty, ", round trip %u ms", m->round_trip_ms);
	if (m->far_mos10 && m->far_r != RTCP_UNKNOWN && m->far_mos10 != RTCP_UNKNOWN)
		vty_out(vty, "; it says R %u, MOS %u.%u", m->far_r, m->far_mos10 / 10,
			m->far_mos10 % 10);
	vty_out(vty, "%s", VTY_NEWLINE);
}

static void media_lines(struct vty *vty, const struct gw_call_info *i)
{
	const struct med_counters *m = &i->media;

	vty_out(vty, " codec: %s%s%s%s", i->codec[0] ? i->codec : "none",
		i->cipher[0] ? ", SRTP " : "", i->cipher, VTY_NEWLINE);
	if (!i->media_known)
		return;
	vty_out(vty,
		" RTP received: %u packets, %u octets, %u lost, %u late, %u rejected, jitter %u "
		"us%s",
		m->rx_packets, m->rx_octets, m->rx_lost, m->rx_late, m->rx_rejected,
		m->jitter_us8 * 8u, VTY_NEWLINE);
	rejected_line(vty, i);
	vty_out(vty, " RTP sent: %u packets, %u octets%s", m->tx_packets, m->tx_octets,
		VTY_NEWLINE);
	vty_out(vty, " timeslot: %u ms without speech, %u of them concealed, %u samples too many%s",
		m->gaps_ms, m->concealed_ms, m->rx_overrun, VTY_NEWLINE);
	quality_lines(vty, i);
}

static void end_line(struct vty *vty, const struct gw_call_info *i)
{
	static const char *const by[] = {
		[GW_SIDE_NONE] = "trunkgate", [GW_SIDE_SIP] = "SIP", [GW_SIDE_TRUNK] = "the trunk"
	};
	char status[32] = "";

	if (i->state != GW_CALL_ENDED)
		return;
	if (i->sip_status)
		snprintf(status, sizeof(status), ", SIP status %u", i->sip_status);
	vty_out(vty, " ended by %s: cause %u%s%s", by[i->ended_by], i->cause, status, VTY_NEWLINE);
	if (i->diagnostics[0])
		vty_out(vty, " cause: %s, location %s, %s%s", isup_cause_name(i->cause),
			iw_cause_location(i->location), i->diagnostics, VTY_NEWLINE);
}

static bool find(struct vty *vty, const char *text, struct gw_call_info *i)
{
	uint32_t nr = (uint32_t)strtoul(text, NULL, 10);

	if (gw_call_find(ops_state.gw, nr, i))
		return true;
	ops_refuse(vty, "there is no call %u (any more)", nr);
	return false;
}

static void ladder(struct vty *vty, struct gw_call_info *i)
{
	ops_ladder(i, next_line, i, ops_vty_line, vty);
}

#define CALL_STR "One call\nIts number\n"

DEFUN(show_call, show_call_cmd, "show call <1-4294967295>", SHOW_STR CALL_STR)
{
	struct gw_call_info i;
	char talk[24];

	if (!find(vty, argv[0], &i))
		return CMD_WARNING;
	vty_out(vty, "call %u: %s to %s, %s, talking %s%s", i.nr,
		i.calling[0] ? i.calling : "unknown", i.called[0] ? i.called : "unknown",
		ops_call_state(i.state), ops_call_time(&i, ops_now(), talk, sizeof(talk)),
		VTY_NEWLINE);
	leg_lines(vty, "in", &i.leg[0]);
	leg_lines(vty, "out", &i.leg[1]);
	media_lines(vty, &i);
	end_line(vty, &i);
	vty_out(vty, "%s", VTY_NEWLINE);
	ladder(vty, &i);
	return CMD_SUCCESS;
}

DEFUN(show_ladder, show_ladder_cmd, "show ladder <1-4294967295>",
      SHOW_STR "The messages of both legs on one time line\nNumber of the call\n")
{
	struct gw_call_info i;

	if (!find(vty, argv[0], &i))
		return CMD_WARNING;
	ladder(vty, &i);
	return CMD_SUCCESS;
}

DEFUN(show_log, show_log_cmd, "show log <1-4294967295>",
      SHOW_STR "What happened to a call, with all that is known of it\nNumber of the call\n")
{
	static const char *const kinds[] = { [GW_LOG_SIP] = "SIP",
					     [GW_LOG_ISUP] = "ISUP",
					     [GW_LOG_MEDIA] = "media",
					     [GW_LOG_NOTE] = "note" };
	struct gw_call_info i;
	struct gw_log_line l;
	unsigned pos = 0;

	if (!find(vty, argv[0], &i))
		return CMD_WARNING;
	while (gw_log_walk(ops_state.gw, i.nr, &pos, &l))
		vty_out(vty, "%8" PRId64 " ms  leg %u %-5s %-3s %s%s%s%s",
			tick_diff_us(l.at, i.started) / 1000, l.leg, kinds[l.kind],
			l.kind > GW_LOG_ISUP ? ""
			: l.out		     ? "out"
					     : "in",
			l.label, l.text[0] ? ": " : "", l.text, VTY_NEWLINE);
	return CMD_SUCCESS;
}

DEFUN(clear_call, clear_call_cmd, "clear call <1-4294967295>", "End something\n" CALL_STR)
{
	struct gw_call_info i;
	int err;

	if (!find(vty, argv[0], &i))
		return CMD_WARNING;
	err = gw_call_clear(ops_state.gw, ops_now(), i.nr);
	ops_changed();
	if (err < 0)
		return ops_refuse(vty, "call %u: %s", i.nr, tg_strerror(err));
	vty_out(vty, "call %u is being ended%s", i.nr, VTY_NEWLINE);
	return CMD_SUCCESS;
}

void ops_vty_call_init(void)
{
	install_element_ve(&show_call_cmd);
	install_element_ve(&show_ladder_cmd);
	install_element_ve(&show_log_cmd);
	install_element(ENABLE_NODE, &clear_call_cmd);
}
