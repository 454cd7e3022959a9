import { inspect } from 'node:util'

/** Says how each group ended, its failures whole, and all in one line at the end. */
export class Report {
  #passed = 0
  #failed = 0
  #skips = []
  #started = performance.now()

  /** @param {import('./run-group.mjs').Outcome} outcome */
  add ({ name, passed, failures, skips, seconds, output }) {
    this.#passed += passed
    this.#failed += failures.length
    this.#skips.push(...skips)
    console.log(`${failures.length === 0 ? 'ok    ' : 'FAILED'} ${name}: ${passed} passed${failures.length > 0 ? `, ${failures.length} failed` : ''} in ${seconds.toFixed(1)} s`)
    for (const { path, details } of failures) {
      console.log(`\n  ${path.join(' > ')}`)
      if (details !== undefined) console.log(indent(typeof details === 'string' ? details : inspect(details, { depth: 8, breakLength: 120 })))
    }
    if (failures.length > 0 && output.trim() !== '') console.log(`\n  what ${name} said beside:\n${indent(output.trim())}\n`)
  }

  /** @returns {number} exit status */
  end () {
    if (this.#skips.length > 0) console.log(`\nskipped:\n${this.#skips.map((skip) => `  ${skip}`).join('\n')}`)
    console.log(`\nin ${((performance.now() - this.#started) / 1000).toFixed(0)} s`)
    // Read by machines as well: alone on its line.
    console.log(`${this.#passed} passed, ${this.#failed} failed${this.#skips.length > 0 ? `, ${this.#skips.length} skipped` : ''}`)
    return this.#failed === 0 ? 0 : 1
  }
}

function indent (text) {
  return text.replace(/^/gm, '    ')
}
