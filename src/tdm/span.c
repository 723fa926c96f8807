/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tdm/span: what all spans share. */

#include "tdm/span.h"

const char *tdm_alarm_text(unsigned alarms, char buf[TDM_ALARM_TEXT_MAX])
{
	static const char *const name[] = { "LOS", "AIS", "RAI", "mismatch" };

	strcpy(buf, alarms ? "" : "-");
	for (unsigned n = 0; n < sizeof(name) / sizeof(name[0]); n++)
		if (alarms >> n & 1) {
			strcat(buf, buf[0] ? "," : "");
			strcat(buf, name[n]);
		}
	return buf;
}
