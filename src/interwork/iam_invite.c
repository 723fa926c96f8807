/* SPDX-License-Identifier: GPL-3.0-or-later */
/* iam_invite: IAM to INVITE, RFC 3398 8.2.1.1. */
#include <stdio.h>

#include "interwork/setup.h"

#define APRI_ALLOWED	   0
#define APRI_NOT_AVAILABLE 2
#define SI_VERIFIED	   1 /* Q.763 3.10: user provided, verified and passed */
#define SI_NETWORK	   3

static void print_uri(char *buf, size_t size, const char *number, const char *host)
{
	snprintf(buf, size, "sip:%s@%s;user=phone", number, host);
}

static void print_nameaddr(char *buf, size_t size, const char *number, const char *host)
{
	snprintf(buf, size, "<sip:%s@%s;user=phone>", number, host);
}

/* 12.1: 'address unavailable' is as if the parameter were not there. */
static bool calling_number(const struct isup_msg *iam, const struct iw_numbering *plan,
			   struct isup_number *n, char *text)
{
	text[0] = '\0';
	if (isup_get_number(iam, ISUP_P_CALLING_NUMBER, n) < 0 || n->apri == APRI_NOT_AVAILABLE)
		return false;
	return iw_number_text(n, plan, text)[0] != '\0';
}

/* RFC 3325 9.1: only a number that the network vouches for is asserted. */
static void put_identity(struct iw_invite_out *out, const struct isup_number *n,
			 const struct iw_hosts *hosts)
{
	bool hidden = n->apri != APRI_ALLOWED;

	if (n->si != SI_VERIFIED && n->si != SI_NETWORK)
		return;
	if (hidden && !hosts->trusted)
		return;
	print_nameaddr(out->identity, sizeof(out->identity), out->calling, hosts->ours);
	out->privacy_id = hidden;
}

/* From: the number; a host alone when there is none; the anonymous URI of 12.1 when hidden. */
static void put_calling(const struct isup_msg *iam, const struct iw_numbering *plan,
			const struct iw_hosts *hosts, struct iw_invite_out *out)
{
	struct isup_number n;

	if (!calling_number(iam, plan, &n, out->calling)) {
		snprintf(out->from, sizeof(out->from), "<sip:%s>", hosts->ours);
		return;
	}
	put_identity(out, &n, hosts);
	if (n.apri == APRI_ALLOWED)
		print_nameaddr(out->from, sizeof(out->from), out->calling, hosts->ours);
	else
		snprintf(out->from, sizeof(out->from),
			 "\"Anonymous\" <sip:anonymous@anonymous.invalid>");
}

/* To is the original called number when there is one. */
static void put_to(const struct isup_msg *iam, const struct iw_numbering *plan,
		   const struct iw_hosts *hosts, struct iw_invite_out *out)
{
	char text[IW_NUMBER_TEXT_MAX];
	struct isup_number n;

	if (isup_get_number(iam, ISUP_P_ORIGINAL_CALLED_NUMBER, &n) < 0 ||
	    !iw_number_text(&n, plan, text)[0])
		memcpy(text, out->called, sizeof(text));
	print_nameaddr(out->to, sizeof(out->to), text, hosts->theirs);
}

int iw_iam_to_invite(const struct iw_ctx *x, const struct isup_msg *iam,
		     const struct iw_numbering *plan, const struct iw_hosts *hosts,
		     struct iw_invite_out *out)
{
	struct isup_number called;
	int err = isup_get_number(iam, ISUP_P_CALLED_NUMBER, &called);
	(void)x;

	memset(out, 0, sizeof(*out));
	if (err < 0)
		return err;
	if (!iw_number_text(&called, plan, out->called)[0])
		return TG_ETRUNC;
	print_uri(out->uri, sizeof(out->uri), out->called, hosts->theirs);
	put_calling(iam, plan, hosts, out);
	put_to(iam, plan, hosts, out);
	return 0;
}
