import { needed, oneOrMany, text } from '../schema/type.ts';
import { checkKind, fail, pass, waiting } from './check.ts';

export const answered = checkKind({
	about: { en: 'quizzes were answered rightly', 'zh-CN': '测验已答对' },
	fields: { quiz: needed(oneOrMany(text), 'the id of the quiz, or several', '测验的 id，可以有多个') },
	reasons: { waiting: ['left'], 'wrong-answer': ['left'] },
	evaluate({ quiz }, { answers }) {
		const left = quiz.filter((id) => answers.get(id) !== true);
		if (left.length === 0) return pass;
		const facts = { left: String(left.length) };
		return left.some((id) => answers.get(id) === false) ? fail('wrong-answer', facts) : waiting(facts);
	},
});
