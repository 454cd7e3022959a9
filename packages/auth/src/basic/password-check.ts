import { createHmac, randomBytes } from 'node:crypto'
import { compare, hashSync } from 'bcryptjs'
import type { Users } from './users.ts'

/** Tells whether a user has a password; null = too many are asking. Both are texts as the client sent them. */
export type CheckPassword = (user: string, password: string) => boolean | null | Promise<boolean | null>

/** How many checks may wait for the one that runs. */
const maxWaiting = 64
const maxRemembered = 10_000

/**
 * Creates the check of passwords. A bcrypt comparison takes milliseconds of the one thread there is, so they run one after
 * the other, and what is right is remembered as a keyed hash. An unknown user takes as long as a known one.
 */
export function createPasswordCheck (users: Users): CheckPassword {
  const processKey = randomBytes(32)
  const right = new Set<string>()
  const nobody = nobodysHash(users)
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0

  async function compareNext (user: string, password: string, seal: string): Promise<boolean> {
    const hash = users.get(user)
    const turn = last.then(() => compare(password, hash ?? nobody))
    last = turn.catch(() => {})
    waiting++
    try {
      const isRight = await turn && hash !== undefined
      if (isRight) {
        if (right.size >= maxRemembered) right.clear()
        right.add(seal)
      }
      return isRight
    } finally {
      waiting--
    }
  }

  return function checkPassword (user, password) {
    const seal = createHmac('sha256', processKey).update(`${user}\0${password}`).digest('base64')
    if (right.has(seal)) return true
    return waiting > maxWaiting ? null : compareNext(user, password, seal)
  }
}

/** The hash of a password that nobody knows, as costly as that of a user. */
function nobodysHash (users: Users): string {
  const [first = '$2b$10$'] = users.values()
  const cost = Number(first.slice(4, 6))
  // Made at the lowest cost and labelled with the right one: it has to take its time, not to fit anything.
  return hashSync(randomBytes(18).toString('base64'), 4).replace('$04$', `$${String(cost).padStart(2, '0')}$`)
}
