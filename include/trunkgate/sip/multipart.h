/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/multipart: bodies of several parts (RFC 2046 5.1, RFC 5621), such as application/sdp with
 * application/isup (RFC 3204) or application/pidf+xml. A walk gives the parts that are no containers
 * themselves, in order, as views into the body; a body that is no multipart is its own only part.
 *
 *	struct sip_part_walk w;
 *	struct sip_part part;
 *	int r = sip_msg_parts(m, &w, &diag);
 *	while (r == 0 && (r = sip_part_next(&w, &part, &diag)) > 0)
 *		if (sip_part_is(&part, STR("application"), STR("isup")))
 *			... part.media.version, part.body
 *	if (r < 0) ... 400
 *
 * And for sending:
 *
 *	struct sip_multipart b;
 *	sip_multipart_init(&b, buf, sizeof(buf), STR("b7f"));
 *	sip_multipart_add(&b, STR("application/sdp"), STR(""), sdp);
 *	sip_multipart_add(&b, STR("application/isup;version=itu-t92+"),
 *			  STR("signal;handling=optional"), iam);
 *	if (sip_multipart_done(&b, STR("mixed"), &type, &body) == 0) ...
 */
#ifndef TRUNKGATE_SIP_MULTIPART_H
#define TRUNKGATE_SIP_MULTIPART_H

#include <trunkgate/sip/headers.h>

#define SIP_MAX_PART_DEPTH 8   /* multiparts inside each other */
#define SIP_MAX_PARTS	   128 /* in a message */

struct sip_part {
	struct str content_type; /* as written; empty: none, which is text/plain (RFC 2045 5.2) */
	struct sip_media media;
	struct sip_disposition disposition; /* type empty: none */
	bool optional;			    /* need not be understood: handling=optional, or there
					       are alternatives (RFC 5621 3.2, 3.3) */
	struct str content_id, encoding;    /* Content-ID, Content-Transfer-Encoding */
	struct str headers;		    /* all lines, for what is not above */
	struct str body;
	unsigned depth; /* containers around it */
};

struct sip_part_walk {
	/* Private. */
	struct sip_part whole;
	unsigned depth, nr;
	struct sip_part_level {
		struct str rest, boundary;
		bool alternative;
	} level[SIP_MAX_PART_DEPTH];
};

/* Begins at a body of this Content-Type (empty: none) and Content-Disposition (empty: none). */
int sip_part_walk_init(struct sip_part_walk *w, struct str content_type, struct str disposition,
		       struct str body, struct tg_diag *diag);
/* Begins at the body of a message; nothing comes when it has none. */
int sip_msg_parts(const struct sip_msg *m, struct sip_part_walk *w, struct tg_diag *diag);
/* 1 and the next part; 0 behind the last; TG_EINVAL, TG_ELIMIT (too deep, too many). */
int sip_part_next(struct sip_part_walk *w, struct sip_part *part, struct tg_diag *diag);
/* Any case. */
bool sip_part_is(const struct sip_part *part, struct str type, struct str subtype);
/* The first part of this type in a message. TG_ENOENT: none; else as sip_part_next. */
int sip_msg_find_part(const struct sip_msg *m, struct str type, struct str subtype,
		      struct sip_part *part, struct tg_diag *diag);
/* The session description of a message (RFC 3261 13.2.1): its body, or the first part of
 * application/sdp that is for the session (RFC 5621 6). False: none. */
bool sip_msg_description(const struct sip_msg *m, struct str *sdp);

struct sip_multipart {
	struct sip_build b;
	struct str boundary;
	bool bad;
};

/* The boundary is of 1-70 letters, digits, "-", "." and "_", and must outlive the builder. */
void sip_multipart_init(struct sip_multipart *m, char *buf, size_t size, struct str boundary);
void sip_multipart_add(struct sip_multipart *m, struct str content_type, struct str disposition,
		       struct str body);
/* A part that others point at by its Content-ID, "<a@b>" (RFC 2392). */
void sip_multipart_add_id(struct sip_multipart *m, struct str content_type, struct str id,
			  struct str body);
/* The Content-Type and the body, both in the buffer. TG_ELIMIT: it is full. TG_EINVAL: the boundary
 * is none or occurs in a part; another one will do. */
int sip_multipart_done(struct sip_multipart *m, struct str subtype, struct str *content_type,
		       struct str *body);

#endif
