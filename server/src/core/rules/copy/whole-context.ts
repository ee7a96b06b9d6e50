import { shippedInstructions } from '../baseImage.ts';
import type { DockerfileRule } from '../context.ts';

/** Who copies the whole context says what is not to be copied. */
export const rule: DockerfileRule = {
  summary: 'The whole build context is not copied into the image without a `.dockerignore`.',
  severity: 'error',
  aliases: [],
  fixable: false,
  needs: ['COPY', 'ADD'],
  check(context) {
    // The service's folder is known then, and with it whether the file is there.
    if (context.layer !== 'app' || !context.standards || !context.manifest || !context.ignoreFile) return [];
    const copies = shippedInstructions(context).flatMap((instruction) =>
      (instruction.kind === 'COPY' || instruction.kind === 'ADD') && !instruction.from
        ? instruction.sources.filter(({ value }) => /^(?:\.|\.\/|\/|\*|\.\/\*)$/.test(value))
        : [],
    );
    if (copies.length === 0) return [];
    const ignore = context.ignoreFile();
    if (ignore && ignore.matcher.entries.length > 0) return [];
    const why = ignore ? 'its `.dockerignore` leaves nothing out' : 'there is no `.dockerignore`';
    return copies.map((source) => ({
      range: context.range(source),
      message: `The whole folder is copied and ${why}: \`.env\`, \`.git\`, keys and whatever lies there end in the image. Write a \`.dockerignore\`, or copy only what runs.`,
    }));
  },
};
