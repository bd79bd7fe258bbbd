package org.slurmctldj.proto.conf;

/**
 * The table of every key of slurm.conf of Slurm 22.05 to 26.05; {@link ConfKeyTable} reads it. It is a
 * text block and no resource file because every client reads it at start: a resource of a jar costs 15
 * ms there, this nothing.
 *
 * <p>Columns are separated by one tab, "-" is none: scope, key, first release (22.05 = or earlier), last
 * release, defunct from, type, class here, supported or harmless values, Slurm's default, note.
 *
 * <p>Class: honoured (of the listed values, if there are any), no-effect (one log line), warn, fatal (any
 * value but the harmless ones). A default that depends on the release is "22.05:a;23.11:b".
 */
final class ConfKeyRows {
  static final String TEXT =
      """
conf	AccountingStorageBackupHost	22.05	-	-	string	no-effect	-	-	there is no accounting database yet
conf	AccountingStorageEnforce	22.05	-	-	string	warn	-	none	there is no accounting database yet: no association, QOS or limit is enforced
conf	AccountingStorageExternalHost	22.05	-	-	string	no-effect	-	-	there is no accounting database yet
conf	AccountingStorageHost	22.05	-	-	string	no-effect	-	localhost	there is no accounting database yet
conf	AccountingStorageLoc	22.05	25.05	-	string	no-effect	-	-	there is no accounting database yet
conf	AccountingStorageParameters	22.05	-	-	string	no-effect	-	-	there is no accounting database yet
conf	AccountingStoragePass	22.05	-	-	string	no-effect	-	-	there is no accounting database yet
conf	AccountingStoragePort	22.05	-	-	uint16	no-effect	-	0	there is no accounting database yet
conf	AccountingStorageTRES	22.05	-	-	string	no-effect	-	cpu,mem,energy,node,billing,fs/disk,vmem,pages	there is no accounting database yet
conf	AccountingStorageType	22.05	-	-	string	warn	accounting_storage/none|none	22.05:accounting_storage/none;23.11:	there is no accounting database yet: nothing is recorded
conf	AccountingStorageUser	22.05	-	25.11	string	no-effect	-	root	there is no accounting database yet
conf	AccountingStoreFlags	22.05	-	-	string	no-effect	-	-	there is no accounting database yet
conf	AccountingStoreJobComment	22.05	-	-	boolean	no-effect	-	-	there is no accounting database yet
conf	AcctGatherEnergyType	22.05	-	-	string	no-effect	-	22.05:acct_gather_energy/none;23.11:	no resource use is sampled
conf	AcctGatherFilesystemType	22.05	-	-	string	no-effect	-	22.05:acct_gather_filesystem/none;23.11:	no resource use is sampled
conf	AcctGatherInfinibandType	22.05	-	-	string	no-effect	-	-	no resource use is sampled
conf	AcctGatherInterconnectType	22.05	-	-	string	no-effect	-	22.05:acct_gather_interconnect/none;23.11:	no resource use is sampled
conf	AcctGatherNodeFreq	22.05	-	-	uint16	no-effect	-	0	no resource use is sampled
conf	AcctGatherProfileType	22.05	-	-	string	no-effect	-	22.05:acct_gather_profile/none;23.11:	no resource use is sampled
conf	AllowSpecResourcesUsage	22.05	-	-	boolean	fatal	0|NO|FALSE|DOWN	No	a job cannot ask for specialised cores
conf	AuthAltParameters	22.05	-	-	string	no-effect	-	-	a request that uses another authentication than AuthType is refused
conf	AuthAltTypes	22.05	-	-	string	no-effect	-	-	a request that uses another authentication than AuthType is refused
conf	AuthInfo	22.05	-	-	string	honoured	-	-
conf	AuthType	22.05	-	-	string	honoured	auth/munge|auth/slurm	auth/munge
conf	BackupAddr	22.05	-	-	string	no-effect	-	-	one controller serves; a second host is asked by clients only
conf	BackupController	22.05	-	-	string	no-effect	-	-	one controller serves; a second host is asked by clients only
conf	BatchStartTimeout	22.05	-	-	uint16	honoured	-	10
conf	BcastExclude	22.05	-	-	string	no-effect	-	/lib,/usr/lib,/lib64,/usr/lib64	read by srun, salloc and slurmd, not by the controller
conf	BcastParameters	22.05	-	-	string	no-effect	-	-	read by srun, salloc and slurmd, not by the controller
conf	BurstBufferParameters	22.05	-	-	string	no-effect	-	-	goes with BurstBufferType
conf	BurstBufferType	22.05	-	-	string	fatal	burst_buffer/none|none	-
conf	CertgenParameters	25.05	-	-	string	no-effect	-	-	goes with TLSType
conf	CertgenType	25.05	-	-	string	no-effect	-	-	goes with TLSType
conf	CertmgrParameters	24.11	-	-	string	no-effect	-	-	goes with TLSType
conf	CertmgrType	24.11	-	-	string	no-effect	-	-	goes with TLSType
conf	CliFilterParameters	25.11	-	-	string	no-effect	-	-	runs in the client
conf	CliFilterPlugins	22.05	-	-	string	no-effect	-	-	runs in the client
conf	ClusterName	22.05	-	-	string	honoured	-	-
conf	CommunicationParameters	22.05	-	-	string	honoured	-	-	see the table of options
conf	CompleteWait	22.05	-	-	uint16	no-effect	-	0	jobs start as soon as their resources are free
conf	ControlAddr	22.05	-	-	string	honoured	-	-
conf	ControlMachine	22.05	-	-	string	honoured	-	-
conf	CoreSpecPlugin	22.05	-	24.05	string	no-effect	-	core_spec/none	gone from Slurm
conf	CpuFreqDef	22.05	-	-	string	no-effect	-	-	no CPU frequency is set
conf	CpuFreqGovernors	22.05	-	-	string	no-effect	-	OnDemand,Performance,UserSpace	no CPU frequency is set
conf	CredType	22.05	-	-	string	honoured	cred/munge|cred/slurm	cred/munge
conf	CryptoType	22.05	-	-	string	honoured	crypto/munge	-	the older name of CredType
conf	DataParserParameters	24.11	-	-	string	no-effect	-	-	there is no REST parser to choose
conf	DebugFlags	22.05	-	-	string	no-effect	-	-	another log: -v and slurmctld-j.conf
conf	DefCPUPerGPU	22.05	-	-	uint64	fatal	0	-
conf	DefMemPerCPU	22.05	-	-	uint64	honoured	-	-
conf	DefMemPerGPU	22.05	-	-	uint64	fatal	0	-
conf	DefMemPerNode	22.05	-	-	uint64	honoured	-	UNLIMITED
conf	DependencyParameters	22.05	-	-	string	honoured	-	-	see the table of options
conf	DisableRootJobs	22.05	-	-	boolean	honoured	-	No
conf	DownNodes	22.05	-	-	line	honoured	-	-
conf	EioTimeout	22.05	-	-	uint16	no-effect	-	60	read by srun, salloc and slurmd, not by the controller
conf	EnforcePartLimits	22.05	-	-	string	honoured	-	NO
conf	Epilog	22.05	-	-	list	honoured	-	-	by slurmd; a slurmd-agent refuses to start
conf	EpilogMsgTime	22.05	-	-	uint32	no-effect	-	2000	goes with Prolog and Epilog
conf	EpilogSlurmctld	22.05	-	-	list	honoured	-	-
conf	EpilogTimeout	25.05	-	-	uint16	honoured	-	-	by slurmd
conf	ExtSensorsFreq	22.05	-	23.11	uint16	no-effect	-	0	no resource use is sampled
conf	ExtSensorsType	22.05	-	23.11	string	no-effect	-	ext_sensors/none	no resource use is sampled
conf	FairShareDampeningFactor	22.05	-	-	uint16	no-effect	-	1	goes with priority/multifactor
conf	FastSchedule	22.05	-	-	uint16	no-effect	-	-	gone from Slurm
conf	FederationParameters	22.05	-	-	string	no-effect	-	-	there is no federation
conf	FirstJobId	22.05	-	-	uint32	honoured	-	1
conf	FrontendName	22.05	24.11	-	line	fatal	-	-	front end nodes are not supported
conf	GetEnvTimeout	22.05	-	25.05	uint16	no-effect	-	2	read by srun, salloc and slurmd, not by the controller
conf	GpuFreqDef	22.05	-	-	string	no-effect	-	22.05:high,memory=high;23.11:	a job that asks for a GPU is refused
conf	GresTypes	22.05	-	-	string	honoured	-	-
conf	GroupUpdateForce	22.05	-	-	uint16	no-effect	-	1	groups are looked up when a job is submitted
conf	GroupUpdateTime	22.05	-	-	uint16	no-effect	-	600	groups are looked up when a job is submitted
conf	HashPlugin	24.05	-	-	string	honoured	hash/k12|hash/sha3	hash/k12
conf	HealthCheckInterval	22.05	-	-	uint16	honoured	-	0	
conf	HealthCheckNodeState	22.05	-	-	string	honoured	-	ANY	
conf	HealthCheckProgram	22.05	-	-	string	honoured	-	-	by slurmd; a slurmd-agent refuses to start
conf	HealthCheckTimeout	26.05	-	-	uint16	no-effect	-	0	goes with HealthCheckProgram
conf	HttpParserType	25.11	-	-	string	no-effect	-	-	there is no REST parser to choose
conf	InactiveLimit	22.05	-	-	uint16	honoured	-	0
conf	InteractiveStepOptions	22.05	-	-	string	no-effect	-	--interactive --preserve-env --pty $SHELL	read by srun, salloc and slurmd, not by the controller
conf	JobAcctGatherFrequency	22.05	-	-	string	no-effect	-	30	no resource use is sampled
conf	JobAcctGatherParams	22.05	-	-	string	fatal	UsePss|NoShared|DisableGPUAcct	-	no resource use is sampled, so no job can be killed by it
conf	JobAcctGatherType	22.05	-	-	string	no-effect	-	22.05:jobacct_gather/none;23.11:	no resource use is sampled
conf	JobCompHost	22.05	-	-	string	no-effect	-	localhost	goes with JobCompType
conf	JobCompLoc	22.05	-	-	string	honoured	-	22.05:/var/log/slurm_jobcomp.log;23.11:	the file of jobcomp/filetxt
conf	JobCompParams	22.05	-	-	string	no-effect	-	-	goes with JobCompType
conf	JobCompPass	22.05	-	-	string	no-effect	-	-	goes with JobCompType
conf	JobCompPassScript	25.11	-	-	string	no-effect	-	-	goes with JobCompType
conf	JobCompPort	22.05	-	-	uint32	no-effect	-	0	goes with JobCompType
conf	JobCompType	22.05	-	-	string	fatal	jobcomp/none|jobcomp/filetxt	22.05:jobcomp/none;23.11:	other places for finished jobs than a file
conf	JobCompUser	22.05	-	-	string	no-effect	-	root	goes with JobCompType
conf	JobContainerType	22.05	-	-	string	fatal	job_container/none	22.05:job_container/none;23.11:
conf	JobCredentialPrivateKey	22.05	-	23.11	string	no-effect	-	-	credentials are signed by CredType
conf	JobCredentialPublicCertificate	22.05	-	23.11	string	no-effect	-	-	credentials are signed by CredType
conf	JobFileAppend	22.05	-	-	uint16	honoured	-	0
conf	JobRequeue	22.05	-	-	uint16	honoured	-	1
conf	JobSubmitPlugins	22.05	-	-	string	fatal	-	-
conf	KeepAliveTime	22.05	-	-	uint32	no-effect	-	-	agents keep a stream of their own open
conf	KillOnBadExit	22.05	-	-	uint16	no-effect	-	0	read by srun, salloc and slurmd, not by the controller
conf	KillWait	22.05	-	-	uint16	honoured	-	30
conf	LaunchParameters	22.05	-	-	string	honoured	-	-	see the table of options
conf	LaunchType	22.05	-	-	string	no-effect	-	launch/slurm	gone from Slurm
conf	LicenseParameters	26.05	-	-	string	no-effect	-	-	goes with Licenses
conf	Licenses	22.05	-	-	string	honoured	-	-	licences of this cluster; a job that asks for more than are free waits
conf	LogTimeFormat	22.05	-	-	string	no-effect	-	iso8601_ms	another log: -v and slurmctld-j.conf
conf	MailDomain	22.05	-	-	string	honoured	-	-
conf	MailProg	22.05	-	-	string	no-effect	-	/bin/mail	no mail is sent; a job that asks for mail is refused
conf	MaxArraySize	22.05	-	-	uint32	honoured	-	1001
conf	MaxBatchRequeue	23.02	-	-	uint32	no-effect	-	5	a batch job is requeued without a limit
conf	MaxDBDMsgs	22.05	-	-	uint32	no-effect	-	0	there is no accounting database yet
conf	MaxJobCount	22.05	-	-	uint32	honoured	-	10000
conf	MaxJobId	22.05	-	-	uint32	honoured	-	67043328
conf	MaxMemPerCPU	22.05	-	-	uint64	honoured	-	-
conf	MaxMemPerNode	22.05	-	-	uint64	honoured	-	UNLIMITED
conf	MaxNodeCount	22.05	-	-	uint32	no-effect	-	1	nodes are those of slurm.conf
conf	MaxStepCount	22.05	-	-	uint32	honoured	-	40000	-
conf	MaxTasksPerNode	22.05	-	-	uint16	honoured	-	512	-
conf	MCSParameters	22.05	-	-	string	no-effect	-	-	goes with MCSPlugin
conf	MCSPlugin	22.05	-	-	string	fatal	mcs/none	22.05:mcs/none;23.11:
conf	MessageTimeout	22.05	-	-	uint16	honoured	-	10
conf	MetricsAuthUsers	26.05	-	-	string	no-effect	-	-	metrics have an own switch in slurmctld-j.conf
conf	MetricsParameters	26.05	-	-	string	no-effect	-	-	metrics have an own switch in slurmctld-j.conf
conf	MetricsType	25.11	-	-	string	no-effect	-	-	metrics have an own switch in slurmctld-j.conf
conf	MinJobAge	22.05	-	-	uint32	honoured	-	300
conf	MpiDefault	22.05	-	-	string	no-effect	-	22.05:none;23.11:	read by srun, salloc and slurmd, not by the controller
conf	MpiParams	22.05	-	-	string	no-effect	-	-	read by srun, salloc and slurmd, not by the controller
conf	NamespaceType	25.11	-	-	string	fatal	namespace/none	-
conf	NodeFeaturesPlugins	22.05	-	-	string	fatal	node_features/none	-
conf	NodeName	22.05	-	-	line	honoured	-	-
conf	NodeSet	22.05	-	-	line	honoured	-	-
conf	OverTimeLimit	22.05	-	-	uint16	honoured	-	0
conf	PartitionName	22.05	-	-	line	honoured	-	-
conf	PluginDir	22.05	-	-	string	no-effect	-	/usr/lib/x86_64-linux-gnu/slurm-wlm	there are no loadable plugins
conf	PlugStackConfig	22.05	-	-	string	no-effect	-	-	SPANK plugins run in real clients; our clients and agent load none
conf	PowerAction	26.05	-	-	line	fatal	-	-
conf	PowerParameters	22.05	-	24.05	string	no-effect	-	-	gone from Slurm
conf	PowerPlugin	22.05	-	24.05	string	fatal	power/none	-	gone from Slurm
conf	PreemptExemptTime	22.05	-	-	string	no-effect	-	00:00:00	goes with PreemptType
conf	PreemptMode	22.05	-	-	string	fatal	OFF|NONE	OFF
conf	PreemptParameters	23.02	-	-	string	no-effect	-	-	goes with PreemptType
conf	PreemptType	22.05	-	-	string	fatal	preempt/none	22.05:preempt/none;23.11:
conf	PrEpParameters	22.05	-	-	string	no-effect	-	-	goes with Prolog and Epilog
conf	PrEpPlugins	22.05	-	-	string	fatal	prep/script	prep/script
conf	PriorityCalcPeriod	22.05	-	-	string	no-effect	-	00:05:00	goes with priority/multifactor
conf	PriorityDecayHalfLife	22.05	-	-	string	no-effect	-	7-00:00:00	goes with priority/multifactor
conf	PriorityFavorSmall	22.05	-	-	boolean	no-effect	-	No	gone from Slurm
conf	PriorityFlags	22.05	-	-	string	no-effect	-	-	goes with priority/multifactor
conf	PriorityMaxAge	22.05	-	-	string	no-effect	-	7-00:00:00	goes with priority/multifactor
conf	PriorityParameters	22.05	-	-	string	no-effect	-	-	goes with priority/multifactor
conf	PrioritySiteFactorParameters	22.05	-	-	string	no-effect	-	-	goes with priority/multifactor
conf	PrioritySiteFactorPlugin	22.05	-	-	string	no-effect	-	-	goes with priority/multifactor
conf	PriorityType	22.05	-	-	string	warn	priority/basic	22.05:priority/basic;23.11:priority/multifactor	jobs are served by partition tier, then in order of submission
conf	PriorityUsageResetPeriod	22.05	-	-	string	no-effect	-	NONE	goes with priority/multifactor
conf	PriorityWeightAge	22.05	-	-	uint32	no-effect	-	0	goes with priority/multifactor
conf	PriorityWeightAssoc	22.05	-	-	uint32	no-effect	-	0	goes with priority/multifactor
conf	PriorityWeightFairshare	22.05	-	-	uint32	no-effect	-	0	goes with priority/multifactor
conf	PriorityWeightJobSize	22.05	-	-	uint32	no-effect	-	0	goes with priority/multifactor
conf	PriorityWeightPartition	22.05	-	-	uint32	no-effect	-	0	goes with priority/multifactor
conf	PriorityWeightQOS	22.05	-	-	uint32	no-effect	-	0	goes with priority/multifactor
conf	PriorityWeightTRES	22.05	-	-	string	no-effect	-	-	goes with priority/multifactor
conf	PrivateData	22.05	-	-	string	honoured	-	none
conf	ProctrackType	22.05	-	-	string	no-effect	-	proctrack/cgroup	the agent tracks processes by cgroup where it can, else by /proc
conf	Prolog	22.05	-	-	list	honoured	-	-	by slurmd; a slurmd-agent refuses to start
conf	PrologEpilogTimeout	22.05	-	-	uint16	honoured	-	65534	by slurmd
conf	PrologFlags	22.05	-	-	string	honoured	-	-	Alloc and Contain; the other flags are slurmd's own
conf	PrologSlurmctld	22.05	-	-	list	honoured	-	-
conf	PrologTimeout	25.05	-	-	uint16	honoured	-	-	by slurmd
conf	PropagatePrioProcess	22.05	-	-	uint16	fatal	0	0
conf	PropagateResourceLimits	22.05	-	-	string	honoured	-	ALL
conf	PropagateResourceLimitsExcept	22.05	-	-	string	honoured	-	-
conf	RebootProgram	22.05	-	-	string	honoured	-	-	run by the node daemon
conf	ReconfigFlags	22.05	-	-	string	no-effect	-	-	a changed file is read with scontrol reconfigure
conf	RequeueExit	22.05	-	-	string	fatal	-	-
conf	RequeueExitHold	22.05	-	-	string	fatal	-	-
conf	ResumeFailProgram	22.05	-	-	string	honoured	-	-
conf	ResumeProgram	22.05	-	-	string	honoured	-	-
conf	ResumeRate	22.05	-	-	uint16	honoured	-	300
conf	ResumeTimeout	22.05	-	-	uint16	honoured	-	60
conf	ResvEpilog	22.05	-	-	string	no-effect	-	-	reservations cannot be made yet
conf	ResvOverRun	22.05	-	-	uint16	no-effect	-	0	reservations cannot be made yet
conf	ResvProlog	22.05	-	-	string	no-effect	-	-	reservations cannot be made yet
conf	ReturnToService	22.05	-	-	uint16	honoured	-	0
conf	RoutePlugin	22.05	-	-	string	no-effect	-	route/default	gone from Slurm
conf	SallocDefaultCommand	22.05	-	-	string	no-effect	-	-	read by srun, salloc and slurmd, not by the controller
conf	SbcastParameters	22.05	-	-	string	no-effect	-	-	read by srun, salloc and slurmd, not by the controller
conf	SchedulerAuth	22.05	23.11	22.05	string	no-effect	-	-	gone from Slurm
conf	SchedulerParameters	22.05	-	-	string	honoured	-	-	see the table of options
conf	SchedulerTimeSlice	22.05	-	-	uint16	no-effect	-	30	goes with gang scheduling, which is refused
conf	SchedulerType	22.05	-	-	string	honoured	sched/backfill|sched/builtin	sched/backfill
conf	ScronParameters	22.05	-	-	string	no-effect	-	-	a scrontab is refused
conf	SelectType	22.05	-	-	string	honoured	select/cons_tres|select/cons_res	22.05:select/linear;23.11:select/cons_tres
conf	SelectTypeParameters	22.05	-	-	string	honoured	-	CR_CORE_MEMORY	see the table of options
conf	SlurmctldAddr	22.05	-	-	string	honoured	-	-
conf	SlurmctldDebug	22.05	-	-	string	honoured	-	info
conf	SlurmctldHost	22.05	-	-	line	honoured	-	-
conf	SlurmctldHttpAuthParameters	26.05	-	-	string	no-effect	-	-	there is no REST parser to choose
conf	SlurmctldLogFile	22.05	-	-	string	honoured	-	-
conf	SlurmctldParameters	22.05	-	-	string	honoured	-	-	see the table of options
conf	SlurmctldPidFile	22.05	-	-	string	honoured	-	/run/slurmctld.pid
conf	SlurmctldPlugstack	22.05	22.05	-	string	fatal	-	-
conf	SlurmctldPort	22.05	-	-	string	honoured	-	6817
conf	SlurmctldPrimaryOffProg	22.05	-	-	string	fatal	-	-
conf	SlurmctldPrimaryOnProg	22.05	-	-	string	fatal	-	-
conf	SlurmctldSyslogDebug	22.05	-	-	string	no-effect	-	-	another log: -v and slurmctld-j.conf
conf	SlurmctldTimeout	22.05	-	-	uint16	no-effect	-	120	agents keep a stream of their own open
conf	SlurmdDebug	22.05	-	-	string	honoured	-	info
conf	SlurmdHttpAuthParameters	26.05	-	-	string	no-effect	-	-	there is no REST parser to choose
conf	SlurmdLogFile	22.05	-	-	string	honoured	-	-
conf	SlurmdParameters	22.05	-	-	string	honoured	-	-	see the table of options
conf	SlurmdPidFile	22.05	-	-	string	honoured	-	/run/slurmd.pid
conf	SlurmdPort	22.05	-	-	uint32	honoured	-	6818
conf	SlurmdSpoolDir	22.05	-	-	string	honoured	-	/var/spool/slurmd
conf	SlurmdSyslogDebug	22.05	-	-	string	no-effect	-	-	another log: -v and slurmctld-j.conf
conf	SlurmdTimeout	22.05	-	-	uint16	honoured	-	300
conf	SlurmdUser	22.05	-	-	string	honoured	-	root
conf	SlurmSchedLogFile	22.05	-	-	string	no-effect	-	-	another log: -v and slurmctld-j.conf
conf	SlurmSchedLogLevel	22.05	-	-	uint16	no-effect	-	0	another log: -v and slurmctld-j.conf
conf	SlurmUser	22.05	-	-	string	honoured	-	root
conf	SrunEpilog	22.05	-	-	string	no-effect	-	-	read by srun, salloc and slurmd, not by the controller
conf	SrunPortRange	22.05	-	-	string	no-effect	-	0-0	read by srun, salloc and slurmd, not by the controller
conf	SrunProlog	22.05	-	-	string	no-effect	-	-	read by srun, salloc and slurmd, not by the controller
conf	StateSaveLocation	22.05	-	-	string	honoured	-	/var/spool
conf	SuspendExcNodes	22.05	-	-	string	honoured	-	-
conf	SuspendExcParts	22.05	-	-	string	honoured	-	-
conf	SuspendExcStates	23.02	-	-	string	honoured	-	-
conf	SuspendProgram	22.05	-	-	string	honoured	-	-
conf	SuspendRate	22.05	-	-	uint16	honoured	-	60
conf	SuspendTime	22.05	-	-	string	honoured	-	INFINITE
conf	SuspendTimeout	22.05	-	-	uint16	honoured	-	30
conf	SwitchParameters	22.05	-	-	string	no-effect	-	-	goes with SwitchType
conf	SwitchType	22.05	-	-	string	fatal	switch/none	22.05:switch/none;23.11:
conf	TaskEpilog	22.05	-	-	string	fatal	-	-
conf	TaskPlugin	22.05	-	-	string	honoured	-	22.05:task/none;23.11:	task/cgroup keeps a job to its cores and memory as cgroup.conf says; task/affinity binds no task to a core yet
conf	TaskPluginParam	22.05	-	-	string	no-effect	-	-	tasks are not bound to cores one by one
conf	TaskProlog	22.05	-	-	string	fatal	-	-
conf	TCPTimeout	22.05	-	-	uint16	honoured	-	2
conf	TLSParameters	24.05	-	-	string	no-effect	-	-	goes with TLSType
conf	TLSType	24.05	-	-	string	fatal	tls/none|none	tls/none
conf	TmpFS	22.05	-	-	string	honoured	-	/tmp
conf	TopologyParam	22.05	-	-	string	no-effect	-	-	goes with TopologyPlugin
conf	TopologyPlugin	22.05	-	-	string	fatal	topology/none|topology/default|topology/flat	22.05:topology/none;23.11:topology/default;25.05:topology/flat	nodes are chosen without a topology
conf	TrackWCKey	22.05	-	-	boolean	no-effect	-	No	there is no accounting database yet
conf	TreeWidth	22.05	-	-	uint16	no-effect	-	22.05:50;23.11:16	messages go to each agent directly
conf	UnkillableStepProgram	22.05	-	-	string	fatal	-	-
conf	UnkillableStepTimeout	22.05	-	-	uint16	no-effect	-	60	the agent keeps trying to kill what a job left behind
conf	UrlParserType	25.11	-	-	string	no-effect	-	-	there is no REST parser to choose
conf	UsePAM	22.05	-	-	boolean	fatal	0|NO|FALSE|DOWN	No	jobs run without a PAM session
conf	VSizeFactor	22.05	-	-	uint16	fatal	0	0
conf	WaitTime	22.05	-	-	uint16	no-effect	-	0	read by srun, salloc and slurmd, not by the controller
conf	X11Parameters	22.05	-	-	string	no-effect	-	-	read by srun, salloc and slurmd, not by the controller
node	BcastAddr	22.05	-	-	string	no-effect	-	-	broadcasts are not served
node	Boards	22.05	-	-	uint16	honoured	-	-
node	CoreSpecCount	22.05	-	-	uint16	honoured	-	-
node	CoresPerSocket	22.05	-	-	uint16	honoured	-	-
node	CpuBind	22.05	-	-	string	no-effect	-	-	tasks are not bound to cores one by one
node	CPUs	22.05	-	-	uint16	honoured	-	-
node	CPUSpecList	22.05	-	-	string	honoured	-	-
node	Feature	22.05	-	-	string	honoured	-	-
node	Features	22.05	-	-	string	honoured	-	-
node	Gres	22.05	-	-	string	honoured	-	-
node	GresConf	25.11	-	-	string	no-effect	-	-	shown; a job that asks for a gres is refused
node	MemSpecLimit	22.05	-	-	uint64	honoured	-	-
node	NodeAddr	22.05	-	-	string	honoured	-	-
node	NodeHostname	22.05	-	-	string	honoured	-	-
node	Parameters	25.11	-	-	string	fatal	-	-
node	Port	22.05	-	-	string	honoured	-	-
node	Procs	22.05	-	-	uint16	honoured	-	-
node	RealMemory	22.05	-	-	uint64	honoured	-	-
node	Reason	22.05	-	-	string	honoured	-	-
node	RestrictedCoresPerGPU	24.05	-	-	uint16	no-effect	-	-	a job that asks for a GPU is refused
node	Sockets	22.05	-	-	uint16	honoured	-	-
node	SocketsPerBoard	22.05	-	-	uint16	honoured	-	-
node	State	22.05	-	-	string	honoured	UNKNOWN|IDLE|DOWN|DRAIN|FAIL|FAILING|FUTURE|CLOUD	-
node	SuspendTime	26.05	-	-	string	honoured	-	-
node	ThreadsPerCore	22.05	-	-	uint16	honoured	-	-
node	TmpDisk	22.05	-	-	uint32	honoured	-	-
node	Topology	25.05	-	-	string	fatal	-	-
node	TRESWeights	22.05	-	-	string	no-effect	-	-	goes with priority/multifactor
node	Weight	22.05	-	-	uint32	honoured	-	-
partition	AllocNodes	22.05	-	-	string	honoured	-	-
partition	AllowAccounts	22.05	-	-	string	honoured	-	-
partition	AllowGroups	22.05	-	-	string	honoured	-	-
partition	AllowQos	22.05	-	-	string	honoured	-	-
partition	Alternate	22.05	-	-	string	fatal	-	-
partition	CpuBind	22.05	-	-	string	no-effect	-	-	tasks are not bound to cores one by one
partition	Default	22.05	-	-	boolean	honoured	-	-
partition	DefaultTime	22.05	-	-	string	honoured	-	-
partition	DefCPUPerGPU	22.05	-	-	uint64	fatal	0	-
partition	DefMemPerCPU	22.05	-	-	uint64	honoured	-	-
partition	DefMemPerGPU	22.05	-	-	uint64	fatal	0	-
partition	DefMemPerNode	22.05	-	-	uint64	honoured	-	-
partition	DenyAccounts	22.05	-	-	string	honoured	-	-
partition	DenyQos	22.05	-	-	string	honoured	-	-
partition	DisableRootJobs	22.05	-	-	boolean	honoured	-	-
partition	Exclusive	26.05	-	-	string	fatal	NO	-
partition	ExclusiveTopo	24.05	-	-	boolean	fatal	0|NO|FALSE|DOWN	-
partition	ExclusiveUser	22.05	-	-	boolean	fatal	0|NO|FALSE|DOWN	-
partition	GraceTime	22.05	-	-	uint32	no-effect	-	-	goes with PreemptType
partition	Hidden	22.05	-	-	boolean	honoured	-	-
partition	LLN	22.05	-	-	boolean	fatal	0|NO|FALSE|DOWN	-
partition	MaxCPUsPerNode	22.05	-	-	uint32	honoured	-	-
partition	MaxCPUsPerSocket	23.02	-	-	uint32	fatal	UNLIMITED|INFINITE	-
partition	MaxMemPerCPU	22.05	-	-	uint64	honoured	-	-
partition	MaxMemPerNode	22.05	-	-	uint64	honoured	-	-
partition	MaxNodes	22.05	-	-	uint32	honoured	-	-
partition	MaxTime	22.05	-	-	string	honoured	-	-
partition	MinNodes	22.05	-	-	uint32	honoured	-	-
partition	Nodes	22.05	-	-	string	honoured	-	-
partition	OverSubscribe	22.05	-	-	string	honoured	NO|EXCLUSIVE	-
partition	OverTimeLimit	22.05	-	-	string	honoured	-	-
partition	PowerDownOnIdle	23.02	-	-	boolean	honoured	-	-
partition	PreemptMode	22.05	-	-	string	fatal	OFF|NONE	-
partition	Priority	22.05	-	-	uint16	honoured	-	-
partition	PriorityJobFactor	22.05	-	-	uint16	honoured	-	-
partition	PriorityTier	22.05	-	-	uint16	honoured	-	-
partition	QOS	22.05	-	-	string	fatal	-	-
partition	ReqResv	22.05	-	-	boolean	fatal	0|NO|FALSE|DOWN	-
partition	ResumeTimeout	22.05	-	-	uint16	honoured	-	-
partition	RootOnly	22.05	-	-	boolean	honoured	-	-
partition	SelectTypeParameters	22.05	-	-	string	fatal	-	-
partition	Shared	22.05	-	-	string	honoured	NO|EXCLUSIVE	-
partition	State	22.05	-	-	string	honoured	-	-
partition	SuspendTime	22.05	-	-	string	honoured	-	-
partition	SuspendTimeout	22.05	-	-	uint16	honoured	-	-
partition	Topology	25.05	-	-	string	fatal	-	-
partition	TRESBillingWeights	22.05	-	-	string	no-effect	-	-	goes with priority/multifactor
nodeset	Feature	22.05	-	-	string	honoured	-	-
nodeset	Nodes	22.05	-	-	string	honoured	-	-
downnodes	Reason	22.05	-	-	string	honoured	-	-
downnodes	State	22.05	-	-	string	honoured	-	-
frontend	AllowGroups	22.05	24.11	-	string	no-effect	-	-
frontend	AllowUsers	22.05	24.11	-	string	no-effect	-	-
frontend	DenyGroups	22.05	24.11	-	string	no-effect	-	-
frontend	DenyUsers	22.05	24.11	-	string	no-effect	-	-
frontend	FrontendAddr	22.05	24.11	-	string	no-effect	-	-
frontend	Port	22.05	24.11	-	uint16	no-effect	-	-
frontend	Reason	22.05	24.11	-	string	no-effect	-	-
frontend	State	22.05	24.11	-	string	no-effect	-	-
poweraction	Location	26.05	-	-	string	no-effect	-	-
poweraction	Program	26.05	-	-	string	no-effect	-	-
""";

  private ConfKeyRows() {}
}
