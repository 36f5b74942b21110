import { type BadFile, latency, read, seen, trigger } from './bad-file.ts'

export const LIMITS: readonly BadFile[] = [
  seen('a turned comparison', latency('comparison: "=>"'), '4:15 Did you mean ">="?'),
  seen('a comparison in letters', latency('comparison: gt'), '4:15 Did you mean ">"?'),
  seen(
    'a comparison for anomaly bands',
    latency('comparison: GreaterThanUpperThreshold'),
    '4:15 Did you mean "GreaterThanThreshold"?',
  ),
  read(
    'many healthy hosts as a reason to go back',
    trigger('metric: HealthyHostCount', 'comparison: ">"', 'threshold: 1', 'duration: 60'),
    '2:15 would roll good releases back. Did you mean "<"?',
  ),
  read(
    'milliseconds',
    trigger('metric: TargetResponseTime', 'threshold: 2500', 'duration: 60'),
    '2:14 If milliseconds were meant, write 2.5.',
  ),
  read(
    'fewer than no hosts',
    trigger('metric: HealthyHostCount', 'threshold: 0', 'duration: 60'),
    '2:14 "< 0" never breaches',
  ),
  read(
    'more than less than nothing',
    trigger('metric: CPUUtilization', 'threshold: -1', 'duration: 60'),
    '2:14 "> -1" always breaches',
  ),
  read(
    'requests without a comparison',
    trigger('metric: RequestCount', 'threshold: 5', 'duration: 60'),
    '1:3 needs `comparison`. A RequestCount may be too high or too low.',
  ),
]
