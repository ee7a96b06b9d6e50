import type { ServiceManifest } from '../service/parse.ts';
import type { Note, Question } from './question.ts';

/** Other services as rules see them: who looks into one, and not only at its head, has it noted. */
export interface ServiceViews {
  /** Notes go to `note` while `work` runs. */
  noting<T>(note: Note, work: () => T): T;
  /** The services of a workspace for a rule that runs on one of them. */
  of(services: readonly ServiceManifest[], own: string): readonly ServiceManifest[];
  /** The service behind a view, noted; anything else as it is. */
  whole(value: unknown): unknown;
}

const bodies: ReadonlySet<unknown> = new Set<keyof ServiceManifest>(['root', 'overrides']);

function asking(uri: string): Question['ask'] {
  return ({ workspace }) => workspace.serviceAt(uri);
}

export function serviceViews(): ServiceViews {
  const views = new WeakMap<ServiceManifest, ServiceManifest>();
  const services = new WeakMap<object, ServiceManifest>();
  const current: { note: Note | undefined } = { note: undefined };
  const enter = (service: ServiceManifest): void =>
    current.note?.({
      key: `body of ${service.uri}`,
      answer: service,
      ask: asking(service.uri),
      same: Object.is,
    });
  const viewOf = (service: ServiceManifest): ServiceManifest => {
    const known = views.get(service);
    if (known) return known;
    const view = new Proxy(service, {
      get: (target, property) => {
        if (bodies.has(property)) enter(target);
        return Reflect.get(target, property);
      },
    });
    views.set(service, view);
    services.set(view, service);
    return view;
  };
  return {
    noting(note, work) {
      const outer = current.note;
      current.note = note;
      try {
        return work();
      } finally {
        current.note = outer;
      }
    },
    of: (all, own) => all.map((service) => (service.uri === own ? service : viewOf(service))),
    whole(value) {
      const service = typeof value === 'object' && value !== null ? services.get(value) : undefined;
      if (service) enter(service);
      return service ?? value;
    },
  };
}
