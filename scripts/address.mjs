// Where the project is: the one place that the fields `repository`, `bugs` and `homepage` of every published package come from.
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..')

/**
 * The page of a repository for an address as git, npm or a browser write it: `git@host:owner/name.git`, `git+https://…`; without
 * a user or a password. Null for what is no address of a server: a path, `file:`.
 */
export function pageOf (address) {
  const [, host, names] = /^(?:[\w.-]+@)?([\w.-]+\.[a-z]+):(?!\/)(.+)$/i.exec(address) ?? []
  const url = host === undefined ? address.replace(/^git\+/, '') : `ssh://${host}/${names}`
  if (!URL.canParse(url)) return null
  const { protocol, hostname, port, pathname } = new URL(url)
  if (!['https:', 'http:', 'ssh:', 'git:'].includes(protocol) || hostname === '' || pathname === '/') return null
  // The port of ssh is not that of the page.
  const at = port === '' || protocol === 'ssh:' || protocol === 'git:' ? hostname : `${hostname}:${port}`
  return `https://${at}${pathname.replace(/(?:\.git)?\/?$/, '')}`
}

/**
 * Finds the project's page: what is given (`--repository`), otherwise `repository` of the root's package.json, otherwise git's
 * remote `origin`. Null if none of them has an address of a server.
 *
 * @throws {Error} what is given is not an address
 */
export function findPage (given, { repository } = readManifest(), readOrigin = originOfGit) {
  if (given !== undefined) {
    const page = pageOf(given)
    if (page === null) throw new Error(`--repository: ${JSON.stringify(given)} is not the address of a repository, such as https://git.example.com/owner/name`)
    return page
  }
  const stated = typeof repository === 'string' ? repository : repository?.url
  return pageOf(stated ?? readOrigin() ?? '')
}

/** What each published manifest says, by the name of the package. */
export function addressesOf (page, packages) {
  return Object.fromEntries(packages.map(({ folder, manifest }) => [manifest.name, {
    repository: { type: 'git', url: `git+${page}.git`, directory: path.relative(root, folder).replaceAll(path.sep, '/') },
    bugs: { url: `${page}/issues` },
    homepage: `${page}#readme`
  }]))
}

/** npm links to them, and users report faults and vulnerabilities there. */
export function requirePage (page) {
  if (page === null) {
    throw new Error('The packages must say where they come from: add `--repository https://…`, `repository` in the package.json of the root, or a git remote `origin`.')
  }
}

function readManifest () {
  return JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'))
}

function originOfGit () {
  try {
    return execFileSync('git', ['remote', 'get-url', 'origin'], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return null
  }
}
