/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What must have happened at least once over all seeds: else the simulation is too tame to find anything. */
#ifndef LVSD_TESTS_SIM_PAIR_WONDERS_H
#define LVSD_TESTS_SIM_PAIR_WONDERS_H

#define PAIR_WONDERS(WONDER)                                                                       \
	WONDER(REFUSED, "the kernel refused an operation")                                         \
	WONDER(LOST, "the kernel carried operations out and its answer was lost")                  \
	WONDER(UNREAD, "the table could not be read")                                              \
	WONDER(STALE, "an operation met a table that somebody else had changed")                   \
	WONDER(SLOW, "the kernel was slow")                                                        \
	WONDER(CLEARED, "somebody cleared the table")                                              \
	WONDER(MEDDLED, "somebody changed the table between a reading and a plan")                 \
	WONDER(FOREIGN, "somebody's own service stood in the table at the end")                    \
	WONDER(RELOADED, "a good file came into force")                                            \
	WONDER(RELOAD_REFUSED, "a bad file was refused")                                           \
	WONDER(RELOAD_WAITING, "a reload was refused since another waits for its confirmation")    \
	WONDER(RELOAD_LATE, "a reload was refused since the loader stood still")                   \
	WONDER(READ_STATUS, "the status was answered while a reload waited for the loader")        \
	WONDER(READ_FOUND_DEAD, "a dead server left the table while a reload waited")              \
	WONDER(READ_RETURNED, "a configuration went back by itself while a reload waited")         \
	WONDER(READ_DIED, "a director died while a reload waited for the loader")                  \
	WONDER(START_REFUSED, "a start was refused, since its file is bad")                        \
	WONDER(CONFIRMED, "a reload was confirmed")                                                \
	WONDER(RETURNED, "an unconfirmed configuration went back by itself")                       \
	WONDER(ROLLED_BACK, "an operator rolled back")                                             \
	WONDER(ROLLED_BACK_UNWRITTEN, "an operator rolled back while the run dir was read-only")   \
	WONDER(DIED_IN_TURN, "a director died in the midst of a turn")                             \
	WONDER(DIED_IN_RELOAD, "a director died in the midst of a reload")                         \
	WONDER(CHECK_HUNG, "the director had a check process that hung replaced")                  \
	WONDER(UNWRITTEN, "a file of the run dir could not be written")                            \
	WONDER(DRAINED, "a server left when its last connection had ended")                        \
	WONDER(DRAIN_CUT, "a server left when its time to drain was over")                         \
	WONDER(HELD, "an operator took a server out of service")                                   \
	WONDER(FOUND_DEAD, "a dead server left the table")                                         \
	WONDER(CAME_BACK, "a server that answered again came back into the table")                 \
	WONDER(SORRY, "a sorry server served")                                                     \
	WONDER(SERVED, "a request reached a server that answers")                                  \
	WONDER(POOL_CLAIMED, "a pool was claimed to have a server")                                \
	WONDER(DEATH_CLAIMED, "a server was claimed to be out of the table")                       \
	WONDER(DRAIN_CLAIMED, "a drained connection was claimed to live")                          \
	WONDER(TABLE_CLAIMED, "a table was claimed to be what is wanted")                          \
	WONDER(STATE_CLAIMED, "a reload was claimed to keep what is known of a server")            \
	WONDER(PARTED, "the network was cut in two")                                               \
	WONDER(TAKEN_AWAY, "somebody took an address away")                                        \
	WONDER(RELEASED, "a supervisor removed the addresses")                                     \
	WONDER(VRRP_HUNG, "a vrrp process that hung was replaced")                                 \
	WONDER(HELLO_HEARD, "a director heard that the other one has come back")                   \
	WONDER(OVERLAPPED, "both directors had an address")                                        \
	WONDER(HALF, "a sync group had some of its addresses")                                     \
	WONDER(ORDER_DONE, "an operator's order was carried out in trouble")                       \
	WONDER(ORDER_REFUSED, "an operator's order was refused in trouble")                        \
	WONDER(RESUMED, "an operator ended all orders")                                            \
	WONDER(MEMBERS_CLAIMED, "a reload of a member was claimed to move no other one")           \
	WONDER(MASTER_CLAIMED, "the right director was claimed to be master")                      \
	WONDER(ROLE_CLAIMED, "a director was claimed to know its role")                            \
	WONDER(REPLACED_CLAIMED, "a master whose process was replaced was claimed to stay")        \
	WONDER(HANDOVER_CLAIMED, "a handover at the end of lvsd was claimed")                      \
	WONDER(ORDER_CLAIMED, "a handover by an operator's order was claimed")                     \
	WONDER(REFUSED_CLAIMED, "a handover to a kernel that refuses the addresses was claimed")   \
	WONDER(HOLD_CLAIMED, "a hold of preemption was claimed")                                   \
	WONDER(UNPROBED, "a probe could not be made")                                              \
	WONDER(PATHLESS, "a probe had no way to its server")                                       \
	WONDER(TOLD_CLAIMED, "the last notification was claimed to tell the state")                \
	WONDER(BLOCKED_CLAIMED, "a master was claimed to announce itself when its port forwards")   \
	WONDER(HUNG_CLAIMED, "whoever relieved a vrrp process that hung was claimed to stay")       \
	WONDER(SUSPENDED_CLAIMED, "whoever relieved a suspended machine was claimed to stay")             \
	WONDER(ORPHANED, "a vrrp process outlived its lvsd")                                       \
	WONDER(ORPHAN_RELIEVED, "an orphan was relieved")                                          \
	WONDER(ORPHAN_LEFT, "an orphan handed over")                                               \
	WONDER(ORPHAN_HUNG, "an orphan that hung was killed")                                      \
	WONDER(ORPHAN_FORSAKEN, "an orphan that was relieved went on, as nobody else could")        \
	WONDER(ORPHAN_CLAIMED, "a master whose lvsd died was claimed to go on")                    \
	WONDER(ORPHAN_DOOMED, "the same of an lvsd that died again in the takeover")               \
	WONDER(ORPHAN_END_CLAIMED, "an orphan without a successor was claimed to hand over")       \
	WONDER(FILTER_FIRST, "an address came behind the filter of no_accept")                     \
	WONDER(FILTER_LAST, "the filter of no_accept let go of an address")                        \
	WONDER(FILTER_MEDDLED, "somebody else changed the filter of no_accept")                    \
	WONDER(FILTER_CLAIMED, "the filter of no_accept was claimed to be what the file says")     \
	WONDER(CALM_CLAIMED, "a kernel was claimed to be left alone")

enum pair_wonder {
#define PAIR_WONDER_NAME(name, text) PAIR_##name,
	PAIR_WONDERS(PAIR_WONDER_NAME) PAIR_N_WONDERS
};

#endif
