// The password a guest left: there is no service that it could leave one with.

import { expect, test } from 'vitest';
import { ADMIN, MEMBER, STRANGER } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';

const remnant = useRemnant({ hosts: [] });

test('is empty for who may see the server, which to others is not there', async () => {
  const { id } = await remnant().addServer({ host: null });
  const ask = (token: string) => remnant().ask({ path: `/v2.1/servers/${id}/os-server-password`, token });
  for (const token of [MEMBER, ADMIN]) expect((await ask(token)).body).toEqual({ password: '' });
  expect((await ask(STRANGER)).status).toBe(404);
});
