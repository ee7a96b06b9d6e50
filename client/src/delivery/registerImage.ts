import type { ImageSummary, RegisteredImage } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import type { ImageDescription, Ports } from '../ports.ts';
import type { Report } from './events.ts';

export interface RegisterInput {
  /** `host/path:tag`. */
  readonly reference: string;
  readonly layer: RegisteredImage['layer'];
  /** The last part of the repository and the tag's first number otherwise. */
  readonly name?: string;
}

/** What is to be written into the standards, and what was seen. */
export interface FoundImage {
  readonly image: RegisteredImage;
  readonly description: ImageDescription;
  /** The line of the standards that has the same repository: it is pinned anew instead of registered. */
  readonly line?: ImageSummary;
}

/** Looks at an image in its registry (R12). Writes nothing. Throws `rejected` when it is not there. */
export async function inspectForStandards(ports: Ports, input: RegisterInput, report: Report, signal: AbortSignal): Promise<FoundImage> {
  const [, repository, tag] = /^([^\s@]+?):([\w][\w.-]{0,127})$/.exec(input.reference) ?? [];
  if (!repository || !tag)
    throw fail('usage', `\`${input.reference}\` is no \`host/path:tag\`.`, 'Name the tag that people know the image by.');
  report({ type: 'stage', stage: 'resolve', message: `inspecting ${input.reference}` });
  const description = await ports.registry.describe(repository, tag, signal);
  if (!description) throw fail('rejected', `${repository} has no tag \`${tag}\`.`, 'Check the name, or push the image first.');
  const images = (await ports.documents.model(signal)).catalogue?.images ?? [];
  const line = images.find((image) => image.repository === repository);
  const { release, user, workdir, env, entrypoint, cmd, ports: listened, labels } = description;
  const os = input.layer === 'base' ? await osUnder(ports, images, description, report, signal) : undefined;
  const family = familyOf(release);
  return {
    description,
    ...(line ? { line } : {}),
    image: {
      layer: input.layer,
      name: input.name ?? `${repository.slice(repository.lastIndexOf('/') + 1)}-${/\d+/.exec(tag)?.[0] ?? tag}`,
      repository,
      tag,
      digest: description.digest,
      ...(input.layer === 'os' ? { family } : {}),
      ...(input.layer === 'os' && release?.VERSION_ID ? { version: release.VERSION_ID } : {}),
      ...(os ? { os } : {}),
      config: { user, workdir, env, entrypoint, cmd, ports: listened, labels },
    },
  };
}

/** The OS image of the standards, current or earlier, whose layers the image begins with. */
async function osUnder(
  ports: Ports,
  images: readonly ImageSummary[],
  { layers }: ImageDescription,
  report: Report,
  signal: AbortSignal,
): Promise<string | undefined> {
  for (const line of images.filter(({ layer }) => layer === 'os')) {
    for (const digest of [line.digest, ...line.previous]) {
      const under =
        digest === undefined ? undefined : await ports.registry.describe(line.repository, digest, signal).catch(() => undefined);
      if (under?.layers.length && under.layers.every((layer, index) => layers[index] === layer)) return line.name;
    }
  }
  report({ type: 'warning', message: 'It begins with the layers of no OS image of the standards.' });
  return undefined;
}

/** By `ID` and `ID_LIKE` of os-release(5). */
function familyOf(release: ImageDescription['release']): NonNullable<RegisteredImage['family']> {
  const words = `${release?.ID ?? ''} ${release?.ID_LIKE ?? ''}`.split(/\s+/);
  if (words.some((word) => ['rhel', 'fedora', 'centos', 'rocky'].includes(word))) return 'rhel';
  if (words.some((word) => ['debian', 'ubuntu'].includes(word))) return 'debian';
  return words.includes('alpine') ? 'alpine' : 'other';
}
