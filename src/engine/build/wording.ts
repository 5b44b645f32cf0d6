import type { HealthConfig } from '#api';
import { durationText, quote } from '#base';
import type { Instruction } from '#dockerfile';

/** What the history says of a step that only changes the configuration. `words` are those of an EXPOSE, expanded. */
export function told(instruction: Instruction, words: readonly string[] = []): string {
	switch (instruction.name) {
		case 'ENV':
			return `ENV ${instruction.pairs.map(({ key, value }) => `${key}=${value}`).join(' ')}`;
		case 'LABEL':
			return `LABEL ${instruction.pairs.map(({ key, value }) => `${key}=${value}`).join(' ')}`;
		case 'ARG':
			return `ARG ${instruction.args.map(({ key, value }) => (value === null ? key : `${key}=${value}`)).join(' ')}`;
		case 'MAINTAINER':
			return `MAINTAINER ${instruction.maintainer}`;
		case 'ONBUILD':
			return `ONBUILD ${instruction.expression}`;
		case 'CMD':
		case 'ENTRYPOINT':
			return `${instruction.name} ${quotedList(instruction.commandLine)}`;
		case 'HEALTHCHECK':
			return `HEALTHCHECK ${healthText(instruction.health)}`;
		case 'EXPOSE':
			return `EXPOSE ${words.join(' ')}`;
		case 'USER':
			return `USER ${instruction.user}`;
		case 'VOLUME':
			return `VOLUME [${instruction.volumes.join(' ')}]`;
		case 'STOPSIGNAL':
			return `STOPSIGNAL ${instruction.signal}`;
		case 'SHELL':
			return `SHELL [${instruction.shell.join(' ')}]`;
		case 'ADD':
		case 'COPY':
		case 'RUN':
		case 'WORKDIR':
			return '';
	}
}

/** Go's `%q` of a list of strings. */
export function quotedList(words: readonly string[] | null): string {
	return `[${(words ?? []).map(quote).join(' ')}]`;
}

/** Go's `%v` of a health check. */
function healthText({
	Test,
	Interval = 0,
	Timeout = 0,
	StartPeriod = 0,
	StartInterval = 0,
	Retries = 0,
}: HealthConfig): string {
	const durations = [Interval, Timeout, StartPeriod, StartInterval].map((value) =>
		durationText(BigInt(value)),
	);
	return `&{[${(Test ?? []).join(' ')}] ${durations.join(' ')} ${Retries}}`;
}
