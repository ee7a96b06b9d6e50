import { diagnosisLines, dockerHosts } from '../delivery/diagnose.ts';
import { currentModel } from './contract/choose.ts';
import { type Command, onRow } from './contract/command.ts';

/** Goes the way to a Docker host step by step and shows what each found. */
export const diagnoseHost: Command = {
  contribution: {
    id: 'waybill.host.diagnose',
    title: 'Diagnose Host',
    icon: 'pulse',
    palette: true,
    connects: true,
    menus: [
      { menu: 'view/item/context', when: onRow('builders', 'failure'), group: 'inline@2' },
      { menu: 'view/item/context', when: onRow('builders', 'builder'), group: '2_look@1' },
    ],
  },
  async run(context, subject) {
    const hosts = dockerHosts(await currentModel(context));
    const key =
      subject.builder ??
      (await context.ui.pick({
        title: 'Diagnose Host',
        placeholder: 'Which host?',
        choices: [...hosts].map(([name, host]) => ({ label: name, description: host.host, value: name })),
      }));
    const host = key === undefined ? undefined : hosts.get(key);
    if (!key || !host) return;
    const { engines } = await context.ports();
    const lines = [`${key}  ${host.host}`, ''];
    const fine = await context.ui.run({ verb: 'Diagnose', service: key }, (progress, signal) =>
      engines.diagnose(
        host,
        (step) => {
          progress(`${step.name}: ${step.detail}`);
          lines.push(...diagnosisLines(step));
        },
        signal,
      ),
    );
    lines.push('', fine ? 'Everything on the way to it works.' : 'Stopped at the first step that failed.');
    await context.ui.openText(`Diagnosis of ${key.slice(key.indexOf('/') + 1)}`, 'plaintext', lines.join('\n'));
  },
};
