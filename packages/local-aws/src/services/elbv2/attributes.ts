/** Attributes of load balancers and target groups: those that exist, with AWS's defaults, and their changes. */
import { invalid } from './errors.ts'

interface Attribute {
  Key?: string | undefined
  Value?: string | undefined
}

/** API reference, LoadBalancerAttribute. */
export const LOAD_BALANCER_ATTRIBUTES: Readonly<Record<string, string>> = {
  'access_logs.s3.enabled': 'false',
  'access_logs.s3.bucket': '',
  'access_logs.s3.prefix': '',
  'connection_logs.s3.enabled': 'false',
  'connection_logs.s3.bucket': '',
  'connection_logs.s3.prefix': '',
  'client_keep_alive.seconds': '3600',
  'deletion_protection.enabled': 'false',
  'idle_timeout.timeout_seconds': '60',
  'ipv6.deny_all_igw_traffic': 'false',
  'load_balancing.cross_zone.enabled': 'true',
  'routing.http.desync_mitigation_mode': 'defensive',
  'routing.http.drop_invalid_header_fields.enabled': 'false',
  'routing.http.preserve_host_header.enabled': 'false',
  'routing.http.x_amzn_tls_version_and_cipher_suite.enabled': 'false',
  'routing.http.xff_client_port.enabled': 'false',
  'routing.http.xff_header_processing.mode': 'append',
  'routing.http2.enabled': 'true',
  'waf.fail_open.enabled': 'false',
  'zonal_shift.config.enabled': 'false',
}

/** API reference, TargetGroupAttribute. */
export const TARGET_GROUP_ATTRIBUTES: Readonly<Record<string, string>> = {
  'deregistration_delay.timeout_seconds': '300',
  'stickiness.enabled': 'false',
  'stickiness.type': 'lb_cookie',
  'stickiness.lb_cookie.duration_seconds': '86400',
  'stickiness.app_cookie.cookie_name': '',
  'stickiness.app_cookie.duration_seconds': '86400',
  'load_balancing.algorithm.type': 'round_robin',
  'load_balancing.algorithm.anomaly_mitigation': 'off',
  'load_balancing.cross_zone.enabled': 'use_load_balancer_configuration',
  'slow_start.duration_seconds': '0',
  'target_group_health.dns_failover.minimum_healthy_targets.count': '1',
  'target_group_health.dns_failover.minimum_healthy_targets.percentage': 'off',
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': '1',
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': 'off',
}

/** Those that the data plane goes by, with the range of each in seconds. */
const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  'deregistration_delay.timeout_seconds': [0, 3600],
  'idle_timeout.timeout_seconds': [1, 4000],
}

export const asAttributes = (values: Readonly<Record<string, string>>): Attribute[] =>
  Object.entries(values).map(([Key, Value]) => ({ Key, Value }))

/** `before` with the changes. Throws on a key that does not exist, as AWS does, and on a value out of its range. */
export function changed(
  what: 'Load balancer' | 'Target group',
  before: readonly Attribute[],
  changes: readonly Attribute[],
): Attribute[] {
  const byKey = new Map(before.map((each) => [each.Key, each]))
  for (const { Key = '', Value = '' } of changes) {
    if (!byKey.has(Key)) throw invalid(`${what} attribute key '${Key}' is not recognized`)
    const [least, most] = RANGES[Key] ?? [-Infinity, Infinity]
    if (Key in RANGES && !(/^\d+$/.test(Value) && Number(Value) >= least && Number(Value) <= most))
      throw invalid(`'${Key}' must be between '${least}' and '${most}' inclusive, not '${Value}'`)
    byKey.set(Key, { Key, Value })
  }
  return [...byKey.values()]
}
