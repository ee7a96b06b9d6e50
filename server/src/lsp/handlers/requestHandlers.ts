import { CancellationToken, LSPErrorCodes, ResponseError } from 'vscode-languageserver/node';
import { addEnvironment } from '../../core/features/addEnvironment.ts';
import { adoptField } from '../../core/features/adoptField.ts';
import { changeBuilders } from '../../core/features/builderMembers.ts';
import { buildSpec } from '../../core/features/buildSpec.ts';
import { catalogueBuild } from '../../core/features/catalogueBuild.ts';
import { changeCatalogue } from '../../core/features/catalogueEdit.ts';
import { createDockerfile } from '../../core/features/createDockerfile.ts';
import { effective } from '../../core/features/effective.ts';
import { importFile } from '../../core/features/import/importFile.ts';
import { lockPlan } from '../../core/features/lockPlan.ts';
import { workspaceModel } from '../../core/features/model.ts';
import { parityReport } from '../../core/features/parityReport.ts';
import { pinEnvironment } from '../../core/features/pinEnvironment.ts';
import { recordedEffective } from '../../core/features/recordedEffective.ts';
import {
  type BaseImageParams,
  type BuilderChange,
  type BuilderEdit,
  type BuildSpecParams,
  type CatalogueChange,
  type CatalogueEdit,
  type CreateDockerfileParams,
  type CreatedDockerfile,
  type EffectiveParams,
  type FieldAdoption,
  type FieldEdit,
  type ImportAnswer,
  type ImportParams,
  type ImportRefusal,
  type LockParams,
  Method,
  type NewEnvironment,
  type NewEnvironmentEdit,
  type ParityParams,
  type PinEdit,
  type PinParams,
} from '../../protocol.ts';
import { judgedWorkspace } from '../inSlices.ts';
import type { ServerContext } from '../serverContext.ts';

/** The requests that only our own client makes. */
export function registerRequestHandlers({ connection, features, workspace, trust }: ServerContext, rejudge: () => void): void {
  connection.onRequest(Method.model, async (...given: readonly unknown[]) => {
    const now = await judgedWorkspace(workspace, tokenIn(given));
    if (!now) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'The question was withdrawn.');
    return workspaceModel(now, features.parse);
  });
  connection.onRequest(Method.effective, async ({ service, environment, recorded, release }: EffectiveParams) => {
    const now = await workspace();
    return recorded ? recordedEffective(now, service, environment, recorded, release) : effective(now, service, environment, release);
  });
  connection.onRequest(Method.buildSpec, async ({ service }: BuildSpecParams) => {
    const now = await workspace();
    const uri = now.service(service)?.dockerfileUri;
    const file = uri === undefined ? undefined : now.file(uri);
    const judged = file ? features.judge(now, file) : { findings: [] };
    return buildSpec(now, service, judged);
  });
  connection.onRequest(Method.baseImage, async ({ image }: BaseImageParams) => {
    const now = await workspace();
    return catalogueBuild(now, image, (file) => features.judge(now, file));
  });
  connection.onRequest<CatalogueEdit | ImportRefusal, void>(Method.changeCatalogue, async (change: CatalogueChange) =>
    changeCatalogue(await workspace(), change),
  );
  connection.onRequest(Method.parity, async (params: ParityParams) => parityReport(await workspace(), params));
  connection.onRequest(Method.lock, async (params: LockParams) => lockPlan(await workspace(), params));
  connection.onRequest<NewEnvironmentEdit | ImportRefusal, void>(Method.addEnvironment, async (wanted: NewEnvironment) =>
    addEnvironment(await workspace(), wanted),
  );
  connection.onRequest<BuilderEdit | ImportRefusal, void>(Method.changeBuilders, async (change: BuilderChange) =>
    changeBuilders(await workspace(), change),
  );
  connection.onRequest<PinEdit | ImportRefusal, void>(Method.pinCluster, async (wanted: PinParams) =>
    pinEnvironment(await workspace(), wanted),
  );
  connection.onRequest<FieldEdit | ImportRefusal, void>(Method.adoptField, async (wanted: FieldAdoption) =>
    adoptField(await workspace(), wanted),
  );
  connection.onRequest<ImportAnswer | ImportRefusal, void>(Method.importFile, async (parameters: ImportParams) =>
    importFile(await workspace(), parameters),
  );
  connection.onRequest<CreatedDockerfile | ImportRefusal, void>(Method.createDockerfile, async ({ uri }: CreateDockerfileParams) =>
    createDockerfile(await workspace(), uri),
  );
  // The server opens no connection; ShellCheck is the one program that it runs.
  connection.onNotification(Method.trust, ({ trusted }: { readonly trusted: boolean }) => {
    trust(trusted);
    rejudge();
  });
}

/** A request without parameters hands over the token alone. */
function tokenIn(given: readonly unknown[]): CancellationToken {
  return given.find((one) => CancellationToken.is(one)) ?? CancellationToken.None;
}
