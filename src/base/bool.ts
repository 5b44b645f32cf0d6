import { invalid } from './error.ts';
import { quote } from './quote.ts';

/** Yes or no as Go's strconv.ParseBool reads it. Throws `invalid` in its words. */
export function parseBool(text: string): boolean {
	if (/^(1|t|T|TRUE|true|True)$/.test(text)) return true;
	if (/^(0|f|F|FALSE|false|False)$/.test(text)) return false;
	throw invalid(`strconv.ParseBool: parsing ${quote(text)}: invalid syntax`);
}
