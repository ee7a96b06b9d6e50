/**
 * Everything that the client and the server say to each other: plain data and the names of the custom requests.
 * It imports nothing but its own parts. Positions are zero-based and count UTF-16 code units, as in LSP 3.18.
 */

export type * from './protocol/adopt.ts';
export type * from './protocol/build.ts';
export type * from './protocol/builders.ts';
export type * from './protocol/catalogue.ts';
export type * from './protocol/effective.ts';
export type * from './protocol/import.ts';
export type * from './protocol/lock.ts';
export type * from './protocol/model.ts';
export type * from './protocol/parity.ts';
export type * from './protocol/pins.ts';
export type * from './protocol/places.ts';

/** Names of the custom requests and notifications. */
export const Method = {
  /** () → WorkspaceModel */
  model: 'waybill/model',
  /** ({service, environment}) → EffectiveAnswer */
  effective: 'waybill/effective',
  /** ({service}) → BuildSpecAnswer */
  buildSpec: 'waybill/buildSpec',
  /** (BaseImageParams) → BuildSpecAnswer */
  baseImage: 'waybill/baseImage',
  /** (CatalogueChange) → CatalogueEdit | ImportRefusal */
  changeCatalogue: 'waybill/changeCatalogue',
  /** (ImportParams) → ImportAnswer | ImportRefusal */
  importFile: 'waybill/import',
  /** (NewEnvironment) → NewEnvironmentEdit | ImportRefusal */
  addEnvironment: 'waybill/addEnvironment',
  /** (PinParams) → PinEdit | ImportRefusal */
  pinCluster: 'waybill/pinCluster',
  /** (BuilderChange) → BuilderEdit | ImportRefusal */
  changeBuilders: 'waybill/changeBuilders',
  /** (CreateDockerfileParams) → CreatedDockerfile | ImportRefusal */
  createDockerfile: 'waybill/createDockerfile',
  /** (FieldAdoption) → FieldEdit | ImportRefusal */
  adoptField: 'waybill/adoptField',
  /** (ParityParams) → ParityAnswer */
  parity: 'waybill/parity',
  /** (LockParams) → LockAnswer */
  lock: 'waybill/lock',
  /** Notification from the server: the answer to `waybill/model` may have changed. */
  modelChanged: 'waybill/modelChanged',
  /** Notification to the server: is the workspace trusted? */
  trust: 'waybill/trust',
} as const;

/** Command of code lenses that the client registers: (uri, position, locations) shows the places. */
export const ShowPlaces = 'waybill.places.show';

export interface EffectiveParams {
  /** `product/name`. */
  readonly service: string;
  readonly environment: string;
  /** The manifest of a release, instead of the present one; the present overrides of the environment still count. */
  readonly recorded?: Readonly<Record<string, unknown>>;
  /** The release that is deployed: its names are filled in. Without it they stay as they are written. */
  readonly release?: ReleaseNames;
}

/** What a manifest may say of its release: `${release.id}`, `${release.alias}`, `${release.digest}`, `${release.tag}`. */
export interface ReleaseNames {
  readonly id: string;
  readonly alias: string;
  readonly digest: string;
  /** Absent for a release whose image has none. */
  readonly tag?: string;
}

export interface BuildSpecParams {
  readonly service: string;
}
