import { BOOL, STRING } from '../../evaluate/values.ts'
import { define, text, type FunctionTable } from '../definition.ts'

const base = define([text], STRING, ([path]) => baseName(path))
const dir = define([text], STRING, ([path]) => cleanPath(path.slice(0, path.lastIndexOf('/') + 1)))
const clean = define([text], STRING, ([path]) => cleanPath(path))
const ext = define([text], STRING, ([path]) => /\.[^./]*$/.exec(path)?.[0] ?? '')
const isAbs = define([text], BOOL, ([path]) => path.startsWith('/'))

/** sprig's functions on paths with slashes; those of the operating system are the same. */
export const pathFunctions: FunctionTable = {
  base,
  dir,
  clean,
  ext,
  isAbs,
  osBase: base,
  osDir: dir,
  osClean: clean,
  osExt: ext,
  osIsAbs: isAbs
}

function baseName (path: string): string {
  if (path === '') return '.'
  let end = path.length
  while (path[end - 1] === '/') end--
  return end === 0 ? '/' : path.slice(path.lastIndexOf('/', end - 1) + 1, end)
}

/** Takes out `.`, `..` and doubled slashes. */
function cleanPath (path: string): string {
  const root = path.startsWith('/') ? '/' : ''
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else if (root === '') parts.push('..')
  }
  return root + parts.join('/') || '.'
}
