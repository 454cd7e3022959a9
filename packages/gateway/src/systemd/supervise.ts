import type { Supervisor, SupervisorOptions } from './supervisor.ts'

/** Prepares messages to systemd; null = systemd expects none; then nothing is loaded. */
export async function supervise (log: SupervisorOptions['log']): Promise<Supervisor | null> {
  return process.env['NOTIFY_SOCKET'] === undefined ? null : (await import('./supervisor.ts')).takeSupervisor({ log })
}
