import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { invalid } from '#base';

/** `drydock lesson new FOLDER`: writes a small lesson that works, to be made into another one. */
export async function create(paths: readonly string[]): Promise<number> {
	const [at, ...more] = paths;
	if (at === undefined || more.length > 0) throw invalid('usage: drydock lesson new FOLDER');
	const folder = path.resolve(at);
	if (
		!/^[a-z0-9-]+$/.test(path.basename(folder)) ||
		!/^[a-z0-9-]+$/.test(path.basename(path.dirname(folder)))
	)
		throw invalid(
			'name the folder PATH/LESSON in small letters, digits and hyphens, like images/05-my-lesson',
		);
	if (existsSync(folder)) throw invalid(`${at} is there already`);
	await mkdir(path.join(folder, 'wrong'), { recursive: true });
	for (const [name, text] of Object.entries(FILES)) await writeFile(path.join(folder, name), text);
	process.stdout.write(
		`${Object.keys(FILES)
			.map((name) => path.join(at, name))
			.join('\n')}\n`,
	);
	process.stdout.write(`Now: npx drydock lesson check ${at} && npx drydock lesson test ${at}\n`);
	return 0;
}

const FILES: Readonly<Record<string, string>> = {
	'lesson.md': `---
title: Say hello
summary: Run one command in a container, and see what is left of it.
minutes: 5
checks:
  - id: greeting
    kind: container-ran
    title: A busybox container called hello has said something
    name: hello
    image: busybox
    command: echo
    help:
      - 'The name is given with \`--name\`, before the image; the command comes after it.'
  - id: removed
    kind: containers-removed
    title: hello is gone
    names: [hello]
---

A container is an ordinary process with its own view of the system.

## Run it

[predict: after-echo]
The command in the container will be done in a moment. What becomes of the container?

- [ ] It is gone

  Only with \`--rm\`. Without it the container stays, with its files and what it said.
- [x] It has stopped, and is still there

  Right: \`$ docker ps -a\` shows it, until it is removed.

\`\`\`console
$ docker run --name hello busybox echo hello
\`\`\`

[check: greeting]

## Clear away

\`\`\`console
$ docker rm hello
\`\`\`

[check: removed]

Take away: a container lives as long as its process, and stays until you remove it.
`,
	'lesson.zh-CN.md': `---
title: 打个招呼
summary: 在容器里运行一条命令，看看留下了什么。
checks:
  greeting:
    title: 名为 hello 的 busybox 容器说过话
    help:
      - '名称用 \`--name\` 指定，写在镜像之前；命令写在镜像之后。'
  removed:
    title: hello 已删除
---

容器就是一个普通的进程，只是它看到的系统是自己的一份。

## 运行

[predict: after-echo]
容器里的命令马上就会结束。容器会怎样？

- [ ] 不见了

  只有加上 \`--rm\` 才会。否则容器还在，它的文件和输出也都在。
- [x] 停下来，但仍然存在

  对：用 \`$ docker ps -a\` 可以看到它，直到把它删除。

\`\`\`console
$ docker run --name hello busybox echo hello
\`\`\`

[check: greeting]

## 清理

\`\`\`console
$ docker rm hello
\`\`\`

[check: removed]

记住：进程结束，容器就停止；不删除，它就一直在。
`,
	'solution.sh': `docker run --name hello busybox echo hello
docker rm hello
`,
	'wrong/other-name.sh': `# hint: greeting wrong-name
docker run --name hallo busybox echo hello
`,
	'wrong/other-image.sh': `# hint: greeting wrong-image
docker run --name hello debian echo hello
`,
};
