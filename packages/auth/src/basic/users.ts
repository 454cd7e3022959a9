import { readRegularFile } from '@floodgate/tls'
import { describeFileError } from '../file-error.ts'
import type { BasicSettings } from './settings.ts'

/** Bcrypt hashes by user. */
export type Users = ReadonlyMap<string, string>

export interface UserProblem { readonly key: 'htpasswd_path' | 'users', readonly message: string }

const BCRYPT = /^\$2[aby]\$(?:0[4-9]|[12]\d|3[01])\$[./A-Za-z\d]{53}$/

/** Reads the users of a file and of the settings; the settings take precedence. */
export function readUsers ({ htpasswd_path: path = '', users: listed = {} }: BasicSettings): { users: Users, problems: UserProblem[] } {
  const problems: UserProblem[] = []
  const users = new Map<string, string>()
  for (const [user, hash] of path === '' ? [] : readFile(path, problems)) add('htpasswd_path', user, hash)
  for (const [user, hash] of Object.entries(listed)) add('users', user, hash)
  if (users.size === 0 && problems.length === 0) {
    problems.push({ key: 'users', message: 'no users are configured: list them in "users", or name a file in "htpasswd_path"' })
  }
  return { users, problems }

  function add (key: UserProblem['key'], user: string, hash: string): void {
    if (user === '' || user.includes(':')) {
      problems.push(
        { key, message: `${JSON.stringify(user)} is not a valid user name: it must not be empty or contain a colon` }
      )
    } else if (BCRYPT.test(hash)) users.set(user, hash)
    else problems.push({ key, message: `the password of ${JSON.stringify(user)} is not a bcrypt hash: make one with htpasswd -B` })
  }
}

function readFile (path: string, problems: UserProblem[]): [string, string][] {
  try {
    return readRegularFile(path).toString().split('\n').flatMap((line, index): [string, string][] => {
      const text = line.trim()
      if (text === '' || text.startsWith('#')) return []
      const colon = text.indexOf(':')
      if (colon >= 0) return [[text.slice(0, colon), text.slice(colon + 1)]]
      // The line may contain a secret, so it is not quoted.
      problems.push({ key: 'htpasswd_path', message: `line ${index + 1} of the file is not a "user:hash": make one with htpasswd -B` })
      return []
    })
  } catch (error) {
    problems.push({ key: 'htpasswd_path', message: `the file cannot be read: ${describeFileError(error)}` })
    return []
  }
}
