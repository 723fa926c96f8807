/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bench/trunk: its parts, one for each craft; each prints its figures and says whether it could.
 *
 *	ok = bench_m3ua(quick) && ok;
 */
#ifndef TRUNKGATE_BENCH_TRUNK_H
#define TRUNKGATE_BENCH_TRUNK_H

#include <stdbool.h>

bool bench_m3ua(bool quick);

#endif
