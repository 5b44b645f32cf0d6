import { unsupported } from '#base';
import type { CommandModule } from '../../invocation.ts';
import { exactly } from '../../parser/arguments.ts';

/** `docker build`. */
export const build: CommandModule = {
	arity: exactly(1),
	run: () =>
		Promise.reject(
			unsupported(
				'docker build: this sandbox does not build images from a Dockerfile yet. Until then, `docker commit` makes an image of a container.',
			),
		),
};
