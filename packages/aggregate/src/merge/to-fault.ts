import { Fault } from '@floodgate/core'
import { brokenPart } from '../errors.ts'

/**
 * Converts a rejection of a part to a fault; any other error is a bug in the gateway, and its details are not shown to
 * the client.
 */
export function toFault (error: unknown): Fault {
  return error instanceof Fault ? error : brokenPart(error)
}
