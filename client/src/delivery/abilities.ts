import { fail } from '../errors.ts';
import type { Platform, PlatformOperations } from '../ports.ts';

const words: Readonly<Record<keyof PlatformOperations, string>> = {
  exec: 'opens no shell',
  forward: 'forwards no port',
  details: 'has no details to show',
  denials: 'does not tell what you may do',
  workload: 'cannot be scaled, restarted or paused by itself',
  operate: 'cannot be scaled, restarted or paused by itself',
  drift: 'is not compared with what was deployed',
  reapply: 'cannot be set back to what was deployed field by field',
  generate: 'has no files of its own to show',
  generateOverlays: 'has no files that environments share',
  askHttp: 'cannot be asked over HTTP from here',
  runJob: 'has no place for a check to run in',
  noteVerification: 'keeps no outcome of `verify`',
  pins: 'has no cluster to pin',
  planPreparation: 'has no namespace to prepare',
  prepare: 'has no namespace to prepare',
  isolation: 'has no namespace that could be apart from others',
};

/** Abilities that are the environment's, not a service's. */
const ofEnvironments: readonly (keyof PlatformOperations)[] = ['pins', 'planPreparation', 'prepare', 'isolation', 'denials'];

/** What is said where a platform cannot do something. */
export function notAble(kind: string, ability: keyof PlatformOperations): Error {
  return ofEnvironments.includes(ability)
    ? fail('configuration', `An environment of kind \`${kind}\` ${words[ability]}.`, 'Choose one on Kubernetes.')
    : fail(
        'configuration',
        `A service on a target of kind \`${kind}\` ${words[ability]}.`,
        'Change the manifest and deploy it instead, or use the tools of that platform.',
      );
}

/** What is said of an operation that a platform does not know, where it knows others. */
export function notAbleTo(kind: string, operation: string): Error {
  return fail(
    'configuration',
    `A service on a target of kind \`${kind}\` knows no \`${operation}\`.`,
    'Change the manifest and deploy it instead, or use the tools of that platform.',
  );
}

/** An optional ability of a platform, or `configuration`. */
export function abilityOf<K extends keyof PlatformOperations>(platform: Platform, name: K): NonNullable<PlatformOperations[K]> {
  const ability = platform[name];
  if (ability) return ability;
  throw notAble(platform.kind, name);
}
