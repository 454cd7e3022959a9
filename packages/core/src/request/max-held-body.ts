/** Default of `floodgate.max_request_body`: largest request body that is held in memory, in bytes. */
export const defaultMaxHeldBody = 8 * 1024 * 1024
