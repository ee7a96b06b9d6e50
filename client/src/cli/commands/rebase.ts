import { planRebases, type RebasedService, type RebaseTable, rebaseServices } from '../../delivery/rebase.ts';
import { rebaseText } from '../../delivery/rebaseText.ts';
import { type CliCommand, exit } from '../command.ts';
import type { Output } from '../output.ts';
import { progress } from '../progress.ts';
import { confirmed } from '../questions.ts';
import { withPorts } from '../session.ts';

export const rebase: CliCommand = {
  name: 'rebase',
  summary: 'move services to the newest image of their base, in the registry alone',
  operands: '<base image> [service…]',
  count: { least: 1, most: 1000 },
  about:
    'Puts the layers of each service, which stay as they are, on the `current` image of a base line instead of an earlier one. Nothing is built; the registry mounts the layers. Each becomes a release of its own with a new tag `…-rebased.N`, which is deployed like any other. A service that cannot be moved is listed with the reason.',
  options: {
    'dry-run': { type: 'boolean', help: 'only show what would be done' },
    yes: { type: 'boolean', short: 'y', help: 'do it without asking' },
  },
  examples: [
    { command: 'waybill rebase java-tomcat-9 --dry-run', means: 'which services can move to the patched base' },
    { command: 'waybill rebase java-tomcat-9 order-api --yes', means: 'one service, without asking' },
  ],
  run: (call) =>
    withPorts(call, async (ports) => {
      const [line = '', ...services] = call.arguments.operands;
      const report = progress(call.output);
      const table = await planRebases(ports, { line, ...(services.length > 0 ? { services } : {}) }, report, call.signal);
      call.output.event({ type: 'rebase', line: table.line.id, to: table.to, rows: plainRows(table) });
      call.output.line(rebaseText(table));
      const ready = table.rows.filter(({ state }) => state === 'ready').length;
      if (ready === 0 || call.arguments.flag('dry-run')) return exit.fine;
      if (!(await confirmed(call, `Rebase ${ready} ${ready === 1 ? 'service' : 'services'}?`))) return exit.fine;
      const done = await rebaseServices(ports, table, report, call.signal);
      for (const one of done) showRebased(one, call.output);
      return done.some(({ error }) => error !== undefined) ? exit.failed : exit.fine;
    }),
};

function showRebased({ service, release, error }: RebasedService, output: Output): void {
  const made = release ? { release: release.id, image: release.identity.image } : {};
  output.event({ type: 'rebased', service, ...made, ...(error ? { error } : {}) });
  output.line(release ? `Rebased ${service} ${release.id} (${release.alias})` : `${service}: ${error}`);
}

function plainRows({ rows }: RebaseTable): readonly object[] {
  return rows.map(({ service, release, state, reason, plan }) => ({
    service: service.id,
    state,
    ...(release ? { release: release.id } : {}),
    ...(reason ? { reason } : {}),
    ...(plan ? { warnings: plan.warnings, mustVerify: plan.mustVerify, layers: plan.layers } : {}),
  }));
}
