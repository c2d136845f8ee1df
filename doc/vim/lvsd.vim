" SPDX-License-Identifier: GPL-2.0-or-later
" The configuration of lvsd, and that of keepalived, whose language it is.
autocmd BufRead,BufNewFile lvsd.conf,*/lvsd/*.conf,keepalived.conf,keepalived.conf.* setfiletype lvsd
