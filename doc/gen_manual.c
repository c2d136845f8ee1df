/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes what the build takes from the schema to stdout: the keyword chapters of lvsd.conf(5),
 * which get their head and tail around them; the words of the completion; the syntax file of Vim.
 */
#include "conf/tree/editor.h"
#include "conf/tree/manual.h"

#include <string.h>

int main(int argc, char **argv)
{
	const char *what = argc == 2 ? argv[1] : "";

	if (!strcmp(what, "manual"))
		conf_manual_print(stdout);
	else if (!strcmp(what, "words"))
		editor_words_print(stdout);
	else if (!strcmp(what, "vim"))
		editor_vim_print(stdout);
	else
		return 2;
	return fclose(stdout) ? 1 : 0;
}
