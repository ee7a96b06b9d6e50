import { userOf } from '../../dockerfile/catalogue.ts';
import { isRoot } from '../../dockerfile/effective.ts';
import { baseImage } from '../baseImage.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import { rootOfTarget } from '../context.ts';
import { insertion } from '../edits.ts';
import type { Fix } from '../rule.ts';

/** The image does not run as root: neither by a USER of the file nor by what it inherits. */
export const rule: DockerfileRule = {
  summary: 'The image does not run as root, also when no USER is written.',
  severity: 'error',
  aliases: ['DL3002'],
  fixable: true,
  check(context) {
    const state = rootOfTarget(context);
    if (!state?.user || !isRoot(state.user.value) || context.layer === 'os') return [];
    const uid = context.standards?.policy.uid;
    const advice = uid === undefined ? 'End the stage with a USER that is not root.' : `End the stage with \`USER ${uid}\`.`;
    const { by } = state.user;
    if (by?.value) {
      const own = by.stage === context.target?.index;
      const before = userBefore(context);
      const switched =
        before === undefined ? '' : ` The base image runs as \`${before}\`; this switches to root and nothing switches back.`;
      return [
        {
          range: context.range(by.value),
          message: `The image runs as root: this is the last USER. Who breaks out of the process owns the container.${switched} ${advice}`,
          fixes: fixesOf(context, uid?.toString() ?? before),
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

/** The user of the base image, when it is somebody else than root. */
function userBefore(context: DockerfileContext): string | undefined {
  const image = baseImage(context)?.match?.image;
  const user = image && userOf(image);
  return user === undefined || isRoot(user) ? undefined : user;
}

/** A USER at the end of the stage; before the commands that a reader looks for last. */
function fixesOf(context: DockerfileContext, user: string | undefined): readonly Fix[] {
  const target = context.target;
  const last =
    target?.instructions.findLast(({ kind }) => kind !== 'CMD' && kind !== 'ENTRYPOINT' && kind !== 'HEALTHCHECK') ?? target?.from;
  if (user === undefined || !last) return [];
  const newline = context.file.text.includes('\r\n') ? '\r\n' : '\n';
  return [insertion(context, last.end, `${newline}USER ${user}`, `End as USER ${user}`, true)];
}
