// The first program of the page, and a small one: the machine's worker and its files are on their way before
// anything of the page is read.
import './machine.ts';

void import('./main.ts');
