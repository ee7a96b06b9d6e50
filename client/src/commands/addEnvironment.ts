import type { EnvironmentSummary, NewEnvironment, WorkspaceModel } from '../../../server/src/protocol.ts';
import { fail, isWaybillError } from '../errors.ts';
import { currentModel } from './contract/choose.ts';
import type { Command, CommandContext } from './contract/command.ts';

/** Adds an environment to the product's file: asks for the place, and pins the cluster that answers there. */
export const addEnvironment: Command = {
  contribution: {
    id: 'waybill.environment.add',
    title: 'Add Environment…',
    icon: 'add',
    palette: true,
    connects: false,
    menus: [
      { menu: 'view/title', when: 'view == waybill.environments', group: 'navigation@3' },
      { menu: 'editor/context', when: 'resourceLangId == waybill-environments', group: '5_waybill@1' },
    ],
  },
  async run(context, subject) {
    const { ui, authoring } = context;
    const model = await currentModel(context);
    const uri = subject.file ?? (await environmentsFile(context, model));
    if (uri === undefined && model.environments.length === 0) return beginFile(context, model);
    const around = model.environments.filter(({ location }) => uri === undefined || sameUri(location.uri, uri));
    const basics = await askBasics(context, around);
    const target = basics && (await askTarget(context, basics, around));
    if (!basics || !target) return;
    const edit = await authoring.addEnvironment({ ...(uri ? { uri } : {}), ...basics, ...target }, AbortSignal.timeout(30_000));
    if ('problem' in edit) throw fail('configuration', edit.problem, 'See the environments file, then run this again.');
    await ui.applyEdits([{ location: edit, text: edit.text }]);
  },
};

type Basics = Pick<NewEnvironment, 'name' | 'promoteFrom'>;
type Target = Pick<NewEnvironment, 'kubernetes' | 'compose'>;

/** There is no environments file yet: one is begun, with a first environment to fill in. */
async function beginFile({ ui }: CommandContext, model: WorkspaceModel): Promise<void> {
  const folder = ui.workspaceFolder();
  if (!folder) throw fail('usage', 'No folder is open.', 'Open the folder of the product first.');
  const product = model.services[0]?.product ?? 'product';
  const snippet = `apiVersion: waybill.dev/v1
kind: Environments
metadata: { product: \${1:${product}} }

environments:
  - name: \${2:dev}
    kind: compose
    compose:
      project: \${1}-\${2}
      hosts:
        - { name: \${3:local}, host: "\${4:unix:///var/run/docker.sock}" }
    promote: { from: [] }
`;
  await ui.createFile(`${folder.replace(/\/$/, '')}/waybill.environments.yaml`, snippet);
}

/** The only file of the workspace, else the one that the user picks. */
async function environmentsFile({ ui }: CommandContext, model: WorkspaceModel): Promise<string | undefined> {
  const byProduct = new Map(model.environments.map(({ product, location }) => [product, location.uri]));
  if (byProduct.size < 2) return [...byProduct.values()][0];
  const choices = [...byProduct].map(([product, value]) => ({ label: product, icon: 'symbol-namespace', value }));
  return ui.pick({ title: 'Add Environment', placeholder: 'To which product?', choices });
}

async function askBasics({ ui }: CommandContext, around: readonly EnvironmentSummary[]): Promise<Basics | undefined> {
  const names = around.map(({ name }) => name);
  const name = await ui.input({
    title: 'Add Environment (1 of 4)',
    prompt: 'Its name, such as `staging`.',
    problem: (text) => {
      if (names.includes(text)) return `There is an environment \`${text}\` already.`;
      return /^[a-z]([-a-z0-9]{0,44}[a-z0-9])?$/.test(text) ? undefined : 'Small letters, digits and dashes; a letter first.';
    },
  });
  if (!name) return undefined;
  if (names.length === 0) return { name, promoteFrom: [] };
  const promoteFrom = await ui.pickSeveral({
    title: 'Add Environment (2 of 4)',
    placeholder: 'From where are releases promoted to it? None: builds go there directly.',
    choices: around.map((other) => ({
      label: other.name,
      ...(other.purpose ? { description: other.purpose } : {}),
      icon: 'server-environment',
      value: other.name,
    })),
  });
  return promoteFrom && { name, promoteFrom };
}

async function askTarget(context: CommandContext, { name }: Basics, around: readonly EnvironmentSummary[]): Promise<Target | undefined> {
  const { ui } = context;
  const product = around[0]?.product ?? 'product';
  const kind = await ui.pick({
    title: 'Add Environment (3 of 4)',
    placeholder: 'Where do services run?',
    choices: [
      { label: 'Kubernetes', detail: 'a namespace of a cluster', icon: 'symbol-namespace', value: 'kubernetes' as const },
      { label: 'Docker host', detail: 'containers on a Docker Engine', icon: 'vm', value: 'compose' as const },
    ],
  });
  const title = 'Add Environment (4 of 4)';
  if (kind === 'compose') {
    const host = await ui.input({
      title,
      prompt: 'Address of the Docker Engine.',
      value: 'ssh://',
      problem: (text) =>
        /^(?:ssh|tcp|unix|npipe):\/\/.+/.test(text) ? undefined : 'Begins with `ssh://`, `tcp://` or `unix://`: `ssh://ops@host-1`.',
    });
    return host ? { compose: { project: `${product}-${name}`, host } } : undefined;
  }
  return kind && askCluster(context, title, `${product}-${name}`, around);
}

async function askCluster(
  { ui, state, pinCluster }: CommandContext,
  title: string,
  proposed: string,
  around: readonly EnvironmentSummary[],
): Promise<Target | undefined> {
  const needed = (text: string) => (text.trim() === '' ? 'It cannot be empty.' : undefined);
  const known = around.flatMap(({ target }) => (target.kind === 'kubernetes' && 'context' in target ? [String(target.context)] : []));
  const named = await ui.input({ title, prompt: 'Context of the kubeconfig.', value: known.at(-1) ?? '', problem: needed });
  const namespace = named && (await ui.input({ title, prompt: 'Namespace in the cluster.', value: proposed, problem: needed }));
  if (!named || !namespace) return undefined;
  const place = { context: named, namespace };
  // Nothing is connected to before the folder is trusted.
  if (!state.trusted.get()) return { kubernetes: place };
  try {
    return { kubernetes: { ...place, ...(await pinCluster(named, namespace, AbortSignal.timeout(15_000))) } };
  } catch (error) {
    const why = isWaybillError(error) || error instanceof Error ? error.message : String(error);
    ui.warn(`The cluster could not be pinned: ${why} Add \`kubernetes.cluster\` before the first deployment.`, []);
    return { kubernetes: place };
  }
}

function sameUri(one: string, other: string): boolean {
  return decodeURIComponent(one) === decodeURIComponent(other);
}
