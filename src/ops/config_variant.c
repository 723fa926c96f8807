/* SPDX-License-Identifier: GPL-3.0-or-later */
/* config_variant: national variants from files, while a configuration is read and committed. */
#include "ops/vty_internal.h"

#define MAX_VARIANT_FILE (256 * 1024)

void ops_config_reader(ops_read_fn *read)
{
	ops_state.read = read;
}

int ops_variant_read(struct gw_config *c, const char *path, struct tg_diag *diag)
{
	struct str text;
	int rc;

	if (!ops_state.read)
		return tg_fail(diag, TG_ENOTSUP, 0, "", "%.60s: no files are read here", path);
	rc = ops_state.read(c->mem, path, MAX_VARIANT_FILE, &text, diag);
	if (rc < 0)
		return rc;
	rc = gw_config_variant_set(c, path, text, diag);
	mem_drop((void *)(uintptr_t)text.p);
	return rc;
}

int ops_config_variants_read(struct gw_config *c, struct tg_diag *diag)
{
	int rc = 0;

	for (unsigned i = 0; i < c->nr_trunks && rc == 0; i++)
		if (c->trunk[i].variant_is_file)
			rc = ops_variant_read(c, c->trunk[i].variant, diag);
	return rc;
}
