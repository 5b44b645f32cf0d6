import { count, flag, needed, optional, regexp, text } from '../schema/type.ts';
import { checkKind, fail, pass, waiting } from './check.ts';
import { port as portNumber } from './fields.ts';
import { quote } from './guest-view.ts';

export const port = checkKind({
	about: { en: 'something answers at a port of the machine', 'zh-CN': '机器的某个端口有应答' },
	fields: {
		port: needed(portNumber, 'the port', '端口'),
		host: optional(text, 'the host to ask; localhost when not given', '主机；默认 localhost'),
		path: optional(text, 'the path to ask for; / when not given', '请求的路径；默认 /'),
		contains: optional(regexp, 'what the answer must match', '应答应匹配的内容'),
		status: optional(count, 'the HTTP status it must have', '应有的 HTTP 状态码'),
		https: optional(flag, 'true: it speaks TLS', '设为 true 表示使用 TLS'),
		closed: optional(flag, 'true: nothing answers there', '设为 true 表示该端口应无应答'),
	},
	reasons: {
		waiting: ['port'],
		'still-answers': ['port'],
		'wrong-status': ['port', 'now', 'wanted'],
		'wrong-answer-text': ['port', 'wanted'],
	},
	asksGuest: true,
	async evaluate(
		{ port: at, host = 'localhost', path = '/', contains, status, https, closed },
		{ guest, patterns },
	) {
		const address = `${https ? 'https' : 'http'}://${host}:${at}${path}`;
		const { stdout, exitCode } = await guest.run(
			`curl -sk -m 3 --max-filesize 1000000 -w '\\n%{http_code}' ${quote(address)}`,
		);
		const end = stdout.lastIndexOf('\n');
		const now = Number(stdout.slice(end + 1));
		const facts = { port: String(at) };
		if (closed) return exitCode !== 0 && now === 0 ? pass : fail('still-answers', facts);
		if (now === 0) return waiting(facts);
		if (status !== undefined && now !== status)
			return fail('wrong-status', { ...facts, now: String(now), wanted: String(status) });
		if (contains !== undefined && !(await patterns.fits(contains, stdout.slice(0, end))))
			return fail('wrong-answer-text', { ...facts, wanted: contains });
		return pass;
	},
});
