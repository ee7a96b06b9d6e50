// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders of snippets
import type { Dockerfile, Instruction } from '../dockerfile/model.ts';
import { instructionReference, referenceLink } from '../dockerfile/reference.ts';
import { type Item, type Typed, words } from './completion.ts';

/** Values of flags that are words of a fixed list: https://docs.docker.com/reference/dockerfile/ */
const values: Readonly<Record<string, readonly (readonly [string, string?])[]>> = {
  platform: [
    ['$BUILDPLATFORM', 'the machine that builds'],
    ['$TARGETPLATFORM', 'the default'],
    ['linux/amd64'],
    ['linux/arm64'],
    ['linux/arm/v7'],
    ['linux/s390x'],
    ['linux/ppc64le'],
    ['windows/amd64'],
  ],
  network: [['default'], ['none', 'no network'], ['host', 'the network of the builder']],
  security: [
    ['sandbox', 'the default'],
    ['insecure', 'needs a builder that allows it'],
  ],
  chmod: [['755'], ['644'], ['0755'], ['0644'], ['u=rwX,go=rX'], ['a+x']],
  checksum: [['sha256:', 'digest of the file']],
  'keep-git-dir': [['true'], ['false']],
  link: [['true'], ['false']],
  parents: [['true'], ['false']],
  unpack: [['true'], ['false']],
  interval: [['30s'], ['1m'], ['5m']],
  timeout: [['3s'], ['10s'], ['30s']],
  'start-period': [['0s'], ['30s'], ['1m']],
  'start-interval': [['1s'], ['5s']],
  retries: [['1'], ['3'], ['5']],
};

const repeatable = new Set(['--mount=', '--exclude=', '--device=']);

/** Flags of the instruction that are not given yet. */
export function completeFlags(instruction: Instruction, typed: Typed): readonly Item[] {
  const reference = instructionReference(instruction.keyword.value.toUpperCase());
  const given = new Set(instruction.flags.map(({ name }) => name));
  return (reference?.flags ?? [])
    .filter((flag) => typed.text.startsWith(flag) || !given.has(flag.replace(/^--|=$/g, '')) || repeatable.has(flag))
    .map((flag) => ({
      label: flag,
      kind: 'key' as const,
      documentation: `[Reference](${referenceLink(`${instruction.keyword.value}---${flag.replace(/^--|=$/g, '')}`)})`,
      edit: { range: typed.range, text: flag },
      ...(flag.endsWith('=') ? { again: true } : {}),
    }));
}

/** What fits behind `--flag=`, in place of what stands there. `users` are those of `--chown`, `sources` those of `from`. */
export function completeFlagValue(
  file: Dockerfile,
  typed: Typed,
  offset: number,
  users: () => readonly Item[],
  sources: (range: Item['edit']['range']) => readonly Item[],
): readonly Item[] {
  const [, name = ''] = /^--([\w-]+)=/.exec(typed.text) ?? [];
  const start = typed.start + name.length + 3;
  const range = { start: file.index.positionAt(start), end: typed.range.end };
  if (name === 'from') return sources(range);
  if (name === 'chown') return users().map((item) => ({ ...item, edit: { ...item.edit, range } }));
  if (name === 'mount') return completeMount(file, start, offset, sources);
  return words(range, 'enum', values[name] ?? []);
}

interface MountType {
  readonly detail: string;
  readonly fields: readonly (readonly [name: string, detail: string])[];
}

const target = ['target', 'where it is mounted'] as const;
const owner = [
  ['uid', 'owner, 0 by default'],
  ['gid', 'group, 0 by default'],
  ['mode', 'file mode, octal'],
] as const;
const source = ['source', 'path in `from`'] as const;
const from = ['from', 'stage, image or named context'] as const;

/** https://docs.docker.com/reference/dockerfile/#run---mount */
const mounts: Readonly<Record<string, MountType>> = {
  bind: {
    detail: 'files of the context, a stage or an image; the default',
    fields: [target, source, from, ['rw', 'writes are allowed, and thrown away']],
  },
  cache: {
    detail: 'a folder that stays between builds',
    fields: [
      target,
      ['id', 'name of the cache'],
      ['sharing', 'what builds at the same time do'],
      ['ro', 'read only'],
      from,
      source,
      ...owner,
    ],
  },
  tmpfs: { detail: 'memory that is gone after the RUN', fields: [target, ['size', 'upper limit, bytes']] },
  secret: {
    detail: 'a secret that never reaches a layer',
    fields: [
      ['id', 'name of the secret'],
      target,
      ['env', 'variable instead of a file'],
      ['required', 'fails the build when it is missing'],
      ...owner,
    ],
  },
  ssh: {
    detail: 'the agent of the client',
    fields: [['id', 'name of the agent'], target, ['required', 'fails the build when it is missing'], ...owner],
  },
};

const switches = new Set(['rw', 'ro', 'required']);
const synonyms: Readonly<Record<string, string>> = { dst: 'target', destination: 'target', src: 'source', readonly: 'ro', readwrite: 'rw' };

function completeMount(
  file: Dockerfile,
  start: number,
  offset: number,
  sources: (range: Item['edit']['range']) => readonly Item[],
): readonly Item[] {
  const typed = file.text.slice(start, offset);
  const comma = typed.lastIndexOf(',');
  const fieldStart = start + comma + 1;
  const end = offset + (/^[^\s,]*/.exec(file.text.slice(offset, offset + 500))?.[0].length ?? 0);
  const whole = /^[^\s]*/.exec(file.text.slice(start, start + 2000))?.[0] ?? '';
  const given = new Map(
    whole.split(',').map((field) => [synonyms[field.replace(/=.*$/, '')] ?? field.replace(/=.*$/, ''), field.replace(/^[^=]*=?/, '')]),
  );
  const field = /^([\w-]+)=/.exec(file.text.slice(fieldStart, offset));
  if (field) {
    const range = file.index.range(fieldStart + field[0].length, end);
    if (field[1] === 'type')
      return words(
        range,
        'enum',
        Object.entries(mounts).map(([name, { detail }]) => [name, detail]),
      );
    if (field[1] === 'sharing')
      return words(range, 'enum', [
        ['shared', 'the default'],
        ['private', 'one cache each'],
        ['locked', 'one after the other'],
      ]);
    if (field[1] === 'from') return sources(range);
    return field[1] === 'required' ? words(range, 'enum', [['true'], ['false']]) : [];
  }
  const range = file.index.range(fieldStart, end);
  const current = file.text.slice(fieldStart, end).replace(/=.*$/, '');
  const type = given.get('type');
  const free = (mounts[type ?? 'bind']?.fields ?? []).filter(([name]) => !given.has(name) || name === current);
  const fields = free.map(([name, detail]): Item => {
    const text = switches.has(name) ? name : `${name}=`;
    return { label: text, kind: 'key', detail, edit: { range, text }, ...(name === 'sharing' || name === 'from' ? { again: true } : {}) };
  });
  const types =
    type === undefined || current === 'type'
      ? [{ label: 'type=', kind: 'key' as const, detail: 'kind of mount', edit: { range, text: 'type=' }, again: true }]
      : [];
  return [...types, ...fields];
}
