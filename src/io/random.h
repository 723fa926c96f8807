/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * io/random: public, for the libraries' users have random tags too: see <trunkgate/sipio/random.h>.
 *
 *	#include "io/random.h"
 */
#ifndef TRUNKGATE_IO_RANDOM_H
#define TRUNKGATE_IO_RANDOM_H

#include <trunkgate/sipio/random.h>

#endif
