import type { Document, YAMLError } from 'yaml';
import type { Range } from '../../protocol.ts';
import type { LineIndex } from '../text/lineIndex.ts';

/** A place where the text is no YAML, or YAML that may mean two things. */
export interface YamlProblem {
  readonly range: Range;
  readonly message: string;
  /** What follows may have been read otherwise than it was meant. */
  readonly fatal?: boolean;
  /** The line from which on everything is read as it was meant again. */
  readonly until?: number;
}

/** Of more nobody reads. */
const mostErrors = 20;

/** A line that begins with a placeholder of a template language. */
export const templateLine = /^[ \t]*(?:- )?\{\{/m;

/** YAML 1.2, core schema, nothing of the source kept. */
export const yamlOptions = {
  uniqueKeys: false,
  merge: false,
  keepSourceTokens: false,
  logLevel: 'error',
  prettyErrors: false,
} as const;

/** What the library says of a text, in our words. */
export function syntaxProblems(document: Document.Parsed, text: string, index: Pick<LineIndex, 'range'>): YamlProblem[] {
  const template = templateLine.exec(text);
  if (document.errors.length > 0 && template) {
    const at = text.indexOf('{{', template.index);
    const message = 'This line is a template, not YAML. Waybill reads its files as they are: write what differs under `environments:`.';
    return [{ range: index.range(at, at + 2), message, fatal: true }];
  }
  const before: YAMLError[] = [];
  return document.errors.slice(0, mostErrors).map((error) => {
    const unclosed = unclosedBracket(error, text, before.filter(({ pos }) => pos[0] === error.pos[0]).length);
    before.push(error);
    if (unclosed === undefined) return { range: errorRange(error, text, index), message: errorMessage(error), fatal: true };
    const message = `This \`${text.charAt(unclosed)}\` is not closed.`;
    return { range: index.range(unclosed, unclosed + 1), message, fatal: true };
  });
}

/** Offset of the bracket that is open where a flow collection ends too early: the innermost, or one that is `outer` levels further out. */
function unclosedBracket(error: YAMLError, text: string, outer: number): number | undefined {
  if (!/^Flow (?:map|sequence) in block collection/.test(error.message)) return undefined;
  let closed = 0;
  let found = -1;
  for (let at = error.pos[0] - 1; at >= 0; at--) {
    const sign = text.charAt(at);
    if (sign === '}' || sign === ']') closed++;
    else if (sign !== '{' && sign !== '[') continue;
    else if (closed > 0) closed--;
    else if (++found === outer) return at;
  }
  return undefined;
}

function errorRange(error: YAMLError, text: string, index: Pick<LineIndex, 'range'>): Range {
  const quote = /^Missing closing (\S)quote/.exec(error.message)?.[1];
  if (quote) {
    // Whatever stands behind the last quote is in it.
    const opens = Math.max(0, text.lastIndexOf(quote));
    return index.range(opens, opens + 1);
  }
  const [start] = error.pos;
  const end = Math.max(error.pos[1], start);
  const lineEnd = text.slice(start).search(/[\r\n]/);
  const last = lineEnd < 0 ? text.length : start + lineEnd;
  return index.range(start, Math.min(Math.max(end, start + 1), Math.max(last, start)));
}

function errorMessage(error: YAMLError): string {
  if (error.code === 'TAB_AS_INDENT') return 'Tabs cannot indent YAML. Use spaces.';
  if (error.code === 'MULTIPLE_DOCS') return 'One file holds one document: remove the `---` and what follows it.';
  if (error.code === 'BAD_INDENT') return 'The indentation does not fit the lines above.';
  if (/call stack/.test(error.message)) return 'This is nested too deep to be read.';
  const quote = /^Missing closing (\S)quote/.exec(error.message)?.[1];
  if (quote) return `This \`${quote}\` is not closed.`;
  const first = (error.message.split('\n')[0] ?? error.message).replace(/:$/, '');
  return /[.!?]$/.test(first) ? first : `${first}.`;
}
