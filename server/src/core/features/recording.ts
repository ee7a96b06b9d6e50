/**
 * What a rule asks of a manifest's surroundings, written down as it asks: when every question has the same answer in a later
 * workspace, the rule would say the same again and need not run.
 */
import type { ManifestContext } from '../rules/manifestContext.ts';
import type { ClaimIndex } from '../service/claims.ts';
import type { ServiceManifest } from '../service/parse.ts';
import type { Note, Question } from './question.ts';
import { sameValue } from './sameValue.ts';
import type { ServiceViews } from './serviceViews.ts';

/** The context of a rule that notes what it is asked. What belongs to the file itself (`yaml`, `service`) is not noted. */
export function recordedContext(context: ManifestContext, note: Note, views: ServiceViews): ManifestContext {
  const workspace = watched(context.workspace, { path: 'workspace', read: workspaceOf, note, views, uri: context.uri });
  return new Proxy(context, {
    get: (_target, property) => {
      if (typeof property !== 'string' || own.has(property)) return Reflect.get(context, property);
      if (property === 'workspace') return workspace;
      return member(context, property, { path: '', read: itself, note, views, uri: context.uri });
    },
  });
}

/** The same for the file as long as its text is. */
const own: ReadonlySet<string> = new Set(['uri', 'kind', 'yaml', 'names', 'service', 'supervisor', 'confd', 'ignore']);
/** Its answer depends on nothing but what it is given: services, whose bodies it reads. */
const pure: ReadonlySet<string> = new Set(['memory', 'here', 'merged', 'claimsOf', 'filled', 'violations', 'namedScalars']);

type Read<T> = (now: ManifestContext) => T;

// Questions live on: each of these closes over the way to an answer alone, never over the workspace that it was first asked in.
const itself: Read<object> = (now) => now;
const workspaceOf: Read<object> = ({ workspace }) => workspace;

function memberReader(read: Read<unknown>, property: string): Read<unknown> {
  return (now) => get(read(now), property);
}

function objectReader(read: Read<unknown>): Read<object | undefined> {
  return (now) => objectOf(read(now));
}

function callReader(read: Read<unknown>, method: string, given: readonly unknown[]): Read<unknown> {
  return (now) => {
    const on = read(now);
    const found = get(on, method);
    return isCall(found) ? Reflect.apply(found, on, given) : undefined;
  };
}

interface Place {
  readonly path: string;
  readonly note: Note;
  readonly views: ServiceViews;
  /** The file that the rule runs on. */
  readonly uri: string;
  readonly read: Read<object | undefined>;
}

function watched<T extends object>(target: T, place: Place): T {
  return new Proxy(target, {
    get: (_target, property) => (typeof property === 'string' ? member(target, property, place) : Reflect.get(target, property)),
  });
}

function member(target: object, property: string, place: Place): unknown {
  const value: unknown = Reflect.get(target, property);
  if (isCall(value)) return pure.has(property) ? unwatched(value, place.views) : asked(target, property, place);
  const path = `${place.path}.${property}`;
  const read = memberReader(place.read, property);
  if (isStandards(value)) return watchedStandards(value, path, place, read);
  const services = property === 'services' && Array.isArray(value);
  place.note({ key: path, answer: value, ask: read, same: services ? sameHeads : sameAnswer });
  return services ? place.views.of(value, place.uri) : value;
}

function watchedStandards(value: object, path: string, place: Place, read: Question['ask']): object {
  place.note({ key: path, answer: value, ask: read, same: present });
  return watched(value, { ...place, path, read: objectReader(read) });
}

/** A function that is given services by rules and reads them whole. */
function unwatched(call: (...given: unknown[]) => unknown, views: ServiceViews): (...given: unknown[]) => unknown {
  return (...given) => call(...given.map((word) => views.whole(word)));
}

/** A method: the question is its name with what it was given. */
function asked(target: object, method: string, place: Place): (...given: unknown[]) => unknown {
  return (...views) => {
    const given = views.map((word) => place.views.whole(word));
    const call: unknown = Reflect.get(target, method);
    const value: unknown = isCall(call) ? Reflect.apply(call, target, given) : undefined;
    const words = given.every((word) => typeof word === 'string');
    const path = `${place.path}.${method}(${words ? given.join('\0') : '?'})`;
    const read = callReader(place.read, method, given);
    if (isClaims(value)) return watched(value, { ...place, path, read: objectReader(read) });
    if (isStandards(value)) return watchedStandards(value, path, place, read);
    place.note({ key: words ? path : undefined, answer: value, ask: read, same: sameAnswer });
    return value;
  };
}

function get(target: unknown, property: string): unknown {
  return typeof target === 'object' && target !== null ? Reflect.get(target, property) : undefined;
}

function objectOf(value: unknown): object | undefined {
  return typeof value === 'object' && value !== null ? value : undefined;
}

function isCall(value: unknown): value is (...given: unknown[]) => unknown {
  return typeof value === 'function';
}

function isClaims(value: unknown): value is ClaimIndex {
  return typeof get(value, 'rivals') === 'function';
}

function isStandards(value: unknown): value is object {
  return Array.isArray(get(value, 'waivers')) && get(value, 'policy') !== undefined;
}

/** Standards are asked member by member; of the whole it counts whether they are there. */
function present(before: unknown, now: unknown): boolean {
  return (before === undefined) === (now === undefined);
}

function sameAnswer(before: unknown, now: unknown): boolean {
  if (before === now) return true;
  if (Array.isArray(before) && Array.isArray(now))
    return before.length === now.length && before.every((item, index) => item === now[index]);
  return before instanceof Set && now instanceof Set && before.size === now.size && [...before].every((item) => now.has(item));
}

/** Of other services most rules look at the heads; who looks into one has asked for it by itself. */
function sameHeads(before: unknown, now: unknown): boolean {
  if (before === now) return true;
  if (!Array.isArray(before) || !Array.isArray(now) || before.length !== now.length) return false;
  return before.every((service, index) => service === now[index] || sameValue(headOf(service), headOf(now[index])));
}

function headOf(service: ServiceManifest): Omit<ServiceManifest, 'root' | 'overrides'> {
  const { root: _root, overrides: _overrides, ...head } = service;
  return head;
}
