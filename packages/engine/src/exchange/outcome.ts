import type { BackendResponse, Fault } from '@floodgate/core'

export type Resolve = (response: BackendResponse) => void

export type Reject = (fault: Fault) => void
