/** Release records and the people who make them. */
import type { ImageByDigest } from '../../../server/src/protocol.ts';
import type { BuildNotes } from './builds.ts';

export interface ReleaseRecord {
  readonly apiVersion: 'waybill.dev/v1';
  readonly kind: 'Release';
  readonly id: string;
  readonly alias: string;
  readonly identity: { readonly service: string; readonly image: ImageByDigest; readonly manifestHash: string };
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly tags: readonly string[];
  readonly source: { readonly repository?: string; readonly revision?: string; readonly branch?: string; readonly dirty?: boolean };
  readonly base?: {
    readonly line: string;
    readonly image: string;
    readonly digest: string;
    readonly layers: { readonly os: number; readonly base: number; readonly app: number };
  };
  readonly build: {
    readonly id: string;
    readonly builder: string;
    readonly engine: string;
    readonly started: string;
    readonly duration: string;
    readonly cached: number;
    readonly pushed: string;
  };
  readonly standards?: {
    readonly name: string;
    readonly version: string;
    readonly findings: { readonly error: number; readonly warning: number; readonly waived: number };
  };
  /** Of a release that was made of another one without a build. */
  readonly derivedFrom?: { readonly release: string; readonly kind: 'rebase'; readonly fromBase: string; readonly toBase: string };
  readonly deployments: readonly {
    readonly environment: string;
    readonly at: string;
    readonly by: string;
    readonly result: string;
    readonly promotedFrom?: string;
    /** How long it took. */
    readonly seconds?: number;
    readonly rollback?: boolean;
    readonly reason?: string;
    /** When its checks passed. */
    readonly verified?: string;
  }[];
  /** What was proven about it elsewhere: `{ kind: unit-tests, result: passed }`. */
  readonly evidence?: readonly Evidence[];
}

/** What was proven of a release elsewhere. */
export interface Evidence {
  readonly kind: string;
  /** `passed`, or anything else. */
  readonly result: string;
  /** Who says so. */
  readonly source?: string;
  /** Of the report. */
  readonly digest?: string;
  readonly url?: string;
}

/** The exported copy of a deployment, with the release that it belongs to. */
export interface DeploymentCopy {
  /** `product/name`. */
  readonly service: string;
  readonly release: string;
  readonly alias: string;
  readonly tag: string;
  readonly digest: string;
  readonly deployment: ReleaseRecord['deployments'][number];
}

/** Release files `.waybill/releases/<service>/<id>.yaml` and `.waybill/builds.jsonl` below the folder of the environments file. */
export interface Records {
  saveRelease(folder: string, release: ReleaseRecord): Promise<void>;
  /** Appends an exported copy of a deployment to the release's file. */
  noteDeployment(folder: string, service: string, release: string, deployment: ReleaseRecord['deployments'][number]): Promise<void>;
  /** Appends a proof to the release's file. */
  noteEvidence(folder: string, service: string, release: string, evidence: Evidence): Promise<void>;
  /** Newest first. Unreadable files are reported, not thrown. */
  releases(
    folder: string,
    service: string,
  ): Promise<{ readonly releases: readonly ReleaseRecord[]; readonly unreadable: readonly string[] }>;
  /** The exported copies of all deployments of the services below a folder, in no order; files that cannot be read are named. */
  deployments?(folder: string): Promise<{ readonly copies: readonly DeploymentCopy[]; readonly unreadable: readonly string[] }>;
  /** Appends how a build ended to the journal, and takes away the note that it had begun. */
  appendBuild(folder: string, entry: Readonly<Record<string, unknown>>): Promise<void>;
  /** Builds that have begun. */
  readonly building: BuildNotes;
  /** The journal's last entries of a service, newest first, at most `count`. What cannot be read is left out. */
  builds(folder: string, service: string, count: number): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

/** A pipeline, or a person at the editor or the terminal. */
export type Origin = 'ci' | 'workstation';

/** Who is acting: git's `user.email`, else the login name. */
export interface Identity {
  name(): Promise<string>;
  /** From where; absent: by a person. */
  readonly origin?: Origin;
}
