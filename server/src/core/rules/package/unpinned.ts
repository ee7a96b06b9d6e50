import type { PackageCall } from '../../dockerfile/packages.ts';
import { installsNamed, type LanguageCall } from '../../dockerfile/packagesLanguage.ts';
import { isPinned, type PinStyle } from '../../dockerfile/packagesPins.ts';
import type { ShellWord } from '../../dockerfile/shellModel.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import type { Report } from '../rule.ts';

/** Only a version makes two builds alike. Distributions drop old versions, so that this is a choice: off by default. */
export const rule: DockerfileRule = {
  summary: 'Installed packages name their version.',
  severity: 'warning',
  aliases: ['DL3008', 'DL3013', 'DL3016', 'DL3018', 'DL3028', 'DL3033', 'DL3037', 'DL3041', 'DL3062'],
  optIn: true,
  fixable: false,
  needs: ['packages', 'languagePackages'],
  check(context) {
    return [
      ...context.commands.calls.flatMap(({ call }) => systemReports(context, call)),
      ...context.commands.languageCalls.flatMap(({ call }) => languageReports(context, call)),
    ];
  },
};

const systemPeers: Readonly<Record<string, readonly [PinStyle, string | undefined]>> = {
  apt: ['apt', 'DL3008'],
  apk: ['apk', 'DL3018'],
  yum: ['rpm', 'DL3033'],
  dnf: ['rpm', 'DL3041'],
  zypper: ['zypper', 'DL3037'],
};

/** The calls that the peer's rules look at. */
const known = new Set([
  'apt-get install',
  'apk add',
  'yum install',
  'dnf install',
  'dnf module',
  'microdnf install',
  'microdnf module',
  'zypper install',
  'zypper in',
]);

function systemReports(context: DockerfileContext, call: PackageCall): readonly Report[] {
  const peer = systemPeers[call.manager];
  if (!peer || call.action !== 'install' || !/^(?:install|add|in|localinstall|reinstall|satisfy|module)$/.test(call.verb.value)) return [];
  const [style, id] = peer;
  const aliases = id && known.has(`${call.program} ${call.verb.value}`) ? [id] : [];
  return call.packages.filter((word) => !isPinned(style, word)).map((word) => reportOf(context, word, style, aliases));
}

const languagePeers: Readonly<Record<LanguageCall['manager'], readonly [PinStyle, string | undefined]>> = {
  pip: ['pip', 'DL3013'],
  uv: ['pip', undefined],
  npm: ['npm', 'DL3016'],
  pnpm: ['npm', undefined],
  yarn: ['npm', undefined],
  gem: ['gem', 'DL3028'],
  go: ['go', 'DL3062'],
};

/** Files that give the versions of what the words name. */
const elsewhere = /^(?:-c|--constraints?|-v|--version|-g|--file|--require-hashes)$/;

function languageReports(context: DockerfileContext, call: LanguageCall): readonly Report[] {
  if (!installsNamed(call)) return [];
  const settled = call.manager === 'pip' || call.manager === 'uv' || call.manager === 'gem';
  if (settled && call.options.some(({ name }) => elsewhere.test(name))) return [];
  const [style, id] = languagePeers[call.manager];
  const editable = settled
    ? call.options.flatMap(({ name, valueWord }) => (/^(?:-e|--editable)$/.test(name) && valueWord ? [valueWord] : []))
    : [];
  return [...call.packages, ...editable]
    .filter((word) => !isPinned(style, word))
    .map((word) => reportOf(context, word, style, id && isPeers(call, word) ? [id] : []));
}

/** hadolint knows npm's `install` only, and takes every tag for a version. */
function isPeers({ manager, verb }: LanguageCall, word: ShellWord): boolean {
  return manager !== 'npm' || (verb.value === 'install' && !/@(?:latest|next)$/.test(word.value));
}

const forms: Readonly<Record<PinStyle, string>> = {
  apt: 'name=version',
  apk: 'name=version` or `name~version',
  rpm: 'name-version',
  zypper: 'name=version',
  pip: 'name==version',
  npm: 'name@version',
  gem: 'name:version',
  go: 'path@version',
};

function reportOf(context: DockerfileContext, word: ShellWord, style: PinStyle, aliases: readonly string[]): Report {
  const message = `\`${word.text}\` comes in whatever version the repository has on the day of the build. Write \`${forms[style]}\`.`;
  return { range: context.range(word), message, aliases };
}
