import type { Range } from '../../protocol.ts';
import { imageNamed } from '../dockerfile/catalogue.ts';
import { effectiveAt } from '../dockerfile/effective.ts';
import type { Instruction, RunInstruction } from '../dockerfile/model.ts';
import type { DockerfileContext } from '../rules/context.ts';
import type { ServiceManifest } from '../service/parse.ts';
import { itemsAt, numberAt } from '../yaml/tree.ts';
import { type Item, type Typed, words } from './completion.ts';

type Entry = readonly [label: string, detail?: string];

/** What can stand at the typed word of instructions whose words are names: users, ports, folders, signals, shells, labels. */
export function completeWord(
  context: DockerfileContext,
  instruction: Instruction,
  typed: Typed,
  service: ServiceManifest | undefined,
): readonly Item[] {
  const { file } = context;
  const offer = (entries: readonly Entry[], kind: Item['kind'] = 'value') => words(typed.range, kind, distinct(entries));
  switch (instruction.kind) {
    case 'USER':
      return userItems(context, instruction, typed.range);
    case 'WORKDIR':
      return offer(folders(context, instruction));
    case 'EXPOSE':
      return offer(ports(context, instruction, typed.text, service));
    case 'STOPSIGNAL':
      return offer(
        ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH', 'SIGRTMIN+3'].map((name) => [name]),
        'enum',
      );
    case 'SHELL':
      return instruction.words.length > 0 && instruction.json ? [] : shells(typed.range);
    case 'HEALTHCHECK':
      return file.text.slice(instruction.body.start, typed.start).trim() === ''
        ? offer(
            [
              ['CMD', 'how to test'],
              ['NONE', 'no test, also not that of the base image'],
            ],
            'key',
          )
        : [];
    case 'LABEL':
      return labels(context, typed);
    case 'RUN':
      return subCommands(instruction, typed);
    default:
      return [];
  }
}

function distinct(entries: readonly Entry[]): readonly Entry[] {
  return [...new Map(entries.map((entry) => [entry[0], entry])).values()];
}

/** Users that exist here, as far as it is known: of the base image, of the standards, made by a RUN, used before. */
export function userItems(context: DockerfileContext, instruction: Instruction, range: Range): readonly Item[] {
  const { file, standards } = context;
  const stage = file.stages[instruction.stage ?? -1];
  const state = stage && effectiveAt(file, stage, instruction.start, standards);
  const image = state?.root.kind === 'image' ? state.root.catalogue?.image : undefined;
  const os = imageNamed(standards, image?.os);
  const entries: Entry[] = [];
  for (const { user, name } of [image, os].filter((one) => one !== undefined)) {
    if (user?.uid !== undefined) entries.push([String(user.uid), `user of ${name}`]);
    if (user?.name !== undefined) entries.push([user.name, `user of ${name}`]);
  }
  if (state?.user) entries.push([state.user.value, 'in force here']);
  if (standards?.policy.uid !== undefined) entries.push([String(standards.policy.uid), `of the standards ${standards.name}`]);
  for (let at = stage; at; at = at.parent)
    entries.push(...at.instructions.filter(({ start }) => start < instruction.start).flatMap(usersOf));
  if (!entries.some(([label]) => label === 'root')) entries.push(['root']);
  return words(range, 'value', distinct(entries));
}

function usersOf(instruction: Instruction): Entry[] {
  if (instruction.kind === 'USER') return instruction.value ? [[instruction.value.value, 'used above']] : [];
  return instruction.kind === 'RUN' ? usersMadeBy(instruction) : [];
}

/** The last word of useradd and adduser is the name. */
function usersMadeBy({ script }: RunInstruction): Entry[] {
  return script.commands.flatMap(({ name, words: parts }): Entry[] => {
    const last = parts.at(-1);
    if ((name !== 'useradd' && name !== 'adduser') || parts.length < 2 || !last?.literal || !/^[a-z_][\w.-]*$/i.test(last.value)) return [];
    return [[last.value, `made by ${name} above`]];
  });
}

function folders({ file, standards }: DockerfileContext, instruction: Instruction): Entry[] {
  const stage = file.stages[instruction.stage ?? -1];
  const workdir = stage && effectiveAt(file, stage, instruction.start, standards).workdir;
  const { app, logs } = standards?.policy.directories ?? {};
  const all: (Entry | undefined)[] = [
    app === undefined ? undefined : [app, 'of the standards'],
    workdir === undefined ? undefined : [workdir, 'in force here'],
    logs === undefined ? undefined : [logs, 'logs, of the standards'],
    ['/app'],
    ['/opt/app'],
  ];
  return all.filter((entry) => entry !== undefined);
}

function ports(
  { file, standards }: DockerfileContext,
  instruction: Instruction,
  typed: string,
  service: ServiceManifest | undefined,
): Entry[] {
  const number = /^(\d+)\/\w*$/.exec(typed);
  if (number) return [[`${number[1]}/tcp`, 'the default'], [`${number[1]}/udp`]];
  const stage = file.stages[instruction.stage ?? -1];
  const root = stage && effectiveAt(file, stage, instruction.start, standards).root;
  const handed = (root?.kind === 'image' ? root.catalogue?.image.config?.ports : undefined) ?? [];
  const wanted = itemsAt(service?.root, 'ports').flatMap((item) => numberAt(item, 'port') ?? []);
  return [
    ...wanted.map((port): Entry => [String(port), 'of waybill.yaml']),
    ...handed.map((port): Entry => [String(port), 'of the base image']),
    ['8080'],
    ['8443'],
  ];
}

function shells(range: Range): readonly Item[] {
  return words(range, 'enum', [
    ['["/bin/bash", "-o", "pipefail", "-c"]', 'a failure anywhere in a pipe fails'],
    ['["/bin/bash", "-c"]'],
    ['["/bin/sh", "-c"]', 'the default'],
    ['["/bin/ash", "-eo", "pipefail", "-c"]', 'Alpine'],
    ['["powershell", "-Command"]', 'Windows'],
    ['["cmd", "/S", "/C"]', 'the default on Windows'],
  ]);
}

/** https://github.com/opencontainers/image-spec/blob/main/annotations.md */
const annotations = [
  'title',
  'description',
  'version',
  'revision',
  'source',
  'url',
  'documentation',
  'licenses',
  'vendor',
  'authors',
  'created',
  'base.name',
  'base.digest',
  'ref.name',
];

function labels({ standards, file, states, target }: DockerfileContext, typed: Typed): readonly Item[] {
  if (/=/.test(typed.text)) return [];
  const present = target ? states[target.index]?.labels : undefined;
  const required = standards?.requiredLabels.map(({ name }): Entry => [name, `required by ${standards.name}`]) ?? [];
  const known = annotations.map((name): Entry => [`org.opencontainers.image.${name}`]);
  const rest = file.text.slice(file.index.offsetAt(typed.range.start), file.index.offsetAt(typed.range.end));
  return distinct([...required, ...known])
    .filter(([name]) => !present?.has(name) || rest.startsWith(name))
    .map(([name, detail]) => ({
      label: name,
      kind: 'key' as const,
      edit: { range: typed.range, text: rest.includes('=') ? rest.replace(/^[^=]*/, name) : `${name}=` },
      ...(detail ? { detail } : {}),
    }));
}

/** Only programs whose first word behind the name is always a sub-command. */
const commands: Readonly<Record<string, string>> = {
  'apt-get': 'install update upgrade remove purge autoremove clean download source build-dep check',
  apk: 'add del update upgrade fix info search cache fetch version',
  dnf: 'install update upgrade remove clean makecache autoremove module group repoquery',
  microdnf: 'install update upgrade remove clean makecache module',
  yum: 'install update upgrade remove clean makecache autoremove',
  npm: 'ci install run prune cache config exec pack publish test',
  pip: 'install uninstall download wheel list cache config',
  pip3: 'install uninstall download wheel list cache config',
  go: 'build install mod test run vet generate env get',
  cargo: 'build install fetch test run vendor',
  git: 'clone checkout fetch pull config init submodule',
  gem: 'install update uninstall list',
};

function subCommands({ script }: RunInstruction, typed: Typed): readonly Item[] {
  const end = typed.start + typed.text.length;
  const command = script.commands.find(({ words: parts, name }) => {
    const [first, second] = parts;
    if (!first || !Object.hasOwn(commands, name) || parts.length > 2) return false;
    return second ? second.start === typed.start : first.end < end && typed.text === '' && typed.start - first.end === 1;
  });
  return command
    ? words(
        typed.range,
        'enum',
        (commands[command.name] ?? '').split(' ').map((name) => [name, command.name]),
      )
    : [];
}
