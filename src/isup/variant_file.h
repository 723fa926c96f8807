/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * isup/variant_file: a national variant from text: what differs from a built-in one. A statement a
 * line; # begins a comment; names with blanks stand in quotes; a parameter is named by its code
 * (0x1d) or by its name ("user service information"), a message by its code or abbreviation.
 *
 *	variant NAME				the first statement
 *	derive itu92|itu2000|etsi3|ansi95	the second
 *	cic-bits 12|14
 *	location CODE				of the causes that we make, Q.850 table: 2, 3 ...
 *	unknown-message pass|drop|release|confusion
 *	unknown-parameter pass|drop|release|confusion
 *	passed-parameter pass|confusion		(confusion: CFN with cause 103 when it asks for word)
 *	damaged-message drop|release|confusion	(not drop: an IAM on an idle circuit gets REL)
 *	message CODE|ABBR [abbr ABBR] [name "TEXT"] [fixed PARAM...] [variable PARAM...]
 *		[optional|no-optional] [raw]	(on one line) what is not said stays as it is
 *	parameter CODE|"NAME" [name "TEXT"] [length MIN MAX] [number LAYOUT]
 *	field PARAM "NAME" OCTET SHIFT WIDTH	octets from 0, the lowest bit of an octet is 0
 *	timer NAME MIN MAX DEFAULT		in seconds
 *	remove message|parameter WHICH
 *
 * LAYOUT: none called calling redirecting location generic subsequent charge.
 *
 *	struct isup_variant_error e;
 *	const struct isup_variant *v = isup_variant_parse(mem, text, &e);
 *	if (!v)
 *		printf("%s:%u: %s\n", path, e.line, e.text);
 *
 * All of the variant is in `mem`; the text is not needed any more.
 */
#ifndef TRUNKGATE_ISUP_VARIANT_FILE_H
#define TRUNKGATE_ISUP_VARIANT_FILE_H

#include <trunkgate/base/mem.h>

#include "isup/variant.h"

#define ISUP_VARIANT_MAX_LINES 10000

struct isup_variant_error {
	int err;       /* TG_EINVAL, TG_ENOMEM, TG_ELIMIT */
	unsigned line; /* from 1; 0: no line's fault */
	char text[160];
};

/* NULL with *e filled. */
const struct isup_variant *isup_variant_parse(struct mem *mem, struct str text,
					      struct isup_variant_error *e);

/* All of a variant in words, a line per message, parameter and timer. */
void isup_variant_print(const struct isup_variant *v, void (*say)(void *ctx, const char *line),
			void *ctx);
/* The words of the file: "confusion", "calling". */
const char *isup_reaction_name(enum isup_reaction r);
const char *isup_layout_name(enum isup_number_layout l);

#endif
