import { type Option, readArguments } from './options.ts';
import type { ShellCommand, ShellWord } from './shellModel.ts';

export type LanguageManager = 'pip' | 'uv' | 'npm' | 'pnpm' | 'yarn' | 'gem' | 'go';

/** One call of a programming language's package manager. */
export interface LanguageCall {
  readonly manager: LanguageManager;
  /** As called: `pip3`, `python -m pip`. */
  readonly program: string;
  /** `install`, `add`, `ci`, `cache`…; `global add` of yarn is `add`. */
  readonly verb: ShellWord;
  readonly packages: readonly ShellWord[];
  readonly options: readonly Option[];
  readonly command: ShellCommand;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** Options whose value may be the next word: pip(1), npm-install(1), yarn and pnpm add, `gem help install`, `go help build`. */
const values: Readonly<Record<LanguageManager, ReadonlySet<string>>> = {
  pip: words(
    '-r --requirement --requirements -c --constraint --constraints -e --editable -i --index-url --extra-index-url --trusted-host -f --find-links -t --target --platform --python-version --implementation --abi --root --prefix --src --upgrade-strategy -C --config-settings --global-option --install-option --no-binary --only-binary --progress-bar --report --timeout --retries --proxy --cert --client-cert --cache-dir --log --exists-action --python --group --root-user-action --use-feature --use-deprecated --build-option',
  ),
  uv: words(
    '-r --requirement --requirements -c --constraint --constraints -e --editable -i --index-url --extra-index-url --default-index --index --trusted-host --allow-insecure-host -f --find-links -p --python --target --prefix --cache-dir --resolution --prerelease --index-strategy --link-mode --extra --group --no-binary --only-binary -P --upgrade-package --python-version --config-file --directory --project',
  ),
  npm: words(
    '--prefix -C --registry --cache --loglevel --userconfig --globalconfig --omit --include --tag --workspace -w --install-strategy --save-prefix --network-timeout --fetch-retries --fetch-timeout --cpu --os --libc --script-shell --before --proxy --https-proxy',
  ),
  pnpm: words(
    '-C --dir --prefix --registry --cache-dir --store-dir --filter -F --loglevel --reporter --global-dir --workspace-dir --config',
  ),
  yarn: words(
    '--cwd --cache-folder --registry --modules-folder --global-folder --prefix --network-timeout --network-concurrency --use-yarnrc --mutex --proxy --https-proxy',
  ),
  gem: words(
    '-v --version -i --install-dir -n --bindir --platform -s --source -P --trust-policy --document -p --http-proxy -g --file --build-root -B --bulk-threshold --config-file',
  ),
  go: words(
    '-C -ldflags -tags -gcflags -asmflags -o -mod -modfile -p -overlay -pgo -toolexec -exec -covermode -coverpkg -buildmode -compiler',
  ),
};

/** Reads a command as a call of pip, uv, npm, pnpm, yarn, gem or go; undefined when it is none. */
export function languageCall(command: ShellCommand): LanguageCall | undefined {
  const found = managerOf(command);
  if (!found) return undefined;
  const { plain, options } = readArguments(command.words.slice(found.from), values[found.manager]);
  const at = found.manager === 'yarn' && plain[0]?.value === 'global' ? 1 : 0;
  const verb = plain[at];
  if (!verb) return undefined;
  const program = command.words
    .slice(0, found.from)
    .map((word, i) => (i === 0 ? command.name : word.text))
    .join(' ');
  return { manager: found.manager, program, verb, packages: plain.slice(at + 1), options, command };
}

const plainManagers: Readonly<Record<string, LanguageManager>> = {
  npm: 'npm',
  pnpm: 'pnpm',
  yarn: 'yarn',
  yarnpkg: 'yarn',
  gem: 'gem',
  go: 'go',
};

/** The manager, and the index of the first word behind its name. */
function managerOf({ name, words: all }: ShellCommand): { readonly manager: LanguageManager; readonly from: number } | undefined {
  if (/^pip(?:\d(?:\.\d+)?)?$/.test(name)) return { manager: 'pip', from: 1 };
  if (/^(?:python|pypy)(?:\d(?:\.\d+)?)?$/.test(name)) {
    const module = all.findIndex((word) => word.value === '-m');
    const between = all.slice(1, module).every((word) => word.value.startsWith('-'));
    return module > 0 && between && all[module + 1]?.value === 'pip' ? { manager: 'pip', from: module + 2 } : undefined;
  }
  if (name === 'uv') return all[1]?.value === 'pip' ? { manager: 'uv', from: 2 } : undefined;
  if (/^gem\d/.test(name)) return { manager: 'gem', from: 1 };
  const manager = Object.hasOwn(plainManagers, name) ? plainManagers[name] : undefined;
  return manager ? { manager, from: 1 } : undefined;
}

const npmInstall = words('install add i in ins inst insta instal isnt isnta isntal');
const verbs: Readonly<Record<LanguageManager, ReadonlySet<string>>> = {
  pip: words('install'),
  uv: words('install'),
  npm: npmInstall,
  pnpm: words('add install i'),
  yarn: words('add'),
  gem: words('install i'),
  go: words('install get'),
};

/** True when the call installs packages that it names. */
export function installsNamed(call: LanguageCall): boolean {
  return verbs[call.manager].has(call.verb.value);
}
