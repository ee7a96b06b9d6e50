import { globMatches } from '../../text/uris.ts';
import { entryOf, itemsAt, textAt, valueAt } from '../../yaml/tree.ts';
import type { ManifestContext, ManifestRule } from '../manifestContext.ts';
import { addItem, fixOf, setValue } from '../manifestEdits.ts';
import { policyDemand } from '../manifestPolicy.ts';
import { perEnvironment } from '../perEnvironment.ts';
import type { Report } from '../rule.ts';

/** Log files of the base image's components are collected, when the standards ask that logs are. */
export const rule: ManifestRule = {
  summary: 'Log files that the components of the base image write are listed in `logs.files`.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  on: ['service'],
  check(context) {
    const { service, standards } = context;
    const demanded = standards?.policy.logs;
    if (!service?.name || !standards || (demanded !== 'stdoutOrCollected' && demanded !== 'stdout')) return [];
    const base = standards.images.find((image) => image.name === service.base?.text);
    const written = (base?.components ?? []).flatMap((use) => {
      const component = standards.components.find((candidate) => candidate.name === use.name);
      return (component?.logs ?? []).map((log) => ({ ...log, component: use.name }));
    });
    return perEnvironment(context, ({ tree }) => {
      const collected = itemsAt(tree, 'logs', 'files').flatMap((file) => textAt(file, 'path') ?? []);
      return written
        .filter((log) => !collected.some((path) => path === log.path || globMatches(path, log.path)))
        .map(
          (log): Report => ({
            range: entryOf(tree, 'logs')?.keyRange ?? service.base?.range ?? service.nameRange,
            message: `\`${log.component}\` of the base image writes \`${log.path}\`, which nobody collects: it is lost with the container.`,
            related: policyDemand(context, 'logs.require'),
            fixes: add(context, log),
          }),
        );
    });
  },
};

function add({ yaml }: ManifestContext, log: { readonly name: string; readonly path: string; readonly multiline?: string }) {
  const multiline = log.multiline ? `, multiline: '${log.multiline.replaceAll("'", "''")}'` : '';
  const item = `{ name: ${log.name}, path: "${log.path}"${multiline} }`;
  const list = valueAt(yaml.root, 'logs', 'files');
  const edit = list?.kind === 'list' ? addItem(yaml, list, item) : list ? undefined : setValue(yaml, ['logs', 'files'], `[${item}]`);
  return fixOf(`Collect \`${log.path}\``, edit);
}
