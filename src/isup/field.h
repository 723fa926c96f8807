/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * isup/field: the fields of a parameter's content as rows: where each lies, what Q.763 calls it
 * and what its values mean. Decoder, encoder, printer, documents and the differential tests are
 * made from these rows, so that a new parameter is a row in tables_param.c, its fields in
 * tables_field.c, its value in params.h and a vector.
 *
 * A list parameter has fields of an element besides (or instead): `each` in its row.
 *
 *	struct isup_echo_control echo;
 *	if (isup_get_value(&m, v, ISUP_P_ECHO_CONTROL, &echo, sizeof(echo)) == 0) ...
 *
 *	for (f = row->fields; f->kind; f++)
 *		printf("%s: %u\n", f->name, isup_field_get(f, content));
 */
#ifndef TRUNKGATE_ISUP_FIELD_H
#define TRUNKGATE_ISUP_FIELD_H

#include <trunkgate/base/str.h>

#include "base/cursor.h"
#include "isup/msg.h"

struct isup_param_row;
struct isup_variant;

enum isup_field_kind {
	ISUP_FIELD_END,
	ISUP_FIELD_BITS,   /* `width` bits of one octet from bit `shift` (0 is A); uint8_t */
	ISUP_FIELD_ONE,	   /* the same, always 1; not in the value */
	ISUP_FIELD_BE,	   /* `width` bits in whole octets, the high octet first; uint32_t */
	ISUP_FIELD_LE,	   /* the same, the low octet first: point codes; uint32_t */
	ISUP_FIELD_OCTETS, /* `width` octets, 0: all that follow; struct str into the message */
	ISUP_FIELD_TEXT,   /* the same, IA5 */
	ISUP_FIELD_DIGITS, /* the same, two digits an octet, the low half first; with shift 1, bit 8
			      of octet 1 says that the last half is none; ISUP_DIGITS_SIZE chars */
};

#define ISUP_DIGITS_SIZE (ISUP_MAX_DIGITS + 1)

struct isup_field {
	const char *name;
	uint8_t kind, octet, shift, width; /* octet: from 0 */
	uint8_t at;			   /* of the member in the value */
	uint8_t nr_words;
	const char *const *words; /* by value; "": says nothing; NULL: no name */
};

/* The value of a number field; 0 where the content ends before it. */
uint32_t isup_field_get(const struct isup_field *f, struct str content);
/* Its octets, for the other kinds. */
struct str isup_field_octets(const struct isup_field *f, struct str content);
/* "name value" or the word of it; nothing when the word is "". */
void isup_field_print(struct wr *w, const struct isup_field *f, struct str content);

/* The whole content by the rows of `fields`. `min`: shorter content is TG_EINVAL; fields behind
 * its end are 0. */
int isup_fields_dec(const struct isup_field *fields, size_t min, struct str content, void *value);
/* Length, or TG_EINVAL: a value is out of range; TG_ELIMIT: no room. Spare bits become 0. */
int isup_fields_enc(const struct isup_field *fields, const void *value, uint8_t *buf, size_t size);

/* The value of a parameter that has fields. `size` is that of the value: asking with another type
 * than the row's is TG_EINVAL. TG_ENOENT: not there. TG_ENOTSUP: the variant gives it no fields. */
int isup_get_value(const struct isup_msg *m, const struct isup_variant *v,
		   enum isup_param_code code, void *value, size_t size);
int isup_put_value(struct isup_msg *m, const struct isup_variant *v, enum isup_param_code code,
		   const void *value, size_t size);
/* The i-th element of a list, from 0; TG_ENOENT behind the last. */
int isup_get_element(const struct isup_msg *m, const struct isup_variant *v,
		     enum isup_param_code code, size_t i, void *value, size_t size);
/* Adds one at the end; the parameter is made when it is not there. */
int isup_add_element(struct isup_msg *m, const struct isup_variant *v, enum isup_param_code code,
		     const void *value, size_t size);
/* How many elements there are. */
size_t isup_nr_elements(const struct isup_param_row *row, struct str content);
/* The octets of the i-th, which is there. */
struct str isup_element_octets(const struct isup_param_row *row, struct str content, size_t i);

#endif
