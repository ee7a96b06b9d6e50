import type { PlacedCommand } from '../../dockerfile/commands.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';

/** Two programs for one purpose: twice the packages, twice the fixes. */
export const rule: DockerfileRule = {
  summary: 'A stage downloads with curl or with wget, not with both.',
  severity: 'info',
  aliases: ['DL4001'],
  fixable: false,
  programs: ['curl'],
  check(context) {
    const curls = downloads(context, 'curl');
    const wgets = curls.length > 0 ? downloads(context, 'wget') : [];
    if (wgets.length === 0) return [];
    return context.file.stages.flatMap(({ index }) => {
      const curl = firstIn(context, curls, index);
      const wget = firstIn(context, wgets, index);
      if (!curl || !wget) return [];
      const [first, second] = curl.command.start < wget.command.start ? [curl, wget] : [wget, curl];
      const word = second.command.words[0];
      if (second.stage !== index || !word) return [];
      return [
        {
          range: context.range(word),
          message: `\`${second.command.name}\` here and \`${first.command.name}\` elsewhere in the image: one of them is enough. Use \`${first.command.name}\`.`,
          related: [
            {
              location: { uri: context.file.uri, range: context.range(first.command.words[0] ?? first.command) },
              message: `\`${first.command.name}\` is used here`,
            },
          ],
        },
      ];
    });
  },
};

function downloads(context: DockerfileContext, name: string): readonly PlacedCommand[] {
  return context.commands.named(name).filter(({ command }) => !command.words.some(({ value }) => /^--?(?:version|help)$/.test(value)));
}

/** The first use in a stage or in those that it stands on. */
function firstIn(context: DockerfileContext, found: readonly PlacedCommand[], stage: number): PlacedCommand | undefined {
  for (let at = context.file.stages[stage]; at; at = at.parent) {
    const here = found.find((placed) => placed.stage === at?.index);
    if (here) return here;
  }
  return undefined;
}
