import readline from 'node:readline'

/** Knows which test a process is in, from what `tell-progress.mjs` writes there. */
export class Progress {
  #file = ''
  #last = ''
  /** The tests that have begun, in that order: the next one may begin before tap tells the end of the one before it. */
  #running = new Set()

  /** @param {import('node:stream').Readable} stream */
  constructor (stream) {
    readline.createInterface({ input: stream }).on('line', (line) => { this.#take(JSON.parse(line)) })
  }

  /** @param {import('./tell-progress.mjs').Step} step */
  #take ({ file, path, begins }) {
    const test = `${path.join(' > ')} (${file})`
    this.#file = file
    if (path.length === 0) return
    if (begins) this.#running.add(test)
    else if (this.#running.delete(test)) this.#last = test
  }

  toString () {
    if (this.#running.size > 0) return `in ${[...this.#running].at(-1)}`
    if (this.#last !== '') return `after ${this.#last}`
    return this.#file === '' ? 'before any file of tests' : `while it loaded ${this.#file}, or before its first test`
  }
}
