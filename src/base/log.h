/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * log: where the cores say things to the operator. base formats one line and hands it to a sink
 * that the daemon sets (ops puts libosmocore's logging behind it); without a sink nothing is said.
 * Every line about a call names the call and, when there is one, the circuit.
 *
 *	struct log_subject subj = { .call = call->nr, .cic = cic, .trunk = trunk->name };
 *	log_notice(LOG_ISUP, &subj, "REL repeated: no RLC within T1");
 *
 * The sink is the only mutable static of the lower layers. Media workers do not log.
 */
#ifndef TRUNKGATE_LOG_H
#define TRUNKGATE_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include <trunkgate/base/tick.h>

enum log_area {
	LOG_BASE,
	LOG_SIP,
	LOG_SDP,
	LOG_ISUP,
	LOG_SS7,
	LOG_MEDIA,
	LOG_GATEWAY,
	LOG_IO,
	LOG_OPS,
	LOG_LAB,
	LOG_NR_AREAS
};

enum log_level { LOG_DEBUG, LOG_INFO, LOG_NOTICE, LOG_ERROR, LOG_NR_LEVELS };

/* What a line is about; zero and NULL members are left out of the line. */
struct log_subject {
	uint32_t call;
	const char *trunk;
	int cic; /* 0: none (CIC 0 carries no speech in an E1) */
};

struct log_sink {
	/* `line` is without a line end. */
	void (*line)(void *ctx, enum log_area area, enum log_level level, const char *line);
	/* May be NULL: everything is wanted. */
	bool (*wanted)(void *ctx, enum log_area area, enum log_level level);
	void *ctx;
};

void log_set_sink(const struct log_sink *sink); /* NULL: silence */
const char *log_area_name(enum log_area area);
const char *log_level_name(enum log_level level);
bool log_wanted(enum log_area area, enum log_level level);
void log_write(enum log_area area, enum log_level level, const struct log_subject *subj,
	       const char *fmt, ...) __attribute__((format(printf, 4, 5)));

#define log_at(area, level, subj, ...)                             \
	do {                                                       \
		if (log_wanted(area, level))                       \
			log_write(area, level, subj, __VA_ARGS__); \
	} while (0)
/* What comes from outside can come without end: so many lines a second for each source, and a word
 * about what was left out with the next.
 *
 *	if (log_limit(&from->limit, now, 5, &left_out))
 *		log_notice(LOG_ISUP, NULL, "damaged (%u more left out)", left_out);
 */
struct log_limit {
	tick_t since;
	uint32_t nr, left_out;
};
bool log_limit(struct log_limit *l, tick_t now, uint32_t per_second, uint32_t *left_out);

#define log_debug(area, subj, ...)  log_at(area, LOG_DEBUG, subj, __VA_ARGS__)
#define log_info(area, subj, ...)   log_at(area, LOG_INFO, subj, __VA_ARGS__)
#define log_notice(area, subj, ...) log_at(area, LOG_NOTICE, subj, __VA_ARGS__)
#define log_error(area, subj, ...)  log_at(area, LOG_ERROR, subj, __VA_ARGS__)

#endif
