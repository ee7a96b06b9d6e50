import type { PlacedCommand } from '../../dockerfile/commands.ts';
import type { CopyInstruction, Word } from '../../dockerfile/model.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import type { Report } from '../rule.ts';

/** What ADD unpacks by itself: identity, gzip, bzip2, xz, zstd (https://docs.docker.com/reference/dockerfile/#add). No zip. */
const archive = /\.(?:tar(?:\.(?:gz|bz2|xz|zst|Z|lzma))?|tgz|tbz2?|txz|tzst|tb2|tlz|tpz)$/i;

/** The archive itself stays in its layer, beside what was unpacked from it. */
export const rule: DockerfileRule = {
  summary: 'A local archive is unpacked by ADD, not copied and unpacked.',
  severity: 'info',
  aliases: ['DL3010'],
  fixable: false,
  programs: ['tar', 'bsdtar', 'gtar'],
  check(context) {
    const unpacking = context.commands.named('tar', 'bsdtar', 'gtar').filter(({ command }) => unpacksWhole(command.words));
    if (unpacking.length === 0) return [];
    const byName = namesOf(unpacking);
    return context.file.instructions.flatMap((instruction) => {
      if (instruction.kind !== 'COPY' || instruction.from) return [];
      return instruction.sources.flatMap((source) => (archive.test(source.value) ? reportOf(context, instruction, source, byName) : []));
    });
  },
};

/** `tar x`, `-xzf`, `--extract`; parts that ADD does not know (a prefix taken off) are a reason for tar. */
function unpacksWhole(words: readonly Word[]): boolean {
  const values = words.slice(1).map(({ value }) => value);
  const extracts = values.some((value, i) => /^(?:--extract|--get)$|^-[a-zA-Z]*x/.test(value) || (i === 0 && /^[a-zA-Z]*x/.test(value)));
  return extracts && !values.some((value) => /^--(?:strip|transform|xform|exclude|wildcards|one-top-level|use-compress)/.test(value));
}

/** The commands by the last part of each of their words. */
function namesOf(commands: readonly PlacedCommand[]): ReadonlyMap<string, readonly PlacedCommand[]> {
  const names = new Map<string, PlacedCommand[]>();
  for (const placed of commands) {
    for (const { value } of placed.command.words.slice(1)) {
      const name = lastOf(value.replace(/^--file=/, ''));
      const others = names.get(name);
      if (others) others.push(placed);
      else names.set(name, [placed]);
    }
  }
  return names;
}

function reportOf(
  context: DockerfileContext,
  copy: CopyInstruction,
  source: Word,
  byName: ReadonlyMap<string, readonly PlacedCommand[]>,
): Report[] {
  const destination = copy.destination?.value ?? '';
  const folder = copy.sources.length > 1 || /(?:^|\/)\.{0,2}$/.test(destination) || !archive.test(destination);
  const name = lastOf(folder ? source.value : destination);
  const user = byName.get(name)?.find(({ stage, command }) => command.start > copy.end && stage === copy.stage);
  const word = user?.command.words[0];
  if (!word) return [];
  return [
    {
      range: context.range(source),
      message: `\`${name}\` is copied and then unpacked: the archive stays in its layer. \`ADD\` unpacks a local archive while it copies.`,
      related: [{ location: { uri: context.file.uri, range: context.range(word) }, message: 'It is unpacked here' }],
    },
  ];
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
