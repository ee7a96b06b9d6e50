import type { Stage } from '../../dockerfile/model.ts';
import { type StageReference, sourceStage, stageNamed } from '../../dockerfile/stageReferences.ts';
import { suggest } from '../../text/suggest.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import { replacement } from '../edits.ts';
import type { Report } from '../rule.ts';

/** `--from` names a stage that is there, or an image with its tag. */
export const rule: DockerfileRule = {
  summary: '`COPY --from` and `RUN --mount=from=` name an earlier stage, or an image with tag or digest.',
  severity: 'warning',
  aliases: ['DL3022'],
  fixable: true,
  needs: ['source'],
  check: (context) => context.sources().flatMap((reference) => reportOf(context, reference) ?? []),
};

function reportOf(context: DockerfileContext, reference: StageReference): Report | undefined {
  const { file } = context;
  const { value, stage } = reference;
  if (value.includes('$')) return undefined;
  const aliases = reference.instruction.kind === 'RUN' || value.includes(':') ? [] : ['DL3022'];
  const range = context.range(reference);
  const named = stageNamed(file, value);
  if (sourceStage(file, reference) || named?.index === stage || isScratchOrContext(context, value)) return undefined;
  if (named) return { range, aliases, severity: 'error', ...laterStage(context, value, named) };
  if (/^\d+$/.test(value)) {
    const message = `There is no stage ${value}: stages count from 0, and this one is ${stage}. The build stops here.`;
    return { range, aliases, severity: 'error', message };
  }
  if (/[:@/]/.test(value) && (value.includes('@') || /:[^/]*$/.test(value))) return undefined;
  const near = suggest(
    value,
    file.stages.slice(0, stage).flatMap(({ name }) => name ?? []),
  );
  const hint = near ? ` Did you mean \`${near}\`?` : ' Name a stage, or the image with its tag.';
  if (value.includes('/')) {
    const message = `The image \`${value}\` has no tag, which means \`latest\`: tomorrow's build may copy other files. Name its tag, or better its digest.`;
    return { range, aliases, message };
  }
  return {
    range,
    aliases,
    message: `No stage before this one is named \`${value}\`, so it is taken as the image \`${value}:latest\`, which can change any day.${hint}`,
    fixes: near ? [replacement(context, reference, near, `Change to \`${near}\``)] : [],
  };
}

function isScratchOrContext({ manifest }: DockerfileContext, value: string): boolean {
  return value === 'scratch' || value === 'context' || (manifest?.contexts?.includes(value) ?? false);
}

function laterStage(context: DockerfileContext, value: string, { from }: Stage) {
  const location = { uri: context.file.uri, range: context.range(from.name ?? from.keyword) };
  return {
    message: `The stage \`${value}\` comes later in the file: it must be defined before it is used. Move it up.`,
    related: [{ location, message: `\`${value}\` is defined here` }],
  };
}
