import type { FromInstruction } from '../../dockerfile/model.ts';
import { expand } from '../../dockerfile/variables.ts';
import type { CatalogueImage } from '../../standards/model.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import type { Report } from '../rule.ts';

/** The base image exists for the platform that FROM asks for. */
export const rule: DockerfileRule = {
  summary: 'A base image of the catalogue exists for the platform that its FROM asks for.',
  severity: 'error',
  aliases: ['InvalidBaseImagePlatform'],
  fixable: false,
  needs: ['platform'],
  check: (context) =>
    context.file.stages.flatMap(({ index, from, parent }) => {
      const root = context.states[index]?.root;
      const image = !parent && root?.kind === 'image' ? root.catalogue?.image : undefined;
      return image?.platforms && image.platforms.length > 0 ? (reportOf(context, from, image, image.platforms) ?? []) : [];
    }),
};

function reportOf(
  context: DockerfileContext,
  from: FromInstruction,
  image: CatalogueImage,
  platforms: readonly string[],
): Report | undefined {
  const flag = from.flags.find(({ name }) => name === 'platform')?.value;
  if (!flag) return undefined;
  const wanted = expand(flag.text, (name) => context.file.globalArgs.get(name), context.file.escapeMark).value;
  if (!wanted || platforms.some((platform) => isSame(platform, wanted))) return undefined;
  const names = platforms.map((platform) => `\`${platform}\``).join(', ');
  return {
    range: context.range(flag),
    message: `\`${image.name}\` does not exist for \`${wanted}\`: the build stops, or stands on another platform than it says. The standards know it for ${names}.`,
    related: [{ location: image.location, message: `\`${image.name}\` in the catalogue` }],
  };
}

const otherNames: ReadonlyMap<string, string> = new Map([
  ['x86_64', 'amd64'],
  ['x86-64', 'amd64'],
  ['aarch64', 'arm64'],
  ['armhf', 'arm'],
]);

/** `linux/arm64` is `linux/arm64/v8`; without a system it is Linux. Names: https://github.com/containerd/platforms */
function normal(platform: string): string {
  const written = platform.toLowerCase();
  const parts = (written.includes('/') ? written : `linux/${written}`).split('/');
  const architecture = otherNames.get(parts[1] ?? '') ?? parts[1] ?? '';
  const implied: Readonly<Record<string, string>> = { arm64: 'v8', arm: 'v7' };
  return [parts[0], architecture, parts[2] ?? implied[architecture] ?? ''].join('/');
}

function isSame(one: string, other: string): boolean {
  return normal(one) === normal(other);
}
