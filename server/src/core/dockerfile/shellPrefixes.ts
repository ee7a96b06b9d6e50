import type { ShellWord } from './shellModel.ts';

interface Prefix {
  /** Options that take the next word as their value. */
  readonly values: readonly string[];
  /** Words of its own before the program (`timeout 30 program`). */
  readonly own: number;
}

/** Programs that run the program named after them. */
const prefixes: Readonly<Record<string, Prefix>> = {
  sudo: { values: ['-u', '-g', '-h', '-p', '-C', '-D', '-R', '-T', '-U', '--user', '--group', '--chdir'], own: 0 },
  doas: { values: ['-u', '-C'], own: 0 },
  env: { values: ['-u', '-C', '--unset', '--chdir'], own: 0 },
  exec: { values: ['-a'], own: 0 },
  time: { values: ['-f', '-o'], own: 0 },
  command: { values: [], own: 0 },
  builtin: { values: [], own: 0 },
  nohup: { values: [], own: 0 },
  nice: { values: ['-n', '--adjustment'], own: 0 },
  ionice: { values: ['-c', '-n', '-p'], own: 0 },
  stdbuf: { values: ['-i', '-o', '-e'], own: 0 },
  timeout: { values: ['-s', '-k', '--signal', '--kill-after'], own: 1 },
  xargs: { values: ['-I', '-n', '-P', '-L', '-d', '-a', '-s', '-E'], own: 0 },
  eatmydata: { values: [], own: 0 },
  fakeroot: { values: [], own: 0 },
  gosu: { values: [], own: 1 },
  'su-exec': { values: [], own: 1 },
  setpriv: { values: [], own: 0 },
  busybox: { values: [], own: 0 },
};

/** Parts a command's words at the program that really runs: `sudo -E env A=b apt-get install` → `apt-get install`. */
export function programOf(words: readonly ShellWord[]): { readonly prefixes: readonly ShellWord[]; readonly words: readonly ShellWord[] } {
  let at = 0;
  for (let next = afterPrefix(words, at); next !== undefined; next = afterPrefix(words, at)) at = next;
  return at === 0 ? { prefixes: [], words } : { prefixes: words.slice(0, at), words: words.slice(at) };
}

/** Index of the program behind the prefix at `at`; undefined when there is none. */
function afterPrefix(words: readonly ShellWord[], at: number): number | undefined {
  const word = words[at];
  if (!word?.literal) return undefined;
  const name = word.value.slice(word.value.lastIndexOf('/') + 1);
  const prefix = Object.hasOwn(prefixes, name) ? prefixes[name] : undefined;
  if (!prefix) return undefined;
  let next = at + 1;
  while (next < words.length) {
    const value = words[next]?.value ?? '';
    if (prefix.values.includes(value)) next += 2;
    else if (value.startsWith('-') || (isAssignment(value) && (name === 'env' || name === 'sudo'))) next++;
    else break;
  }
  next += prefix.own;
  return next < words.length ? next : undefined;
}

function isAssignment(value: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*=/.test(value);
}
