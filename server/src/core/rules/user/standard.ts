import { isRoot } from '../../dockerfile/effective.ts';
import type { Word } from '../../dockerfile/spans.ts';
import { baseImage, demandedBy } from '../baseImage.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import { rootOfTarget } from '../context.ts';
import { replacement } from '../edits.ts';
import type { Fix } from '../rule.ts';

/** The image runs as the user of the standards, written as a number where Kubernetes has to check it. */
export const rule: DockerfileRule = {
  summary: 'The image runs as the user of the standards, by number where Kubernetes checks it.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  needs: ['USER'],
  check(context) {
    const user = rootOfTarget(context)?.user;
    const written = user?.by?.value;
    if (!user || !written || isRoot(user.value) || !isJudged(context)) return [];
    const name = user.value.replace(/:.*$/s, '').trim();
    const uid = context.standards?.policy.uid;
    const number = /^\d+$/.test(name) ? Number(name) : undefined;
    if (number !== undefined && (uid === undefined || number === uid)) return [];
    const known = number === undefined ? numberOf(context, name) : undefined;
    if (number === undefined && (uid === undefined || known === uid) && !isChecked(context)) return [];
    const other = uid !== undefined && known !== uid;
    const message = other
      ? `The standards' user is ${uid}, this is \`${name}\`: files, volumes and policies of the platform are made for ${uid}.`
      : `Kubernetes cannot tell that \`${name}\` is not root (\`runAsNonRoot\`) and refuses to start it. Write the number${known === undefined ? '' : ` ${known}`}.`;
    return [
      {
        range: context.range(written),
        message,
        fixes: fixOf(context, written, name, uid ?? known),
        related: other ? demandedBy(context, 'user.uid') : [],
      },
    ];
  },
};

function isJudged({ standards, layer, registered }: DockerfileContext): boolean {
  return standards !== undefined && (layer === 'app' || (layer === 'base' && registered?.layer !== 'builder'));
}

function isChecked({ manifest }: DockerfileContext): boolean {
  return manifest?.platforms?.includes('kubernetes') ?? false;
}

/** The number of a name, by the catalogue's entry of the base image or by the policy. */
function numberOf(context: DockerfileContext, name: string): number | undefined {
  const user = baseImage(context)?.match?.image.user;
  const policy = context.standards?.policy;
  if (user?.name === name && user.uid !== undefined) return user.uid;
  return policy?.userName === name ? policy.uid : undefined;
}

/** The group stays as it is. */
function fixOf(context: DockerfileContext, written: Word, name: string, uid: number | undefined): readonly Fix[] {
  if (uid === undefined || !written.text.startsWith(name)) return [];
  const span = { start: written.start, end: written.start + name.length };
  // Another user may not own what the image holds.
  return [replacement(context, span, `${uid}`, `Run as ${uid}`, true)];
}
