import type { BackendResponse } from '@floodgate/core'
import { martianFault } from '../../errors.ts'
import type { Fields } from '../fields.ts'
import type { ChangeRequest, ChangeResponse, MartianCall, Modifier } from '../modifier.ts'
import type { Parser } from '../parser.ts'

/**
 * `fifo.Group`: modifiers in their order. The first failure ends the group; with `aggregateErrors` all run before the
 * group fails.
 */
export function fifoGroup (fields: Fields, parser: Parser): Modifier {
  const gathers = fields.isOn('aggregateErrors')
  const place = fields.placeOf('modifiers')
  const members = fields.list('modifiers').flatMap((item, i) => parser.parse(item, [...place, i]) ?? [])
  return runInTurn(members, gathers)
}

/** `priority.Group`: the highest priority first; with equal priorities, the one that is written later. */
export function priorityGroup (fields: Fields, parser: Parser): Modifier {
  const place = fields.placeOf('modifiers')
  const members = fields.list('modifiers').flatMap((item, i) => {
    const { priority = 0, modifier } = (typeof item === 'object' && item !== null ? item : {}) as { priority?: unknown, modifier?: unknown }
    if (!Number.isInteger(priority)) parser.problem([...place, i, 'priority'], 'must be an integer')
    const parsed = parser.parse(modifier, [...place, i, 'modifier'])
    return parsed === null ? [] : [{ priority: Number(priority), at: i, parsed }]
  })
  members.sort((a, b) => b.priority - a.priority || b.at - a.at)
  return runInTurn(members.map(({ parsed }) => parsed), false)
}

function runInTurn (members: readonly Modifier[], gathers: boolean): Modifier {
  const requests = members.flatMap(({ request }) => request ?? [])
  const responses = members.flatMap(({ response }) => response ?? [])
  return {
    request: requests.length === 0 ? null : gathers ? gatherRequests(requests) : (call) => { for (const change of requests) change(call) },
    response: responses.length === 0
      ? null
      : gathers
        ? gatherResponses(responses)
        : (response, call) => runFrom(responses, 0, response, call)
  }
}

function runFrom (changes: readonly ChangeResponse[], from: number, response: BackendResponse, call: MartianCall): void | Promise<void> {
  for (let i = from; i < changes.length; i++) {
    const running = changes[i]!(response, call)
    if (running !== undefined) return running.then(() => runFrom(changes, i + 1, response, call))
  }
}

function gatherRequests (changes: readonly ChangeRequest[]): ChangeRequest {
  return (call) => {
    const failures: unknown[] = []
    for (const change of changes) {
      try { change(call) } catch (error) { failures.push(error) }
    }
    if (failures.length > 0) throw together(failures)
  }
}

function gatherResponses (changes: readonly ChangeResponse[]): ChangeResponse {
  return async (response, call) => {
    const failures: unknown[] = []
    for (const change of changes) {
      try { await change(response, call) } catch (error) { failures.push(error) }
    }
    if (failures.length > 0) throw together(failures)
  }
}

function together (failures: readonly unknown[]): unknown {
  return failures.length === 1 ? failures[0] : martianFault(failures.map((error) => (error as Error).message).join('\n'), failures[0])
}
