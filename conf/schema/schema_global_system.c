/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keywords of global_defs about processors, memory and buffers, SNMP and D-Bus, few of which have
 * an effect in lvsd. */
#include "conf/schema/schema.h"

/* As long as a processor may be held at most. */
#define LATE_MAX_US 10000000

#define STATS_MIN_US 1000
#define STATS_MAX_US (INT64_C(30) * 1000000)

#define PROCESSORS_MAX 8191

static const struct schema_choice buffer_sizes[] = {{"MTU", -1}, {"ADVERT", -2}, {0}};

static const char own_realtime[] =
    "the vrrp process alone is scheduled in real time (vrrp_rt_priority), always, so that nothing "
    "delays an advertisement, not even a check";

static const struct schema_table *const range_tables[] = {&schema_global_system, NULL};
static const char unit_nice[] = "Nice= of lvsd.service sets it";
static const char unit_processors[] = "CPUAffinity= of lvsd.service sets it";
static const char unit_rttime[] = "LimitRTTIME= of lvsd.service sets it";
static const char own_lock[] =
    "the vrrp process locks its memory as far as it may, the others never do";
static const char vrrp_buffers[] =
    "each socket of VRRP has a receive buffer of 1 MiB, beyond net.core.rmem_max too";
static const char link_buffers[] =
    "lvsd's socket has a receive buffer of 4 MiB, beyond net.core.rmem_max too; after an overflow all is "
    "read again";
static const char command_buffers[] =
    "lvsd has no more requests under way than its buffer has room for answers";
static const char monitor_buffers[] =
    "lvsd's socket has a receive buffer of 1 MiB, beyond net.core.rmem_max too; after an overflow all is "
    "read again";
static const char no_bfd_process[] = "lvsd does not speak BFD";
static const char no_snmp[] =
    "lvsd has no SNMP agent; `lvsctl --json status` has states, weights and connections, "
    "`lvsadm -L --stats --json` has packets and bytes";
static const char no_dbus[] = "lvsd is not on D-Bus; lvsctl and its socket are the interface";

static const struct schema_keyword rows[] = {
    {
	.id = KW_MAX_AUTO_PRIORITY,
	.name = "max_auto_priority",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_NUMBER,
	.min = -1,
	.max = 99,
	.is_value_optional = true,
	.no_effect = own_realtime,
	.help = "Highest realtime priority to which a process that was scheduled late is raised.",
    },
    {
	.id = KW_MIN_AUTO_PRIORITY_DELAY,
	.name = "min_auto_priority_delay",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = LATE_MAX_US,
	.def = "1000000",
	.unit = "us",
	.no_effect = own_realtime,
	.help = "A process is raised (max_auto_priority) if it was scheduled later than this.",
    },
    {
	.id = KW_VRRP_PRIORITY,
	.name = "vrrp_priority",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_NUMBER,
	.min = -20,
	.max = 19,
	.def = "0",
	.replaced = unit_nice,
	.help = "Nice level of the VRRP process.",
    },
    {
	.id = KW_VRRP_RT_PRIORITY,
	.name = "vrrp_rt_priority",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = CONF_RT_PRIORITY_MAX,
	.fields = {GLOBAL_FIELD(vrrp_rt_priority, .is_local = true)},
	.help = "Realtime priority (SCHED_RR) of the vrrp process; 1 when absent. If the kernel refuses "
		"it, the log says so, and the process goes on as it was.",
    },
    {
	.id = KW_VRRP_RLIMIT_RTTIME,
	.name = "vrrp_rlimit_rttime",
	.alias = "vrrp_rlimit_rtime",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = UINT32_MAX,
	.def = "10000",
	.unit = "us",
	.replaced = unit_rttime,
	.help = "Processor time in microseconds that the VRRP process may use with realtime "
		"priority without a pause.",
    },
    {
	.id = KW_VRRP_CPU_AFFINITY,
	.name = "vrrp_cpu_affinity",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_NUMBERS,
	.argument = "PROCESSOR ...",
	.min = 0,
	.max = PROCESSORS_MAX,
	.fields = {LIST_FIELD(CONF_OBJECT_GLOBAL, struct conf_global, vrrp_cpus, n_vrrp_cpus,
			      CONF_OBJECT_RANGE, range_tables, .is_local = true),
		   VALUE_FIELD(CONF_OBJECT_RANGE, FIELD_RANGE)},
	.help = "Numbers of the processors on which the vrrp process may run; all when absent. "
		"CPUAffinity= of lvsd.service is for all processes of lvsd.",
	.example = "vrrp_cpu_affinity 2 3",
    },
    {
	.id = KW_VRRP_NO_SWAP,
	.name = "vrrp_no_swap",
	.in = {SCHEMA_GLOBAL_DEFS},
	.help = "The memory of the vrrp process is locked. So it is always, as far as the machine "
		"allows (LimitMEMLOCK= of lvsd.service); the log says if it does not.",
    },
    {
	.id = KW_CHECKER_PRIORITY,
	.name = "checker_priority",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_NUMBER,
	.min = -20,
	.max = 19,
	.def = "0",
	.replaced = unit_nice,
	.help = "Nice level of the process that checks.",
    },
    {
	.id = KW_CHECKER_RT_PRIORITY,
	.name = "checker_rt_priority",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = 99,
	.no_effect = own_realtime,
	.help = "Realtime priority of the process that checks.",
    },
    {
	.id = KW_CHECKER_RLIMIT_RTTIME,
	.name = "checker_rlimit_rttime",
	.alias = "checker_rlimit_rtime",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = UINT32_MAX,
	.def = "10000",
	.unit = "us",
	.replaced = unit_rttime,
	.help = "Processor time in microseconds that the process that checks may use with "
		"realtime priority without a pause.",
    },
    {
	.id = KW_CHECKER_CPU_AFFINITY,
	.name = "checker_cpu_affinity",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_NUMBERS,
	.argument = "PROCESSOR ...",
	.min = 0,
	.max = PROCESSORS_MAX,
	.replaced = unit_processors,
	.help = "Numbers of the processors on which the process that checks may run.",
    },
    {
	.id = KW_CHECKER_NO_SWAP,
	.name = "checker_no_swap",
	.in = {SCHEMA_GLOBAL_DEFS},
	.no_effect = own_lock,
	.help = "Locks the memory of the process that checks.",
    },
    {
	.id = KW_BFD_PRIORITY,
	.name = "bfd_priority",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_NUMBER,
	.min = -20,
	.max = 19,
	.def = "0",
	.no_effect = no_bfd_process,
	.help = "Nice level of the BFD process.",
    },
    {
	.id = KW_BFD_RT_PRIORITY,
	.name = "bfd_rt_priority",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = 99,
	.no_effect = no_bfd_process,
	.help = "Realtime priority of the BFD process.",
    },
    {
	.id = KW_BFD_RLIMIT_RTTIME,
	.name = "bfd_rlimit_rttime",
	.alias = "bfd_rlimit_rtime",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = UINT32_MAX,
	.def = "10000",
	.unit = "us",
	.no_effect = no_bfd_process,
	.help = "How long the BFD process may run at a time with realtime priority.",
    },
    {
	.id = KW_BFD_CPU_AFFINITY,
	.name = "bfd_cpu_affinity",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_NUMBERS,
	.argument = "PROCESSOR ...",
	.min = 0,
	.max = PROCESSORS_MAX,
	.no_effect = no_bfd_process,
	.help = "Numbers of the processors on which the BFD process may run.",
    },
    {
	.id = KW_BFD_NO_SWAP,
	.name = "bfd_no_swap",
	.in = {SCHEMA_GLOBAL_DEFS},
	.no_effect = no_bfd_process,
	.help = "Locks the memory of the BFD process.",
    },
    {
	.id = KW_VRRP_NETLINK_CMD_RCV_BUFS,
	.name = "vrrp_netlink_cmd_rcv_bufs",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = UINT32_MAX,
	.unit = "bytes",
	.replaced = command_buffers,
	.help = "Size of the netlink buffer for answers.",
    },
    {
	.id = KW_VRRP_NETLINK_CMD_RCV_BUFS_FORCE,
	.name = "vrrp_netlink_cmd_rcv_bufs_force",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = schema_switch,
	.bare = "on",
	.replaced = command_buffers,
	.help = "vrrp_netlink_cmd_rcv_bufs may exceed the limit of the kernel "
		"(net.core.rmem_max).",
    },
    {
	.id = KW_VRRP_NETLINK_MONITOR_RCV_BUFS,
	.name = "vrrp_netlink_monitor_rcv_bufs",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = UINT32_MAX,
	.unit = "bytes",
	.replaced = link_buffers,
	.help = "Size of the netlink buffer for events.",
    },
    {
	.id = KW_VRRP_NETLINK_MONITOR_RCV_BUFS_FORCE,
	.name = "vrrp_netlink_monitor_rcv_bufs_force",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = schema_switch,
	.bare = "on",
	.replaced = link_buffers,
	.help = "vrrp_netlink_monitor_rcv_bufs may exceed the limit of the kernel "
		"(net.core.rmem_max).",
    },
    {
	.id = KW_LVS_NETLINK_CMD_RCV_BUFS,
	.name = "lvs_netlink_cmd_rcv_bufs",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = UINT32_MAX,
	.unit = "bytes",
	.replaced = command_buffers,
	.help = "Size of the netlink buffer for answers.",
    },
    {
	.id = KW_LVS_NETLINK_CMD_RCV_BUFS_FORCE,
	.name = "lvs_netlink_cmd_rcv_bufs_force",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = schema_switch,
	.bare = "on",
	.replaced = command_buffers,
	.help = "lvs_netlink_cmd_rcv_bufs may exceed the limit of the kernel (net.core.rmem_max).",
    },
    {
	.id = KW_LVS_NETLINK_MONITOR_RCV_BUFS,
	.name = "lvs_netlink_monitor_rcv_bufs",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = UINT32_MAX,
	.unit = "bytes",
	.replaced = monitor_buffers,
	.help = "Size of the netlink buffer for events.",
    },
    {
	.id = KW_LVS_NETLINK_MONITOR_RCV_BUFS_FORCE,
	.name = "lvs_netlink_monitor_rcv_bufs_force",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = schema_switch,
	.bare = "on",
	.replaced = monitor_buffers,
	.help = "lvs_netlink_monitor_rcv_bufs may exceed the limit of the kernel "
		"(net.core.rmem_max).",
    },
    {
	.id = KW_PROCESS_MONITOR_RCV_BUFS,
	.name = "process_monitor_rcv_bufs",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = UINT32_MAX,
	.unit = "bytes",
	.replaced = monitor_buffers,
	.help = "Size of the buffer for events of processes.",
    },
    {
	.id = KW_PROCESS_MONITOR_RCV_BUFS_FORCE,
	.name = "process_monitor_rcv_bufs_force",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = schema_switch,
	.bare = "on",
	.replaced = monitor_buffers,
	.help = "Sets it beyond the limit of the kernel.",
    },
    {
	.id = KW_VRRP_RX_BUFS_POLICY,
	.name = "vrrp_rx_bufs_policy",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_NUMBER,
	.argument = "MTU | ADVERT | BYTES",
	.min = 0,
	.max = UINT32_MAX,
	.choices = buffer_sizes,
	.replaced = vrrp_buffers,
	.help = "How the size of the receive buffers for advertisements is chosen: a number of "
		"bytes, MTU or ADVERT.",
    },
    {
	.id = KW_VRRP_RX_BUFS_MULTIPLIER,
	.name = "vrrp_rx_bufs_multiplier",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = UINT32_MAX,
	.def = "3",
	.replaced = vrrp_buffers,
	.help = "With vrrp_rx_bufs_policy MTU or ADVERT: how many packets the buffer has room "
		"for.",
    },
    {
	.id = KW_SNMP_SOCKET,
	.name = "snmp_socket",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "SOCKET",
	.max = 255,
	.no_effect = no_snmp,
	.help = "Where the SNMP master agent is.",
    },
    {
	.id = KW_ENABLE_SNMP_VRRP,
	.name = "enable_snmp_vrrp",
	.alias = "enable_snmp_keepalived",
	.in = {SCHEMA_GLOBAL_DEFS},
	.no_effect = no_snmp,
	.help = "SNMP shows the instances.",
    },
    {
	.id = KW_ENABLE_SNMP_CHECKER,
	.name = "enable_snmp_checker",
	.in = {SCHEMA_GLOBAL_DEFS},
	.no_effect = no_snmp,
	.help = "SNMP shows services and servers.",
    },
    {
	.id = KW_ENABLE_SNMP_RFC,
	.name = "enable_snmp_rfc",
	.in = {SCHEMA_GLOBAL_DEFS},
	.no_effect = no_snmp,
	.help = "SNMP shows VRRP as RFC 2787 and RFC 6527 have it.",
    },
    {
	.id = KW_ENABLE_SNMP_RFCV2,
	.name = "enable_snmp_rfcv2",
	.in = {SCHEMA_GLOBAL_DEFS},
	.no_effect = no_snmp,
	.help = "SNMP shows VRRP as RFC 2787 has it.",
    },
    {
	.id = KW_ENABLE_SNMP_RFCV3,
	.name = "enable_snmp_rfcv3",
	.in = {SCHEMA_GLOBAL_DEFS},
	.no_effect = no_snmp,
	.help = "SNMP shows VRRP as RFC 6527 has it.",
    },
    {
	.id = KW_ENABLE_TRAPS,
	.name = "enable_traps",
	.in = {SCHEMA_GLOBAL_DEFS},
	.no_effect = no_snmp,
	.help = "Sends SNMP traps.",
    },
    {
	.id = KW_SNMP_VS_STATS_UPDATE_INTERVAL,
	.name = "snmp_vs_stats_update_interval",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_TIMER,
	.min = STATS_MIN_US,
	.max = STATS_MAX_US,
	.def = "5",
	.unit = "s",
	.no_effect = no_snmp,
	.help = "Age of the counters of services.",
    },
    {
	.id = KW_SNMP_RS_STATS_UPDATE_INTERVAL,
	.name = "snmp_rs_stats_update_interval",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_TIMER,
	.min = STATS_MIN_US,
	.max = STATS_MAX_US,
	.unit = "s",
	.no_effect = no_snmp,
	.help = "Age of the counters of servers; that of services when absent.",
    },
    {
	.id = KW_ENABLE_DBUS,
	.name = "enable_dbus",
	.in = {SCHEMA_GLOBAL_DEFS},
	.no_effect = no_dbus,
	.help = "Offers a service on D-Bus.",
    },
    {
	.id = KW_DBUS_SERVICE_NAME,
	.name = "dbus_service_name",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "NAME",
	.max = 255,
	.def = "org.keepalived.Vrrp1",
	.no_effect = no_dbus,
	.help = "Name of that service.",
    },
    {
	.id = KW_DBUS_NO_INTERFACE_NAME,
	.name = "dbus_no_interface_name",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "NAME",
	.max = 255,
	.no_effect = no_dbus,
	.help = "Stands for the interface of instances without one.",
    },
};

const struct schema_table schema_global_system = {rows, sizeof(rows) / sizeof(rows[0])};
