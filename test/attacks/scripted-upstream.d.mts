export interface ScriptedServer {
  readonly port: number
  close (): void
}
export function startScriptedServer (options: { plans: Map<string, unknown>, secure?: { cert: string, key: string } }): Promise<ScriptedServer>
export function startFaultyProxy (options: { target: number, plainTarget: number }): Promise<ScriptedServer>
