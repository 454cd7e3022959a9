import { spawn } from 'node:child_process'
import fs from 'node:fs'
import http from 'node:http'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort } from './free-port.ts'
import type { Teardown } from './origin.ts'
import type { Issued } from './certificates.ts'

/** What an example's world is built with. */
export interface World {
  /** Things to take down at the end. */
  t: Teardown
  /** The port to listen on where the configuration says `fixed`: that one, or a free one with `--free-ports`. */
  port (fixed: number): number
  /** Files that the configuration names below `./certs`. */
  certs: {
    write (files: Record<string, string>): void
    /** Writes NAME.pem and NAME.key. */
    writePair (name: string, pair: Issued): void
  }
  /** Prints a line of what happens. */
  say (line: string): void
}

/** What an example is started with. */
export interface LaunchOptions {
  /** The configuration. Default: `krakend.json`. */
  config?: string
  /** Folders with the rest of a configuration of many files: each text file in them goes along. */
  parts?: string[]
  /** Environment variables of the gateway. Relative paths in them start at the example. */
  env?: Record<string, string>
}

/**
 * Runs an example: makes its world, starts `floodgate run` on its configuration, and prints a curl for each path that
 * `build` returns. With `--free-ports` every port of the configuration is replaced by a free one. Ends with the
 * command, or on SIGTERM and SIGINT. With the name of another verb (`node start.mjs probe`) that runs on the
 * configuration instead, and its end is the end.
 */
export async function launch (
  folder: string,
  build: (world: World) => Promise<string[]>,
  { config = 'krakend.json', parts = [], env = {} }: LaunchOptions = {}
): Promise<void> {
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'floodgate-example-'))
  const endings: (() => unknown)[] = [() => { fs.rmSync(work, { recursive: true, force: true }) }]
  fs.mkdirSync(path.join(work, 'certs'))
  const texts = new Map(listFiles(folder, [config, ...parts]).map((name) => [name, fs.readFileSync(path.join(folder, name), 'utf8')]))
  const free = process.argv.includes('--free-ports')
  const gatewayPort = free ? await freePort() : findPort([...texts.values()])
  const ports = new Map<number, number>()
  if (free) {
    for (const [name, text] of texts) {
      for (const [, digits] of text.matchAll(/:(\d{4})\b/g)) if (!ports.has(Number(digits))) ports.set(Number(digits), await freePort())
      texts.set(
        name,
        text.replace(/:(\d{4})\b/g, (_, digits) => `:${ports.get(Number(digits))}`).replace(/"port": \d+/, `"port": ${gatewayPort}`)
      )
    }
  }
  const write = (files: Record<string, string>) => {
    for (const [name, text] of Object.entries(files)) {
      fs.writeFileSync(
        path.join(work, 'certs', name),
        text,
        { mode: name.endsWith('.key') ? 0o600 : 0o644 }
      )
    }
  }
  const say = (line: string) => { process.stdout.write(`  ${line}\n`) }
  const paths = await build({
    t: { teardown: (fn) => { endings.unshift(fn) } },
    port: (fixed) => ports.get(fixed) ?? fixed,
    certs: { write, writePair: (name, { cert, key }) => { write({ [`${name}.pem`]: cert, [`${name}.key`]: key }) } },
    say
  })
  for (const [name, text] of texts) {
    fs.mkdirSync(path.join(work, path.dirname(name)), { recursive: true })
    fs.writeFileSync(path.join(work, name), text)
  }
  const bin = path.join(path.dirname(createRequire(path.join(folder, 'start.mjs')).resolve('floodgate/package.json')), 'dist/bin.js')
  const [verb = 'run'] = process.argv.slice(2).filter((word) => !word.startsWith('-'))
  const gateway = spawn(process.execPath, [bin, verb, '-c', config], { cwd: work, stdio: 'inherit', env: { ...process.env, ...env } })
  const gone = new Promise<number | null>((resolve) => { gateway.on('exit', resolve) })
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => { gateway.kill(signal) })
  const code = await (verb === 'run' ? Promise.race([gone, reachable(gatewayPort)]) : gone)
  if (code === 'up') {
    process.stdout.write(`\nTry:\n${paths.map((name) => `  curl -i http://127.0.0.1:${gatewayPort}${name}\n`).join('')}\n`)
    process.exitCode = await gone ?? 0
  } else {
    process.exitCode = code ?? 1
  }
  for (const end of endings) await end()
}

function listFiles (folder: string, names: string[]): string[] {
  return names.flatMap((name) => fs.statSync(path.join(folder, name)).isDirectory()
    ? listFiles(folder, fs.readdirSync(path.join(folder, name)).map((file) => path.join(name, file)))
    : [name])
}

function findPort (texts: string[]): number {
  const found = texts.map((text) => /"port": (\d+)/.exec(text)).find((match) => match !== null)
  if (found === undefined) throw new Error('the configuration has no "port": write it as a number')
  return Number(found[1])
}

/** Resolves when something answers on a port. */
async function reachable (port: number): Promise<'up'> {
  for (;;) {
    const up = await new Promise<boolean>((resolve) => {
      const request = http.get({ port, host: '127.0.0.1', path: '/__health', agent: false }, (response) => {
        response.resume()
        resolve(true)
      })
      request.on('error', () => { resolve(false) })
    })
    if (up) return 'up'
    await wait(20)
  }
}
