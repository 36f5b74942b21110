import { type BadFile, latency, query, ratio, read, seen, trigger } from './bad-file.ts'

export const SOURCES: readonly BadFile[] = [
  seen('no source', trigger('threshold: 5', 'duration: 60'), '1:3 a trigger needs one of `metric`'),
  seen('two sources', latency('query: up'), '4:10 has `metric` or `query`, not both'),
  seen(
    'an expression without metrics',
    trigger('name: a', 'expression: e/r', 'comparison: ">"', 'threshold: 1', 'duration: 60'),
    '1:3 needs `metrics`',
  ),
  seen(
    'an expression without a name',
    ratio('e/r').replace('name: error-rate\n  ', ''),
    '1:3 needs `name`',
  ),
  seen(
    'metrics beside a metric',
    latency('metrics: {e: {metric: RequestCount}}'),
    '4:12 `metrics` has no meaning beside `metric`',
  ),
  seen(
    'a statistic beside an expression',
    ratio('e/r', 'statistic: Sum'),
    '9:14 Write it in each of the `metrics`',
  ),
  read(
    'an expression of unknown metrics',
    ratio('e/requests'),
    '2:15 uses "requests", which is none of its `metrics`. There are e, r.',
    '5:5 the expression does not use "r"',
  ),
  read('a metric that is not used', ratio('100*FILL(e,0)'), '5:5 the expression does not use "r"'),
  read('a function in small letters', ratio('100*fill(e,0)/r'), '2:15 FILL, not fill'),
  read('METRICS()', ratio('SUM(METRICS())/r+e'), '2:15 METRICS cannot be used here'),
  read('a bracket that is not closed', ratio('100*FILL(e,0/r'), '2:15 a ( that is never closed'),
  seen(
    'a capital letter as an id',
    ratio('e/r').replace('  e:', '  E:'),
    '2:15 Did you mean E?',
    '4:5 "E" cannot be used in an expression',
    '4:5 does not use "E"',
  ),
  seen(
    'a threshold in one of the metrics',
    ratio('e/r').replace('5XX_Count}', '5XX_Count, threshold: 5}'),
    '4:44 belongs to the trigger',
  ),
  read(
    'two kinds of load balancers',
    ratio('e/r').replace('RequestCount', 'HealthyHostCount, namespace: AWS/NetworkELB'),
    '4:5 cannot be joined',
  ),
  seen(
    'a query without a server',
    '- {name: pool, query: up, comparison: "<", threshold: 1, duration: 60}',
    '1:1 Write `prometheus: {url: https://…}`',
  ),
  seen(
    'a server that is no URL',
    query('up').replace('https://', ''),
    '1:19 begin with http:// or https://',
  ),
  seen(
    'a server of another protocol',
    query('up').replace('https', 'ftp'),
    '1:19 begin with http:// or https://',
  ),
  read(
    'a password in the URL',
    query('up').replace('https://', 'https://me:secret@'),
    '1:19 set the input `prometheus-token`',
  ),
  read(
    'the path of the API in the URL',
    query('up').replace('.com', '.com/api/v1'),
    '1:19 ends before /api/v1',
  ),
  seen(
    'a key of prometheus',
    query('up').replace('url:', 'uri:'),
    '1:13 needs `url`',
    '1:14 Did you mean `url`?',
  ),
  read(
    'a variable of Grafana',
    query('rate(errors[$__rate_interval])'),
    '3:25 Grafana replaces $__rate_interval',
  ),
  seen('an empty query', query(''), '3:25 `query` has to be a text, not an empty text'),
  read(
    'a query without a comparison',
    query('up').replace('comparison: ">", ', ''),
    '3:5 needs `comparison`. It has no default here.',
  ),
  read(
    'requests counted where none are',
    trigger('metric: CPUUtilization', 'threshold: 90', 'duration: 60', 'min_requests: 20'),
    '4:17 only for metrics of AWS/ApplicationELB',
  ),
  read(
    'requests counted for other dimensions',
    latency('min_requests: 20', 'dimensions: {LoadBalancer: app/web/1}'),
    '4:17 without `dimensions` of their own',
  ),
  read(
    'a quiet night that rolls back',
    latency('min_requests: 20', 'missing_data: breaching'),
    '4:17 no traffic would roll the release back',
  ),
  read(
    'two triggers with one name',
    latency('name: slow') + latency('name: slow'),
    '8:9 the first is in line 4',
  ),
]
