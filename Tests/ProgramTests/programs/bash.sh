# Bash itself: arrays, subshells, pipelines, process substitution, and some hundred forks.

program bash quick=yes packages='bash' loaded='seq sort'

bash_run() { bash "$workloads/forks.bash"; }
