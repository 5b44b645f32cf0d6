import { count, needed, optional, text } from '../schema/type.ts';
import { checkKind, fail, pass, waiting, type Look, type Outcome } from './check.ts';
import { textAt, textsAt } from './docker-view.ts';
import { absent, config } from './fields.ts';
import { CONFIG_REASON, wrongConfig } from './match.ts';

export const image = checkKind({
	about: {
		en: 'an image is there under this name, made like this',
		'zh-CN': '存在以此命名的镜像，且符合要求',
	},
	fields: {
		image: needed(text, 'its name, with a tag unless it is latest', '镜像名，除 latest 外须带标签'),
		absent,
		sameAs: optional(text, 'another name of the same image', '同一镜像的另一个名称'),
		basedOn: optional(text, 'the image whose layers are its lowest ones', '它以哪个镜像的层为底'),
		layers: optional(count, 'how many layers it has', '层数'),
		layersAdded: optional(count, 'how many layers it has on top of `basedOn`', '在 `basedOn` 之上新增的层数'),
		config,
	},
	reasons: {
		...CONFIG_REASON,
		waiting: ['image'],
		'image-unknown': ['image', 'wanted'],
		'still-there': ['names'],
		'other-image': ['image', 'wanted'],
		'not-based-on': ['image', 'wanted'],
		'layer-count': ['image', 'seen', 'wanted'],
	},
	refuse: ({ basedOn, layersAdded }) =>
		layersAdded !== undefined && basedOn === undefined ? '`layersAdded` needs `basedOn`' : null,
	async evaluate(wants, look) {
		const { docker, world, isCurrent } = look;
		const found = await docker.image(wants.image);
		if (wants.absent) return found ? fail('still-there', { names: wants.image }) : pass;
		if (!found) {
			const failed = world.failures.findLast(({ what }) => what === 'pull');
			return failed && isCurrent
				? fail('image-unknown', { image: failed.subject, wanted: wants.image })
				: waiting({ image: wants.image });
		}
		const { image: name, sameAs } = wants;
		if (sameAs !== undefined) {
			const other = await docker.image(sameAs);
			if (!other) return waiting({ image: sameAs });
			if (textAt(other, 'Id') !== textAt(found, 'Id'))
				return fail('other-image', { image: name, wanted: sameAs });
		}
		return (
			(await wrongLayers(textsAt(found, 'RootFS.Layers'), wants, look)) ??
			wrongConfig(found, wants.config, name) ??
			pass
		);
	},
});

async function wrongLayers(
	layers: string[],
	wants: { image: string; basedOn?: string; layers?: number; layersAdded?: number },
	{ docker }: Look,
): Promise<Outcome | null> {
	const { image, basedOn } = wants;
	let wanted = wants.layers;
	if (basedOn !== undefined) {
		const base = await docker.image(basedOn);
		if (!base) return waiting({ image: basedOn });
		const below = textsAt(base, 'RootFS.Layers');
		if (below.some((layer, index) => layers[index] !== layer))
			return fail('not-based-on', { image, wanted: basedOn });
		if (wants.layersAdded !== undefined) wanted = below.length + wants.layersAdded;
	}
	if (wanted === undefined || layers.length === wanted) return null;
	return fail('layer-count', { image, seen: String(layers.length), wanted: String(wanted) });
}
