import { readPragmas } from '../../dockerfile/pragmas.ts';
import type { DockerfileRule } from '../context.ts';

/** For teams that want exceptions in one place: waivers of the standards or a configuration file. */
export const rule: DockerfileRule = {
  summary: 'No comment in a Dockerfile switches rules off.',
  severity: 'warning',
  aliases: ['DL1001'],
  optIn: true,
  fixable: false,
  needs: ['pragma'],
  check(context) {
    return readPragmas(context.file).suppressions.map(({ comment, dialect }) => ({
      range: context.range(comment),
      message:
        'This comment switches rules off where only its readers see it. Use a waiver of the standards, which has an owner and an end.',
      aliases: dialect === 'hadolint' ? ['DL1001'] : [],
    }));
  },
};
