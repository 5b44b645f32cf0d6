# stop, kill, signals, timeouts

docker run -d --name s1 busybox sh -c 'trap "echo got TERM; exit 3" TERM; trap "echo got HUP" HUP; trap "echo got USR1" USR1; echo ready; while :; do sleep 0.1; done' >/dev/null; sleep 0.5; docker kill -s HUP s1

docker kill --signal=USR1 s1; sleep 0.5; docker logs s1

docker kill -s SIGUSR1 s1; docker kill -s 10 s1; sleep 0.5; docker logs --tail 2 s1

docker kill -s NOSUCH s1

docker kill -s 99 s1

docker kill -s '' s1; docker inspect -f '{{.State.Status}}' s1

docker start s1; sleep 0.5; docker stop s1; docker inspect -f '{{.State.ExitCode}} {{.State.Status}}' s1

docker logs --tail 1 s1

docker stop s1; echo rc=$?

docker kill s1

docker stop nosuch

docker kill nosuch

docker kill

docker stop

docker start s1 >/dev/null; sleep 0.5; docker stop -s USR1 -t 1 s1; docker inspect -f '{{.State.ExitCode}}' s1

docker run -d --name s2 --stop-signal USR1 busybox sh -c 'trap "exit 9" USR1; while :; do sleep 0.1; done' >/dev/null; sleep 0.5; docker stop s2; docker inspect -f '{{.State.ExitCode}} {{.Config.StopSignal}}' s2

docker run -d --name s3 --stop-timeout 1 busybox sleep 1000 >/dev/null; docker stop s3; docker inspect -f '{{.State.ExitCode}} {{.Config.StopTimeout}}' s3

docker run -d --stop-signal BAD busybox true

docker run -d --name s4 busybox sleep 1000 >/dev/null; docker kill s4; docker inspect -f '{{.State.ExitCode}} {{.State.OOMKilled}} {{.State.Error}}' s4

docker ps -a --filter name=s4 --format '{{.Status}}' | sed 's/ago/AGO/;s/About a minute/X/' | cut -d' ' -f1,2

docker run -d --name s5 busybox sleep 1000 >/dev/null; docker stop -t 0 s5 nosuch s1

docker stop -t x s1

docker stop --time 0 s5

docker restart -t 0 s5 && docker restart --signal KILL s5; docker inspect -f '{{.State.Running}}' s5

docker kill s5 s4

docker wait s5 s4 s1

docker run --rm --sig-proxy=false busybox echo np

docker run -d --name s6 busybox sh -c 'sleep 1; exit 4' >/dev/null; docker wait s6

docker run -d --name s7 busybox sleep 1000 >/dev/null; docker pause s7 >/dev/null; docker kill s7; docker inspect -f '{{.State.Status}} {{.State.Paused}}' s7

docker run -d --name s8 busybox sleep 1000 >/dev/null; docker pause s8; docker stop -t 0 s8; docker inspect -f '{{.State.Status}}' s8

docker pause s8; docker unpause s8

docker run -d --name s9 busybox sleep 1000 >/dev/null; docker pause s9 >/dev/null; docker restart -t 0 s9; docker inspect -f '{{.State.Status}}' s9; docker start s9; docker pause s9 nosuch; docker rm s9; docker rm -f s9
