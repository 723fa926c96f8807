/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dialect: see dialect.h. */
#include <string.h>

#include "interwork/dialect.h"
#include "interwork/identity.h"
#include "interwork/name.h"

#define GENERIC_NAME_MAX 15 /* T1.113 */

const char *const iw_caller_names[IW_NR_CALLER_NAMES] = {
	[IW_NAME_VARIANT] = "variant",
	[IW_NAME_NONE] = "none",
	[IW_NAME_GENERIC] = "generic-name",
	[IW_NAME_DISPLAY] = "display",
};

/* The name of who calls. ------------------------------------------------------------------------ */
static bool number_is_hidden(const struct isup_msg *iam)
{
	struct isup_number n;

	return isup_get_number(iam, ISUP_P_CALLING_NUMBER, &n) == 0 && n.apri != IW_APRI_ALLOWED;
}

static void explain_name(const struct iw_ctx *x, const char *from, const char *to)
{
	static const struct iw_source source = { "T1.113 generic name, Q.763 3.77", true };

	iw_explain(x, "caller-name", source, from, "%s", to);
}

/* Q.763 3.77: display information is Q.931 4.5.16 from octet 3 on: the text. Who hides his number does
 * not want his name to be seen either. */
static void rx_display(const struct iw_ctx *x, struct isup_msg *iam)
{
	struct iw_name name = { .hidden = number_is_hidden(iam) };
	struct str v;

	if (!isup_get(iam, ISUP_P_DISPLAY, &v) ||
	    isup_get(iam, ISUP_P_GENERIC_NAME, &(struct str){ 0 }))
		return;
	iw_name_of_text(v, name.text);
	isup_del(iam, ISUP_P_DISPLAY);
	if (name.text[0] && iw_name_put(iam, &name) == 0)
		explain_name(x, "display information", name.text);
}

static void tx_display(const struct iw_ctx *x, struct isup_msg *iam)
{
	struct iw_name name;
	bool found = iw_name_get(iam, number_is_hidden(iam), &name);

	isup_del(iam, ISUP_P_GENERIC_NAME);
	if (!found)
		return;
	explain_name(x, name.text, name.hidden ? "left out: restricted" : "display information");
	if (!name.hidden)
		isup_put(iam, ISUP_P_DISPLAY, str_of(name.text));
}

static void tx_generic(const struct iw_ctx *x, struct isup_msg *iam)
{
	struct iw_name name;

	if (!iw_name_get(iam, number_is_hidden(iam), &name))
		return;
	explain_name(x, name.text, "generic name");
	if (strlen(name.text) <= GENERIC_NAME_MAX)
		return;
	name.text[GENERIC_NAME_MAX] = '\0';
	iw_name_put(iam, &name);
}

static bool is_ansi(const struct isup_variant *v)
{
	while (v && v != &isup_ansi95)
		v = v->base;
	return v != NULL;
}

static void tx_name(const struct iw_ctx *x, const struct iw_dialect *d,
		    const struct isup_variant *v, bool transit, struct isup_msg *iam)
{
	if (d->caller_name == IW_NAME_DISPLAY)
		tx_display(x, iam);
	else if (d->caller_name == IW_NAME_GENERIC ||
		 (d->caller_name == IW_NAME_VARIANT && is_ansi(v)))
		tx_generic(x, iam);
	else if (d->caller_name == IW_NAME_NONE || !transit)
		isup_del(iam, ISUP_P_GENERIC_NAME);
}

void iw_dialect_rx(const struct iw_ctx *x, const struct iw_dialect *d, struct isup_msg *iam)
{
	if (d->caller_name == IW_NAME_DISPLAY)
		rx_display(x, iam);
	else if (d->caller_name == IW_NAME_NONE)
		isup_del(iam, ISUP_P_GENERIC_NAME);
}

void iw_dialect_tx(const struct iw_ctx *x, const struct iw_dialect *d, const struct isup_variant *v,
		   bool transit, struct isup_msg *iam)
{
	tx_name(x, d, v, transit, iam);
}
