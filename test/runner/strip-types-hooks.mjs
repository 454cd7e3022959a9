// Loader hooks that blank out types: lines and columns stay, so that stacks need no source maps. What was stripped is
// kept under node_modules/.cache, by content, because loading TypeScript itself takes longer than all the rest.
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const cache = path.resolve(import.meta.dirname, '../../node_modules/.cache/strip-types')
fs.mkdirSync(cache, { recursive: true })

/** @type {import('node:module').LoadHook} */
export async function load (url, context, nextLoad) {
  if (!url.startsWith('file:') || !url.split('?', 1)[0].endsWith('.ts')) return nextLoad(url, context)
  const text = fs.readFileSync(fileURLToPath(url), 'utf8')
  const kept = path.join(cache, `${createHash('sha1').update(text).digest('hex')}.mjs`)
  return { format: 'module', source: read(kept) ?? await strip(text, url, kept), shortCircuit: true }
}

async function strip (text, url, kept) {
  const { default: blank } = await import('ts-blank-space')
  const source = blank(text, (node) => {
    throw new SyntaxError(`${fileURLToPath(url)}: only types that can be erased may stand here: ${node.getText()}`)
  })
  // Written aside and renamed: two processes may strip the same file at once.
  const aside = `${kept}.${process.pid}`
  fs.writeFileSync(aside, source)
  fs.renameSync(aside, kept)
  return source
}

function read (file) {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
