/* SPDX-License-Identifier: GPL-3.0-or-later */
/* loss: see loss.h. */
#include "interwork/loss.h"
#include "isup/msg.h"

#define BY(a)	     .nr_maps = 1, .map = { a }
#define EITHER(a, b) .nr_maps = 2, .map = { a, b }

const struct iw_loss_row iw_loss_rows[] = {
	{ ISUP_P_CALLED_NUMBER, BY(IW_MAP_CALLED),
	  .but = "ST; codes 11 and 12, which need the rule `hex-digits`; plans that are not E.164; natures of address other than "
		 "international and national; INN becomes 'not allowed'" },
	{ ISUP_P_CALLING_NUMBER, EITHER(IW_MAP_IDENTITY, IW_MAP_CALLING),
	  .but = "as of the called number; 'verified' becomes 'network provided'; 'incomplete'; a "
		 "restricted number that the network does not vouch for; 'address not available'" },
	{ ISUP_P_GENERIC_NUMBER, BY(IW_MAP_GENERIC_NUMBER),
	  .but = "qualifiers other than 'additional calling party number' (of ANSI 'ported number' is "
		 "carried by `portability`); a restricted one; one without a calling number; screening" },
	{ ISUP_P_GENERIC_NAME, BY(IW_MAP_NAME),
	  .but = "names that are not the calling one; without a calling number; all but printable "
		 "ASCII, and more than 40 characters; a restricted name of a number that is not; "
		 "presentation other than that of the number; a number, 'Anonymous', 'Unavailable'" },
	{ ISUP_P_DISPLAY,
	  .but = "all, but where the word `caller-name display` of the trunk makes it a generic name" },
	{ ISUP_P_REDIRECTING_NUMBER, EITHER(IW_MAP_DIVERSION, IW_MAP_HISTORY_INFO),
	  .but = "as of the called number" },
	{ ISUP_P_ORIGINAL_CALLED_NUMBER, EITHER(IW_MAP_DIVERSION, IW_MAP_HISTORY_INFO),
	  .but = "as of the called number; after one redirection it is the redirecting number; "
		 "without a redirecting number its restriction" },
	{ ISUP_P_REDIRECTION_INFORMATION, EITHER(IW_MAP_DIVERSION, IW_MAP_HISTORY_INFO),
	  .but = "indicators other than 3 and 4; reason 4 (becomes 5, deflection); without a "
		 "redirecting number" },
	{ ISUP_P_CPC, .anew = true, BY(IW_MAP_CPC),
	  .but = "categories without a word: only unknown, ordinary, test, payphone, operator (9), "
		 "priority, data and mobile stay, and those of emergencies (by Resource-Priority); "
		 "without a calling number" },
	{ ISUP_P_ORIGINATING_LINE, BY(IW_MAP_OLI),
	  .but = "100 and more; without a calling number" },
	{ ISUP_P_JURISDICTION, BY(IW_MAP_JURISDICTION),
	  .but = "all but six decimal digits; without a calling number" },
	{ ISUP_P_CHARGE_NUMBER, BY(IW_MAP_CHARGE), .but = "as of the called number" },
	{ ISUP_P_TRANSIT_NETWORK, BY(IW_MAP_CARRIER),
	  .but = "identifications that are not 3 or 4 digits; beside a national number it becomes a "
		 "carrier identification" },
	{ ISUP_P_CARRIER_IDENTIFICATION, BY(IW_MAP_CARRIER),
	  .but = "the same; beside an international number it becomes a transit network selection" },
	{ ISUP_P_HOP_COUNTER, BY(IW_MAP_HOP_COUNTER), .but = NULL },
	{ ISUP_P_USER_TO_USER_INFORMATION, BY(IW_MAP_UUI), .but = "more than 131 octets" },
	{ ISUP_P_ACCESS_TRANSPORT, BY(IW_MAP_SUBADDRESS),
	  .but = "all but sub-addresses (NSAP) of IA5 characters: no source has a place in SIP for "
		 "bearer capability, high and low layer compatibility, progress indicators" },
	{ ISUP_P_LOCATION_NUMBER,
	  .but = "all but in bodies: no RFC has a header for it (a Geolocation is no number, RFC 6442 "
		 "4.1; P-Access-Network-Info names an access, RFC 7315 5.4)" },
	{ ISUP_P_GEODETIC_LOCATION,
	  .but = "all but in bodies: no RFC makes a document of RFC 4119 of it" },
	{ ISUP_P_MLPP_PRECEDENCE, BY(IW_MAP_PRIORITY), .but = "all but the level" },
	{ ISUP_P_FCI, .anew = true, BY(IW_MAP_PORTABILITY),
	  .but = "all but 'ported number translated'" },
	{ ISUP_P_NCI, .anew = true, .but = "all" },
	{ ISUP_P_TMR, .anew = true,
	  .but = "speech becomes the profile's medium; 64 kbit/s preferred is agreed on by SDP" },
	{ ISUP_P_TMR_PRIME,
	  .but = "all: of SIP one medium is chosen before the exchange is asked" },
	{ ISUP_P_USI,
	  .but = "all: the next IAM has one by its medium (64 kbit/s; of speech by the rule "
		 "`user-service`)" },
	{ ISUP_P_USI_PRIME, .but = "all, as the medium that is fallen back to" },
	{ ISUP_P_USER_TELESERVICE,
	  .but = "all: no source has a place in SIP for a high layer compatibility" },
	{ ISUP_P_CUG_INTERLOCK,
	  .but = "all: SIP has no closed groups; the rule `cug-refused` says what becomes of calls "
		 "that may not leave theirs" },
	{ ISUP_P_OFCI, .anew = true, .but = "all: the connected number is asked for" },
};
const size_t iw_nr_loss_rows = sizeof(iw_loss_rows) / sizeof(iw_loss_rows[0]);

bool iw_loss_carries(const struct iw_loss_row *r, const struct iw_profile *p)
{
	for (unsigned i = 0; i < r->nr_maps; i++)
		if (iw_profile_has(p, (enum iw_map)r->map[i]))
			return true;
	return false;
}

const struct iw_loss_row *iw_loss_find(uint8_t code)
{
	for (size_t i = 0; i < iw_nr_loss_rows; i++)
		if (iw_loss_rows[i].code == code)
			return &iw_loss_rows[i];
	return NULL;
}
