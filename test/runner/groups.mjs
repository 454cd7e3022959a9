import fs from 'node:fs'
import path from 'node:path'

/**
 * @typedef {object} Group tests that share a process
 * @property {string} name folder or file, relative to the root
 * @property {string[]} files absolute
 * @property {boolean} built whether they need what the build makes
 */

/** Says in a file of a package's tests, with the reason behind it, that it must not share its process with others. */
const alone = /^\/\/ In a process of its own: ./m

/**
 * Lists the tests below some paths (all without one), the longest first. The tests of a package share one process:
 * starting one and loading the package takes longer than most of them. Those below `test/`, which start programs and
 * cross packages, have one each.
 *
 * @param {string} root of the repository
 * @param {object} options
 * @param {string[]} options.paths of tests, folders, or sources, for which the whole package is tested
 * @param {boolean} options.long whether `*.long.test.ts` count
 * @returns {Group[]}
 */
export function groupTests (root, { paths, long }) {
  const wanted = paths.map((given) => given.replace(/\/src(\/.*)?$/, ''))
  const isWanted = (file) => (long || !file.endsWith('.long.test.ts')) && (wanted.length === 0 || wanted.some((given) => file === given || file.startsWith(given + path.sep)))
  const groups = []
  for (const file of findTests(path.join(root, 'test')).filter(isWanted)) groups.push({ name: path.relative(root, file), files: [file], built: true })
  for (const name of fs.readdirSync(path.join(root, 'packages'))) {
    const built = name === 'cli'
    const shared = []
    for (const file of findTests(path.join(root, 'packages', name, 'test')).filter(isWanted)) {
      if (alone.test(fs.readFileSync(file, 'utf8'))) groups.push({ name: path.relative(root, file), files: [file], built })
      else shared.push(file)
    }
    if (shared.length > 0) groups.push({ name: `packages/${name}`, files: shared, built })
  }
  return groups.sort((one, other) => rank(one) - rank(other))
}

/** Whoever starts last decides when all is over. */
function rank ({ name }) {
  const at = ['test/conformance/gateway.test.ts', 'test/conformance/client.test.ts', 'test/conformance', 'test/attacks', 'test/bench', 'test/', 'packages/http-client', 'packages/cli'].findIndex((prefix) => name.startsWith(prefix))
  return at < 0 ? Infinity : at
}

function findTests (folder) {
  if (!fs.existsSync(folder)) return []
  const found = []
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory() && entry.name !== 'node_modules') found.push(...findTests(path.join(folder, entry.name)))
    else if (entry.name.endsWith('.test.ts')) found.push(path.join(folder, entry.name))
  }
  return found.sort()
}
