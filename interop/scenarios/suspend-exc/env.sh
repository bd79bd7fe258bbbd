# scontrol update SuspendExcNodes, SuspendExcParts, SuspendExcStates: compare.sh 24.11 munge PORT suspend-exc (22.05 has it not).
SETTLED_JOBS= EXPECTED_JOBS=
