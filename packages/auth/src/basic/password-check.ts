import { createHmac, randomBytes } from 'node:crypto'
import { hashSync } from 'bcryptjs'
import { createCompareThread, type Compare } from './compare-thread.ts'
import { createFairQueue, type FairQueue } from './fair-queue.ts'
import type { Users } from './users.ts'

/**
 * Returns whether a password is a user's; null if too many checks are waiting or the check failed. Both are the strings
 * that the client sent.
 *
 * @param client client that asks; the number of waiting checks is limited per client
 * @param isGone returns whether the client has disconnected, so that the check can be skipped
 */
export type CheckPassword = (
  user: string,
  password: string,
  client?: string,
  isGone?: () => boolean
) => boolean | null | Promise<boolean | null>

export interface PasswordCheckOptions {
  /** Compares in another thread. Default: one of its own. */
  readonly compare?: Compare
  /** Where comparisons wait for their turn. Default: a queue of its own. */
  readonly queue?: FairQueue
}

const maxRemembered = 10_000

/** Creates the queue of comparisons: 64 may wait, 16 of one client. */
export function createCompareQueue (): FairQueue {
  return createFairQueue({ most: 64, mostOfOne: 16 })
}

/**
 * Creates the check of passwords. A bcrypt comparison takes milliseconds to seconds of a processor, so they run one after
 * the other in a thread, and what is right, and what is wrong, is remembered as a keyed hash. An unknown user takes as
 * long as a known one.
 */
export function createPasswordCheck (
  users: Users,
  { compare = createCompareThread().compare, queue = createCompareQueue() }: PasswordCheckOptions = {}
): CheckPassword {
  const processKey = randomBytes(32)
  // Apart, so that no number of wrong ones displaces a right one.
  const right = new Set<string>()
  const wrong = new Set<string>()
  const running = new Map<string, Running>()
  const nobody = nobodysHash(users)

  async function compareNow (user: string, password: string, seal: string, { gone }: Running): Promise<boolean | null> {
    if (gone.every((isGone) => isGone())) return null
    const hash = users.get(user)
    const isSame = await compare(password, hash ?? nobody)
    if (isSame === null) return null
    const isRight = isSame && hash !== undefined
    remember(isRight ? right : wrong, seal)
    return isRight
  }

  return function checkPassword (user, password, client = '', isGone = () => false) {
    const seal = createHmac('sha256', processKey).update(`${user}\0${password}`).digest('base64')
    if (right.has(seal)) return true
    if (wrong.has(seal)) return false
    const same = running.get(seal)
    if (same !== undefined) {
      same.gone.push(isGone)
      return same.verdict!
    }
    if (!queue.hasRoom(client)) return null
    const run: Running = { gone: [isGone], verdict: null }
    running.set(seal, run)
    run.verdict = queue.run(client, () => compareNow(user, password, seal, run)).finally(() => { running.delete(seal) })
    return run.verdict
  }
}

/** A comparison that waits or runs, and whether those who wait for it have left. */
interface Running {
  readonly gone: (() => boolean)[]
  verdict: Promise<boolean | null> | null
}

function remember (seals: Set<string>, seal: string): void {
  if (seals.size >= maxRemembered) seals.delete(seals.values().next().value!)
  seals.add(seal)
}

/** Returns the hash of an unknown password that is as slow to compare as a user's. */
function nobodysHash (users: Users): string {
  const [first = '$2b$10$'] = users.values()
  const cost = Number(first.slice(4, 6))
  // Made at the lowest cost and labelled with the right one: it has to take its time, not to fit anything.
  return hashSync(randomBytes(18).toString('base64'), 4).replace('$04$', `$${String(cost).padStart(2, '0')}$`)
}
