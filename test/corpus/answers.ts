/** What the peers said of the corpus, as recorded by `node test/corpus/record.ts`: rule names and lines, nothing of their words. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Peer = 'buildkit' | 'hadolint';

/** `refused`: the peer could not read the file. `said`: `Rule:line`, lines 1-based. */
export interface Answers {
  readonly refused: boolean;
  readonly said: readonly string[];
}

export const answersFile = (peer: Peer): string => join(import.meta.dirname, 'answers', `${peer}.txt`);

/** By the name of the corpus' file. */
export function recorded(peer: Peer): ReadonlyMap<string, Answers> {
  const path = answersFile(peer);
  const lines = existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : [];
  return new Map(lines.map(readLine));
}

function readLine(line: string): [string, Answers] {
  const [name = '', ...said] = line.split(' ');
  return [name, said[0] === 'refused' ? { refused: true, said: said.slice(1) } : { refused: false, said }];
}

/** The text of a record. */
export function written(answers: ReadonlyMap<string, Answers>): string {
  const lines = [...answers].map(([name, { refused, said }]) => [name, ...(refused ? ['refused'] : []), ...said].join(' '));
  return `${lines.join('\n')}\n`;
}
