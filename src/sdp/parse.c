/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sdp: parsing (RFC 8866 5 and 9). Strict where a number goes somewhere, and about octets that no
 * line may have; lenient about the order of lines, a missing s= or t=, and LF for CRLF (5).
 * Attributes that say nothing to us, or nothing sensible, are passed over (5.13).
 */
#include <trunkgate/sdp/sdp.h>

#include "sdp/codec.h"
#include "sdp/qos.h"
#include "sdp/secure.h"

struct parser {
	struct sdp *s;
	struct tg_diag *diag;
	const char *start;
	struct sdp_media *media; /* the one the lines belong to; NULL: the session */
	bool has_origin;
	bool has_nul; /* somewhere in the text */
	/* c= and direction: of the session, and whether a stream has its own. */
	bool has_addr, media_has_addr[SDP_MAX_MEDIA], media_has_dir[SDP_MAX_MEDIA];
	struct addr addr;
	enum sdp_dir dir;
	/* Of the session (RFC 8122 5, RFC 4145 4). */
	struct str hash, fingerprint;
	enum sdp_setup setup;
	enum sdp_xr xr; /* RFC 3611 5.1 */
};

static int fail(const struct parser *p, int err, const char *at, const char *clause,
		const char *why)
{
	return tg_fail(p->diag, err, (size_t)(at - p->start), clause, "%s", why);
}

/* The next word, and what is behind it. */
static struct str word(struct str *rest)
{
	struct str w;

	*rest = str_trim(*rest);
	*rest = str_split(*rest, ' ', &w);
	return w;
}

static size_t media_index(const struct parser *p)
{
	return (size_t)(p->media - p->s->media);
}

/* 5.2: o=user id version IN IP4 address; only the first three are of interest. */
static int origin_line(struct parser *p, struct str v)
{
	struct sdp *s = p->s;
	struct str id, version;

	s->origin_user = word(&v);
	id = word(&v);
	version = word(&v);
	if (!str_to_u64(id, &s->session_id) || !str_to_u64(version, &s->session_version))
		return fail(p, TG_EINVAL, id.p, "RFC 8866 5.2", "bad session id or version in o=");
	if (word(&v).len == 0 || word(&v).len == 0 || word(&v).len == 0)
		return fail(p, TG_EINVAL, v.p, "RFC 8866 5.2", "o= has less than six parts");
	p->has_origin = true;
	return 0;
}

/* 5.7: c=IN IP4 address[/ttl[/number]]. A name is taken as no address: we have no DNS here. */
static int connection_line(struct parser *p, struct str v)
{
	struct addr a = { 0 };
	struct str net = word(&v), type = word(&v), text = word(&v);
	const char *at = text.p;

	str_split(text, '/', &text);
	if (text.len == 0)
		return fail(p, TG_EINVAL, at, "RFC 8866 5.7", "c= has less than three parts");
	if (str_eq(net, STR("IN")) && text.p[0] != '[' && addr_parse(&a, text, 0) == 0 &&
	    !str_eq(type, a.family == ADDR_IP4 ? STR("IP4") : STR("IP6")))
		return fail(p, TG_EINVAL, at, "RFC 8866 5.7", "address and its type differ in c=");
	if (a.port)
		return fail(p, TG_EINVAL, at, "RFC 8866 5.7", "c= has a port");
	if (!p->media) {
		p->has_addr = true;
		p->addr = a;
	} else if (!p->media_has_addr[media_index(p)]) {
		p->media_has_addr[media_index(p)] = true;
		p->media->rtp = a;
	}
	return 0;
}

static bool is_rtp_audio(const struct sdp_media *m)
{
	return str_caseeq(m->kind, STR("audio")) &&
	       (str_starts(m->proto, STR("RTP/")) || sdp_is_dtls_rtp(m->proto));
}

static struct sdp_codec *find_codec(struct sdp_media *m, uint32_t pt)
{
	for (unsigned i = 0; i < m->nr_codecs; i++)
		if (m->codec[i].pt == pt)
			return &m->codec[i];
	return NULL;
}

static int formats(struct parser *p, struct str v)
{
	struct sdp_media *m = p->media;

	while (v.len) {
		struct str f = word(&v);
		uint32_t pt;

		if (!str_to_u32(f, &pt) || pt > 127)
			return fail(p, TG_EINVAL, f.p, "RFC 8866 5.14",
				    "payload type is not 0 to 127");
		if (find_codec(m, pt))
			continue;
		if (m->nr_codecs == SDP_MAX_CODECS)
			return fail(p, TG_ELIMIT, f.p, "RFC 8866 5.14", "too many formats in m=");
		sdp_codec_static(&m->codec[m->nr_codecs++], (uint8_t)pt);
	}
	return 0;
}

/* Port, with a count of ports behind it that we do not use. */
static bool port_of(struct str v, uint16_t *port)
{
	struct str first, count = str_split(v, '/', &first);
	uint32_t n, unused;

	if (!str_to_u32(first, &n) || n > 65535 ||
	    (first.len != v.len && (!str_to_u32(count, &unused) || unused == 0)))
		return false;
	*port = (uint16_t)n;
	return true;
}

/* 5.14: m=audio 49170 RTP/AVP 8 0 */
static int media_line(struct parser *p, struct str v)
{
	struct sdp_media *m;
	struct str port;

	if (p->s->nr_media == SDP_MAX_MEDIA)
		return fail(p, TG_ELIMIT, v.p, "RFC 8866 5.14", "too many m= lines");
	m = p->media = &p->s->media[p->s->nr_media++];
	memset(m, 0, sizeof(*m));
	m->kind = word(&v);
	port = word(&v);
	m->proto = word(&v);
	m->formats = str_trim(v);
	if (!port_of(port, &m->port))
		return fail(p, TG_EINVAL, port.p, "RFC 8866 5.14", "port is not 0 to 65535 in m=");
	if (m->formats.len == 0)
		return fail(p, TG_EINVAL, v.p, "RFC 8866 5.14", "m= has less than four parts");
	return is_rtp_audio(m) ? formats(p, m->formats) : 0;
}

/* 6.6: payload type, SP, name/clock[/channels]. It says more than the number of a static one. */
static int rtpmap(struct parser *p, struct str v)
{
	struct str pt_text = word(&v), name, clock, channels;
	uint32_t pt, hz, nr = 1;
	struct sdp_codec *c;

	if (!str_to_u32(pt_text, &pt) || pt > 127)
		return fail(p, TG_EINVAL, pt_text.p, "RFC 8866 6.6",
			    "payload type is not 0 to 127 in rtpmap");
	v = word(&v);
	v = str_split(v, '/', &name);
	channels = str_split(v, '/', &clock);
	if (name.len == 0 || !str_to_u32(clock, &hz) || hz == 0)
		return fail(p, TG_EINVAL, pt_text.p, "RFC 8866 6.6", "bad name or clock in rtpmap");
	if (clock.len != v.len && (!str_to_u32(channels, &nr) || nr == 0 || nr > UINT8_MAX))
		return fail(p, TG_EINVAL, pt_text.p, "RFC 8866 6.6", "bad channels in rtpmap");
	c = find_codec(p->media, pt);
	if (!c)
		return 0;
	c->name = name;
	c->clock_hz = hz;
	c->channels = (uint8_t)nr;
	sdp_codec_identify(c);
	return 0;
}

static void fmtp(struct parser *p, struct str v)
{
	struct str pt_text = word(&v);
	struct sdp_codec *c;
	uint32_t pt;

	c = str_to_u32(pt_text, &pt) ? find_codec(p->media, pt) : NULL;
	if (c)
		c->fmtp = str_trim(v);
}

/* 6.4: a number that may have a fraction, which is dropped. */
static void packet_time(struct str v, uint32_t *ms)
{
	struct str whole;
	uint32_t n;

	str_split(str_trim(v), '.', &whole);
	if (str_to_u32(whole, &n))
		*ms = n;
}

static void direction(struct parser *p, enum sdp_dir d)
{
	if (!p->media) {
		p->dir = d;
		return;
	}
	p->media->dir = d;
	p->media_has_dir[media_index(p)] = true;
}

/* Of several the one with the hash that we like best (RFC 8122 5.1), and of these the first. */
static void fingerprint(struct str *hash, struct str *print, struct str v)
{
	struct str h = word(&v), f = word(&v);

	if (print->len && sdp_fingerprint_rank(h, f) <= sdp_fingerprint_rank(*hash, *print))
		return;
	*hash = h;
	*print = f;
}

/* What keys are made of, of a stream or of the whole session. */
static void secret(struct parser *p, struct str name, struct str v)
{
	struct sdp_media *m = p->media;

	if (str_eq(name, STR("fingerprint"))) {
		if (m)
			fingerprint(&m->hash, &m->fingerprint, v);
		else
			fingerprint(&p->hash, &p->fingerprint, v);
	} else if (str_eq(name, STR("setup"))) {
		*(m ? &m->setup : &p->setup) = sdp_setup_of(str_trim(v));
	} else if (m && str_eq(name, STR("crypto")) && m->nr_crypto < SDP_MAX_CRYPTO) {
		m->crypto[m->nr_crypto++] = str_trim(v);
	}
}

static void rtcp(struct sdp_media *m, struct str name, struct str v)
{
	uint32_t port;

	if (str_eq(name, STR("rtcp-mux")))
		m->rtcp_mux = true;
	else if (str_eq(name, STR("rtcp")) && str_to_u32(word(&v), &port) && port <= UINT16_MAX)
		m->rtcp_port = (uint16_t)port;
}

/* RFC 3611 5.1: a list of blocks, perhaps empty. */
static enum sdp_xr xr_of(struct str v)
{
	while (v.len)
		if (str_eq(word(&v), STR("voip-metrics")))
			return SDP_XR_VOIP_METRICS;
	return SDP_XR_NOTHING;
}

/* Codecs, which most attributes are about; false: it is something else. */
static bool codec_line(struct parser *p, struct str name, struct str v, int *err)
{
	*err = 0;
	if (str_eq(name, STR("rtpmap"))) {
		if (p->media && is_rtp_audio(p->media))
			*err = rtpmap(p, v);
		return true;
	}
	if (str_eq(name, STR("fmtp"))) {
		if (p->media)
			fmtp(p, v);
		return true;
	}
	return false;
}

static int attribute_line(struct parser *p, struct str v)
{
	enum sdp_dir d;
	struct str name;
	int err;

	v = str_split(v, ':', &name);
	if (codec_line(p, name, v, &err))
		return err;
	if (sdp_dir_of(str_trim(name), &d)) /* a blank behind it would turn a hold into none */
		direction(p, d);
	secret(p, name, v);
	if (str_eq(str_trim(name), STR("rtcp-xr")))
		*(p->media ? &p->media->xr : &p->xr) = xr_of(v);
	if (!p->media)
		return 0;
	rtcp(p->media, str_trim(name), v);
	sdp_qos_line(&p->media->qos, name, v);
	if (str_eq(name, STR("ptime")))
		packet_time(v, &p->media->ptime_ms);
	else if (str_eq(name, STR("maxptime")))
		packet_time(v, &p->media->maxptime_ms);
	return 0;
}

static int one_line(struct parser *p, struct str line)
{
	struct str v = str_from(line, 2);

	if (line.len < 2 || line.p[1] != '=')
		return fail(p, TG_EINVAL, line.p, "RFC 8866 5", "line is not type=value");
	switch (line.p[0]) {
	case 'o':
		return origin_line(p, v);
	case 's':
		p->s->session_name = v;
		return 0;
	case 't':
		if (!p->s->timing.p)
			p->s->timing = v;
		return 0;
	case 'c':
		return connection_line(p, v);
	case 'm':
		return media_line(p, v);
	case 'a':
		return attribute_line(p, v);
	default:
		if (line.p[0] && strchr("viuepbrzk", line.p[0]))
			return 0;
		return fail(p, TG_EINVAL, line.p, "RFC 8866 5", "unknown type of line");
	}
}

/* 9: byte-string is any octet but NUL, CR and LF. */
static int check_octets(const struct parser *p, struct str line)
{
	const char *nul = p->has_nul ? memchr(line.p, '\0', line.len) : NULL;
	const char *cr = memchr(line.p, '\r', line.len);

	if (nul)
		return fail(p, TG_EINVAL, nul, "RFC 8866 9", "NUL octet");
	return cr ? fail(p, TG_EINVAL, cr, "RFC 8866 9", "bare CR") : 0;
}

static int all_lines(struct parser *p, struct str text)
{
	int r = 0;

	for (bool first = true; text.len && r == 0; first = false) {
		struct str line;

		text = str_split(text, '\n', &line);
		if (line.len && line.p[line.len - 1] == '\r')
			line.len--;
		if (first && !str_eq(line, STR("v=0")))
			return fail(p, TG_EINVAL, line.p, "RFC 8866 5.1",
				    "does not begin with v=0");
		if (line.len == 0)
			continue; /* some have empty lines at the end */
		r = check_octets(p, line);
		if (r == 0)
			r = one_line(p, line);
	}
	return r;
}

/* What the session says goes to the streams that say nothing (5.7, 6.7). */
static int inherit(struct parser *p)
{
	struct sdp *s = p->s;

	for (unsigned i = 0; i < s->nr_media; i++) {
		struct sdp_media *m = &s->media[i];

		if (!p->media_has_addr[i])
			m->rtp = p->addr;
		if (!p->media_has_dir[i])
			m->dir = p->dir;
		if (!m->fingerprint.len) {
			m->hash = p->hash;
			m->fingerprint = p->fingerprint;
		}
		if (m->setup == SDP_SETUP_NONE)
			m->setup = p->setup;
		if (m->xr == SDP_XR_UNSAID)
			m->xr = p->xr;
		m->rtp.port = m->port;
		if (s->audio >= 0 || !sdp_is_usable(m))
			continue;
		s->audio = (int)i;
		if (!p->has_addr && !p->media_has_addr[i])
			return fail(p, TG_EINVAL, m->kind.p, "RFC 8866 5.7", "no c= for the audio");
	}
	return 0;
}

int sdp_parse(struct sdp *s, struct str text, struct tg_diag *diag)
{
	struct parser p = { .s = s, .diag = diag, .dir = SDP_SENDRECV };
	int r;

	if (!text.p)
		text = STR("");
	p.start = text.p;
	p.has_nul = memchr(text.p, '\0', text.len);
	memset(s, 0, offsetof(struct sdp, media));
	s->audio = -1;
	if (text.len == 0)
		return fail(&p, TG_ETRUNC, text.p, "RFC 8866 5", "empty session description");
	r = all_lines(&p, text);
	if (r == 0 && !p.has_origin)
		return fail(&p, TG_EINVAL, text.p + text.len, "RFC 8866 5.2", "no o= line");
	return r < 0 ? r : inherit(&p);
}
