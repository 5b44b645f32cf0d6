docker run --name cook1 busybox true
docker commit -c 'CMD ["echo", "soup"]' cook1 menu:today
docker commit -c 'CMD ["echo", "rice"]' cook1 menu:today
docker run --name lunch menu:today
docker commit -c 'CMD ["echo", "bread"]' cook1 menu:today
docker rm cook1
docker volume create diary
docker run --rm -v diary:/diary busybox sh -c 'echo Monday > /diary/page1'
docker run --name visitor -v /notes busybox sh -c 'echo none > /notes/page1'
docker rm visitor
