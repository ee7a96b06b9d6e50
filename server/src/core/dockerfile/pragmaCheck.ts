import { type PragmaProblem, type SuppressedName, wordsAfter } from './pragmaWords.ts';

/** `skip=A,B;error=true;experimental=…` of BuildKit's check directive. */
export interface CheckOptions {
  readonly skip: readonly SuppressedName[];
  readonly error: boolean;
  readonly experimental: readonly string[];
  readonly problems: readonly PragmaProblem[];
}

const keys = ['skip', 'error', 'experimental'];

/**
 * Reads the value of a check directive that begins at `start`. BuildKit refuses a file whose directive has another option
 * (https://docs.docker.com/reference/dockerfile/#check).
 */
export function checkOptions(text: string, start: number): CheckOptions {
  const skip: SuppressedName[] = [];
  const experimental: string[] = [];
  const problems: PragmaProblem[] = [];
  let error = false;
  let at = start;
  for (const part of text.split(';')) {
    const equals = part.indexOf('=');
    const key = (equals < 0 ? part : part.slice(0, equals)).trim();
    const value = equals < 0 ? '' : part.slice(equals + 1);
    if (equals >= 0 && key === 'skip') skip.push(...listed(value, at + equals + 1));
    else if (equals >= 0 && key === 'experimental') experimental.push(...listed(value, 0).map(({ name }) => name));
    else if (equals >= 0 && key === 'error') error = /^\s*(?:1|t|true)(?:\s|$)/i.test(value);
    else if (part.trim() !== '') problems.push(unknownOption(at + part.indexOf(key), key, equals < 0));
    at += part.length + 1;
  }
  return { skip, error, experimental, problems };
}

function unknownOption(start: number, key: string, bare: boolean): PragmaProblem {
  const { text, near } = wordsAfter(key, keys);
  const message = `BuildKit knows no check option \`${key}\` and refuses the build. ${text}`;
  const span = { start, end: start + Math.max(1, key.length) };
  return { ...span, message, ...(near === undefined ? {} : { replacement: bare ? `${near}=` : near }) };
}

/** Names up to the first blank that no comma precedes: what follows is a remark. */
function listed(value: string, start: number): SuppressedName[] {
  const list = /^\s*[\w-]+(?:\s*,\s*[\w-]+)*/.exec(value)?.[0] ?? '';
  return [...list.matchAll(/[\w-]+/g)].map((match) => ({
    name: match[0],
    start: start + match.index,
    end: start + match.index + match[0].length,
  }));
}
