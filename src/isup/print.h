/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * isup/print: the content of one parameter in words: by its fields, or, where words want more
 * than that, by a function that its row in tables_param.c names. Content of the wrong length is
 * written in hex.
 *
 *	isup_print_param(&w, isup_param_row(v, code), content);
 */
#ifndef TRUNKGATE_ISUP_PRINT_H
#define TRUNKGATE_ISUP_PRINT_H

#include "isup/variant.h"

typedef void isup_print_fn(struct wr *w, const struct isup_param_row *row, struct str content);

/* By the row's own function when the length is in its bounds, else in hex; row may be NULL. */
void isup_print_param(struct wr *w, const struct isup_param_row *row, struct str content);

isup_print_fn isup_print_number;	 /* 3.9, 3.10 ... */
isup_print_fn isup_print_cause;		 /* 3.12 */
isup_print_fn isup_print_circuit_states; /* 3.14 */
isup_print_fn isup_print_ms;		 /* 3.42, 3.7: milliseconds */
isup_print_fn isup_print_range;		 /* 3.43 */

#endif
