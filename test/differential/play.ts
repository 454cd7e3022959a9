import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '@floodgate/testing'
import type { StartGateway } from '../conformance/gateway-process.ts'
import { addressesOf } from '../conformance/run-suite.ts'
import { startServer, type SuiteServer } from '../conformance/servers.ts'
import type { Seen } from '../conformance/suite.ts'
import { ask } from './ask.ts'
import { seenCall, type Observation, type Played } from './observation.ts'
import { writeInPieces } from './pieces.ts'
import type { Script } from './script.ts'

export interface PlayOptions {
  /** A folder for the configuration and its files. */
  folder: string
  /** Upstreams write their answers in several pieces. */
  pieces?: boolean
}

/**
 * Plays a script to a gateway that `start` brings up, one request after the other. Ports of the run appear in what was
 * observed as `{{name}}`. The gateway and the upstreams are gone when it ends.
 */
export async function play (script: Script, start: StartGateway, { folder, pieces = false }: PlayOptions): Promise<Played> {
  const seen: Seen[] = []
  const servers: SuiteServer[] = []
  const addresses: Record<string, string> = { files: folder }
  const fill = (text: string): string => text.replace(/\{\{([\w.-]+)\}\}/g, (all, name) => addresses[name] ?? all)
  try {
    for (const [name, spec] of Object.entries(script.servers)) {
      const server = await startServer({ name, spec, certs: '', seen, fill, ignored: () => new Set(), raw: true, ...pieces && { write: writeInPieces } })
      servers.push(server)
      Object.assign(addresses, addressesOf(name, spec.kind, server.port))
    }
    fs.mkdirSync(folder, { recursive: true })
    for (const [file, content] of Object.entries(script.files ?? {})) fs.writeFileSync(path.join(folder, file), fill(typeof content === 'string' ? content : JSON.stringify(content)))
    const port = await freePort()
    const configFile = path.join(folder, 'krakend.json')
    fs.writeFileSync(configFile, fill(JSON.stringify({ version: 3, port, ...script.config }, null, 2)))
    const gateway = await start(configFile, port, {})
    if (gateway.exit) return { refused: gateway.log }
    const unfill = (value: unknown): any => JSON.parse(Object.entries(addresses)
      .filter(([key]) => key.endsWith('.port'))
      .reduce((text, [key, own]) => text.replaceAll(`:${own}`, `:{{${key}}}`), JSON.stringify(value).replaceAll(`:${port}`, ':{{gateway.port}}')))
    try {
      const cases: Observation[][] = []
      for (const { requests } of script.cases) {
        const observed: Observation[] = []
        for (const request of requests) {
          seen.length = 0
          const answer = await ask(port, request)
          if (request.settle) await sleep(request.settle) // for calls that nobody waits for, such as a shadow's
          observed.push(unfill({ ...answer, seen: seen.map(seenCall) }))
        }
        cases.push(observed)
      }
      return { cases }
    } finally {
      await gateway.stop()
    }
  } finally {
    await Promise.all(servers.map((server) => server.down()))
  }
}
