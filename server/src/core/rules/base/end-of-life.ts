import { lifecycleOf } from '../../dockerfile/lifecycle.ts';
import type { DockerfileRule } from '../context.ts';
import { rootOfTarget } from '../context.ts';
import type { Report } from '../rule.ts';

const warningDays = 90;

/** What the image stands on still gets security fixes: the base image, its OS and its components. */
export const rule: DockerfileRule = {
  summary: 'The base image, its OS and its components are not past their end of life.',
  severity: 'error',
  aliases: ['os/eol', 'component/eol'],
  fixable: false,
  check(context) {
    const root = rootOfTarget(context);
    const image = root?.rootStage.from.image;
    const found = root?.root.kind === 'image' ? root.root.catalogue?.image : undefined;
    if (!image || !found) return [];
    return lifecycleOf(context.standards, found).flatMap(({ what, kind, eol, location, replacement }): Report[] => {
      const days = eol ? daysBetween(context.today, eol) : Number.POSITIVE_INFINITY;
      if (days > warningDays) return [];
      const when = days < 0 ? `has been past its end of life since ${eol}` : `reaches its end of life on ${eol}, in ${days} days`;
      const under = what === `\`${found.name}\`` ? '' : ` under \`${found.name}\``;
      const advice = replacement ? ` Move to \`${replacement}\`.` : '';
      return [
        {
          range: context.range(image),
          message: `${what}${under} ${when}: security fixes ${days < 0 ? 'have stopped' : 'will stop'}.${advice}`,
          related: [{ location, message: 'Its entry in the standards' }],
          aliases: kind === 'image' ? [] : [`${kind}/eol`],
          ...(days < 0 ? {} : { severity: 'warning' }),
        },
      ];
    });
  },
};

/** Whole days from one ISO date to another; infinite when either is no date. */
function daysBetween(from: string, to: string): number {
  const days = (Date.parse(to) - Date.parse(from)) / 86_400_000;
  return Number.isNaN(days) ? Number.POSITIVE_INFINITY : Math.floor(days);
}
