import { statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { at, type Rule } from '../rule.ts'

const namespace = 'floodgate.script'

/** Problems of modules that run in the gateway. */
export const scriptRules: readonly Rule[] = [
  {
    id: 'writable-script',
    severity: 'HIGH',
    message: 'any user of this machine may change a script that the gateway runs',
    remedy: 'remove the permission of other users: chmod o-w',
    find: ({ model, backends, loaded: { folder } }) =>
      [model, ...model.endpoints, ...backends.map(({ backend }) => backend)].flatMap(({ extra, place }) => {
        const { module } = extra[namespace] as { module: string } | undefined ?? {}
        if (module === undefined) return []
        const file = resolve(folder, module)
        return at(
          [...place, 'extra_config', namespace, 'module'],
          isWritableByOthers(file) || isWritableByOthers(dirname(file)),
          `any user of this machine may change ${file}`
        )
      })
  }
]

/** A sticky folder, such as /tmp, does not let others replace a file. */
function isWritableByOthers (file: string): boolean {
  if (process.platform === 'win32') return false
  try {
    const { mode } = statSync(file)
    return (mode & 0o002) !== 0 && (mode & 0o1000) === 0
  } catch {
    return false
  }
}
