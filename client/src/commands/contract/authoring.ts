import type {
  BuilderChange,
  BuilderEdit,
  CreatedDockerfile,
  FieldAdoption,
  FieldEdit,
  ImportAnswer,
  ImportParams,
  ImportRefusal,
  NewEnvironment,
  NewEnvironmentEdit,
} from '../../../../server/src/protocol.ts';

/** What the language server writes on request: files that are not there yet. */
export interface Authoring {
  importFile(parameters: ImportParams, signal: AbortSignal): Promise<ImportAnswer | ImportRefusal>;
  addEnvironment(wanted: NewEnvironment, signal: AbortSignal): Promise<NewEnvironmentEdit | ImportRefusal>;
  changeBuilders(change: BuilderChange, signal: AbortSignal): Promise<BuilderEdit | ImportRefusal>;
  /** Writes what runs into the manifest, or lets the environment ignore a field. */
  adoptField?(wanted: FieldAdoption, signal: AbortSignal): Promise<FieldEdit | ImportRefusal>;
  /** @param uri of the manifest */
  createDockerfile(uri: string, signal: AbortSignal): Promise<CreatedDockerfile | ImportRefusal>;
}

/** Members that may not be read, or are not there, are absent. */
export interface ClusterPins {
  readonly cluster: { readonly server?: string; readonly ca?: string; readonly uid?: string };
  readonly namespaceUid?: string;
}
