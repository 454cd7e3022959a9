/** Where an `extra_config` stands. */
export type Level = 'service' | 'endpoint' | 'backend'
