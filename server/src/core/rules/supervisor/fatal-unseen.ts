import { productEnvironments } from '../../features/workspace.ts';
import { type Section, type SupervisorFile, settingOf } from '../../supervisor/parse.ts';
import { valueAt } from '../../yaml/tree.ts';
import { serviceAround } from '../companions.ts';
import type { ManifestContext, ManifestRule } from '../manifestContext.ts';
import type { Fix } from '../rule.ts';

/** Events that tell of a program that was given up. */
const telling = /\b(?:EVENT|PROCESS_STATE|PROCESS_STATE_FATAL|PROCESS_STATE_EXITED)\b/;

const listener = `
[eventlistener:end-with-programs]
command=/bin/sh -c "printf 'READY\\n'; while read line; do kill -TERM $PPID; done"
events=PROCESS_STATE_FATAL
`;

/** When a program is given up Supervisor goes on, and the container looks well. */
export const rule: ManifestRule = {
  summary: 'Someone notices a program that Supervisor gave up: an event listener, or a probe of the service.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  on: ['supervisor'],
  check(context) {
    const { supervisor } = context;
    const sections = supervisor?.sections ?? [];
    const main = sections.find(({ kind }) => kind === 'supervisord');
    const programs = sections.filter(({ kind }) => kind === 'program' || kind === 'fcgi-program');
    if (!supervisor || !main || programs.length === 0 || sections.some(isTold) || sections.some(({ kind }) => kind === 'include'))
      return [];
    const service = serviceAround(context);
    if (service && hasLiveness(context)) return [];
    const names = programs.map(({ name }) => `\`${name}\``).join(', ');
    return [
      {
        range: main.range,
        message: `When ${names} ${programs.length === 1 ? 'is' : 'are'} given up (FATAL), Supervisor goes on and the container looks well: nobody restarts it. Add an event listener that ends it${service ? ', or `health.liveness` to the manifest' : ''}.`,
        // An image may stand under services that have probes.
        severity: service ? 'warning' : 'info',
        fixes: [add(supervisor)],
      },
    ];
  },
};

function isTold(section: Section): boolean {
  return section.kind === 'eventlistener' && telling.test(settingOf(section, 'events')?.value ?? '');
}

function hasLiveness(context: ManifestContext): boolean {
  const service = serviceAround(context);
  if (!service) return false;
  const environments = productEnvironments(context.workspace, service);
  const trees = environments.length === 0 ? [service.root] : environments.map(({ name }) => context.workspace.merged(service, name));
  return trees.every((tree) => valueAt(tree, 'health', 'liveness') !== undefined);
}

function add({ text, index }: SupervisorFile): Fix {
  const start = text === '' || text.endsWith('\n') ? listener : `\n${listener}`;
  return {
    title: 'End the container when a program is given up',
    edits: [{ range: index.range(text.length, text.length), text: start }],
    preview: true,
  };
}
