import type { EnvironmentSummary } from '../../../server/src/protocol.ts';
import { fail } from '../errors.ts';
import type { DeploymentRecord, Identity, ReleaseRecord } from '../ports.ts';
import type { Gate } from './gate.ts';
import { duration } from './units.ts';
import { windowGates } from './windows.ts';

export type { Gate } from './gate.ts';

export interface Eligibility {
  readonly unmet: readonly Gate[];
  /** The environment that the release is promoted from. */
  readonly promotedFrom?: string;
}

/** Histories of the environments that a promotion may come from, newest first; undefined when one could not be read. */
export type Histories = ReadonlyMap<string, readonly DeploymentRecord[] | undefined>;

/** May a new build go to this environment? Only where `promote.from` is empty (S9), and where nothing has to be proven before. */
export function buildGates(environment: EnvironmentSummary, now: Date): readonly Gate[] {
  const { from, requires } = environment.promote;
  const order: Gate[] =
    from.length === 0
      ? []
      : [
          {
            gate: 'build',
            message: `\`${environment.name}\` takes no builds, only releases that succeeded in ${list(from)}`,
            remedy: `release to an environment that takes builds, then deploy the same release from ${list(from)}`,
          },
        ];
  const proofs = requires.map((gate) => ({
    gate,
    message: `\`${environment.name}\` asks for \`${gate}\`, which a new build cannot have`,
    remedy: 'release first, prove it, then deploy that release',
  }));
  return [...order, ...proofs, ...protectedGates(environment, now)];
}

/**
 * May this release go to this environment? It must have succeeded, by the same digest, in one of `promote.from` (S9), and that stay
 * must prove what is required besides.
 */
export function eligibility(release: ReleaseRecord, environment: EnvironmentSummary, histories: Histories, now: Date): Eligibility {
  const { from } = environment.promote;
  const general = [...evidenceGates(release, environment), ...protectedGates(environment, now)];
  if (from.length === 0) return { unmet: [...stayGates(release, environment, undefined, now), ...general] };
  const stays = from.filter((name) => histories.get(name)?.some((record) => succeeded(record, release)));
  const judged = stays.map((name) => ({ name, unmet: stayGates(release, environment, histories.get(name), now, name) }));
  const best = judged.find(({ unmet }) => unmet.length === 0) ?? judged[0];
  if (best) return { unmet: [...best.unmet, ...general], promotedFrom: best.name };
  const unread = from.filter((name) => histories.get(name) === undefined);
  const unknown = unread.length > 0 ? `; the records of ${list(unread)} could not be read` : '';
  const order: Gate = {
    gate: 'order',
    message: `\`${release.id}\` has not succeeded in ${list(from)} by the same digest${unknown}`,
    remedy: `deploy it to ${list(from)} first`,
  };
  return { unmet: [order, ...general] };
}

/** Gates on the way back: what is asked of new releases was met before; a closed window and a forbidden verb still hold. */
export function rollbackGates(environment: EnvironmentSummary, now: Date): readonly Gate[] {
  return [...forbidden(environment, 'rollback'), ...windowGates(environment, now)];
}

/** Where a deployment comes from, against where the environment takes them from. */
export function originGates(environment: EnvironmentSummary, { origin = 'workstation' }: Pick<Identity, 'origin'>): readonly Gate[] {
  const { allowFrom } = environment.protected;
  if (!allowFrom || allowFrom.includes(origin)) return [];
  const [here, there] = origin === 'ci' ? ['a pipeline', 'a workstation'] : ['a workstation', 'a pipeline'];
  const message = `\`${environment.name}\` takes no deployments from ${here} (\`protected.allowFrom\`)`;
  const remedy = allowFrom.length > 0 ? `deploy from ${there}` : 'correct `protected.allowFrom`: it names no place';
  return [{ gate: 'origin', message, remedy }];
}

/** The gate of a verb that nobody may use in an environment. */
export function forbidden(environment: EnvironmentSummary, verb: string): readonly Gate[] {
  if (!environment.protected.forbid.includes(verb)) return [];
  const message = `\`${verb}\` is forbidden in \`${environment.name}\``;
  return [{ gate: 'forbid', message, remedy: `take \`${verb}\` out of \`protected.forbid\`, if you may` }];
}

/** Throws `refused` naming every unmet gate with its remedy. */
export function refuseUnmet(what: string, environment: EnvironmentSummary, unmet: readonly Gate[]): void {
  if (unmet.length === 0) return;
  const messages = unmet.map(({ gate, message }) => `${message} (gate \`${gate}\`)`).join('; ');
  const remedies = [...new Set(unmet.map(({ remedy }) => remedy))].join('; ');
  throw fail(
    'refused',
    `${what} may not go to \`${environment.name}\`: ${messages}.`,
    `${remedies.charAt(0).toUpperCase()}${remedies.slice(1)}.`,
  );
}

function succeeded(record: DeploymentRecord, release: ReleaseRecord): boolean {
  const { digest, repository } = release.identity.image;
  return (
    record.operation === undefined &&
    record.result === 'Succeeded' &&
    record.release === release.id &&
    record.image.digest === digest &&
    record.image.repository === repository
  );
}

/** What the release did where it comes from: verified, and long enough there. Unknown histories prove nothing. */
function stayGates(
  release: ReleaseRecord,
  { name, promote }: EnvironmentSummary,
  history: readonly DeploymentRecord[] | undefined,
  now: Date,
  source?: string,
): readonly Gate[] {
  const gates: Gate[] = [];
  const where = source ? `in \`${source}\`` : 'anywhere before';
  const stays = staysOf(release, history ?? [], now);
  if (promote.requires.includes('verified') && !stays.some((stay) => stay.verified)) {
    const message = `\`${name}\` asks for \`verified\`, and \`${release.id}\` passed no checks ${where}`;
    const remedy = source
      ? `run its checks in \`${source}\` (\`waybill verify\`)`
      : 'take `promote.requires.verified` out, or name `promote.from`';
    gates.push({ gate: 'verified', message, remedy });
  }
  if (promote.requires.includes('soak')) gates.push(...soakGates(release, name, promote.soak, stays, source));
  return gates;
}

function soakGates(
  release: ReleaseRecord,
  name: string,
  soak: number | undefined,
  stays: readonly Stay[],
  source: string | undefined,
): readonly Gate[] {
  if (soak === undefined) {
    return [{ gate: 'soak', message: `the time that \`${name}\` asks for cannot be read`, remedy: 'correct `promote.requires.soak`' }];
  }
  const longest = Math.max(0, ...stays.map(({ seconds }) => seconds));
  if (longest >= soak) return [];
  const where = source ? `in \`${source}\`` : 'anywhere before';
  const message = `\`${release.id}\` ran for ${duration(longest)} ${where}, and \`${name}\` asks for ${duration(soak)}`;
  return [
    { gate: 'soak', message, remedy: source ? `let it run ${where} for another ${duration(soak - longest)}` : 'name `promote.from`' },
  ];
}

interface Stay {
  readonly seconds: number;
  readonly verified: boolean;
}

/**
 * The stays of a release in an environment: each from its deployment, or from when it was verified, until another deployment began
 * there or until now. `history` is newest first.
 */
function staysOf(release: ReleaseRecord, history: readonly DeploymentRecord[], now: Date): readonly Stay[] {
  const deployments = history.filter(({ operation }) => operation === undefined);
  return deployments.flatMap((record, index) => {
    if (!succeeded(record, release)) return [];
    const verified = record.verification?.passed === true;
    const began = Date.parse(verified ? (record.verification?.at ?? record.at) : (record.ended ?? record.at));
    const next = deployments[index - 1];
    const ended = next ? Date.parse(next.at) : now.getTime();
    return [{ seconds: Math.max(0, (ended - began) / 1000), verified }];
  });
}

function evidenceGates(release: ReleaseRecord, { name, promote }: EnvironmentSummary): readonly Gate[] {
  if (!promote.requires.includes('evidence')) return [];
  if (!promote.evidence) {
    return [
      { gate: 'evidence', message: `the proofs that \`${name}\` asks for cannot be read`, remedy: 'correct `promote.requires.evidence`' },
    ];
  }
  const proven = (kind: string) => release.evidence?.findLast((proof) => proof.kind === kind)?.result === 'passed';
  const missing = promote.evidence.filter((kind) => !proven(kind));
  if (missing.length === 0) return [];
  const what = missing.map((kind) => `\`${kind}\``).join(', ');
  const message = `\`${name}\` asks for the evidence ${what}, which \`${release.id}\` does not carry as passed`;
  return [{ gate: 'evidence', message, remedy: `attach it: \`waybill evidence <service> ${release.id} ${missing[0]} passed\`` }];
}

function protectedGates(environment: EnvironmentSummary, now: Date): readonly Gate[] {
  const approvals: Gate[] = environment.protected.gates.includes('approvals')
    ? [
        {
          gate: 'approvals',
          message: `\`${environment.name}\` asks for approvals of others, which cannot be given in this version`,
          remedy: 'take `protected.approvals` out of the environment, if you may; promotions with approvals come later',
        },
      ]
    : [];
  return [...windowGates(environment, now), ...approvals];
}

function list(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(' or ');
}
