import { isRoot } from '../../dockerfile/effective.ts';
import type { DockerfileRule } from '../context.ts';
import { rootOfTarget } from '../context.ts';

/** The image does not run as root: neither by a USER of the file nor by what it inherits. */
export const rule: DockerfileRule = {
  summary: 'The image does not run as root, also when no USER is written.',
  severity: 'error',
  aliases: ['DL3002'],
  fixable: false,
  check(context) {
    const state = rootOfTarget(context);
    if (!state?.user || !isRoot(state.user.value) || context.layer === 'os') return [];
    const uid = context.standards?.policy.uid;
    const advice = uid === undefined ? 'End the stage with a USER that is not root.' : `End the stage with \`USER ${uid}\`.`;
    const { by } = state.user;
    if (by?.value) {
      const own = by.stage === context.target?.index;
      return [
        {
          range: context.range(by.value),
          message: `The image runs as root: this is the last USER. Who breaks out of the process owns the container. ${advice}`,
          aliases: own ? ['DL3002'] : [],
          // Without standards nobody said what base and application are: the peers' advice, at their level.
          ...(context.standards ? {} : { severity: 'warning' }),
        },
      ];
    }
    const image = state.rootStage.from.image;
    if (!image || context.layer !== 'app') return [];
    const from = state.root.kind === 'image' ? `\`${state.root.catalogue?.image.name}\` runs as root` : '`scratch` runs as root';
    return [{ range: context.range(image), message: `${from} and no USER changes that. ${advice}`, aliases: [] }];
  },
};
