import { instructionsOf } from '../../dockerfile/walk.ts';
import type { DockerfileRule } from '../context.ts';

/** No volume lies over what the kernel provides. */
export const rule: DockerfileRule = {
  summary: 'VOLUME is not `/`, and not a folder that the kernel provides (`/dev`, `/proc`, `/sys`).',
  severity: 'warning',
  aliases: [],
  fixable: false,
  needs: ['VOLUME'],
  check: ({ file, range }) =>
    instructionsOf(file.instructions, 'VOLUME').flatMap(({ words }) =>
      words.flatMap((word) => {
        const path = word.value.replace(/^["']|["']$/g, '').replace(/(?!^)\/+$/, '');
        if (!/^\/+(?:(?:dev|proc|sys)(?:\/.*)?)?$/.test(path)) return [];
        const message =
          path === '/'
            ? '`/` cannot be a volume: no container of this image starts.'
            : `\`${path}\` is provided by the kernel: a volume over it hides devices or process data, and containers break. Name a folder for data.`;
        return [{ range: range(word), message, ...(path === '/' ? { severity: 'error' as const } : {}) }];
      }),
    ),
};
