/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gateway/objects: coders and ciphers of the speech paths, made here and used by the media side under
 * the number of their slot, until it says that it has let go of them.
 *
 *	slot = gw_objects_new(&objects, mem, &want);	(0: no memory, or all slots are in use)
 *	... MED_CMD_OPEN with that slot ... MED_REP_RELEASED
 *	gw_objects_free(&objects, slot);
 */
#ifndef TRUNKGATE_GATEWAY_OBJECTS_H
#define TRUNKGATE_GATEWAY_OBJECTS_H

#include <trunkgate/sdp/sdp.h>

#include "dsp/codec.h"
#include "gateway/leg.h"

struct gw_objects {
	unsigned nr; /* slots are 1..nr */
	struct med_objects *object;
	uint16_t *free;
	unsigned nr_free;
};

int gw_objects_init(struct gw_objects *o, struct mem *m, unsigned nr);
void gw_objects_fini(struct gw_objects *o);
/* Which of the engine's ways a codec goes. */
enum med_codec gw_codec_way(enum sdp_codec_id codec);
/* Not all builds have all of them. */
bool gw_codec_built(enum sdp_codec_id codec);
/* A coder for what is agreed on, if it needs one, and a cipher, if there are keys. */
uint16_t gw_objects_new(struct gw_objects *o, struct mem *m, const struct sdp_choice *agreed,
			const struct gw_keys *keys);
void gw_objects_free(struct gw_objects *o, uint16_t slot);

#endif
