/** How many bytes of a request's body are held where nobody says otherwise: `floodgate.max_request_body`. */
export const defaultMaxHeldBody = 8 * 1024 * 1024
