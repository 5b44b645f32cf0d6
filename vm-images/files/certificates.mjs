/** The certificates of a tree as one file, as update-ca-certificates makes it. */
export function bundleCertificates(tree) {
	const certificates = tree.sorted().filter(([name]) => /^usr\/share\/ca-certificates\/.*\.crt$/.test(name));
	tree.file('etc/ssl/certs/ca-certificates.crt', Buffer.concat(certificates.map(([, entry]) => entry.data)));
}
