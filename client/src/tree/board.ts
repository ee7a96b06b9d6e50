import type { EnvironmentSummary, WorkspaceModel } from '../../../server/src/protocol.ts';
import type { Health, ServiceState } from '../ports.ts';
import { type EnvironmentWatch, environmentKey } from '../state/environmentWatches.ts';
import { dotted, healthLook, lasting, shortDigest, shortTag, timeAgo } from './words.ts';

export interface BoardInput {
  readonly model: WorkspaceModel;
  readonly environments: ReadonlyMap<string, EnvironmentWatch>;
  /** Fields that somebody changed after the deployment, by `product/service` and environment key joined by a blank, where it is known. */
  readonly drift?: ReadonlyMap<string, number>;
  readonly now: Date;
}

/** One product: its environments in promotion order, its services by name. Plain data, for a page that draws it. */
export interface Board {
  readonly products: readonly BoardProduct[];
}

export interface BoardProduct {
  readonly name: string;
  readonly columns: readonly BoardColumn[];
  readonly rows: readonly BoardRow[];
}

export interface BoardColumn {
  readonly environment: string;
  readonly label: string;
  readonly note: string;
  readonly protected: boolean;
}

export interface BoardRow {
  readonly service: string;
  readonly label: string;
  readonly cells: readonly BoardCell[];
}

export interface BoardCell {
  readonly state: 'running' | 'absent' | 'unknown';
  readonly environment: string;
  readonly release: string;
  readonly digest: string;
  readonly wholeDigest: string;
  readonly age: string;
  /** Empty where nothing is known. */
  readonly health: Health | '';
  readonly mark: string;
  readonly message: string;
  readonly drift: string;
  /** Number of the digest in its row, from 0, by first appearance; cells with the same one run the same. -1: nothing runs. */
  readonly band: number;
  /** True when a neighbour runs the same digest, so that the two are drawn as one. */
  readonly sameAsPrevious: boolean;
  /** What would be promoted to this environment now; empty when nothing would. */
  readonly promotes: string;
  /** The whole cell as a screen reader says it. */
  readonly spoken: string;
}

/** The delivery board: which release and digest of each service runs in which environment. Pure. */
export function deliveryBoard(input: BoardInput): Board {
  const products = [...new Set(input.model.environments.map(({ product }) => product))].sort();
  return { products: products.map((product) => boardProduct(product, input)) };
}

function boardProduct(name: string, input: BoardInput): BoardProduct {
  const environments = inPromotionOrder(input.model.environments.filter(({ product }) => product === name));
  const known = input.model.services.filter(({ product }) => product === name).map((service) => service.name);
  const seen = environments.flatMap((environment) => servicesIn(environment, input).map(({ service }) => shortName(service)));
  const services = [...new Set([...known, ...seen])].sort();
  return {
    name,
    columns: environments.map((environment) => column(environment, input)),
    rows: services.map((service) => boardRow(name, service, environments, input)),
  };
}

/** Environments after those that they take releases from; otherwise as they are written. */
export function inPromotionOrder(environments: readonly EnvironmentSummary[]): readonly EnvironmentSummary[] {
  const placed: EnvironmentSummary[] = [];
  const visit = (environment: EnvironmentSummary, path: readonly string[]): void => {
    if (placed.includes(environment) || path.includes(environment.name)) return;
    for (const from of environment.promote.from) {
      const before = environments.find((other) => other.name === from);
      if (before) visit(before, [...path, environment.name]);
    }
    placed.push(environment);
  };
  for (const environment of environments) visit(environment, []);
  return placed;
}

const shortName = (service: string): string => service.slice(service.lastIndexOf('/') + 1);

function servicesIn(environment: EnvironmentSummary, input: BoardInput): readonly ServiceState[] {
  const watch = input.environments.get(environmentKey(environment));
  return watch?.state === 'live' ? watch.value.services : [];
}

function column(environment: EnvironmentSummary, input: BoardInput): BoardColumn {
  const watch = input.environments.get(environmentKey(environment));
  const note = watch?.state === 'failed' ? watch.failure.message : watch?.state === 'live' ? environment.target.kind : 'connecting…';
  return {
    environment: environmentKey(environment),
    label: environment.name,
    note: dotted(environment.protected.on && 'protected', note),
    protected: environment.protected.on,
  };
}

function boardRow(product: string, service: string, environments: readonly EnvironmentSummary[], input: BoardInput): BoardRow {
  const states = environments.map((environment) => servicesIn(environment, input).find((state) => shortName(state.service) === service));
  const digests = [...new Set(states.flatMap((state) => state?.digest ?? []))];
  const cells = environments.map((environment, index) => {
    const state = states[index];
    const known = input.environments.get(environmentKey(environment))?.state === 'live';
    return cell({ product, service, environment, state, known, states, environments, digests, index, input });
  });
  return { service: `${product}/${service}`, label: service, cells };
}

interface CellInput {
  readonly product: string;
  readonly service: string;
  readonly environment: EnvironmentSummary;
  readonly state: ServiceState | undefined;
  readonly known: boolean;
  readonly states: readonly (ServiceState | undefined)[];
  readonly environments: readonly EnvironmentSummary[];
  readonly digests: readonly string[];
  readonly index: number;
  readonly input: BoardInput;
}

function cell(of: CellInput): BoardCell {
  const { state, environment, input, known } = of;
  const promotes = known ? promotion(of) : '';
  const where = `${of.service} in ${environment.name}`;
  const fields = input.drift?.get(`${of.product}/${of.service} ${environmentKey(environment)}`) ?? 0;
  const drift = fields > 0 ? `${fields} ${fields === 1 ? 'field' : 'fields'} changed by hand` : '';
  const offered = promotes === '' ? '' : `${promotes} can be promoted here`;
  if (!state) return emptyCell(of, promotes, [where, offered]);
  const release = state.tag ? shortTag(state.tag) : (state.alias ?? state.release ?? '');
  const same = sameElsewhere(of, state.digest);
  const age = ageOf(state, input.now);
  return {
    state: 'running',
    environment: environmentKey(environment),
    release,
    digest: state.digest ? shortDigest(state.digest) : '',
    wholeDigest: state.digest ?? '',
    age,
    health: state.health,
    mark: healthLook(state.health).mark,
    message: state.health === 'Healthy' ? '' : dotted(`${state.ready}/${state.wanted}`, state.message),
    drift,
    band: state.digest ? of.digests.indexOf(state.digest) : -1,
    sameAsPrevious: of.index > 0 && state.digest !== undefined && of.states[of.index - 1]?.digest === state.digest,
    promotes,
    spoken: [
      `${where}: ${release || 'no release'}`,
      state.health.toLowerCase(),
      same.length > 0 ? `same as ${same.join(' and ')}` : '',
      age === '' ? '' : `for ${age}`,
      drift,
      offered,
    ]
      .filter(Boolean)
      .join(', '),
  };
}

function emptyCell({ known, environment }: CellInput, promotes: string, [where, offered]: readonly [string, string]): BoardCell {
  return {
    ...nothing,
    state: known ? 'absent' : 'unknown',
    environment: environmentKey(environment),
    promotes,
    spoken: [`${where}: ${known ? 'not deployed' : 'not known'}`, offered].filter(Boolean).join(', '),
  };
}

/** Names of the other environments that run the digest. */
const sameElsewhere = (of: CellInput, digest: string | undefined): readonly string[] =>
  of.environments
    .filter((_, index) => digest !== undefined && index !== of.index && of.states[index]?.digest === digest)
    .map(({ name }) => name);

const nothing = {
  release: '',
  digest: '',
  wholeDigest: '',
  age: '',
  health: '',
  mark: '',
  message: '',
  drift: '',
  band: -1,
  sameAsPrevious: false,
} as const;

/** How long the oldest ready instance has run. */
function ageOf(state: ServiceState, now: Date): string {
  const [oldest] = state.instances.flatMap(({ since }) => since ?? []).sort();
  return lasting(oldest, now) ?? timeAgo(oldest, now) ?? '';
}

/** The healthy release of an environment that this one takes from, when it is another than what runs here. */
function promotion({ environment, environments, states, state }: CellInput): string {
  for (const from of environment.promote.from) {
    const source = states[environments.findIndex(({ name }) => name === from)];
    if (source?.health !== 'Healthy' || !source.digest || source.digest === state?.digest) continue;
    return `${source.tag ? shortTag(source.tag) : shortDigest(source.digest)} from ${from}`;
  }
  return '';
}
