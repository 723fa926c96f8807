/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * isup_random: random valid messages for other decoders, and what we say is in them.
 *
 *	isup_random VARIANT SEED COUNT OUT.pcap
 *
 * The pcap is of link type 147, each frame a message from the CIC on. On standard output a line a
 * message: abbreviation, type, CIC, then tab-separated parameters in the order of the wire: code,
 * octets, then field=value, with numbers in decimal, octets in hex, digits as they are.
 *
 *	isup_random VARIANT decode
 *
 * The same line for each message of hex digits on standard input; with "otherwise" and a tab
 * before it when we would write other octets; or "refused".
 */
#include <stdio.h>
#include <stdlib.h>

#include "isup/params.h"
#include "unit/isup/random.h"

static struct rng rng;
static const struct isup_variant *variant;

/* Contents that another dissector looks into must be valid for it. */
static struct str content_of(uint8_t code, const struct isup_param_row *row, uint8_t *buf)
{
	static const struct {
		uint8_t code;
		const char *octets;
		uint8_t len;
	} fixed[] = {
		{ ISUP_P_ACCESS_TRANSPORT, "\x7d\x02\x91\x81", 4 },
		{ ISUP_P_ACCESS_TRANSPORT, "\x1e\x02\x82\x88", 4 },
		{ ISUP_P_USI, "\x90\x90\xa3", 3 },
		{ ISUP_P_USI, "\x88\x90", 2 },
		{ ISUP_P_USI_PRIME, "\x80\x90\xa2", 3 },
		{ ISUP_P_USI_PRIME, "\x88\x90", 2 },
		{ ISUP_P_USER_TELESERVICE, "\x91\x81", 2 },
		{ ISUP_P_REMOTE_OPERATIONS, "\x11\xa1\x07\x02\x01\x01\x02\x02\x00\x64", 10 },
	};
	size_t nr = sizeof(fixed) / sizeof(fixed[0]);

	for (size_t i = 0; i < nr; i++)
		if (fixed[i].code == code &&
		    (i + 1 == nr || fixed[i + 1].code != code || rng_below(&rng, 2)))
			return str_n(fixed[i].octets, fixed[i].len);
	struct str content = random_content(&rng, row, buf);
	if (code == ISUP_P_APPLICATION_TRANSPORT) { /* of no known user; whole */
		buf[0] = 0x81;
		buf[2] = 0xc0;
	}
	if (code == ISUP_P_CAUSE) { /* diagnostics only where they have no form of their own */
		buf[0] = (uint8_t)((buf[0] & 0x8f) | 0x80);
		if (buf[1] & 1)
			content.len = 2;
		else
			buf[1] = 0x80 | 31;
	}
	if (code == ISUP_P_CIRCUIT_ASSIGNMENT_MAP)
		buf[0] = (uint8_t)(1 + rng_below(&rng, 2));
	if (code == ISUP_P_PARAMETER_COMPATIBILITY) /* instructions of one octet */
		for (size_t i = 1; i < content.len; i += 2)
			buf[i] |= 0x80;
	if (code == ISUP_P_RANGE_AND_STATUS) { /* as many status octets as the range says */
		buf[0] = (uint8_t)(1 + rng_below(&rng, 31));
		content.len = 1u + (buf[0] + 8u) / 8;
	}
	return content;
}

static void put(struct isup_msg *m, uint8_t code)
{
	const struct isup_param_row *row = isup_param_row(variant, code);
	uint8_t buf[RANDOM_OCTETS];
	struct str content = content_of(code, row, buf), there;

	if (code == ISUP_P_RANGE_AND_STATUS &&
	    (m->type == ISUP_GRS || m->type == ISUP_CQM || m->type == ISUP_CQR))
		content.len = 1;
	if (!isup_get(m, code, &there))
		isup_put(m, code, content);
}

static void make(struct isup_msg *m)
{
	const struct isup_msg_row *row;
	uint8_t type;

	do
		type = (uint8_t)rng_u32(&rng);
	while (!(row = isup_msg_row(variant, type)) || row->raw);
	isup_msg_init(m, type, (uint16_t)(rng_u32(&rng) & ((1u << variant->cic_bits) - 1)));
	for (const uint8_t *c = row->fixed; *c; c++)
		put(m, *c);
	for (const uint8_t *c = row->variable; *c; c++)
		put(m, *c);
	for (unsigned nr = row->optional ? rng_below(&rng, 7) : 0; nr; nr--) {
		uint8_t code = (uint8_t)rng_u32(&rng);
		if (code && isup_param_row(variant, code))
			put(m, code);
	}
}

/* What we read. ------------------------------------------------------------------------------ */
static void say_fields(const struct isup_field *fields, struct str content)
{
	for (const struct isup_field *f = fields; f->kind; f++) {
		struct str s = isup_field_octets(f, content);
		if (f->octet >= content.len && f->kind != ISUP_FIELD_OCTETS)
			continue;
		printf(" %s=", f->name);
		if (f->kind < ISUP_FIELD_OCTETS)
			printf("%u", isup_field_get(f, content));
		for (size_t i = 0; i < s.len && f->kind >= ISUP_FIELD_OCTETS; i++)
			printf("%02x", (uint8_t)s.p[i]);
		printf(";");
	}
}

static void say_number(uint8_t code, const struct isup_msg *m)
{
	struct isup_number n;

	if (isup_get_number(m, code, &n) < 0)
		return;
	printf(" noa=%u; npi=%u; inn=%u; ni=%u; apri=%u; si=%u; nqi=%u; digits=%s;", n.noa, n.npi,
	       n.inn, n.ni, n.apri, n.si, n.nqi, n.digits);
}

static void say(const struct isup_msg *m)
{
	printf("%s\t%u\t%u", isup_msg_row(variant, m->type)->abbr, m->type, m->cic);
	for (int i = 0; i < m->nr_params; i++) {
		const struct isup_param *p = &m->param[i];
		const struct isup_param_row *row = isup_param_row(variant, p->code);
		struct str content = str_n(m->octets + p->at, p->len);
		printf("\t%u ", p->code);
		for (size_t k = 0; k < content.len; k++)
			printf("%02x", (uint8_t)content.p[k]);
		if (row->number)
			say_number(p->code, m);
		if (row->fields)
			say_fields(row->fields, content);
		for (size_t k = 0; k < isup_nr_elements(row, content); k++)
			say_fields(row->each, isup_element_octets(row, content, k));
	}
	printf("\n");
}

/* pcap. -------------------------------------------------------------------------------------- */
static void out32(FILE *f, uint32_t v)
{
	fwrite(&v, 1, sizeof(v), f);
}

static void frame(FILE *f, const uint8_t *octets, uint32_t len)
{
	out32(f, 1);
	out32(f, 0);
	out32(f, len);
	out32(f, len);
	fwrite(octets, 1, len, f);
}

static FILE *pcap(const char *path)
{
	FILE *f = fopen(path, "wb");

	if (f) {
		out32(f, 0xa1b2c3d4);
		out32(f, 2 | 4 << 16);
		out32(f, 0);
		out32(f, 0);
		out32(f, 65535);
		out32(f, 147);
	}
	return f;
}

/* Hex lines. */
static int decode(void)
{
	char line[1000];

	while (fgets(line, sizeof(line), stdin)) {
		uint8_t octets[500], again[500];
		size_t nr = 0;
		struct isup_msg m;
		unsigned octet;
		while (sscanf(line + 2 * nr, "%2x", &octet) == 1)
			octets[nr++] = (uint8_t)octet;
		int rc = isup_msg_dec(&m, variant, str_n(octets, nr), NULL);
		int len = rc < 0 ? rc : isup_msg_enc(&m, variant, again, sizeof(again), NULL);
		bool same = len == (int)nr && memcmp(octets, again, nr) == 0;
		if (rc == 0) {
			printf("%s", same ? "" : "otherwise\t");
			say(&m);
		} else {
			printf("refused\n");
		}
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct rng_seeded seeded;
	FILE *f = argc == 5 ? pcap(argv[4]) : NULL;

	variant = argc > 1 ? isup_variant_find(str_of(argv[1])) : NULL;
	if (variant && argc == 3 && strcmp(argv[2], "decode") == 0)
		return decode();
	if (!variant || !f) {
		fprintf(stderr, "isup_random VARIANT SEED COUNT OUT.pcap\n");
		return 2;
	}
	rng = rng_seeded_init(&seeded, strtoull(argv[2], NULL, 10));
	for (int i = atoi(argv[3]); i > 0;) {
		uint8_t buf[ISUP_MAX_OCTETS];
		struct isup_msg m, back;
		make(&m);
		int len = isup_msg_enc(&m, variant, buf, sizeof(buf), NULL);
		if (len < 0)
			continue;
		if (isup_msg_dec(&back, variant, str_n(buf, (size_t)len), NULL) < 0)
			return 1;
		frame(f, buf, (uint32_t)len);
		say(&back);
		i--;
	}
	return fclose(f) ? 1 : 0;
}
