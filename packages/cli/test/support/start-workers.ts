import type { Test } from 'tap'
import { call, startOrigin } from '@floodgate/testing'
import { startCommand, type Started } from './start-command.ts'

export interface Workers {
  readonly command: Started
  /** Its configuration. */
  readonly file: string
  /** Sends requests to `/a`, each over a connection of its own: several workers get some. */
  ask (times: number): Promise<void>
}

/**
 * Starts a gateway with workers, and waits until all of them serve `/a`.
 *
 * @param extra extra_config of the root
 */
export async function startWorkers (t: Test, count: number, extra: object): Promise<Workers> {
  const origin = await startOrigin(t, (_, response) => { response.setHeader('content-type', 'application/json').end('{}') })
  const dir = t.testdir({
    'krakend.json': JSON.stringify({
      version: 3,
      listen_ip: '127.0.0.1',
      extra_config: extra,
      endpoints: [{ endpoint: '/a', backend: [{ host: [origin.url], url_pattern: '/' }] }]
    })
  })
  const command = startCommand(t, ['run', '-p', '0', '-c', `${dir}/krakend.json`, '--workers', String(count)])
  const [, port] = await command.said(new RegExp(`listening on http://127\\.0\\.0\\.1:(\\d+), ${count} workers\\n`))
  await command.said(new RegExp(`(?:worker \\d \\(process \\d+\\) serves[^]*){${count}}`))
  return {
    command,
    file: `${dir}/krakend.json`,
    async ask (times) {
      for (let i = 0; i < times; i++) await call(`http://127.0.0.1:${port}/a`)
    }
  }
}
