// What went wrong, said at once and kept in a file that can be read again.
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

/** Creates the list of a run's faults. It throws a `TooManyFaults` at `limit`, so that a broken build ends soon. */
export function createFaults ({ seed, limit = 20, print = console.log }) {
  const found = []
  return {
    found,
    /** Takes note of a fault: of one case with its `input`, or of all that were `running`. */
    add ({ part, mode, number = null, what, input = null, running = null }) {
      const [from, count] = number !== null ? [number, 1] : running !== null && running.length > 0 ? [Math.min(...running), Math.max(...running) - Math.min(...running) + 1] : [0, 0]
      const replay = `node test/attacks/fuzz.mjs --seed ${seed} --only ${part} --mode ${mode} --from ${from} --count ${count}`
      const file = path.join(os.tmpdir(), `floodgate-attack-${seed}-${part}-${mode}-${found.length + 1}.json`)
      fs.writeFileSync(file, JSON.stringify({ seed, part, mode, number, running, what, input, replay }, null, 2))
      found.push({ part, mode, number, what, file })
      print(`FAULT ${part} (${mode})${number === null ? '' : ` case ${number}`}: ${what}`)
      if (input !== null) print(`  input: ${JSON.stringify(input).slice(0, 1500)}`)
      print(`  again: ${replay}\n  written to ${file}`)
    },
    get tooMany () { return found.length >= limit }
  }
}
