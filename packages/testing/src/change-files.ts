import fs from 'node:fs'
import { join } from 'node:path'
import { writeFiles } from './certificates.ts'
import type { Teardown } from './origin.ts'

/** Files under paths that stay, and a way to give them other contents. */
export interface ChangingFiles <Name extends string> {
  readonly paths: Readonly<Record<Name, string>>
  change (contents: Partial<Record<Name, string>>): void
}

type Start = <Name extends string> (t: Teardown, contents: Record<Name, string>) => ChangingFiles<Name>

/** The ways in which certificates are renewed; each starts with files of some contents. */
export const waysOfChange: Readonly<Record<'in place' | 'by rename' | 'by a link that turns', Start>> = {
  'in place' (t, contents) {
    const paths = writeFiles(t, contents)
    return { paths, change (others) { forEach(others, (name, text) => { fs.writeFileSync(paths[name], text) }) } }
  },
  'by rename' (t, contents) {
    const paths = writeFiles(t, contents)
    return {
      paths,
      change (others) {
        forEach(others, (name, text) => {
          fs.writeFileSync(`${paths[name]}.new`, text)
          fs.renameSync(`${paths[name]}.new`, paths[name])
        })
      }
    }
  },
  /** As Kubernetes mounts a secret. */
  'by a link that turns' (t, contents) {
    const { folder } = writeFiles(t, {})
    let version = 0
    let current = contents
    const write = (): void => {
      const before = `..version-${version}`
      const next = `..version-${++version}`
      fs.mkdirSync(join(folder, next))
      forEach(current, (name, text) => { fs.writeFileSync(join(folder, next, name), text) })
      fs.symlinkSync(next, join(folder, '..data_tmp'))
      fs.renameSync(join(folder, '..data_tmp'), join(folder, '..data'))
      fs.rmSync(join(folder, before), { recursive: true, force: true })
    }
    write()
    const paths = {} as Record<keyof typeof contents, string>
    forEach(contents, (name) => {
      paths[name] = join(folder, name)
      fs.symlinkSync(join('..data', name), paths[name])
    })
    return {
      paths,
      change (others) {
        current = { ...current, ...others }
        write()
      }
    }
  }
}

/** Waits until something holds. */
export async function until (holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5))
}

function forEach <Name extends string> (contents: Partial<Record<Name, string>>, each: (name: Name, text: string) => void): void {
  for (const [name, text] of Object.entries(contents) as [Name, string][]) each(name, text)
}
