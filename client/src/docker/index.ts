/** Docker Engines: connections for every adapter that needs one, and the `Engines` port over them. */
export { isLoopback } from './address.ts';
export { type Call, connect, type DockerConnection, type EngineStream } from './connection.ts';
export { demultiplex, demultiplexer, type OutputFrame } from './demultiplex.ts';
export { dockerEngines, type EnginesOptions } from './engine.ts';
export { type EngineEvent, type EventQuery, openEvents } from './events.ts';
export { type EngineError, statusOf } from './faults.ts';
export { jsonLines, lines } from './lines.ts';
export { type ContainerLogLine, type ContainerLogQuery, containerLogs } from './logs.ts';
