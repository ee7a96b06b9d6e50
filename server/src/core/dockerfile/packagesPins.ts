import type { ShellWord } from './shellModel.ts';

/** How a package manager writes a package with its version. */
export type PinStyle = 'apt' | 'apk' | 'rpm' | 'zypper' | 'pip' | 'npm' | 'gem' | 'go';

type Test = (name: string) => boolean;

const local: Test = (name) => /^(?:\.{0,2}\/|~\/|file:)|^\.{1,2}$/.test(name);
const address: Test = (name) => /^(?:https?|ftp):/i.test(name);

/** What counts as a version, by the manuals of the package managers; files and addresses of archives are exact already. */
const pinned: Readonly<Record<PinStyle, Test>> = {
  // apt-get(8): name=version, name/release, name- (remove), task^, ./file.deb
  apt: (name) => /=|\/|\.deb$|[-^]$/.test(name) || /^[~?]/.test(name),
  // apk(8): name=version, name~version, name<version; !name is a conflict
  apk: (name) => /[=~<>]|\.apk$/.test(name) || name.startsWith('!') || local(name),
  // dnf(8): NEVRA forms; groups and modules have streams
  rpm: (name) => /-(?:\d+:)?\d[\w.+~^*]*(?:-\d[\w.+~^*]*)?$|\.rpm$|\/|:[\w.]/.test(name) || address(name),
  zypper: (name) => /[=<>]|\.rpm$|\/|^[-!~]/.test(name) || address(name),
  pip: pipPinned,
  npm: npmPinned,
  gem: (name) => /:.|\.gem$/.test(name) || local(name),
  // Paths without a dot in their first element are of the standard library.
  go: (name) =>
    /@./.test(name) ? !/@(?:latest|upgrade|none|patch)$/.test(name) : local(name) || !/^[^/]*\./.test(name) || name.startsWith('-'),
};

/** pip: version specifiers (PEP 440), archives, folders; a repository names a revision behind `@`. */
function pipPinned(name: string): boolean {
  const vcs = /^(?:[\w.-]+\s*(?:\[[^\]]*\])?\s*@\s*)?(?:git|hg|svn|bzr)\+/i.exec(name);
  if (vcs)
    return /@[^/]+$/.test(
      name
        .slice(vcs[0].length)
        .replace(/#.*$/, '')
        .replace(/^\w+:\/\/[^/]*/, ''),
    );
  if (/[=<>~!]=|[<>]|\.(?:whl|zip|tgz|tar(?:\.\w+)?)(?:#.*)?$/i.test(name) || address(name) || local(name)) return true;
  return name.includes('/') || /^[\w.-]+\s*@/.test(name);
}

/** npm-install(1): name@version, archives, folders; a repository names a commit or tag behind `#`. Tags like `latest` move. */
function npmPinned(name: string): boolean {
  if (/\.(?:tgz|tar(?:\.gz)?)$/i.test(name) || local(name)) return true;
  const hosted = /^(?:git[+:@]|git\+|github:|gitlab:|bitbucket:|gist:|[\w.-]+\/[\w.-]+(?:#|$)|\w+:\/\/)/.test(name);
  if (hosted && !name.startsWith('@')) return name.includes('#') || (address(name) && !/\.git$/.test(name));
  const version = /^@?[^@]+@(?:npm:@?[^@]+@)?(.+)$/.exec(name)?.[1];
  return version !== undefined && !/^(?:latest|next|\*|x)$/.test(version);
}

/** True when the word names a version (or a file), or when the shell puts something in its place. */
export function isPinned(style: PinStyle, word: ShellWord): boolean {
  return !word.literal || word.value === '' || word.value.length > 500 || pinned[style](word.value);
}
