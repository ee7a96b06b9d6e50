import { upgradesAll } from '../../dockerfile/packagesOptions.ts';
import type { DockerfileRule } from '../context.ts';

const release = /^(?:dist-upgrade|dup|full-upgrade|distro-sync|dsync)$/;

/** What an image holds is told by its base and its lines, not by the day of its build. */
export const rule: DockerfileRule = {
  summary: 'Packages of the base image are brought up to date by a newer base image.',
  severity: 'info',
  aliases: ['DL3035'],
  fixable: false,
  needs: ['packages'],
  check(context) {
    // The layer that makes the operating system is the place to patch it.
    if (context.layer === 'os') return [];
    return context.commands.calls.flatMap(({ call }) => {
      if (!upgradesAll(call)) return [];
      const whole = call.manager === 'zypper' && release.test(call.verb.value);
      return [
        {
          range: context.range(call),
          message: whole
            ? `\`${call.program} ${call.verb.text}\` may move the image to another release of its system, one that nobody has named. Name a newer base image.`
            : `\`${call.program} ${call.verb.text}\` makes the image depend on the day of its build, and keeps both versions of every file. Name a newer base image.`,
          aliases: whole ? ['DL3035'] : [],
          ...(whole ? { severity: 'warning' as const } : {}),
        },
      ];
    });
  },
};
