/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes the keyword chapters of lvsd.conf(5) to stdout; the build puts its head and tail around.
 */
#include "conf/manual.h"

int main(void)
{
	conf_manual_print(stdout);
	return fclose(stdout) ? 1 : 0;
}
