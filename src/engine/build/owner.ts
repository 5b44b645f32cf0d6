import { internal, invalid, messageOf } from '#base';
import { contentOf, type ImageFiles, type Owner } from '#oci';

/** Who `--chown` names, looked up in the image's own files. Throws in Docker's words. */
export function ownerOf(text: string, files: ImageFiles): Owner {
	const [user = '', group = user, ...more] = text.split(':');
	try {
		if (more.length > 0) throw invalid(`invalid chown string format: ${text}`);
		return {
			uid: lookUp(files, '/etc/passwd', user, `can't find uid for user ${user}: no such user: ${user}`),
			gid: lookUp(files, '/etc/group', group, `can't find gid for group ${group}: no such group: ${group}`),
		};
	} catch (error) {
		throw internal(`unable to convert uid/gid chown string to host mapping: ${messageOf(error)}`, {
			cause: error,
		});
	}
}

/** A number as it is; a name's number, the third field of its line. */
function lookUp(files: ImageFiles, path: string, name: string, failure: string): number {
	if (/^[+-]?\d+$/.test(name)) return Number(name);
	const file = files.find(path);
	const lines = file ? new TextDecoder().decode(contentOf(file)).split('\n') : [];
	const fields = lines.map((line) => line.split(':')).find(([first]) => first === name);
	const number = Number(fields?.[2]);
	if (!fields || !Number.isInteger(number)) throw invalid(failure);
	return number;
}
