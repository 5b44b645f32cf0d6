import {
	RUNNING,
	STOPPED,
	containers,
	contexts,
	images,
	networks,
	volumes,
	words,
	type Source,
} from './sources.ts';

/** What each argument of a command may be, in order; the last goes on when `repeats`. */
export interface Arguments {
	sources: Source[];
	repeats?: true;
}

const one = (...sources: Source[]): Arguments => ({ sources });
const many = (source: Source): Arguments => ({ sources: [source], repeats: true });

/** By a command's canonical name. What is not here may be anything, files too. */
export const ARGUMENTS: Record<string, Arguments> = {
	'container attach': one(containers('running')),
	'container commit': one(containers()),
	'container create': one(images),
	'container diff': one(containers()),
	'container exec': one(containers('running')),
	'container export': one(containers()),
	'container inspect': many(containers()),
	'container kill': many(RUNNING),
	'container logs': one(containers()),
	'container pause': many(containers('running')),
	'container port': one(RUNNING),
	'container rename': one(containers()),
	'container restart': many(containers()),
	'container rm': many(STOPPED),
	'container run': one(images),
	'container start': many(STOPPED),
	'container stats': many(RUNNING),
	'container stop': many(RUNNING),
	'container top': one(RUNNING),
	'container unpause': many(containers('paused')),
	'container update': many(containers()),
	'container wait': many(RUNNING),
	'context inspect': many(contexts),
	'context rm': many(contexts),
	'context update': one(contexts),
	'context use': one(contexts),
	'image history': one(images),
	'image inspect': many(images),
	'image push': one(images),
	'image rm': many(images),
	'image save': many(images),
	'image tag': one(images, images),
	'network connect': one(networks, RUNNING),
	'network disconnect': one(networks, RUNNING),
	'network inspect': many(networks),
	'network rm': many(networks),
	'volume inspect': many(volumes),
	'volume rm': many(volumes),
};

/** Commands whose arguments are no files, though nothing can be proposed. */
export const NO_FILES = new Set(
	'image pull,image ls,container ls,network ls,volume ls,volume create,network create,inspect,login,logout,search,version,system df,system info,system events,system prune,container prune,image prune,network prune,volume prune,context create,context ls,context show'.split(
		',',
	),
);

const SIGNALS = words(
	'SIGABRT SIGALRM SIGCHLD SIGCONT SIGHUP SIGINT SIGKILL SIGPIPE SIGQUIT SIGSTOP SIGTERM SIGTSTP SIGUSR1 SIGUSR2 SIGWINCH',
);

/** What a flag's value may be, whatever the command. */
export const FLAGS: Record<string, Source> = {
	network: networks,
	net: networks,
	restart: words('no always on-failure unless-stopped'),
	pull: words('always missing never'),
	'volumes-from': containers(),
	link: containers(),
	signal: SIGNALS,
	'stop-signal': SIGNALS,
	type: words('config container image network node plugin secret service task volume'),
	'log-driver': words('json-file local none'),
	'log-level': words('debug info warn error fatal'),
	attach: words('stderr stdin stdout'),
	context: contexts,
};

/** Flags whose value is a file. */
export const FILE_FLAGS = new Set(
	'env-file label-file cidfile output input file iidfile config tlscacert tlscert tlskey volume mount'.split(
		' ',
	),
);
