import type { ContainerConfig } from '#api';
import { cleanPath, invalid, messageOf, readAll, SandboxError } from '#base';
import {
	expandInstruction,
	type AddInstruction,
	type CopyInstruction,
	type Instruction,
	type RunInstruction,
	type ShellLexer,
	type WorkdirInstruction,
} from '#dockerfile';
import { LayerDraft } from '#oci';
import { mergeHealth } from '../containers/config.ts';
import { layersOf } from '../containers/root.ts';
import type { Daemon } from '../daemon.ts';
import {
	applyInstruction,
	commandLine,
	exposedWords,
	shellOf,
	workingDirectory,
} from '../images/change/apply.ts';
import { makeChildImage } from '../images/child.ts';
import { emitImageEvent } from '../images/tag.ts';
import { baseImage } from './base-images.ts';
import type { StepCache } from './cache.ts';
import { copyInto } from './copy.ts';
import { copyItems } from './copy-items.ts';
import type { BuildOptions } from './options.ts';
import type { BuildOutput } from './output.ts';
import { ownerOf } from './owner.ts';
import { CopySource, sumOfSums, type LayerTrees } from './sources.ts';
import type { StageResults, StageState } from './state.ts';
import { stepFailure, type TemporaryContainers } from './temporary.ts';
import { told } from './wording.ts';
import { ImageFiles } from '#oci';

/** What the steps of one build share. */
export interface Build {
	daemon: Daemon;
	options: BuildOptions;
	output: BuildOutput;
	results: StageResults;
	lexer: ShellLexer;
	/** What is taken as it stands. */
	literal: ReadonlySet<Instruction>;
	/** null: there is no context. */
	source: CopySource | null;
	trees: LayerTrees;
	cache: StepCache;
	containers: TemporaryContainers;
}

const LARGEST_LAYER = 1024 ** 3;
const NEEDS_BUILDKIT =
	'option requires BuildKit. Refer to https://docs.docker.com/go/buildkit/ to learn how to build images with BuildKit enabled';

/** Does what an instruction says to a stage, or takes it from the cache. Its containers are removed as the options want it. */
export async function runStep(build: Build, state: StageState, instruction: Instruction): Promise<void> {
	const { containers, options } = build;
	try {
		await dispatch(build, state, expanded(build, state, instruction));
		if (options.remove || options.forceRemove) await containers.removeAll();
	} catch (error) {
		if (options.forceRemove) await containers.removeAll();
		throw error;
	}
	state.config.Image = state.image?.id ?? '';
}

function expanded({ lexer, literal }: Build, state: StageState, instruction: Instruction): Instruction {
	if (literal.has(instruction)) return instruction;
	const lookup = lookupOf(state);
	return expandInstruction(instruction, (word) => lexer.processWord(word, lookup));
}

/** A name's value in a stage: of the image's variables, then of the arguments. */
function lookupOf({ config, args }: StageState): (name: string) => string | undefined {
	const values = args.allowed();
	for (const entry of config.Env ?? []) {
		const equals = entry.indexOf('=');
		values.set(entry.slice(0, equals), entry.slice(equals + 1));
	}
	return (name) => values.get(name);
}

async function dispatch(build: Build, state: StageState, instruction: Instruction): Promise<void> {
	switch (instruction.name) {
		case 'RUN':
			return run(build, state, instruction);
		case 'ADD':
		case 'COPY':
			return copy(build, state, instruction);
		case 'WORKDIR':
			return changeDirectory(build, state, instruction);
		default:
			return changeConfig(build, state, instruction);
	}
}

/** Instructions that change the configuration and no file. */
async function changeConfig(build: Build, state: StageState, instruction: Instruction): Promise<void> {
	const { config } = state;
	const { Cmd: command, Healthcheck: health } = config;
	const words = exposedWords(instruction, build.lexer, lookupOf(state));
	if (instruction.name === 'ARG')
		for (const { key, value } of instruction.args) state.args.declare(key, value);
	if (instruction.name === 'MAINTAINER') state.maintainer = instruction.maintainer;
	if (instruction.name === 'HEALTHCHECK') tellOverridden(build, config);
	applyInstruction(config, instruction, words);
	// The container of the step is made of the image, whose times stay where none are given.
	const checked = instruction.name === 'HEALTHCHECK' && mergeHealth(config.Healthcheck, health ?? null);
	if (checked) config.Healthcheck = checked;
	if (instruction.name === 'ENTRYPOINT') config.Cmd = state.isCommandSet ? command : null;
	if (instruction.name === 'CMD' && (instruction.commandLine ?? []).length > 0) state.isCommandSet = true;
	const noted = withComment(config, [NOP, told(instruction, words)]);
	if (await takeFromCache(build, state, noted)) return;
	const container = await build.containers.create(state.image, noted);
	await commit(build, state, { container: container.id, containerConfig: noted, tar: null });
}

function tellOverridden({ output }: Build, { Healthcheck }: ContainerConfig): void {
	const test = Healthcheck?.Test ?? [];
	if (test.length > 0 && test[0] !== 'NONE')
		output.write(`Note: overriding previous HEALTHCHECK: [${test.join(' ')}]\n`);
}

async function run(build: Build, state: StageState, instruction: RunInstruction): Promise<void> {
	const [flag] = instruction.flagsUsed;
	if (flag !== undefined) throw invalid(`the --${flag} ${NEEDS_BUILDKIT}`);
	const { config, args } = state;
	const command = commandLine(config, instruction) ?? [];
	const environment = args.environment(config.Env ?? []);
	const saved = environment.length > 0 ? [...toldArgs(state, environment), ...command] : command;
	const entrypoint = saved.length > 0 ? null : config.Entrypoint;
	const noted: ContainerConfig = { ...structuredClone(config), Cmd: saved, Entrypoint: entrypoint };
	if (await takeFromCache(build, state, noted)) return;
	const container = await build.containers.create(state.image, {
		...structuredClone(config),
		Cmd: command,
		Env: [...(config.Env ?? []), ...environment],
		Entrypoint: saved.length > 0 ? [''] : config.Entrypoint,
		Healthcheck: { Test: ['NONE'] },
	});
	const code = await build.containers.run(container);
	if (code !== 0) throw stepFailure(command, code);
	const tar = await readAll(await build.daemon.ports.runtime.layer(layersOf(container)), LARGEST_LAYER);
	await commit(build, state, { container: container.id, containerConfig: noted, tar });
}

/** Build arguments as the history has them: their number and they themselves before the command. */
function toldArgs({ args }: StageState, environment: readonly string[]): string[] {
	const shown = environment.filter((entry) => args.isTold(entry.slice(0, entry.indexOf('=')))).sort();
	return [`|${shown.length}`, ...shown];
}

async function changeDirectory(build: Build, state: StageState, { path }: WorkdirInstruction): Promise<void> {
	const { config } = state;
	config.WorkingDir = workingDirectory(config, path);
	const noted = withComment(config, [`${NOP}WORKDIR ${config.WorkingDir}`]);
	if (await takeFromCache(build, state, noted)) return;
	const container = await build.containers.create(state.image, noted);
	const draft = draftOn(build, state);
	draft.makeDirectory(draft.files.resolve(config.WorkingDir), { uid: 0, gid: 0 });
	await commit(build, state, { container: container.id, containerConfig: noted, tar: draft.tar() });
}

async function copy(
	build: Build,
	state: StageState,
	instruction: AddInstruction | CopyInstruction,
): Promise<void> {
	const { daemon, output, options } = build;
	refuseFlags(instruction);
	const from = instruction.name === 'COPY' ? instruction.from : '';
	const source = from === '' ? build.source : await sourceFrom(build, from);
	const { name: command, sources, destination, chown } = instruction;
	const items = await copyItems(daemon, output, {
		command,
		sources,
		destination,
		source,
		signal: options.signal,
	});
	const sums = await Promise.all(items.map((item) => item.source.sum(item.file)));
	const sum = sums.length === 1 ? (sums[0] ?? '') : await sumOfSums('multi', sums);
	const owner = chown === '' ? '' : `--chown=${chown} `;
	const noted = withComment(state.config, [`${NOP}${command} ${owner}${sum} in ${destination} `]);
	if (await takeFromCache(build, state, noted)) return;
	const draft = draftOn(build, state);
	const target = destination.startsWith('/') ? destination : relativeTo(state.config.WorkingDir, destination);
	const asked = chown === '' ? (from === '' ? { uid: 0, gid: 0 } : null) : ownerOf(chown, draft.files);
	for (const item of items) copyInto(draft, item, target, asked);
	await commit(build, state, { container: '', containerConfig: noted, tar: draft.tar() });
}

function refuseFlags(instruction: AddInstruction | CopyInstruction): void {
	if (instruction.chmod !== '') throw invalid(`the --chmod ${NEEDS_BUILDKIT}`);
}

/** The files of an earlier stage or of another image. */
async function sourceFrom(
	{ daemon, options, output, results, trees }: Build,
	from: string,
): Promise<CopySource> {
	try {
		const stage = results.find(from);
		const image = stage ? stage.image : await baseImage(daemon, from, options, output);
		return new CopySource(new ImageFiles(trees.of(image)), false);
	} catch (error) {
		const kind = error instanceof SandboxError ? error.kind : 'internal';
		throw new SandboxError(kind, `invalid from flag value ${from}: ${messageOf(error)}`, { cause: error });
	}
}

const NOP = '#(nop) ';

/** The configuration of a step's container whose command only tells what was done. */
function withComment(config: ContainerConfig, words: string[]): ContainerConfig {
	return { ...structuredClone(config), Cmd: [...shellOf(config.Shell), ...words] };
}

async function takeFromCache(
	{ cache, output }: Build,
	state: StageState,
	noted: ContainerConfig,
): Promise<boolean> {
	const image = await cache.find(state.image, noted);
	if (!image) return false;
	output.write(' ---> Using cache\n');
	state.image = image;
	return true;
}

function draftOn({ daemon, trees }: Build, { image }: StageState): LayerDraft {
	return new LayerDraft(trees.of(image), Math.floor(daemon.ports.clock.now() / 1000));
}

async function commit(
	{ daemon }: Build,
	state: StageState,
	step: { container: string; containerConfig: ContainerConfig; tar: Uint8Array | null },
): Promise<void> {
	state.image = await makeChildImage(daemon, {
		parent: state.image,
		...step,
		config: structuredClone(state.config),
		author: state.maintainer,
		comment: '',
	});
	emitImageEvent(daemon, 'create', state.image.id, state.image.id);
}

function relativeTo(directory: string, path: string): string {
	const clean = cleanPath(`/${directory}/${path}`);
	return path.endsWith('/') && clean !== '/' ? `${clean}/` : clean;
}
