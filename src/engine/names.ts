import type { Random } from '#base';

/** Moods, then people of computing and navigation: `adjective_surname`, as Docker names what nobody has named. */
const ADJECTIVES =
	`able adoring amazing ambitious balanced bold brave bright busy calm careful charming cheerful clever
	compassionate competent confident cool cranky curious dapper dazzling determined dreamy eager earnest easy
	elastic elegant eloquent epic exciting fervent festive flamboyant focused friendly frosty funny gallant gentle
	gifted goofy gracious great happy hardcore heuristic hopeful hungry inspiring intelligent interesting jolly
	jovial keen kind laughing loving lucid magical modest musing mystifying naughty nervous nice nifty nostalgic
	objective optimistic peaceful pedantic pensive practical priceless quirky quizzical recursing relaxed reverent
	romantic serene sharp silly sleepy stoic strange stupefied suspicious sweet tender thirsty trusting unruffled
	upbeat vibrant vigilant vigorous wizardly wonderful xenodochial youthful zealous zen`.split(/\s+/);
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
