import { fail } from '../errors.ts';
import { environmentKey } from '../state/environmentWatches.ts';
import { currentModel } from './contract/choose.ts';
import { type Command, onRow } from './contract/command.ts';
import { kubectlCommand } from './text/kubectl.ts';

/** Puts the kubectl command that shows the row on the clipboard: with context and namespace, so that it is right whatever is current. */
export const copyKubectl: Command = {
  contribution: {
    id: 'waybill.kubectl.copy',
    title: 'Copy as kubectl Command',
    icon: 'copy',
    palette: false,
    connects: false,
    menus: [{ menu: 'view/item/context', when: onRow('environments', 'kubernetes'), group: '3_copy@3' }],
  },
  async run(context, subject) {
    const model = await currentModel(context);
    const environment = model.environments.find((candidate) => environmentKey(candidate) === subject.environment);
    const { target } = environment ?? {};
    if (!target || !('namespace' in target)) {
      throw fail('usage', 'That row is nothing in Kubernetes.', 'Run it on a row of a Kubernetes environment.');
    }
    const watch = context.state.environments.store.get().get(subject.environment ?? '');
    const service = subject.service?.slice(subject.service.indexOf('/') + 1);
    const instances = watch?.state === 'live' ? watch.value.services.flatMap((one) => one.instances) : [];
    const pod = instances.find((instance) => instance.id === subject.instance)?.name;
    const command = kubectlCommand({ context: target.context, namespace: target.namespace }, service, pod);
    await context.ui.copy(command);
    context.ui.inform(`Copied: ${command}`, []);
  },
};
