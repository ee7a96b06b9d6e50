import { aptSetting } from '../../dockerfile/packagesOptions.ts';
import { writtenBefore } from '../../dockerfile/settings.ts';
import type { DockerfileRule } from '../context.ts';
import { addedWord } from '../edits.ts';

const decided = /^(?:--(?:no-)?install-recommends|--with(?:out)?-recommends)(?:=|$)/;

/** An image holds what it needs, not what Debian recommends beside it. */
export const rule: DockerfileRule = {
  summary: 'apt-get says whether recommended packages are wanted.',
  severity: 'info',
  aliases: ['DL3015'],
  fixable: true,
  needs: ['packages'],
  check(context) {
    return context.commands.calls.flatMap((placed) => {
      const { call } = placed;
      if (call.manager !== 'apt' || !/^(?:install|build-dep)$/.test(call.verb.value) || call.packages.length === 0) return [];
      const { options } = call;
      const short = call.program === 'aptitude' && options.some(({ value }) => /^-[a-zA-Z]*[rR]/.test(value));
      if (short || options.some(({ value }) => decided.test(value)) || aptSetting(call, 'APT::Install-Recommends') !== undefined) return [];
      if (writtenBefore(context.file, placed, /(?<!(?:-o|--option)[\s=]*["']?)APT::Install-Recommends/i, /(?:^|\/)apt\.conf/)) return [];
      const flag = call.program === 'aptitude' ? '--without-recommends' : '--no-install-recommends';
      return [
        {
          range: context.range(call),
          message: `\`${call.program} ${call.verb.text}\` also installs what the packages only recommend. Add \`${flag}\`, and name what is really needed.`,
          aliases: call.program === 'apt-get' && call.verb.value === 'install' ? ['DL3015'] : [],
          fixes: [addedWord(context, placed.run, call.verb.end, flag, true)],
        },
      ];
    });
  },
};
