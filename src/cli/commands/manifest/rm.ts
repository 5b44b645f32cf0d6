import { forEachArgument, type CommandModule } from '../../invocation.ts';
import { atLeast } from '../../parser/arguments.ts';
import { parseName } from './asked.ts';
import { ManifestStore } from './store.ts';

/** `docker manifest rm`. */
export const rm: CommandModule = {
	arity: atLeast(1),
	run: (invocation) =>
		forEachArgument(invocation, async (name) => {
			await new ManifestStore(invocation.context).remove(parseName(name));
			return null;
		}),
};
