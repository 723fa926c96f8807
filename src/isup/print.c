/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages in words, for logs, ladders and the operator. The words are Q.763's, shortened. */
#include <string.h>

#include "isup/print.h"
#include "isup/value.h"

#define LINE_OCTETS 1000

static void print_hex(struct wr *w, struct str content)
{
	for (size_t i = 0; i < content.len; i++)
		wr_f(w, i ? " %02x" : "%02x", (uint8_t)content.p[i]);
}

/* A word of a table, or the number. */
static void print_word(struct wr *w, const char *const *words, size_t nr, unsigned value)
{
	if (value < nr && words[value])
		wr_z(w, words[value]);
	else
		wr_u(w, value);
}
#define WORD(w, words, value) print_word((w), (words), sizeof(words) / sizeof((words)[0]), (value))

static uint8_t octet(struct str content, size_t i)
{
	return i < content.len ? (uint8_t)content.p[i] : 0;
}

/* Names of the bits that are set, from the lowest. */
static void print_bits(struct wr *w, const char *const *names, unsigned nr, unsigned bits)
{
	for (unsigned i = 0; i < nr; i++)
		if (bits >> i & 1 && names[i])
			wr_f(w, ", %s", names[i]);
}

void isup_print_u8(struct wr *w, const struct isup_param_row *row, struct str c)
{
	(void)row;
	wr_u(w, octet(c, 0));
}

void isup_print_ms(struct wr *w, const struct isup_param_row *row, struct str c)
{
	(void)row;
	wr_f(w, "%u ms", (unsigned)octet(c, 0) << 8 | octet(c, 1));
}

static const char *const natures[] = { NULL,	   "subscriber",    "unknown",
				       "national", "international", "network-specific" };
static const char *const plans[] = { NULL, "E.164", NULL, "X.121", "F.69", "private" };
static const char *const presentations[] = { "presentation allowed", "presentation restricted",
					     "address not available", "restricted by the network" };
static const char *const screenings[] = { "user provided, not verified",
					  "user provided, verified and passed",
					  "user provided, verified and failed",
					  "network provided" };

static void print_prefix(struct wr *w, enum isup_number_layout l, const struct isup_number *n)
{
	if (l == ISUP_NUMBER_SUBSEQUENT)
		return;
	if (l == ISUP_NUMBER_GENERIC)
		wr_f(w, "qualifier %u, ", n->nqi);
	wr_z(w, n->noa < 6 && natures[n->noa] ? "" : "nature ");
	WORD(w, natures, n->noa);
	wr_z(w, n->npi < 6 && plans[n->npi] ? ", " : ", plan ");
	WORD(w, plans, n->npi);
	if (n->inn)
		wr_z(w, ", no routing to internal numbers");
	if (n->ni)
		wr_z(w, ", incomplete");
	if (l != ISUP_NUMBER_CALLED && l != ISUP_NUMBER_CHARGE)
		wr_f(w, ", %s", presentations[n->apri]);
	if (l == ISUP_NUMBER_CALLING || l == ISUP_NUMBER_LOCATION || l == ISUP_NUMBER_GENERIC)
		wr_f(w, ", %s", screenings[n->si]);
	wr_z(w, ", ");
}

void isup_print_number(struct wr *w, const struct isup_param_row *row, struct str c)
{
	struct isup_number n;

	if (isup_number_dec(&n, row->number, c) < 0) {
		print_hex(w, c);
		return;
	}
	print_prefix(w, row->number, &n);
	wr_z(w, n.digits[0] ? n.digits : "no digits");
}

void isup_print_tmr(struct wr *w, const struct isup_param_row *row, struct str c)
{
	static const char *const words[] = { "speech",
					     NULL,
					     "64 kbit/s unrestricted",
					     "3.1 kHz audio",
					     NULL,
					     NULL,
					     "64 kbit/s preferred",
					     "2x64 kbit/s unrestricted",
					     "384 kbit/s unrestricted",
					     "1536 kbit/s unrestricted",
					     "1920 kbit/s unrestricted" };
	(void)row;
	WORD(w, words, octet(c, 0));
}

void isup_print_nci(struct wr *w, const struct isup_param_row *row, struct str c)
{
	static const char *const satellite[] = { "no satellite", "1 satellite", "2 satellites" };
	static const char *const check[] = { "no continuity check", "continuity check required",
					     "continuity check on a previous circuit" };
	uint8_t b = octet(c, 0);

	(void)row;
	WORD(w, satellite, b & 3);
	wr_z(w, ", ");
	WORD(w, check, b >> 2 & 3);
	if (b & 0x10)
		wr_z(w, ", echo control device");
}

static void print_isup_way(struct wr *w, bool interworking, bool all_the_way)
{
	wr_z(w, interworking ? ", interworking" : ", no interworking");
	wr_z(w, all_the_way ? ", ISUP all the way" : ", ISUP not all the way");
}

void isup_print_fci(struct wr *w, const struct isup_param_row *row, struct str c)
{
	static const char *const preference[] = { "preferred", "not required", "required" };
	uint8_t a = octet(c, 0), b = octet(c, 1);

	(void)row;
	wr_z(w, a & 1 ? "international" : "national");
	if (a & 6)
		wr_f(w, ", end-to-end method %u", a >> 1 & 3);
	if (a & 0x10)
		wr_z(w, ", end-to-end information");
	print_isup_way(w, a & 8, a & 0x20);
	wr_z(w, ", ISUP ");
	WORD(w, preference, a >> 6);
	wr_z(w, b & 1 ? ", access ISDN" : ", access non-ISDN");
	if (b & 6)
		wr_f(w, ", SCCP method %u", b >> 1 & 3);
	if (b & 0x10)
		wr_z(w, ", ported number translated");
}

void isup_print_bci(struct wr *w, const struct isup_param_row *row, struct str c)
{
	static const char *const charge[] = { "charge: no indication", "no charge", "charge" };
	static const char *const status[] = { "called party: no indication", "subscriber free",
					      "connect when free" };
	static const char *const category[] = { "category: no indication", "ordinary subscriber",
						"payphone" };
	uint8_t a = octet(c, 0), b = octet(c, 1);

	(void)row;
	WORD(w, charge, a & 3);
	wr_z(w, ", ");
	WORD(w, status, a >> 2 & 3);
	wr_z(w, ", ");
	WORD(w, category, a >> 4 & 3);
	print_isup_way(w, b & 1, b & 4);
	wr_z(w, b & 8 ? ", holding" : "");
	wr_z(w, b & 0x10 ? ", access ISDN" : ", access non-ISDN");
	wr_z(w, b & 0x20 ? ", echo control device" : "");
}

void isup_print_ofci(struct wr *w, const struct isup_param_row *row, struct str c)
{
	static const char *const cug[] = { "no CUG call", NULL, "CUG call, outgoing access allowed",
					   "CUG call" };
	uint8_t b = octet(c, 0);

	(void)row;
	WORD(w, cug, b & 3);
	if (b & 4)
		wr_z(w, ", a segment follows");
	if (b & 0x80)
		wr_z(w, ", connected line identity requested");
}

void isup_print_obci(struct wr *w, const struct isup_param_row *row, struct str c)
{
	static const char *const bits[] = { NULL, "diversion may occur", "a segment follows",
					    "MLPP user" };
	(void)row;
	wr_z(w, octet(c, 0) & 1 ? "in-band information" : "no in-band information");
	print_bits(w, bits, 4, octet(c, 0));
}

void isup_print_cpc(struct wr *w, const struct isup_param_row *row, struct str c)
{
	static const char *const words[] = { [0] = "unknown",
					     [1] = "operator, French",
					     [2] = "operator, English",
					     [3] = "operator, German",
					     [4] = "operator, Russian",
					     [5] = "operator, Spanish",
					     [10] = "ordinary subscriber",
					     [11] = "priority subscriber",
					     [12] = "data call",
					     [13] = "test call",
					     [14] = "IEPS call",
					     [15] = "payphone" };
	(void)row;
	WORD(w, words, octet(c, 0));
}

void isup_print_continuity(struct wr *w, const struct isup_param_row *row, struct str c)
{
	(void)row;
	wr_z(w, octet(c, 0) & 1 ? "successful" : "failed");
}

void isup_print_suspend(struct wr *w, const struct isup_param_row *row, struct str c)
{
	(void)row;
	wr_z(w, octet(c, 0) & 1 ? "network initiated" : "user initiated");
}

void isup_print_cause(struct wr *w, const struct isup_param_row *row, struct str c)
{
	static const char *const locations[] = {
		[ISUP_LOC_USER] = "user",
		[ISUP_LOC_PRIVATE_LOCAL] = "private network of the local user",
		[ISUP_LOC_PUBLIC_LOCAL] = "public network of the local user",
		[ISUP_LOC_TRANSIT] = "transit network",
		[ISUP_LOC_PUBLIC_REMOTE] = "public network of the remote user",
		[ISUP_LOC_PRIVATE_REMOTE] = "private network of the remote user",
		[ISUP_LOC_INTERNATIONAL] = "international network",
		[ISUP_LOC_BEYOND] = "network beyond interworking point",
	};
	struct isup_cause v;

	(void)row;
	if (isup_cause_dec(&v, c) < 0) {
		print_hex(w, c);
		return;
	}
	wr_u(w, v.value);
	if (v.coding)
		wr_f(w, " (coding %u)", v.coding);
	else
		wr_f(w, " (%s)", isup_cause_name(v.value));
	wr_z(w, ", ");
	WORD(w, locations, v.location);
	if (v.nr_diagnostics) {
		wr_z(w, ", diagnostics ");
		print_hex(w, str_n(v.diagnostics, v.nr_diagnostics));
	}
}

void isup_print_event(struct wr *w, const struct isup_param_row *row, struct str c)
{
	static const char *const words[] = { NULL,
					     "alerting",
					     "progress",
					     "in-band information",
					     "forwarded on busy",
					     "forwarded on no reply",
					     "forwarded unconditionally" };
	(void)row;
	WORD(w, words, octet(c, 0) & 0x7f);
	if (octet(c, 0) & 0x80)
		wr_z(w, ", presentation restricted");
}

void isup_print_redirection(struct wr *w, const struct isup_param_row *row, struct str c)
{
	(void)row;
	wr_f(w, "indicator %u, original reason %u", octet(c, 0) & 7, octet(c, 0) >> 4);
	if (c.len > 1)
		wr_f(w, ", %u redirections, reason %u", octet(c, 1) & 7, octet(c, 1) >> 4);
}

void isup_print_cgs_type(struct wr *w, const struct isup_param_row *row, struct str c)
{
	static const char *const words[] = { "maintenance", "hardware failure" };

	(void)row;
	WORD(w, words, octet(c, 0) & 3);
}

void isup_print_range(struct wr *w, const struct isup_param_row *row, struct str c)
{
	(void)row;
	wr_f(w, "%u circuits", octet(c, 0) + 1u);
	if (c.len > 1) {
		wr_z(w, ", status ");
		print_hex(w, str_from(c, 1));
	}
}

/* Octets 3 on of Q.931's bearer capability. */
void isup_print_usi(struct wr *w, const struct isup_param_row *row, struct str c)
{
	static const char *const words[] = { [0] = "speech",
					     [8] = "unrestricted digital",
					     [9] = "restricted digital",
					     [16] = "3.1 kHz audio",
					     [17] = "unrestricted digital with tones",
					     [24] = "video" };
	(void)row;
	WORD(w, words, octet(c, 0) & 31);
	wr_z(w, ", ");
	print_hex(w, c);
}

void isup_print_hop(struct wr *w, const struct isup_param_row *row, struct str c)
{
	(void)row;
	wr_u(w, octet(c, 0) & 31);
}

void isup_print_param(struct wr *w, const struct isup_param_row *row, struct str content)
{
	if (row && row->print && content.len >= row->min && content.len <= row->max)
		row->print(w, row, content);
	else if (content.len)
		print_hex(w, content);
	else
		wr_z(w, "empty");
}

/* One line, cut when it is too long. */
static void say_line(struct wr *w, void (*say)(void *ctx, const char *line), void *ctx)
{
	w->buf[w->len] = '\0';
	say(ctx, (const char *)w->buf);
}

void isup_msg_print(const struct isup_msg *m, const struct isup_variant *v,
		    void (*say)(void *ctx, const char *line), void *ctx)
{
	const struct isup_msg_row *msg = isup_msg_row(v, m->type);
	char line[LINE_OCTETS + 1];
	struct wr w = wr_init(line, LINE_OCTETS);

	if (msg)
		wr_f(&w, "%s (%s), CIC %u", msg->abbr, msg->name, m->cic);
	else
		wr_f(&w, "message 0x%02x, CIC %u", m->type, m->cic);
	say_line(&w, say, ctx);
	for (int i = 0; i < m->nr_params; i++) {
		const struct isup_param *p = &m->param[i];
		const struct isup_param_row *row = isup_param_row(v, p->code);
		w = wr_init(line, LINE_OCTETS);
		if (row)
			wr_f(&w, "%s: ", row->name);
		else
			wr_f(&w, p->code ? "parameter 0x%02x: " : "content: ", p->code);
		isup_print_param(&w, row, str_n(m->octets + p->at, p->len));
		say_line(&w, say, ctx);
	}
}
