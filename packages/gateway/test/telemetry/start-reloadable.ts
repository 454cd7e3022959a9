import type { Test } from 'tap'
import { loadConfiguration, type Configuration } from '@floodgate/gateway'
import { createReloadableServer } from '../../src/reload/reloadable-server.ts'

type Reloaded = Partial<Configuration> & { readonly extra_config: object }

/** A server on 127.0.0.1, without logs, whose configuration can be reloaded. */
export async function startReloadable (t: Test, config: Reloaded) {
  const load = ({ extra_config: extra, ...more }: Reloaded) => loadConfiguration({
    version: 3,
    timeout: '60s',
    listen_ip: '127.0.0.1',
    ...more,
    extra_config: { 'telemetry/logging': { level: 'CRITICAL', stdout: false }, router: { disable_access_log: true }, ...extra }
  } as Configuration, { env: {} })
  const server = await createReloadableServer(await load(config), {})
  const url = await server.listen(0)
  t.teardown(() => server.close())
  return {
    /** Sends requests one after the other. */
    async ask (...paths: string[]): Promise<void> {
      for (const path of paths) await (await fetch(`${url}${path}`)).arrayBuffer()
    },
    /** Resolves when the configuration before is not used any more. */
    async reload (next: Reloaded): Promise<void> {
      const { app } = server
      const ended = new Promise<void>((resolve) => {
        const { close } = app as unknown as { close: () => Promise<void> }
        Object.assign(app, { close: () => close.call(app).finally(resolve) })
      })
      const { swap } = await server.prepare(await load(next))
      swap()
      await ended
    }
  }
}
