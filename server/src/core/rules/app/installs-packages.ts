import { packageCall } from '../../dockerfile/packages.ts';
import type { DockerfileRule } from '../context.ts';
import { shippedRuns } from '../context.ts';

/** The application layer holds the application; software comes with the base image. */
export const rule: DockerfileRule = {
  summary: 'The application layer does not install packages of the operating system.',
  severity: 'error',
  aliases: [],
  fixable: false,
  needs: ['packages'],
  check(context) {
    if (context.layer !== 'app') return [];
    return shippedRuns(context).flatMap((run) =>
      run.script.commands.flatMap((command) => {
        const call = packageCall(command);
        if (call?.action !== 'install') return [];
        const what = call.packages.slice(0, 3).map((word) => `\`${word.text}\``);
        const names = what.length > 0 ? ` ${what.join(', ')}${call.packages.length > 3 ? ', …' : ''}` : ' packages';
        return [
          {
            range: context.range(call),
            message:
              `The application layer installs${names} with \`${call.program}\`: nobody patches that with the base image. ` +
              'Ask for it in the base image, or install it in a builder stage and copy what is needed.',
          },
        ];
      }),
    );
  },
};
