import { stageNamed } from '../../dockerfile/stageReferences.ts';
import type { DockerfileRule } from '../context.ts';

/** No stage takes files from itself. */
export const rule: DockerfileRule = {
  summary: 'A stage does not take files from itself.',
  severity: 'error',
  aliases: ['DL3023'],
  fixable: false,
  needs: ['source'],
  check: ({ file, range, sources }) =>
    sources().flatMap((reference) => {
      const { value, stage, instruction } = reference;
      // An earlier stage of the same name is meant then, not this one.
      const earlier = file.stages.some(({ index, name }) => index < stage && name?.toLowerCase() === value.toLowerCase());
      if (earlier || stageNamed(file, value)?.index !== stage) return [];
      const from = file.stages[stage]?.from;
      return [
        {
          range: range(reference),
          message: `\`${value}\` is the very stage that this instruction stands in: a stage cannot copy from itself, the build stops. Use \`cp\` in a RUN, or name another stage.`,
          aliases: instruction.kind === 'RUN' || /^\d+$/.test(value) ? [] : ['DL3023'],
          related: from ? [{ location: { uri: file.uri, range: range(from.name ?? from.keyword) }, message: 'The stage begins here' }] : [],
        },
      ];
    }),
};
