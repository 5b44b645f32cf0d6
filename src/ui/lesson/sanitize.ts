import DOMPurify from 'dompurify';

/** The second wall behind the renderer, which already lets no markup of the source through: no script, nothing from elsewhere. */
export function sanitize(html: string): string {
	return DOMPurify.sanitize(html, {
		FORBID_TAGS: [
			'style',
			'form',
			'input',
			'textarea',
			'select',
			'iframe',
			'svg',
			'math',
			'video',
			'audio',
			'img',
			'picture',
		],
		FORBID_ATTR: ['style', 'id', 'name'],
	});
}
