/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lab/exchange_args: see the header. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "lab/exchange_args.h"
#include "ss7/m3ua.h"
#include "ss7/point_code.h"

#define MAX_S	1000000
#define CIC_MAX 4095

typedef int take_fn(struct exchange_args *a, const char *value, struct tg_diag *d);

struct option {
	const char *name, *arg;
	take_fn *take; /* or a number: */
	size_t at;     /* of a uint32_t */
	uint32_t min, max;
	uint32_t thousandths; /* the number may have a fraction and is kept in thousandths */
	const char *help;
};

#define BAD(d, ...) tg_fail(d, TG_EINVAL, 0, "", __VA_ARGS__)

/* "12.5" as thousandths. */
static bool decimal(const char *s, uint64_t *out)
{
	struct str whole, part = str_split(str_of(s), '.', &whole);
	uint32_t w, p = 0;

	if (!str_to_u32(whole, &w) || part.len > 3 ||
	    (whole.len != strlen(s) && !str_to_u32(part, &p)))
		return false;
	for (size_t i = part.len; i < 3; i++)
		p *= 10;
	*out = (uint64_t)w * 1000 + p;
	return true;
}

static int take_span_word(struct gw_span_cfg *s, struct str word, struct tg_diag *d)
{
	uint32_t n;
	struct str key, value = str_split(word, '=', &key);

	if (str_eq(word, str_of("listen")))
		s->listen = true;
	else if (str_eq(word, str_of("slave")))
		s->clock_slave = true;
	else if (str_eq(word, str_of("t1")))
		s->kind = TDM_T1;
	else if (str_eq(word, str_of("mu-law")))
		s->law = TDM_MULAW;
	else if (str_eq(word, str_of("crc4")))
		s->crc4 = true;
	else if (str_eq(word, str_of("octet-aligned")))
		s->octet_aligned = true;
	else if (str_eq(key, str_of("buffer")) && str_to_u32(value, &n) && n >= 1 &&
		 n <= GW_SPAN_BUFFER_MAX)
		s->buffer_ms = n;
	else if (str_eq(key, str_of("frames")) && str_to_u32(value, &n) && n >= 1 && n <= 8)
		s->frames = (uint8_t)n;
	else if (str_eq(key, str_of("rtp")) && str_to_u32(value, &n) && n >= 96 && n <= 127)
		s->rtp_pt = (uint8_t)n;
	else
		return BAD(
			d,
			"--span: \"%.*s\" is none of listen, slave, t1, mu-law, crc4, octet-aligned, "
			"buffer=MS, frames=1-8, rtp=96-127",
			(int)word.len, word.p);
	return 0;
}

static bool take_ethernet(struct gw_span_cfg *s, struct str place)
{
	struct str interface, mac, rest = str_split(place, '/', &interface);
	struct str sub = str_split(rest, '/', &mac);
	uint32_t n;

	if (!interface.len || interface.len >= sizeof(s->interface) ||
	    !tdm_mac_parse(mac, s->mac) || !str_to_u32(sub, &n) || n > UINT16_MAX)
		return false;
	str_copyz(s->interface, sizeof(s->interface), interface);
	s->subaddr = (uint16_t)n;
	return true;
}

static int take_span_place(struct gw_span_cfg *s, struct str kind, struct str place,
			   struct tg_diag *d)
{
	struct str local, remote = str_split(place, '/', &local);
	uint32_t n;

	if (str_eq(kind, str_of("unix")) && place.len && place.p[0] == '/' &&
	    place.len < sizeof(s->path)) {
		s->driver = GW_SPAN_UNIX;
		str_copyz(s->path, sizeof(s->path), place);
		return 0;
	}
	if ((str_eq(kind, str_of("cesopsn")) || str_eq(kind, str_of("satop"))) &&
	    addr_parse(&s->local, local, 0) == 0 && addr_parse(&s->remote, remote, 0) == 0 &&
	    s->local.port && s->remote.port) {
		s->driver = kind.p[0] == 's' ? GW_SPAN_SATOP : GW_SPAN_CESOPSN;
		return 0;
	}
	if (str_eq(kind, str_of("dahdi")) && str_to_u32(place, &n) && n >= 1 && n <= 1023) {
		s->driver = GW_SPAN_DAHDI;
		s->channel = (uint16_t)n;
		return 0;
	}
	if (str_eq(kind, str_of("tdmoe")) && take_ethernet(s, place)) {
		s->driver = GW_SPAN_TDMOE;
		return 0;
	}
	return BAD(d,
		   "--span: \"%.*s:%.*s\" is none of unix:/PATH, dahdi:CHANNEL, "
		   "tdmoe:INTERFACE/MAC/N, cesopsn: and satop:ADDR:PORT/ADDR:PORT",
		   (int)kind.len, kind.p, (int)place.len, place.p);
}

static int take_span(struct exchange_args *a, const char *value, struct tg_diag *d)
{
	struct str first, rest = str_split(str_of(value), ',', &first), word;
	struct str kind, place = str_split(first, ':', &kind);
	int err = take_span_place(&a->span, kind, place, d);

	while (!err && rest.len) {
		rest = str_split(rest, ',', &word);
		err = take_span_word(&a->span, word, d);
	}
	return err;
}

/* "1-15@1": timeslots and the first CIC. */
static int take_circuits(struct exchange_args *a, const char *value, struct tg_diag *d)
{
	struct str slots, cic_text = str_split(str_of(value), '@', &slots);
	struct str one, two = str_split(slots, '-', &one);
	uint32_t first, last, cic;

	if (!two.len)
		two = one;
	if (!str_to_u32(one, &first) || !str_to_u32(two, &last) || !str_to_u32(cic_text, &cic) ||
	    first < 1 || last > 31 || first > last || cic + last - first > CIC_MAX)
		return BAD(d, "--circuits: \"%s\" is not FIRST-LAST@CIC, timeslots 1 to 31", value);
	for (uint32_t ts = first; ts <= last; ts++) {
		for (unsigned i = 0; i < a->nr_circuits; i++)
			if (a->circuit[i].timeslot == ts)
				return BAD(d, "--circuits: timeslot %u is there twice", ts);
		a->circuit[a->nr_circuits++] =
			(struct lab_circuit_cfg){ .cic = (uint16_t)(cic + ts - first),
						  .timeslot = (uint8_t)ts };
	}
	return 0;
}

static int take_originate(struct exchange_args *a, const char *value, struct tg_diag *d)
{
	size_t len = strspn(value + (value[0] == '+'), "0123456789");

	if (!len || len != strlen(value) - (value[0] == '+') || len > 20)
		return BAD(d, "--originate: \"%s\" is no number", value);
	a->originate = value;
	return 0;
}

static int take_from(struct exchange_args *a, const char *value, struct tg_diag *d)
{
	if (strspn(value, "0123456789") != strlen(value) || strlen(value) > 20)
		return BAD(d, "--from: \"%s\" is no number", value);
	a->from = value;
	return 0;
}

/* RFC 4666 1.4.3: who the other end is follows from who we are. */
static int take_role(struct exchange_args *a, const char *value, struct tg_diag *d)
{
	static const char *const word[] = {
		[M3UA_ROLE_ASP] = "asp", [M3UA_ROLE_IPSP] = "ipsp", [M3UA_ROLE_SG] = "sg"
	};

	for (unsigned i = 0; i < sizeof(word) / sizeof(word[0]); i++)
		if (strcmp(value, word[i]) == 0) {
			a->role = i;
			return 0;
		}
	return BAD(d, "--m3ua-role: \"%s\" is none of asp, ipsp and sg", value);
}

static int take_rc(struct exchange_args *a, const char *value, struct tg_diag *d)
{
	if (!str_to_u32(str_of(value), &a->rc))
		return BAD(d, "--routing-context: \"%s\" is no number", value);
	a->has_rc = true;
	return 0;
}

/* Whose ISUP is not ours (ANSI) has no row. */
static const struct {
	const char *word;
	enum mtp3_variant variant;
	struct ss7_pc_format format;
} variants[] = {
	{ "itu", MTP3_ITU, { { 3, 8, 3 }, '.' } },
	{ "china", MTP3_CHINA, { { 8, 8, 8 }, '.' } },
	{ "japan", MTP3_JAPAN, { { 5, 4, 7 }, '.' } },
};

static int take_variant(struct exchange_args *a, const char *value, struct tg_diag *d)
{
	for (unsigned i = 0; i < sizeof(variants) / sizeof(variants[0]); i++)
		if (strcmp(value, variants[i].word) == 0) {
			a->variant = variants[i].variant;
			return 0;
		}
	return BAD(d, "--variant: \"%s\" is none of itu, china and japan", value);
}

static int take_point(struct exchange_args *a, const char *value, struct tg_diag *d)
{
	(void)d;
	a->point_code_text = value;
	return 0;
}

static int take_peer_point(struct exchange_args *a, const char *value, struct tg_diag *d)
{
	(void)d;
	a->peer_point_code_text = value;
	return 0;
}

#define AT(field) .at = offsetof(struct exchange_args, field)

static const struct option options[] = {
	{ "--span", "SPAN", take_span,
	  .help = "its line: unix:/PATH or cesopsn:LOCAL/REMOTE, and" },
	{ "--link", "LINK", exchange_args_link, .help = "its signalling; again for more" },
	{ "--m3ua-role", "ROLE", take_role,
	  .help = "asp, ipsp or sg (default sg: the gateway is an ASP)" },
	{ "--routing-context", "N", take_rc, .help = "of M3UA, when the other end wants one" },
	{ "--point-code", "PC", take_point, .help = "its own, N or N.N.N (default 0.0.2)" },
	{ "--peer-point-code", "PC", take_peer_point, .help = "the gateway's (default 0.0.1)" },
	{ "--variant", "NAME", take_variant,
	  .help = "point codes and MTP3: itu, china (8.8.8) or japan (5.4.7) (default itu)" },
	{ "--network-indicator", "N", NULL, AT(ni), 0, 3, 0, "0 to 3 (default 2, national)" },
	{ "--circuits", "A-B@CIC", take_circuits,
	  .help = "timeslots and their CICs; again for more" },
	{ "--originate", "NUMBER", take_originate, .help = "make calls to this number" },
	{ "--from", "NUMBER", take_from, .help = "of this subscriber (default 101, a tone)" },
	{ "--calls-per-second", "R", NULL, AT(calls_per_1000_s), 1, 1000, 1,
	  "so many, 0.001 to 1000 (default 1)" },
	{ "--calls", "N", NULL, AT(calls), 1, 1000000000, 0, "in all (default: without an end)" },
	{ "--hold", "S", NULL, AT(hold_ms), 0, MAX_S, 1,
	  "hang up so long after the answer (default 10; 0: never)" },
	{ "--ring", "MS", NULL, AT(ring_ms), 1, 60000, 0,
	  "subscribers answer after so long (default 200)" },
	{ "--wait", "S", NULL, AT(wait_ms), 0, MAX_S, 1,
	  "for span and signalling before calls are made (default 30)" },
	{ "--duration", "S", NULL, AT(duration_ms), 0, MAX_S, 1,
	  "end after so long (default: when all calls are over)" },
	{ "--progress", "S", NULL, AT(progress_ms), 0, MAX_S, 1,
	  "a line of figures that often (default 1; 0: none)" },
};

#define NR_OPTIONS (sizeof(options) / sizeof(options[0]))

static const char *const help_head[] = {
	"Usage: trunkgate-lab exchange --span SPAN --link LINK [OPTION...]",
	"",
	"An emulated exchange at the far end of a trunk: ISUP, and subscribers who always behave in the",
	"same way: 100 echo, 101 tone 1004 Hz, 102 busy, 103 rings for ever, 104 unallocated, 105 plays,",
	"106 hangs up after 5 s, 107 answers after 3 s of ringback, 108 congestion, 109 answers at once.",
	"With --originate it makes calls too. Ends on SIGINT with a summary. Exit status 0: all calls",
	"that it made were answered; 1: some were not, or span or signalling did not come; 2: usage.",
	"",
	"SPAN  unix:/PATH, cesopsn: or satop:ADDR:PORT/ADDR:PORT (ours/theirs), dahdi:CHANNEL (of",
	"      timeslot 1) or tdmoe:INTERFACE/MAC/SUB-ADDRESS (ours, theirs, both's), and behind commas:",
	"      listen (unix: the other end connects), slave (its clock follows), t1, mu-law,",
	"      crc4, octet-aligned, buffer=MS, frames=1-8, rtp=96-127",
	"LINK  M3UA: m3ua:connect:ADDR[:PORT] or m3ua:listen:ADDR[:PORT][/PEER] (PEER: the address of",
	"      who comes; default: ours) over SCTP; over TCP with m3ua-tcp. Or the links of a link set",
	"      of MTP3, whose SLCs are 0, 1 and so on in their order:",
	"      timeslot:N of the span (with timeslot:N@56 seven bits of each octet);",
	"      m2pa:connect:ADDR[:PORT] or m2pa:listen:ADDR[:PORT][/PEER] over SCTP; TCP: m2pa-tcp;",
	"      packet:listen:/PATH or packet:connect:/PATH, signal units over a unix socket",
	"",
};

static const char *const help_tail[] = {
	"",
	"Examples:",
	"  trunkgate-lab exchange --span unix:/run/trunkgate/span1,slave \\",
	"      --link m3ua-tcp:listen:127.0.0.1:2905",
	"  trunkgate-lab exchange --span cesopsn:192.0.2.2:50001/192.0.2.1:50001,slave \\",
	"      --link m3ua-tcp:listen:192.0.2.2/192.0.2.1 --originate 200 --calls-per-second 5 --hold 30",
	"  trunkgate-lab exchange --span cesopsn:192.0.2.2:50001/192.0.2.1:50001,slave \\",
	"      --link timeslot:16 --point-code 0.0.2 --peer-point-code 0.0.1",
};

void exchange_args_help(void (*say)(void *ctx, const char *line), void *ctx)
{
	char line[160], left[40];

	for (size_t i = 0; i < sizeof(help_head) / sizeof(help_head[0]); i++)
		say(ctx, help_head[i]);
	for (size_t i = 2; i < NR_OPTIONS; i++) {
		snprintf(left, sizeof(left), "%s %s", options[i].name, options[i].arg);
		snprintf(line, sizeof(line), "  %-24s %s", left, options[i].help);
		say(ctx, line);
	}
	for (size_t i = 0; i < sizeof(help_tail) / sizeof(help_tail[0]); i++)
		say(ctx, help_tail[i]);
}

static int take_number(struct exchange_args *a, const struct option *o, const char *value,
		       struct tg_diag *d)
{
	uint64_t v = 0, unit = o->thousandths ? 1000 : 1, min = o->min;
	uint32_t n = 0;
	bool ok = o->thousandths ? decimal(value, &v) : str_to_u32(str_of(value), &n);

	if (!o->thousandths)
		v = n;
	if (!ok || v < min || v > o->max * unit || v > UINT32_MAX)
		return BAD(d, "%s: \"%.40s\" is no number from %s%u to %u", o->name, value,
			   o->thousandths && o->min ? "0.00" : "", o->min, o->max);
	*(uint32_t *)((char *)a + o->at) = (uint32_t)v;
	return 0;
}

/* "--name", or "--name=value": *value is what follows, or NULL. */
static const struct option *find_option(const char *word, const char **value)
{
	size_t len = strcspn(word, "=");

	*value = word[len] ? word + len + 1 : NULL;
	for (size_t i = 0; i < NR_OPTIONS; i++)
		if (strlen(options[i].name) == len && strncmp(options[i].name, word, len) == 0)
			return &options[i];
	return NULL;
}

static int check_points(struct exchange_args *a, struct tg_diag *d)
{
	const struct ss7_pc_format *f = &variants[0].format;

	for (unsigned i = 1; i < sizeof(variants) / sizeof(variants[0]); i++)
		if (variants[i].variant == a->variant)
			f = &variants[i].format;
	if (ss7_pc_parse(f, str_of(a->point_code_text), &a->point_code) < 0)
		return BAD(d, "--point-code: \"%s\" is no point code", a->point_code_text);
	if (ss7_pc_parse(f, str_of(a->peer_point_code_text), &a->peer_point_code) < 0)
		return BAD(d, "--peer-point-code: \"%s\" is no point code",
			   a->peer_point_code_text);
	if (a->point_code == a->peer_point_code)
		return BAD(d, "both ends have the point code %s", a->point_code_text);
	return 0;
}

/* Has one of the first `nr` links this timeslot? */
static bool is_link(const struct exchange_args *a, unsigned ts, unsigned nr)
{
	for (unsigned i = 0; i < nr; i++)
		if (a->link[i].kind == EXCHANGE_TIMESLOT && a->link[i].ts == ts)
			return true;
	return false;
}

static int check_links(const struct exchange_args *a, struct tg_diag *d)
{
	for (unsigned i = 0; i < a->nr_links; i++) {
		unsigned ts = a->link[i].ts;

		if (ts > tdm_nr_ts(a->span.kind))
			return BAD(d, "--link: a T1 has no timeslot %u", ts);
		if (ts && is_link(a, ts, i))
			return BAD(d, "--link: timeslot %u is there twice", ts);
	}
	return 0;
}

/* Each timeslot has its number as CIC; 16 of an E1 is for signalling. */
static void default_circuits(struct exchange_args *a)
{
	for (unsigned ts = 1; ts <= tdm_nr_ts(a->span.kind); ts++)
		if (!is_link(a, ts, a->nr_links) && (ts != 16 || a->span.kind == TDM_T1))
			a->circuit[a->nr_circuits++] =
				(struct lab_circuit_cfg){ .cic = (uint16_t)ts,
							  .timeslot = (uint8_t)ts };
}

static int check(struct exchange_args *a, struct tg_diag *d)
{
	if (a->span.driver == GW_SPAN_VIRTUAL)
		return BAD(d, "--span is missing: what is the exchange's line?");
	if (!a->nr_links)
		return BAD(d, "--link is missing: how does the exchange signal?");
	if (check_points(a, d) < 0 || check_links(a, d) < 0)
		return TG_EINVAL;
	if (!a->nr_circuits)
		default_circuits(a);
	for (unsigned i = 0; i < a->nr_circuits; i++) {
		if (a->circuit[i].timeslot > tdm_nr_ts(a->span.kind))
			return BAD(d, "--circuits: a T1 has no timeslot %u",
				   a->circuit[i].timeslot);
		if (is_link(a, a->circuit[i].timeslot, a->nr_links))
			return BAD(d, "--circuits: a signalling link is in timeslot %u",
				   a->circuit[i].timeslot);
	}
	return 0;
}

int exchange_args_parse(struct exchange_args *a, int argc, char **argv, struct tg_diag *d)
{
	*a = (struct exchange_args){
		.span = { .buffer_ms = GW_SPAN_BUFFER_MS, .los_ms = GW_SPAN_LOS_MS, .frames = 8 },
		.role = M3UA_ROLE_SG,
		.point_code_text = "0.0.2",
		.peer_point_code_text = "0.0.1",
		.ni = 2,
		.from = "101",
		.calls_per_1000_s = 1000,
		.hold_ms = 10000,
		.ring_ms = 200,
		.progress_ms = 1000,
		.wait_ms = 30000
	};
	for (int i = 0; i < argc; i++) {
		const char *value;
		const struct option *o = find_option(argv[i], &value);
		int err;

		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return EXCHANGE_ARGS_HELP;
		if (strcmp(argv[i], "--debug") == 0) {
			a->debug = true;
			continue;
		}
		if (!o)
			return BAD(d, "no option \"%s\" (see trunkgate-lab exchange --help)",
				   argv[i]);
		if (!value && ++i == argc)
			return BAD(d, "%s: %s is missing", o->name, o->arg);
		value = value ? value : argv[i];
		err = o->take ? o->take(a, value, d) : take_number(a, o, value, d);
		if (err < 0)
			return err;
	}
	return check(a, d);
}
