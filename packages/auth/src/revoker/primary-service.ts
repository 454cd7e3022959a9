import { monotonicNow, type CreateService, type Service } from '@floodgate/core'
import { createRevocations, type Ends } from './revocations.ts'
import { namespace, type RevokerSettings } from './settings.ts'

/**
 * Messages of workers: request the whole list and subscribe to changes, request a change, confirm a change,
 * unsubscribe.
 */
export type Question = ['list'] | ['add', string[]] | ['remove', string] | ['heard', number] | ['leave']

/** Messages to workers; each change has a number. */
export type Change = ['add', number, readonly string[], number] | ['remove', number, string]

/** Changes that not all workers have confirmed yet. */
interface Unheard { readonly workers: Set<number>, readonly done: () => void }

/**
 * Keeps the list of a gateway with workers in its primary. A change is confirmed when every subscribed worker has made
 * it or has ended; from then on no worker accepts the revoked values.
 */
export const createRevokerService: CreateService = ({ model, broadcast }) => {
  const ends: Ends = new Map()
  const create = ({ extra }: Service) => {
    const settings = extra[namespace] as RevokerSettings | undefined
    return settings === undefined ? null : createRevocations(settings.TTL * 1000, settings.N, ends)
  }
  let revocations = create(model)!
  const followers = new Set<number>()
  const unheard = new Map<number, Unheard>()
  let last = 0

  function tell (change: (number: number) => Change): Promise<true> {
    const number = ++last
    broadcast(namespace, change(number))
    if (followers.size === 0) return Promise.resolve(true)
    return new Promise((resolve) => {
      unheard.set(number, { workers: new Set(followers), done: () => { resolve(true) } })
    })
  }

  function hear (number: number, worker: number): void {
    const change = unheard.get(number)
    if (change === undefined) return
    change.workers.delete(worker)
    if (change.workers.size > 0) return
    unheard.delete(number)
    change.done()
  }

  function leave (worker: number): void {
    followers.delete(worker)
    for (const number of [...unheard.keys()]) hear(number, worker)
  }

  return {
    call (question: Question, from) {
      switch (question[0]) {
        case 'list':
          followers.add(from)
          return [...ends]
        case 'add': {
          const [, entries] = question
          return revocations.add(entries, monotonicNow()) ? tell((number) => ['add', number, entries, ends.get(entries[0]!)!]) : false
        }
        case 'remove': {
          const [, entry] = question
          return revocations.remove(entry) ? tell((number) => ['remove', number, entry]) : false
        }
        case 'heard': return hear(question[1], from)
        case 'leave': leave(from)
      }
    },
    update (model) { revocations = create(model) ?? revocations },
    gone: leave
  }
}
