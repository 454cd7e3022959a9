/** Bounds of templates that make bodies, beside those of the language itself (200 levels of templates). */

/** Largest file with a template, and largest template in the configuration, in bytes: 1 MiB. */
export const maxTemplateBytes = 1024 * 1024

/**
 * Largest body that a template writes, largest text or list that one of its functions makes, and largest raw answer
 * that it reads, in bytes.
 */
export const maxBodyBytes = 8 * 1024 * 1024

/** Longest time that one body takes, in ms: the process does nothing else meanwhile. A shorter timeout of the endpoint takes precedence. */
export const maxRenderTime = 2000
