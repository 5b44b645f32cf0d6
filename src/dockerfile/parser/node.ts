/** One instruction as it stands in the file: its words are told apart, but not yet what they mean. */
export interface Node {
	/** The instruction's name as it was typed. */
	value: string;
	/** The whole instruction on one line, with neither the ends of its lines nor its documents. */
	original: string;
	/** `--name=value` and the like in front of the arguments. */
	flags: string[];
	/** The arguments; of ENV and LABEL three for each pair: key, value and `=` (empty when there was none). */
	args: string[];
	/** The arguments were a JSON list. */
	isJson: boolean;
	/** What ONBUILD is to do. */
	trigger: Node | null;
	heredocs: Heredoc[];
	/** Counted from one. */
	startLine: number;
	endLine: number;
}

/** `<<NAME` and the lines up to NAME. */
export interface Heredoc {
	name: string;
	/** Variables in it are replaced: nothing in its name was quoted. */
	expand: boolean;
	/** `<<-`: the tabs its lines begin with are nothing. */
	chomp: boolean;
	content: string;
}

/** A whole file. */
export interface Dockerfile {
	nodes: Node[];
	escapeToken: EscapeToken;
	/** A line for each instruction with an empty line in its middle. */
	warnings: string[];
}

export type EscapeToken = '\\' | '`';
