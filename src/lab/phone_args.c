/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lab/phone_args: see the header. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <trunkgate/sip/uri.h>

#include "lab/phone_args.h"

#define BOTH		(PHONE_CALL | PHONE_ANSWER)
#define MAX_S		86400
#define DEFAULT_TALK_MS 3000
#define DEFAULT_WAIT_MS 60000
#define SIP_PORT	5060
#define ANSWER_PORT	5070

enum kind {
	K_FLAG,
	K_NUMBER,  /* uint32_t in min..max */
	K_HZ,	   /* the same, as int32_t */
	K_SECONDS, /* decimal, as milliseconds */
	K_DBM0,
	K_TEXT,
	K_ADDR,
	K_CODEC,
	K_PTIME,
	K_PLAY,
	K_RAW_PLAY,
	K_DURATION,
	K_HELP,
};

struct option {
	const char *name, *arg;
	enum kind kind;
	unsigned modes;
	size_t at; /* in struct phone_cfg */
	uint32_t min, max;
	const char *help;
};

#define AT(member) .at = offsetof(struct phone_cfg, member)

static const struct option options[] = {
	{ "--local", "ADDR[:PORT]", K_ADDR, BOTH, AT(local),
	  .help = "own address; default: the one towards the URI, port chosen; answer: 127.0.0.1:5070" },
	{ "--from", "NUMBER", K_TEXT, BOTH, AT(from), .help = "own number (default 200)" },
	{ "--codec", "pcma|pcmu", K_CODEC, BOTH,
	  .help = "only this one (default both, pcma first)" },
	{ "--ptime", "MS", K_PTIME, BOTH, AT(ptime_ms), 10, 60,
	  "packet time: 10, 20, ... 60 (default 20)" },
	{ "--play", "WHAT", K_PLAY, BOTH,
	  .help = "a WAV file, tone:HZ[@DBM0] or silence (default tone:440@-16)" },
	{ "--raw-play", "FILE", K_RAW_PLAY, BOTH, .help = "octets of the codec, sent untouched" },
	{ "--record", "FILE", K_TEXT, BOTH, AT(record), .help = "what is heard, as a WAV file" },
	{ "--raw-record", "FILE", K_TEXT, BOTH, AT(raw_record),
	  .help = "what is heard, as octets of the codec" },
	{ "--duration", "S", K_DURATION, BOTH, .max = MAX_S,
	  .help = "hang up after so many seconds of talking (call: default 3, or the file and 1 s)" },
	{ "--hangup-after", "S", K_DURATION, PHONE_ANSWER, .max = MAX_S, .help = "the same" },
	{ "--cancel-after", "MS", K_NUMBER, PHONE_CALL, AT(cancel_after_ms), 1, MAX_S * 1000,
	  "give up so long after the INVITE" },
	{ "--session-expires", "S", K_NUMBER, PHONE_CALL, AT(session_expires_s), 0, 86400,
	  "the session timer asked for, 90 or more (default 1800), 0: none" },
	{ "--wait", "S", K_SECONDS, BOTH, AT(wait_ms), 0, MAX_S,
	  "for an answer (default 60), or for a call (default: for ever)" },
	{ "--ring", "MS", K_NUMBER, PHONE_ANSWER, AT(ring_ms), 0, MAX_S * 1000,
	  "ring so long before answering" },
	{ "--reject", "STATUS", K_NUMBER, PHONE_ANSWER, AT(reject), 300, 699,
	  "refuse with this status" },
	{ "--calls", "N", K_NUMBER, PHONE_ANSWER, AT(calls), 1, 1000000,
	  "take so many calls, one after the other (default 1)" },
	{ "--expect-status", "N", K_NUMBER, BOTH, AT(expect_status), 200, 699,
	  "the final status must be N" },
	{ "--expect-tone", "HZ", K_HZ, BOTH, AT(expect_hz), 50, 3990,
	  "the dominant frequency heard, within 5 Hz or 1 %" },
	{ "--expect-early-tone", "HZ", K_HZ, PHONE_CALL, AT(expect_early_hz), 50, 3990,
	  "the same, before the answer" },
	{ "--expect-level", "DBM0", K_DBM0, BOTH, AT(expect_cdbm0),
	  .help = "the level heard, within 1 dB" },
	{ "--expect-echo", NULL, K_FLAG, BOTH, AT(expect_echo),
	  .help = "what is heard must be what was sent (correlation 0.95)" },
	{ "--expect-octets", NULL, K_FLAG, BOTH, AT(expect_octets),
	  .help = "the same, octet for octet" },
	{ "--expect-hangup", NULL, K_FLAG, BOTH, AT(expect_hangup),
	  .help = "the other side must hang up, within --duration" },
	{ "--no-gaps", NULL, K_FLAG, BOTH, AT(no_gaps),
	  .help = "no interruption of 10 ms and more after the first sound" },
	{ "--json", NULL, K_FLAG, BOTH, AT(json), .help = "the report as one line of JSON" },
	{ "--trace", NULL, K_FLAG, BOTH, AT(trace), .help = "a line for each SIP message (or -v)" },
	{ "--help", NULL, K_HELP, BOTH, .help = "this text (or -h)" },
};

#define NR_OPTIONS (sizeof(options) / sizeof(options[0]))

static const char *const help_head[] = {
	"Usage: trunkgate-lab phone call URI [OPTION...]",
	"       trunkgate-lab phone answer [OPTION...]",
	"",
	"A telephone without sound card or keys: places a call or takes calls, plays, listens, says",
	"what it heard. Exit status 0: all went as asked; 1: it did not, and one line says why; 2: wrong",
	"usage. URI is sip:USER@ADDRESS[:PORT], or USER@ADDRESS, or a number alone for 127.0.0.1.",
	"",
};

static const char *const help_tail[] = {
	"",
	"Examples:",
	"  trunkgate-lab phone call 100 --expect-echo",
	"  trunkgate-lab phone call sip:101@127.0.0.1 --expect-tone 1004 --expect-level -10 --no-gaps",
	"  trunkgate-lab phone call 102 --expect-status 486",
	"  trunkgate-lab phone call 103 --cancel-after 2000",
	"  trunkgate-lab phone call 106 --duration 10 --expect-hangup",
	"  trunkgate-lab phone call 100 --raw-play speech.al --raw-record back.al --codec pcma",
	"  trunkgate-lab phone answer --local 127.0.0.1:5070 --ring 500 --play speech.wav --record a.wav",
	"  trunkgate-lab phone answer --reject 486 --calls 10",
};

void phone_args_help(void (*say)(void *ctx, const char *line), void *ctx)
{
	char line[200], left[40];

	for (size_t i = 0; i < sizeof(help_head) / sizeof(help_head[0]); i++)
		say(ctx, help_head[i]);
	for (size_t i = 0; i < NR_OPTIONS; i++) {
		const struct option *o = &options[i];
		const char *only = o->modes == BOTH	    ? ""
				   : o->modes == PHONE_CALL ? "call: "
							    : "answer: ";

		snprintf(left, sizeof(left), "%s %s", o->name, o->arg ? o->arg : "");
		snprintf(line, sizeof(line), "  %-24s %s%s", left, only, o->help);
		say(ctx, line);
	}
	for (size_t i = 0; i < sizeof(help_tail) / sizeof(help_tail[0]); i++)
		say(ctx, help_tail[i]);
}

/* Values. -------------------------------------------------------------------------------------- */
static int bad(struct tg_diag *d, const struct option *o, const char *value)
{
	if (o->max)
		return tg_fail(d, TG_EINVAL, 0, "", "%s: \"%.40s\" is no number from %u to %u",
			       o->name, value, o->min, o->max);
	return tg_fail(d, TG_EINVAL, 0, "", "%s: \"%.40s\" is not %s", o->name, value, o->arg);
}

/* "-12.5" as thousandths. */
static bool decimal(const char *s, int64_t *out)
{
	bool minus = *s == '-';
	struct str rest = str_of(s + minus), whole, part;
	uint32_t w, p = 0;

	part = str_split(rest, '.', &whole);
	if (!str_to_u32(whole, &w) || w > 1000000 || part.len > 3)
		return false;
	if (whole.len != rest.len && !str_to_u32(part, &p))
		return false;
	for (size_t i = part.len; i < 3; i++)
		p *= 10;
	*out = (int64_t)w * 1000 + p;
	if (minus)
		*out = -*out;
	return true;
}

static int set_number(const struct option *o, const char *value, uint32_t *to, struct tg_diag *d)
{
	uint32_t v;

	if (!str_to_u32(str_of(value), &v) || v < o->min || v > o->max)
		return bad(d, o, value);
	*to = v;
	return 0;
}

static int set_seconds(const struct option *o, const char *value, uint32_t *to, struct tg_diag *d)
{
	int64_t ms;

	if (!decimal(value, &ms) || ms < 0 || ms > (int64_t)o->max * 1000)
		return bad(d, o, value);
	*to = (uint32_t)ms;
	return 0;
}

static bool level(const char *value, int32_t *cdbm0)
{
	int64_t v;

	if (!decimal(value, &v) || v < -60000 || v > 3140)
		return false;
	*cdbm0 = (int32_t)(v / 10);
	return true;
}

static int set_dbm0(const struct option *o, const char *value, int32_t *to, struct tg_diag *d)
{
	if (!level(value, to))
		return tg_fail(d, TG_EINVAL, 0, "", "%s: \"%.40s\" is no level from -60 to 3.14",
			       o->name, value);
	return 0;
}

/* tone:HZ[@DBM0] */
static int set_tone(struct phone_sound_cfg *p, const char *value, struct tg_diag *d)
{
	struct str hz, dbm0 = str_split(str_of(value), '@', &hz);

	p->kind = PHONE_TONE;
	if (!str_to_u32(hz, &p->hz) || p->hz < 50 || p->hz > 3990)
		return tg_fail(d, TG_EINVAL, 0, "", "--play tone:%.40s: no number from 50 to 3990",
			       value);
	if (hz.len != strlen(value) && !level(dbm0.p, &p->cdbm0))
		return tg_fail(d, TG_EINVAL, 0, "", "--play tone:%.40s: no level from -60 to 3.14",
			       value);
	return 0;
}

static int set_play(struct phone_sound_cfg *p, const char *value, struct tg_diag *d)
{
	if (strncmp(value, "tone:", 5) == 0)
		return set_tone(p, value + 5, d);
	p->kind = strcmp(value, "silence") == 0 ? PHONE_SILENCE : PHONE_WAV;
	p->path = p->kind == PHONE_WAV ? value : NULL;
	return 0;
}

static int set_codec(struct phone_cfg *c, const struct option *o, const char *value,
		     struct tg_diag *d)
{
	struct str v = str_of(value);

	c->nr_codecs = 1;
	if (str_caseeq(v, STR("pcma")))
		c->codec[0] = SDP_PCMA;
	else if (str_caseeq(v, STR("pcmu")))
		c->codec[0] = SDP_PCMU;
	else
		return bad(d, o, value);
	return 0;
}

static int set_ptime(const struct option *o, const char *value, uint32_t *to, struct tg_diag *d)
{
	int err = set_number(o, value, to, d);

	if (err == 0 && *to % 10)
		return tg_fail(d, TG_EINVAL, 0, "", "%s: %u is no multiple of 10", o->name, *to);
	return err;
}

static int set_addr(const struct option *o, const char *value, struct addr *to, struct tg_diag *d)
{
	struct str v = str_of(value);

	if (str_starts(v, STR("localhost")))
		return tg_fail(d, TG_EINVAL, 0, "", "%s: names are not looked up; use 127.0.0.1",
			       o->name);
	return addr_parse(to, v, 0) < 0 ? bad(d, o, value) : 0;
}

static int set_value(struct phone_cfg *c, const struct option *o, const char *value,
		     struct tg_diag *d)
{
	void *to = (char *)c + o->at;

	switch (o->kind) {
	case K_NUMBER:
		return set_number(o, value, to, d);
	case K_HZ: {
		uint32_t hz;
		int err = set_number(o, value, &hz, d);

		*(int32_t *)to = err ? PHONE_NONE : (int32_t)hz;
		return err;
	}
	case K_SECONDS:
		return set_seconds(o, value, to, d);
	case K_DURATION:
		c->has_duration = true;
		return set_seconds(o, value, &c->duration_ms, d);
	case K_DBM0:
		return set_dbm0(o, value, to, d);
	case K_TEXT:
		*(const char **)to = value;
		return 0;
	case K_ADDR:
		return set_addr(o, value, to, d);
	case K_CODEC:
		return set_codec(c, o, value, d);
	case K_PTIME:
		return set_ptime(o, value, to, d);
	case K_PLAY:
		return set_play(&c->play, value, d);
	case K_RAW_PLAY:
		c->play = (struct phone_sound_cfg){ .kind = PHONE_RAW, .path = value };
		return 0;
	case K_FLAG:
		*(bool *)to = true;
		return 0;
	case K_HELP:
		return PHONE_ARGS_HELP;
	}
	return TG_EINVAL;
}

/* The whole. ----------------------------------------------------------------------------------- */
static const struct option *find_option(const char *name, size_t len)
{
	if (len == 2 && strncmp(name, "-v", 2) == 0)
		return find_option("--trace", 7);
	if (len == 2 && strncmp(name, "-h", 2) == 0)
		return find_option("--help", 6);
	for (size_t i = 0; i < NR_OPTIONS; i++)
		if (strlen(options[i].name) == len && strncmp(options[i].name, name, len) == 0)
			return &options[i];
	return NULL;
}

/* One option at argv[*i]; "--name value" or "--name=value". */
static int take_option(struct phone_cfg *c, int argc, char *const *argv, int *i, struct tg_diag *d)
{
	const char *text = argv[*i];
	size_t len = strcspn(text, "=");
	const struct option *o = find_option(text, len);
	const char *value = text[len] ? text + len + 1 : NULL;

	if (!o)
		return tg_fail(d, TG_EINVAL, 0, "", "unknown option %.*s (see --help)", (int)len,
			       text);
	if (!(o->modes & c->mode))
		return tg_fail(d, TG_EINVAL, 0, "", "%s is for `phone %s` only", o->name,
			       o->modes == PHONE_CALL ? "call" : "answer");
	if (!o->arg && value)
		return tg_fail(d, TG_EINVAL, 0, "", "%s takes no value", o->name);
	if (o->arg && !value && ++*i < argc)
		value = argv[*i];
	if (o->arg && !value)
		return tg_fail(d, TG_EINVAL, 0, "", "%s needs a value: %s", o->name, o->arg);
	return set_value(c, o, value, d);
}

static int set_uri(struct phone_cfg *c, const char *text, struct tg_diag *d)
{
	bool whole = strncmp(text, "sip:", 4) == 0, at = strchr(text, '@') != NULL;
	int len = snprintf(c->uri, sizeof(c->uri), "%s%s%s", whole ? "" : "sip:", text,
			   whole || at ? "" : "@127.0.0.1");
	struct sip_uri u;
	struct tg_diag why = TG_DIAG_NONE;

	if (len >= (int)sizeof(c->uri))
		return tg_fail(d, TG_EINVAL, 0, "", "the URI is too long");
	if (sip_uri_parse(&u, str_of(c->uri), &why) < 0)
		return tg_fail(d, TG_EINVAL, 0, "", "%.60s is no SIP URI: %s", c->uri, why.text);
	if (sip_uri_addr(&u, &c->target) < 0)
		return tg_fail(d, TG_EINVAL, 0, "",
			       "%.60s: names are not looked up; give an IP address", c->uri);
	if (c->target.port == 0)
		c->target.port = SIP_PORT;
	return 0;
}

static void set_defaults(struct phone_cfg *c, enum phone_mode mode)
{
	*c = (struct phone_cfg){ .mode = mode,
				 .from = "200",
				 .nr_codecs = 2,
				 .codec = { SDP_PCMA, SDP_PCMU },
				 .ptime_ms = 20,
				 .session_expires_s = 1800,
				 .play = { .kind = PHONE_TONE, .hz = 440, .cdbm0 = -1600 },
				 .calls = 1,
				 .expect_hz = PHONE_NONE,
				 .expect_early_hz = PHONE_NONE,
				 .expect_cdbm0 = PHONE_NONE };
	if (mode == PHONE_CALL) {
		c->duration_ms = DEFAULT_TALK_MS;
		c->wait_ms = DEFAULT_WAIT_MS;
	} else {
		addr_parse(&c->local, STR("127.0.0.1"), ANSWER_PORT);
	}
}

static int check(const struct phone_cfg *c, struct tg_diag *d)
{
	if (c->mode == PHONE_CALL && !c->uri[0])
		return tg_fail(d, TG_EINVAL, 0, "",
			       "phone call: who is to be called? (see --help)");
	if (c->mode == PHONE_CALL && c->local.family && c->local.family != c->target.family)
		return tg_fail(d, TG_EINVAL, 0, "",
			       "--local and the URI are not of one IP version");
	if (c->play.kind == PHONE_RAW && c->nr_codecs > 1)
		return tg_fail(d, TG_EINVAL, 0, "", "--raw-play needs --codec pcma or pcmu");
	if ((c->expect_echo || c->expect_octets) && c->play.kind == PHONE_SILENCE)
		return tg_fail(d, TG_EINVAL, 0, "", "no echo can be told from silence");
	return 0;
}

static bool mode_of(const char *name, enum phone_mode *mode)
{
	*mode = strcmp(name, "call") == 0 ? PHONE_CALL : PHONE_ANSWER;
	return *mode == PHONE_CALL || strcmp(name, "answer") == 0;
}

int phone_args_parse(struct phone_cfg *cfg, int argc, char *const *argv, struct tg_diag *diag)
{
	enum phone_mode mode;
	int err;

	if (argc > 0 && find_option(argv[0], strlen(argv[0])) == find_option("--help", 6))
		return PHONE_ARGS_HELP;
	if (argc < 1 || !mode_of(argv[0], &mode))
		return tg_fail(diag, TG_EINVAL, 0, "", "phone: call or answer? (see --help)");
	set_defaults(cfg, mode);
	for (int i = 1; i < argc; i++) {
		if (argv[i][0] == '-')
			err = take_option(cfg, argc, argv, &i, diag);
		else if (mode == PHONE_CALL && !cfg->uri[0])
			err = set_uri(cfg, argv[i], diag);
		else
			err = tg_fail(diag, TG_EINVAL, 0, "", "%.60s is too much (see --help)",
				      argv[i]);
		if (err)
			return err;
	}
	if (mode == PHONE_ANSWER && cfg->local.port == 0)
		cfg->local.port = ANSWER_PORT;
	return check(cfg, diag);
}
