# hint: small refused
# after: forks
docker run -d --name small -m 32 --cpus 0.25 --pids-limit 20 busybox sleep 1000
