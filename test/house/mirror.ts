import fs from 'node:fs'
import path from 'node:path'
import ts from 'typescript'

/** Sources of a package that have no test file of their own, by the test file that shows them; both relative to the package. */
export type ShownBy = Readonly<Record<string, readonly string[]>>

/**
 * Returns what is missing so that every source of a package has a test: a file of the same name at the same place below
 * `test/`, or a line in `test/shown-by.json` that names the larger test that shows it. Files that only declare types,
 * constants or exports need none.
 *
 * @param folder of the package
 */
export function findUntested (folder: string): string[] {
  const list = path.join(folder, 'test/shown-by.json')
  const shownBy: ShownBy = fs.existsSync(list) ? JSON.parse(fs.readFileSync(list, 'utf8')) : {}
  const wrong: string[] = []
  const shown = new Set<string>()
  for (const [test, sources] of Object.entries(shownBy)) {
    if (!/\.test\.ts$/.test(test) || !fs.existsSync(path.join(folder, test))) wrong.push(`test/shown-by.json: there is no test ${test}`)
    for (const source of sources) {
      const file = path.join(folder, source)
      if (!fs.existsSync(file)) wrong.push(`test/shown-by.json: there is no ${source}`)
      else if (shown.has(source)) wrong.push(`test/shown-by.json: ${source} is there twice`)
      else if (fs.existsSync(path.join(folder, mirrorOf(source)))) wrong.push(`test/shown-by.json: ${source} has a test of its own`)
      else if (declaresOnly(file)) wrong.push(`test/shown-by.json: ${source} has no code to test`)
      shown.add(source)
    }
  }
  for (const source of listSources(path.join(folder, 'src')).map((file) => path.relative(folder, file))) {
    if (fs.existsSync(path.join(folder, mirrorOf(source))) || shown.has(source) || declaresOnly(path.join(folder, source))) continue
    wrong.push(`${source} has no test: write ${mirrorOf(source)}, or enter it in test/shown-by.json under the test that shows it`)
  }
  return wrong
}

/** `src/a/b.ts` → `test/a/b.test.ts`. */
function mirrorOf (source: string): string {
  return source.replace(/^src\//, 'test/').replace(/\.ts$/, '.test.ts')
}

/** Lists the TypeScript files below a folder. */
export function listSources (folder: string): string[] {
  return fs.readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort()
}

/** Whether a file has neither functions nor classes: types, constants, schemas, exports of other files. */
function declaresOnly (file: string): boolean {
  return !hasCode(ts.createSourceFile(file, fs.readFileSync(file, 'utf8'), ts.ScriptTarget.Latest))
}

function hasCode (node: ts.Node): boolean {
  if (ts.isClassLike(node) || (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined)) return true
  return ts.forEachChild(node, hasCode) ?? false
}
