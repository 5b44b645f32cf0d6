import { CHECK_CASES } from '../checks/index.ts';
import {
	list,
	mapOf,
	needed,
	oneOrMany,
	optional,
	record,
	text,
	textLike,
	type RecordOf,
	type VariantSchema,
} from '../schema/type.ts';

const id = textLike('[a-z0-9][a-z0-9-]*', 'small letters, digits and hyphens', '小写字母、数字和连字符');
const lessonId = textLike(
	'[a-z0-9-]+/[a-z0-9-]+',
	'the id of a lesson, like images/02-layers',
	'课程的 id，如 images/02-layers',
);

const hints = mapOf(text, 'a reason the check can fail for', '检查失败的原因');

/** What every check has, whatever its kind. */
const common = {
	id: needed(id, 'its name in this lesson', '在本课中的名称'),
	kind: needed(text, 'the kind of check', '检查的种类'),
	title: needed(
		text,
		'what will be true once it has passed, as a short sentence',
		'通过后成立的事实，一句短句',
	),
	after: optional(
		id,
		'another check: this one is looked at only once that has passed',
		'另一项检查：它通过之后才开始看这一项',
	),
	hints: optional(
		hints,
		'what to tell the learner for a reason, where the general words will not do; may use the `{facts}` of the reason',
		'针对某个原因的提示，在通用说法不够时使用；可引用该原因的 `{facts}`',
	),
	help: optional(
		oneOrMany(text),
		'help for the asking, from a nudge to nearly the answer; the first is also offered after three vain commands, the next after each three more',
		'求助时依次给出的帮助，从点拨到接近答案；连续三次无效命令后也会主动给出一条',
	),
	show: optional(
		oneOrMany(text),
		'what "show me" types, one command after the other; the commands of the text before the check when not given',
		'“演示”时依次输入的命令；默认为正文中该检查之前的命令',
	),
} as const;

const check: VariantSchema = { is: 'variants', by: 'kind', common, cases: CHECK_CASES };

const fields = {
	title: needed(text, 'what the lesson is called', '课程名称'),
	summary: needed(text, 'one line for the catalogue: why one would want it', '目录中的一句话：为什么要学'),
	minutes: needed({ is: 'number', min: 1, integer: true } as const, 'how long it takes', '所需分钟数'),
	version: optional(
		{ is: 'number', min: 1, integer: true } as const,
		'raised when its checks have changed so much that old progress means nothing; 1 when not given',
		'检查改动很大、旧进度失去意义时加一；默认 1',
	),
	prerequisites: optional(list(lessonId), 'lessons to be done before', '应先完成的课程'),
	checks: needed(
		list(check),
		'what the learner brings about, in the order of the text',
		'学员要做到的事，按正文顺序',
	),
} as const;

/** The front matter of `lesson.md`. */
export const lessonSchema = record(fields);

export type LessonFields = RecordOf<Omit<typeof fields, 'checks'>>;
export type CheckFields = RecordOf<typeof common>;

const translatedCheck = record({
	title: needed(text, 'the translated title', '译出的标题'),
	hints: optional(hints, 'the translated hints', '译出的提示'),
	says: optional(
		mapOf(text, 'a line that its shell script prints', '它的 shell 脚本输出的一行'),
		'the translated lines that its `shell` script prints',
		'译出的 `shell` 脚本输出',
	),
	help: optional(oneOrMany(text), 'the translated help', '译出的帮助'),
});

/** The front matter of a translation: what is said in words, nothing else. */
export const translationSchema = record({
	title: needed(text, 'the translated title', '译出的名称'),
	summary: needed(text, 'the translated summary', '译出的简介'),
	checks: needed(
		mapOf(translatedCheck, 'the id of a check', '检查的 id'),
		'the words of each check',
		'每项检查的文字',
	),
});

interface TranslatedCheck {
	title: string;
	hints?: Record<string, string>;
	says?: Record<string, string>;
	help?: string[];
}

export interface Translation {
	title: string;
	summary: string;
	checks: Record<string, TranslatedCheck | undefined>;
}

const wantedContainer = {
	name: needed(text, 'the name of the container', '容器名'),
	image: optional(text, 'its image', '镜像'),
	state: optional(
		{ is: 'choice', of: ['created', 'running', 'paused', 'exited'] } as const,
		'its state',
		'状态',
	),
	ports: optional(oneOrMany(text), 'published ports, like 8080:80', '发布的端口，如 8080:80'),
} as const;

const wantedImage = {
	name: needed(text, 'its name and tag', '名称和标签'),
	base: optional(text, 'the image whose layers it shares', '它与哪个镜像共用层'),
	layers: optional({ is: 'number', min: 0, integer: true } as const, 'how many layers it has', '层数'),
} as const;

const goal = {
	containers: optional(list(record(wantedContainer)), 'containers that should be there', '应有的容器'),
	images: optional(list(record(wantedImage)), 'images that should be there', '应有的镜像'),
	volumes: optional(list(text), 'volumes that should be there', '应有的卷'),
	networks: optional(list(text), 'networks that should be there', '应有的网络'),
} as const;

/** A fence marked `goal`. */
export const goalSchema = record(goal);
export type Goal = RecordOf<typeof goal>;

const words = record({
	en: needed(text, 'in English', '英文'),
	'zh-CN': needed(text, 'in Chinese', '中文'),
});

/** `course.yaml`. */
export const courseSchema = record({
	title: needed(words, 'what the course is called', '课程集的名称'),
	summary: needed(words, 'one or two sentences about it', '一两句介绍'),
	paths: needed(
		list(
			record({
				id: needed(id, 'the folder of the path', '路径所在的文件夹'),
				title: needed(words, 'what the path is called', '路径的名称'),
				summary: needed(words, 'one sentence about it', '一句介绍'),
			}),
		),
		'the paths, in the order in which they are shown',
		'各条路径，按显示顺序',
	),
});
