import type { EnvironmentSummary, WorkspaceModel } from '../../../server/src/protocol.ts';
import type { Health, ServiceState } from '../ports.ts';
import { type EnvironmentWatch, environmentKey } from '../state/environmentWatches.ts';
import { type Hindrance, type Promotion, promotionKey } from '../state/promotionChecks.ts';
import { failureWord } from './rows.ts';
import { dotted, healthLook, lasting, shortDigest, shortTag, timeAgo } from './words.ts';

export interface BoardInput {
  readonly model: WorkspaceModel;
  readonly environments: ReadonlyMap<string, EnvironmentWatch>;
  /** Fields that somebody changed after the deployment, by `product/service` and environment key joined by a blank, where it is known. */
  readonly drift?: ReadonlyMap<string, number>;
  /** What was judged of promotions; one that was not judged yet is not offered. */
  readonly promotions?: ReadonlyMap<string, readonly Hindrance[]>;
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
  /** The whole story behind the note. */
  readonly detail: string;
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
  /** The platform's own words behind the message. */
  readonly detail: string;
  readonly drift: string;
  /** Number of the digest in its row, from 0, by first appearance; cells with the same one run the same. -1: nothing runs. */
  readonly band: number;
  /** True when a neighbour runs the same digest, so that the two are drawn as one. */
  readonly sameAsPrevious: boolean;
  /** What may be promoted to this environment now; empty when nothing may. */
  readonly promotes: string;
  /** What would be promoted, and what keeps it out in a word or two; empty when nothing is kept out. */
  readonly held: string;
  /** Whole sentences of what keeps it out. */
  readonly heldBy: string;
  /** The whole cell as a screen reader says it. */
  readonly spoken: string;
}

/** The delivery board: which release and digest of each service runs in which environment. Pure. */
export function deliveryBoard(input: BoardInput): Board {
  return {
    products: products(input).map(([name, environments, services]) => ({
      name,
      columns: environments.map((environment) => column(environment, input)),
      rows: services.map((service) => ({
        service: `${name}/${service}`,
        label: service,
        cells: cellInputs(name, service, environments, input).map(cell),
      })),
    })),
  };
}

/** Each product with its environments in promotion order and the names of its services. */
function products(input: BoardInput): readonly (readonly [string, readonly EnvironmentSummary[], readonly string[]])[] {
  const names = [...new Set(input.model.environments.map(({ product }) => product))].sort();
  return names.map((name) => {
    const environments = inPromotionOrder(input.model.environments.filter(({ product }) => product === name));
    const known = input.model.services.filter(({ product }) => product === name).map((service) => service.name);
    const seen = environments.flatMap((environment) => servicesIn(environment, input).map(({ service }) => shortName(service)));
    return [name, environments, [...new Set([...known, ...seen])].sort()] as const;
  });
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
  const failure = watch?.state === 'failed' ? watch.failure : undefined;
  const note = failure ? failureWord(failure) : watch?.state === 'live' ? environment.target.kind : 'connecting…';
  return {
    environment: environmentKey(environment),
    label: environment.name,
    note: dotted(environment.protected.on && 'protected', note),
    detail: failure?.message ?? '',
    protected: environment.protected.on,
  };
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

function cellInputs(
  product: string,
  service: string,
  environments: readonly EnvironmentSummary[],
  input: BoardInput,
): readonly CellInput[] {
  const states = environments.map((environment) => servicesIn(environment, input).find((state) => shortName(state.service) === service));
  const digests = [...new Set(states.flatMap((state) => state?.digest ?? []))];
  return environments.map((environment, index) => {
    const known = input.environments.get(environmentKey(environment))?.state === 'live';
    return { product, service, environment, state: states[index], known, states, environments, digests, index, input };
  });
}

function cell(of: CellInput): BoardCell {
  const { state, environment, input } = of;
  const offer = offerOf(of);
  const where = `${of.service} in ${environment.name}`;
  const fields = input.drift?.get(`${of.product}/${of.service} ${environmentKey(environment)}`) ?? 0;
  const drift = fields > 0 ? `${fields} ${fields === 1 ? 'field' : 'fields'} changed by hand` : '';
  const offered = spokenOffer(offer);
  if (!state) return emptyCell(of, offer, [where, offered]);
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
    ...troubleOf(state),
    drift,
    band: state.digest ? of.digests.indexOf(state.digest) : -1,
    sameAsPrevious: of.index > 0 && state.digest !== undefined && of.states[of.index - 1]?.digest === state.digest,
    ...offer,
    spoken: [
      `${where}: ${release || 'no release'}`,
      state.health.toLowerCase(),
      state.health === 'Degraded' ? (state.message ?? '') : '',
      same.length > 0 ? `same as ${same.join(' and ')}` : '',
      age === '' || age === 'just started' ? age : `for ${age}`,
      drift,
      offered,
    ]
      .filter(Boolean)
      .join(', '),
  };
}

function troubleOf(state: ServiceState): Pick<BoardCell, 'message' | 'detail'> {
  if (state.health === 'Healthy') return { message: '', detail: '' };
  return { message: dotted(`${state.ready}/${state.wanted}`, state.message), detail: state.detail ?? '' };
}

function spokenOffer({ promotes, held, heldBy }: Offer): string {
  if (promotes !== '') return `${promotes} can be promoted here`;
  return held === '' ? '' : `${held}: ${heldBy}`;
}

function emptyCell({ known, environment }: CellInput, offer: Offer, [where, offered]: readonly [string, string]): BoardCell {
  return {
    ...nothing,
    state: known ? 'absent' : 'unknown',
    environment: environmentKey(environment),
    ...offer,
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
  detail: '',
  drift: '',
  band: -1,
  sameAsPrevious: false,
} as const;

/** How long the oldest ready instance has run. */
function ageOf(state: ServiceState, now: Date): string {
  const [oldest] = state.instances.flatMap(({ since }) => since ?? []).sort();
  return lasting(oldest, now) ?? timeAgo(oldest, now) ?? '';
}

interface Candidate extends Promotion {
  /** `main-77b01d2 from dev`. */
  readonly words: string;
}

/** The healthy release of an environment that this one takes from, when it is another than what runs here. */
function candidateOf({ product, service, environment, environments, states, state, known }: CellInput): Candidate | undefined {
  if (!known) return undefined;
  for (const from of environment.promote.from) {
    const source = states[environments.findIndex(({ name }) => name === from)];
    if (source?.health !== 'Healthy' || !source.digest || source.digest === state?.digest) continue;
    const words = `${source.tag ? shortTag(source.tag) : shortDigest(source.digest)} from ${from}`;
    return { service: `${product}/${service}`, environment: environmentKey(environment), digest: source.digest, words };
  }
  return undefined;
}

type Offer = Pick<BoardCell, 'promotes' | 'held' | 'heldBy'>;

/** What keeps a release out, in a word or two. */
const gateWords: Readonly<Record<string, string>> = {
  order: 'has not succeeded there',
  verified: 'not verified yet',
  soak: 'has to run longer there',
  evidence: 'proofs are missing',
  windows: 'closed now',
  approvals: 'needs approvals',
  release: 'no release file here',
};

/** A release is offered once it was judged and nothing keeps it out. */
function offerOf(of: CellInput): Offer {
  const candidate = candidateOf(of);
  const hindrances = candidate && of.input.promotions?.get(promotionKey(candidate));
  if (!candidate || !hindrances) return { promotes: '', held: '', heldBy: '' };
  const [first] = hindrances;
  if (!first) return { promotes: candidate.words, held: '', heldBy: '' };
  const why = gateWords[first.gate] ?? 'cannot be judged';
  return { promotes: '', held: `${candidate.words} ${why}`, heldBy: hindrances.map(({ message }) => message).join('; ') };
}

/** All that could be promoted, to be judged. */
export function promotionsOf(input: BoardInput): readonly Promotion[] {
  const cells = products(input).flatMap(([name, environments, services]) =>
    services.flatMap((service) => cellInputs(name, service, environments, input)),
  );
  return cells.flatMap((of) => {
    const candidate = candidateOf(of);
    return candidate ? [{ service: candidate.service, environment: candidate.environment, digest: candidate.digest }] : [];
  });
}
