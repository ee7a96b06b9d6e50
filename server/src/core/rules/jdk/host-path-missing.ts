import type { EnvironmentSummary } from '../../../protocol.ts';
import { valueAt } from '../../yaml/tree.ts';
import { atEnvironment } from '../environmentNodes.ts';
import { type JdkUse, jdkOf } from '../jdkOf.ts';
import type { ManifestContext, ManifestRule } from '../manifestContext.ts';
import { replaced } from '../manifestEdits.ts';
import { perEnvironment } from '../perEnvironment.ts';
import type { Report } from '../rule.ts';

/** A JDK that is mounted from the machines is on them. */
export const rule: ManifestRule = {
  summary: 'A JDK of the machines has its `hostPath` in the standards, and machines that are labelled `jdk` have its version.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['service'],
  check: (context) =>
    perEnvironment(context, (deployed) => {
      const jdk = jdkOf(context, deployed.tree);
      if (jdk?.mode !== 'hostMount') return [];
      const written = valueAt(deployed.tree, 'jdk', 'version');
      return [
        ...unplaced(context, jdk),
        ...onMachines(jdk, deployed.environment, written !== undefined).map((report) => ({
          ...report,
          related: atEnvironment(deployed, 'The labels of its machines'),
        })),
      ];
    }),
};

function unplaced({ standards }: ManifestContext, { hostPath, place }: JdkUse): readonly Report[] {
  const component = standards?.components.find(({ name }) => name === 'jdk');
  if (!component || hostPath !== undefined) return [];
  return [
    {
      range: place.range,
      message:
        '`hostMount` takes the JDK from the machine, and the standards do not say where it is: `hostPath` of the component `jdk` is missing.',
      related: [{ location: component.location, message: '`jdk` in the standards' }],
    },
  ];
}

/** Machines without the label say nothing of what they have, so long as none has it. */
function onMachines({ version, place }: JdkUse, environment: EnvironmentSummary | undefined, written: boolean): readonly Report[] {
  const target = environment?.target;
  const hosts = target && 'hosts' in target ? target.hosts : [];
  const labelled = hosts.filter(({ labels }) => labels.jdk !== undefined);
  const without = hosts.filter(({ labels }) => !(labels.jdk ?? '').split(/[,\s]+/).includes(version));
  if (labelled.length === 0 || without.length === 0) return [];
  const there = [...new Set(labelled.flatMap(({ labels }) => (labels.jdk ?? '').split(/[,\s]+/)))];
  const only = there.length === 1 && without.length === hosts.length && written ? there[0] : undefined;
  const which = without.length === hosts.length ? 'No machine' : `${without.map(({ name }) => `\`${name}\``).join(', ')}: no machine here`;
  return [
    {
      range: place.range,
      message: `${which} has JDK ${version} by its labels: the container would start without Java. Labelled are ${there.map((one) => `\`${one}\``).join(', ')}.`,
      severity: without.length === hosts.length ? 'error' : 'warning',
      fixes: only === undefined ? [] : replaced(place, `"${only}"`, true),
    },
  ];
}
