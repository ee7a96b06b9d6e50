import { withGap } from '../../dockerfile/lineSpan.ts';
import type { DockerfileRule } from '../context.ts';
import { replacement } from '../edits.ts';

const target = /^\$(?:TARGETPLATFORM|\{TARGETPLATFORM(?::?[-+?][^}]*)?\})$/;

/** FROM does not say what it does anyway. */
export const rule: DockerfileRule = {
  summary: 'FROM does not repeat the default `--platform=$TARGETPLATFORM`.',
  severity: 'hint',
  aliases: ['DL3065', 'RedundantTargetPlatform'],
  fixable: true,
  needs: ['platform'],
  check: (context) =>
    context.file.stages.flatMap(({ from }) => {
      const flag = from.flags.find(({ name }) => name === 'platform');
      if (!flag?.value || !target.test(flag.value.value)) return [];
      return [
        {
          range: context.range(flag),
          message: 'A stage is built for the target platform anyway: `--platform=$TARGETPLATFORM` says nothing.',
          tags: ['unnecessary'],
          fixes: [replacement(context, withGap(context.file.text, flag), '', 'Remove `--platform`')],
        },
      ];
    }),
};
