// BuildKit's own answers about Dockerfiles, from a program built of its packages: see oracle/main.go.
import { spawnSync } from 'node:child_process';
import { buildOracle } from './build.ts';

export type Question =
  | { readonly ask: 'parse' | 'lint'; readonly text: string }
  | { readonly ask: 'ignore'; readonly patterns: readonly string[]; readonly paths: readonly string[] };

export interface Answer {
  readonly accepted?: boolean;
  /** Why it would not; a finding's answer may have both findings and this. */
  readonly refused?: string;
  /** 1-based line of the refusal. */
  readonly line?: number;
  readonly findings?: readonly { readonly rule: string; readonly line: number; readonly detail: string }[];
  readonly ignored?: readonly boolean[];
  /** Microseconds that the answer itself took. */
  readonly micros: number;
}

/** Answers in the order of the questions. */
export async function askBuildkit(questions: readonly Question[]): Promise<readonly Answer[]> {
  const program = await buildOracle();
  const input = questions.map((question) => `${JSON.stringify(question)}\n`).join('');
  const { stdout, status, stderr } = spawnSync(program, { input, encoding: 'utf8', maxBuffer: 1 << 30 });
  if (status !== 0) throw new Error(`The oracle failed (${status}): ${stderr}`);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer);
}
