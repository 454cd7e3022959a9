// Bundles the JavaScript of every package: what a package exports is one file each, plus one for each part that is loaded later.
// docs/adr/0012-bundled-packages.md says why. Used by scripts/build.mjs.
import fs from 'node:fs'
import path from 'node:path'
import { rolldown } from 'rolldown'

/**
 * Writes `dist/` of the package in `folder` from its sources, and deletes JavaScript there that no longer belongs to it. Files
 * whose contents stay the same are not touched: a gateway that runs may load one of them later. Packages, those of this
 * repository too, are never bundled into another: each module exists once, whoever imports it.
 */
export async function bundlePackage ({ folder, manifest }) {
  const entries = entriesOf(folder, manifest)
  const bundle = await rolldown({
    cwd: folder,
    input: entries,
    platform: 'node',
    tsconfig: false,
    preserveEntrySignatures: 'allow-extension',
    external: (id) => !/^[./]/.test(id) && !path.isAbsolute(id),
    onLog: (_level, { message }) => { throw new Error(`${manifest.name}: ${message}`) }
  })
  let reached = null
  const { output } = await bundle.generate({
    dir: path.join(folder, 'dist'),
    format: 'esm',
    sourcemap: true,
    entryFileNames: '[name].js',
    chunkFileNames: (chunk) => `${nameChunk(chunk, path.join(folder, 'src'))}.js`,
    codeSplitting: {
      groups: [{
        debugName: 'shared by exports',
        includeDependenciesRecursively: false,
        name: (id, context) => {
          reached ??= findReached(entries, (file) => context.getModuleInfo(file))
          return reached.get(id) ?? null
        }
      }]
    }
  })
  await bundle.close()
  refuseCircles(manifest.name, output)
  write(path.join(folder, 'dist'), output)
}

/** What a package exports and its command, as names of files in `dist` → sources. */
function entriesOf (folder, { exports, publishConfig: { bin = {} } = {} }) {
  const files = [...Object.values(exports).flatMap((target) => target.default ?? []), ...Object.values(bin)]
  return Object.fromEntries(files.map((file) => path.posix.relative('dist', file).replace(/\.js$/, ''))
    .map((name) => [name, path.join(folder, 'src', `${name}.ts`)]))
}

/**
 * For each module that some entries import, directly or not, the name of the file for what these entries share. Without it, what a
 * part that is loaded later imports as well would be a file of its own: a settings file per feature, loaded at every start.
 */
function findReached (entries, getModuleInfo) {
  const names = new Map()
  const files = new Set(Object.values(entries))
  for (const [name, file] of Object.entries(entries)) {
    const waiting = [file]
    const seen = new Set(waiting)
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      if (!files.has(id)) names.set(id, [...names.get(id) ?? [], name])
      for (const imported of getModuleInfo(id)?.importedIds ?? []) {
        if (seen.has(imported) || !path.isAbsolute(imported)) continue
        seen.add(imported)
        waiting.push(imported)
      }
    }
  }
  return new Map([...names].map(([id, reaching]) => [id, `shared/${reaching.map((name) => name.replace('/index', '').replaceAll('/', '-')).join('-')}`]))
}

/** A part that is loaded later is named as its source; what only such parts share, as the last of its sources. */
function nameChunk ({ name, facadeModuleId, moduleIds }, sources) {
  if (name.startsWith('shared/')) return name
  // What rolldown adds itself has no file.
  const last = facadeModuleId ?? moduleIds.findLast((id) => path.isAbsolute(id))
  if (last === undefined) return `shared/${name}`
  const file = path.relative(sources, last).replace(/\.ts$/, '')
  return facadeModuleId === null ? `shared/${file}` : file
}

/** Sources have no circles (.dependency-cruiser.mjs); between files of a bundle they would change the order in which modules run. */
function refuseCircles (name, output) {
  const imports = new Map(output.filter(({ type }) => type === 'chunk').map(({ fileName, imports }) => [fileName, imports]))
  const done = new Set()
  const visit = (file, above) => {
    if (above.includes(file)) throw new Error(`${name}: files of the bundle import each other in a circle: ${[...above, file].join(' → ')}`)
    if (done.has(file) || !imports.has(file)) return
    for (const imported of imports.get(file)) visit(imported, [...above, file])
    done.add(file)
  }
  for (const file of imports.keys()) visit(file, [])
}

function write (folder, output) {
  const files = new Map(output.map((file) => [path.join(folder, file.fileName), file.type === 'chunk' ? file.code : withoutSources(file.source)]))
  for (const [file, text] of files) {
    if (fs.existsSync(file) && fs.readFileSync(file, 'utf8') === text) continue
    fs.mkdirSync(path.dirname(file), { recursive: true })
    // In one step: a process that starts meanwhile reads the old file or the new one.
    fs.writeFileSync(`${file}.new`, text)
    fs.renameSync(`${file}.new`, file)
  }
  for (const name of fs.readdirSync(folder, { recursive: true })) {
    if (/\.js(?:\.map)?$/.test(name) && !files.has(path.join(folder, name))) fs.rmSync(path.join(folder, name))
  }
}

/** The sources are published beside the map. */
function withoutSources (map) {
  const { sourcesContent: _sources, ...rest } = JSON.parse(map)
  return JSON.stringify(rest)
}
