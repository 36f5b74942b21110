import { type BadFile, custom, latency, read, seen, trigger } from './bad-file.ts'

export const METRICS: readonly BadFile[] = [
  read(
    'a metric that is written wrongly',
    trigger('metric: TargetResponsTime', 'threshold: 5', 'duration: 300'),
    '1:11 Did you mean `TargetResponseTime`?',
  ),
  read(
    'small letters in a known metric',
    trigger(
      'namespace: AWS/ApplicationELB',
      'metric: UnhealthyHostCount',
      'threshold: 1',
      'duration: 60',
    ),
    '2:11 Did you mean `UnHealthyHostCount`?',
  ),
  read(
    'a metric of one’s own without a namespace',
    trigger('metric: DbPoolWaiters', 'threshold: 5', 'duration: 60'),
    '1:11 needs `namespace`',
  ),
  read(
    'a namespace that is called otherwise',
    latency('namespace: AWS/ALB'),
    '4:14 Did you mean AWS/ApplicationELB?',
  ),
  read(
    'a namespace in small letters',
    latency('namespace: aws/applicationelb'),
    '4:14 Did you mean AWS/ApplicationELB?',
  ),
  read(
    'a response time of a Network Load Balancer',
    latency('namespace: AWS/NetworkELB'),
    '1:11 there is no TargetResponseTime in AWS/NetworkELB: it is a metric of AWS/ApplicationELB',
  ),
  read(
    'status codes of a Network Load Balancer',
    trigger(
      'metric: HTTPCode_Target_5XX_Count',
      'namespace: AWS/NetworkELB',
      'threshold: 5',
      'duration: 60',
    ),
    '1:11 there is no HTTPCode_Target_5XX_Count in AWS/NetworkELB',
  ),
  read(
    'a metric of a whole load balancer',
    trigger('metric: HTTPCode_ELB_5XX_Count', 'threshold: 5', 'duration: 60'),
    '1:11 Write `dimensions: {LoadBalancer: app/NAME/ID}`',
  ),
  read(
    'what is needed for a metric of one’s own',
    custom('duration: 60'),
    '1:3 needs `statistic`',
    '1:3 needs `dimensions`',
  ),
  read(
    'an average of ones',
    trigger(
      'metric: HTTPCode_Target_5XX_Count',
      'statistic: Average',
      'threshold: 10',
      'duration: 60',
    ),
    '2:14 Every statistic but Sum is 1 for it',
  ),
  read(
    'a sum of healthy hosts',
    trigger('metric: HealthyHostCount', 'statistic: Sum', 'threshold: 1', 'duration: 60'),
    '2:14 Write Minimum.',
  ),
  read(
    'a statistic that is written otherwise',
    latency('statistic: avg'),
    '4:14 Did you mean Average?',
  ),
  read('a percentile in capitals', latency('statistic: P95'), '4:14 Did you mean p95?'),
  read('a percentile as a fraction', latency('statistic: p0.95'), '4:14 Did you mean p95?'),
  read('a percentile above all', latency('statistic: p101'), '4:14 above 100 percent'),
  seen(
    'dimensions as a list',
    latency('dimensions: [{Name: LoadBalancer, Value: x}]'),
    '4:15 `dimensions` is a map such as {ServiceName: web}, not a list',
  ),
  seen(
    'a number as a dimension',
    custom('statistic: Sum', 'comparison: ">"', 'duration: 60', 'dimensions: {Port: 80}'),
    '7:22 has to be a text, not 80. Put it in quotes.',
  ),
  read(
    'an ARN as a dimension',
    latency(
      'dimensions: {LoadBalancer: "arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/web/1"}',
    ),
    '4:30 is the end of an ARN, app/NAME/ID',
  ),
  read(
    'a dimension of nothing',
    latency('dimensions: {ServiceName: web}'),
    '4:29 not "ServiceName"',
  ),
  read(
    'an unknown variable',
    custom(
      'statistic: Sum',
      'comparison: ">"',
      'duration: 60',
      'dimensions: {Service: "${servce}"}',
    ),
    '7:25 Did you mean ${service}?',
  ),
  read(
    'a GitHub expression',
    custom(
      'statistic: Sum',
      'comparison: ">"',
      'duration: 60',
      'dimensions: {Service: "${{ env.NAME }}"}',
    ),
    '7:25 GitHub does not evaluate',
  ),
  read(
    'a variable where there is none',
    latency('name: slow-${service}'),
    '4:9 variables are not replaced in `name`',
  ),
  read(
    'a variable without braces',
    custom('statistic: Sum', 'comparison: ">"', 'duration: 60', 'dimensions: {Service: $service}'),
    '7:25 write ${service} instead of $service',
  ),
  read(
    'a metric with a letter of another alphabet',
    trigger('metric: HealthyHostСount', 'threshold: 1', 'duration: 60'),
    '1:11 `metric` has only ASCII characters',
  ),
  read(
    'a metric of two lines',
    trigger('metric: "Healthy\\n::error::HostCount"', 'threshold: 1', 'duration: 60'),
    '1:11 `metric` has only ASCII characters, unlike "Healthy\\n::error',
  ),
  read(
    'a metric as long as a novel',
    trigger(`metric: ${'x'.repeat(50_000)}`, 'threshold: 1', 'duration: 60'),
    '1:11 `metric` has at most 255 characters, not 50000.',
  ),
  seen(
    'a key as long as a novel',
    latency(`${'x'.repeat(1000)}: 1`),
    '4:3 a trigger has no key "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…"',
  ),
]
