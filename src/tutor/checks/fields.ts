import { flag, mapOf, optional, scalar, text, textLike } from '../schema/type.ts';

// Fields that several kinds of check share, so that they are called and described alike.

export const image = text;
export const port = { is: 'number', min: 1, integer: true } as const;

export const absent = optional(
	flag,
	'true: it must not be there (any more)',
	'设为 true 表示它不应（再）存在',
);

export const config = optional(
	mapOf(
		scalar,
		'path of a field of docker inspect, like HostConfig.Memory',
		'docker inspect 中字段的路径，如 HostConfig.Memory',
	),
	'fields of `docker inspect` and the value each must have; `*` for any value but nothing',
	'`docker inspect` 的字段及其应有的值；`*` 表示任意非空值',
);

/** What a container must be like; what is left out does not matter. */
export const container = {
	name: optional(text, 'the name of the container', '容器的名称'),
	image: optional(
		image,
		'the image it was made from; `nginx` means `nginx:latest`',
		'它所用的镜像；`nginx` 即 `nginx:latest`',
	),
	command: optional(text, 'the words its command begins with', '其命令开头的几个词'),
	interactive: optional(flag, 'true: it was given `-it`', '设为 true 表示启动时带有 `-it`'),
	publish: optional(
		textLike('\\d+:\\d+', 'like 8080:80, the port outside and the port inside', '形如 8080:80，先外后内'),
		'a published port, outside and inside: `8080:80`',
		'发布的端口，先外后内：`8080:80`',
	),
	config,
} as const;
