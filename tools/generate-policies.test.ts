import { expect, test } from 'vitest';
import { VOCABULARY } from '../remnantd/src/access/authorise.ts';
import { OPERATIONS } from '../remnantd/src/api/operations.ts';
import { allRules } from '../remnantd/src/main/rules.ts';
import { loadPolicy } from '../remnantd/src/policy/load-policy.ts';
import { policiesPage, policySample } from './generate-policies.ts';

const rules = allRules(OPERATIONS);
const sample = policySample(rules);
const load = (text: string) =>
  loadPolicy({ defaults: rules, files: [{ name: 'sample', text }], vocabulary: VOCABULARY });

test('the sample says of a rule what oslo.policy says of it', () => {
  expect(sample).toContain(
    [
      '',
      '# Trigger a crash dump in a server',
      '# POST  /servers/{server_id}/action (trigger_crash_dump)',
      '# Intended scope(s): project',
      '#"os_compute_api:servers:trigger_crash_dump": "rule:project_member_or_admin"',
      '',
    ].join('\n'),
  );
});

test('the sample as it is changes nothing', () => {
  expect(load(sample).places.size).toBe(0);
});

test('every rule of the sample can be taken out of its comment, and then says what its default says', () => {
  const { policy, places, warnings } = load(sample.replaceAll(/^#"/gm, '"'));
  expect(places.size).toBe(rules.length);
  expect(warnings).toEqual([]);
  const { policy: byDefault } = load('');
  expect(policy.rules().map(({ name, check }) => [name, check])).toEqual(
    byDefault.rules().map(({ name, check }) => [name, check]),
  );
});

test('the page has every rule once', () => {
  const page = policiesPage(rules);
  for (const { name } of rules) expect(page.split(`| \`${name}\` |`), name).toHaveLength(2);
});
