import type { PlacedCommand } from './commands.ts';
import type { Dockerfile, Span } from './model.ts';
import { instructionsOf } from './walk.ts';

/** An address that a build downloads from. */
export interface Download extends Span {
  readonly url: string;
  /** Host, with its port when one is written, in lower case. */
  readonly host: string;
}

const programs = new Set([
  'curl',
  'wget',
  'wget2',
  'aria2c',
  'git',
  'pip',
  'pip3',
  'npm',
  'yarn',
  'pnpm',
  'gem',
  'go',
  'rpm',
  'yum',
  'dnf',
]);
const more = new Set(['microdnf', 'zypper', 'apk', 'apt-get', 'apt', 'dpkg', 'svn', 'uv', 'python', 'python3', 'lftp', 'axel', 'mvn']);
const pattern = /(?:https?|ftp|git|ssh):\/\/(?:[^\s/@"'$]*@)?([A-Za-z0-9][A-Za-z0-9.-]*(?::\d+)?)(?=[/?#"']|$)[^\s"']*/;

/** Addresses with a literal host in ADD and in programs that download, the machine itself left out. */
export function downloadsOf(file: Dockerfile, commands: readonly PlacedCommand[]): readonly Download[] {
  const added = instructionsOf(file.instructions, 'ADD').flatMap(({ sources }) => sources.flatMap(downloadIn));
  const fetched = commands.flatMap(({ command }) =>
    programs.has(command.name) || more.has(command.name) ? command.words.slice(1).flatMap(downloadIn) : [],
  );
  return [...added, ...fetched].sort((a, b) => a.start - b.start);
}

function downloadIn({ text, start }: { readonly text: string; readonly start: number }): Download[] {
  const match = pattern.exec(text.slice(0, 2000));
  const host = match?.[1]?.toLowerCase();
  if (!match || host === undefined || /^(?:localhost|127\.|0\.0\.0\.0)/.test(host)) return [];
  const at = start + match.index;
  return [{ url: match[0], host, start: at, end: at + match[0].length }];
}
