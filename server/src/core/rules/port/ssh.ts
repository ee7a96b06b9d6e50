import { instructionsOf } from '../../dockerfile/walk.ts';
import type { DockerfileRule } from '../context.ts';

/** Containers are not entered by SSH. */
export const rule: DockerfileRule = {
  summary: 'The image does not expose the port of SSH.',
  severity: 'info',
  aliases: [],
  fixable: false,
  needs: ['EXPOSE'],
  check: ({ file, range }) =>
    instructionsOf(file.instructions, 'EXPOSE').flatMap(({ words }) =>
      words.flatMap((word) => {
        const [, first, last = first, protocol = 'tcp'] = /^["']?(\d+)(?:-(\d+))?(?:\/(\w+))?["']?$/.exec(word.value) ?? [];
        if (protocol.toLowerCase() !== 'tcp' || !(Number(first) <= 22 && 22 <= Number(last))) return [];
        const message =
          'Port 22 is for SSH: a server with keys and passwords to look after, when `docker exec` or `kubectl exec` open a shell without one. Remove it, unless serving SSH is what this image is for.';
        return [{ range: range(word), message }];
      }),
    ),
};
