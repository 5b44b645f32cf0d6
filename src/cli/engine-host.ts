import { invalid } from '#base';

/** Where the engine of this machine listens. */
export const OWN_ENGINE = 'unix:///var/run/docker.sock';
const TCP_PORT = '2375';

/** The address that `-H` or `DOCKER_HOST` means: what is left out is the usual. Throws in the real command's words. */
export function parseEngineHost(text: string): string {
	const trimmed = text.trim();
	if (trimmed === '') return OWN_ENGINE;
	const [, protocol = 'tcp', address = ''] = /^(?:(.*?):\/\/)?(.*)$/s.exec(trimmed) ?? [];
	if (protocol === 'tcp') return tcp(address);
	if (protocol === 'fd' || protocol === 'ssh') return trimmed;
	if (protocol !== 'unix' && protocol !== 'npipe') throw notAnAddress(trimmed);
	if (address.includes('://')) throw invalid(`invalid proto, expected ${protocol}: ${address}`);
	if (address !== '') return `${protocol}://${address}`;
	return protocol === 'unix' ? OWN_ENGINE : 'npipe:////./pipe/docker_engine';
}

function tcp(address: string): string {
	if (address.includes('://')) throw invalid(`invalid proto, expected tcp: ${address}`);
	const [, host = '', port = '', path = ''] = /^(\[[^\]]*\]|[^:/]*)(?::(\d*))?(\/.*)?$/.exec(address) ?? [];
	if (address !== '' && host === '' && port === '') throw notAnAddress(address);
	return `tcp://${host || 'localhost'}:${port || TCP_PORT}${path}`;
}

function notAnAddress(text: string): Error {
	return invalid(`invalid bind address format: ${text}`);
}
