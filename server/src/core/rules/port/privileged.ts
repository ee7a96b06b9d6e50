import { isRoot } from '../../dockerfile/effective.ts';
import { shippedInstructions } from '../baseImage.ts';
import type { DockerfileRule } from '../context.ts';
import { rootOfTarget } from '../context.ts';

/** A process that is not root does not listen below 1024. */
export const rule: DockerfileRule = {
  summary: 'An image that does not run as root exposes no port below 1024.',
  severity: 'warning',
  aliases: [],
  fixable: false,
  needs: ['EXPOSE'],
  check(context) {
    const user = rootOfTarget(context)?.user;
    if (!context.standards || context.layer === undefined || !user || isRoot(user.value)) return [];
    return shippedInstructions(context).flatMap((instruction) => {
      if (instruction.kind !== 'EXPOSE') return [];
      return instruction.words.flatMap((word) => {
        const port = /^(\d{1,4})(?:-\d+)?(?:\/\w+)?$/.exec(word.value)?.[1];
        if (port === undefined || Number(port) >= 1024 || Number(port) === 0) return [];
        return [
          {
            range: context.range(word),
            message: `Ports below 1024 are root's, and the image runs as \`${user.value}\`: on many hosts the process may not listen on ${port}. Listen on a higher port (${Number(port) + 8000}, say) and let the service map it.`,
          },
        ];
      });
    });
  },
};
