// Runs beside the tests, and tells the runner which of them begin and end, a line of JSON each: what tap prints of a test
// comes with its first result, which is too late to know where a process hangs. Written at once, as a busy loop may follow.
import fs from 'node:fs'
import t from 'tap'

/** @typedef {{ file: string, path: string[], begins: boolean }} Step `path`: names of tests, the outermost first; none = the file */

/** The file descriptor on which the runner reads. */
export const progressFd = 3

let current = ''

/** @param {string} file whose tests are added next */
export function nameFile (file) {
  current = file
  tell({ file, path: [], begins: true })
}

const files = new WeakMap()
t.on('subtestAdd', (test) => { files.set(test, current) })
watch(t, [], (test) => files.get(test))

function watch (parent, above, fileOf) {
  parent.on('subtestStart', (test) => {
    const file = fileOf(test)
    const path = [...above, test.name]
    tell({ file, path, begins: true })
    watch(test, path, () => file)
  })
  parent.on('subtestEnd', (test) => { tell({ file: fileOf(test), path: [...above, test.name], begins: false }) })
}

/** @param {Step} step */
function tell (step) {
  fs.writeSync(progressFd, `${JSON.stringify(step)}\n`)
}
