import type { Span } from './model.ts';
import type { ShellCommand, ShellWord } from './shellModel.ts';

export type PackageManager = 'apt' | 'apk' | 'yum' | 'dnf' | 'zypper' | 'rpm' | 'dpkg';

/** One call of an operating system's package manager. */
export interface PackageCall extends Span {
  readonly manager: PackageManager;
  /** As called: `apt-get`, `microdnf`. */
  readonly program: string;
  readonly action: 'install' | 'update' | 'clean' | 'remove' | 'other';
  /** The sub-command's word; of rpm and dpkg, the option that says what to do. */
  readonly verb: ShellWord;
  /** Words behind the sub-command that are no options. */
  readonly packages: readonly ShellWord[];
  /** Options anywhere, without values that stand in the next word. */
  readonly options: readonly ShellWord[];
  readonly command: ShellCommand;
}

interface Knowledge {
  readonly manager: PackageManager;
  /** Options, before or after the sub-command, whose value is the next word. */
  readonly values: ReadonlySet<string>;
  readonly install: ReadonlySet<string>;
  readonly update: ReadonlySet<string>;
  readonly clean: ReadonlySet<string>;
  readonly remove: ReadonlySet<string>;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** apt-get(8), apt(8), aptitude(8). */
const apt: Knowledge = {
  manager: 'apt',
  values: words('-o --option -c --config-file -t --target-release --default-release -a --host-architecture -P --build-profiles'),
  install: words('install build-dep reinstall satisfy upgrade dist-upgrade full-upgrade safe-upgrade'),
  update: words('update'),
  clean: words('clean autoclean distclean dist-clean'),
  remove: words('remove purge autoremove autopurge'),
};

/** yum(8), dnf(8), dnf5(8), microdnf(8), tdnf(8). */
const dnf: Knowledge = {
  manager: 'dnf',
  values: words(
    '-c --config -e -d --errorlevel --debuglevel -R --randomwait --enablerepo --disablerepo --repo --repoid --setopt --installroot --releasever -x --exclude --disableplugin --enableplugin --disableexcludes --forcearch --comment --nogpgcheck-keys',
  ),
  install: words(
    'install in localinstall groupinstall group-install reinstall rei update upgrade up upgrade-minimal update-minimal upgrade-to distro-sync dsync downgrade dg builddep swap',
  ),
  update: words('makecache mc'),
  clean: words('clean'),
  remove: words('remove rm erase autoremove'),
};

const known: Readonly<Record<string, Knowledge>> = {
  'apt-get': apt,
  apt,
  aptitude: apt,
  apk: {
    manager: 'apk',
    values: words('-X --repository -p --root -t --virtual --wait --keys-dir --repositories-file --arch --cache-dir --cache-max-age'),
    install: words('add upgrade fix'),
    update: words('update'),
    clean: words('cache'),
    remove: words('del'),
  },
  yum: { ...dnf, manager: 'yum' },
  dnf,
  dnf5: dnf,
  microdnf: dnf,
  tdnf: dnf,
  zypper: {
    manager: 'zypper',
    values: words('-c --config -R --root --installroot -D --reposd-dir -C --cache-dir --releasever -r --repo --from -t --type'),
    install: words('install in update up patch dist-upgrade dup source-install si'),
    update: words('refresh ref'),
    clean: words('clean cc'),
    remove: words('remove rm'),
  },
};

/** Reads a command as a call of a package manager, or undefined when it is none. Help and version calls are none. */
export function packageCall(command: ShellCommand): PackageCall | undefined {
  const { name } = command;
  const lowLevel = name === 'rpm' || name === 'dpkg' ? name : undefined;
  const knowledge = !lowLevel && Object.hasOwn(known, name) ? known[name] : undefined;
  // `./apk` is a file of the build, not the system's program.
  if ((!lowLevel && !knowledge) || /^[^/].*\//.test(command.words[0]?.value ?? '')) return undefined;
  if (lowLevel) return lowLevelCall(command, lowLevel);
  if (!knowledge) return undefined;
  const { plain, options } = split(command.words.slice(1), knowledge.values);
  const [verb, ...rest] = plain;
  if (!verb || options.some((option) => /^(?:--help|--version|-h)$/.test(option.value))) return undefined;
  const grouped = verb.value === 'group' || verb.value === 'module' || verb.value === 'groups';
  const action = actionOf(grouped ? (rest[0]?.value ?? '') : verb.value, knowledge);
  return {
    manager: knowledge.manager,
    program: command.name,
    action,
    verb,
    packages: grouped ? rest.slice(1) : rest,
    options,
    command,
    start: command.words[0]?.start ?? command.start,
    end: verb.end,
  };
}

function actionOf(verb: string, knowledge: Knowledge): PackageCall['action'] {
  if (knowledge.install.has(verb)) return 'install';
  if (knowledge.update.has(verb)) return 'update';
  if (knowledge.clean.has(verb)) return 'clean';
  return knowledge.remove.has(verb) ? 'remove' : 'other';
}

function split(rest: readonly ShellWord[], values: ReadonlySet<string>) {
  const plain: ShellWord[] = [];
  const options: ShellWord[] = [];
  let skip = false;
  for (const word of rest) {
    if (skip) skip = false;
    else if (word.value.startsWith('-') && word.value !== '-') {
      options.push(word);
      skip = values.has(word.value);
    } else plain.push(word);
  }
  return { plain, options };
}

/** rpm(8): `-i`, `-U`, `-F` without a query; dpkg(1): `-i`, `--install`, `--unpack`. */
function lowLevelCall(command: ShellCommand, program: 'rpm' | 'dpkg'): PackageCall | undefined {
  const { plain, options } = split(command.words.slice(1), new Set());
  const pattern = program === 'rpm' ? /^(?:-(?!-)[a-zA-Z]*[iUF][a-zA-Z]*|--install|--upgrade|--freshen)$/ : /^(?:-i|--install|--unpack)$/;
  const query = program === 'rpm' && options.some((option) => /^-(?:-query|-verify|-import|-eval|(?!-)[a-zA-Z]*[qVEK])/.test(option.value));
  const verb = options.find((option) => pattern.test(option.value));
  if (!verb || query) return undefined;
  const start = command.words[0]?.start ?? command.start;
  return { manager: program, program, action: 'install', verb, packages: plain, options, command, start, end: verb.end };
}
