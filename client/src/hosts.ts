/** The half that talks to Docker Engines and registries: one bundle, loaded at the first connection. */
export { composePlatform } from './compose/index.ts';
export { dockerEngines } from './docker/index.ts';
export { ociRegistry } from './registry/index.ts';
export { fetchOciStandards } from './registry/standards.ts';
