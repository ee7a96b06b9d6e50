import { entriesAt, itemsAt, textAt, valueAt } from '../../yaml/tree.ts';
import { atEnvironment, environmentNode } from '../environmentNodes.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { perEnvironment } from '../perEnvironment.ts';
import type { Report } from '../rule.ts';

/** On Docker hosts a secret comes from where the environment says. */
export const rule: ManifestRule = {
  summary: 'Secrets of `env` have a source in `secrets` of every environment on Docker hosts.',
  severity: 'error',
  aliases: [],
  fixable: false,
  on: ['service'],
  check: (context) =>
    perEnvironment(context, (deployed) => {
      const { tree, environment } = deployed;
      if (!environment || !('hosts' in environment.target)) return [];
      const sources = itemsAt(environmentNode(context, environment.name), 'secrets');
      return entriesAt(tree, 'env').flatMap((entry): readonly Report[] => {
        const secret = valueAt(entry.value, 'secret');
        const [name, key] = [textAt(secret, 'name'), textAt(secret, 'key')];
        if (!secret || !name || !key) return [];
        if (sources.some((source) => textAt(source, 'name') === name && textAt(source, 'key') === key)) return [];
        return [
          {
            range: secret.range,
            message: `The environment has no source for \`${name}/${key}\`, and the deployment is refused: add \`{ name: ${name}, key: ${key}, from: "vscode:…" }\` to its \`secrets\`.`,
            related: atEnvironment(deployed, 'Its `secrets`'),
          },
        ];
      });
    }),
};
