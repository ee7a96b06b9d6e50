import { deletedLater } from '../../dockerfile/leftovers.ts';
import type { DockerfileRule } from '../context.ts';

/** A layer is never changed: what a later one deletes is hidden, and every host still pulls it. */
export const rule: DockerfileRule = {
  summary: 'Files are deleted in the layer that brought them.',
  severity: 'warning',
  aliases: [],
  fixable: false,
  programs: ['rm'],
  check(context) {
    return deletedLater(context.chain.toReversed()).map(({ word, created }) => {
      const line = context.range(created.instruction).start.line + 1;
      const copied = created.instruction.kind === 'COPY';
      return {
        range: context.range(word),
        message:
          `\`${word.text}\` stays in the layer of line ${line}: this only hides it, and every host still pulls it. ` +
          (copied ? 'Read it from a mount (`RUN --mount=type=bind`) instead.' : 'Download, use and delete it in one RUN.'),
        related: [{ location: { uri: context.file.uri, range: context.range(created.by) }, message: 'It comes into the image here' }],
        ...(created.heavy ? {} : { severity: 'info' as const }),
      };
    });
  },
};
