import type { DockerfileRule } from '../context.ts';

const reserved = new Set(['scratch', 'context']);

/** No stage is named like something that Docker itself means. */
export const rule: DockerfileRule = {
  summary: 'No stage is named `scratch` or `context`.',
  severity: 'warning',
  aliases: ['DL3063', 'ReservedStageName'],
  fixable: false,
  needs: ['stageName'],
  check: ({ file, range }) =>
    file.stages.flatMap(({ from: { name } }) => {
      const word = name?.value.toLowerCase() ?? '';
      if (!name || !reserved.has(word)) return [];
      const meaning = word === 'scratch' ? 'the empty image' : 'the build context';
      const message = `\`${word}\` is Docker's own name for ${meaning}: FROM and \`--from\` would not know which is meant. Name the stage by what it does.`;
      const aliases = name.value === 'context' || name.value === 'scratch' ? rule.aliases : ['ReservedStageName'];
      return [{ range: range(name), message, aliases }];
    }),
};
