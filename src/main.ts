import type { Recorder } from './app/ports/telemetry.ts';
import { NO_TELEMETRY } from './app/ports/telemetry.ts';
import type { Failure } from './core/failure.ts';
import { registerDriveRotation } from './functions/drive-rotation.ts';
import { registerEventSchema } from './functions/event-schema.ts';
import { registerGetRotation } from './functions/get-rotation.ts';
import { registerHealth } from './functions/health.ts';
import { registerListRotations } from './functions/list-rotations.ts';
import { registerOpenApi } from './functions/openapi.ts';
import { registerPlanRotations } from './functions/plan-rotations.ts';
import { registerReconcileRotations } from './functions/reconcile-rotations.ts';
import { registerRegenerateKey } from './functions/regenerate-key.ts';
import { registerRotateAccount } from './functions/rotate-account.ts';
import { registerRotateDueAccounts } from './functions/rotate-due-accounts.ts';
import { registerRotationPoison } from './functions/rotation-poison.ts';
import type { App, Loaded, Runtime } from './functions/runtime/runtime.ts';
import { traceInvocations } from './functions/runtime/trace-invocations.ts';
import { registerStatus } from './functions/status.ts';
import { readSchedule } from './settings/settings.ts';
import { readTelemetrySettings, telemetryFaults } from './settings/telemetry-settings.ts';

let loading: ReturnType<Runtime['load']> | undefined;
let recording: Promise<Recorder | undefined> | undefined;
const telemetrySettings = readTelemetrySettings(process.env);

const runtime: Runtime = {
  authLevel: process.env.HTTP_AUTH?.trim().toLowerCase() === 'entra' ? 'anonymous' : 'function',
  load() {
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  },
};

async function load(): Promise<{
  loaded: Loaded;
  app: App | readonly Failure[];
}> {
  const [loaded, recorder] = await Promise.all([import('./composition/loaded.ts'), loadRecorder()]);
  const settings = loaded.readSettings(process.env);
  if (!('scopes' in settings)) return { loaded, app: settings };
  try {
    const services = loaded.createServices(settings, recorder?.telemetry ?? NO_TELEMETRY);
    return { loaded, app: { settings, services } };
  } catch {
    // Of what was not looked at the SDKs only take this one apart themselves, and what they throw can quote it.
    const { scheduleFault } = settings;
    return { loaded, app: [loaded.unusableStorage(), ...(scheduleFault ? [scheduleFault] : [])] };
  }
}

/** Whatever keeps telemetry from starting keeps nothing else. */
function loadRecorder(): Promise<Recorder | undefined> {
  recording ??= startRecorder().catch(() => undefined);
  return recording;
}

async function startRecorder(): Promise<Recorder | undefined> {
  if (telemetrySettings === undefined) return undefined;
  const { startTelemetry } = await import('./composition/start-telemetry.ts');
  return startTelemetry(telemetrySettings, process.env);
}

if (telemetrySettings !== undefined) traceInvocations(loadRecorder);
registerRegenerateKey(runtime);
registerRotateAccount(runtime);
registerPlanRotations(runtime);
registerListRotations(runtime);
registerGetRotation(runtime);
registerHealth(runtime, telemetryFaults(process.env));
registerEventSchema(runtime);
registerOpenApi(runtime);
registerStatus(runtime);
registerRotateDueAccounts(runtime, readSchedule(process.env).ncrontab);
registerReconcileRotations(runtime);
registerDriveRotation(runtime);
registerRotationPoison(runtime);
