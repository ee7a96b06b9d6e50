import { textAt, valueAt } from '../../yaml/tree.ts';
import { atEnvironment, environmentNode, setHere } from '../environmentNodes.ts';
import { jdkOf } from '../jdkOf.ts';
import type { ManifestRule } from '../manifestContext.ts';
import { perEnvironment } from '../perEnvironment.ts';

/** Pod Security Standards, "Baseline": `hostPath` volumes are disallowed. */
export const rule: ManifestRule = {
  summary: 'A JDK of the machines (`hostMount`) is not used in a namespace whose `isolation.podSecurity` is `baseline` or `restricted`.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['service'],
  check: (context) =>
    perEnvironment(context, (deployed) => {
      const { tree, environment } = deployed;
      const level = textAt(environmentNode(context, environment?.name), 'isolation', 'podSecurity');
      const jdk = jdkOf(context, tree);
      if (jdk?.mode !== 'hostMount' || (level !== 'baseline' && level !== 'restricted')) return [];
      return [
        {
          range: (valueAt(tree, 'jdk', 'mode') ?? jdk.place).range,
          message: `The namespace is \`${level}\`: it refuses the folder of the machine that the JDK is in. Mount it from an image with \`imageVolume\`.`,
          related: atEnvironment(deployed, `\`isolation.podSecurity: ${level}\``),
          fixes: setHere(context, deployed, ['jdk', 'mode'], 'imageVolume', `Use \`imageVolume\` in \`${environment?.name}\``),
        },
      ];
    }),
};
