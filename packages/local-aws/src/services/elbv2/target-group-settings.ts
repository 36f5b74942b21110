/** A target group as it is made, and what may be in its settings. */
import type * as elb from '@aws-sdk/client-elastic-load-balancing-v2'
import { arn, shortHexId } from '../../ids.ts'
import type { Place } from '../../parts.ts'
import { asAttributes, TARGET_GROUP_ATTRIBUTES } from './attributes.ts'
import { invalid } from './errors.ts'
import type { TargetGroupRecord } from './model.ts'
import { DEFAULTS } from './settings.ts'

export function newTargetGroup(
  input: elb.CreateTargetGroupCommandInput,
  place: Place,
): TargetGroupRecord {
  const name = input.Name ?? ''
  const dimension = `targetgroup/${name}/${shortHexId()}`
  const targetGroupArn = arn('elasticloadbalancing', place, dimension)
  const record: TargetGroupRecord = {
    arn: targetGroupArn,
    name,
    dimension,
    shape: {
      TargetGroupArn: targetGroupArn,
      TargetGroupName: name,
      Protocol: input.Protocol,
      Port: input.Port,
      VpcId: input.VpcId,
      TargetType: input.TargetType ?? 'instance',
      ProtocolVersion: input.ProtocolVersion ?? 'HTTP1',
      IpAddressType: input.IpAddressType ?? 'ipv4',
      HealthCheckEnabled: input.HealthCheckEnabled ?? true,
      HealthCheckProtocol: input.HealthCheckProtocol ?? 'HTTP',
      HealthCheckPort: input.HealthCheckPort ?? 'traffic-port',
      HealthCheckPath: input.HealthCheckPath ?? DEFAULTS.path,
      HealthCheckIntervalSeconds: input.HealthCheckIntervalSeconds ?? DEFAULTS.intervalSeconds,
      HealthCheckTimeoutSeconds: input.HealthCheckTimeoutSeconds ?? DEFAULTS.timeoutSeconds,
      HealthyThresholdCount: input.HealthyThresholdCount ?? DEFAULTS.healthyThreshold,
      UnhealthyThresholdCount: input.UnhealthyThresholdCount ?? DEFAULTS.unhealthyThreshold,
      Matcher: input.Matcher ?? { HttpCode: DEFAULTS.codes },
    },
    attributes: asAttributes(TARGET_GROUP_ATTRIBUTES),
    tags: input.Tags ?? [],
    targets: new Map(),
    leaving: new Set(),
    turn: 0,
  }
  checkName(name)
  checkRouting(record.shape)
  checkHealthCheck(record.shape)
  return record
}

/** A second CreateTargetGroup with these settings the same is answered with the first group. */
export const settingsOf = ({ shape }: TargetGroupRecord): string =>
  JSON.stringify({ ...shape, TargetGroupArn: undefined })

function checkName(name: string): void {
  if (name.length > 32) {
    throw invalid(`Target group name '${name}' cannot be longer than '32' characters`)
  }
  if (!/^[A-Za-z0-9-]*$/.test(name)) {
    throw invalid(
      `Target group name '${name}' can only contain characters that are alphanumeric characters or hyphens(-)`,
    )
  }
  if (name === '' || name.startsWith('-') || name.endsWith('-')) {
    throw invalid(`Target group name '${name}' cannot begin or end with '-'`)
  }
}

function checkRouting(shape: elb.TargetGroup): void {
  if (shape.TargetType === 'lambda') {
    throw invalid('The local endpoint has no Lambda functions to register as targets')
  }
  if (shape.Protocol === undefined) throw invalid('A protocol must be specified')
  if (shape.Port === undefined) throw invalid('A port must be specified')
  if (shape.VpcId === undefined) throw invalid('A VPC ID must be specified')
}

/** Beyond the ranges that the model itself gives: what the settings have to do with each other. */
export function checkHealthCheck(shape: elb.TargetGroup): void {
  const {
    HealthCheckIntervalSeconds: interval = DEFAULTS.intervalSeconds,
    HealthCheckTimeoutSeconds: timeout = DEFAULTS.timeoutSeconds,
    HealthCheckPort: port = 'traffic-port',
    HealthCheckPath: path = DEFAULTS.path,
    HealthCheckProtocol: protocol = 'HTTP',
    Matcher,
  } = shape
  if (timeout >= interval) {
    throw invalid(
      `Health check timeout '${timeout}' must be smaller than the interval '${interval}'`,
    )
  }
  if (protocol !== 'HTTP') {
    throw invalid('The local endpoint makes HTTP health checks only')
  }
  if (port !== 'traffic-port' && !isPort(port)) {
    throw invalid(`Health check port '${port}' must be 'traffic-port' or between '1' and '65535'`)
  }
  if (!path.startsWith('/')) {
    throw invalid(`Health check path '${path}' must begin with a '/' character`)
  }
  const codes = Matcher?.HttpCode ?? DEFAULTS.codes
  if (!codes.split(',').every(isCodes)) {
    throw invalid(`Health check matcher HTTP code '${codes}' must be within '200-499'`)
  }
}

const isPort = (text: string): boolean =>
  /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535

/** `200` or `200-299`, within 200 and 499. */
function isCodes(part: string): boolean {
  if (!/^\d{3}(-\d{3})?$/.test(part)) return false
  const [from = 0, to = from] = part.split('-').map(Number)
  return from >= 200 && to <= 499 && from <= to
}
