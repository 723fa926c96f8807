/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * isup/value: parameter contents as typed values and back, without a message around them: under
 * isup_get_* and isup_put_* and under the printer. Decoders give TG_EINVAL for content that cannot
 * be this; encoders return the length.
 *
 *	struct isup_number n;
 *	if (isup_number_dec(&n, ISUP_NUMBER_CALLED, content) == 0) ...
 */
#ifndef TRUNKGATE_ISUP_VALUE_H
#define TRUNKGATE_ISUP_VALUE_H

#include "isup/variant.h"

/* Octets of the longest number and of the longest cause. */
#define ISUP_NUMBER_OCTETS (3 + ISUP_MAX_DIGITS / 2)
#define ISUP_CAUSE_OCTETS  (2 + 30)

int isup_number_dec(struct isup_number *n, enum isup_number_layout layout, struct str content);
/* buf: ISUP_NUMBER_OCTETS. TG_EINVAL: a digit that is none, a field out of range. */
int isup_number_enc(const struct isup_number *n, enum isup_number_layout layout, uint8_t *buf);
/* That of a parameter; v NULL: isup_itu. */
enum isup_number_layout isup_layout_of(const struct isup_variant *v, uint8_t code);
int isup_cause_dec(struct isup_cause *c, struct str content);
int isup_cause_enc(const struct isup_cause *c, uint8_t *buf);

/* In place of the content of the i-th parameter. */
int isup_put_at(struct isup_msg *m, int i, struct str octets);

#endif
