/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vectors: reads a table of tab-separated columns, a line at a time; lines with # are skipped.
 *
 *	struct vector_file f;
 *	if (!vector_open(&f, "tests/vectors/isup_msg.tsv")) ...
 *	while (vector_next(&f)) ... f.column[1] ...
 *	vector_close(&f);
 */
#ifndef TRUNKGATE_UNIT_ISUP_VECTORS_H
#define TRUNKGATE_UNIT_ISUP_VECTORS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VECTOR_COLUMNS 10

struct vector_file {
	FILE *f;
	char line[8192];
	char *column[VECTOR_COLUMNS]; /* "" when there is none */
};

static inline bool vector_open(struct vector_file *v, const char *path)
{
	char full[1024];

	snprintf(full, sizeof(full), "%s/%s", TG_SRCDIR, path);
	v->f = fopen(full, "r");
	return v->f != NULL;
}

static inline bool vector_next(struct vector_file *v)
{
	char *p;

	do {
		if (!fgets(v->line, sizeof(v->line), v->f))
			return false;
	} while (v->line[0] == '#');
	v->line[strcspn(v->line, "\n")] = '\0';
	p = v->line;
	for (int i = 0; i < VECTOR_COLUMNS; i++) {
		char *tab = strchr(p, '\t');
		v->column[i] = p;
		if (tab)
			*tab = '\0';
		p = tab ? tab + 1 : p + strlen(p);
	}
	return true;
}

static inline void vector_close(struct vector_file *v)
{
	fclose(v->f);
}

#endif
