// Draws which package imports which, by floors, as Mermaid; ends with 1 if a package imports one of its own floor or a higher one, if
// packages import each other in a circle, or if a source file reaches into another package by a path.
//
//   pnpm graph            without the arrows that follow from others
//   pnpm graph --all      every arrow
import fs from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import ts from 'typescript'

/** The floors from the bottom up: a package may import packages of lower floors. */
export const floors = [
  ['go'],
  ['settings'],
  ['tls'],
  ['core', 'http-client', 'go-template'],
  ['router', 'engine', 'aggregate', 'cel'],
  ['config-loader', 'proxy', 'auth', 'traffic', 'security', 'validation', 'modifiers', 'backends', 'telemetry', 'lua'],
  ['gateway'],
  ['inspect'],
  ['cli']
]

/** The private package that only tests and examples use. */
const outside = new Set(['testing'])

/**
 * Reads the imports of `packages/NAME/src`: static ones, `import()`, `export … from` and types.
 *
 * @returns {Map<string, Map<string, string[]>>} by importing folder and imported folder, the files that import
 */
export function readImports (root) {
  const folders = fs.readdirSync(path.join(root, 'packages')).filter(
    (name) => !outside.has(name) && fs.existsSync(path.join(root, 'packages', name, 'src'))
  )
  const folderOf = new Map(
    folders.map((name) => [JSON.parse(fs.readFileSync(path.join(root, 'packages', name, 'package.json'), 'utf8')).name, name])
  )
  const imports = new Map()
  for (const folder of folders) {
    const targets = new Map()
    const source = path.join(root, 'packages', folder, 'src')
    for (const file of fs.readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))) {
      const at = path.join(source, file)
      for (const specifier of specifiersOf(at)) {
        const target = specifier.startsWith('.')
          ? ownerOf(path.resolve(path.dirname(at), specifier), root, folder)
          : folderOf.get(packageOf(specifier))
        if (target === undefined || target === folder) continue
        targets.set(target, [...targets.get(target) ?? [], path.relative(root, at)])
      }
    }
    imports.set(folder, targets)
  }
  return imports
}

/** Lists what is wrong with imports, each as one line. */
export function findFaults (imports) {
  const faults = []
  for (const [from, targets] of imports) {
    if (floorOf(from) === -1) faults.push(`packages/${from} has no floor: add it to scripts/graph.mjs`)
    for (const [to, files] of targets) {
      if (to.startsWith('..')) faults.push(`${files[0]} imports ${to.slice(2)} by its path: import the package`)
      else if (floorOf(to) >= floorOf(from)) {
        faults.push(
        `${from} (floor ${floorOf(from)}) imports ${to} (floor ${floorOf(to)}): ${[...new Set(files)].join(', ')}`
        )
      }
    }
  }
  const circle = findCircle(imports)
  if (circle !== null) {
    faults.push(`circle: ${circle.map((to, i) => i === 0 ? to : `${to} (${imports.get(circle[i - 1]).get(to)[0]})`).join(' -> ')}`)
  }
  return faults
}

/** Draws packages by floors; `all` keeps arrows that follow from others. */
export function draw (imports, { all = false } = {}) {
  const packages = [...imports.keys()]
  const lines = ['flowchart TD']
  for (const [floor, names] of [...floors.entries()].reverse()) {
    const there = names.filter((name) => packages.includes(name))
    if (there.length > 0) lines.push(`  subgraph floor${floor} [floor ${floor}]`, ...there.map((name) => `    ${name}`), '  end')
  }
  for (const from of packages) {
    const targets = [...imports.get(from).keys()].filter((to) => imports.has(to))
    for (const to of targets.toSorted()) {
      if (all || !targets.some((other) => other !== to && reaches(imports, other, to))) lines.push(`  ${from} --> ${to}`)
    }
  }
  return lines.join('\n')
}

function floorOf (name) {
  return floors.findIndex((names) => names.includes(name))
}

/** `@scope/name/sub` and `name/sub` without `/sub`. */
function packageOf (specifier) {
  return specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/')
}

/** The package that a path lies in: undefined for the importing one, `..name` for another one. */
function ownerOf (file, root, folder) {
  const [packages, owner] = path.relative(root, file).split(path.sep)
  return packages === 'packages' && owner === folder ? undefined : `..${owner ?? packages}`
}

function specifiersOf (file) {
  return ts.preProcessFile(fs.readFileSync(file, 'utf8'), true, true).importedFiles.map(({ fileName }) => fileName)
}

function reaches (imports, from, to, seen = new Set()) {
  if (seen.has(from)) return false
  seen.add(from)
  const targets = imports.get(from)
  return targets !== undefined && (targets.has(to) || [...targets.keys()].some((next) => reaches(imports, next, to, seen)))
}

/** The packages of a circle, the first one again at its end; null if there is none. */
function findCircle (imports) {
  for (const start of imports.keys()) {
    const way = wayTo(imports, start, start, new Set())
    if (way !== null) return [start, ...way]
  }
  return null
}

function wayTo (imports, from, to, seen) {
  for (const next of imports.get(from)?.keys() ?? []) {
    if (next === to) return [next]
    if (seen.has(next)) continue
    seen.add(next)
    const way = wayTo(imports, next, to, seen)
    if (way !== null) return [next, ...way]
  }
  return null
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const imports = readImports(path.resolve(import.meta.dirname, '..'))
  console.log(draw(imports, { all: process.argv.includes('--all') }))
  const faults = findFaults(imports)
  for (const fault of faults) console.error(fault)
  if (faults.length > 0) process.exitCode = 1
}
