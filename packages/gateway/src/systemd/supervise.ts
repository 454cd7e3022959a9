import type { Supervisor, SupervisorOptions } from './supervisor.ts'

/** Prepares messages to systemd; null = it does not wait for any, and nothing is loaded. */
export async function supervise (log: SupervisorOptions['log']): Promise<Supervisor | null> {
  return process.env['NOTIFY_SOCKET'] === undefined ? null : (await import('./supervisor.ts')).takeSupervisor({ log })
}
