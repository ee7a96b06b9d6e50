import type { PackageManager } from './packages.ts';
import { languageCall } from './packagesLanguage.ts';
import type { ShellCommand } from './shellModel.ts';

const compiler =
  /^(?:gcc|g\+\+|clang|cpp|gcc-c\+\+|gfortran|gcc-gfortran|build-essential|build-base|alpine-sdk|base-devel|@(?:"?development|development-tools).*|@?"?Development Tools"?|devscripts|rustc|cargo|golang|go|gcc-toolset-\d+.*)(?:-\d+)?$/i;
const tool =
  /^(?:make|cmake|autoconf|automake|libtool|bison|flex|pkg-config|pkgconf|pkgconfig|ninja-build|ninja|meson|nasm|yasm|linux-headers(?:-.*)?|kernel-(?:headers|devel)|rpm-build|dpkg-dev|swig)$/;

/** A package that compiles. */
export function isCompiler(name: string): boolean {
  return compiler.test(bare(name));
}

/** A compiler, a build tool, or a library's headers (`-dev` of Debian and Alpine, `-devel` of Red Hat and SUSE). */
export function isBuildPackage(manager: PackageManager, name: string): boolean {
  const plain = bare(name);
  if (compiler.test(plain) || tool.test(plain)) return true;
  return manager === 'apt' || manager === 'apk' ? /-dev$/.test(plain) : /-devel$/.test(plain);
}

function bare(name: string): string {
  return name.replace(/[=~<>].*$/, '').replace(/(?<=\w)[:/][\w-]+$/, '');
}

/** A command that compiles, or that may: installs of language packages, make and its kin, PHP extensions. */
export function isBuild(command: ShellCommand): boolean {
  const values = command.words.slice(1).map(({ value }) => value);
  const call = languageCall(command);
  if (call) return /^(?:install|ci|i|add|build|wheel)$/.test(call.verb.value);
  if (/^(?:make|gmake|ninja|cargo|configure|gcc|g\+\+|cc|clang|rustc|phpize|docker-php-ext-install|pecl)$/.test(command.name)) return true;
  if (command.name === 'cmake') return values.some((value) => value === '--build');
  if (command.name === 'bundle' || command.name === 'bundler') return values.includes('install');
  return /^python\d?/.test(command.name) && values.includes('setup.py');
}
