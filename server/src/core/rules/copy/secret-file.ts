import { holdsSecrets } from '../../dockerfile/secretFiles.ts';
import { instructionsOf } from '../../dockerfile/walk.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';

/** Files that hold secrets are not copied into a layer. */
export const rule: DockerfileRule = {
  summary: 'Private keys and files with credentials are not copied into the image.',
  severity: 'warning',
  aliases: [],
  fixable: false,
  needs: ['COPY', 'ADD'],
  check: (context) =>
    instructionsOf(context.file.instructions, 'COPY', 'ADD').flatMap((instruction) => {
      const shipped = isShipped(context, instruction.stage);
      return instruction.sources
        .filter(({ value }) => holdsSecrets(value))
        .map((source) => ({
          range: context.range(source),
          message:
            `\`${source.value}\` looks like a file with credentials: it stays in a layer ${shipped ? 'of the image, also when a later RUN deletes it' : "of the builder's cache"}. ` +
            'Use `RUN --mount=type=secret` while building, and mount it when the container runs.',
          ...(shipped ? {} : { severity: 'info' as const }),
        }));
    }),
};

function isShipped({ chain }: DockerfileContext, stage: number | undefined): boolean {
  return chain.some(({ index }) => index === stage);
}
