/** 与英文逐条对应。 */
export const chinese: Record<string, string> = {
	'image-unknown': '没有名为 `{image}` 的镜像。请仔细检查拼写：这里需要的是 `{wanted}`。',
	'name-taken':
		'名称 `{name}` 已被占用：容器退出之后，名称仍归它所有。用 `$ docker ps -a` 可以看到它，用 `$ docker rm -f {name}` 删除它，然后再试一次。',
	refused: 'Docker 拒绝了这个请求：{message}',
	exited:
		'`{name}` 已经退出（退出码 {code}）。主进程结束，容器也就结束了。用 `$ docker logs {name}` 看看它输出过什么。',
	'port-taken': '这个端口正被另一个容器使用。用 `$ docker ps` 找到它并停掉，或者换一个端口。',
	'start-failed': '`{name}` 已创建，但没能启动：{message}',
	'wrong-image': '`{name}` 用的镜像是 `{image}`；这一步需要 `{wanted}`。',
	'wrong-name': '你的容器名叫 `{name}`。这一步需要名为 `{wanted}` 的容器：用 `--name {wanted}` 指定。',
	'wrong-command': '容器运行的是 `{command}`；这一步需要它运行 `{wanted}`。',
	'not-interactive':
		'`{name}` 没有可以输入的终端。启动时请加上 `-it`：`-i` 保持标准输入打开，`-t` 分配一个终端。',
	'not-published':
		'从外面访问不到 `{name}` 的任何端口。端口要在创建容器时指定：先用 `$ docker rm -f {name}` 删除它，再加上 `-p {wanted}` 重新运行。',
	'wrong-port':
		'`{name}` 发布的端口是 {published}；这一步需要 {wanted}。前一个数字是外面的端口，后一个是容器里的端口。',
	'still-running': '`{name}` 还在运行。',
	'exit-code': '它的退出码是 {code}，而不是 {wanted}。',
	'no-container': '没有名为 `{name}` 的容器。用 `$ docker ps` 查看正在运行的容器叫什么。',
	'still-there': '还没有删掉：{names}。用 `$ docker ps -a` 可以看到它们，已停止的也会列出。',
	mistake: '还没有成功：{seen}',
	'too-few': '目前看到了 {seen}，还有另一个要看。',
};
