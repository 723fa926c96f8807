/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lab/phone_report: see the header. Expectations are rows: what is looked at, and what is wrong. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <trunkgate/sip/msg.h>

#include "base/cursor.h"
#include "lab/phone_report.h"

#define LEVEL_TOLERANCE_CDB 100
#define ECHO_CORRELATION    0.95
#define LINE_MAX	    400

/* Judging. ------------------------------------------------------------------------------------- */
static unsigned expected_status(const struct phone_cfg *c)
{
	if (c->expect_status)
		return c->expect_status;
	if (c->cancel_after_ms)
		return 487;
	return c->reject ? c->reject : 200;
}

static int text(char *why, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static int text(char *why, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, PHONE_WHY_MAX, fmt, ap);
	va_end(ap);
	return -1;
}

static int judge_failure(const struct phone_cfg *c, const struct phone_result *r, char *why)
{
	(void)c;
	return r->failure[0] ? text(why, "%s", r->failure) : 0;
}

static int judge_status(const struct phone_cfg *c, const struct phone_result *r, char *why)
{
	unsigned want = expected_status(c);
	char target[ADDR_TEXT_MAX];

	if (r->status == want)
		return 0;
	if (r->status == 408 && r->local)
		return text(why, "nobody responds at %s", addr_print(&c->target, target));
	if (r->local)
		return text(why, "%s cannot be reached", addr_print(&c->target, target));
	if (!r->status)
		return text(why, "expected status %u, and there was none", want);
	if (r->cause > 0)
		return text(why, "expected status %u, got %u %s (cause %d)", want, r->status,
			    r->reason, r->cause);
	return text(why, "expected status %u, got %u %s", want, r->status, r->reason);
}

static int judge_end(const struct phone_cfg *c, const struct phone_result *r, char *why)
{
	if (!r->answered)
		return 0;
	if (c->expect_hangup && r->ended_by != PHONE_ENDED_THERE)
		return text(why, "the other side did not hang up within %.1f s",
			    c->duration_ms / 1000.0);
	if (!c->expect_hangup && r->ended_by == PHONE_ENDED_THERE && c->duration_ms)
		return text(why, "the other side hung up after %.2f s, not we after %.2f s",
			    r->talk_ms / 1000.0, c->duration_ms / 1000.0);
	return 0;
}

static int judge_hz(const char *when, int32_t want, const struct lab_heard *h, char *why)
{
	if (want == PHONE_NONE)
		return 0;
	if (!h->hz)
		return text(why, "expected %d Hz%s, heard nothing", want, when);
	if (fabs(h->hz - (double)want) > fmax(5, want / 100.0))
		return text(why, "expected %d Hz%s, heard %u Hz", want, when, h->hz);
	return 0;
}

static int judge_tone(const struct phone_cfg *c, const struct phone_result *r, char *why)
{
	int err = judge_hz(" before the answer", c->expect_early_hz, &r->early, why);

	return err ? err : judge_hz("", c->expect_hz, &r->heard, why);
}

static int judge_level(const struct phone_cfg *c, const struct phone_result *r, char *why)
{
	if (c->expect_cdbm0 == PHONE_NONE)
		return 0;
	if (r->heard.level_cdbm0 == LAB_METER_SILENCE)
		return text(why, "expected %.1f dBm0, heard nothing", c->expect_cdbm0 / 100.0);
	if (abs(r->heard.level_cdbm0 - c->expect_cdbm0) > LEVEL_TOLERANCE_CDB)
		return text(why, "expected %.1f dBm0, heard %.1f dBm0", c->expect_cdbm0 / 100.0,
			    r->heard.level_cdbm0 / 100.0);
	return 0;
}

static int judge_gaps(const struct phone_cfg *c, const struct phone_result *r, char *why)
{
	if (!c->no_gaps)
		return 0;
	if (!r->heard.sound_ms)
		return text(why, "expected sound without gaps, heard nothing");
	if (r->heard.gaps)
		return text(why, "%u gaps, the longest %u ms", r->heard.gaps,
			    r->heard.longest_gap_ms);
	return 0;
}

static int judge_echo(const struct phone_cfg *c, const struct phone_result *r, char *why)
{
	const struct phone_echo *e = &r->echo;

	if (!c->expect_echo && !c->expect_octets)
		return 0;
	if (!e->compared)
		return text(why, "expected an echo, heard none");
	if (e->correlation < ECHO_CORRELATION)
		return text(why, "what came back is not what was sent (correlation %.3f)",
			    e->correlation);
	if (c->expect_octets && e->different)
		return text(why, "%u of %u octets came back changed", e->different, e->compared);
	return 0;
}

bool phone_judge(const struct phone_cfg *cfg, const struct phone_result *r, char *why)
{
	static int (*const judges[])(const struct phone_cfg *, const struct phone_result *,
				     char *) = { judge_failure, judge_status, judge_end, judge_tone,
						 judge_level,	judge_gaps,   judge_echo };

	why[0] = '\0';
	for (size_t i = 0; i < sizeof(judges) / sizeof(judges[0]); i++)
		if (judges[i](cfg, r, why))
			return false;
	return true;
}

/* In words. ------------------------------------------------------------------------------------ */
static void finish(struct wr *w, phone_say *say, void *ctx)
{
	w->buf[w->len < LINE_MAX ? w->len : LINE_MAX - 1] = '\0';
	say(ctx, (const char *)w->buf);
}

static void print_responses(struct wr *w, const struct phone_result *r)
{
	for (unsigned i = 0; i < r->nr_responses; i++)
		wr_f(w, "%s%u", i ? " " : " (", r->response[i]);
	if (r->nr_responses)
		wr_z(w, ")");
}

static void say_call(const struct phone_cfg *c, const struct phone_result *r, phone_say *say,
		     void *ctx)
{
	char buf[LINE_MAX];
	struct wr w = wr_init(buf, sizeof(buf) - 1);

	wr_f(&w, "%s %s: ", c->mode == PHONE_CALL ? "call to" : "call from", r->peer);
	if (r->answered)
		wr_f(&w, "answered after %.2f s", r->setup_ms / 1000.0);
	else if (r->status)
		wr_f(&w, "%u %s after %.2f s", r->status, r->reason, r->setup_ms / 1000.0);
	else
		wr_z(&w, "no final response");
	print_responses(&w, r);
	if (r->answered)
		wr_f(&w, ", talked %.2f s, hung up %s", r->talk_ms / 1000.0,
		     r->ended_by == PHONE_ENDED_HERE ? "here" : "there");
	if (r->cause > 0)
		wr_f(&w, ", cause %d", r->cause);
	finish(&w, say, ctx);
}

static void print_heard(struct wr *w, const struct lab_heard *h)
{
	if (!h->sound_ms) {
		wr_f(w, "silence for %.2f s", h->ms / 1000.0);
		return;
	}
	wr_f(w, "%u Hz at %.1f dBm0 for %.2f s, ", h->hz, h->level_cdbm0 / 100.0,
	     h->sound_ms / 1000.0);
	if (h->gaps)
		wr_f(w, "%u gaps, the longest %u ms", h->gaps, h->longest_gap_ms);
	else
		wr_z(w, "no gaps");
}

static void say_media(const struct phone_result *r, phone_say *say, void *ctx)
{
	char buf[LINE_MAX];
	struct wr w = wr_init(buf, sizeof(buf) - 1);

	wr_f(&w, "  sent   %u packets of %u ms, %s", r->tx_packets, r->ptime_ms,
	     sdp_codec_name(r->codec));
	finish(&w, say, ctx);
	if (r->early.sound_ms) {
		w = wr_init(buf, sizeof(buf) - 1);
		wr_z(&w, "  early  ");
		print_heard(&w, &r->early);
		finish(&w, say, ctx);
	}
	w = wr_init(buf, sizeof(buf) - 1);
	wr_z(&w, "  heard  ");
	print_heard(&w, &r->heard);
	wr_f(&w, "; %u packets, %u lost, jitter %.2f ms", r->rx_packets, r->rx_lost,
	     r->jitter_us / 1000.0);
	finish(&w, say, ctx);
}

static void say_echo(const struct phone_result *r, phone_say *say, void *ctx)
{
	char buf[LINE_MAX];
	struct wr w = wr_init(buf, sizeof(buf) - 1);

	if (r->echo.correlation < ECHO_CORRELATION)
		return;
	wr_f(&w, "  echo   after %.1f ms, %u octets, %u changed", r->echo.delay_us / 1000.0,
	     r->echo.compared, r->echo.different);
	finish(&w, say, ctx);
}

void phone_report_text(const struct phone_cfg *cfg, const struct phone_result *r, const char *why,
		       phone_say *say, void *ctx)
{
	char line[PHONE_WHY_MAX + 20];

	say_call(cfg, r, say, ctx);
	if (r->answered || r->early.sound_ms)
		say_media(r, say, ctx);
	if (cfg->expect_echo || cfg->expect_octets)
		say_echo(r, say, ctx);
	snprintf(line, sizeof(line), "  result %s%s", why ? "FAILED: " : "as asked",
		 why ? why : "");
	say(ctx, line);
}

/* JSON (RFC 8259). ----------------------------------------------------------------------------- */
static void json_string(struct wr *w, const char *name, const char *value)
{
	wr_f(w, "\"%s\":\"", name);
	for (; *value; value++) {
		if (*value == '"' || *value == '\\')
			wr_u8(w, '\\');
		wr_u8(w, (uint8_t)*value < 0x20 ? ' ' : (uint8_t)*value);
	}
	wr_z(w, "\",");
}

static void json_heard(struct wr *w, const char *name, const struct lab_heard *h)
{
	wr_f(w,
	     "\"%s\":{\"ms\":%u,\"sound_ms\":%u,\"hz\":%u,\"dbm0\":%.2f,\"gaps\":%u,"
	     "\"gap_ms\":%u,\"longest_gap_ms\":%u},",
	     name, h->ms, h->sound_ms, h->hz, h->level_cdbm0 / 100.0, h->gaps, h->gap_ms,
	     h->longest_gap_ms);
}

static void json_call(struct wr *w, const struct phone_cfg *c, const struct phone_result *r)
{
	json_string(w, "mode", c->mode == PHONE_CALL ? "call" : "answer");
	json_string(w, "peer", r->peer);
	wr_f(w, "\"status\":%u,\"local\":%s,", r->status, r->local ? "true" : "false");
	json_string(w, "reason", r->reason);
	wr_z(w, "\"responses\":[");
	for (unsigned i = 0; i < r->nr_responses; i++)
		wr_f(w, "%s%u", i ? "," : "", r->response[i]);
	wr_f(w, "],\"cause\":%d,\"answered\":%s,\"ended_by\":\"%s\",", r->cause,
	     r->answered ? "true" : "false", r->ended_by == PHONE_ENDED_HERE ? "here" : "there");
	wr_f(w, "\"setup_ms\":%u,\"talk_ms\":%u,", r->setup_ms, r->talk_ms);
}

static void json_media(struct wr *w, const struct phone_result *r)
{
	json_string(w, "codec", r->codec ? sdp_codec_name(r->codec) : "");
	wr_f(w, "\"ptime_ms\":%u,\"tx_packets\":%u,\"rx_packets\":%u,\"rx_lost\":%u,", r->ptime_ms,
	     r->tx_packets, r->rx_packets, r->rx_lost);
	wr_f(w, "\"rx_other\":%u,\"jitter_us\":%u,", r->rx_other, r->jitter_us);
	json_heard(w, "early", &r->early);
	json_heard(w, "heard", &r->heard);
	wr_f(w, "\"echo\":{\"octets\":%u,\"changed\":%u,\"delay_us\":%u,\"correlation\":%.4f},",
	     r->echo.compared, r->echo.different, r->echo.delay_us, r->echo.correlation);
}

void phone_report_json(const struct phone_cfg *cfg, const struct phone_result *r, const char *why,
		       phone_say *say, void *ctx)
{
	char buf[4096];
	struct wr w = wr_init(buf, sizeof(buf) - 1);

	wr_z(&w, "{");
	json_call(&w, cfg, r);
	json_media(&w, r);
	if (why)
		json_string(&w, "why", why);
	wr_f(&w, "\"ok\":%s}", why ? "false" : "true");
	buf[w.len] = '\0';
	say(ctx, buf);
}

/* A message in a line. ------------------------------------------------------------------------- */
void phone_trace_line(char *buf, size_t size, int64_t at_us, bool out, struct str octets)
{
	const char *arrow = out ? "->" : "<-", *sdp;
	double at_s = (double)at_us / 1e6;
	struct sip_msg m;

	if (sip_msg_parse(&m, octets, NULL) < 0) {
		snprintf(buf, size, "%8.3f %s %zu octets that are no SIP message", at_s, arrow,
			 octets.len);
		return;
	}
	sdp = m.body.len ? ", with a body" : "";
	if (m.is_request)
		snprintf(buf, size, "%8.3f %s " STR_FMT " " STR_FMT "%s", at_s, arrow,
			 STR_ARG(m.method_name), STR_ARG(m.uri.text), sdp);
	else
		snprintf(buf, size, "%8.3f %s %u " STR_FMT " (" STR_FMT ")%s", at_s, arrow,
			 m.status, STR_ARG(m.reason), STR_ARG(m.cseq_method_name), sdp);
}
