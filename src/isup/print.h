/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * isup/print: the content of one parameter in words, one function a layout; the rows of
 * tables_param.c name them. Content of the wrong length is written in hex.
 *
 *	isup_print_param(&w, isup_param_row(v, code), content);
 */
#ifndef TRUNKGATE_ISUP_PRINT_H
#define TRUNKGATE_ISUP_PRINT_H

#include "isup/variant.h"

typedef void isup_print_fn(struct wr *w, const struct isup_param_row *row, struct str content);

/* By the row's own function when the length is in its bounds, else in hex; row may be NULL. */
void isup_print_param(struct wr *w, const struct isup_param_row *row, struct str content);

isup_print_fn isup_print_number;      /* 3.9, 3.10 ... */
isup_print_fn isup_print_tmr;	      /* 3.54 */
isup_print_fn isup_print_nci;	      /* 3.35 */
isup_print_fn isup_print_fci;	      /* 3.23 */
isup_print_fn isup_print_ofci;	      /* 3.38 */
isup_print_fn isup_print_cpc;	      /* 3.11 */
isup_print_fn isup_print_continuity;  /* 3.18 */
isup_print_fn isup_print_bci;	      /* 3.5 */
isup_print_fn isup_print_cause;	      /* 3.12 */
isup_print_fn isup_print_redirection; /* 3.45 */
isup_print_fn isup_print_cgs_type;    /* 3.13 */
isup_print_fn isup_print_range;	      /* 3.43 */
isup_print_fn isup_print_usi;	      /* 3.57 */
isup_print_fn isup_print_suspend;     /* 3.52 */
isup_print_fn isup_print_event;	      /* 3.21 */
isup_print_fn isup_print_obci;	      /* 3.37 */
isup_print_fn isup_print_hop;	      /* 3.80 */
isup_print_fn isup_print_ms;	      /* 3.42, 3.7: milliseconds */
isup_print_fn isup_print_u8;

#endif
