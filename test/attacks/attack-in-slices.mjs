// Runs a part of the attack in processes of its own, some cases in each, and adds their figures up.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'

const command = path.join(import.meta.dirname, 'fuzz.mjs')

/**
 * Attacks with `count` cases, `size` in each process. For HTTP/2: Node 20's client ends its process (`std::bad_alloc`, or a
 * message of malloc) now and then when sessions whose streams still write are destroyed. A process that ends without its figures is a fault.
 *
 * @returns the figures, as `attack` gives them, and how many faults there were
 */
export async function attackInSlices (name, { mode, seed, count, size, log }) {
  const sum = { part: name, mode, cases: 0, requests: 0, answers: 0, seconds: 0, health: 0, growth: 0, samples: 0, faults: 0 }
  for (let from = 0; from < count; from += size) {
    const child = spawn(process.execPath, [command, '--seed', seed, '--only', name, '--mode', mode, '--from', String(from), '--count', String(Math.min(size, count - from)), '--measure'], { stdio: ['ignore', 'pipe', 'inherit'] })
    let figures = null
    let faults = 0
    const lines = createInterface({ input: child.stdout })
    const read = (async () => {
      for await (const line of lines) {
        if (line.startsWith('{')) figures = JSON.parse(line)
        else if (/^FAULT|^ {2}/.test(line)) console.log(line)
        else if (/^\d+ faults$/.test(line)) faults = Number.parseInt(line, 10)
      }
    })()
    const [code] = await once(child, 'exit')
    await read
    if (figures === null) console.log(`FAULT ${name} (${mode}): the process of the cases from ${from} ended with ${code} and no figures`)
    sum.faults += figures === null ? 1 : faults
    for (const key of ['cases', 'requests', 'answers', 'seconds']) sum[key] += figures?.[key] ?? 0
    sum.health = Math.max(sum.health, figures?.health ?? 0)
    log(`${name} ${mode}: ${sum.cases} of ${count} cases, ${sum.requests} requests, ${sum.faults} faults, ${sum.seconds.toFixed(0)} s`)
  }
  return sum
}
