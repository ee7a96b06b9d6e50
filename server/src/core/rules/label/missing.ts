import type { DockerfileContext, DockerfileRule } from '../context.ts';
import { rootOfTarget } from '../context.ts';

/** Labels that a build by Waybill puts on the image by itself. */
const written = new Set([
  ...['revision', 'version', 'created', 'base.name', 'base.digest'].map((name) => `org.opencontainers.image.${name}`),
]);

/** The image carries the labels that the standards require. */
export const rule: DockerfileRule = {
  summary: 'The image carries the labels that the standards require.',
  severity: 'warning',
  aliases: ['DL3049'],
  fixable: true,
  check(context) {
    const missing = missingLabels(context);
    const target = context.target;
    const image = target?.from.image;
    if (!target || !image || missing.length === 0) return [];
    const names = missing.map((name) => `\`${name}\``).join(', ');
    const after = target.instructions.findLast(({ kind }) => kind === 'LABEL') ?? target.from;
    const position = context.file.index.positionAt(after.end);
    const newline = context.file.text.includes('\r\n') ? '\r\n' : '\n';
    const text = `${newline}LABEL ${missing.map((name) => `${name}="change-me"`).join(` ${context.file.escapeMark}${newline}      `)}`;
    return [
      {
        range: context.range(image),
        message: `The image lacks ${missing.length === 1 ? 'the label' : 'the labels'} ${names}, which ${demander(context, missing)}: add a LABEL.`,
        fixes: [
          {
            title: `Add ${missing.length === 1 ? missing[0] : `${missing.length} labels`}`,
            edits: [{ range: { start: position, end: position }, text }],
            // The values have to be filled in by a person.
            preview: true,
          },
        ],
      },
    ];
  },
};

function demander({ standards }: DockerfileContext, missing: readonly string[]): string {
  const byStandards = standards?.requiredLabels.some(({ name }) => missing.includes(name)) ?? false;
  return byStandards ? 'the standards require' : `the \`label-schema\` asks for`;
}

function missingLabels(context: DockerfileContext): readonly string[] {
  const state = rootOfTarget(context);
  if (!state) return [];
  const bySchema = [...(context.config?.labelSchema.keys() ?? [])].filter((name) => !state.labels.has(name));
  if (!context.standards || context.layer === undefined) return bySchema;
  const byManifest = new Set(context.manifest?.labels ?? []);
  const required = context.standards.requiredLabels.map(({ name }) => name);
  return [...new Set([...required, ...bySchema])].filter(
    (name) => !state.labels.has(name) && !byManifest.has(name) && !(context.manifest && written.has(name)),
  );
}
