import { Fault } from '@floodgate/core'

/** An address is refused: code of faults. */
const FG_ERR_SECURITY_ADDRESS = 'FG_ERR_SECURITY_ADDRESS'

/** A policy is not true: code of faults. */
const FG_ERR_SECURITY_POLICY = 'FG_ERR_SECURITY_POLICY'

/** On endpoints the reference answers such an address with 500; only its HTTP server plugin answers 403. */
export function addressFault (address: string): Fault {
  return new Fault(
    'refused',
    FG_ERR_SECURITY_ADDRESS,
    'address not allowed',
    { detail: `ip-filter: ${address || 'an unknown address'} is not allowed` }
  )
}

export interface PolicyError {
  readonly body?: string
  readonly status?: number
  readonly content_type?: string
}

export function policyFault ({ body = '', status = 500, content_type: contentType = 'text/plain' }: PolicyError, detail: string): Fault {
  return new Fault(
    'refused',
    FG_ERR_SECURITY_POLICY,
    'request refused by a policy',
    { status, detail, ...(body !== '' && { answer: { body, contentType, always: true } }) }
  )
}
