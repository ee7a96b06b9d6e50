import { registryHost } from '../../dockerfile/registryHost.ts';
import { textAt, valueAt } from '../../yaml/tree.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { replaced } from '../manifestEdits.ts';

/** What an artifact is compiled in is the same image tomorrow. */
export const rule: ManifestRule = {
  summary: '`build.artifact.container` has a digest, or at least a tag that is not `latest`.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  on: ['service'],
  check({ yaml, standards }) {
    const node = valueAt(yaml.root, 'build', 'artifact', 'container');
    const text = textAt(node);
    if (!node || !text || text.includes('@')) return [];
    const slash = text.lastIndexOf('/');
    const colon = text.indexOf(':', slash + 1);
    const [name, tag] = colon < 0 ? [text, undefined] : [text.slice(0, colon), text.slice(colon + 1)];
    if (tag !== undefined && tag !== 'latest') return [];
    const registered = standards?.images.find(
      (image) => image.repository === name && registryHost(image.repository) === registryHost(name),
    );
    const pinned = registered?.current;
    const exact = pinned ? `${name}:${pinned.tag}${pinned.digest ? `@${pinned.digest}` : ''}` : undefined;
    return [
      {
        range: node.range,
        message: `${tag === undefined ? 'Without a tag this means `latest`' : '`latest` moves'}: the artifact is compiled with another toolchain from one day to the next. Give a version and a digest.`,
        fixes: exact === undefined ? [] : replaced(node, exact, true),
      },
    ];
  },
};
