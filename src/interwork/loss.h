/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * interwork/loss: what an IAM loses on its way through SIP to the next IAM, as rows: a parameter that
 * has one is carried where the profile has its mapping, but for what the row says; all others are lost.
 * doc/interwork.md is made from them, and tests/unit/interwork/test_loss holds them against random
 * IAMs. With bodies of application/isup nothing is lost but what the precedence rows take from headers.
 *
 *	for (size_t i = 0; i < iw_nr_loss_rows; i++)
 *		if (iw_loss_carries(&iw_loss_rows[i], &profile)) ...
 */
#ifndef TRUNKGATE_INTERWORK_LOSS_H
#define TRUNKGATE_INTERWORK_LOSS_H

#include "interwork/profile.h"

#define IW_LOSS_MAPS 2

struct iw_loss_row {
	uint8_t code; /* enum isup_param_code */
	bool anew;    /* the next IAM has its own (mandatory parameters) */
	uint8_t nr_maps;
	uint8_t map[IW_LOSS_MAPS]; /* any of these carries it */
	const char *but;	   /* what of it is lost nevertheless; NULL: nothing */
};

extern const struct iw_loss_row iw_loss_rows[];
extern const size_t iw_nr_loss_rows;

bool iw_loss_carries(const struct iw_loss_row *r, const struct iw_profile *p);
/* NULL: the parameter is lost. */
const struct iw_loss_row *iw_loss_find(uint8_t code);

#endif
