/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * io/loop: public, for the libraries' users have the loop too: see <trunkgate/sipio/loop.h>.
 *
 *	#include "io/loop.h"
 */
#ifndef TRUNKGATE_IO_LOOP_H
#define TRUNKGATE_IO_LOOP_H

#include <trunkgate/sipio/loop.h>

#endif
