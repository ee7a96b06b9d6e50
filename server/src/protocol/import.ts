/** What becomes of a Dockerfile, a Compose file or Kubernetes objects when manifests are made of them. */
import type { Range } from './places.ts';

/** One value of the source that is not in the manifest as it was. */
export interface ImportNote {
  /** `lost`: it did not carry over; `changed`: it says something else now; `todo`: a guess, or a gap to fill; `needless`: nobody misses it. */
  readonly kind: 'lost' | 'changed' | 'todo' | 'needless';
  /** Path in the source, such as `services.web.volumes[0]`; of a todo: the field of the manifest. */
  readonly what: string;
  /** A sentence. */
  readonly why: string;
  /** A sentence: where it belongs, or what to do; empty when there is nothing to do. */
  readonly advice: string;
  /** Zero-based line of the source. */
  readonly line?: number;
}

/** A service that the source describes, before it is made a manifest. */
export interface ImportChoice {
  readonly name: string;
  /** `Deployment`, `built from ./web`, `image postgres:16`. */
  readonly detail: string;
  /** False for images of others, such as databases: nobody builds them here. */
  readonly own: boolean;
}

/** A new `waybill.yaml`. */
export interface ImportedService {
  readonly name: string;
  /** Where it belongs. */
  readonly uri: string;
  /** A file is there already. */
  readonly exists: boolean;
  readonly text: string;
  readonly notes: readonly ImportNote[];
}

export interface ImportAnswer {
  readonly source: 'Dockerfile' | 'Compose' | 'Kubernetes';
  /** Everything that the source offers. */
  readonly choices: readonly ImportChoice[];
  /** The chosen ones. */
  readonly services: readonly ImportedService[];
  /** About the source as a whole. */
  readonly notes: readonly ImportNote[];
  /** Markdown for people: what carried over and what did not, why, and where it goes. */
  readonly report: string;
}

export interface ImportParams {
  readonly uri: string;
  readonly text: string;
  /** Names of choices; absent: all that are own, or all when none is. */
  readonly services?: readonly string[];
}

/** Nothing could be made of the file: why, in a sentence. */
export interface ImportRefusal {
  readonly problem: string;
}

/** A new Dockerfile and what is left to do in it. */
export interface CreatedDockerfile {
  /** Where it belongs: `build.context` and `build.dockerfile` of the manifest. */
  readonly uri: string;
  /** A file is there already. */
  readonly exists: boolean;
  readonly text: string;
  /** Sentences for people. */
  readonly report: readonly string[];
}

export interface CreateDockerfileParams {
  /** URI of the manifest. */
  readonly uri: string;
}

/** A new environment, as the user has described it. */
export interface NewEnvironment {
  /** Environments file or any file near it; absent: the only one of the workspace. */
  readonly uri?: string;
  readonly name: string;
  readonly purpose?: string;
  /** Environments whose releases may go there. */
  readonly promoteFrom: readonly string[];
  readonly kubernetes?: {
    readonly context: string;
    readonly namespace: string;
    readonly cluster?: { readonly server?: string; readonly ca?: string; readonly uid?: string };
    readonly namespaceUid?: string;
  };
  readonly compose?: { readonly project: string; readonly host: string };
}

/** Where the text of the new environment goes. */
export interface NewEnvironmentEdit {
  readonly uri: string;
  readonly range: Range;
  readonly text: string;
}
