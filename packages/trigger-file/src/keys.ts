/** Every key of a trigger file; docs/schema/trigger-file.schema.json is held against these lists. */

export const FILE_KEYS = [
  'version',
  'bake_minutes',
  'warmup_seconds',
  'metric_lag_seconds',
  'on_insufficient_data',
  'on_monitoring_error',
  'on_preexisting_breach',
  'prometheus',
  'triggers',
  'rollback_triggers',
] as const

export const PROMETHEUS_KEYS = ['url'] as const

export const METRIC_KEYS = ['metric', 'namespace', 'statistic', 'dimensions'] as const

export const TRIGGER_KEYS = [
  'name',
  ...METRIC_KEYS,
  'expression',
  'metrics',
  'query',
  'comparison',
  'threshold',
  'duration',
  'period',
  'evaluation_periods',
  'datapoints_to_alarm',
  'missing_data',
  'min_requests',
  'action',
] as const

/**
 * What the keys are called by a CloudWatch alarm (API, CloudFormation, Terraform) and by a Prometheus rule, where
 * that is too far from ours to be found by its letters.
 */
export const OTHER_NAMES_OF_KEYS: Readonly<Record<string, string>> = {
  metricname: 'metric',
  stat: 'statistic',
  extendedstatistic: 'statistic',
  aggregation: 'statistic',
  comparisonoperator: 'comparison',
  operator: 'comparison',
  value: 'threshold',
  limit: 'threshold',
  for: 'duration',
  window: 'duration',
  interval: 'period',
  periods: 'evaluation_periods',
  treatmissingdata: 'missing_data',
  nodata: 'missing_data',
  expr: 'query',
  promql: 'query',
  severity: 'action',
  alarmname: 'name',
  id: 'name',
  minimumrequests: 'min_requests',
  labels: 'dimensions',
}
