import type { TextEdit } from '../../text/edits.ts';
import { itemsAt, numberAt, textAt, valueAt } from '../../yaml/tree.ts';
import type { ManifestContext, ManifestRule } from '../manifestContext.ts';
import { setValue } from '../manifestEdits.ts';
import { type Deployed, perEnvironment } from '../perEnvironment.ts';
import type { Fix } from '../rule.ts';

/** A port of the machine can be bound once: in host mode a new instance cannot start beside the old one. */
export const rule: ManifestRule = {
  summary: 'In host mode with a fixed port a rollout stops the old instance first.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  on: ['service'],
  check: (context) =>
    perEnvironment(context, (deployed) => {
      const { tree } = deployed;
      const mode = valueAt(tree, 'network', 'mode');
      if (!mode || textAt(mode) !== 'host' || textAt(tree, 'rollout', 'strategy') === 'recreate') return [];
      const fixed = itemsAt(tree, 'ports').find((port) => numberAt(port, 'port') !== undefined);
      if (!fixed || (numberAt(tree, 'rollout', 'maxSurge') ?? 1) === 0) return [];
      return [
        {
          range: mode.range,
          message: `In host mode the port \`${textAt(fixed, 'name')}\` can be bound once on a machine: set \`rollout: { maxSurge: 0, maxUnavailable: 1, order: stop-first }\`, or \`port: auto\`.`,
          fixes: stopFirst(context, deployed),
        },
      ];
    }),
};

/** In the override when host mode comes from there and it says nothing of the rollout, else in the base. */
function stopFirst({ yaml, service }: ManifestContext, { environment }: Deployed): Fix[] {
  const override = service?.overrides.find((entry) => entry.key === environment?.name);
  const inOverride = override && textAt(override.value, 'network', 'mode') === 'host';
  const path = inOverride ? ['environments', override.key, 'rollout'] : ['rollout'];
  const present = valueAt(yaml.root, ...path);
  const edit: TextEdit | undefined =
    present === undefined
      ? setValue(yaml, path, '{ maxSurge: 0, maxUnavailable: 1, order: stop-first }')
      : present.kind === 'map' && !valueAt(present, 'maxSurge') && !valueAt(present, 'maxUnavailable')
        ? setValue(
            yaml,
            [...path, 'maxSurge'],
            `0${present.flow ? ', ' : `\n${' '.repeat(present.entries[0]?.keyRange.start.character ?? 0)}`}maxUnavailable: 1`,
          )
        : undefined;
  return edit ? [{ title: 'Stop the old instance first', edits: [edit], preview: true }] : [];
}
