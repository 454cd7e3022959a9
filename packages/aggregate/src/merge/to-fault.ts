import { Fault } from '@floodgate/core'
import { brokenPart } from '../errors.ts'

/** Makes a fault of whatever a part rejected with; what is none is a mistake in the gateway, which the client need not know. */
export function toFault (error: unknown): Fault {
  return error instanceof Fault ? error : brokenPart(error)
}
