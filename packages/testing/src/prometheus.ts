import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFiles } from './certificates.ts'
import { freePort } from './free-port.ts'
import type { Teardown } from './origin.ts'

export interface Prometheus {
  /** Values of a query by their labels. */
  query (text: string): Promise<{ metric: Record<string, string>, value: number }[]>
  /** A part of the HTTP API, below `/api/v1/`; null while it has not started. */
  read (path: string): Promise<unknown>
}

/** Starts a Prometheus with a configuration; it goes down with the test. */
export async function startPrometheus (t: Teardown, config: object): Promise<Prometheus> {
  const port = await freePort()
  const files = writeFiles(t, { 'prometheus.yml': JSON.stringify(config) })
  const child = spawn('prometheus', [`--config.file=${files['prometheus.yml']}`, `--storage.tsdb.path=${files.folder}/data`, `--web.listen-address=127.0.0.1:${port}`], { stdio: 'ignore' })
  const dead = once(child, 'exit')
  t.teardown(async () => {
    child.kill('SIGKILL')
    await dead
  })
  async function read (path: string): Promise<unknown> {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`)
      return (await response.json() as { data: unknown }).data
    } catch {
      if (child.exitCode !== null) throw new Error(`prometheus ended with ${child.exitCode}`)
      return null
    }
  }
  return {
    read,
    async query (text) {
      const data = await read(`query?query=${encodeURIComponent(text)}`) as { result?: { metric: Record<string, string>, value: [number, string] }[] } | null
      return (data?.result ?? []).map(({ metric, value }) => ({ metric, value: Number(value[1]) }))
    }
  }
}
