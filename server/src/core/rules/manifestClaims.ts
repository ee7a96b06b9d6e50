import type { Claim, ClaimKind } from '../service/claims.ts';
import type { ManifestContext } from './manifestContext.ts';
import type { Report } from './rule.ts';

/** Reports what a service asks for and another one has asked for as well, once per place in the manifest. */
export function claimReports(
  { service, workspace, yaml }: ManifestContext,
  kind: ClaimKind,
  describe: (claim: Claim, rival: Claim) => Pick<Report, 'message' | 'fixes'>,
): readonly Report[] {
  if (!service?.name || yaml.problems.length > 0) return [];
  const index = workspace.claims();
  const reports = new Map<string, Report>();
  for (const claim of index.of(service, kind)) {
    const rival = index.rivals(claim)[0];
    const key = `${claim.range.start.line}:${claim.range.start.character}`;
    if (!rival || reports.has(key)) continue;
    reports.set(key, {
      range: claim.range,
      ...describe(claim, rival),
      related: [
        { location: { uri: rival.service.uri, range: rival.range }, message: `\`${rival.service.id}\` in \`${rival.environment}\`` },
      ],
    });
  }
  return [...reports.values()];
}

/** The next number that no service claims in the same place, from `low` to `high`. */
export function nextFree({ workspace }: ManifestContext, kind: ClaimKind, from: number, high: number): number | undefined {
  const taken = new Set(
    workspace.services.flatMap((service) =>
      workspace
        .claims()
        .of(service, kind)
        .map((claim) => Number(claim.what)),
    ),
  );
  for (let number = from + 1; number <= high; number++) if (!taken.has(number)) return number;
  return undefined;
}
