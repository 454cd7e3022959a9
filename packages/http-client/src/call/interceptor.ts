import type { Dispatcher } from 'undici'

/** Goes around one hop on the wire, as undici's own interceptors do. */
export type Interceptor = (dispatch: Dispatcher['dispatch']) => Dispatcher['dispatch']
