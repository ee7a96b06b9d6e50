import { flagWord, valueAfter } from './options.ts';
import type { PackageCall } from './packages.ts';

/** Values of `-o key=value` (apt) or `--setopt=key=value` (dnf) for a key, in any case, as written. */
function settings(call: PackageCall, key: string): readonly string[] {
  const { words } = call.command;
  return call.options.flatMap((option) => {
    if (!/^(?:-o|--option|--setopt)/.test(option.value)) return [];
    const [name = '', value = ''] = valueAfter(words, option).split('=', 2);
    return name.toLowerCase() === key.toLowerCase() ? [value] : [];
  });
}

const yes = /^(?:1|yes|true|with|on|enable)$/i;

/** apt.conf(5): the value of a boolean setting given on the command line; undefined when it is not given. */
export function aptSetting(call: PackageCall, key: string): boolean | undefined {
  const value = settings(call, key).at(-1);
  return value === undefined ? undefined : yes.test(value);
}

/** apt-get(8): `-y`, `--yes`, `--assume-yes`; quiet level 2 implies it; nothing is asked when nothing is done. */
function aptConfirmed(call: PackageCall): boolean {
  if (aptSetting(call, 'APT::Get::Assume-Yes') || aptSetting(call, 'APT::Get::force-yes') || settings(call, 'quiet').includes('2'))
    return true;
  const { options } = call;
  const flag = flagWord(
    options,
    'ys',
    [
      '--yes',
      '--assume-yes',
      '--force-yes',
      '--assume-no',
      '--simulate',
      '--just-print',
      '--dry-run',
      '--recon',
      '--no-act',
      '--print-uris',
      '--trivial-only',
    ],
    'otcaP',
  );
  if (flag && !/=(?:0|no|false|off)$/.test(flag.value)) return true;
  const level = options.find(({ value }) => /^(?:-q|--quiet)=\d/.test(value));
  if (level) return Number(level.value.slice(level.value.indexOf('=') + 1)) >= 2;
  return (
    options.reduce((sum, { value }) => sum + (/^-[a-z]+$/i.test(value) ? value.split('q').length - 1 : value === '--quiet' ? 1 : 0), 0) >= 2
  );
}

/** dnf(8), yum(8): `-y`, `--assumeyes`, `--setopt=assumeyes=1`. */
function dnfConfirmed(call: PackageCall): boolean {
  if (settings(call, 'assumeyes').some((value) => yes.test(value))) return true;
  return flagWord(call.options, 'y', ['--assumeyes', '--assumeno'], 'cdeRx') !== undefined;
}

/** zypper(8): `-n` and its long forms before the sub-command (behind it, `-n` means `--name`), `-y` behind it. */
function zypperConfirmed(call: PackageCall): boolean {
  const global = call.options.filter((option) => option.start < call.verb.start);
  const own = call.options.filter((option) => option.start > call.verb.start);
  if (flagWord(global, 'n', ['--non-interactive', '--non-interactive-include-reboot-patches'], 'cRDC')) return true;
  return flagWord(own, 'yD', ['--no-confirm', '--dry-run', '--non-interactive'], 'trf') !== undefined;
}

/** True when a call answers its own questions by options. */
export function isConfirmed(call: PackageCall): boolean {
  if (call.manager === 'apt') return aptConfirmed(call);
  return call.manager === 'zypper' ? zypperConfirmed(call) : dnfConfirmed(call);
}

/** True for a call that asks before it acts. */
export function asks(call: PackageCall): boolean {
  const { manager, action, verb } = call;
  if (manager === 'apk' || manager === 'rpm' || manager === 'dpkg') return false;
  return action === 'install' || action === 'remove' || (manager !== 'zypper' && verb.value === 'history');
}

/** True for `upgrade` and its like: everything installed, not packages by name. */
export function upgradesAll({ manager, action, verb, packages }: PackageCall): boolean {
  if (action !== 'install' || packages.length > 0) return false;
  if (manager === 'rpm' || manager === 'dpkg') return false;
  return /^(?:upgrade|dist-upgrade|full-upgrade|safe-upgrade|update|up|patch|dup|distro-sync|dsync|upgrade-minimal|update-minimal|fix)$/.test(
    verb.value,
  );
}
