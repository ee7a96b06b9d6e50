import { createHash } from 'node:crypto';

/** `prev` of the first entry of a journal. */
export const chainStart = `sha256:${'0'.repeat(64)}`;

/** The line to append to a journal: the entry with `prev`, the hash of the line before it, so that a changed or missing line shows (S20). */
export function chained(journal: string, entry: Readonly<Record<string, unknown>>): string {
  const lines = linesOf(journal);
  const torn = journal !== '' && !journal.endsWith('\n');
  return `${torn ? '\n' : ''}${JSON.stringify({ ...entry, prev: hashOf(lines.at(-1)) })}\n`;
}

/** One-based numbers of the lines that do not follow from the line before them. */
export function brokenLinks(journal: string): readonly number[] {
  const lines = linesOf(journal);
  return lines.flatMap((line, index) => (prevOf(line) === hashOf(lines[index - 1]) ? [] : [index + 1]));
}

function linesOf(journal: string): string[] {
  return journal.split('\n').filter((line) => line !== '');
}

function hashOf(line: string | undefined): string {
  return line === undefined ? chainStart : `sha256:${createHash('sha256').update(line).digest('hex')}`;
}

function prevOf(line: string): unknown {
  try {
    const entry: unknown = JSON.parse(line);
    return typeof entry === 'object' && entry !== null && 'prev' in entry ? entry.prev : undefined;
  } catch {
    return undefined;
  }
}
