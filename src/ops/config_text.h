/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ops/config_text: a configuration as text in the VTY's language, and back. What is printed gives
 * the same value when it is read.
 *
 *	ops_config_print(cfg, add_line, me);
 *
 *	struct ops_config_error e;
 *	if (ops_config_parse(cfg, text, &e) < 0)
 *		fprintf(stderr, "%s\n", ops_config_error_text(&e, path, buf, sizeof(buf)));
 *	==> trunkgate.cfg:7: "timer T99 10": no timer T99 (T1, T5 and so on)
 *
 * Parsing needs the VTY's commands: ops_vty_init comes first.
 */
#ifndef TRUNKGATE_OPS_CONFIG_TEXT_H
#define TRUNKGATE_OPS_CONFIG_TEXT_H

#include <stddef.h>

#include <trunkgate/base/str.h>
#include "gateway/config.h"

/* One line at a time, without its end. */
typedef void ops_line_fn(void *ctx, const char *line);

void ops_config_print(const struct gw_config *c, ops_line_fn *say, void *ctx);

struct ops_config_error {
	unsigned line;	/* 0: it is about the whole */
	char text[100]; /* of the line, cut to fit */
	char reason[300];
};

/* Adds what the text says to *c and checks the whole (gw_config_check). Stops at the first error;
 * *c is then good for freeing only. */
int ops_config_parse(struct gw_config *c, struct str text, struct ops_config_error *error);
/* How the files of national variants are read (io_file_read); without one they are refused. */
typedef int ops_read_fn(struct mem *m, const char *path, size_t max, struct str *out,
			struct tg_diag *diag);
void ops_config_reader(ops_read_fn *read);
/* Reads all variant files of `c` once more. */
int ops_config_variants_read(struct gw_config *c, struct tg_diag *diag);
/* "file:line: "text": reason"; returns buf. */
const char *ops_config_error_text(const struct ops_config_error *e, const char *file, char *buf,
				  size_t size);

/* Words of the language, for printing and reading. */
extern const char *const ops_codec_word[]; /* by enum sdp_codec_id; NULL: none */
extern const char *const ops_srtp_word[];  /* by enum gw_srtp */
const char *ops_timer_word(int timer);	   /* of enum isup_timer: T1, T5 ... */
extern const char *const ops_hunt_word[5];
#define OPS_NR_SIPS 3
extern const char *const ops_sips_word[OPS_NR_SIPS]; /* by enum sip_sips */
extern const char *const ops_overlap_word[GW_NR_OVERLAP];
extern const char *const ops_redirect_word[GW_NR_REDIRECT]; /* by enum gw_hunt */
extern const char *const ops_direction_word[3];		    /* by enum isup_direction */
extern const char *const ops_network_word[4];	    /* by network indicator (Q.704 14.2.2) */
extern const char *const ops_driver_word[];	    /* by enum gw_span_driver; NULL at the end */
extern const char *const ops_test_word[4];	    /* what a test line does */
extern const enum med_timeslot_use ops_test_use[3]; /* the same */
extern const char *const ops_noa_word[6]; /* by nature of address (Q.763 3.9); NULL: none */

extern const char *const ops_role_word[3]; /* by enum m3ua_role */
extern const char *const ops_mtp3_word[4]; /* by enum mtp3_variant */
/* Index of a word in a table of `nr`, any case; -1: none. */
int ops_word_find(const char *const *words, int nr, const char *word);

#endif
