/**
 * `npm test`: sets up what is missing, then every check there is. The last line is `N passed, N failed`, counting each tool that
 * judges the whole tree as one test and each vitest test as one.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT, needHostPackages, run, say, setUp } from './setup.mjs';

const CHECKS = [
	['format', 'npm', ['run', '--silent', 'format:check']],
	['lint', 'npm', ['run', '--silent', 'lint']],
	['types', 'npm', ['run', '--silent', 'types']],
	['imports', 'npm', ['run', '--silent', 'imports']],
	['dead code', 'npm', ['run', '--silent', 'dead']],
	['shell scripts', 'npm', ['run', '--silent', 'shellcheck']],
	['site', 'npm', ['run', '--silent', 'build']],
	['size', 'npm', ['run', '--silent', 'size']],
];
const PROJECTS = ['unit', 'machine', 'lessons', 'browser'];

await setUp();
needHostPackages(['chromium', 'shellcheck', 'curl']);
const failures = [];
let passed = 0;

for (const [name, command, args] of CHECKS) {
	say(`check: ${name}`);
	const result = spawnSync(command, args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 28 });
	if (result.status === 0) {
		passed++;
		continue;
	}
	failures.push(name);
	process.stdout.write(`${result.stdout}${result.stderr}\n`);
}

const reports = mkdtempSync(path.join(tmpdir(), 'drydock-test-'));
for (const project of PROJECTS) {
	say(`tests: ${project}`);
	const report = path.join(reports, `${project}.json`);
	run('npx', [
		'--no-install',
		'vitest',
		'run',
		'--project',
		project,
		'--reporter=dot',
		'--reporter=json',
		`--outputFile.json=${report}`,
	]);
	if (!existsSync(report)) {
		failures.push(`${project}: the test runner itself died`);
		continue;
	}
	const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
	for (const file of testResults) {
		// A file that fails before its first test has no assertions to count.
		if (file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'))
			failures.push(`${path.relative(ROOT, file.name)}: ${file.message.split('\n')[0]}`);
		for (const test of file.assertionResults) {
			if (test.status === 'passed') passed++;
			else if (test.status === 'failed') failures.push(`${path.relative(ROOT, file.name)}: ${test.fullName}`);
		}
	}
	if (testResults.length === 0) failures.push(`${project}: no test file was found`);
}
rmSync(reports, { recursive: true });

if (failures.length > 0) say(`failed:\n  ${failures.join('\n  ')}`);
process.stdout.write(`${passed} passed, ${failures.length} failed\n`);
process.exitCode = failures.length > 0 ? 1 : 0;
