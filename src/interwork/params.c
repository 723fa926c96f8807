/* SPDX-License-Identifier: GPL-3.0-or-later */
/* params: the smaller parameters of IAM and INVITE. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include <trunkgate/sip/headers.h>

#include "interwork/backward.h"
#include "interwork/params.h"
#include "isup/params.h"

#define CALLED_SUBADDRESS  0x71 /* Q.931 4.5.8 */
#define CALLING_SUBADDRESS 0x6d /* Q.931 4.5.9 */
#define NSAP		   0x80
#define AFI_IA5		   0x50
#define MAX_SUBADDRESS	   19
#define ISUB_TEXT_MAX	   (3 * MAX_SUBADDRESS + 1)
#define MAX_HOPS	   31 /* Q.763 3.80 */

/* Q.763 3.11 and T1.113. The first row of a word is what comes back for it. */
static const struct {
	uint8_t cpc;
	const char *word;
} categories[] = {
	{ 10, "ordinary" },	{ 13, "test" },	    { 15, "payphone" }, { 9, "operator" },
	{ 1, "operator" },	{ 2, "operator" },  { 3, "operator" },	{ 4, "operator" },
	{ 5, "operator" },	{ 11, "priority" }, { 12, "data" },	{ 16, "mobile-hplmn" },
	{ 17, "mobile-vplmn" }, { 16, "mobile" },   { 0, "unknown" },
};
#define NR_CATEGORIES	      (sizeof(categories) / sizeof(categories[0]))
#define CPC_ORDINARY	      10
#define CPC_EMERGENCY	      224 /* T1.113 */
#define CPC_EMERGENCY_2	      225
#define CPC_NATIONAL_SECURITY 226 /* believed: the sheets */

/* Sub-addresses. ------------------------------------------------------------------------------ */
/* An information element in the access transport parameter (Q.763 3.3). */
static bool find_ie(const struct isup_msg *iam, uint8_t id, struct str *content)
{
	struct str all;

	if (!isup_get(iam, ISUP_P_ACCESS_TRANSPORT, &all))
		return false;
	while (all.len >= 2) {
		uint8_t code = (uint8_t)all.p[0];
		size_t len = code & 0x80 ? 0 : (uint8_t)all.p[1];

		if (code & 0x80) { /* of one octet (Q.931 4.5.1) */
			all = str_from(all, 1);
			continue;
		}
		if (len + 2 > all.len)
			return false;
		if (code == id) {
			*content = str_n(all.p + 2, len);
			return true;
		}
		all = str_from(all, len + 2);
	}
	return false;
}

static bool is_printable(char c)
{
	return c >= ' ' && c < 0x7f;
}

/* RFC 3966 3: uric; what is reserved there or in a sip URI goes with escapes. */
static void print_isub(struct str s, char buf[ISUB_TEXT_MAX])
{
	size_t len = 0;

	for (size_t i = 0; i < s.len; i++)
		len += (size_t)snprintf(buf + len, ISUB_TEXT_MAX - len,
					isalnum((unsigned char)s.p[i]) || strchr("-_.", s.p[i])
						? "%c"
						: "%%%02X",
					s.p[i]);
}

/* NSAP of IA5 characters (Q.931 4.5.8): others have no form in RFC 3966. */
static bool subaddress(const struct isup_msg *iam, uint8_t id, char buf[ISUB_TEXT_MAX])
{
	struct str c;

	if (!find_ie(iam, id, &c) || c.len < 3 || c.len - 2 > MAX_SUBADDRESS ||
	    ((uint8_t)c.p[0] & 0xf0) != NSAP || (uint8_t)c.p[1] != AFI_IA5)
		return false;
	for (size_t i = 2; i < c.len; i++)
		if (!is_printable(c.p[i]))
			return false;
	print_isub(str_from(c, 2), buf);
	return true;
}

static void add_isub(const struct iw_ctx *x, const struct isup_msg *iam, uint8_t id,
		     char buf[IW_PARAMS_MAX])
{
	char sub[ISUB_TEXT_MAX];
	size_t len = strlen(buf);

	if (subaddress(iam, id, sub) && iw_mapped(x, IW_MAP_SUBADDRESS, "access transport", sub))
		snprintf(buf + len, IW_PARAMS_MAX - len, ";isub=%s", sub);
}

static size_t put_ie(uint8_t *p, uint8_t id, struct str isub)
{
	p[0] = id;
	p[1] = (uint8_t)(isub.len + 2);
	p[2] = NSAP;
	p[3] = AFI_IA5;
	memcpy(p + 4, isub.p, isub.len);
	return isub.len + 4;
}

static bool isub_of(const struct sip_uri *u, char buf[MAX_SUBADDRESS + 1], struct str *isub)
{
	struct sip_phone phone;

	if (!u || sip_uri_phone(u, &phone) < 0 || !phone.isub.len ||
	    sip_unescape(phone.isub, buf, MAX_SUBADDRESS + 1, isub) < 0 ||
	    isub->len > MAX_SUBADDRESS)
		return false;
	for (size_t i = 0; i < isub->len; i++)
		if (!is_printable(isub->p[i]))
			return false;
	return true;
}

static int put_subaddresses(const struct iw_ctx *x, const struct sip_uri *called,
			    const struct sip_uri *calling, struct isup_msg *iam)
{
	uint8_t buf[2 * (MAX_SUBADDRESS + 4)];
	char text[MAX_SUBADDRESS + 1];
	struct str sub;
	size_t len = 0;

	if (isub_of(called, text, &sub))
		len += put_ie(buf, CALLED_SUBADDRESS, sub);
	if (isub_of(calling, text, &sub))
		len += put_ie(buf + len, CALLING_SUBADDRESS, sub);
	if (!len || !iw_mapped(x, IW_MAP_SUBADDRESS, "isub", "access transport"))
		return 0;
	return isup_put(iam, ISUP_P_ACCESS_TRANSPORT, str_n((const char *)buf, len));
}

/* To SIP. ------------------------------------------------------------------------------------- */
/* RFC 3398 8.2.1.1: the country code of the called number goes before it. */
static void add_carrier(const struct iw_ctx *x, const struct isup_msg *iam,
			const struct iw_numbering *plan, char buf[IW_PARAMS_MAX])
{
	struct isup_network_selection n;
	size_t len = strlen(buf);

	if ((isup_get_value(iam, &isup_itu, ISUP_P_CARRIER_IDENTIFICATION, &n, sizeof(n)) < 0 &&
	     isup_get_value(iam, &isup_itu, ISUP_P_TRANSIT_NETWORK, &n, sizeof(n)) < 0) ||
	    !n.digits[0] || strspn(n.digits, "0123456789") != strlen(n.digits))
		return;
	if (!iw_mapped(x, IW_MAP_CARRIER, n.digits, "cic"))
		return;
	if (plan->country[0])
		snprintf(buf + len, IW_PARAMS_MAX - len, ";cic=+%s-%s", plan->country, n.digits);
	else
		snprintf(buf + len, IW_PARAMS_MAX - len, ";cic=%s", n.digits);
}

void iw_params_of_called(const struct iw_ctx *x, const struct isup_msg *iam,
			 const struct iw_numbering *plan, char buf[IW_PARAMS_MAX])
{
	buf[0] = '\0';
	add_carrier(x, iam, plan, buf);
	add_isub(x, iam, CALLED_SUBADDRESS, buf);
}

static void add_category(const struct iw_ctx *x, const struct isup_msg *iam,
			 char buf[IW_PARAMS_MAX])
{
	uint8_t cpc;

	if (isup_get_u8(iam, ISUP_P_CPC, &cpc) < 0 || cpc == CPC_ORDINARY)
		return;
	for (size_t i = 0; i < NR_CATEGORIES; i++)
		if (categories[i].cpc == cpc &&
		    iw_mapped(x, IW_MAP_CPC, "category", categories[i].word)) {
			snprintf(buf, IW_PARAMS_MAX, ";cpc=%s", categories[i].word);
			return;
		}
}

static void add_oli(const struct iw_ctx *x, const struct isup_msg *iam, char buf[IW_PARAMS_MAX])
{
	size_t len = strlen(buf);
	uint8_t oli;

	if (isup_get_u8(iam, ISUP_P_ORIGINATING_LINE, &oli) == 0 && oli < 100 &&
	    iw_mapped(x, IW_MAP_OLI, "originating line information", "oli"))
		snprintf(buf + len, IW_PARAMS_MAX - len, ";oli=%02u", oli);
}

void iw_params_of_calling(const struct iw_ctx *x, const struct isup_msg *iam,
			  const struct iw_numbering *plan, char buf[IW_PARAMS_MAX])
{
	buf[0] = '\0';
	add_category(x, iam, buf);
	add_oli(x, iam, buf);
	iw_jurisdiction_to_sip(x, iam, plan, buf);
	add_isub(x, iam, CALLING_SUBADDRESS, buf);
}

/* RFC 4412 10: q735.0 is the highest, as MLPP's level 0 (flash override). */
static void add_priority(const struct iw_ctx *x, const struct isup_msg *iam, struct iw_headers *h)
{
	struct isup_mlpp mlpp;
	uint8_t cpc = 0;

	isup_get_u8(iam, ISUP_P_CPC, &cpc);
	if (isup_get_value(iam, &isup_itu, ISUP_P_MLPP_PRECEDENCE, &mlpp, sizeof(mlpp)) == 0 &&
	    mlpp.level <= 4 && iw_mapped(x, IW_MAP_PRIORITY, "MLPP precedence", "q735"))
		iw_header_add(h, "Resource-Priority", "q735.%u", mlpp.level);
	else if ((cpc == CPC_EMERGENCY || cpc == CPC_EMERGENCY_2) &&
		 iw_mapped(x, IW_MAP_PRIORITY, "emergency category", "esnet"))
		iw_header_add(h, "Resource-Priority", "esnet.%u", cpc - CPC_EMERGENCY);
	else if (cpc == CPC_NATIONAL_SECURITY &&
		 iw_mapped(x, IW_MAP_PRIORITY, "category of national security", "ets"))
		iw_header_add(h, "Resource-Priority", "ets.0");
}

void iw_params_to_sip(const struct iw_ctx *x, const struct isup_msg *iam, struct iw_headers *h,
		      uint32_t *max_forwards)
{
	struct isup_hop_counter hops;

	*max_forwards = 0;
	if (isup_get_value(iam, &isup_itu, ISUP_P_HOP_COUNTER, &hops, sizeof(hops)) == 0 &&
	    hops.hops && iw_mapped(x, IW_MAP_HOP_COUNTER, "hop counter", "Max-Forwards"))
		*max_forwards = (uint32_t)hops.hops *
				iw_profile_rule(iw_profile_of(x), IW_RULE_HOP_FACTOR);
	iw_uui_to_sip(x, iam, h);
	add_priority(x, iam, h);
}

/* To ISUP. ------------------------------------------------------------------------------------ */
static int put_category(const struct iw_ctx *x, const struct sip_phone *phone, struct isup_msg *iam)
{
	for (size_t i = 0; phone->cpc.len && i < NR_CATEGORIES; i++)
		if (str_caseeq(phone->cpc, str_of(categories[i].word)))
			return iw_mapped(x, IW_MAP_CPC, categories[i].word, "category")
				       ? isup_put_u8(iam, ISUP_P_CPC, categories[i].cpc)
				       : 0;
	return 0;
}

static int put_oli(const struct iw_ctx *x, const struct sip_phone *phone, struct isup_msg *iam)
{
	uint32_t oli;

	if (!phone->oli.len || !str_to_u32(phone->oli, &oli) || oli > 99 ||
	    !iw_mapped(x, IW_MAP_OLI, "oli", "originating line information"))
		return 0;
	return isup_put_u8(iam, ISUP_P_ORIGINATING_LINE, (uint8_t)oli);
}

static int put_caller(const struct iw_ctx *x, const struct iw_numbering *plan,
		      const struct sip_uri *caller, struct isup_msg *iam)
{
	struct sip_phone phone;
	int err;

	if (!caller || sip_uri_phone(caller, &phone) < 0)
		return 0;
	err = put_category(x, &phone, iam);
	if (!err)
		err = put_oli(x, &phone, iam);
	return err < 0 ? err : iw_jurisdiction_to_isup(x, &phone, plan, iam);
}

/* RFC 3398 7.2.1.1: TNS for an international number, CIP for others. The country code goes. */
static int put_carrier(const struct iw_ctx *x, const struct sip_uri *called, struct isup_msg *iam)
{
	struct isup_network_selection n = { .type = 2, .plan = 1 };
	struct sip_phone phone;
	struct str rest;
	size_t nr = 0;

	if (sip_uri_phone(called, &phone) < 0 || !phone.cic.len)
		return 0;
	rest = phone.cic;
	if (rest.p[0] == '+') {
		rest = str_split(rest, '-', &(struct str){ 0 });
		if (!rest.len)
			return 0;
	}
	for (size_t i = 0; i < rest.len; i++)
		if (isdigit((unsigned char)rest.p[i]) && nr < 4)
			n.digits[nr++] = rest.p[i];
		else
			return 0;
	if (nr < 3 || !iw_mapped(x, IW_MAP_CARRIER, "cic", n.digits))
		return 0;
	return isup_put_value(iam, &isup_itu,
			      phone.global ? ISUP_P_TRANSIT_NETWORK : ISUP_P_CARRIER_IDENTIFICATION,
			      &n, sizeof(n));
}

static int put_hops(const struct iw_ctx *x, const struct sip_msg *m, struct isup_msg *iam)
{
	unsigned factor = iw_profile_rule(iw_profile_of(x), IW_RULE_HOP_FACTOR);
	struct isup_hop_counter hops = { 1 };

	if (m->max_forwards < 0 || !iw_mapped(x, IW_MAP_HOP_COUNTER, "Max-Forwards", "hop counter"))
		return 0;
	if ((unsigned)m->max_forwards / factor > 1)
		hops.hops = (uint8_t)((unsigned)m->max_forwards / factor > MAX_HOPS
					      ? MAX_HOPS
					      : (unsigned)m->max_forwards / factor);
	return isup_put_value(iam, &isup_itu, ISUP_P_HOP_COUNTER, &hops, sizeof(hops));
}

/* One value of a list: namespace.priority. 1: it was understood. */
static int put_one_priority(const struct iw_ctx *x, struct str value, struct isup_msg *iam)
{
	struct isup_mlpp mlpp = { .look_forward = 2, .network = "0000" };
	struct str namespace, rest = str_split(value, '.', &namespace);
	uint8_t priority = rest.len == 1 ? (uint8_t)(rest.p[0] - '0') : 0xff;
	int err = 0;

	if (priority > 4)
		return 0;
	mlpp.level = priority;
	if (str_caseeq(namespace, STR("q735")) &&
	    iw_mapped(x, IW_MAP_PRIORITY, "q735", "MLPP precedence"))
		err = isup_put_value(iam, &isup_itu, ISUP_P_MLPP_PRECEDENCE, &mlpp, sizeof(mlpp));
	else if (str_caseeq(namespace, STR("esnet")) && priority < 2 &&
		 iw_mapped(x, IW_MAP_PRIORITY, "esnet", "emergency category"))
		err = isup_put_u8(iam, ISUP_P_CPC, (uint8_t)(CPC_EMERGENCY + priority));
	else if (str_caseeq(namespace, STR("ets")) &&
		 iw_mapped(x, IW_MAP_PRIORITY, "ets", "category of national security"))
		err = isup_put_u8(iam, ISUP_P_CPC, CPC_NATIONAL_SECURITY);
	else
		return 0;
	return err < 0 ? err : 1;
}

/* RFC 4412 3.1: a list; the first namespace that is known here counts. */
static int put_priority(const struct iw_ctx *x, const struct sip_msg *m, struct isup_msg *iam)
{
	const struct sip_header *h = sip_msg_header_named(m, STR("Resource-Priority"), 0);
	struct str rest = h ? h->value : STR(""), one;
	int done = 0;

	while (rest.len && !done) {
		rest = str_split(rest, ',', &one);
		done = put_one_priority(x, str_trim(one), iam);
	}
	return done < 0 ? done : 0;
}

/* Q.763 3.42; nothing in SIP says what there was before. */
static int put_delay(const struct iw_ctx *x, struct isup_msg *iam)
{
	const struct isup_delay d = { iw_profile_rule(iw_profile_of(x), IW_RULE_DELAY) };

	return d.ms ? isup_put_value(iam, &isup_itu, ISUP_P_PROPAGATION_DELAY, &d, sizeof(d)) : 0;
}

int iw_params_to_isup(const struct iw_ctx *x, const struct sip_msg *invite,
		      const struct iw_numbering *plan, const struct sip_uri *caller, bool trusted,
		      struct isup_msg *iam)
{
	int err = put_subaddresses(x, &invite->uri, caller, iam);

	if (!err)
		err = put_carrier(x, &invite->uri, iam);
	if (!err)
		err = put_hops(x, invite, iam);
	if (!err)
		err = iw_uui_to_isup(x, invite, iam);
	if (!err)
		err = put_delay(x, iam);
	if (err < 0 || !trusted)
		return err;
	err = put_caller(x, plan, caller, iam);
	if (!err)
		err = iw_charge_to_isup(x, invite, plan, iam);
	return err < 0 ? err : put_priority(x, invite, iam);
}
