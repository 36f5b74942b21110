/** Trigger files that are right; the JSON Schema is held against them too. */

/** As it stands in the document that this file format comes from. */
export const SHORT_FORM = `# Rollback conditions
rollback_triggers:
  - metric: "TargetResponseTime"
    threshold: 5.0  # seconds
    duration: 300   # 5 minutes
  
  - metric: "HTTPCode_Target_5XX_Count"
    threshold: 10   # errors per minute
    duration: 60    # 1 minute
  
  - metric: "HealthyHostCount"
    threshold: 1    # minimum healthy hosts
    duration: 120   # 2 minutes
`

export const LONG_FORM = `version: 1
bake_minutes: 10
warmup_seconds: 60
metric_lag_seconds: 90
on_insufficient_data: pass
on_monitoring_error: fail
on_preexisting_breach: demote
triggers:
  - name: slow-responses
    metric: TargetResponseTime
    statistic: Average
    comparison: ">"
    threshold: 5
    period: 60
    evaluation_periods: 5
    datapoints_to_alarm: 5
    missing_data: missing
    min_requests: 20
  - {name: errors, metric: HTTPCode_Target_5XX_Count, statistic: Sum, comparison: ">", threshold: 10, period: 60, evaluation_periods: 1, missing_data: notBreaching}
  - {name: no-healthy-hosts, metric: HealthyHostCount, statistic: Minimum, comparison: "<", threshold: 1, period: 60, evaluation_periods: 2, missing_data: breaching}
  - name: error-rate
    expression: "100*FILL(e,0)/r"
    metrics: {e: {metric: HTTPCode_Target_5XX_Count, statistic: Sum}, r: {metric: RequestCount, statistic: Sum}}
    comparison: ">"
    threshold: 5
    period: 60
    evaluation_periods: 3
    datapoints_to_alarm: 2
  - {name: pool, namespace: App/Finance, metric: DbPoolWaiters, dimensions: {Service: "\${service}"}, statistic: Maximum, comparison: ">", threshold: 20, period: 60, evaluation_periods: 3, action: warn}
`

const PROMETHEUS = `prometheus:
  url: http://prometheus.internal:9090/prom
triggers:
  - name: error-ratio
    query: |
      sum(rate(http_errors_total{service="\${service}", cluster="\${cluster}"}[1m]))
        / sum(rate(http_requests_total{service="\${service}"}[1m]))
    comparison: GreaterThanOrEqualToThreshold
    threshold: 0.05
    period: 30
    duration: 90
`

const JSON_TEXT = `{
\t"version": 1,
\t"triggers": [
\t\t{ "metric": "CPUUtilization", "threshold": 9e1, "duration": 300, "action": "warn" },
\t\t{ "metric": "HealthyHostCount", "namespace": "AWS/NetworkELB", "threshold": 1, "duration": 120 }
\t]
}
`

const ANCHORS = `triggers:
  - {name: slow, metric: TargetResponseTime, statistic: p99, threshold: &limit 5, duration: 300}
  - {name: slower, metric: TargetResponseTime, statistic: "TM(10%:90%)", threshold: *limit, duration: 300}
`

const WHOLE_LOAD_BALANCER = `- name: gateway errors
  metric: HTTPCode_ELB_5XX_Count
  threshold: 10
  duration: 60
  dimensions: {LoadBalancer: app/web/50dc6c495c0c9188}
- namespace: App/Jobs
  metric: QueueDepth
  statistic: Maximum
  dimensions: {}
  comparison: LessThanThreshold
  threshold: -5.5
  period: 10
  evaluation_periods: 6
  datapoints_to_alarm: 1
  missing_data: ignore
`

export const GOOD_FILES: readonly { readonly what: string; readonly text: string }[] = [
  { what: 'the short form', text: SHORT_FORM },
  { what: 'the long form', text: LONG_FORM },
  { what: 'Prometheus', text: PROMETHEUS },
  { what: 'JSON with tabs', text: JSON_TEXT },
  { what: 'anchors and aliases', text: ANCHORS },
  { what: 'a bare list', text: WHOLE_LOAD_BALANCER },
  { what: 'YAML in one line', text: '[{metric: TargetResponseTime, threshold: 5, duration: 300}]' },
]
