import { instructionsOf } from '../../dockerfile/walk.ts';
import type { DockerfileRule } from '../context.ts';

const kernel = /^\/(?:proc|sys|dev|boot)(?:\/|$)/;
const system = /^\/(?:bin|sbin|lib|lib32|lib64|libx32|etc|usr|usr\/s?bin|usr\/lib|usr\/lib64|var|var\/lib|run)\/?$/;

/** Work is done in a folder of its own. */
export const rule: DockerfileRule = {
  summary: 'WORKDIR is not a directory of the operating system.',
  severity: 'info',
  aliases: [],
  fixable: false,
  needs: ['WORKDIR'],
  check: ({ file, range }) =>
    instructionsOf(file.instructions, 'WORKDIR').flatMap(({ value }) => {
      const path = value?.value.replace(/\/{2,}/g, '/') ?? '';
      if (!value || !(kernel.test(path) || system.test(path))) return [];
      const isKernel = kernel.test(path);
      const reason = isKernel
        ? 'belongs to the kernel: what is written there is not in the image, or breaks the container'
        : "belongs to the operating system: the application's files get mixed with its own";
      return [
        {
          range: range(value),
          message: `\`${value.value}\` ${reason}. Use a folder of the application, such as \`/opt/app\`.`,
          ...(isKernel ? { severity: 'warning' as const } : {}),
        },
      ];
    }),
};
