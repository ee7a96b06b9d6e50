import { isFromRegistry, registryHost } from '../dockerfile/registryHost.ts';
import { suggest } from '../text/suggest.ts';
import { textAt, valueAt } from '../yaml/tree.ts';
import type { ManifestRule } from './manifestContext.ts';
import { policyDemand } from './manifestPolicy.ts';

/** The manifest's half of `registry/not-allowed`: images are pushed to, and built with images from, allowed registries. */
export const registryRule: ManifestRule = {
  summary: '`image.repository` and `build.artifact.container` are in registries that the standards allow.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['service'],
  check(context) {
    const { standards, yaml } = context;
    const allowed = standards?.allowedRegistries ?? [];
    if (allowed.length === 0) return [];
    return [valueAt(yaml.root, 'image', 'repository'), valueAt(yaml.root, 'build', 'artifact', 'container')].flatMap((node) => {
      const text = textAt(node);
      if (!node || !text || isFromRegistry(allowed, text)) return [];
      const host = registryHost(text);
      const hosts = allowed.filter((entry) => !/[*/]/.test(entry));
      const near = suggest(host, hosts) ?? (hosts.length === 1 ? hosts[0] : undefined);
      const first = text.split('/')[0] ?? '';
      const path = first.toLowerCase() === host ? text.slice(first.length + 1) : text;
      return [
        {
          range: node.range,
          message: `\`${host}\` is not an allowed registry. Allowed: ${allowed.map((entry) => `\`${entry}\``).join(', ')}.`,
          related: policyDemand(context, 'allowedRegistries'),
          fixes: near ? [{ title: `Change to \`${near}\``, edits: [{ range: node.range, text: `${near}/${path}` }], preview: true }] : [],
        },
      ];
    });
  },
};
