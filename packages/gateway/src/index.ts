export { gateway, gateway as default } from './plugin.ts'
export type { LoadedConfig } from '@floodgate/config-loader'
export type { Configuration, GatewayNamespaces } from './configuration.ts'
export type { GatewayOptions } from './options.ts'
export {
  type EndpointOverrides, type FloodgateEntry, Floodgates, type FloodgateEntry as GatewayHandle,
  Floodgates as Gateways
} from '@floodgate/engine'
export { loadConfiguration, type LoadConfigurationOptions } from './load.ts'
export { createServer, listen, type ServerOptions } from './serve/server.ts'
export { serve } from './serve/serve.ts'
export type { ServeOptions } from './serve/serve-options.ts'
export { createUncaughtExceptions, FAULT_STATUS, type UncaughtExceptions } from './serve/uncaught-exceptions.ts'
export type {
  BackendScript, BackendScriptRequest, EndpointScript, EndpointScriptRequest, IncomingScriptRequest, ScriptAnswer, ScriptContext,
  ScriptResponse, ServiceScript
} from '@floodgate/modifiers/script'
export { endDestinations, writeMessage } from '@floodgate/telemetry'
export type { HostOut } from './reload/hosts-out.ts'
export type { ControlAnswer, GatewayStatus } from './reload/control-socket.ts'
export { availableCpus } from './workers/available-cpus.ts'
export { isWorker } from './workers/worker-identity.ts'
export { WorkerStartError, errors } from './errors.ts'
