import type { Location } from '../../protocol.ts';
import { optional } from '../text/optional.ts';
import type { Standards } from './model.ts';

type Policy = Standards['policy'];
type Level = Standards['severity'][string];

export const strictness: Readonly<Record<Level, number>> = { off: 0, hint: 1, info: 2, warning: 3, error: 4 };
export const digestStrictness: Readonly<Record<Policy['digest'], number>> = { off: 0, recommended: 1, required: 2 };
export const logStrictness: Readonly<Record<NonNullable<Policy['logs']>, number>> = { any: 0, stdoutOrCollected: 1, stdout: 2 };

/** The level that standards give a rule: by its id, else by `category/*`. A pattern stands for itself. */
export function levelOf({ severity }: Standards, rule: string): { readonly rule: string; readonly level: Level } | undefined {
  for (const name of [rule, `${rule.slice(0, rule.indexOf('/'))}/*`]) {
    const level = Object.hasOwn(severity, name) ? severity[name] : undefined;
    if (level !== undefined) return { rule: name, level };
  }
  return undefined;
}

/** True when those who extend the standards may loosen it: a rule, `policy.<section>` or `labels`. */
export function isOverridable({ overridable }: Standards, name: string): boolean {
  return overridable?.includes(name) === true;
}

/** Severities of a child over its parent's: stricter ones, those that the parent says nothing of, and those that it gives free. */
export function tightenedSeverity(parent: Standards, child: Standards): Standards['severity'] {
  const merged = { ...parent.severity };
  for (const [rule, level] of Object.entries(child.severity)) {
    const before = levelOf(parent, rule);
    if (!before || isOverridable(parent, before.rule) || strictness[level] > strictness[before.level]) merged[rule] = level;
  }
  return merged;
}

/** The policy of a child over its parent's: what the child does not say is the parent's, and nothing becomes looser. */
export function tightenedPolicy(parent: Standards, child: Standards): Policy {
  const [under, over] = [parent.policy, child.policy];
  const said = (policy: Policy, path: string) => policy.places?.has(path) === true;
  const free = (section: string) => isOverridable(parent, `policy.${section}`);
  /** One value: the child's where the parent says nothing or gives it free. */
  const one = <T>(path: string, below: T, above: T): T => {
    if (!said(over, path)) return below;
    return !said(under, path) || free(section(path)) ? above : below;
  };
  /** A value of a scale: the stricter one. */
  const stricter = <T>(path: string, below: T, above: T, isStricter: boolean): T => {
    return said(under, path) && said(over, path) && isStricter ? above : one(path, below, above);
  };
  /** Demands: all of both; only the child's where the parent gives them free. */
  const all = (path: string, below: readonly string[] = [], above: readonly string[] = []) =>
    free(section(path)) && said(over, path) ? above : together(below, above);
  return {
    ...optionals(under, over, one),
    digest: stricter('from.digest', under.digest, over.digest, digestStrictness[over.digest] > digestStrictness[under.digest]),
    directories: {
      ...optional('app', one('directories.app', under.directories.app, over.directories.app)),
      ...optional('logs', one('directories.logs', under.directories.logs, over.directories.logs)),
    },
    secretNamePattern: pattern(under, over, free('env')),
    requiredComponents: all('base.requireComponents', under.requiredComponents, over.requiredComponents),
    forbiddenPackages: all('packages.forbid', under.forbiddenPackages, over.forbiddenPackages),
    requiredResources: all('resources.require', under.requiredResources, over.requiredResources),
    requiredHealth: all('health.require', under.requiredHealth, over.requiredHealth),
    protected: {
      env: all('protected.env', under.protected?.env, over.protected?.env),
      entrypoint: stricter(
        'protected.entrypoint',
        under.protected?.entrypoint ?? false,
        over.protected?.entrypoint ?? false,
        over.protected?.entrypoint === true,
      ),
    },
    ...optional('logs', stricter('logs.require', under.logs, over.logs, level(over.logs) > level(under.logs))),
    ...optional('downloads', downloads(under, over, free('downloads'))),
    ...optional('hostModeAllowedFor', among(under.hostModeAllowedFor, over.hostModeAllowedFor, free('network'))),
    ...(free('suppressions') && said(over, 'suppressions.reason')
      ? optional('suppressionReason', over.suppressionReason)
      : optional('suppressionReason', under.suppressionReason || over.suppressionReason || undefined)),
    places: placesOf(under, over),
  };
}

function optionals(under: Policy, over: Policy, one: <T>(path: string, below: T, above: T) => T): Pick<Policy, 'uid' | 'userName'> {
  return {
    ...optional('uid', one('user.uid', under.uid, over.uid)),
    ...optional('userName', one('user.name', under.userName, over.userName)),
  };
}

/** Where each demand stands: with the parent, unless only the child has it. */
function placesOf(under: Policy, over: Policy): ReadonlyMap<string, Location> {
  return new Map([...(over.places ?? []), ...(under.places ?? [])]);
}

function level(logs: Policy['logs']): number {
  return logs === undefined ? -1 : logStrictness[logs];
}

/** Names are secrets when either pattern says so. */
function pattern(under: Policy, over: Policy, free: boolean): string {
  const saidOver = over.places?.has('env.secretNamePattern') === true;
  const saidUnder = under.places?.has('env.secretNamePattern') === true;
  if (!saidOver) return under.secretNamePattern;
  if (!saidUnder || free || over.secretNamePattern === under.secretNamePattern) return over.secretNamePattern;
  return `(?:${under.secretNamePattern})|(?:${over.secretNamePattern})`;
}

/** Hosts that may be downloaded from: those that both allow. A parent's mirrors stay. */
function downloads(under: Policy, over: Policy, free: boolean): Policy['downloads'] {
  if (!under.downloads || !over.downloads) return under.downloads ?? over.downloads;
  const allow = under.downloads.allow.length === 0 ? over.downloads.allow : among(under.downloads.allow, over.downloads.allow, free);
  return { allow: allow ?? [], mirrors: new Map([...over.downloads.mirrors, ...under.downloads.mirrors]) };
}

/** What is allowed by a list: of the child's entries those that the parent has as well; the parent's where none is left or none is given. */
export function among(
  under: readonly string[] | undefined,
  over: readonly string[] | undefined,
  free = false,
): readonly string[] | undefined {
  if (!under || !over) return over ?? under;
  if (free) return over;
  const both = over.filter((entry) => under.includes(entry));
  return both.length > 0 || over.length === 0 ? both : under;
}

export function together(under: readonly string[], over: readonly string[]): readonly string[] {
  return [...new Set([...under, ...over])];
}

function section(path: string): string {
  return path.slice(0, path.indexOf('.'));
}
