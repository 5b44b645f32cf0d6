import type { Random } from '#base';

/** A mood, then somebody of computing: `adjective_surname`, as Docker names what nobody has named. */
const ADJECTIVES =
	`admiring adoring affectionate amazing awesome beautiful blissful bold brave busy charming clever compassionate competent confident cool crazy dazzling determined dreamy eager ecstatic elastic elated elegant eloquent epic exciting fervent festive flamboyant focused friendly frosty funny gallant gifted goofy gracious great happy hopeful hungry inspiring intelligent interesting jolly jovial keen kind laughing loving lucid magical modest musing mystifying nice nifty nostalgic objective optimistic peaceful pensive practical priceless quirky quizzical recursing relaxed reverent romantic serene sharp silly sleepy stoic strange sweet tender trusting unruffled upbeat vibrant vigilant vigorous wizardly wonderful youthful zealous zen`.split(
		/\s+/,
	);
const SURNAMES =
	`allen amundsen babbage backus banzhaf bartik bell bohr boole borg brahe brattain brown carson cerf chandrasekhar
	chatelet clarke codd colden cori cray curie davinci dijkstra easley einstein engelbart euclid euler faraday
	feistel fermat fermi feynman franklin gagarin galileo gauss germain goldberg goldstine goodall hamilton hawking
	heisenberg hellman hermann heyrovsky hodgkin hoover hopper hypatia jackson jang jennings johnson joliot jones
	kalam keldysh keller kepler khorana kilby kirch knuth kowalevski lalande lamarr lamport leakey leavitt lewin
	lichterman liskov lovelace lumiere magellan maxwell mccarthy mcclintock mclean mcnulty meitner mendel mendeleev
	meninsky merkle mestorf moore morse nansen nash neumann newton nightingale nobel noether panini pare pascal
	pasteur payne perlman pike poincare poitras ptolemy raman ramanujan ride ritchie robinson roentgen rosalind
	saha sammet shannon shaw shockley sinoussi snyder spence stallman swanson swirles tesla thompson torvalds turing
	varahamihira visvesvaraya volhard wescoff wiles williams wilson wing wozniak wright yalow yonath`.split(
		/\s+/,
	);

/** A random name; from the tenth attempt on with a digit behind it. */
export function randomName(random: Random, attempt: number): string {
	const bytes = random(5);
	const pick = (words: readonly string[], at: number) =>
		words[((bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0)) % words.length];
	const digit = attempt > 0 ? String((bytes[4] ?? 0) % 10) : '';
	return `${pick(ADJECTIVES, 0)}_${pick(SURNAMES, 2)}${digit}`;
}

/** What a container or volume may be called: two characters at least. */
export function isValidName(name: string): boolean {
	return /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(name);
}
