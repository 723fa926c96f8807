/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * config_variant: the national variants of a configuration: what their files said, and which trunk
 * has which. The configuration owns texts and variants; a trunk that is in use keeps its own.
 */
#include <string.h>

#include "gateway/config.h"

static struct gw_variant_cfg *find(const struct gw_config *c, const char *path)
{
	for (unsigned i = 0; i < c->nr_variants; i++)
		if (strcmp(c->variant[i].path, path) == 0)
			return (struct gw_variant_cfg *)&c->variant[i];
	return NULL;
}

static bool is_used(const struct gw_config *c, const char *path)
{
	for (unsigned i = 0; i < c->nr_trunks; i++)
		if (c->trunk[i].variant_is_file && strcmp(c->trunk[i].variant, path) == 0)
			return true;
	return false;
}

static void forget_unused(struct gw_config *c)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < c->nr_variants; i++)
		if (is_used(c, c->variant[i].path))
			c->variant[kept++] = c->variant[i];
	c->nr_variants = kept;
}

static int parse(struct mem *m, struct gw_variant_cfg *v, struct tg_diag *diag)
{
	struct isup_variant_error e;

	v->v = isup_variant_parse(m, v->text, &e);
	if (v->v)
		return 0;
	if (e.line)
		return tg_fail(diag, e.err, 0, "", "%.60s:%u: %s", v->path, e.line, e.text);
	return tg_fail(diag, e.err, 0, "", "%.60s: %s", v->path, e.text);
}

int gw_config_variant_set(struct gw_config *c, const char *path, struct str text,
			  struct tg_diag *diag)
{
	struct gw_variant_cfg v = { .text = mem_keep(c->mem, text) }, *old;
	int rc;

	if (!v.text.p)
		return tg_fail(diag, TG_ENOMEM, 0, "", "out of memory");
	if (!str_copyz(v.path, sizeof(v.path), str_of(path)))
		return tg_fail(diag, TG_EINVAL, 0, "", "a path has %d octets at most",
			       GW_FILE_MAX - 1);
	rc = parse(c->mem, &v, diag);
	if (rc < 0)
		return rc;
	forget_unused(c);
	old = find(c, path);
	if (!old && c->nr_variants == GW_MAX_VARIANTS)
		return tg_fail(diag, TG_ELIMIT, 0, "", "there is room for %d variant files",
			       GW_MAX_VARIANTS);
	if (!old)
		old = &c->variant[c->nr_variants++];
	*old = v;
	return 0;
}

const struct isup_variant *gw_config_variant(const struct gw_config *c,
					     const struct gw_trunk_cfg *t)
{
	const struct gw_variant_cfg *file;

	if (!t->variant_is_file)
		return isup_variant_find(str_of(t->variant[0] ? t->variant : GW_VARIANT_DEFAULT));
	file = find(c, t->variant);
	return file ? file->v : NULL;
}

const struct isup_variant *gw_config_variant_keep(struct mem *m, const struct gw_config *c,
						  const struct gw_trunk_cfg *t)
{
	struct isup_variant_error e;
	const struct gw_variant_cfg *file;

	if (!t->variant_is_file)
		return gw_config_variant(c, t);
	file = find(c, t->variant);
	return file ? isup_variant_parse(m, file->text, &e) : NULL;
}

bool gw_config_variant_same(const struct gw_config *a, const struct gw_trunk_cfg *ta,
			    const struct gw_config *b, const struct gw_trunk_cfg *tb)
{
	const struct gw_variant_cfg *fa = find(a, ta->variant), *fb = find(b, tb->variant);

	if (ta->variant_is_file != tb->variant_is_file)
		return false;
	if (!ta->variant_is_file)
		return gw_config_variant(a, ta) == gw_config_variant(b, tb);
	return strcmp(ta->variant, tb->variant) == 0 && fa && fb && str_eq(fa->text, fb->text);
}
