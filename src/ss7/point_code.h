/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ss7/point_code: point codes as text, in parts of so many bits: 3-8-3 (ITU, Q.704 2.2.3 and
 * Q.708), 8-8-8 (ANSI T1.111.4, China), 7-4-5 (Japan), or whatever a network uses. A plain decimal
 * number is read in every format.
 *
 *	uint32_t pc;
 *	if (ss7_pc_parse(&ss7_pc_itu, STR("0.23.1"), &pc) == 0) ... 185
 *	char text[SS7_PC_TEXT_MAX];
 *	puts(ss7_pc_print(&ss7_pc_itu, 185, text));
 */
#ifndef TRUNKGATE_SS7_POINT_CODE_H
#define TRUNKGATE_SS7_POINT_CODE_H

#include <stdbool.h>
#include <stdint.h>

#include <trunkgate/base/str.h>

#define SS7_PC_TEXT_MAX 16
#define SS7_PC_MAX_BITS 24 /* the longest there are: ANSI, China */

struct ss7_pc_format {
	uint8_t bits[3]; /* of each part; 0: it is not there */
	char delimiter;
};

extern const struct ss7_pc_format ss7_pc_itu; /* 3.8.3 */

/* All together. */
uint8_t ss7_pc_bits(const struct ss7_pc_format *f);
/* 0; TG_EINVAL: no point code of this format. */
int ss7_pc_parse(const struct ss7_pc_format *f, struct str text, uint32_t *pc);
/* Returns buf, which has SS7_PC_TEXT_MAX octets. */
char *ss7_pc_print(const struct ss7_pc_format *f, uint32_t pc, char *buf);

#endif
