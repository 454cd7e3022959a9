/** Topic of the metrics between the workers and the primary. */
export const metricsTopic = 'floodgate.metrics'
