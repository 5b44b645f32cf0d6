import { SandboxError, internal, invalid, messageOf } from '#base';
import {
	parseDockerfile,
	readInstruction,
	readStages,
	ShellLexer,
	type ArgInstruction,
	type Dockerfile,
	type Instruction,
	type Stage,
} from '#dockerfile';
import { familiarString, parseNormalized, withDefaultTag, type Reference } from '#oci';
import type { Daemon } from '../daemon.ts';
import { shortId } from '../ids.ts';
import type { Emit } from '../images/progress.ts';
import { nameImage } from '../images/tag.ts';
import type { ImageRecord } from '../images/store.ts';
import { BuildArgs } from './args.ts';
import { baseImage } from './base-images.ts';
import { StepCache } from './cache.ts';
import { openContext } from './context.ts';
import type { BuildOptions } from './options.ts';
import { BuildOutput } from './output.ts';
import { LayerTrees } from './sources.ts';
import { beginStage, StageResults, type StageState } from './state.ts';
import { runStep, type Build } from './step.ts';
import { TemporaryContainers } from './temporary.ts';

/** POST /build: an image from a Dockerfile and its context, as Docker's classic builder makes it. Throws in Docker's words; steps that worked stay in the cache. */
export async function buildImage(
	daemon: Daemon,
	body: ReadableStream<Uint8Array> | null,
	options: BuildOptions,
	emit: Emit,
): Promise<void> {
	if (!options.isQuiet) {
		await new Builder(daemon, options, emit).build(body);
		return;
	}
	const kept: Parameters<Emit>[0][] = [];
	try {
		const { id } = await new Builder(daemon, options, (message) => kept.push(message)).build(body);
		emit({ stream: `${id}\n` });
	} catch (error) {
		// Quiet ends with what led to the failure.
		kept.forEach(emit);
		throw error;
	}
}

class Builder {
	readonly #daemon: Daemon;
	readonly #options: BuildOptions;
	readonly #output: BuildOutput;
	readonly #results = new StageResults();
	readonly #args: BuildArgs;
	/** Of the command line: nothing in them is expanded. */
	readonly #labels: Instruction[];
	#step = 0;
	#steps = 0;

	constructor(daemon: Daemon, options: BuildOptions, emit: Emit) {
		this.#daemon = daemon;
		this.#options = options;
		this.#output = new BuildOutput(emit);
		this.#args = new BuildArgs(options.buildArgs);
		this.#labels = Object.keys(options.labels)
			.sort()
			.map((key) => {
				const value = options.labels[key] ?? '';
				return {
					name: 'LABEL',
					source: `LABEL ${key}=${value}`,
					pairs: [{ key, value, noDelimiter: false }],
				};
			});
	}

	async build(body: ReadableStream<Uint8Array> | null): Promise<ImageRecord> {
		const tags = tagsOf(this.#options.tags);
		const { source, text, name } = await openContext(this.#daemon, body, this.#options, this.#output);
		const file = parse(name, text);
		const { stages, metaArgs } = this.#stagesOf(file);
		this.#warn(file);
		this.#steps =
			metaArgs.length + stages.reduce((sum, { instructions }) => sum + 1 + instructions.length, 0);
		const lexer = new ShellLexer(file.escapeToken);
		const build: Build = {
			daemon: this.#daemon,
			options: this.#options,
			output: this.#output,
			results: this.#results,
			lexer,
			literal: new Set(this.#labels),
			source,
			trees: new LayerTrees(this.#daemon),
			cache: new StepCache(this.#daemon, this.#options),
			containers: new TemporaryContainers(this.#daemon, this.#options, this.#output),
		};
		for (const arg of metaArgs) this.#declare(arg, lexer);
		let image: ImageRecord | null = null;
		for (const stage of stages) image = await this.#buildStage(build, stage);
		const unused = this.#args.unused();
		if (unused.length > 0)
			this.#output.write(`[Warning] One or more build-args [${unused.join(' ')}] were not consumed\n`);
		if (!image) throw internal('No image was generated. Is your Dockerfile empty?');
		this.#output.write(`Successfully built ${shortId(image.id)}\n`);
		for (const tag of tags) {
			nameImage(this.#daemon, image.id, tag);
			this.#output.write(`Successfully tagged ${familiarString(tag)}\n`);
		}
		return image;
	}

	/** The stages to build, the labels of the command line with the last. */
	#stagesOf(file: Dockerfile): { stages: Stage[]; metaArgs: ArgInstruction[] } {
		const { stages, metaArgs } = readStages(file);
		const { target } = this.#options;
		if (target !== '') {
			const at = stages.findIndex(({ name }) => name !== '' && name === target.toLowerCase());
			if (at < 0) throw invalid(`target stage ${JSON.stringify(target)} could not be found`);
			stages.splice(at + 1);
		}
		stages.at(-1)?.instructions.push(...this.#labels);
		return { stages, metaArgs };
	}

	#warn({ warnings }: Dockerfile): void {
		if (warnings.length === 0) return;
		for (const warning of warnings) this.#output.complain(`[WARNING]: ${warning}\n`);
		this.#output.complain('[WARNING]: Empty continuation lines will become errors in a future release.\n');
	}

	#announce(source: string): void {
		this.#output.write(`Step ${++this.#step}/${this.#steps} : ${source}`);
		this.#output.write('\n');
	}

	/** An ARG before the first FROM. */
	#declare({ source, args }: ArgInstruction, lexer: ShellLexer): void {
		this.#announce(source);
		for (const { key, value } of args) {
			const values = this.#args.allowed();
			const expand = (word: string) => lexer.processWord(word, (name) => values.get(name));
			this.#args.declareGlobal(expand(key), value === null ? null : expand(value));
		}
	}

	async #buildStage(build: Build, stage: Stage): Promise<ImageRecord | null> {
		const { output } = build;
		this.#results.checkName(stage.name);
		this.#announce(stage.source);
		build.cache.reset();
		const base = await this.#baseOf(build, stage);
		const state = beginStage(stage.name, base, this.#args.forStage());
		await runTriggers(build, state);
		tellImage(output, state);
		for (const instruction of stage.instructions) {
			if (this.#options.signal.aborted) {
				output.write('Build cancelled\n');
				throw internal('Build cancelled');
			}
			this.#announce(instruction.source);
			await runStep(build, state, instruction);
			tellImage(output, state);
		}
		output.tellImage(state.image?.id ?? '');
		this.#args.merge(state.args);
		this.#results.add(state);
		return state.image;
	}

	async #baseOf({ daemon, options, output, lexer }: Build, stage: Stage): Promise<ImageRecord | null> {
		const values = this.#args.global();
		const expand = (word: string) => lexer.processWord(word, (name) => values.get(name));
		const platform = expand(stage.platform);
		const name = expand(stage.baseName);
		if (name === '') throw internal(`base name (${stage.baseName}) should not be blank`);
		const earlier = this.#results.named(name);
		if (earlier) return earlier.image;
		if (name === 'scratch') return null;
		return baseImage(daemon, name, options, output, platform || options.platform);
	}
}

/** What the base image wants done first: its ONBUILD instructions. */
async function runTriggers(build: Build, state: StageState): Promise<void> {
	const triggers = state.config.OnBuild ?? [];
	if (triggers.length === 0) return;
	state.config.OnBuild = null;
	build.output.write(`# Executing ${triggers.length} build trigger${triggers.length > 1 ? 's' : ''}`);
	build.output.write('\n');
	for (const trigger of triggers) await runStep(build, state, triggerOf(trigger));
}

function triggerOf(text: string): Instruction {
	const { nodes } = parseDockerfile(text);
	const [node] = nodes;
	if (!node || nodes.length !== 1) throw internal('onbuild trigger should be a single expression');
	return readInstruction(node);
}

function tellImage(output: BuildOutput, { image }: StageState): void {
	output.write(` ---> ${image ? shortId(image.id) : ''}\n`);
}

function parse(name: string, text: string): Dockerfile {
	if (text === '') throw invalid(`the Dockerfile (${name}) cannot be empty`);
	try {
		return parseDockerfile(text);
	} catch (error) {
		throw new SandboxError('invalid', `failed to parse ${name}: ${messageOf(error)}`, { cause: error });
	}
}

/** The names for the image, each once. Throws in Docker's words. */
function tagsOf(names: readonly string[]): Reference[] {
	const tags = new Map<string, Reference>();
	for (const name of names) {
		if (name === '') continue;
		const reference = parseNormalized(name);
		if (reference.digest) throw internal('build tag cannot contain a digest');
		const tagged = withDefaultTag(reference);
		tags.set(familiarString(tagged), tagged);
	}
	return [...tags.values()];
}
