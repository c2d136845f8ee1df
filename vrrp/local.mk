# vrrp: pure packet, state machine and frames; edge: the vrrp process. vrrp/machine is what a test network replaces.
noinst_LTLIBRARIES += libvrrp.la libvrrpworker.la
libvrrp_la_SOURCES = vrrp/advert.c vrrp/advert.h vrrp/damping/damping.c vrrp/damping/damping.h vrrp/damping/track_hold.c vrrp/damping/track_hold.h vrrp/ah/ah.c vrrp/ah/ah.h vrrp/ah/md5.c vrrp/ah/md5.h vrrp/fault.c vrrp/fault.h vrrp/fsm.c vrrp/fsm.h \
	vrrp/claim/claim.c vrrp/claim/claim.h vrrp/machine/question.c vrrp/machine/question.h vrrp/garp.c vrrp/garp.h vrrp/guard.c vrrp/guard.h vrrp/hold.c vrrp/hold.h vrrp/machine/memlock.c \
	vrrp/machine/memlock.h vrrp/machine/schedule.c vrrp/machine/schedule.h vrrp/order_name.c vrrp/order_name.h vrrp/orphan/orphan.c vrrp/orphan/orphan.h vrrp/pace/lateness.c vrrp/pace/lateness.h vrrp/pace/pace.c vrrp/pace/pace.h vrrp/pace/sleep.c vrrp/pace/sleep.h vrrp/pkt.c vrrp/pkt.h vrrp/router.c vrrp/router.h vrrp/router/group.c vrrp/router/read.c \
	vrrp/router/cause.c vrrp/router/one.c vrrp/router/order.c vrrp/router/order_act.c vrrp/router/queue.c vrrp/router/queue.h vrrp/router/state.h vrrp/holding/refusal.c vrrp/holding/refusal.h vrrp/holding/retry.c vrrp/holding/retry.h vrrp/machine/item.h vrrp/holding/items.c vrrp/holding/items.h vrrp/holding/item_key.c vrrp/holding/item_key.h vrrp/same.c vrrp/same.h \
	vrrp/holding/vmac.c vrrp/holding/vmac.h vrrp/machine/frame.c vrrp/machine/frame.h vrrp/machine/rule_match.c vrrp/machine/rule_match.h \
	vrrp/track.c vrrp/track.h vrrp/unknown/unknown.c vrrp/unknown/unknown.h vrrp/transition.c vrrp/transition.h vrrp/vips.c vrrp/vips.h vrrp/wait.c vrrp/wait.h vrrp/wire.c vrrp/wire.h
libvrrpworker_la_SOURCES = vrrp/carry.c vrrp/carry.h vrrp/claim/prober.c vrrp/claim/prober.h vrrp/damping/damper.c vrrp/damping/damper.h vrrp/instance.c vrrp/instance.h vrrp/machine/link.c vrrp/machine/link_message.c vrrp/machine/link_message.h \
	vrrp/machine/batch.c vrrp/machine/batch.h vrrp/machine/link.h vrrp/machine/route.c vrrp/machine/route.h vrrp/machine/encap_message.c vrrp/machine/encap_message.h vrrp/machine/route_message.c vrrp/machine/route_message.h vrrp/machine/rule_list.c vrrp/machine/rule_list.h vrrp/machine/rule_message.c vrrp/machine/rule_message.h vrrp/machine/listen.c vrrp/machine/listen.h vrrp/machine/neighbour.c vrrp/machine/neighbour.h vrrp/machine/outbox.c vrrp/machine/outbox.h \
	vrrp/holding/frames.c vrrp/holding/frames.h vrrp/holding/listeners.c vrrp/holding/listeners.h vrrp/machine/raw.c vrrp/machine/raw.h \
	vrrp/machine/realtime.c vrrp/machine/realtime.h vrrp/others.c vrrp/others.h vrrp/pace/announcer.c vrrp/pace/announcer.h vrrp/port.c vrrp/port.h vrrp/ports.c vrrp/ports.h \
	vrrp/orphan/door.c vrrp/orphan/door.h vrrp/orphan/marks.c vrrp/orphan/marks.h vrrp/orphan/relief.c vrrp/orphan/relief.h vrrp/process.c vrrp/process.h vrrp/machine/promote.c vrrp/machine/promote.h vrrp/holding/holders.c vrrp/holding/holders.h vrrp/holding/items_link.c vrrp/holding/items_link.h vrrp/holding/statics.c vrrp/holding/statics.h vrrp/runner.c vrrp/runner.h vrrp/track_link.c vrrp/track_link.h \
	vrrp/holding/refusal_watch.c vrrp/holding/refusal_watch.h vrrp/holding/strays.c vrrp/holding/strays.h vrrp/holding/sweep.c vrrp/holding/sweep.h \
	vrrp/machine/vmac.c vrrp/machine/vmac.h \
	vrrp/holding/taps.c vrrp/holding/taps.h vrrp/holding/vmacs.c vrrp/holding/vmacs.h \
	vrrp/vips_link.c vrrp/vips_link.h vrrp/worker.c vrrp/worker.h
libvrrpworker_la_CPPFLAGS = $(AM_CPPFLAGS) $(NLROUTE_CFLAGS)
libvrrpworker_la_LIBADD = $(NLROUTE_LIBS)
