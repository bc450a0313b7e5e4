import { NodeRegistry } from './node-registry.ts';

it('NodeRegistry finds objects of every registered type and returns null for an unknown ID', async () => {
  const nodes = new NodeRegistry();
  nodes.register(async (userId, id) => (userId === 'ada' && id === 'photo' ? { id } : null));
  nodes.register(async (_, id) => (id === 'album' ? { id } : null));
  expect(await nodes.find('ada', 'photo')).toEqual({ id: 'photo' });
  expect(await nodes.find('ada', 'album')).toEqual({ id: 'album' });
  expect(await nodes.find('eve', 'photo')).toBeNull();
  expect(await nodes.find('ada', 'nothing')).toBeNull();
});
