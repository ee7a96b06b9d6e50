import local from '../../../../schemas/environments.local.schema.json' with { type: 'json' };
import environments from '../../../../schemas/environments.schema.json' with { type: 'json' };
import hadolint from '../../../../schemas/hadolint.schema.json' with { type: 'json' };
import record from '../../../../schemas/record.schema.json' with { type: 'json' };
import service from '../../../../schemas/service.schema.json' with { type: 'json' };
import standards from '../../../../schemas/standards.schema.json' with { type: 'json' };
import type { JsonSchema } from './schema.ts';

/** The schemas of the files that people write; `schemas/*.json` is the one source of shape, defaults and documentation. */
export const serviceSchema: JsonSchema = service;
export const standardsSchema: JsonSchema = standards;
export const environmentsSchema: JsonSchema = environments;
/** What one workstation may say for itself in `waybill.environments.local.yaml`. */
export const localEnvironmentsSchema: JsonSchema = local;
export const recordSchema: JsonSchema = record;
export const hadolintSchema: JsonSchema = hadolint;

/** The schema of a kind of file. */
export function schemaOf(
  kind: 'service' | 'standards' | 'environments' | 'record' | 'hadolint' | 'dockerignore' | 'supervisor' | 'confd',
): JsonSchema {
  // A `.dockerignore` is no YAML.
  const none: JsonSchema = {};
  return {
    service: serviceSchema,
    standards: standardsSchema,
    environments: environmentsSchema,
    record: recordSchema,
    hadolint: hadolintSchema,
    dockerignore: none,
    supervisor: none,
    confd: none,
  }[kind];
}
