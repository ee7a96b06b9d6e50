import { promotionCycle } from '../../environments/order.ts';
import type { ManifestRule } from '../manifestContext.ts';

/** Releases move in one direction: no environment is, by way of others, its own source. */
export const rule: ManifestRule = {
  summary: '`promote.from` of the environments forms no circle.',
  severity: 'error',
  aliases: [],
  fixable: false,
  on: ['environments'],
  check({ environments }) {
    const cycle = environments && promotionCycle(environments.environments, (environment) => environment.promote.from);
    if (!cycle) return [];
    const topmost = Math.min(...cycle.map((environment) => environment.location.range.start.line));
    const start = cycle.findIndex((environment) => environment.location.range.start.line === topmost);
    const ordered = [...cycle.slice(start), ...cycle.slice(0, start)];
    const first = ordered[0];
    if (!first) return [];
    const names = [...ordered, first].map((environment) => `\`${environment.name}\``);
    const message =
      cycle.length === 1
        ? `\`${first.name}\` promotes from itself: no release could ever reach it. Remove it from \`promote.from\`.`
        : `${names.join(' takes from ')}: no release could ever enter this circle. Break it in one \`promote.from\`.`;
    return [{ range: first.location.range, message }];
  },
};
