import { sourceStage } from '../../dockerfile/stageReferences.ts';
import type { DockerfileRule } from '../context.ts';

/** A stage copies what it needs of another one, not everything. */
export const rule: DockerfileRule = {
  summary: 'A stage copies what it needs from another stage, not the whole file system.',
  severity: 'warning',
  aliases: ['DL3067'],
  fixable: false,
  needs: ['source'],
  check: ({ file, range, states, chain, sources }) =>
    sources().flatMap((reference) => {
      const { instruction, stage } = reference;
      if (instruction.kind === 'RUN' || instruction.flags.some(({ name }) => name === 'exclude')) return [];
      const source = instruction.sources.find(({ value }) => /^\/+(?:\.\/?|\*)?$/.test(value));
      if (!source || !/^\/+$/.test(instruction.destination?.value ?? '')) return [];
      // Onto nothing it is the known way to squash layers into one.
      const squashes = states[stage]?.root.kind === 'scratch' && !file.stages[stage]?.parent;
      if (squashes) return [];
      const from = sourceStage(file, reference)?.from;
      const made = sourceStage(file, reference)?.instructions.some(({ kind }) => kind === 'RUN' || kind === 'COPY' || kind === 'ADD');
      // Images of helper scripts are made to be laid over a builder.
      const harmful = made === true && chain.some(({ index }) => index === stage);
      return [
        {
          range: range(source),
          message: `This copies everything of \`${reference.value}\` over this stage: build tools, caches and whatever secrets lie there come along, and system files are replaced. Name the folders that are needed.`,
          aliases: source.value === '/' ? ['DL3067'] : [],
          ...(harmful ? {} : { severity: 'hint' as const }),
          related: from ? [{ location: { uri: file.uri, range: range(from.name ?? from.keyword) }, message: 'What is copied' }] : [],
        },
      ];
    }),
};
