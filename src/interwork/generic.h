/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * interwork/generic: generic numbers (Q.763 3.26), of which an IAM has one for each qualifier: the number
 * that the user gave, the dialled one of a ported number. Pure functions.
 *
 *	if (iw_generic_find(iam, IW_NQI_PORTED, &dialled)) ...
 *	iw_generic_put(iam, &given);	(given.nqi says which)
 */
#ifndef TRUNKGATE_INTERWORK_GENERIC_H
#define TRUNKGATE_INTERWORK_GENERIC_H

#include "isup/msg.h"

bool iw_generic_find(const struct isup_msg *m, uint8_t nqi, struct isup_number *n);
/* In place of the one with its qualifier, or one more. TG_ELIMIT, TG_EINVAL. */
int iw_generic_put(struct isup_msg *m, const struct isup_number *n);
void iw_generic_del(struct isup_msg *m, uint8_t nqi);

#endif
