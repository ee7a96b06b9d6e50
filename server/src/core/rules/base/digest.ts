import type { CatalogueMatch } from '../../dockerfile/catalogue.ts';
import { pinnedReference } from '../../dockerfile/catalogue.ts';
import type { ImageReference } from '../../dockerfile/model.ts';
import { globMatches } from '../../text/uris.ts';
import type { DockerfileContext, DockerfileRule, JudgedImage } from '../context.ts';
import type { Report } from '../rule.ts';

/** FROM names an image that cannot change: by tag and digest. */
export const rule: DockerfileRule = {
  summary: 'FROM names its image by digest, not by a tag that can move.',
  severity: 'warning',
  aliases: ['DL3006', 'DL3007'],
  fixable: true,
  check(context) {
    return context.images().flatMap((image) => {
      if (!image.resolved || image.place !== 'FROM') return [];
      return reportOf(context, image, image.resolved) ?? [];
    });
  },
};

function reportOf(context: DockerfileContext, image: JudgedImage, reference: string): Report | undefined {
  if (image.digest) return undefined;
  const policy = context.standards?.policy.digest ?? 'off';
  const floating = image.tag === undefined || image.tag === 'latest';
  if (!floating && (policy === 'off' || (policy === 'recommended' && isImmutable(context, image)))) return undefined;
  const required = policy === 'required';
  const what =
    image.tag === undefined ? `\`${reference}\` has no tag, which means \`latest\`` : `\`${reference}\` names a tag, and a tag can move`;
  const demand = required ? 'The standards require the digest.' : 'Name a tag and its digest.';
  const fix = fixOf(context, image, image.match);
  return {
    range: context.range(image),
    message: `${what}: tomorrow's build may stand on other bytes. ${demand}`,
    aliases: image.tag === undefined ? ['DL3006'] : image.tag === 'latest' ? ['DL3007'] : [],
    fixes: fix ? [fix] : [],
    ...(required ? { severity: 'error' } : policy === 'recommended' && !floating ? { severity: 'info' } : {}),
  };
}

/** A tag that the catalogue knows keeps its version; a floating one becomes the current version. */
function fixOf(context: DockerfileContext, image: ImageReference, match: CatalogueMatch | undefined) {
  if (image.variables.length > 0) return undefined;
  const locked = match?.pinned?.digest ? undefined : lockedFix(context, image);
  if (locked) return locked;
  const pinned = match?.pinned ?? match?.image.current;
  if (!pinned?.digest) return undefined;
  const written = context.file.text.slice(image.repositorySpan.start, image.repositorySpan.end);
  const keeps = image.tag === pinned.tag || image.tag === undefined || image.tag === 'latest';
  return {
    title: keeps ? `Pin to ${pinned.tag} by digest` : `Use the current version ${pinned.tag}, by digest`,
    edits: [{ range: context.range(image), text: pinnedReference(written, pinned) }],
    ...(keeps ? {} : { preview: true }),
  };
}

/** What the workspace's lock says that the tag meant. */
function lockedFix(context: DockerfileContext, image: ImageReference) {
  const digest = image.resolved === undefined ? undefined : context.lockedDigest?.(image.resolved);
  if (digest === undefined) return undefined;
  const text = `${context.file.text.slice(image.start, image.end)}@${digest}`;
  return { title: `Pin ${image.tag ?? 'the image'} by the digest in waybill.lock.yaml`, edits: [{ range: context.range(image), text }] };
}

function isImmutable(context: DockerfileContext, { repository = '', tag = '' }: ImageReference): boolean {
  const registry = context.standards?.registries.find(({ host }) => repository.startsWith(`${host}/`));
  return registry?.immutableTags.some((pattern) => globMatches(pattern, tag)) ?? false;
}
