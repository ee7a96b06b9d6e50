import { readArguments } from './options.ts';
import type { ShellCommand, ShellWord } from './shellModel.ts';
import type { Span } from './spans.ts';
import type { Unchecked } from './verificationModel.ts';
import { uncheckedVariable } from './verificationVariables.ts';

/** Longer words are no lines of a configuration. */
const maxWord = 2000;

const off = /^(?:0|false|no|off|none)$/i;

interface Flags {
  /** Letter that alone or in a bundle switches the check off, and the letters whose rest is a value. */
  readonly short?: string;
  readonly valued?: string;
  readonly long: RegExp;
  readonly check: Unchecked['check'];
}

/** curl(1), wget(1), apt-get(8), apk(8), dnf(8), zypper(8), rpm(8), pip, uv and npm: the options, by program. */
const curl: Flags = { short: 'k', valued: 'AbcCdDeEFhHKmoPQrtTuUwxXyYz', long: /^--(?:proxy-|doh-)?insecure$/, check: 'certificate' };
const apt: Flags = {
  long: /^--(?:allow-unauthenticated|allow-insecure-repositories|force-yes)(?:=(?:1|true|yes|on))?$/,
  check: 'signature',
};
const dnf: Flags = { long: /^--(?:nogpgcheck|no-gpgchecks?|no-gpg-checks)$/, check: 'signature' };
const npm: Flags = { long: /^--(?:no-strict-ssl|strict-ssl=false)$/, check: 'certificate' };
const flags: Readonly<Record<string, Flags>> = {
  curl,
  wget: { long: /^--(?:no-check-certificate|check-certificate=(?:off|quiet|no|0))(?:=.*)?$/, check: 'certificate' },
  'apt-get': apt,
  apt,
  aptitude: { long: /^--allow-untrusted$/, check: 'signature' },
  apk: { long: /^--allow-untrusted$/, check: 'signature' },
  yum: dnf,
  dnf,
  dnf5: dnf,
  microdnf: dnf,
  tdnf: dnf,
  zypper: { long: /^--(?:no-gpg-checks|allow-unsigned-rpm|no-gpgcheck)$/, check: 'signature' },
  rpm: { long: /^--(?:nosignature|nodigest|noverify)$/, check: 'signature' },
  npm,
  pnpm: npm,
  yarn: npm,
  helm: { long: /^--insecure-skip-tls-verify(?:=true)?$/, check: 'certificate' },
  go: { long: /^--?insecure$/, check: 'certificate' },
};

const writers = /^(?:npm|pnpm|yarn|pip[\d.]*|echo|printf|sed|tee)$/;

/** Places in a command that switch a check off. Most commands cost a look at their name. */
export function uncheckedIn(command: ShellCommand): readonly Unchecked[] {
  const { name, words, assignments, prefixes } = command;
  if (assignments.length === 0 && prefixes.length === 0 && !isTold(name)) return none;
  const found: Unchecked[] = [];
  const program = Object.hasOwn(flags, name) ? flags[name] : undefined;
  if (program && !(program === curl && words.some(({ value }) => localAddress.test(value)))) found.push(...flagged(words, program));
  const settings = settingsOf(name, words);
  if (settings) found.push(...settingsIn(words, settings));
  if (name === 'git') found.push(...gitIn(words));
  if (writers.test(name)) found.push(...configured(command));
  if (assignments.length > 0 || prefixes.length > 0) found.push(...variablesIn(command));
  return found;
}

const none: readonly Unchecked[] = [];

/** True for programs that have options or settings for it. */
function isTold(name: string): boolean {
  return (
    name === 'git' || Object.hasOwn(flags, name) || Object.hasOwn(settingNames, name) || /^(?:pip|python)/.test(name) || writers.test(name)
  );
}

const localAddress = /^https?:\/\/(?:localhost|127\.|\[::1\])/i;

function flagged(words: readonly ShellWord[], { short, valued = '', long, check }: Flags): readonly Unchecked[] {
  return words.slice(1).flatMap((word, i): Unchecked[] => {
    const previous = words[i]?.value ?? '';
    // The value of `-o` is no option.
    if (/^-[a-zA-Z]*[oO]$/.test(previous) && !word.value.startsWith('--')) return [];
    if (long.test(word.value)) return [{ ...place(word), what: word.text, check, removal: { ...place(word), text: '' } }];
    if (!short || !/^-[a-zA-Z0-9#]+$/.test(word.value)) return [];
    const before = word.value.slice(1, Math.max(1, word.value.indexOf(short)));
    if (!word.value.includes(short) || [...before].some((letter) => valued.includes(letter))) return [];
    const alone = word.value === `-${short}`;
    return [{ ...place(word), what: `-${short}`, check, ...(alone ? { removal: { ...place(word), text: '' } } : bundled(word, short)) }];
  });
}

/** A bundle keeps its other letters. */
function bundled(word: ShellWord, letter: string): Pick<Unchecked, 'removal'> {
  return word.text === word.value ? { removal: { ...place(word), text: word.text.replaceAll(letter, '') } } : {};
}

const place = ({ start, end }: Span): Span => ({ start, end });

function settingsOf(name: string, words: readonly ShellWord[]): Settings | undefined {
  if (/^python/.test(name)) return words.some(({ value }) => value === 'pip') ? settingNames.pip : undefined;
  const key = name.startsWith('pip') ? 'pip' : name;
  return Object.hasOwn(settingNames, key) ? settingNames[key] : undefined;
}

/** Words such as `-o key=value`, `--setopt=key=value`, `--trusted-host name`, `-e check_certificate=off`. */
function settingsIn(words: readonly ShellWord[], wanted: Settings): readonly Unchecked[] {
  return readArguments(words.slice(1), wanted.names).options.flatMap((option): Unchecked[] => {
    if (!wanted.names.has(option.name) || !wanted.off.test(option.value ?? '')) return [];
    const span = { start: option.word.start, end: (option.valueWord ?? option.word).end };
    const check = wanted.certificate.test(option.value ?? '') || wanted.names.has('--trusted-host') ? 'certificate' : 'signature';
    return [
      {
        ...span,
        what: option.valueWord ? `${option.word.text} ${option.valueWord.text}` : option.word.text,
        check,
        removal: { ...span, text: '' },
      },
    ];
  });
}

interface Settings {
  readonly names: ReadonlySet<string>;
  readonly off: RegExp;
  readonly certificate: RegExp;
}

const aptOff =
  /^(?:APT::Get::(?:AllowUnauthenticated|force-yes)|Acquire::AllowInsecureRepositories|Acquire::AllowWeakRepositories)=(?:1|true|yes|on)$|^Acquire::https?(?:::[^=]*)?::Verify-(?:Peer|Host)=(?:0|false|no|off)$/i;
const aptSettings: Settings = { names: new Set(['-o', '--option']), off: aptOff, certificate: /Verify/i };
const dnfSettings: Settings = {
  names: new Set(['--setopt']),
  off: /(?:^|\.)(?:gpgcheck|sslverify|repo_gpgcheck|localpkg_gpgcheck)=(?:0|false|no|off)$/i,
  certificate: /sslverify/i,
};
const trusted: Settings = { names: new Set(['--trusted-host', '--allow-insecure-host']), off: /./, certificate: /./ };
const settingNames: Readonly<Record<string, Settings>> = {
  'apt-get': aptSettings,
  apt: aptSettings,
  yum: dnfSettings,
  dnf: dnfSettings,
  microdnf: dnfSettings,
  tdnf: dnfSettings,
  pip: trusted,
  uv: trusted,
  wget: { names: new Set(['-e', '--execute']), off: /^check_?certificate\s*=\s*(?:off|no|0|quiet)$/i, certificate: /./ },
};

/** git(1), git-config(1): `-c http.sslVerify=false`, `config --global http.<url>.sslVerify false`. */
function gitIn(words: readonly ShellWord[]): readonly Unchecked[] {
  return words.flatMap((word, i): Unchecked[] => {
    const [, name = '', value] = /^(http\.(?:.*\.)?sslVerify)(?:=(.*))?$/i.exec(word.value) ?? [];
    if (name === '' || !off.test(value ?? words[i + 1]?.value ?? '')) return [];
    const flag = words[i - 1];
    const end = value === undefined ? (words[i + 1]?.end ?? word.end) : word.end;
    const removal = flag?.value === '-c' || flag?.value === '--config' ? { removal: { start: flag.start, end, text: '' } } : {};
    return [{ start: word.start, end, what: name, check: 'certificate', ...removal }];
  });
}

const written: readonly { readonly pattern: RegExp; readonly check: Unchecked['check'] }[] = [
  { pattern: /^(?:strict-ssl|enableStrictSsl)(?:[=\s]+(.*))?$/i, check: 'certificate' },
  { pattern: /^(?:global|install)\.trusted-host$/, check: 'certificate' },
];

/** `npm config set strict-ssl false` and its like, and lines that are written into configuration files. */
function configured(command: ShellCommand): readonly Unchecked[] {
  const { name, words } = command;
  if (/^(?:npm|pnpm|yarn|pip\d*)$/.test(name) && words.some(({ value }) => value === 'set')) {
    return words.flatMap((word, i): Unchecked[] => {
      const found = written.find(({ pattern }) => pattern.test(word.value));
      const value = found?.pattern.exec(word.value)?.[1] ?? words[i + 1]?.value ?? '';
      const switches = found && (word.value.endsWith('trusted-host') || off.test(value));
      return switches ? [{ start: word.start, end: words[i + 1]?.end ?? word.end, what: word.text, check: found.check }] : [];
    });
  }
  if (!/^(?:echo|printf|sed|tee)$/.test(name)) return [];
  const target = command.redirects?.map((redirect) => redirect.target.value).join(' ') ?? '';
  return words.slice(1).flatMap((word) => writtenWord(word, target));
}

function writtenWord(word: ShellWord, target: string): readonly Unchecked[] {
  if (word.value.length > maxWord) return [];
  const signature =
    /APT::Get::AllowUnauthenticated\\?["']?\s+\\?["']*(?:true|1|yes)|\[[^\][]*\btrusted=yes\b|\/gpgcheck\s*=\s*0|(?:^|\n|\\n)\s*(?:repo_)?gpgcheck\s*=\s*0/i.exec(
      word.value,
    );
  if (signature) return [{ ...place(word), what: signature[0].replace(/^[/\s]|\\n/g, ''), check: 'signature' }];
  const certificate = /(?:curlrc$)/.test(target)
    ? /^-?-?(?:insecure|k)$/.exec(word.value)
    : /wgetrc$/.test(target)
      ? /check_?certificate\s*=\s*off/i.exec(word.value)
      : /npmrc$/.test(target)
        ? /strict-ssl\s*=\s*false/i.exec(word.value)
        : /(?:^|\n|\\n|\/)sslverify\s*=\s*(?:0|false)|Verify-Peer\\?["']?\s+\\?["']*false/i.exec(word.value);
  return certificate ? [{ ...place(word), what: certificate[0].replace(/^[/\s]|\\n/g, ''), check: 'certificate' }] : [];
}

function variablesIn({ name, assignments, prefixes, words, start }: ShellCommand): readonly Unchecked[] {
  const given = prefixes.flatMap((word): Unchecked[] => {
    const equals = word.value.indexOf('=');
    const check = equals > 0 ? uncheckedVariable(word.value.slice(0, equals), word.value.slice(equals + 1)) : undefined;
    return check ? [{ ...place(word), what: word.text, check }] : [];
  });
  const own = assignments.flatMap((assignment): Unchecked[] => {
    const check = uncheckedVariable(assignment.name, assignment.value);
    const from = assignment.start ?? start;
    const end = assignment.end ?? words[0]?.end ?? start;
    // `export A=0` alone would be left without a word.
    const removal =
      name === 'export' || assignment.end === undefined ? {} : { removal: { start: from, end: words[0]?.start ?? end, text: '' } };
    return check
      ? [{ start: from, end, what: `${assignment.name}=${assignment.value}`, check, ...(assignments.length === 1 ? removal : {}) }]
      : [];
  });
  return [...given, ...own];
}
