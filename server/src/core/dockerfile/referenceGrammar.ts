/** The grammar of image references: https://pkg.go.dev/github.com/distribution/reference */
import { splitReference } from './imageReference.ts';

/** The part of a reference that no registry can have; offsets in it. */
export interface ReferenceProblem {
  readonly start: number;
  readonly end: number;
  /** One sentence without its end: what is wrong. */
  readonly why: string;
}

const host = /^(?:(?:[a-z0-9]|[a-z0-9][a-z0-9-]*[a-z0-9])(?:\.(?:[a-z0-9]|[a-z0-9][a-z0-9-]*[a-z0-9]))*|\[[a-f0-9:]+\])(?::\d+)?$/i;
const segment = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const tagPattern = /^\w[\w.-]{0,127}$/;
const lengths: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };
const longestName = 255;

/** What is wrong with a reference without variables; undefined for one that can be pulled. */
export function referenceProblem(reference: string): ReferenceProblem | undefined {
  if (/^[a-f0-9]{64}$/.test(reference)) return { start: 0, end: 64, why: 'This is an id, and a name must stand here' };
  const { repository, tag, digest } = splitReference(reference);
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(reference)?.[0];
  if (scheme) return { start: 0, end: scheme.length, why: `References have no \`${scheme}\`` };
  const named = repositoryProblem(repository);
  if (named) return named;
  const tagEnd = repository.length + 1 + (tag?.length ?? 0);
  if (tag !== undefined && !tagPattern.test(tag))
    return tag === ''
      ? { start: repository.length, end: repository.length + 1, why: 'A tag must follow the `:`' }
      : { start: repository.length + 1, end: tagEnd, why: `\`${tag}\` is no tag: letters, digits, \`_\`, \`.\` and \`-\`, at most 128` };
  return digest === undefined ? undefined : digestProblem(digest, reference.length - digest.length);
}

function repositoryProblem(repository: string): ReferenceProblem | undefined {
  const slash = repository.indexOf('/');
  const first = slash < 0 ? '' : repository.slice(0, slash);
  const hosted = /[.:A-Z]/.test(first) || first === 'localhost';
  if (hosted && !host.test(first)) return { start: 0, end: slash, why: `\`${first}\` is no host name` };
  const start = hosted ? slash + 1 : 0;
  const path = repository.slice(start);
  const end = repository.length;
  if (path === '') return { start: 0, end: Math.max(1, end), why: 'The name of the image is missing' };
  if (path !== path.toLowerCase()) return { start, end, why: `Names of images are in lower case: \`${path.toLowerCase()}\`` };
  let at = start;
  for (const part of path.split('/')) {
    if (!segment.test(part))
      return { start: part === '' ? Math.max(0, at - 1) : at, end: part === '' ? at : at + part.length, why: segmentProblem(part) };
    at += part.length + 1;
  }
  return path.length > longestName ? { start, end, why: `A name has at most ${longestName} characters` } : undefined;
}

function segmentProblem(part: string): string {
  if (part === '') return 'A part of the name is missing beside the `/`';
  if (part.includes(':')) return `\`${part}\` has a \`:\` too many`;
  return `\`${part}\` is no name: lower-case letters and digits, single \`.\`, \`_\` or \`-\` between them`;
}

/** @param at where it starts in the reference */
export function digestProblem(digest: string, at = 0): ReferenceProblem | undefined {
  const colon = digest.indexOf(':');
  const [algorithm, hex] = [digest.slice(0, Math.max(0, colon)), digest.slice(colon + 1)];
  const whole = { start: digest === '' && at > 0 ? at - 1 : at, end: at + digest.length };
  if (!/^[a-z0-9]+(?:[+._-][a-z0-9]+)*$/i.test(algorithm)) return { ...whole, why: 'A digest is `sha256:` and 64 hexadecimal digits' };
  const length = Object.hasOwn(lengths, algorithm) ? lengths[algorithm] : undefined;
  if (length === undefined)
    return { start: at, end: at + algorithm.length, why: `No digest is made with \`${algorithm}\`: it is \`sha256\`` };
  const value = { start: hex === '' ? at : at + colon + 1, end: whole.end };
  if (!/^[0-9a-f]*$/.test(hex)) return { ...value, why: 'A digest holds the digits 0 to 9 and a to f alone' };
  return hex.length === length ? undefined : { ...value, why: `A ${algorithm} digest has ${length} digits, and this one ${hex.length}` };
}
