/** Suites that ask for what is not here yet, by name, with what they need. Take a suite out when it passes. */
export const toCome: Readonly<Record<string, string>> = {
}
