/** The language of Dockerfiles, as Docker 28.5 reads it, and of `.dockerignore`. Nothing here builds. */
export { readIgnoreFile } from './ignore/file.ts';
export { PatternMatcher, type IgnorePattern } from './ignore/matcher.ts';
export { expandInstruction } from './instructions/expand.ts';
export type { Mount } from './instructions/mounts.ts';
export { readInstruction } from './instructions/read.ts';
export { readStages } from './instructions/stages.ts';
export type * from './instructions/types.ts';
export type { Dockerfile, EscapeToken, Heredoc, Node } from './parser/node.ts';
export { parseDockerfile } from './parser/parse.ts';
export { ShellLexer, type LexerOptions, type Lookup } from './shell/lexer.ts';
