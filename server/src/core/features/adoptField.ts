import type { FieldAdoption, FieldEdit, ImportRefusal } from '../../protocol.ts';
import { addItem, setValue } from '../rules/manifestEdits.ts';
import type { TextEdit } from '../text/edits.ts';
import type { YamlFile } from '../yaml/parse.ts';
import { itemsAt, textAt, valueAt } from '../yaml/tree.ts';
import { flowText } from './import/write.ts';
import type { Workspace } from './workspace.ts';

/** Writes what runs into the manifest, for that environment alone; or lets the environment ignore that a field differs. */
export function adoptField(workspace: Workspace, wanted: FieldAdoption): FieldEdit | ImportRefusal {
  return 'path' in wanted ? inManifest(workspace, wanted) : inEnvironment(workspace, wanted);
}

function inManifest(workspace: Workspace, wanted: Extract<FieldAdoption, { path: string }>): FieldEdit | ImportRefusal {
  const service = workspace.service(wanted.service);
  const file = service && workspace.yaml(service.uri);
  if (!service || !file) return { problem: `There is no service \`${wanted.service}\` in this workspace.` };
  const edit = setValue(file, ['environments', wanted.environment, ...stepsOf(wanted.path)], flowText(asWritten(wanted.value)));
  if (edit) return { uri: service.uri, ...edit };
  return { problem: `\`environments.${wanted.environment}.${wanted.path}\` cannot be written: something else stands there.` };
}

/** What runs is meant as it stands: no `$` of it is a name to be filled in. */
const asWritten = (value: string | number) => (typeof value === 'string' ? value.replaceAll('$', '$$$$') : value);

/** `env.A_NAME` has two steps, whatever the name holds. */
function stepsOf(path: string): readonly string[] {
  const [first = '', ...rest] = path.split('.');
  return first === 'env' ? [first, rest.join('.')] : [first, ...rest];
}

function inEnvironment(workspace: Workspace, wanted: Extract<FieldAdoption, { ignore: string }>): FieldEdit | ImportRefusal {
  const file = workspace.environments.find(({ product }) => product === wanted.product);
  const yaml = file && workspace.yaml(file.uri);
  const item = itemsAt(yaml?.root, 'environments').find((entry) => textAt(entry, 'name') === wanted.environment);
  if (!file || !yaml || item?.kind !== 'map') return { problem: `\`${wanted.product}\` has no environment \`${wanted.environment}\`.` };
  const edit = ignoring({ ...yaml, root: item }, wanted.ignore);
  return edit
    ? { uri: file.uri, ...edit }
    : { problem: `\`drift.ignore\` of \`${wanted.environment}\` cannot be extended: write it as a list.` };
}

function ignoring(environment: YamlFile, path: string): TextEdit | undefined {
  const list = valueAt(environment.root, 'drift', 'ignore');
  const text = flowText(path);
  return list?.kind === 'list' && list.items.length > 0
    ? addItem(environment, list, text)
    : setValue(environment, ['drift', 'ignore'], `[${text}]`);
}
