/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * isup/variant: what makes one ISUP differ from another, as a value: the tables of messages and
 * parameters (Q.763), the timers (Q.764 annex A) and the defaults of what an exchange puts into
 * messages of its own. Codec, printer, call control and the coverage test read these rows and
 * nothing else. A national variant is another value of this type: what it does not have is that of
 * its base, and what it takes away has a row that says `removed`.
 *
 *	const struct isup_msg_row *row = isup_msg_row(v, ISUP_IAM);
 *	printf("%s: %s\n", row->abbr, row->name);
 *
 * Variants from a file are made by isup_variant_parse (variant_file.h).
 *
 * `unchecked` marks rows of which a length or a clause was written from memory, not from the text.
 */
#ifndef TRUNKGATE_ISUP_VARIANT_H
#define TRUNKGATE_ISUP_VARIANT_H

#include "base/cursor.h"
#include "isup/field.h"
#include "isup/msg.h"
#include "isup/stack.h"

/* The layouts of Q.763's numbers: what stands before the digits. */
enum isup_number_layout {
	ISUP_NUMBER_NONE,
	ISUP_NUMBER_CALLED,	 /* 3.9: nature; INN, plan */
	ISUP_NUMBER_CALLING,	 /* 3.10: nature; NI, plan, presentation, screening */
	ISUP_NUMBER_REDIRECTING, /* 3.39, 3.44: nature; plan, presentation */
	ISUP_NUMBER_LOCATION,	 /* 3.30: nature; INN, plan, presentation, screening */
	ISUP_NUMBER_GENERIC,	 /* 3.26: a qualifier, then as 3.10 */
	ISUP_NUMBER_SUBSEQUENT,	 /* 3.51: odd or even only */
	ISUP_NUMBER_CHARGE,	 /* T1.113: nature; plan */
};

struct isup_param_row {
	const char *name, *clause;
	uint8_t min, max; /* octets of content */
	uint8_t number;	  /* enum isup_number_layout */
	bool removed;	  /* the base has it, this variant has not */
	bool unchecked;
	const struct isup_field *fields, *each; /* of the content; of each element of a list */
	uint8_t size, each_size;		/* of the values: params.h */
	uint8_t each_at, each_octets;		/* the first element, octets of one */
	/* In words; NULL: by the fields, without them in hex. */
	void (*print)(struct wr *w, const struct isup_param_row *row, struct str content);
};

#define ISUP_MAX_FIXED	  4
#define ISUP_MAX_VARIABLE 2

struct isup_msg_row {
	const char *abbr, *name, *clause;
	uint8_t fixed[ISUP_MAX_FIXED + 1];	 /* parameter codes, ends with 0 */
	uint8_t variable[ISUP_MAX_VARIABLE + 1]; /* the same */
	bool optional;				 /* there is a pointer to an optional part */
	bool raw;     /* the content is not ours to look into: kept as one parameter of code 0 */
	bool removed; /* the base has it, this variant has not */
	bool unchecked;
};

struct isup_timer_row {
	const char *name, *clause;
	uint32_t min_ms, max_ms, default_ms;
	const char *meaning;
};

/* What is done with a message or a parameter that nobody knows and that brings no compatibility
 * information (Q.764 2.9.5). */
enum isup_reaction { ISUP_PASS, ISUP_DROP, ISUP_RELEASE, ISUP_CONFUSION };

struct isup_variant {
	const char *name;
	const struct isup_variant *base;     /* rows that are not here are there; NULL: none */
	const struct isup_msg_row *msgs;     /* by type; rows without a name are the base's */
	const struct isup_param_row *params; /* by code */
	uint16_t nr_msgs, nr_params;
	struct isup_timer_row timers[ISUP_NR_TIMERS]; /* rows without a name are the base's */
	uint8_t location;	   /* of the causes that we make: enum isup_location */
	uint8_t cic_bits;	   /* 12, ANSI 14 */
	uint8_t unknown_msg;	   /* enum isup_reaction */
	uint8_t unknown_parameter; /* enum isup_reaction */
	bool notify_passed; /* CFN with cause 103 about a parameter that is passed on and says so (national) */
	uint8_t damaged; /* enum isup_reaction, not PASS: what to do with a message that is cut
			    or contradicts itself; not DROP: an IAM is released */
};

/* Built in: Q.763 (12/99) is isup_itu. */
extern const struct isup_variant isup_itu92, isup_itu2000, isup_etsi3, isup_ansi95;
extern const struct isup_variant *const isup_variants[]; /* ends with NULL */
/* By its name: "itu", "itu92", "itu2000", "etsi3", "ansi95"; NULL: none of them. */
const struct isup_variant *isup_variant_find(struct str name);

extern const struct isup_msg_row isup_itu_msgs[];
extern const struct isup_param_row isup_itu_params[];

/* NULL when there is none. */
static inline const struct isup_msg_row *isup_msg_row(const struct isup_variant *v, uint8_t type)
{
	for (; v; v = v->base)
		if (type < v->nr_msgs && v->msgs[type].removed)
			return NULL;
		else if (type < v->nr_msgs && v->msgs[type].name)
			return &v->msgs[type];
	return NULL;
}

static inline const struct isup_param_row *isup_param_row(const struct isup_variant *v,
							  uint8_t code)
{
	for (; v; v = v->base)
		if (code < v->nr_params && v->params[code].removed)
			return NULL;
		else if (code < v->nr_params && v->params[code].name)
			return &v->params[code];
	return NULL;
}

/* Every timer has a row. */
static inline const struct isup_timer_row *isup_timer_row(const struct isup_variant *v,
							  enum isup_timer timer)
{
	while (!v->timers[timer].name && v->base)
		v = v->base;
	return &v->timers[timer];
}

#endif
