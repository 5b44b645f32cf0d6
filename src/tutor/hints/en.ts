/** What to tell the learner for each reason a check can fail, unless the lesson has better words. */
export const english: Record<string, string> = {
	'image-unknown':
		'There is no image called `{image}`. Look closely at how it is spelt: the one you need is `{wanted}`.',
	'name-taken':
		'The name `{name}` is taken: a container keeps its name even after it has exited. See it with `$ docker ps -a`, remove it with `$ docker rm -f {name}`, then try again.',
	refused: 'Docker refused: {message}',
	exited:
		'`{name}` has already exited (code {code}). A container lives only as long as its main process. `$ docker logs {name}` shows what it said.',
	'port-taken':
		'That port is in use by another container. `$ docker ps` shows which; stop it, or choose another port.',
	'start-failed': '`{name}` was created but did not start: {message}',
	'wrong-image': '`{name}` was made from `{image}`; this step wants `{wanted}`.',
	'wrong-name':
		'Your container is called `{name}`. This step needs one called `{wanted}`: give it with `--name {wanted}`.',
	'wrong-command': 'The container ran `{command}`; this step wants it to run `{wanted}`.',
	'not-interactive':
		'`{name}` has no terminal to type into. Start it with `-it`: `-i` keeps its input open, `-t` gives it a terminal.',
	'not-published':
		'No port of `{name}` can be reached from outside. Ports are given when a container is made: remove it with `$ docker rm -f {name}` and run it again with `-p {wanted}`.',
	'wrong-port':
		'`{name}` publishes {published}; this step wants {wanted}. The first number is the port out here, the second the one inside the container.',
	'still-running': '`{name}` is still running.',
	'exit-code': 'It ended with exit code {code}, not with {wanted}.',
	'no-container': 'There is no container called `{name}`. `$ docker ps` shows the names of those that run.',
	'still-there': 'Still there: {names}. `$ docker ps -a` shows them, stopped ones too.',
	mistake: 'That did not work yet: {seen}',
	'too-few': 'So far you have seen {seen}. There is another one to look at.',
};
