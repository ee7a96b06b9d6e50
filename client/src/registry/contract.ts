import type { ImageByDigest } from '../../../server/src/protocol.ts';
import type { Registry } from '../ports.ts';
import type { Descriptor, ImageConfig, Manifest, Platform } from './manifest.ts';
import type { RegistryWriter } from './writing.ts';

export interface FoundManifest {
  /** Hash of the bytes that came. */
  readonly digest: string;
  readonly manifest: Manifest;
  readonly size: number;
  /** As they came. */
  readonly bytes: Uint8Array;
}

/** A registry by the OCI distribution specification (github.com/opencontainers/distribution-spec). All that comes is verified by hash. */
export interface OciRegistry extends Registry, RegistryWriter {
  /** A manifest or index by tag or digest; undefined when it is not there. */
  manifest(repository: string, reference: string, signal: AbortSignal): Promise<FoundManifest | undefined>;
  /** The configuration of one image; for an index, of the image for `platform`. Throws `rejected` when it is not there. */
  config(image: ImageByDigest, platform: Platform, signal: AbortSignal): Promise<ImageConfig>;
  /** The bytes of a layer or a configuration, verified by their hash. Throws `rejected` when it is not there. */
  blob(repository: string, descriptor: Pick<Descriptor, 'digest'>, signal: AbortSignal): Promise<Uint8Array>;
  /** A layer as a stream; the reader verifies what matters to it. Throws `rejected` when it is not there. */
  layer(repository: string, descriptor: Pick<Descriptor, 'digest'>, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
  /** `rootfs.diff_ids`, lowest first: what an engine calls `RootFS.Layers`. */
  layersOf(image: ImageByDigest, platform: Platform, signal: AbortSignal): Promise<readonly string[]>;
}
