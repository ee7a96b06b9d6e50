import type { PlacedCall } from '../../dockerfile/commands.ts';
import { installsNamed, languageCall } from '../../dockerfile/packagesLanguage.ts';
import { wildcardMatches } from '../../dockerfile/registryHost.ts';
import type { ShellWord } from '../../dockerfile/shellModel.ts';
import { demandedBy } from '../baseImage.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import { replacement, withBlanks } from '../edits.ts';
import type { Report } from '../rule.ts';

/** No image holds what the standards forbid. */
export const rule: DockerfileRule = {
  summary: 'No package or tool is installed that the standards forbid.',
  severity: 'error',
  aliases: [],
  fixable: true,
  needs: ['packages', 'languagePackages'],
  check(context) {
    const forbidden = context.standards?.policy.forbiddenPackages ?? [];
    if (forbidden.length === 0) return [];
    const shipped = new Set(context.chain.map(({ index }) => index));
    const isForbidden = (word: ShellWord) => forbidden.some((pattern) => names(pattern, word.value));
    const system = context.commands.calls.flatMap((placed) => {
      if (placed.call.action !== 'install' || !shipped.has(placed.stage)) return [];
      const words = placed.call.packages.filter((word) => isForbidden(word) && !isRemovedAgain(context, placed, word));
      return words.map((word) => reportOf(context, word, placed.call.packages.length > 1));
    });
    const others = context.commands.all.flatMap(({ command, stage }) => {
      const call = shipped.has(stage) ? languageCall(command) : undefined;
      if (!call || !installsNamed(call)) return [];
      return call.packages.filter(isForbidden).map((word) => reportOf(context, word, call.packages.length > 1));
    });
    return [...system, ...others];
  },
};

/** The name itself, with a version or architecture (`=1.2`, `-1.2-3.el9`, `:amd64`, `@1`), or of a package's file. */
function names(pattern: string, word: string): boolean {
  const name = word
    .slice(word.lastIndexOf('/') + 1)
    .replace(/\.(?:rpm|deb|apk)$/, '')
    .replace(/(.)(?:[=<>~@:]|-\d).*$/s, '$1');
  return wildcardMatches(pattern, name) || pattern === word;
}

/** A later command of the same RUN takes it out. */
function isRemovedAgain({ commands }: DockerfileContext, { run, command }: PlacedCall, word: ShellWord): boolean {
  return commands.calls.some(
    ({ call, run: other }) =>
      other === run && call.action === 'remove' && call.start > command.start && call.packages.some(({ value }) => value === word.value),
  );
}

function reportOf(context: DockerfileContext, word: ShellWord, others: boolean): Report {
  return {
    range: context.range(word),
    message: `The standards forbid \`${word.value}\` in images: who breaks in finds it there. Leave it out, or install it only where it is needed for an hour.`,
    fixes: others ? [replacement(context, withBlanks(context.file.text, word), '', `Do not install ${word.value}`, true)] : [],
    related: demandedBy(context, 'packages.forbid'),
  };
}
