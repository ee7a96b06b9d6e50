import type { DockerfileRule } from '../context.ts';

/** The image says how to test that it works. */
export const rule: DockerfileRule = {
  summary: 'The image has a HEALTHCHECK. Kubernetes does not read it, so this is off unless asked for.',
  severity: 'info',
  aliases: ['DL3057'],
  optIn: true,
  fixable: false,
  check({ chain, target, range }) {
    const image = target?.from.image;
    if (!image || chain.some(({ instructions }) => instructions.some(({ kind }) => kind === 'HEALTHCHECK'))) return [];
    const message =
      'The image has no HEALTHCHECK: Docker sees that the process runs, not that it answers. Add one, or `HEALTHCHECK NONE` to say that none is meant.';
    return [{ range: range(image), message }];
  },
};
